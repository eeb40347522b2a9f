"""Everything a channel gets now, before any of it is written: alerts, roll-up, digest, the line of a silent day. Pure.

The order is that of importance, and of posting. A preview shows what is drafted here and what would be frozen, by the
same lines of code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.compose import compose, stand
from monitor.digest.flood import capped
from monitor.digest.slots import SILENCE, key, next_time
from monitor.digest.urgent import PAUSE, Decision, Told, decide, is_urgent
from monitor.health import coverage_words, down_words, outages
from monitor.words.counts import counted
from monitor.words.digest import WORDS, now_title, slot_title
from monitor.words.times import moment, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from monitor.digest.compose import Standing
    from monitor.digest.model import Aside, Digest, DigestKind
    from monitor.digest.slots import Due, Slot
    from monitor.health import Coverage
    from monitor.settings import ChannelSettings
    from rules.model import MatchedArticle
    from storage import digests

# In a channel that is told at once, what is probably not about its topics waits for a digest that has more to say, and
# so does what is only counted: a line each round would be the flood that the count is to prevent.
ASIDE_PATIENCE = timedelta(hours=24)
MORE_PATIENCE = timedelta(hours=4)
SILENT_FOR = timedelta(hours=24)  # a channel that got no article for so long is told that all is well


@dataclass(frozen=True, slots=True)
class View:
    """What is known of a channel when something is due. `topics` are labels in its language, in order.

    `limits` are `max_per_day` by rule, `shown` what it was shown of each rule today; `spoke_at` is when it last got an
    article. `hurry`: somebody asked for it, so that nothing waits for a better moment.
    """

    channel: ChannelSettings
    topics: Mapping[str, str]
    limits: Mapping[str, int]
    waiting: Sequence[MatchedArticle]
    coverage: Coverage
    told: Told = field(default_factory=Told)
    shown: Mapping[str, int] = field(default_factory=dict)
    spoke_at: datetime | None = None
    hurry: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One slot that is dealt with, and what is posted for it: None where that is nothing.

    `standing` says how each article stands there, and under which rule. `event` is what an alert begins, as (topic,
    place id); `events` are those of before that it tells more of.
    """

    id: str
    slot: Slot
    digest: Digest | None
    kind: DigestKind = "digest"
    standing: Mapping[int, tuple[digests.Standing, str]] = field(default_factory=dict)
    event: tuple[str, str] | None = None
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """What goes out, in this order. `considered`: what the channel did not want of all that waited is done with.

    `held` are articles that still wait for an alert or a roll-up, and not for a digest.
    """

    made: tuple[Draft, ...] = ()
    considered: bool = False
    held: tuple[int, ...] = ()

    @property
    def digests(self) -> list[Digest]:
        """What is posted."""
        return [one.digest for one in self.made if one.digest is not None]


def draft(view: View, due: Due, now: datetime) -> Drafts:
    """What goes out of what is due now."""
    standing, asides = stand(view.waiting, view.channel, view.topics)
    urgent = [one for one in standing if view.channel.urgent and is_urgent(one)]
    rest = [one for one in standing if not (view.channel.urgent and is_urgent(one))]
    decision = _decide(view, due, urgent, now)
    digest = _digest(view, due, rest, asides, now)
    said = [*_alerts(view, decision, now), *([digest] if digest else [])]
    left = [*decision.held, *([] if digest else rest)]
    silence = _silences(view, due, len(left), now, spoke=any(one.digest for one in said))
    earlier = [_nothing(view, (day, key(at))) for day, at in due.slots[:-1]]
    considered = bool(due.slots or due.at_once) and bool(digest or not (rest or asides))
    return Drafts((*earlier, *said, *silence), considered, tuple(one.article.article_id for one in decision.held))


def _decide(view: View, due: Due, urgent: Sequence[Standing], now: datetime) -> Decision:
    if not due.urgent:
        return Decision(held=tuple(urgent))
    pause = timedelta(0) if view.hurry else PAUSE
    decision = decide(urgent, view.told, view.channel.urgent_per_day, now, pause)
    return decision if due.rollup else Decision(decision.alerts, held=(*decision.held, *decision.rollup))


def _alerts(view: View, decision: Decision, now: datetime) -> list[Draft]:
    """The alerts, then the roll-up."""
    made = []
    for alert in decision.alerts:
        first = alert.standing[0]
        event = (first.topic, first.place_id) if alert.event_id is None else None
        made.append(_at_once(view, "alert", alert.standing, now, event=event,
                             events=() if alert.event_id is None else (alert.event_id,)))
    if decision.rollup:
        made.append(_at_once(view, "rollup", decision.rollup, now, events=decision.rollup_events))
    return made


