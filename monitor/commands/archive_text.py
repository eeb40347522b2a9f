"""What the commands over stored articles print: as lines for people, and as JSON with stable keys for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.words.times import day, moment
from rules.workbench.chart import chart
from rules.workbench.trial import per_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.ruleset.archive import Comparison
    from monitor.ruleset.backfill import Plan
    from rules.model import Rule
    from rules.workbench.trial import Hit, Trial
    from storage.archive import History, Record

SHOWN = 20  # articles of a list; the rest is counted
_WORDS = 12  # of a prefix
QUIET_DAYS = 90  # a rule that found nothing for so long is worth a look


@dataclass(frozen=True, slots=True)
class Backtest:
    """One finished backtest. `active_since` is set where it was compared with the rules that the bot uses."""

    rule: Rule
    comparison: Comparison
    since: datetime
    now: datetime
    zone: ZoneInfo
    active_since: datetime | None = None

    @property
    def trial(self) -> Trial:
        return self.comparison.trials[self.rule.id]

    @property
    def counts(self) -> dict[Any, int]:
        """Articles found by local day."""
        return per_day(self.trial.now, self.zone)


def backtest_lines(done: Backtest) -> list[str]:
    """The report: how many, when, which, by which words, and what changed."""
    reach, found = done.comparison.reach, done.trial.now
    lines = [f"{done.rule.id} finds {_count(len(found), 'article')} of the {reach.stored} that came since "
             f"{day(done.since, done.zone)}{_beginning(done)}", *_beside(done)]
    if reach.stored:
        first, last = (at.astimezone(done.zone).date() for at in (reach.start, done.now))
        lines += ["", *chart(done.counts, min([first, *done.counts]), last)]
    if done.active_since is None:
        lines += _listed("Newest first:", found, done.zone)
    lines += _prefixes(done.trial.words)
    if done.active_since is not None:
        lines += _differences(done, done.active_since)
    return lines + [f"\n! {remark}" for remark in remarks(done)]


def backtest_json(done: Backtest) -> dict[str, Any]:
    """The same for programs; every article is listed."""
    trial, reach = done.trial, done.comparison.reach
    return {
        "rule": done.rule.id, "since": done.since.isoformat(), "archive_begins": reach.start.isoformat(),
        "stored": reach.stored, "erased": reach.erased,
        "read": len(reach.ids), "matched": len(trial.now), "below_alert_from": trial.silent,
        "per_day": {day.isoformat(): count for day, count in sorted(done.counts.items())},
        "articles": [hit_json(hit) for hit in trial.now], "prefixes": trial.words, "remarks": remarks(done),
        "diff": None if done.active_since is None else {
            "active_since": done.active_since.isoformat(), "unchanged": len(trial.kept),
            "newly_matched": [hit_json(hit) for hit in trial.found],
            "no_longer_matched": [hit_json(hit) for hit in trial.lost],
        },
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One article found."""
    return asdict(hit) | {"at": hit.at.isoformat(), "places": list(hit.places)}


def remarks(done: Backtest) -> list[str]:
    """What the numbers say about the rule."""
    most, days = done.rule.max_per_day, max((done.now - done.comparison.reach.start).days, 1)
    busy = sum(1 for count in done.counts.values() if count > most)
    found = len(done.trial.now)
    if found > most * days:
        return [f"It found {_count(round(found / days), 'article')} a day, and no more than "
                f"{_count(most, 'story', 'stories')} a day were expected (max_per_day). Unless many of them tell of "
                "the same events, ask for more words, for a sentence, or for more prominence (alert_from)."]
    if busy:
        return [f"On {_count(busy, 'day')} it found more than {_count(most, 'article')}. max_per_day counts "
                "stories: articles of one event are one."]
    if not found and days >= QUIET_DAYS and done.comparison.reach.stored:
        return [f"It found nothing in {days} days. Is a word misspelt, or asked for too strictly? "
                f"dateline rules explain {done.rule.id} ARTICLE says what is missing in an article."]
    return []


def _beginning(done: Backtest) -> str:
    start = done.comparison.reach.start
    return f" (the archive begins on {day(start, done.zone)})" if start > done.since + timedelta(days=1) else ""


def _beside(done: Backtest) -> list[str]:
    """What else there is: matches too slight to alert, articles without text."""
    lines = []
    if done.trial.silent:
        lines.append(f"{_count(done.trial.silent, 'more match', 'more matches')} would alert nobody: less prominent "
                     f"than alert_from = '{done.rule.alert_from}' asks")
    if done.comparison.reach.erased:
        lines.append(f"{_count(done.comparison.reach.erased, 'article')} more came and could not be tried: "
                     "the text is erased after keep_text_days")
    return lines


def _differences(done: Backtest, active_since: datetime) -> list[str]:
    trial = done.trial
    lines = [f"\nBeside the rules that the bot uses since {moment(active_since, done.zone)}: "
             f"+{len(trial.found)} newly matched, -{len(trial.lost)} no longer matched, {len(trial.kept)} unchanged"]
    lines += _listed("No longer matched:", trial.lost, done.zone, most=len(trial.lost))
    return lines + _listed("Newly matched:", trial.found, done.zone)


