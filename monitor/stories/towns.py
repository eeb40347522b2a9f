"""Towns by their names alone: of the dateline, and where the beginning says "in" one. No gazetteer knows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.general import AREAS, COUNTRIES, LINKS
from monitor.stories.lexicon import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.reading import Sentence

KEPT = 4
LONGEST = 3  # words of a town's name
_DASHES = ("—", "–", "--", "-")
_IN = frozenset(("in", "en", "near", "outside", "at"))
_FIRST = 2  # sentences of the body


def towns(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Folded names, that of the dateline first."""
    body = [one for one in sentences if one.part != "title"]
    found = dict.fromkeys(dateline(body[0]) if body else ())
    for one in body[:_FIRST]:
        found.update(dict.fromkeys(_after_in(one)))
    return tuple(found)[:KEPT]


def dateline(one: Sentence) -> list[str]:
    """The town in capitals with which a report begins: GOSHEN, N.Y. —"""
    run: list[str] = []
    for at, word in enumerate(one.words[:LONGEST]):
        if not word.isupper() or len(word) < 2 or (run and one.gaps[at] != " "):
            break
        run.append(one.keys[at])
    ended = len(run) < len(one.words) and (
        one.gaps[len(run)].startswith((",", " (")) or any(dash in one.gaps[len(run)] for dash in _DASHES))
    return [" ".join(run)] if run and len(" ".join(run)) > 3 and ended else []


def _after_in(one: Sentence) -> Iterator[str]:
    for at, key in enumerate(one.keys):
        if key in _IN and at + 1 < len(one.keys):
            run: list[str] = []
            for behind in range(at + 1, min(len(one.keys), at + 1 + LONGEST)):
                word = one.words[behind]
                if not word[0].isupper() or (run and one.gaps[behind] != " "):
                    break
                run.append(one.keys[behind])
            if run and _may_be_town(run):
                yield " ".join(run)


def _may_be_town(run: Sequence[str]) -> bool:
    return not any(key in AREAS or key in COUNTRIES or key in MONTHS or key in WEEKDAYS for key in run) \
        and run[0] not in LINKS and len(" ".join(run)) > 3
