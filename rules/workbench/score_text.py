"""A report of measures as people read it on a terminal, and as JSON for other programs."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rules.workbench.score import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.engine.relevance import Model
    from rules.workbench.score import Report, Tally, Wrong

_KINDS = {"missed": "Missed", "false alert": "False alerts", "place": "Places", "stance": "Stance"}
_INDENT = " " * 6
_CAUTION = ["If it was learned from these same articles, it knows them: --folds 5 gives an honest figure."]
_COLUMNS = "precision          recall             F1    hits  false  missed"


def as_text(report: Report, learned: Report | None = None, how: str = "") -> str:
    """The figures, then every error with its reason; with `learned`, both figures and the errors that remain."""
    lines = [f"{report.articles} labelled articles; in brackets the 95 % interval", ""]
    lines += _table(report, "rules alone" if learned else "")
    if learned:
        lines += ["", *_table(learned, how), *_CAUTION * ("folds" not in how)]
    return "\n".join([*lines, *_errors((learned or report).errors)])


def as_lesson(model: Model, alone: Report, unseen: Report) -> str:
    """What `learn` learned, and what it is worth on articles that it had not seen."""
    lines = []
    for topic, tally in alone.topics.items():
        one = model.topics.get(topic)
        if one is None:
            lines.append(f"{topic}: too few labelled matches, alerts go on by the rules alone")
            continue
        after = unseen.topics[topic].f1
        lines.append(f"{topic}: learned from {one.learned_from} matches, {one.stories} of them stories; F1 by rules "
                     f"alone {tally.f1:.2f}, with the score on articles it had not seen {after:.2f}")
        if after < tally.f1:
            lines.append(f"  On these articles the rules alone do better. If the rules were not written from them, "
                         f"label more, or delete [topic.{topic}] from the file.")
    return "\n".join(lines)


def _table(report: Report, heading: str) -> list[str]:
    width = max(len(name) for name in (*report.topics, "places", heading))
    lines = [f"{heading:<{width}}  {_COLUMNS}"]
    lines += [_row(f"{name:<{width}}", tally) for name, tally in report.topics.items()]
    if report.places.tp + report.places.fp + report.places.fn:
        lines.append(_row(f"{'places':<{width}}", report.places))
    if report.verdicts or report.undecided:
        share = report.right / report.verdicts if report.verdicts else 0.0
        lines.append(f"{'stance':<{width}}  {_share(share, wilson(report.right, report.verdicts))}  "
                     f"{report.right} of {report.verdicts} verdicts right; no verdict on {report.undecided}")
    return lines


def _row(name: str, tally: Tally) -> str:
    of_precision, of_recall = _intervals(tally)
    return (f"{name}  {_share(tally.precision, of_precision)}  {_share(tally.recall, of_recall)}  "
            f"{tally.f1:.2f}  {tally.tp:4}  {tally.fp:5}  {tally.fn:6}")


def _share(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.2f} ({interval[0]:.2f}-{interval[1]:.2f})"


def _intervals(tally: Tally) -> tuple[tuple[float, float], tuple[float, float]]:
    return wilson(tally.tp, tally.tp + tally.fp), wilson(tally.tp, tally.tp + tally.fn)


def _errors(errors: Iterable[Wrong]) -> list[str]:
    lines: list[str] = []
    for kind, heading in _KINDS.items():
        some = [error for error in errors if error.kind == kind]
        lines += ["", f"{heading}: {len(some)}"] if some else []
        for error in some:
            lines.append(f"  {error.id}  {error.title}{'' if error.clear else '  [unclear]'}")
            lines.append(textwrap.fill(_explained(error), 110, initial_indent=_INDENT, subsequent_indent=_INDENT))
    return lines


def _explained(error: Wrong) -> str:
    if error.kind in ("missed", "false alert"):
        return f"{error.subject}: {error.why}"
    return f"expected {error.expected}; got {error.got}" + (f" ({error.why})" if error.why else "")


def as_json(report: Report, learned: Report | None = None) -> dict[str, Any]:
    """The figures under fixed keys; `learned` holds the same figures with the learned score, where there is one."""
    figures = _figures(report)
    if learned:
        figures["learned"] = _figures(learned)
    return figures


def _figures(report: Report) -> dict[str, Any]:
    return {
        "articles": report.articles,
        "topics": {name: _numbers(tally) for name, tally in report.topics.items()},
        "places": _numbers(report.places),
        "stance": {"verdicts": report.verdicts, "right": report.right, "undecided": report.undecided,
                   "interval": wilson(report.right, report.verdicts)},
        "errors": [asdict(error) for error in report.errors],
    }


def _numbers(tally: Tally) -> dict[str, Any]:
    precision, recall = _intervals(tally)
    return {
        "precision": tally.precision, "recall": tally.recall, "f1": tally.f1,
        "tp": tally.tp, "fp": tally.fp, "fn": tally.fn,
        "precision_interval": precision, "recall_interval": recall,
    }
