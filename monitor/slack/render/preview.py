"""Messages as a terminal shows them, and with the replies of their threads. The page is drawn in `html.py`."""

from __future__ import annotations

import re
from dataclasses import replace
from textwrap import indent, wrap
from typing import TYPE_CHECKING

from monitor.slack.render.lines import MENU, Kind, Line, above, is_reply, read, replies, threads
from monitor.slack.render.mrkdwn import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.slack.render.lines import Payload

_THREAD = "   ┃ "  # before every line of a reply
_RESET, _BOLD, _DIM, _MARK = "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;30;43m"
_INDENT: dict[Kind, str] = {"quote": "  │ ", "bullet": "    ", "small": "  ", "headline": "  ", "text": "  ",
                          "story": "  ", "buttons": "  "}


def all_to_terminal(payloads: Sequence[Payload], width: int = 80, *, color: bool = False) -> str:
    """All messages in order, the replies of a thread indented below their number."""
    drawn: list[str] = []
    for first, *below in threads(payloads):
        drawn.append(to_terminal(first, width, color=color))
        drawn += [_paint(f"   ┗ {replies(len(below))}", _BOLD, color=color)] if below and not above(first) else []
        drawn += [to_terminal(reply, width, color=color) for reply in below]
    return "\n\n".join(drawn)


def to_terminal(payload: Payload, width: int = 80, *, color: bool = False) -> str:
    """The message as text of about `width` columns. Found words stand on yellow, or between asterisks without colour.

    Addresses stand whole on lines of their own, so that they can be copied or clicked. A reply is indented.
    """
    if is_reply(payload):
        mark = [_paint(f"   ┗ {words}", _BOLD, color=color)] if (words := above(payload)) else []
        return "\n".join([*mark, indent(_message(payload, width - len(_THREAD), color=color), _THREAD, lambda _: True)])
    return _message(payload, width, color=color)


def _message(payload: Payload, width: int, *, color: bool) -> str:
    drawn: list[str] = []
    previous: Kind | None = None
    for line in read(payload):
        if drawn and _opens(line.kind, previous):
            drawn.append("")
        drawn += _draw(line, width, color=color)
        previous = line.kind
    return "\n".join(drawn)


_APART = {("text", "small"), ("small", "bullet"), ("small", "story"), ("small", "text")}


def _opens(kind: Kind, previous: Kind | None) -> bool:
    """Whether an empty line goes before: a new topic, a new article, text after a title or after the last article."""
    return kind in {"topic", "headline", "rule", "buttons"} or previous == "title" or (kind, previous) in _APART


def _draw(line: Line, width: int, *, color: bool) -> list[str]:
    words = "".join(token.text for token in line.tokens)
    if line.kind == "title":
        rows = wrap(words, width)
        return [*(_paint(row, _BOLD, color=color) for row in rows), "═" * max(map(len, rows), default=0)]
    if line.kind == "topic":
        return [_paint(f"── {words} {'─' * max(3, width - len(words) - 4)}", _BOLD, color=color)]
    if line.kind == "rule":
        return ["─" * width]
    return _paragraph(line, width, color=color)


def _paragraph(line: Line, width: int, *, color: bool) -> list[str]:
    margin = _INDENT[line.kind]
    rows = [_row(line, row, color=color) for row in _wrapped(_shown(line, color=color), width - len(margin))]
    first = "  • " if line.kind == "bullet" else margin
    rows = [(first if at == 0 else margin) + row for at, row in enumerate(rows)]
    addresses = dict.fromkeys(token.url for token in line.tokens if token.url)
    drawn = rows + [margin + _paint(address, _DIM, color=color) for address in addresses]
    return drawn or ([""] if line.kind == "story" else [])


def _shown(line: Line, *, color: bool) -> tuple[Token, ...]:
    """The tokens with what a terminal has no other sign for."""
    if line.kind == "buttons":
        return tuple(Token(f"[ {token.text} ]{' ' * (token is not line.tokens[-1])}") for token in line.tokens)
    shown = line.tokens if color else tuple(_starred(line, token) for token in line.tokens)
    shown = tuple(replace(token, text=f"`{token.text}`") if token.code else token for token in shown)
    return (*shown, Token(f" {MENU}")) if line.menu else shown


def _starred(line: Line, token: Token) -> Token:
    """The token between asterisks if a rule found it, its outer spaces outside them."""
    return replace(token, text=re.sub(r"\S(?:.*\S)?", r"*\g<0>*", token.text)) if line.marked(token) else token


def _row(line: Line, row: list[Token], *, color: bool) -> str:
    def code(token: Token) -> str:
        if line.marked(token):
            return _MARK
        return _BOLD if token.bold else _DIM if line.kind == "small" else ""

    return "".join(_paint(token.text, code(token), color=color) for token in row)


def _paint(text: str, code: str, *, color: bool) -> str:
    return f"{code}{text}{_RESET}" if color and code else text


def _wrapped(line: Sequence[Token], width: int) -> list[list[Token]]:
    """The tokens in rows of at most `width` characters, broken between words; a longer word stands alone."""
    text = "".join(token.text for token in line)
    rows: list[tuple[int, int]] = []
    for word in re.finditer(r"\S+", text):
        if rows and word.end() - rows[-1][0] <= width:
            rows[-1] = (rows[-1][0], word.end())
        else:
            rows.append(word.span())
    return [_between(line, start, end) for start, end in rows]


def _between(line: Sequence[Token], start: int, end: int) -> list[Token]:
    """The part [start, end) of the line's characters, as tokens."""
    part: list[Token] = []
    at = 0
    for token in line:
        words = token.text[max(0, start - at) : max(0, end - at)]
        if words:
            part.append(replace(token, text=words))
        at += len(token.text)
    return part
