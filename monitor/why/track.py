"""The way of a stored article from its feed to the rules, told stage by stage. Pure: what is stored in, sentences out.

Where an article stopped is where somebody can do something, so each stage says whether the article got past it, and
what to do where it did not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from monitor.words.times import day, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.settings import PollingSettings
    from rules.engine.explain import Explanation
    from rules.model import Match, Prominence
    from storage.archive import History
    from storage.articles import StoredArticle
    from storage.why import Brought

State = Literal["passed", "waiting", "stopped"]
LATE = timedelta(hours=2)  # between publication and first sight; feeds are asked every 20 minutes or so
MISSING = 3  # parts of a query that are named; `rules explain` shows them all
_DEPTH = {"passing": "in passing", "body": "in the text", "lead": "in its opening", "headline": "in its headline"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name (a short stable word), whether the article got past it, a sentence, and what to do."""

    name: str
    state: State
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules of the files, as they are now, make of an article: what matches, and of the rest the nearest."""

    matches: tuple[Match, ...]
    nearest: Explanation | None = None
    alert_from: Mapping[str, Prominence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A stored article: what is known of it, which feeds brought it, and the article of which it is a duplicate."""

    history: History
    feeds: tuple[Brought, ...]
    twin: StoredArticle | None = None

    @property
    def silenced(self) -> str:
        """Why no channel is ever told of it, whatever rules say; empty where there is no such reason."""
        record = self.history.record
        if record.duplicate_of:
            return f"it is a duplicate of article {record.duplicate_of}"
        if record.quiet and not any(match.after_edit for match in self.history.matches):
            return "it was old already, or undated, when its feed was first read or published far more than usual"
        return "its text was erased" if record.erased_at else ""


def track(found: Found, reading: Reading | None, polling: PollingSettings, zone: ZoneInfo) -> list[Stage]:
    """The stages from the feed to the rules, in order; it ends where the article did."""
    told: list[Stage] = []
    for stages in (_known, _fed, _page, _duplicate):
        told += stages(found, polling, zone)
    return told if found.history.record.duplicate_of else [*told, *_rules(found, reading, zone)]


def _known(found: Found, _polling: PollingSettings, zone: ZoneInfo) -> Iterator[Stage]:
    article, record = found.history.article, found.history.record
    yield Stage("known", "passed", f"Dateline knows it as article {article.id}: “{article.title}” ({article.outlet}).")
    if record.erased_at:
        yield Stage("known", "passed", f"Its text was erased on {day(record.erased_at, zone)}, as keep_text_days asks: "
                                       "rules can no longer be tried on it.")


def _fed(found: Found, polling: PollingSettings, zone: ZoneInfo) -> Iterator[Stage]:
    article = found.history.article
    if not found.feeds:
        yield Stage("feed", "passed", "No feed brought it: it was posted by hand.")
        return
    first = found.feeds[0]
    others = f" ({len(found.feeds) - 1} more feeds had it, too)" if len(found.feeds) > 1 else ""
    gone = "" if first.active else ", which is no longer in config.toml"
    seen = moment(article.first_seen_at, zone)
    said = f"The feed {first.url} of {first.outlet}{gone} brought it on {seen}{others}."
    if first.kind == "page":
        said = f"The page {first.url} of {first.outlet}{gone} is watched: the change was seen on {seen}."
    yield Stage("feed", "passed", said)
    yield from _age(found, polling, zone)


def _age(found: Found, polling: PollingSettings, zone: ZoneInfo) -> Iterator[Stage]:
    article, opening = found.history.article, found.history.record.quiet
    delay = article.first_seen_at - article.published_at if article.published_at else None
    number = f"dateline why {article.id} --post CHANNEL"
    if opening and found.history.record.flood:
        yield Stage("fresh", "stopped", "It came with far more of its feed at once than usual, and was old by then, or "
                    "undated: that is mostly an archive put in order, so it was stored quietly.",
                    f"to tell a channel of it anyway: {number}")
    elif opening:
        when = f"it was {_span(delay)} old" if delay is not None else "it had no date"
        yield Stage("fresh", "stopped", f"When its feed was read for the first time {when}. A new feed alerts on "
                    f"nothing older than {polling.first_poll_hours} hours (first_poll_hours) and nothing undated: it "
                    "was stored quietly.", f"to tell a channel of it anyway: {number}")
    elif delay is None:
        yield Stage("fresh", "passed", "Neither feed nor page says when it was published.")
    elif found.feeds and found.feeds[0].first_ok_at == article.first_seen_at:
        yield Stage("fresh", "passed", f"It was {_span(delay)} old when its feed was read for the first time: young "
                    "enough to be news.")
    elif delay >= LATE:
        assert article.published_at is not None
        yield Stage("fresh", "passed", f"It was published on {moment(article.published_at, zone)} and fetched late: "
                    f"first seen {_span(delay)} after that.", "dateline feeds list shows whether its feed fails; some "
                    "feeds list an article hours after the site does")
    else:
        yield Stage("fresh", "passed", f"It was first seen {_span(delay)} after it was published.")


