"""The names of elements and attributes in feeds, brought to one spelling. Pure.

Namespaces go by several addresses, and by wrong ones; then the prefix that the document chose tells its meaning.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIXES = {
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://search.yahoo.com/mrss": "media:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://www.w3.org/xml/1998/namespace": "xml:",
}
MEANT = {"", "dc", "dcterms", "media", "itunes", "content", "xhtml"}  # prefixes
_TELLING = MEANT | {"rdf"}
_SEVERAL = "several prefixes"  # which none is: it has a blank
PLAIN_TYPES = {"text/plain", "text/html"}
HTML_TYPES = {"text/html", "application/xhtml+xml"}
_SHORT_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": "application/xhtml+xml"}
# What an element of an entry says, by its name.
FIELDS = {
    **dict.fromkeys(("title", "dc:title"), "title"),
    "media:title": "media title",
    **dict.fromkeys(("guid", "id"), "guid"),
    "link": "link",
    **dict.fromkeys(("description", "dc:description", "media:description", "summary", "itunes:summary"), "summary"),
    **dict.fromkeys(("content", "content:encoded"), "content"),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms:issued"), "published"),
    **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc:date", "dcterms:modified"), "updated"),
    **dict.fromkeys(("created", "dcterms:created"), "created"),
    **dict.fromkeys(("author", "managingeditor", "dc:creator", "dc:author", "itunes:author"), "author"),
}


@lru_cache(maxsize=2_000)
def element_name(tag: str, given: str | None = None) -> str:
    """The lower-case name of an element "{namespace}name", as "dc:creator".

    Of a strange namespace, the prefix `given` in the document counts; without it, that is "".
    """
    namespace, name = _split(tag)
    prefix = _prefix(namespace)
    if prefix is None and given is None:
        return ""
    if prefix is None:
        prefix = f"{given}:" if given else ""
    return (prefix + name).lower()


@lru_cache(maxsize=2_000)
def attribute_name(name: str) -> str:
    """The same for an attribute. One of a strange namespace counts as a plain one."""
    namespace, local = _split(name)
    return ((_prefix(namespace) or "") + local).lower()


class AmbiguousNameError(LookupError):
    """A namespace that is not known has several prefixes, and what they stand for elsewhere is not the same."""


class Names(dict[str, str]):
    """The name that each tag of one document has, found out when it is first met.

    `declared` are the namespaces in the order of the document, each with its prefix.
    """

    def __init__(self, declared: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._prefixes: dict[str, str] = {}
        for prefix, uri in declared:
            other = self._prefixes.setdefault(uri, prefix.lower())
            if prefix.lower() != other and not _TELLING.isdisjoint((prefix.lower(), other)):
                self._prefixes[uri] = _SEVERAL

    def __missing__(self, tag: str) -> str:
        name = element_name(tag)
        if not name:
            prefix = self._prefixes[tag[1:].rpartition("}")[0]]
            if prefix == _SEVERAL:
                raise AmbiguousNameError(tag[:100])
            name = element_name(tag, prefix)
        self[tag] = name
        return name


def content_type(kind: str) -> str:
    """A type of content as a media type: Atom writes "html" for "text/html"."""
    lower = kind.lower()
    return _SHORT_TYPES.get(lower, lower)


def _split(name: str) -> tuple[str, str]:
    namespace, braced, local = name.rpartition("}")
    return (namespace[1:], local) if braced else ("", name)


def _prefix(namespace: str) -> str | None:
    lower = namespace.lower()
    if not lower or "backend.userland.com/rss" in lower:
        return ""
    return _PREFIXES.get(lower)
