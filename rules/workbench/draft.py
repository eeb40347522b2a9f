"""A rule from a few answers: what `rules new` writes, as a person would have written it.

Pure: answers in, TOML out. Words become a list of their own, so that the query stays short and the list can grow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.article import text
from rules.files.toml_text import block, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ALERT_FROM = "lead"  # a mention further down is usually another story
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers. `label` is empty where the topic exists already; `places` are ids or labels, any of which will do.
    """

    rule_id: str
    name: str
    topic: str = ""
    label: str = ""
    words: tuple[str, ...] = ()
    spanish: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    match: str = ""
    no_match: str = ""

    @property
    def list_name(self) -> str:
        return f"{self.rule_id}-words"

    @property
    def query(self) -> str:
        """The words, and the places where there are some."""
        names = [f'"{name}"' if re.search(r"[^a-z0-9-]", name) else name for name in self.places]
        where = f"place:{names[0]}" if len(names) == 1 else f"place:({' OR '.join(names)})"
        return f"@{self.list_name} AND {where}" if names else f"@{self.list_name}"


def as_id(name: str, taken: Collection[str]) -> str:
    """An id of letters, digits and hyphens that nothing else has."""
    plain = "-".join(re.findall(r"[a-z0-9]+", text.fold(name).replace("ñ", "n").replace("'", "")))[:40].strip("-")
    known = plain or "rule"
    return next(each for each in (known, *(f"{known}-{number}" for number in range(2, len(taken) + 3)))
                if each not in taken)


def split_words(answer: str) -> tuple[str, ...]:
    """Words and phrases as people type them in a row: between commas, semicolons or lines, quotes or none."""
    found = [" ".join(part.strip().strip("\"'“”‘’").split()) for part in re.split(r"[,;\n]", answer)]
    return tuple(dict.fromkeys(part for part in found if part))


def whole_file(draft: Draft, day: str) -> str:
    """A rule file of its own."""
    parts = [f"#:schema ./rules.schema.json\n# {draft.name}. Written with `dateline rules new` on {day}; edit it as "
             "you like, then run\n# dateline rules check  and  dateline rules test\n"]
    if draft.label:
        parts.append(f"[topics]\n{draft.topic} = {quoted(draft.label)}\n")
    parts += [f"[lists]\n{list_lines(draft)}\n", rule_lines(draft)]
    return "\n".join(parts)


def list_lines(draft: Draft) -> str:
    """The list of words as a key of [lists]."""
    rows = [f"{draft.list_name} = ["]
    for language, words in (("English", draft.words), ("Spanish", draft.spanish)):
        if words:
            rows += [f"  # {language}", *_wrapped(words)]
    return "\n".join([*rows, "]"])


def _wrapped(words: Sequence[str]) -> list[str]:
    rows = ["  "]
    for part in (f"{quoted(word)}," for word in words):
        if len(rows[-1]) + len(part) > _WIDTH:
            rows.append("  ")
        rows[-1] += f"{part} "
    return [row.rstrip() for row in rows]


def rule_lines(draft: Draft) -> str:
    """The [[rule]] with its examples."""
    rows = ["[[rule]]", f"id         = '{draft.rule_id}'", f"name       = {quoted(draft.name)}"]
    if draft.topic:
        rows.append(f"topics     = ['{draft.topic}']")
    rows += [
        f"# Only what stands in the headline or the first paragraphs; 'passing' would alert on every mention.\n"
        f"alert_from = '{ALERT_FROM}'",
        f"query      = {block(draft.query)}",
    ]
    for expect, example in (("match", draft.match), ("no match", draft.no_match)):
        if example:
            rows += ["", "[[rule.example]]", f"expect = '{expect}'", f"text   = {block(example)}"]
    return "\n".join(rows) + "\n"


def without(draft: Draft, expect: str) -> Draft:
    """The draft without one of its examples."""
    return replace(draft, match="") if expect == "match" else replace(draft, no_match="")
