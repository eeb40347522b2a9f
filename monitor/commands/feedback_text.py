"""What the feedback commands print: tables of precision, phrases with what they would have done, JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.commands.table import Column, line
from rules.workbench.rejected import EVIDENCE
from rules.workbench.score import wilson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from monitor.commands.feedback_read import Said, Tried
    from rules.workbench.rejected import Phrase
    from rules.workbench.votes import Share

_COLUMNS = (Column("", 28), Column("articles", 8), Column("relevant", 8), Column("precision", 16), Column("", 30))
_NAMES = {"rules": "rule", "outlets": "outlet", "channels": "channel"}
_SHOWN = 20  # lines of a table
_REFUSED = 3  # of the phrases that break an example, which are often variants of one


def lines(found: Said, precision: Mapping[str, Sequence[Share]], tried: Sequence[Tried], known: Collection[str]
          ) -> Iterator[str]:
    """The whole report. `known` are the rules that the files have now."""
    days = (found.now - found.since).days
    if not found.votes:
        yield (f"Nobody judged an article in the last {days} days. Readers do with the buttons below a message in "
               "Slack: Relevant, Not relevant.")
        return
    yield f"{_count(len(found.votes), 'judgement')} of {_count(found.articles, 'article')} in the last {days} days."
    if even := found.articles - len(_decided(found)):
        yield f"On {_count(even, 'article')} readers are even, and nothing is made of that."
    for kind, rows in precision.items():
        yield from ("", *_table(_NAMES[kind], rows, days))
    yield ""
    yield "Behind what was rejected:" if tried else "Nothing was rejected."
    for one in tried:
        yield from ("", *phrase_lines(one, is_known=one.found.rule_id in known))
    if any(one.found.phrases for one in tried):
        yield from ("", "To see it as a change of your rule files: dateline feedback offer RULE")


def _decided(found: Said) -> set[int]:
    return {article_id for rule_id in {vote.rule_id for vote in found.votes} for article_id in found.verdicts(rule_id)}


def _table(name: str, rows: Sequence[Share], days: int) -> Iterator[str]:
    parts = len(rows[0].parts) if rows else 1
    yield line(_COLUMNS, (name, "articles", "relevant", "precision", f"oldest first, {days / parts:.3g} days each"))
    for row in rows[:_SHOWN]:
        low, high = wilson(row.relevant, row.judged)
        share = f"{row.relevant / row.judged:.2f} ({low:.2f}-{high:.2f})"
        over_time = "  ".join(f"{some / of:.2f}" if of else "   –" for some, of in row.parts)
        yield line(_COLUMNS, (row.name, str(row.judged), str(row.relevant), share, over_time))
    if len(rows) > _SHOWN:
        yield f"and {len(rows) - _SHOWN} more: --json has them all"


def phrase_lines(tried: Tried, *, is_known: bool = True) -> Iterator[str]:
    """The phrases of one rule, with what each would have done."""
    found = tried.found
    if not is_known:
        yield f"{found.rule_id} is not in your rule files any more"
        return
    rejected, kept = len(found.rejected), len(found.kept)
    yield f"{found.rule_id}: {rejected} rejected, {kept} kept"
    for at, phrase in enumerate(found.phrases):
        too = " as well" if at else ""
        yield (f"  ignoring “{phrase.words}”{too} would have removed {len(phrase.removed)}{' more' if at else ''} of "
               f"{rejected} rejected and 0 of {kept} kept")
    if found.costly:
        yield from _costly(tried, found.costly, len(found.phrases))
    for phrase, wrong in found.refused[:_REFUSED]:
        yield f"  “{phrase.words}” is behind {len(phrase.removed)}, but ignoring it breaks an example: {wrong}"
    if rejected and not (found.phrases or found.costly or found.refused):
        yield (f"  no phrase is behind {EVIDENCE} or more of them. dateline rules explain {found.rule_id} NUMBER shows "
               "what the rule saw in one")
    if found.phrases and not kept:
        yield "  No article of this rule was called relevant, so that nothing tells what a phrase would lose."
    yield from _left_out(tried)


def _costly(tried: Tried, phrase: Phrase, before: int) -> Iterator[str]:
    too = " as well" if before else ""
    yield (f"  ignoring “{phrase.words}”{too} would have removed {len(phrase.removed)} of {len(tried.found.rejected)} "
           f"rejected, and lost {len(phrase.lost)} of {len(tried.found.kept)} kept; it is not offered:")
    yield from (f"    {article_id}  {title}" for article_id, title in tried.titles(phrase.lost))


def _left_out(tried: Tried) -> Iterator[str]:
    rejected, kept = tried.erased
    if rejected or kept:
        yield (f"  Not tried: {rejected} rejected and {kept} kept, whose text was erased. They count in the precision "
               "above.")
    if tried.found.silent:
        yield f"  {_count(tried.found.silent, 'judged article')} the rule does not alert on any more, as it is now."


def written(path: Path, articles: int, erased: int, undecided: int) -> str:
    """What `feedback labels` says of its file."""
    said = [f"Written: {path}, {_count(articles, 'article')}."]
    if erased:
        said.append(f"{_count(erased, 'article')} left out whose text was erased.")
    if undecided:
        said.append(f"{_count(undecided, 'article')} left out on which readers are even, or whose rule has no topic.")
    said.append("It holds only what was posted, so that precision means something and recall does not; and whole "
                f"texts of others: do not publish it.\nNow: dateline rules score {path}")
    return " ".join(said)


def as_json(found: Said, precision: Mapping[str, Sequence[Share]], tried: Sequence[Tried]) -> dict[str, Any]:
    """The report for programs."""
    return {
        "since": found.since.isoformat(), "until": found.now.isoformat(), "judgements": len(found.votes),
        "articles": found.articles, "undecided": found.articles - len(_decided(found)),
    } | {kind: [_share(row) for row in rows] for kind, rows in precision.items()} | {
        "phrases": [_tried(one) for one in tried]}


def _share(row: Share) -> dict[str, Any]:
    return {"name": row.name, "articles": row.judged, "relevant": row.relevant,
            "precision": row.relevant / row.judged, "interval": wilson(row.relevant, row.judged),
            "over_time": [{"articles": of, "relevant": some} for some, of in row.parts]}


def _tried(one: Tried) -> dict[str, Any]:
    found = one.found
    return {
        "rule": found.rule_id, "rejected": len(found.rejected), "kept": len(found.kept), "silent": found.silent,
        "erased_rejected": one.erased[0], "erased_kept": one.erased[1],
        "phrases": [_phrase(one, phrase) for phrase in found.phrases],
        "costly": _phrase(one, found.costly) if found.costly else None,
        "refused": [_phrase(one, phrase) | {"breaks": wrong} for phrase, wrong in found.refused],
    }


def _phrase(one: Tried, phrase: Phrase) -> dict[str, Any]:
    return {"phrase": phrase.words, "removed": list(phrase.removed),
            "lost": [{"id": article_id, "title": title} for article_id, title in one.titles(phrase.lost)]}


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
