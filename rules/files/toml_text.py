"""Texts, lists and blocks as TOML that people read: single quotes where they will do, three where lines break.

Reading TOML is the standard library's business; it cannot write, and rule files should look as a person wrote them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 110  # of a list on one line; a longer one gets a line for every few entries


def quoted(text: str) -> str:
    """A text on one line between quotes."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = "".join(_escaped(sign) for sign in text)
    return f'"{escaped}"'


def _escaped(sign: str) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if sign in known:
        return known[sign]
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def block(text: str) -> str:
    """A text over several lines between three quotes, or on one line where three quotes cannot hold it."""
    if "'''" in text or not all(sign.isprintable() or sign in "\n\t" for sign in text):
        return quoted(text)
    end = "" if text.endswith("\n") else "\n"
    return f"'''\n{text}{end}'''" if "\n" in text else _short(text)


def _short(text: str) -> str:
    return quoted(text) if "'" not in text else f"'''{text}'''" if not text.endswith("'") else quoted(text)


def texts(entries: Sequence[str], indent: str = "") -> str:
    """A list: on one line where it fits, else as many entries a line as do."""
    parts = [quoted(entry) for entry in entries]
    short = f"[{', '.join(parts)}]"
    if len(short) + len(indent) <= WIDTH:
        return short
    rows = [""]
    for part in parts:
        if rows[-1] and len(rows[-1]) + len(part) > WIDTH:
            rows.append("")
        rows[-1] += f"{part}, " if rows[-1] else f"{indent}  {part}, "
    return "[\n" + "\n".join(row.rstrip() for row in rows) + f"\n{indent}]"
