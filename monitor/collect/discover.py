"""Where a site's feeds are: what a page names in its head, what it links to, and the sitemaps of a robots.txt. Pure.

Only suggestions: a person chooses. Runs in the child process, as everything that opens a stranger's document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.decode import page_text
from monitor.collect.jsonfeed import absolute
from monitor.stories.identity import URL_LIMIT, canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

_MOST_FEEDS = 20  # a page of a large site names a feed for each of its sections; more is no choice for a person
_MOST_SITEMAPS = 10
_LOOKED_AT = 2_000  # links of a page; hostile ones have a million, one inside the other
_WORDS = 20  # pieces of a link's text
_TYPES = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/json": "json",
}
_LINKED = re.compile(
    r"/(?:rss|feeds?|atom)(?:[/.]\w{0,20})?/?$|\.(?:rss|atom|rdf)$|/(?:index|feed|rss|atom|news)\.(?:xml|json)$"
    r"|^format=(?:rss|atom|feed)|&format=(?:rss|atom|feed)|^feed=(?:rss2?|atom)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"\bcomments?\b|\bcomentarios?\b", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
_OF_NEWS = re.compile(r"news(?!letter)|noticias|latest", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page points at, not fetched yet. `kind` is rss, atom, json, or link: an <a> that looks like one."""

    url: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """What an HTML page says of its site: its feeds, the likeliest first, and its title."""

    feeds: tuple[FoundFeed, ...]
    title: str


def discover(body: bytes, *, url: str, content_type: str) -> Discovered:
    """The feeds of the page `body`, fetched from `url`. Anything may be given: what is no page names none."""
    root = _tree(page_text(body, content_type))
    if root is None:
        return Discovered((), "")
    return Discovered(_feeds(root, url), _site_title(root))


def found_feeds(body: bytes, url: str) -> tuple[FoundFeed, ...]:
    """The feeds alone: those named for readers first, of comments later, those that only look like feeds last."""
    return discover(body, url=url, content_type="").feeds


def news_sitemaps(robots_txt: str, base: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt at `base` names, those first whose names speak of news.

    Only reading one tells whether it is a news sitemap, an index of others or a list of all pages.
    """
    named = [canonical_url(absolute(base, line)) for line in _SITEMAP_LINE.findall(robots_txt)]
    return likeliest_news(named)[:_MOST_SITEMAPS]


def likeliest_news(sitemaps: Iterable[str]) -> tuple[str, ...]:
    """These addresses, each once, first those whose path speaks of news; a host is often called so anyway."""
    return tuple(sorted(dict.fromkeys(filter(None, sitemaps)), key=lambda url: not speaks_of_news(url)))


def speaks_of_news(url: str) -> bool:
    """Whether the path or query says that news stand there."""
    parts = urlsplit(url)
    return bool(_OF_NEWS.search(f"{parts.path}?{parts.query}"))


def _tree(text: str) -> _Element | None:
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # an empty document
        return None


def _feeds(root: _Element, url: str) -> tuple[FoundFeed, ...]:
    base = next((absolute(url, found.get("href") or "") for found in root.iter("base")), "") or url
    named = sorted(_named(root, base), key=_is_of_comments)
    once: dict[str, FoundFeed] = {}
    for feed in (*named, *_linked(root, base)):
        if feed.url:
            once.setdefault(feed.url, feed)
    return tuple(once.values())[:_MOST_FEEDS]


def _is_of_comments(feed: FoundFeed) -> bool:
    return bool(_COMMENTS.search(f"{feed.title} {urlsplit(feed.url).path}"))


def _named(root: _Element, base: str) -> Iterator[FoundFeed]:
    for link in islice(root.iter("link"), _LOOKED_AT):
        kind = _TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
        relations = (link.get("rel") or "").lower().split()
        # WordPress names its programming interface as JSON, too
        if kind and "alternate" in relations and "/wp-json/" not in (link.get("href") or ""):
            yield FoundFeed(_address(link, base), clean.inline(link.get("title") or "", 100), kind)


def _linked(root: _Element, base: str) -> Iterator[FoundFeed]:
    for link in islice(root.iter("a"), _LOOKED_AT):
        parts = urlsplit(_address(link, base))
        if _LINKED.search(parts.path) or _LINKED.search(parts.query):
            yield FoundFeed(parts.geturl(), clean.inline("".join(islice(link.itertext(), _WORDS)), 100), "link")


def _address(link: _Element, base: str) -> str:
    href = link.get("href") or ""
    return canonical_url(absolute(base, href)) if len(href) <= URL_LIMIT else ""


def _site_title(root: _Element) -> str:
    for meta in root.iter("meta"):
        if meta.get("property") == "og:site_name" and meta.get("content"):
            return clean.inline(meta.get("content") or "", 100)
    return next((clean.inline("".join(title.itertext()), 100) for title in root.iter("title")), "")
