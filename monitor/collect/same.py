"""Whether an entry is the report that is known under its key or name. Pure.

Feeds number their items by rank, give every item the address of the page that lists them, or come back under another
domain. No single sign is believed against all others; where they leave a doubt there are two reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.identity import path_key, tells_time, url_key
from rules.article.likeness import alike, flat, only_longer

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.entries import PlannedEntry
    from storage.articles import KnownEntry, Said


def agrees(one: PlannedEntry, row: KnownEntry, now: datetime) -> bool:
    """Whether it is the one that is known under its own key: an id or link may be used again for another report.

    At its link a headline may change as it likes while the date stays; at another link, or date, it must stay alike.
    """
    said, title = row.said, one.entry.title
    if said is None or row.has_shown(one.content_hash) or flat(title) == flat(said.title):
        return True
    dated = _same_date(one, said, now)
    if _same_page(one, said):
        return dated is not False or alike(title, said.title)
    if dated or not (one.url or said.url):
        return alike(title, said.title)
    return only_longer(title, said.title)


def renamed(one: PlannedEntry, row: KnownEntry, now: datetime) -> bool:
    """Whether it is the one that its feed showed under another id, or link, or both."""
    said = row.said
    if said is None:
        return False
    dated, title = _same_date(one, said, now), one.entry.title
    titled, told = flat(title) == flat(said.title), _same_text(one, row, said)
    if one.url and url_key(one.url) == url_key(said.url):
        if titled:
            return dated is not False or told
        return alike(title, said.title) if dated else dated is None and only_longer(title, said.title)
    if _same_page(one, said):  # on another host
        return (titled or only_longer(title, said.title)) + (dated is True) + told >= 2
    if not one.url and not said.url:
        return titled and told and dated is not False
    return titled and told and dated is True and tells_time(one.entry.published_at)


def _same_page(one: PlannedEntry, said: Said) -> bool:
    """Whether both stand at one address, perhaps of a site that moved to another domain."""
    if not one.url or not said.url:
        return False
    path = path_key("", one.url)
    return url_key(one.url) == url_key(said.url) or (bool(path) and path == path_key("", said.url))


def _same_date(one: PlannedEntry, said: Said, now: datetime) -> bool | None:
    """None where one of them has none; or had one of the future, which counts as now."""
    published = one.entry.published_at
    if published is None or said.published_at is None or published == now:
        return None
    return published == said.published_at


def _same_text(one: PlannedEntry, row: KnownEntry, said: Said) -> bool:
    return row.has_shown(one.content_hash) or flat(one.entry.summary) == flat(said.summary or said.text)
