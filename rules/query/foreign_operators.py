"""Operators as other systems, other languages or other letters write them: `Or`, `near`, UND, ADJ3, W/5, /s.

Between two terms a word in capitals that means "and" elsewhere is meant as one here; the phrase is offered besides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.query.foreign_rows import chained, is_beside, is_between, together
from rules.query.pieces import MAX_DISTANCE, QueryProblem

if TYPE_CHECKING:
    from rules.query.foreign_rows import Row

_LOWER = frozenset(("and", "or", "not"))
_LOWER_COUNTED = re.compile(r"o?near/\d{1,3}|atleast/\d{1,3}", re.IGNORECASE)
# Whose word, what it is here, and whether it can mean anything else in capitals between two terms.
_ELSEWHERE = {"UND": ("German", "AND", True), "ODER": ("German", "OR", True), "Y/O": ("Spanish", "OR", True),
              "Y": ("Spanish", "AND", False), "O": ("Spanish", "OR", False), "ET": ("French", "AND", False),
              "OU": ("French", "OR", False)}
_BARE_NEAR = re.compile(r"O?NEAR")
_UNCOUNTED = re.compile(r"(?P<word>O?NEAR|ATLEAST)/?\S*")
# Proximity that other systems measure over everything beside it, alternatives included.
_STEPS = re.compile(r"(?P<how>[Ww]|PRE|pre|ADJ|)/?(?P<n>\d{1,3})")
_UNITS = re.compile(r"(?P<how>[Ww]|PRE|pre|)/(?P<unit>s|sent|p|para|seg)")
_TOO_FAR = re.compile(r"\b(?P<word>O?NEAR)/(?P<n>\d{2,4})\b")


def operator(row: Row, at: int) -> QueryProblem | None:
    """AND, OR, NOT, NEAR and ATLEAST in other letters or another language."""
    word, start, end = row.pieces[at].text, row.pieces[at].start, row.pieces[at].end
    upper = word.upper()
    if word in _LOWER or (word.casefold() in _LOWER and is_beside(row, at)):
        how = "in small letters is" if word in _LOWER else "is"
        return QueryProblem("E201", f'"{word}" {how} read as a word, not as an operator', start, end,
                            f'write {upper}, or put the whole phrase in quotes: "... {word} ..."')
    if _LOWER_COUNTED.fullmatch(word) and not word.isupper():
        return QueryProblem("E201", f'"{word}" in small letters is no operator', start, end, f"write {upper}",
                            fix=(start, end, upper))
    if upper in ("NEAR", "ONEAR") and word != upper and is_between(row, at):
        return QueryProblem("E201", f'"{word}" is read as a word, not as an operator', start, end,
                            f"write {upper}/5, with how many words may lie between, or put the whole phrase in "
                            f'quotes: "... {word} ..."')
    if word in _ELSEWHERE and is_between(row, at):
        language, ours, is_sure = _ELSEWHERE[word]
        return QueryProblem("E210", f'"{word}" is {language}: the operators are AND, OR and NOT', start, end,
                            f'write {ours}, or put the whole phrase in quotes: "... {word} ..."',
                            fix=(start, end, ours) if is_sure else None)
    return None


def uncounted(row: Row, at: int) -> QueryProblem | None:
    """NEAR and ATLEAST without a number that can be read."""
    piece = row.pieces[at]
    found = _UNCOUNTED.fullmatch(piece.text)
    if not found:
        return None
    if _BARE_NEAR.fullmatch(piece.text):
        written = f"{piece.text}/4"  # as Meltwater counts where no number stands
        return QueryProblem("E210", f'"{piece.text}" is Meltwater syntax', piece.start, piece.end,
                            f"write {written}: say how many words may lie between",
                            fix=(piece.start, piece.end, written) if is_between(row, at) else None)
    example = "ATLEAST/3(...)" if found["word"] == "ATLEAST" else f"{found['word']}/5"
    return QueryProblem("E210", f'"{piece.text}" has no number', piece.start, piece.end,
                        f"write the number right behind the slash: {example}")


def proximity(row: Row, at: int) -> QueryProblem | None:
    """Distances of Nexis, Westlaw and Ovid, which hold for all alternatives on either side."""
    text = row.pieces[at].text
    steps = _STEPS.fullmatch(text)
    if steps and ("/" in text or steps["how"] == "ADJ"):
        return _steps(row, at, steps["how"], int(steps["n"]))
    if text == "ADJ" and is_between(row, at):
        return _steps(row, at, "PRE", 1)
    unit = _UNITS.fullmatch(text)
    return _unit(row, at, unit) if unit else None


def _steps(row: Row, at: int, how: str, steps: int) -> QueryProblem:
    piece = row.pieces[at]
    system = {"": "Westlaw", "ADJ": "Ovid"}.get(how, "Nexis") if piece.text != "ADJ" else "Ovid"
    word = f"{'ONEAR' if how.upper() == 'PRE' else 'NEAR'}/{max(0, steps - 1)}"
    fix = chained(row, at, _counted) or together(row, at, word)
    counted = f"NEAR counts the words in between, so {system} {piece.text} is {word}"
    return QueryProblem("E210", f'"{piece.text}" is {system} syntax', piece.start, piece.end,
                        f"write {fix[2]} — {counted}", fix=fix)


def _counted(text: str) -> str:
    """The distance of another system as ours; empty where the word is none."""
    found = _STEPS.fullmatch(text)
    if not found or ("/" not in text and found["how"] != "ADJ"):
        return ""
    return f"{'ONEAR' if found['how'].upper() == 'PRE' else 'NEAR'}/{max(0, int(found['n']) - 1)}"


def _unit(row: Row, at: int, unit: re.Match[str]) -> QueryProblem:
    piece = row.pieces[at]
    name = "sentence" if unit["unit"].startswith("s") and unit["unit"] != "seg" else "paragraph"
    fix = together(row, at, name)
    written = fix[2] if fix[2] != name else f"{name}(... AND ...) around both sides"
    system = "Nexis" if unit["how"] else "Westlaw"
    return QueryProblem("E210", f'"{piece.text}" is {system} syntax', piece.start, piece.end, f"write {written}",
                        fix=fix if fix[2] != name else None)


def within_reach(found: QueryProblem) -> QueryProblem:
    """The same, without a correction that asks for more words than NEAR can reach."""
    far = next((far for far in _TOO_FAR.finditer(found.fix[2]) if int(far["n"]) > MAX_DISTANCE), None) if (
        found.fix) else None
    if far is None:
        return found
    return QueryProblem(found.code, found.message, found.start, found.end,
                        f"write {far['word']}/{MAX_DISTANCE}, which is as far as it reaches; or paragraph(... AND ...) "
                        "around both sides")
