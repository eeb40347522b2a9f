"""A note in plain sentences, for admins: with a list where there is one, and with what a command printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.digest.model import Message, Point
from monitor.slack.render.elements import header, joined, linked, paragraph, rich, text
from monitor.slack.render.fallback import shortened
from monitor.slack.render.limits import ELLIPSIS, HEADER_LIMIT, cut, fit
from monitor.slack.render.mrkdwn import inert, link, plain, verbatim
from monitor.words.counts import counted
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Language
    from monitor.slack.render.elements import Block
    from monitor.words.items import Words

_SENTENCE, _POINT, _HEADLINE, _ROW, _ROWS = 1_000, 500, 80, 160, 40
_LONG_URL = 500  # an address beyond that would take the place of several points
# Of the 11,000 that a message may weigh: all of it, and thereof the sentences, the list, the printed lines.
_ROOM, _SENTENCES, _POINTS, _PRINTED = 9_000, 3_500, 5_500, 5_500
_PIECE = 3_000  # of one printed piece


@dataclass(frozen=True, slots=True)
class Told:
    """Elements of rich text: sentences, then list and printed lines; and all of it for the text beside the blocks."""

    sentences: tuple[Block, ...]
    listed: tuple[Block, ...]
    said: tuple[str, ...]
    said_of_list: tuple[str, ...]


def note(title: str, lines: Sequence[str], points: Sequence[str | Point] = (), printed: Sequence[str] = ()) -> Message:
    """A note; what does not fit is counted. `printed` stands as a terminal shows it, in pieces that stay whole."""
    made = told(lines, points, printed)
    elements = [*made.sentences, *made.listed]
    blocks = [header(cut(plain(title), HEADER_LIMIT)), *([rich(elements, "note")] if elements else [])]
    spoken = [inert(cut(title, HEADER_LIMIT)), *made.said, *made.said_of_list]
    return Message(shortened(spoken), tuple(blocks))


def told(
    lines: Sequence[str], points: Sequence[str | Point], printed: Sequence[str], language: Language = "en",
    room: int = _ROOM,
) -> Told:
    """What has room, in characters, and how much has none."""
    words = WORDS[language]
    sentences, unsaid = fit([cut(plain(line), _SENTENCE) for line in lines], min(_SENTENCES, room), joint=1)
    if unsaid:
        sentences.append(f"{ELLIPSIS} {counted(unsaid, words.more_lines)}")
    room -= sum(map(len, sentences))
    pieces = [piece for each in printed if (piece := _clipped(each, words)).strip()]
    shown, unprinted = fit(pieces, min(_PRINTED, room), joint=2)
    if unprinted:
        shown.append(f"{ELLIPSIS} {words.and_more.format(unprinted)}")
    kept = _fitting([_point(bullet) for bullet in points], min(_POINTS, room) - sum(map(len, shown)), words)
    listed = []
    if kept:
        bullets = [paragraph(_elements(point)) for point in kept]
        listed.append({"type": "rich_text_list", "style": "bullet", "elements": bullets})
    if shown:
        listed.append({"type": "rich_text_preformatted", "elements": [text("\n\n".join(shown))]})
    return Told((paragraph([text("\n".join(sentences))]),) if any(sentences) else (), tuple(listed),
                tuple(map(inert, sentences)),
                (*map(_spoken, kept), *(inert(piece.partition("\n")[0]) for piece in shown)))


def _point(bullet: str | Point) -> Point:
    point = Point(bullet) if isinstance(bullet, str) else bullet
    articles = tuple((title, url if len(url) <= _LONG_URL else "") for title, url in point.articles)
    return Point(cut(plain(point.words), _POINT), articles)


def _fitting(points: Sequence[Point], room: int, words: Words) -> list[Point]:
    """As many as fit the room, empty ones left out, and a last one that counts the rest."""
    kept: list[Point] = []
    for at, point in enumerate(points):
        room -= len(point.words) + sum(min(len(title), _HEADLINE) + len(url) + 2 for title, url in point.articles)
        if room < 0:
            return [*kept, Point(f"{ELLIPSIS} {words.and_more.format(len(points) - at)}")]
        if point.words or point.articles:
            kept.append(point)
    return kept


def _elements(point: Point) -> list[Block]:
    articles = joined([linked(title, url, _HEADLINE) for title, url in point.articles], "; ")
    return [*([text(f"{point.words} " if articles else point.words)] if point.words else []), *articles]


def _spoken(point: Point) -> str:
    articles = "; ".join(link(url, cut(title, _HEADLINE)) for title, url in point.articles)
    return f"• {inert(point.words)} {articles}".rstrip()


def _clipped(piece: str, words: Words) -> str:
    """A printed piece, cut where its rows are long or many: a rule file may be one line of a million signs."""
    rows = verbatim(piece[:20_000]).split("\n")
    cut_rows = [row if len(row) <= _ROW else row[:_ROW - 1] + ELLIPSIS for row in rows]
    kept, left = fit(cut_rows[:_ROWS], _PIECE, joint=1)
    left += max(0, len(rows) - _ROWS)
    return "\n".join([*kept, *([f"{ELLIPSIS} {counted(left, words.more_lines)}"] if left else [])])
