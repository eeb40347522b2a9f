"""Text from outside, cleaned once at the border: everything stored, matched and posted has passed here.

Feeds escape their markup once, twice or not at all, and feedparser leaves scripts, control characters and
direction marks in titles. Every pattern is linear in its input: no alternation can start twice over the same run.
"""

from __future__ import annotations

import html
import re
import unicodedata

TITLE_LIMIT = 300
TEXT_LIMIT = 200_000  # characters; an article of 30,000 words is no news article

_HIDDEN = re.compile(r"<!--|<(script|style|template|noscript|iframe|object|svg|head)\b", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li"
    r"|main|nav|ol|option|p|pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.IGNORECASE)
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ZALGO = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
# Controls, surrogates, private use, noncharacters; marks that turn, hide or join text (bidi, zero width, variation,
# tags, soft hyphen): they let a title show other words than the rules read.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U0010ffff]"
)
_PARAGRAPH = re.compile(r"\n\s*\n")


def inline(markup: str, limit: int = TITLE_LIMIT) -> str:
    """One line of plain text, at most `limit` characters (an ellipsis says that it was cut)."""
    # Markup of a title is rarely longer than its words; 20 times the limit keeps a 1 MB title cheap.
    return cut(" ".join(_plain(markup[: limit * 20]).split()), limit)


def paragraphs(markup: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """Plain text with one paragraph a line, and whether it had to be cut at `limit` characters.

    Block elements and blank lines part paragraphs; a single line break is only a wrapped line.
    """
    return _joined(_PARAGRAPH.split(_plain(markup)), limit)


def lines(text: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """The same for text without markup that already stands one paragraph a line."""
    return _joined(_safe(text).split("\n"), limit)


def sentence(text: str, limit: int = 1_000) -> str:
    """One line of text without markup: an error message as it may be stored and shown in a terminal."""
    return cut(" ".join(_safe(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    blank = head.rfind(" ")
    return head[: blank if blank > limit // 2 else None].rstrip() + "…"


def _joined(blocks: list[str], limit: int) -> tuple[str, bool]:
    text = "\n".join(line for block in blocks if (line := " ".join(block.split())))
    return cut(text, limit), len(text) > limit


def _plain(markup: str) -> str:
    # Twice, because feeds escape twice; the last look is for tags that the second unescaping brought out.
    text = markup
    for _ in range(2):
        text = html.unescape(_without_tags(text))
    return _safe(_without_tags(text))


def _safe(text: str) -> str:
    # Marks are thinned first: normalising a long run of them takes quadratic time.
    return unicodedata.normalize("NFC", _ZALGO.sub(r"\1", _UNWANTED.sub("", text)))


def _without_tags(markup: str) -> str:
    if "<" not in markup:
        return markup
    return _TAG.sub("", _BLOCK.sub("\n\n", _without_hidden(markup)))


def _without_hidden(markup: str) -> str:
    """Drop comments, scripts and the like with what they hold; an unclosed one hides the rest, as in a browser."""
    kept, at = [], 0
    while opened := _HIDDEN.search(markup, at):
        kept.append(markup[at : opened.start()])
        closing = "-->" if opened[1] is None else rf"</{opened[1]}[^<>]*>?"
        closed = re.compile(closing, re.IGNORECASE).search(markup, opened.end())
        if closed is None:
            return "".join(kept)
        at = closed.end()
    return "".join([*kept, markup[at:]])
