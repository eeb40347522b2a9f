"""What `dateline stories` prints: lines for people, and JSON with stable keys for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

from monitor.commands.deliveries_text import STATES
from monitor.stories.summary import is_local
from monitor.why.merges import merged_words
from monitor.words.counts import counted
from monitor.words.items import WORDS, in_language
from monitor.words.reasons import reasons
from monitor.words.stories import WORDS as OF_STORIES
from monitor.words.stories import carried
from monitor.words.stories import growth as growth_words
from monitor.words.times import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.stories.model import Verdict
    from monitor.why.pair import Link, Pair, Side
    from monitor.why.story import Report, Story
    from storage.why import Told

HEADLINE = 78  # characters in a table
WIDEST = 110
_ARTICLES = ("{} article", "{} articles")
_COPIES = ("{} of them a copy", "{} of them copies")
_KINDS = {"digest": "digest", "alert": "urgent alert", "rollup": "roll-up", "update": "later coverage"}


@dataclass(frozen=True, slots=True)
class Shown:
    """How a story is shown: whose clock, and what channels are called."""

    zone: ZoneInfo
    channels: Mapping[str, str]


# A list of stories


def table(stories: Sequence[Story], shown: Shown) -> Iterator[str]:
    """A line a story: number, first report, outlets, headline of the best report."""
    yield f"{'story':>6}  {'first report':<17}  {'outlets':>7}  headline"
    for story in stories:
        headline = shorten(story.best().article.title or "(no headline)", HEADLINE, placeholder="…")
        first = moment(story.reports[0].at, shown.zone)
        yield f"{story.id:>6}  {first:<17}  {story.tally.outlets:>7}  {headline}"


def brief_json(story: Story) -> dict[str, Any]:
    """A story in one object."""
    best = story.best().article
    return {
        "id": story.id, "first_at": story.reports[0].at.isoformat(), "last_at": story.reports[-1].at.isoformat(),
        "articles": len(story.reports), "outlets": story.tally.outlets, "local": story.tally.local,
        "languages": dict(story.tally.languages), "copies": story.tally.copies,
        "best": {"id": best.id, "title": best.title, "url": best.url, "outlet": best.outlet},
    }


# One story


def account(story: Story, told: Sequence[Told], shown: Shown) -> Iterator[str]:
    """The whole story: how far it is carried, report by report, and which channels were told."""
    copies = story.tally.copies
    beside = f", {counted(copies, _COPIES)}" if copies else ""
    said = carried(story.tally, "en") or story.outlets
    yield f"Story {story.id}: {said[:1].lower()}{said[1:]}, {counted(len(story.reports), _ARTICLES)}{beside}"
    for report in story.reports:
        yield from ["", *_report(story, report, shown)]
    yield from ["", *(_told(told, shown) if told else ["No channel was told of it."])]


def _report(story: Story, report: Report, shown: Shown) -> Iterator[str]:
    article, number = report.article, story.position(report.article.id)
    notes = filter(None, [article.outlet, _language(report), "local" if _is_local(report, story) else "",
                          f"copy of article {report.grouped.copy_of}" if report.grouped.copy_of else ""])
    yield f"{number:>3}. {moment(report.at, shown.zone)} · {' · '.join(notes)} · article {article.id}"
    yield f"     {article.title or '(no headline)'}"
    yield f"     {article.url}"
    for at, (by, words) in enumerate(report.joined):
        did = "made one story with that of" if at else "joined as it is like"
        yield from _indented(f"{did} article {by}: {words}")
    if article.id in story.past.founders and (way := story.past.way(begun := story.past.first[article.id])):
        yield from _indented(f"began story {begun}, which {merged_words(way, shown.zone)}")
    if report.erased:
        yield "     its text was erased: what it added is not known any more"
    if news := growth_words(story.added(report), "en"):
        yield from _indented(f"adds: {_in_one(news)}" if number > 1 else f"begins with: {_in_one(map(_bare, news))}")


def _in_one(news: Iterable[str]) -> str:
    return "; ".join(words[:1].lower() + words[1:] for words in news)


def _bare(news: str) -> str:
    """ "28 arrests": of a story that begins every figure is new."""
    return news.removeprefix(OF_STORIES["en"].new_count.format(""))


def part_of(number: int, story: Story, zone: ZoneInfo) -> str:
    """That a story became part of this one; when, and through which article, where that is known."""
    way = story.past.way(number)
    return f"Story {number} {merged_words(way, zone) if way else f'became part of story {story.id}'}."


def _is_local(report: Report, story: Story) -> bool:
    """As messages say it: of one report alone nothing is said."""
    return len(story.reports) > 1 and is_local(report.member, story.members)


def _indented(words: str) -> list[str]:
    return wrap(words, WIDEST, initial_indent="     ", subsequent_indent="       ", break_long_words=False,
                break_on_hyphens=False)


def _language(report: Report) -> str:
    code = report.member.features.language
    return in_language(code, WORDS["en"]) if code not in ("", "en") else ""


def _told(told: Sequence[Told], shown: Shown) -> Iterator[str]:
    yield "told"
    for one in told:
        name = shown.channels.get(one.channel_id, one.channel_id)
        below = ", in the thread of an earlier message" if one.thread_of else ""
        which = "article" if len(one.article_ids) == 1 else "articles"
        ids = ", ".join(map(str, one.article_ids))
        yield (f"  {name}: {_KINDS.get(one.kind, one.kind)} of {moment(one.made_at, shown.zone)}{below}: "
               f"{state_words(one.states)} ({which} {ids})")


def state_words(states: Sequence[str]) -> str:
    """What became of the messages of a digest, in words."""
    if not states:
        return "its messages were erased since"
    kinds = list(dict.fromkeys(states))
    if len(kinds) == 1:
        return STATES.get(kinds[0], kinds[0])
    return "; ".join(f"{states.count(kind)} {STATES.get(kind, kind)}" for kind in kinds)


def account_json(story: Story, told: Sequence[Told]) -> dict[str, Any]:
    """The same for programs."""
    return brief_json(story) | {
        "reports": [_report_json(story, report) for report in story.reports],
        "merged": [{"story": one.story, "into": one.into, "at": one.at.isoformat(), "through": one.through}
                   for one in story.past.merges],
        "told": [{"channel": one.channel_id, "kind": one.kind, "made_at": one.made_at.isoformat(),
                  "digest": one.digest_id, "thread_of": one.thread_of, "articles": list(one.article_ids),
                  "states": list(one.states)} for one in told],
    }


def _report_json(story: Story, report: Report) -> dict[str, Any]:
    added = story.added(report)
    joined = [{"article": by, "because": words} for by, words in report.joined]
    return article_json(report) | {
        "language": report.member.features.language, "local": is_local(report.member, story.members),
        "copy_of": report.grouped.copy_of, "erased": report.erased, "joined": joined,
        "added": {"counts": [{"what": count.what, "number": count.number, "before": before}
                             for count, before in added.counts],
                  "places": list(added.places), "voices": list(added.voices)}}


def article_json(report: Report) -> dict[str, Any]:
    """Which article it is."""
    article = report.article
    return {"id": article.id, "title": article.title, "url": article.url, "outlet": article.outlet,
            "at": report.at.isoformat()}


# Two articles


def explained(found: Pair, threshold: float, shown: Shown) -> Iterator[str]:
    """The verdict on two articles, in lines."""
    yield from [*wrap(_headline(found), WIDEST), ""]
    for letter, side in (("A", found.a), ("B", found.b)):
        yield from _side(letter, side, shown)
    for words in found.missing:
        yield from ["", *wrap(words, WIDEST)]
    if found.verdict is not None:
        yield from ["", *points(found.verdict, threshold)]
    if found.chain:
        yield from ["", "Each is like the next:", *_chain(found.chain)]
    if note := _apart(found):
        yield from ["", *wrap(note, WIDEST)]


def _headline(found: Pair) -> str:
    if found.together and found.a.story:
        number = found.a.story.id
        if found.verdict is not None and found.verdict.same:
            return f"The same story ({number}), because: {reasons(found.verdict)}"
        between = "other articles stand between them" if found.chain else "why is not known any more"
        return f"The same story ({number}), and not by themselves: {between}"
    if found.verdict is None:
        return "Not known to be one story: they cannot be compared"
    return "Not the same story" if not found.verdict.same else "Alike, and in two stories"


def _side(letter: str, side: Side, shown: Shown) -> Iterator[str]:
    article = side.history.article
    at = side.report.at if side.report else article.published_at or article.first_seen_at
    story = f" · story {side.story.id}" if side.story else ""
    yield f"  {letter}  {article.title or '(no headline)'}"
    yield f"     {article.outlet} · {moment(at, shown.zone)} · article {article.id}{story}"


def points(verdict: Verdict, threshold: float) -> Iterator[str]:
    """Every reason with its weight, and the sum beside what is enough."""
    yield "  points"
    for one in verdict.evidence:
        yield f"  {one.points:>+6.1f}  {one.words}"
    enough = "enough" if verdict.same else "not enough"
    yield f"  {verdict.points:>+6.1f}  in all: {enough}. From {threshold:.1f} on two articles are one event"


def _chain(chain: Sequence[Link]) -> Iterator[str]:
    for link in chain:
        yield from _indented(f"{link.one.article.id} and {link.other.article.id}: {link.words}")


def _apart(found: Pair) -> str:
    if found.verdict is None or not found.verdict.same or found.together or not (found.a.story and found.b.story):
        return ""
    return (f"They stand in the stories {found.a.story.id} and {found.b.story.id}: a story takes an article in only "
            "where its other articles agree, and two stories become one only where theirs do. In doubt they stay "
            "apart, because a wrong merge hides news.")


def explained_json(found: Pair, threshold: float) -> dict[str, Any]:
    """The same for programs."""
    verdict = found.verdict
    return {
        "together": found.together, "same": None if verdict is None else verdict.same,
        "copy": None if verdict is None else verdict.copy,
        "points": None if verdict is None else verdict.points, "threshold": threshold,
        "because": reasons(verdict) if verdict is not None and verdict.same else None,
        "evidence": [] if verdict is None else [asdict(one) for one in verdict.evidence],
        "articles": [{"id": side.id, "title": side.history.article.title, "url": side.history.article.url,
                      "story": side.story.id if side.story else None} for side in (found.a, found.b)],
        "chain": [{"from": link.one.article.id, "to": link.other.article.id, "because": link.words}
                  for link in found.chain],
        "missing": list(found.missing),
    }
