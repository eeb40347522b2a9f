"""Renders the demo newspapers: article pages, a front page, and feeds in RSS 2.0 and Atom. Pure: text in, text out.

The pages carry what real ones do (navigation, cookie banner, related stories, caption, footer), because a bot that is
shown clean pages only proves nothing about its extraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from monitor.demo.articles import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.demo.articles import DemoArticle, Outlet

TRACKING = "?utm_source=partner-feed&utm_medium=rss&utm_campaign=chesapeake"
FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article as one feed shows it."""

    title: str
    link: str
    guid: str
    author: str
    summary: str
    at: datetime


def feed_path(outlet: Outlet) -> str:
    """Where the outlet's feed lives on the demo site."""
    return f"/{outlet.id}/feed.xml"


def article_path(outlet: Outlet, article: DemoArticle) -> str:
    """Where the article's page lives on the demo site (for a missing page: where its feed says it does)."""
    return f"/{outlet.id}/{article.slug}"


def entries(outlet: Outlet, outlets: tuple[Outlet, ...], base: str, now: datetime) -> list[FeedEntry]:
    """What the outlet's feed holds, newest first: its own articles, and those it carries from others."""
    found = [_entry(outlet, outlet, article, base, now) for article in outlet.articles]
    for other in outlets:
        carried = (article for article in other.articles if outlet.id in article.also_in)
        found += [_entry(outlet, other, article, base, now) for article in carried]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entry(feed: Outlet, owner: Outlet, article: DemoArticle, base: str, now: datetime) -> FeedEntry:
    link = base + article_path(owner, article) + ("" if feed is owner else TRACKING)
    guid = f"tag:{feed.id}.example,2026:{article.slug}"
    summary = article.in_words(article.summary, now)
    return FeedEntry(article.title, link, guid, article.author, summary, article.published_at(now))


def rss(outlet: Outlet, found: list[FeedEntry], base: str) -> str:
    """The feed as RSS 2.0; summaries are escaped HTML, as most newspapers send them."""
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{escape(entry.link)}</link>"
        f'<guid isPermaLink="false">{escape(entry.guid)}</guid><pubDate>{format_datetime(entry.at)}</pubDate>'
        f"<dc:creator>{escape(entry.author)}</dc:creator>"
        f"<description>{escape(f'<p>{escape(entry.summary)}</p>')}</description></item>\n"
        for entry in found
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base}/{outlet.id}/</link>"
        f"<description>{escape(outlet.tagline)}</description><language>{outlet.language}</language>\n"
        f"{items}</channel></rss>\n"
    )


def atom(outlet: Outlet, found: list[FeedEntry], base: str) -> str:
    """The feed as Atom 1.0."""
    items = "".join(
        f"<entry><title>{escape(entry.title)}</title><id>{escape(entry.guid)}</id>"
        f'<link rel="alternate" type="text/html" href="{escape(entry.link)}"/>'
        f"<published>{entry.at.isoformat()}</published><updated>{entry.at.isoformat()}</updated>"
        f"<author><name>{escape(entry.author)}</name></author><summary>{escape(entry.summary)}</summary></entry>\n"
        for entry in found
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><subtitle>{escape(outlet.tagline)}</subtitle>"
        f"<id>tag:{outlet.id}.example,2026:feed</id><updated>{found[0].at.isoformat()}</updated>"
        f'<link rel="self" href="{base}{feed_path(outlet)}"/><link rel="alternate" href="{base}/{outlet.id}/"/>\n'
        f"{items}</feed>\n"
    )


def page(outlet: Outlet, article: DemoArticle, base: str, now: datetime) -> str:
    """The article as a newspaper's page: the story, and all the furniture around it."""
    at = article.published_at(now)
    local = at.astimezone(ZONE)
    summary, caption = (escape(article.in_words(text, now)) for text in (article.summary, article.caption))
    figure = f"<figure><figcaption>{caption}</figcaption></figure>" if caption else ""
    return _template("page.html").substitute(
        language=outlet.language, title=escape(article.title), outlet=escape(outlet.name),
        summary=summary, iso=at.isoformat(), printed=f"{local:%B} {local.day}, {local:%Y, %H:%M %Z}",
        url=base + article_path(outlet, article), feed_url=base + feed_path(outlet),
        feed_type=FEED_TYPES[outlet.format], home_url=f"{base}/{outlet.id}/", tagline=escape(outlet.tagline),
        author=escape(article.author), figure=figure,
        paragraphs="\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in article.paragraphs(now)),
        related="\n".join(f'<li><a href="{base}/{outlet.id}/">{escape(title)}</a></li>' for title in outlet.related),
    )


def front(outlets: tuple[Outlet, ...], base: str) -> str:
    """A front page: every outlet, its feed (also as autodiscovery links) and its headlines."""
    links = "".join(
        f'<link rel="alternate" type="{FEED_TYPES[outlet.format]}" title="{escape(outlet.name)}" '
        f'href="{base}{feed_path(outlet)}">\n' for outlet in outlets
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Dateline demo newspapers</title>\n{links}'
        f"</head><body>\n{''.join(_headlines(outlets, base))}</body></html>\n"
    )


def _headlines(outlets: tuple[Outlet, ...], base: str) -> Iterator[str]:
    for outlet in outlets:
        yield f'<h1>{escape(outlet.name)}</h1><p><a href="{base}{feed_path(outlet)}">feed</a></p><ul>\n'
        for article in outlet.articles:
            yield f'<li><a href="{base}{article_path(outlet, article)}">{escape(article.title)}</a></li>\n'
        yield "</ul>\n"


def _template(name: str) -> Template:
    return Template((files("monitor.demo") / "content" / name).read_text("utf-8"))
