"""Text from outside, cleaned once at the border: everything stored, matched and posted has passed here.

Feeds escape their markup once, twice or not at all, and feedparser leaves scripts, control characters and
direction marks in titles. Every pattern is linear in its input: no alternation can start twice over the same run.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

TITLE_LIMIT = 300
TEXT_LIMIT = 200_000  # characters; an article of 30,000 words is no news article

_HIDDEN = re.compile(r"<(?:!--|(script|style|template|noscript|iframe|object|svg|head)\b)", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li"
    r"|main|nav|ol|option|p|pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<([a-zA-Z/!?][^\s<>/]*)[^<>]*>")  # and its name, with the slash of a closing one
_REFERENCE = re.compile(r"(&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?))")  # as HTML5 knows them
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ZALGO = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
# Controls, surrogates, private use, noncharacters; marks that turn, hide or join text (bidi, zero width, variation,
# tags, soft hyphen): they let a title show other words than the rules read.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U0010ffff]"
)
_ASCII = bytes([*range(9, 14), *range(28, 127)])  # what of it is wanted
_PRINTABLE = bytes([10, *range(32, 127)])  # and line breaks
# What the Windows code page has beside it, as English and Spanish newspapers need: nothing that composes or turns.
_WINDOWS = frozenset(bytes(range(128, 256)).decode("cp1252", "ignore")) - {"\u00ad"}
_PRINTABLE_WINDOWS = _WINDOWS - {"\u00a0"}
_PARAGRAPH = re.compile(r"\n\s*\n")


def inline(markup: str, limit: int = TITLE_LIMIT) -> str:
    """One line of plain text, at most `limit` characters (an ellipsis says that it was cut)."""
    # Markup of a title is rarely longer than its words; 20 times the limit keeps a 1 MB title cheap.
    shown = _shown(markup[: limit * 20])
    return cut(shown.strip(" ") if "\n" not in shown and _is_simple(shown) else _one_line(_safe(shown)), limit)


def paragraphs(markup: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """Plain text with one paragraph a line, and whether it had to be cut at `limit` characters.

    Block elements and blank lines part paragraphs; a single line break is only a wrapped line.
    """
    shown = _shown(markup)
    if _is_simple(shown):
        blocks = [stripped for block in shown.split("\n\n") if (stripped := block.strip(" \n"))]
        text = "\n".join(blocks)
        if text.count("\n") < len(blocks):  # no line is only wrapped
            return cut(text, limit), len(text) > limit
    return _joined(_PARAGRAPH.split(_safe(shown)), limit)


def lines(text: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """The same for text without markup that already stands one paragraph a line."""
    return _joined(_safe(text).split("\n"), limit)


def sentence(text: str, limit: int = 1_000) -> str:
    """One line of text without markup: an error message as it may be stored and shown in a terminal."""
    return cut(_one_line(_safe(text)), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    blank = head.rfind(" ")
    return head[: blank if blank > limit // 2 else None].rstrip() + "…"


def _joined(blocks: list[str], limit: int) -> tuple[str, bool]:
    text = "\n".join(line for block in blocks if (line := _one_line(block)))
    return cut(text, limit), len(text) > limit


def _one_line(text: str) -> str:
    """The text with single blanks. Nearly all has these alone, which is known in a fifth of the time: no other white
    space is printable."""
    return text.strip(" ") if "  " not in text and text.isprintable() else " ".join(text.split())


def _is_simple(text: str) -> bool:
    """Whether all of it may stay, and has single blanks. So has nearly all, which one look tells in a fifth of the time
    that making sure takes: without the printable part of ASCII a text is a few characters, mostly quotation marks."""
    other = text.encode(errors="surrogatepass").translate(None, _PRINTABLE)
    return "  " not in text and _PRINTABLE_WINDOWS.issuperset(other.decode(errors="surrogatepass"))


def _shown(markup: str) -> str:
    """The text that a browser would show, with blank lines between its blocks."""
    if "<" not in markup and "&" not in markup:
        return markup
    # Twice, because feeds escape twice; the last look is for tags that the second unescaping brought out.
    text = markup
    for _ in range(2):
        text = _unescaped(_without_tags(text))
    return _without_tags(text)


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    parts = _REFERENCE.split(text)  # text, reference, text, reference, text
    parts[1::2] = map(_known_character, parts[1::2])
    return "".join(parts)


@lru_cache(maxsize=1_000)
def _known_character(reference: str) -> str:
    return html.unescape(reference)


def _safe(text: str) -> str:
    # What is not ASCII is few characters, and mostly harmless. Asking these takes a tenth of the time.
    other = text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass")
    if _WINDOWS.issuperset(other):
        return text
    wanted = _UNWANTED.sub("", other)
    if len(wanted) < len(other):
        text = _UNWANTED.sub("", text)
    if _ZALGO.search(wanted):  # marks are thinned first: normalising a long run of them takes quadratic time
        text = _ZALGO.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def _without_tags(markup: str) -> str:
    if "<" not in markup:
        return markup
    plain = _without_whole_tags(markup)
    if "<" not in plain:
        return plain
    # Any "<" left opens something that is not closed, maybe a comment or a script.
    plain = _without_whole_tags(_without_hidden(markup))
    return plain if "<" not in plain else _without_tags_slowly(markup)


def _without_whole_tags(markup: str) -> str:
    parts = _TAG.split(markup)  # text, name, text, name, text
    parts[1::2] = map(_instead_of, parts[1::2])
    return "".join(parts)


@lru_cache(maxsize=1_000)
def _instead_of(tag: str) -> str:
    """What stands for a tag of this name: nothing, the border of a paragraph, or "<" where it hides what follows."""
    opened = f"<{tag}>"
    if _HIDDEN.match(opened):
        return "<"
    return "\n\n" if _BLOCK.match(opened) else ""


def _without_tags_slowly(markup: str) -> str:
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