def _listed(heading: str, hits: Sequence[Hit], zone: ZoneInfo, most: int = SHOWN) -> list[str]:
    if not hits:
        return []
    lines = ["", heading, *(line for hit in hits[:most] for line in hit_lines(hit, zone))]
    return [*lines, f"  … and {len(hits) - most} more"] if len(hits) > most else lines


def hit_lines(hit: Hit, zone: ZoneInfo) -> list[str]:
    """One article in three lines: headline, where and when, the sentence."""
    about = [moment(hit.at, zone), hit.outlet, ", ".join(hit.places[:3]), hit.prominence,
             "" if hit.severity == "normal" else hit.severity, hit.stance]
    lines = [f"  {hit.title}", f"    {' · '.join(part for part in about if part)} · article {hit.article_id}"]
    return [*lines, f"    “{hit.sentence}”"] if hit.sentence else lines


def _prefixes(words: Mapping[str, Mapping[str, int]]) -> list[str]:
    if not any(words.values()):
        return []
    lines = ["", "What each prefix stood for, in articles:"]
    for prefix, counted in words.items():
        most = Counter(counted).most_common(_WORDS)
        more = f", and {len(counted) - _WORDS} other words" if len(counted) > _WORDS else ""
        lines.append(f"  {prefix}*  {', '.join(f'{word} {count}' for word, count in most) or 'nothing'}{more}")
    return lines


def plan_lines(planned: Plan, zone: ZoneInfo) -> list[str]:
    """What a backfill would post, channel by channel."""
    lines = [f"{planned.rule_id} finds {_count(len(planned.caught), 'article')} of the {planned.reach.stored} that "
             f"came since {day(planned.since, zone)}"]
    for post in planned.posts:
        before = f"; {post.already} more stand in its digests already" if post.already else ""
        lines.append(f"\n{post.channel.name} would get {_count(len(post.fresh), 'article')}{before}")
        lines += [f"  {one.article.title} ({one.article.outlet})" for one in post.fresh[:SHOWN]]
        lines += [f"  … and {len(post.fresh) - SHOWN} more"] if len(post.fresh) > SHOWN else []
    if planned.caught and not planned.posts:
        lines.append("no channel in config.toml wants this rule, its topics and places: nobody would be told")
    return lines


def plan_json(planned: Plan, made: int) -> dict[str, Any]:
    """The same for programs; `digests` is how many were made."""
    return {
        "rule": planned.rule_id, "since": planned.since.isoformat(), "stored": planned.reach.stored,
        "matched": len(planned.caught), "digests": made,
        "channels": [
            {"id": post.channel.id, "name": post.channel.name, "already_posted": post.already,
             "articles": [{"article_id": one.article.article_id, "title": one.article.title, "url": one.article.url}
                          for one in post.fresh]}
            for post in planned.posts
        ],
    }


def history_lines(history: History, names: Mapping[str, str], zone: ZoneInfo) -> list[str]:
    """What became of a stored article; `names` are those of channels."""
    article = history.article
    found = [f"{match.rule_id} ({match.prominence}{'' if match.alerts else ', too slight to alert'})"
             for match in history.matches]
    posted = [f"{names.get(one.channel_id, one.channel_id)} {moment(one.made_at, zone)} ({one.state})"
              for one in history.posted]
    lines = [f"article {article.id}: {article.title}", f"  {article.outlet} · {article.url}",
             f"  first seen  {moment(article.first_seen_at, zone)}",
             f"  matched by  {', '.join(found) or 'no rule'}", f"  posted      {', '.join(posted) or 'nowhere'}"]
    return lines + [f"  note        {note}" for note in _notes(history.record, zone)]


def _notes(record: Record, zone: ZoneInfo) -> list[str]:
    """Whatever can be why nobody heard of the article."""
    came = "published far more at once than usual" if record.flood else "was first read"
    possible = [
        (record.erased_at, f"its text was erased on {day(record.erased_at, zone)}: only the headline is left"),
        (record.quiet, f"it was old already, or undated, when its feed {came}: such articles alert nobody"),
        (record.edited_at, f"its outlet changed it, which was seen on {day(record.edited_at, zone)}"),
        (record.duplicate_of, f"it is the same article as {record.duplicate_of}, and only that one counts"),
        (record.matched_at is None and not record.duplicate_of, "rules have not read it yet"),
        (record.page_state == "pending", "its page is still to be read"),
        (record.page_state == "failed", f"only the feed's summary could be read: {record.page_error or 'erased'}"),
    ]
    return [sentence for holds, sentence in possible if holds]


def history_json(history: History) -> dict[str, Any]:
    """The same for programs."""
    record = history.record
    times = {"first_seen_at": history.article.first_seen_at, "matched_at": record.matched_at,
             "erased_at": record.erased_at}
    return asdict(record) | {name: at.isoformat() if at else None for name, at in times.items()} | {
        "article_id": history.article.id,
        "matches": [{"rule": match.rule_id, "prominence": match.prominence, "alerts": match.alerts,
                     "severity": match.severity} for match in history.matches],
        "posted": [asdict(one) | {"made_at": one.made_at.isoformat()} for one in history.posted],
    }


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
