"""A message as a reader sees it, read back from the frozen payload itself: what is shown is what is posted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from monitor.digest.model import Message
from monitor.slack.render.mrkdwn import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Payload = Message | Mapping[str, Any]

Kind = Literal["title", "topic", "headline", "quote", "bullet", "small", "text", "story", "buttons", "rule"]
MENU = "⋯"
_OPENINGS: dict[str, Kind] = {"i": "headline", "s": "story", "aside": "story"}  # by the beginning of the block's id


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it, before wrapping.

    `small` is Slack's context line, `story` a top story of a parent or another paragraph that stands apart.
    `menu` holds the choices of a menu beside the line. The tokens of `buttons` are one button each.
    """

    kind: Kind
    tokens: tuple[Token, ...]
    menu: tuple[str, ...] = ()

    def marked(self, token: Token) -> bool:
        """Whether the token is something that a rule found; `item.py` decides how each kind of line shows that."""
        return token.italic if self.kind == "headline" else token.bold and self.kind == "quote"


def is_reply(payload: Payload) -> bool:
    """Whether the message goes into the thread of the one before."""
    if isinstance(payload, Message):
        return payload.in_thread
    return "thread_ts" in payload or bool(_marker(payload).get("reply"))


def _marker(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    marker: Mapping[str, Any] = payload.get("metadata", {}).get("event_payload", {})
    return marker


def above(payload: Payload) -> str:
    """What stands above the first message of an update, which replies to none of those beside it; else nothing."""
    if isinstance(payload, Message):
        part, shows = payload.part, payload.broadcast
    else:
        part, shows = _marker(payload).get("part", 1), bool(payload.get("reply_broadcast"))
    if part or not is_reply(payload):
        return ""
    return "in the thread of an earlier message" + (", and in the channel" if shows else "")


def threads(payloads: Sequence[Payload]) -> list[list[Payload]]:
    """The messages in order, each with those that stand in one thread with it."""
    grouped: list[list[Payload]] = []
    for payload in payloads:
        if grouped and is_reply(payload) and not above(payload):
            grouped[-1].append(payload)
        else:
            grouped.append([payload])
    return grouped


def replies(number: int) -> str:
    """What Slack writes below a message with a thread."""
    return f"{number} {'reply' if number == 1 else 'replies'}"


def read(payload: Payload) -> Iterator[Line]:
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
            yield from _section(block)
        case "actions":
            yield Line("buttons", tuple(Token(_label(element)) for element in block["elements"]))
        case "divider":
            yield Line("rule", ())
        case "rich_text":
            yield from _rich_text(block)
        case other:
            yield Line("text", (Token(f"[{other}]"),))


def _section(block: Mapping[str, Any]) -> Iterator[Line]:
    options = block.get("accessory", {}).get("options", ())
    menu = tuple(option["text"]["text"] for option in options)
    for at, line in enumerate(_mrkdwn("text", block["text"]["text"])):
        yield replace(line, menu=menu) if at == 0 else line


def _label(element: Mapping[str, Any]) -> str:
    return str(element["text"]["text"]) if "text" in element else MENU


def _mrkdwn(kind: Kind, text: str) -> Iterator[Line]:
    return (Line(kind, tuple(tokens(line))) for line in text.split("\n"))


def _rich_text(block: Mapping[str, Any]) -> Iterator[Line]:
    opening = _OPENINGS.get(str(block.get("block_id", "")).partition(":")[0], "text")
    if opening == "story":
        yield Line("story", ())  # the space between blocks
    for element in block["elements"]:
        yield from _rich(element, opening)


def _rich(element: Mapping[str, Any], opening: Kind) -> Iterator[Line]:
    if element["type"] == "rich_text_list":
        for item in element["elements"]:
            yield Line("bullet", tuple(map(_token, item["elements"])))
        return
    kind: Kind = "quote" if element["type"] == "rich_text_quote" else opening
    yield from (Line(kind, row) for row in _rows(element["elements"]))


def _rows(elements: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Token, ...]]:
    """The inline elements of a paragraph, line by line."""
    row: list[Token] = []
    for token in map(_token, elements):
        first, *further = token.text.split("\n")
        row.append(replace(token, text=first))
        for words in further:
            yield tuple(part for part in row if part.text)
            row = [replace(token, text=words)]
    if any(part.text for part in row):
        yield tuple(part for part in row if part.text)


def _token(element: Mapping[str, Any]) -> Token:
    style = element.get("style", {})
    words = element.get("text") or element.get("fallback") or element.get("url", "")
    return Token(words, style.get("bold", False), style.get("italic", False), element.get("url", ""))
