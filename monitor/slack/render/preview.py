"""What a message will look like, read from the frozen Block Kit payload itself: what is shown is what is posted.

`read` turns a payload into lines of styled words; the terminal is drawn here, the page in `html.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

from monitor.digest.model import Message
from monitor.slack.render.mrkdwn import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal["title", "topic", "headline", "quote", "bullet", "small", "text", "rule"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it, before wrapping. `small` is Slack's context line."""

    kind: Kind
    tokens: tuple[Token, ...]

    def marked(self, token: Token) -> bool:
        """Whether the token is something that a rule found; `blocks.py` decides how each kind of line shows that."""
        return token.italic if self.kind == "headline" else token.bold and self.kind == "quote"


def read(payload: Message | Mapping[str, Any]) -> Iterator[Line]:
    """The lines of a message; a block of a kind that Dateline does not write shows as its name in brackets."""
    blocks = payload.blocks if isinstance(payload, Message) else payload.get("blocks", ())
    for at, block in enumerate(blocks):
        yield from _lines(block, first=at == 0)


def _lines(block: Mapping[str, Any], *, first: bool) -> Iterator[Line]:
    match block["type"]:
        case "header":
            yield Line("title" if first else "topic", (Token(block["text"]["text"]),))
        case "context":
            yield from (line for element in block["elements"] for line in _mrkdwn("small", element["text"]))
        case "section":
            yield from _mrkdwn("text", block["text"]["text"])
        case "divider":
            yield Line("rule", ())
        case "rich_text":
            opening: Kind = "headline" if str(block.get("block_id", "")).startswith("i:") else "text"
            yield from (line for element in block["elements"] for line in _rich(element, opening))
        case other:
            yield Line("text", (Token(f"[{other}]"),))


def _mrkdwn(kind: Kind, text: str) -> Iterator[Line]:
    return (Line(kind, tuple(tokens(line))) for line in text.split("\n"))


def _rich(element: Mapping[str, Any], opening: Kind) -> Iterator[Line]:
    if element["type"] == "rich_text_list":
        for item in element["elements"]:
            yield Line("bullet", _inline(item["elements"]))
        return
    kind: Kind = "quote" if element["type"] == "rich_text_quote" else opening
    inline = _inline(element["elements"])
    if len(inline) == 1 and "\n" in inline[0].text:
        yield from (Line(kind, (replace(inline[0], text=words),)) for words in inline[0].text.split("\n"))
    else:
        yield Line(kind, inline)


def _inline(elements: Sequence[Mapping[str, Any]]) -> tuple[Token, ...]:
    def token(element: Mapping[str, Any]) -> Token:
        style = element.get("style", {})
        words = element.get("text") or element.get("url", "")
        return Token(words, style.get("bold", False), style.get("italic", False), element.get("url", ""))

    return tuple(token(element) for element in elements)


# --- the terminal

_RESET, _BOLD, _DIM, _MARK = "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;30;43m"
_INDENT: dict[Kind, str] = {"quote": "  │ ", "bullet": "    ", "small": "  ", "headline": "  ", "text": "  "}


def to_terminal(payload: Message | Mapping[str, Any], width: int = 80, *, color: bool = False) -> str:
    """The message as text of about `width` columns. Found words stand on yellow, or between asterisks without colour.

    Addresses stand whole on lines of their own, so that they can be copied or clicked.
    """
    drawn: list[str] = []
    previous: Kind | None = None
    for line in read(payload):
        if drawn and _opens(line.kind, previous):
            drawn.append("")
        drawn += _draw(line, width, color=color)
        previous = line.kind
    return "\n".join(drawn)


def _opens(kind: Kind, previous: Kind | None) -> bool:
    """Whether an empty line goes before: a new topic, a new article, text after a title or after the last article."""
    return kind in {"topic", "headline", "rule"} or previous == "title" or (kind, previous) == ("text", "small")


def _draw(line: Line, width: int, *, color: bool) -> list[str]:
    words = "".join(token.text for token in line.tokens)
    if line.kind == "title":
        rows = wrap(words, width)
        return [*(_paint(row, _BOLD, color=color) for row in rows), "═" * max(map(len, rows), default=0)]
    if line.kind == "topic":
        return [_paint(f"── {words} {'─' * max(3, width - len(words) - 4)}", _BOLD, color=color)]
    if line.kind == "rule":
        return ["─" * width]
    indent = _INDENT[line.kind]
    shown = line.tokens if color else tuple(_starred(line, token) for token in line.tokens)
    rows = [_row(line, row, color=color) for row in _wrapped(shown, width - len(indent))]
    if line.kind == "bullet":
        rows = [f"  • {row}" if at == 0 else indent + row for at, row in enumerate(rows)]
    else:
        rows = [indent + row for row in rows]
    addresses = dict.fromkeys(token.url for token in line.tokens if token.url)
    return rows + [indent + _paint(address, _DIM, color=color) for address in addresses]


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
