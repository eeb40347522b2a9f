"""The corrections that leave no choice, made in the texts of rule files until there are none left.

One correction may show the next mistake behind it: a list that can be read at last names an unknown word. So the files
are checked again after each round, as `check` does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.files.load import load_layers
from rules.files.toml_source import parse_toml
from rules.problem import applied

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules.problem import Fix, Problem

__all__ = ["applied", "mended"]

ROUNDS = 50  # a query of that many foreign words is not mended by a program


def mended(
    layers: Sequence[Mapping[str, str]], may_change: Collection[str]
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The new texts of the files that change, and the problems that remain. Other files are only read."""
    texts = [dict(layer) for layer in layers]
    changed: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()
    seen: set[int] = set()
    for _ in range(ROUNDS):
        problems = load_layers(texts).problems
        fixes: dict[str, list[Fix]] = {}
        for problem in problems:
            if problem.fix is not None and problem.file in may_change:
                fixes.setdefault(problem.file, []).append(problem.fix)
        new = {name: better for layer in texts for name, text in layer.items()
               if name in fixes and (better := _better(name, text, fixes[name])) != text}
        seen.add(hash(tuple(text for layer in texts for text in layer.values())))
        if not new:
            break
        texts = [{name: new.get(name, text) for name, text in layer.items()} for layer in texts]
        changed |= new
        if hash(tuple(text for layer in texts for text in layer.values())) in seen:
            break  # two corrections undo each other
    original = {name: text for layer in layers for name, text in layer.items()}
    return {name: text for name, text in changed.items() if text != original[name]}, problems


def _better(name: str, text: str, fixes: Sequence[Fix]) -> str:
    """The text with its corrections, or unchanged where they would make a file unreadable that was not."""
    better = applied(text, fixes)
    return text if parse_toml(better, name).problems and not parse_toml(text, name).problems else better
