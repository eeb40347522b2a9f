"""Whether the rules, topics, places and outlets that a channel names exist: one of misspelled ones stays silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.config import values as read
from monitor.config.keys import placed
from monitor.config.values import Fault
from rules.places.names import is_town
from rules.places.search import find_place, place_suggestions
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.settings import Settings
    from rules.files.toml_source import KeyPath
    from rules.model import Place, RuleSet


def check_references(settings: Settings, ruleset: RuleSet) -> tuple[Problem, ...]:
    """Names in config.toml that no feed has, or that the rule files do not know: such a channel would stay silent.

    Nothing is said of rules while a rule file has an error: the name may stand in the part that could not be read.
    """
    outlets = _unknown_outlets(settings)
    return outlets if ruleset.errors else (*outlets, *_unknown_to_rules(settings, ruleset))


def _unknown_outlets(settings: Settings) -> tuple[Problem, ...]:
    known = {feed.outlet.casefold(): feed.outlet for feed in settings.feeds}
    return tuple(
        _at(settings, _no_outlet(name, sorted(set(known.values()))), ("channel", number, "outlets"))
        for number, channel in enumerate(settings.channels) for name in channel.outlets if name.casefold() not in known
    )


def _no_outlet(name: str, known: Sequence[str]) -> Fault:
    near = read.suggestion(name, known, cutoff=0.7)
    listed = f"there are: {', '.join(known)}" if len(known) <= LISTED else "write it as in its [[feed]]"
    return Fault("C170", f'no feed has the outlet "{name}"', f"did you mean '{near}'?" if near else listed, name)


def _unknown_to_rules(settings: Settings, ruleset: RuleSet) -> tuple[Problem, ...]:
    rule_ids = {rule.id: rule.id for rule in ruleset.rules}
    topics = {topic: topic for topic in ruleset.topics}
    found: list[Problem] = []
    for number, channel in enumerate(settings.channels):
        for key, names, known in (("rules", channel.rules, rule_ids), ("topics", channel.topics, topics)):
            wrong = [_no_such(key, name, known) for name in names if name not in known]
            found += [_at(settings, fault, ("channel", number, key)) for fault in wrong]
        unplaced = _unknown_places(channel.places, ruleset.places)
        found += [_at(settings, fault, ("channel", number, "places")) for fault in unplaced]
    return tuple(found)


def _unknown_places(names: Sequence[str], places: Sequence[Place]) -> Iterable[Fault]:
    """Places are compared by id and label, whatever the case, as digests do."""
    known = {form.casefold() for place in places for form in (place.id, place.label)}
    for name in names:
        if name.casefold() not in known:
            meant = [place.label for place in find_place(name, places)] or place_suggestions(name, places)
            remedy = _which_place(name, meant, anything=bool(places))
            yield Fault("C170", f'no place in the rule files is called "{name}"', remedy, name)


def _which_place(name: str, meant: Sequence[str], *, anything: bool) -> str:
    if not anything:
        return "the rule files have no places at all: remove the line"
    if len(meant) > 1:
        return "which one? " + ", ".join(f"'{label}'" for label in meant[:LISTED])
    if meant:
        return f"did you mean '{meant[0]}'?"
    if is_town(name):
        return f"add to one of your rule files, above its tables:  watch = ['{name.strip()}']"
    return "write it with its state, as in 'Hagerstown, MD'"


LISTED = 12  # more names than this in a message are not read


def _no_such(key: str, name: str, meant: Mapping[str, str]) -> Fault:
    near = meant.get(read.suggestion(name, meant, cutoff=0.7), "")
    names = sorted(set(meant.values()))
    listed = f"there are: {', '.join(names)}" if len(names) <= LISTED else "look up the name in the rule files"
    listed = listed if names else f"the rule files have no {key} at all: remove the line"
    remedy = f"did you mean '{near}'?" if near else listed
    return Fault("C170", f'no {key.rstrip("s")} in the rule files is called "{name}"', remedy, name)


def _at(settings: Settings, fault: Fault, path: KeyPath) -> Problem:
    if settings.source is None:
        return Problem(fault.code, fault.message, str(settings.file), help=fault.remedy)
    return placed(settings.source, fault, path)
