"""Everything a channel gets now, before it is written: alerts, roll-up, updates, digest, a silent day's line. Pure.

The order is that of importance, and of posting. A preview shows what is drafted here and what would be frozen, by the
same lines of code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.broadcast import shown
from monitor.digest.compose import compose, stand
from monitor.digest.flood import capped, stemmed
from monitor.digest.mutes import hushed, muted_of, sifted
from monitor.digest.slots import BROADCAST, SILENCE, key, next_time
from monitor.digest.story import as_alert, grouped, placed
from monitor.digest.updates import due_now, is_update, updates_of
from monitor.digest.urgent import PAUSE, Decision, decide, event_of, is_urgent
from monitor.digest.view import Draft, Drafts
from monitor.health import coverage_words, down_words, outages
from monitor.words.counts import counted
from monitor.words.digest import WORDS, now_title, slot_title
from monitor.words.times import moment, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from monitor.digest.model import Aside, Digest, DigestKind, More
    from monitor.digest.mutes import Held, Muted
    from monitor.digest.slots import Due, Slot
    from monitor.digest.story import Story
    from monitor.digest.updates import Update
    from monitor.digest.urgent import Alert
    from monitor.digest.view import View
    from monitor.settings import ChannelSettings
    from storage import digests

# In a channel that is told at once, what is probably not about its topics waits for a digest that has more to say, and
# so does what is only counted: a line each round would be the flood that the count is to prevent.
ASIDE_PATIENCE = timedelta(hours=24)
MORE_PATIENCE = timedelta(hours=4)
SILENT_FOR = timedelta(hours=24)  # a channel that got no article for so long is told that all is well


@dataclass(frozen=True, slots=True)
class _Ways:
    """How the stories that wait are told: `urgent` ones as alerts, `more` of known ones as updates."""

    urgent: list[Story]
    more: list[Story]
    rest: list[Story]


def draft(view: View, due: Due, now: datetime) -> Drafts:
    """What goes out of what is due now."""
    on = view.mutes.on(now)
    calm = sifted(view.waiting, view.channel, view.stories, on)
    standing, asides = stand(calm.left, view.channel, view.topics, view.stories.members)
    ways = _ways(view, grouped(standing, view.channel.language))
    decision = _decide(view, due, ways.urgent, now)
    updates, later = _updates(view, due, ways.more, now)
    updates, unseen = hushed(updates, view.channel, view.stories, on)
    held = (*decision.held, *later)
    muted = muted_of({**calm.held, **unseen}, view.mutes, view.channel, view.topics, now=now)
    digest = _digest(view, due, ways.rest, asides, muted, now=now)
    said = [*_alerts(view, decision, now), *(_update(view, one, now) for one in updates), *([digest] if digest else [])]
    told = digest is not None and digest.digest is not None
    waiting = len(held) + (0 if told else len(ways.rest))
    silence = _silences(view, due, waiting, replace(muted, held={}) if digest else muted, now,
                        spoke=any(one.digest for one in said))
    earlier = [_nothing(view, (day, key(at))) for day, at in due.slots[:-1]]
    considered = bool(due.slots or due.at_once) and (told or not (ways.rest or asides))
    kept = tuple(each for story in held for each in story.article_ids)
    return Drafts((*earlier, *said, *silence), considered, kept, muted.words)


def _ways(view: View, stories: Sequence[Story]) -> _Ways:
    """An update is nothing new; an urgent story is an alert, also where a digest told of it before it was urgent."""
    ways = _Ways([], [], [])
    for story in stories:
        if is_update(story, view.stories.of(story), view.channel):
            ways.more.append(story)
        elif view.channel.urgent and is_urgent(story):
            ways.urgent.append(as_alert(story))
        else:
            ways.rest.append(story)
    return ways


def _updates(view: View, due: Due, more: Sequence[Story], now: datetime) -> tuple[list[Update], list[Story]]:
    """What is told now of more on known stories, and the stories that wait for a later look."""
    going = [story for story in more if _goes(view, due, story, now)]
    told = updates_of(going, view.stories, view.channel)
    updates, later = shown(told, view.channel, view.broadcasts, now, patient=not view.hurry)
    return updates, [*(story for story in more if not _goes(view, due, story, now)), *(one.story for one in later)]


def _goes(view: View, due: Due, story: Story, now: datetime) -> bool:
    told = view.stories.of(story)
    return told is not None and (view.hurry or due_now(told, view.channel, due, now))


def _decide(view: View, due: Due, urgent: Sequence[Story], now: datetime) -> Decision:
    if not due.urgent:
        return Decision(held=tuple(urgent))
    pause = timedelta(0) if view.hurry else PAUSE
    decision = decide(urgent, view.told, view.channel.urgent_per_day, now, pause)
    return decision if due.rollup else Decision(decision.alerts, held=(*decision.held, *decision.rollup))


def _alerts(view: View, decision: Decision, now: datetime) -> list[Draft]:
    """The alerts, then the roll-up."""
    made = []
    for alert in decision.alerts:
        event = event_of(alert.stories[0]) if alert.event_id is None else None
        made.append(_at_once(view, "alert", alert.stories, now, event=event, later=_is_later(view, alert),
                             events=() if alert.event_id is None else (alert.event_id,)))
    if decision.rollup:
        made.append(_at_once(view, "rollup", decision.rollup, now, events=decision.rollup_events))
    return made


def _is_later(view: View, alert: Alert) -> bool:
    """Whether all of it is more on what the channel knows: by a digest, or by its event where nothing was grouped."""
    return all(view.stories.of(story) or (story.id is None and alert.event_id is not None) for story in alert.stories)


def _update(view: View, one: Update, now: datetime) -> Draft:
    """More of one story, in the thread of the message that told it."""
    made = _at_once(view, "update", (one.story,), now, later=True)
    digest = made.digest and replace(made.digest, thread_of=one.told.root, broadcast=one.broadcast, growth=one.growth,
                                     story=one.told.headline, was=one.was, place=one.place)
    day, name = made.slot
    return replace(made, digest=digest, slot=(day, name.replace("update", BROADCAST, 1) if one.broadcast else name))


def _at_once(
    view: View, kind: DigestKind, stories: Sequence[Story], now: datetime, *, later: bool = False,
    event: tuple[str, str] | None = None, events: tuple[int, ...] = (),
) -> Draft:
    """One message outside the slots.

    Its id is made of the first article, so that the same decision taken twice is one delivery. With the time at which
    that was seen, or was seen to say what it is told for now: it may have been told before, and the number of an
    article that was deleted may be given again.
    """
    channel, first = view.channel, stories[0].card.article
    seen = stories[0].card.item.edited_at or first.first_seen_at
    name = f"{seen:%Y%m%dT%H%M%S} {first.article_id}"
    title = WORDS[channel.language].titles[kind].format(moment(now, channel.zone, channel.language))
    delivery_id = f"{kind}:{channel.id}:{name.replace(' ', ':')}"
    digest = compose(stories, channel, view.topics, title=title, delivery_id=delivery_id, now=now, kind=kind,
                     later=later)
    slot = (now.astimezone(channel.zone).date(), f"{kind} {name}")
    return Draft(delivery_id, slot, digest, kind, placed(stories), event, events)


def _digest(
    view: View, due: Due, stories: Sequence[Story], asides: Sequence[Aside], muted: Muted, *, now: datetime
) -> Draft | None:
    """The digest of the newest slot, or of this moment; None where none is due, or where it has too little to say.

    What is muted is written down then in any case, so that it does not come when the mute ends.
    """
    if not due.slots and not due.at_once:
        return None
    channel = view.channel
    slot, title = _slot(channel, due, now)
    nothing = _nothing(view, slot, muted.held) if due.slots or muted.held else None
    if not stories and not asides:
        return nothing
    borne, flooded = stemmed(stories, view.floods)
    kept, over = capped(borne, view.limits, view.shown)
    footnotes = (*muted.lines,
                 f"{WORDS[channel.language].day.format(coverage_words(view.coverage, channel.language))}.",
                 *outages(view.coverage, now, channel.zone, channel.language))
    delivery_id = _id(channel, slot)
    digest = compose(kept, channel, view.topics, title=title, delivery_id=delivery_id, now=now, footnotes=footnotes,
                     asides=asides, more=(*over, *flooded))
    if not due.slots and not kept and not view.hurry and _may_wait(view, digest, now):
        return nothing
    return Draft(delivery_id, slot, digest, standing=placed(kept) | _beside(stories, over, flooded, asides),
                 muted=muted.held)


def _beside(
    stories: Sequence[Story], over: Sequence[More], flooded: Sequence[More], asides: Sequence[Aside]
) -> dict[int, tuple[digests.Standing, str]]:
    """How what is only counted is written down: under the rule that found too much, what a flood hides under none."""
    rules = {each: story.card.lead.rule_id for story in stories for each in story.article_ids}
    counted_only: dict[int, tuple[digests.Standing, str]] = {
        each: ("more", rules[each]) for one in over for each in one.article_ids}
    return counted_only | {each: ("more", "") for one in flooded for each in one.article_ids} | {
        aside.article_id: ("aside", "") for aside in asides}


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


def _silences(
    view: View, due: Due, waiting: int, muted: Muted, now: datetime, *, spoke: bool
) -> list[Draft]:
    """The daily line, where the channel was silent; of several that were missed the newest alone speaks."""
    lately = view.spoke_at is not None and abs(now - view.spoke_at) < SILENT_FOR
    made = [_nothing(view, (day, SILENCE)) for day in due.silence]
    if not made or spoke or lately:
        return made
    day = due.silence[-1]
    said = _silence(view, made[-1].id, day, waiting, muted.lines, now=now)
    return [*made[:-1], Draft(made[-1].id, (day, SILENCE), said, "silence", muted=muted.held)]


def _silence(
    view: View, delivery_id: str, day: date, waiting: int, kept_back: Sequence[str], *, now: datetime
) -> Digest:
    """ "412 articles read (301 in full, 111 summaries only) from 87 of 90 sources, 0 stories; 3 sources down"."""
    channel, say = view.channel, WORDS[view.channel.language]
    coming = next_time(channel, now).at
    stories = counted(waiting, say.stories)
    if waiting and coming:
        stories = counted(waiting, say.waits, moment(coming, channel.zone, channel.language))
    down = down_words(view.coverage, now, channel.zone, channel.language)
    line = f"{coverage_words(view.coverage, channel.language)}, {stories}{f'; {down}' if down else ''}"
    title = say.titles["found" if waiting else "silence"].format(short_day(day, channel.language))
    footnotes = (f"{say.day.format(line)}.", *kept_back, *outages(view.coverage, now, channel.zone, channel.language))
    return compose((), channel, view.topics, title=title, delivery_id=delivery_id, now=now, kind="silence",
                   footnotes=footnotes)


def _nothing(view: View, slot: Slot, muted: Mapping[int, Held] | None = None) -> Draft:
    """A slot that is done with nothing: what comes later waits for the next one."""
    kind: DigestKind = "silence" if slot[1] == SILENCE else "digest"
    return Draft(_id(view.channel, slot), slot, None, kind, muted=muted or {})


def _id(channel: ChannelSettings, slot: Slot) -> str:
    if slot[1] == SILENCE:
        return f"silence:{channel.id}:{slot[0]}"
    return f"digest:{channel.id}:{slot[0]}:{slot[1]}"
