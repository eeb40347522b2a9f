"""Whether the rules, topics and places that config.toml names exist: a channel of misspelled ones stays silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor import config_values as read
from monitor.config_keys import placed
from monitor.config_values import Fault
from rules.places.names import is_town
from rules.places.search import find_place, place_suggestions
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.settings import Settings
    from rules.files.toml_source import KeyPath
    from rules.model import Place, RuleSet


def check_references(settings: Settings, ruleset: RuleSet) -> tuple[Problem, ...]:
    """Names in config.toml that the rule files do not know: such a channel would stay silent for ever.

    Nothing is said while a rule file has an error: the name may stand in the part that could not be read.
    """
    if ruleset.errors:
        return ()
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