def _page(found: Found, polling: PollingSettings, _zone: ZoneInfo) -> Iterator[Stage]:
    record, text = found.history.record, found.history.article.text
    if record.page_state == "read":
        yield Stage("page", "passed", "Its page was read in full.")
    elif record.page_state == "pending":
        yield Stage("page", "waiting", "Its page is still to be read; rules wait for that, ten minutes at most.",
                    "nothing: the bot does it by itself while it runs")
    elif record.page_state == "failed":
        yield Stage("page", "passed", "Only the feed's summary was read, because its page could not be: "
                    f"{record.page_error or 'erased'}.", "what stands only in the page cannot be found; a rule can "
                    "look for what the summary says")
    elif record.quiet or len(text) > 0:
        why = "its page was not asked for, as nobody is alerted of it" if record.quiet else \
            "the feed carries it whole" if polling.fetch_pages else "pages are not fetched (fetch_pages = false)"
        yield Stage("page", "passed", f"It was read from the feed: {why}.")


def _duplicate(found: Found, _polling: PollingSettings, _zone: ZoneInfo) -> Iterator[Stage]:
    twin = found.history.record.duplicate_of
    if twin:
        same = f" (“{found.twin.title}”, {found.twin.url})" if found.twin else ""
        yield Stage("duplicate", "stopped", f"Its page is that of article {twin}{same}: only that one counts.",
                    f"dateline why {twin} follows it")


def _rules(found: Found, reading: Reading | None, zone: ZoneInfo) -> Iterator[Stage]:
    """What rules made of it when it came, and what they make of it now where that is something else."""
    record, number = found.history.record, found.history.article.id
    if record.matched_at is None:
        yield Stage("rules", "waiting", "The rules have not read it yet.",
                    "" if record.page_state == "pending" else "nothing: the next round of the bot does it")
        return
    at = moment(record.matched_at, zone)
    matches = found.history.matches
    if record.edited_at:
        yield Stage("edited", "passed", f"Its outlet changed it: what was seen on {moment(record.edited_at, zone)} was "
                    "read by the rules again, and tells only of what they found new.")
    for match in matches:
        yield _matched(match, f" on {at}", str(number), reading=reading)
    if not matches:
        yield Stage("rules", "stopped", f"No rule matched it on {at}.")
    if reading:
        yield from _since(reading, matches, str(number))


def read_now(reading: Reading, named: str) -> Iterator[Stage]:
    """What the rules make of an article that is not stored; `named` is what `rules explain` takes."""
    for match in reading.matches:
        yield _matched(match, "", named, reading=reading)
    if not reading.matches:
        yield Stage("rules", "stopped", "No rule matches it.")
        yield from _nearest(reading, named)


def _matched(match: Match, when: str, named: str, *, reading: Reading | None) -> Stage:
    when = f" after an edit{when}" if match.after_edit else when
    found = f"The rule {match.rule_id} matched{when}, {_DEPTH[match.prominence]}: {match.why or 'its text was erased'}"
    if match.alerts:
        return Stage("rules", "passed", f"{found}.")
    needed = reading.alert_from.get(match.rule_id) if reading else None
    asked = f" It alerts from “{needed}” (alert_from)." if needed else " The rule asks for more (alert_from)."
    return Stage("rules", "stopped", f"{found}. That is too slight to alert.{asked}",
                 "if it should: lower alert_from in the rule. Why so slight: "
                 f"{_explain(match.rule_id, named)}")


def _since(reading: Reading, matches: Sequence[Match], named: str) -> Iterator[Stage]:
    """Where the rules of the files decide otherwise by now."""
    then = {match.rule_id for match in matches if match.alerts}
    now = {match.rule_id for match in reading.matches if match.alerts}
    for rule_id in sorted(now - then):
        yield Stage("rules now", "stopped", f"As the rules are now, {rule_id} would match it. It came before that.",
                    f"dateline rules backfill {rule_id} --since 7d posts what it would have caught")
    for rule_id in sorted(then - now):
        yield Stage("rules now", "passed", f"As the rules are now, {rule_id} would not alert on it any more.",
                    _explain(rule_id, named))
    if not matches and not now:
        yield from _nearest(reading, named)


def _nearest(reading: Reading, named: str) -> Iterator[Stage]:
    told = reading.nearest
    if told is None:
        yield Stage("nearest", "stopped", "It holds nothing of what the rules look for.",
                    "if somebody should hear of it, a rule for it is missing: dateline rules new")
        return
    missing = "; ".join(told.missing[:MISSING]) or told.problem
    yield Stage("nearest", "stopped", f"The rule {told.rule_id} came nearest: {missing}.",
                f"{_explain(told.rule_id, named)} shows all of it; to keep it as an example: dateline why {named} "
                f"--keep {told.rule_id}")


def _explain(rule_id: str, named: str) -> str:
    return f"dateline rules explain {rule_id} {named}"


def _span(time: timedelta) -> str:
    """A length of time in words: "12 min", "26 hours", "3 days"."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"


def stopped_at(stages: Sequence[Stage]) -> Stage | None:
    """The stage that says where the article is: the first that it did not pass."""
    return next((stage for stage in stages if stage.state != "passed"), None)
