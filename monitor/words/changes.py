"""The words in front of what changed on a watched page, in English and Spanish. Pure.

The text is stored with those of `monitor.collect.watch`, in English; readers see their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.settings import Language

_GONE = ("Before", "Deleted")  # what does not stand on the page any more
_COME = ("Now", "Added")
_TITLE, _TITLE_GONE = "Changed: ", "Changed: deleted: "
_TITLES: Mapping[Language, tuple[str, str]] = {"en": (_TITLE, _TITLE_GONE), "es": ("Cambio: ", "Cambio: suprimido: ")}
_LABELS: Mapping[Language, Mapping[str, str]] = {
    "en": {label: label for label in (*_GONE, *_COME)},
    "es": {"Before": "Antes", "Deleted": "Suprimido", "Now": "Ahora", "Added": "Añadido"},
}


@dataclass(frozen=True, slots=True)
class Line:
    """One state of one change; `number` is that of its paragraph in the text, from 0."""

    label: str
    text: str
    number: int


def lines(paragraphs: Iterable[str]) -> list[tuple[Line, ...]]:
    """The changes among the paragraphs: what stood and what stands in its place are one."""
    found: list[tuple[Line, ...]] = []
    for number, paragraph in enumerate(paragraphs):
        label, colon, text = paragraph.partition(": ")
        if not colon or label not in _LABELS["en"]:
            continue
        line = Line(label, text, number)
        if label == "Now" and found and found[-1][-1].label == "Before":
            found[-1] = (*found[-1], line)
        else:
            found.append((line,))
    return found


def uncounted(paragraphs: Sequence[str]) -> int:
    """How many changes the text does not hold: "… and 12 more"."""
    words = paragraphs[-1].split() if paragraphs else []
    return int(words[2]) if words[:2] == ["…", "and"] and len(words) == 4 and words[2].isdecimal() else 0


def standing(title: str, text: str) -> tuple[str, str]:
    """Headline and text of a change without what does not stand on the page any more."""
    gone = tuple(f"{label}: " for label in _GONE)
    left = "\n".join(line for line in text.splitlines() if not line.startswith(gone))
    return "" if title.startswith(_TITLE_GONE) else title, left


def labelled(line: Line, language: Language) -> str:
    """ "Added: Cecil County", "Añadido: Cecil County"."""
    return f"{_LABELS[language][line.label]}: {line.text}"


def headline(title: str, language: Language) -> tuple[str, int, int]:
    """The headline in a language, and the lengths of the words in front of it as stored and as shown."""
    for stored, shown in zip((_TITLE_GONE, _TITLE), reversed(_TITLES[language]), strict=True):
        if title.startswith(stored):
            return shown + title[len(stored):], len(stored), len(shown)
    return title, 0, 0
