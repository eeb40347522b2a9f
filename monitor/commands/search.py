"""`dateline search WORDS`: stored articles that say it, the newest first, each with the sentence.

It changes nothing, and can be asked beside a running bot.
"""

from __future__ import annotations

import os
import shutil
import sys
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from monitor.commands.articles import archive_of, print_json
from monitor.config.load import load_settings
from monitor.errors import DatelineError
from monitor.slack.render.limits import excerpt
from monitor.slack.render.mrkdwn import plain
from monitor.talk.found import heading, notes
from monitor.talk.search import SHOWN, find
from monitor.talk.typed import unescaped
from monitor.talk.wanted import wanted
from monitor.words.commands import WORDS
from monitor.words.times import moment

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from monitor.talk.search import Hit

_WIDE = 110
_QUOTE = 400  # characters of a sentence
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_OPEN, _CLOSE = "\ue000", "\ue001"  # of the private use area, around what is found while lines are wrapped


def search(args: argparse.Namespace) -> int:
    """Print what was found; 1 where nothing was, as grep does."""
    settings = load_settings(args.config, os.environ)
    asked = wanted(unescaped(" ".join(args.words)))
    if asked is None:
        raise DatelineError(WORDS["en"].search_how.format("dateline"))
    with archive_of(settings) as database:
        results = find(database, asked, None if args.all else SHOWN)
    if args.json:
        print_json({"articles": [_json(hit) for hit in results.hits], "total": results.total, "exact": results.exact,
                    "not_indexed": results.unknown})
        return 0 if results.hits else 1
    say = WORDS["en"]
    print("\n".join([f"{heading(results, say)}:\n" if results.hits else say.nothing_found,
                     *(line for hit in results.hits for line in _lines(hit, settings.zone)), *notes(results, say)]))
    if not results.hits:
        print(say.erased.format(settings.storage.keep_text_days))
    return 0 if results.hits else 1


def _json(hit: Hit) -> dict[str, Any]:
    article = hit.article
    return {"id": article.id, "title": article.title, "url": article.url, "outlet": article.outlet,
            "at": hit.at.isoformat(), "quote": hit.said.quote, "marks": [list(mark) for mark in hit.said.marks]}


def _lines(hit: Hit, zone: ZoneInfo) -> Iterator[str]:
    article = hit.article
    yield f"  {plain(article.title)}"
    yield f"    {plain(article.outlet)} · {moment(hit.at, zone)} · article {article.id}"
    yield f"    {plain(article.url)}"
    yield from _quoted(hit)
    yield ""


def _quoted(hit: Hit) -> list[str]:
    """The sentence, with the words in bold where a person reads it."""
    printable = "".join(sign if sign.isprintable() else " " for sign in hit.said.quote)  # marks count signs
    quote, marks = excerpt(printable, hit.said.marks, _QUOTE)
    for start, end in reversed(marks if sys.stdout.isatty() else ()):
        quote = f"{quote[:start]}{_OPEN}{quote[start:end].replace(' ', chr(160))}{_CLOSE}{quote[end:]}"
    width = min(shutil.get_terminal_size((_WIDE, 24)).columns, _WIDE)
    lines = wrap(quote, max(width, 60), initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
    return [line.replace(_OPEN, _BOLD).replace(_CLOSE, _PLAIN).replace(chr(160), " ") for line in lines]
