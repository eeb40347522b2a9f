"""A note in plain sentences, for admins: with a list where there is one, and with what a command printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import Message, Point
from monitor.slack.render.elements import header, joined, linked, paragraph, rich, text
from monitor.slack.render.fallback import shortened
from monitor.slack.render.limits import ELLIPSIS, HEADER_LIMIT, cut, fit
from monitor.slack.render.mrkdwn import inert, link, plain, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.slack.render.elements import Block

_SENTENCE, _POINT, _HEADLINE, _ROW = 1_000, 500, 80, 160
_LONG_URL = 500  # an address beyond that would take the place of several points
# Of the 11,000 that a message may weigh: sentences, list, printed lines.
_SENTENCES, _POINTS, _PRINTED = 3_500, 5_500, 5_500


def note(title: str, lines: Sequence[str], points: Sequence[str | Point] = (), printed: Sequence[str] = ()) -> Message:
    """A note; what does not fit is counted. `printed` stands as a terminal shows it, in pieces that stay whole."""
    sentences, unsaid = fit([cut(plain(line), _SENTENCE) for line in lines], _SENTENCES, joint=1)
    if unsaid:
        sentences.append(f"{ELLIPSIS} and {unsaid} more {'line' if unsaid == 1 else 'lines'}")
    shown, unprinted = fit([_clipped(piece) for piece in printed], _PRINTED, joint=2)
    if unprinted:
        shown.append(f"{ELLIPSIS} and {unprinted} more")
    kept = _fitting([_point(bullet) for bullet in points], _POINTS - sum(map(len, shown)))
    elements = [paragraph([text("\n".join(sentences))])] if any(sentences) else []
    if kept:
        listed = [paragraph(_elements(point)) for point in kept]
        elements.append({"type": "rich_text_list", "style": "bullet", "elements": listed})
    if shown:
        elements.append({"type": "rich_text_preformatted", "elements": [text("\n\n".join(shown))]})
    blocks = [header(cut(plain(title), HEADER_LIMIT)), *([rich(elements, "note")] if elements else [])]
    spoken = [inert(cut(title, HEADER_LIMIT)), *map(inert, sentences), *map(_spoken, kept),
              *(inert(piece.partition("\n")[0]) for piece in shown)]
    return Message(shortened(spoken), tuple(blocks))


def _point(bullet: str | Point) -> Point:
    point = Point(bullet) if isinstance(bullet, str) else bullet
    articles = tuple((title, url if len(url) <= _LONG_URL else "") for title, url in point.articles)
    return Point(cut(plain(point.words), _POINT), articles)


def _fitting(points: Sequence[Point], room: int) -> list[Point]:
    """As many as fit the room, empty ones left out, and a last one that counts the rest."""
    kept: list[Point] = []
    for at, point in enumerate(points):
        room -= len(point.words) + sum(min(len(title), _HEADLINE) + len(url) + 2 for title, url in point.articles)
        if room < 0:
            return [*kept, Point(f"{ELLIPSIS} and {len(points) - at} more")]
        if point.words or point.articles:
            kept.append(point)
    return kept


def _elements(point: Point) -> list[Block]:
    articles = joined([linked(title, url, _HEADLINE) for title, url in point.articles], "; ")
    return [*([text(f"{point.words} " if articles else point.words)] if point.words else []), *articles]


def _spoken(point: Point) -> str:
    articles = "; ".join(link(url, cut(title, _HEADLINE)) for title, url in point.articles)
    return f"• {inert(point.words)} {articles}".rstrip()


def _clipped(piece: str) -> str:
    """A printed piece, its rows cut where they are long: a rule file may be one line of a million signs."""
    rows = verbatim(piece[:20_000]).split("\n")
    cut_rows = [row if len(row) <= _ROW else row[:_ROW - 1] + ELLIPSIS for row in rows[:20]]
    return "\n".join(cut_rows)
