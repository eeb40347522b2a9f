"""What changes of an article after it was stored: other names for its entry, and edits of its title and text.

A feed that renames its entries must not make them news, and an edit must make news only of what it added. So an edited
article is read by the rules again, while the matches that it has stay as they were.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from storage.among import execute_among
from storage.articles import HASH_DIGITS, KNOWN, KnownEntry, Said, has_shown
from storage.schema import article_keys, articles, entries, revisions
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from storage.articles import NewEntry
    from storage.feeds import Feed

# A feed that shows the time of day, or how often it was read, changes with every poll (reader, HASH_CHANGED_LIMIT).
MOST_CHANGES = 24
# A site that changes its layout edits its whole archive: more old entries at once than these are nobody's news.
MOST_OLD = 3
_CHUNK = 500  # keys a statement
_BLANKS = re.compile(r"\s+")
_CUT = ("[…]", "[...]", "…", "...")  # how a summary that was cut ends
_HASHES = 4 * HASH_DIGITS  # characters: states that an entry is remembered to have shown
_ONE_A_DAY = timedelta(days=1)  # edits of an entry that changed too often: a later one may be real
_MOST_CHARACTERS = 20_000  # of an edit, in so many lines, are compared with the text that is there
_MOST_LINES = 300
_OPENING = 1_000  # characters of a stored text that tell whether it is the same
_NAMED = (select(article_keys.c.key, entries.c.feed_id, *(entries.c[name] for name in KNOWN))
          .join(entries, entries.c.article_id == article_keys.c.article_id).order_by(entries.c.id.desc()))
_SAID = select(articles.c.id, articles.c.title, articles.c.url, articles.c.summary,
               func.substr(articles.c.text, 1, _OPENING).label("text"), articles.c.published_at)


def known_by_name(
    connection: Connection, names: Mapping[int, Mapping[str, Sequence[str]]]
) -> dict[str, list[KnownEntry]]:
    """The entries of its feed that may be the same, by key: those whose articles have one of its names.

    `names` are given by feed and key. Of several entries of one article the first is meant, so that its changes are
    counted in one place.
    """
    wanted: dict[tuple[int, str], list[str]] = {}
    for feed_id, keys in names.items():
        for key, some in keys.items():
            for name in some:
                wanted.setdefault((feed_id, name), []).append(key)
    found: dict[str, dict[int | None, KnownEntry]] = {}
    for name, feed_id, *values in execute_among(connection, _NAMED, article_keys.c.key, {name for _, name in wanted}):
        for key in wanted.get((feed_id, name), ()):
            known = KnownEntry(*values)
            found.setdefault(key, {})[known.article_id] = known
    return {key: list(rows.values()) for key, rows in found.items()}


def with_said(connection: Connection, rows: Iterable[KnownEntry]) -> list[KnownEntry]:
    """The entries with what is stored of their articles."""
    some = list(rows)
    ids = {row.article_id for row in some if row.article_id is not None}
    if not ids:
        return some
    found = execute_among(connection, _SAID, articles.c.id, ids)
    said: dict[int | None, Said] = {
        row.id: Said(row.title, row.url, row.summary or "", row.text or "", row.published_at) for row in found}
    return [replace(row, said=said.get(row.article_id)) for row in some]


def store_edits(connection: Connection, feed: Feed, edits: Mapping[str, NewEntry], now: datetime) -> int:
    """Store what known entries became, by the keys under which they are known; how many articles changed.

    Those are matched again. One that was erased, or is another's duplicate, stays as it is. Of an entry that changed
    `MOST_CHANGES` times one edit a day is stored from then on. What it showed before is no edit. The article's earlier
    title and text are kept as a revision.
    """
    rows = _rows(connection, list(edits))
    changed = []
    for key, edit in edits.items():
        row = rows.get(key)
        if row is None or _too_often(row, edit, now):
            continue
        _note(connection, feed, row, edit, now)
        if row.content_hash is not None and not has_shown(row.content_hash, edit.content_hash):
            changed.append((row, edit))
    return _edit_all(connection, changed, now)


def _too_often(row: Row[tuple[object, ...]], edit: NewEntry, now: datetime) -> bool:
    if row.changes < MOST_CHANGES:
        return False
    if has_shown(row.content_hash, edit.content_hash):
        return True  # it only goes by another name again
    return row.edited_at is not None and now - row.edited_at < _ONE_A_DAY


def _rows(connection: Connection, keys: Sequence[str]) -> dict[str, Row[tuple[object, ...]]]:
    """The entries with what is stored of their articles and by how many feeds these are shown."""
    feeds = (select(func.count(entries.c.feed_id.distinct())).where(entries.c.article_id == articles.c.id)
             .correlate(articles).scalar_subquery().label("feeds"))
    wanted = ("title", "summary", "text", "text_source", "quiet", "erased_at", "duplicate_of", "edited_at")
    columns = [entries.c.key, entries.c.article_id, entries.c.content_hash, entries.c.changes, feeds,
               *(articles.c[name] for name in wanted)]
    found = {}
    for start in range(0, len(keys), _CHUNK):
        query = (select(*columns).outerjoin(articles, articles.c.id == entries.c.article_id)
                 .where(entries.c.key.in_(keys[start:start + _CHUNK])))
        found.update({row.key: row for row in connection.execute(query)})
    return found


def _note(
    connection: Connection, feed: Feed, row: Row[tuple[object, ...]], edit: NewEntry, now: datetime
) -> None:
    """What the entry shows now, and the key and names that it goes by. A hash that was never kept is no change."""
    changed = not has_shown(row.content_hash, edit.content_hash)
    seen = row.changes + (row.content_hash is not None and changed)
    if edit.entry_key != row.key and row.changes < MOST_CHANGES:
        seen = row.changes + 1  # a feed that gives new ids with every poll would fill the table
        insert_new(connection, entries, [{
            "key": edit.entry_key, "feed_id": feed.id, "article_id": row.article_id, "first_seen_at": now,
            "last_seen_at": now, "content_hash": edit.content_hash or None}])
    if row.article_id is not None:
        names = dict.fromkeys((edit.url_key, *edit.names))
        insert_new(connection, article_keys, [{"key": name, "article_id": row.article_id} for name in names])
    hashes = (edit.content_hash + (row.content_hash or ""))[:_HASHES] if changed else row.content_hash
    connection.execute(update(entries).where(entries.c.key == row.key)
                       .values(content_hash=hashes or None, changes=seen))


def _edit_all(
    connection: Connection, changed: Sequence[tuple[Row[tuple[object, ...]], NewEntry]], now: datetime
) -> int:
    """Store the edits of articles that can still be read; how many say something else now."""
    edits = [(row, edit, said) for row, edit in changed
             if row.article_id is not None and row.erased_at is None and row.duplicate_of is None
             and (said := _said(row, edit)) != (row.title, row.text or "")]
    layout = sum(row.quiet for row, *_ in edits) > MOST_OLD
    for row, edit, (title, text) in edits:
        again = {} if row.quiet and layout else {"rules_hash": None}
        connection.execute(insert(revisions).values(
            article_id=row.article_id, title=row.title, text=row.text, replaced_at=now))
        connection.execute(update(articles).where(articles.c.id == row.article_id).values(
            title=title, text=text, summary=edit.summary or row.summary, edited_at=now, **again))
    return len(edits)


def _said(row: Row[tuple[object, ...]], edit: NewEntry) -> tuple[str, str]:
    """Title and text as they are now.

    A page says more than its feed, and of an article in several feeds each says a part: there the edit adds to the
    text and takes nothing away.
    """
    text = row.text or ""
    if row.text_source == "feed" and row.feeds <= 1:
        return edit.title or row.title, edit.text or text
    return edit.title or row.title, _with_news(text, edit.text)


def _with_news(text: str, news: str) -> str:
    known = _flat(text)
    lines = news[:_MOST_CHARACTERS].split("\n")[:_MOST_LINES]
    fresh = [line for line in lines if _flat(_uncut(line)) not in known]
    return "\n".join([*fresh, text])


def _uncut(line: str) -> str:
    """The line without the dots that say that more follows. By hand: a pattern for it takes the square of the dots."""
    ended = line.rstrip()
    mark = next((mark for mark in _CUT if ended.endswith(mark)), "")
    return ended.removesuffix(mark).rstrip(" \t.…") if mark else line


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text).strip().casefold()


def before_edits(connection: Connection, article_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Title and text of those articles that were edited since rules read them, as they were read."""
    since = (revisions.c.replaced_at >= articles.c.matched_at).label("since")
    query = (select(revisions.c.article_id, revisions.c.title, revisions.c.text)
             .join(articles, articles.c.id == revisions.c.article_id)
             .where(revisions.c.article_id.in_(article_ids), articles.c.matched_at.is_not(None))
             # The first one since then; where a clock went back there is none, and the last one of all must do.
             .order_by(since, revisions.c.id.desc()))
    found = {}
    for row in connection.execute(query):
        found[row.article_id] = (row.title, row.text or "")
    return found