def _at_once(
    view: View, kind: DigestKind, standing: Sequence[Standing], now: datetime, *,
    event: tuple[str, str] | None = None, events: tuple[int, ...] = (),
) -> Draft:
    """One message about urgent articles.

    Its id is made of the first of them, so that the same decision taken twice is one delivery. With the time at which
    that was seen: the number of an article that was deleted may be given again.
    """
    channel, first = view.channel, standing[0].article
    name = f"{first.first_seen_at:%Y%m%dT%H%M%S} {first.article_id}"
    title = WORDS[channel.language].titles[kind].format(moment(now, channel.zone, channel.language))
    delivery_id = f"{kind}:{channel.id}:{name.replace(' ', ':')}"
    digest = compose(standing, channel, view.topics, title=title, delivery_id=delivery_id, now=now, kind=kind,
                     later=kind == "alert" and bool(events))
    slot = (now.astimezone(channel.zone).date(), f"{kind} {name}")
    return Draft(delivery_id, slot, digest, kind, _items(standing), event, events)


def _digest(
    view: View, due: Due, standing: Sequence[Standing], asides: Sequence[Aside], now: datetime
) -> Draft | None:
    """The digest of the newest slot, or of this moment; None where none is due, or where it has too little to say."""
    if not due.slots and not due.at_once:
        return None
    channel = view.channel
    slot, title = _slot(channel, due, now)
    if not standing and not asides:
        return _nothing(view, slot) if due.slots else None
    kept, more = capped(standing, view.limits, view.shown)
    footnotes = (f"{WORDS[channel.language].day.format(coverage_words(view.coverage, channel.language))}.",
                 *outages(view.coverage, now, channel.zone, channel.language))
    delivery_id = _id(channel, slot)
    digest = compose(kept, channel, view.topics, title=title, delivery_id=delivery_id, now=now, footnotes=footnotes,
                     asides=asides, more=more)
    if not due.slots and not kept and not view.hurry and _may_wait(view, digest, now):
        return None
    beyond = {key for one in more for key in one.article_ids}
    how = _items(kept) | {aside.article_id: ("aside", "") for aside in asides}
    how |= {one.article.article_id: ("more", one.lead.rule_id) for one in standing if one.article.article_id in beyond}
    return Draft(delivery_id, slot, digest, standing=how)


def _slot(channel: ChannelSettings, due: Due, now: datetime) -> tuple[Slot, str]:
    """The slot that the digest fills, and its title."""
    if due.slots:
        day, at = due.slots[-1]
        return (day, key(at)), slot_title(at, day, channel.language)
    today = now.astimezone(channel.zone).date()
    return (today, f"now {now:%Y%m%dT%H%M%S.%f}"), now_title(now, channel.zone, channel.language)


def _may_wait(view: View, digest: Digest, now: datetime) -> bool:
    """Whether nothing of a digest without items has waited long enough to disturb people with so little."""
    came = {article.article_id: article.first_seen_at for article in view.waiting}
    patience = {aside.article_id: ASIDE_PATIENCE for aside in digest.asides}
    return all(now - came[each] < patience.get(each, MORE_PATIENCE) for each in digest.article_ids)


def _silences(view: View, due: Due, waiting: int, now: datetime, *, spoke: bool) -> list[Draft]:
    """The daily line, where the channel was silent; of several that were missed the newest alone speaks."""
    lately = view.spoke_at is not None and abs(now - view.spoke_at) < SILENT_FOR
    made = [_nothing(view, (day, SILENCE)) for day in due.silence]
    if not made or spoke or lately:
        return made
    day = due.silence[-1]
    return [*made[:-1], Draft(made[-1].id, (day, SILENCE), _silence(view, made[-1].id, day, waiting, now), "silence")]


def _silence(view: View, delivery_id: str, day: date, waiting: int, now: datetime) -> Digest:
    """ "412 articles read (301 in full, 111 summaries only) from 87 of 90 sources, 0 matches; 3 sources down"."""
    channel, say = view.channel, WORDS[view.channel.language]
    coming = next_time(channel, now).at
    matches = counted(waiting, say.matches)
    if waiting and coming:
        matches = counted(waiting, say.waits, moment(coming, channel.zone, channel.language))
    down = down_words(view.coverage, now, channel.zone, channel.language)
    line = f"{coverage_words(view.coverage, channel.language)}, {matches}{f'; {down}' if down else ''}"
    title = say.titles["found" if waiting else "silence"].format(short_day(day, channel.language))
    footnotes = (f"{say.day.format(line)}.", *outages(view.coverage, now, channel.zone, channel.language))
    return compose((), channel, view.topics, title=title, delivery_id=delivery_id, now=now, kind="silence",
                   footnotes=footnotes)


def _nothing(view: View, slot: Slot) -> Draft:
    """A slot that is done with nothing: what comes later waits for the next one."""
    kind: DigestKind = "silence" if slot[1] == SILENCE else "digest"
    return Draft(_id(view.channel, slot), slot, None, kind)


def _id(channel: ChannelSettings, slot: Slot) -> str:
    if slot[1] == SILENCE:
        return f"silence:{channel.id}:{slot[0]}"
    return f"digest:{channel.id}:{slot[0]}:{slot[1]}"


def _items(standing: Sequence[Standing]) -> dict[int, tuple[digests.Standing, str]]:
    return {one.article.article_id: ("item", one.lead.rule_id) for one in standing}
