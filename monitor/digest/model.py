"""What a digest is made of, before any renderer: items grouped by topic, for one channel and one slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import Language
    from monitor.stories.model import Growth, Tally
    from rules.model import Prominence, Quote

# A scheduled or immediate digest; one urgent story; urgent stories that share a message; later coverage of a story that
# the channel knows; "all is well, nothing found".
DigestKind = Literal["digest", "alert", "rollup", "update", "silence"]


@dataclass(frozen=True, slots=True)
class Item:
    """One story in a digest, shown by one article: everything a reader sees of it."""

    article_id: int
    title: str
    title_marks: tuple[tuple[int, int], ...]
    url: str
    outlet: str
    at: datetime  # publication time, or when it was first seen where the feed gave none
    at_is_published: bool
    places: tuple[str, ...]  # labels, those the article is about first
    quote: Quote | None
    why: str
    rule_names: tuple[str, ...]
    also_topics: tuple[str, ...] = ()  # labels of the other topics it belongs to
    summary_only: bool = False
    stance: str = ""  # which way things go, in words
    stance_quote: str = ""  # the sentence that says so, where it is short and not the quote itself
    mention: bool = False  # the article is about something else
    graphic: bool = False  # the reader decides whether to see more than the headline
    terms: tuple[str, ...] = ()  # the words found, as printed, most telling first
    prominence: Prominence = "body"
    language: str = ""  # of the article
    rule_id: str = ""  # of the match under which it stands
    seen_at: datetime | None = None  # when it was first seen, where it is to be said how soon that was
    edited_at: datetime | None = None  # when it was seen to change, where it came for what it says since
    updated_at: datetime | None = None  # when it was last seen to change, whatever it came for
    also: tuple[Item, ...] = ()  # the other articles of its story, in order of publication; these have none
    tally: Tally | None = None  # how far the story is carried; None for one article alone
    sources: tuple[str, ...] = ()  # other outlets whose feeds carried the very same page
    local: bool = False  # its outlet is at home where it happens
    copy: bool = False  # repeats the text of another article of the story
    copy_of: int | None = None  # the article whose text it repeats, where that is known
    of_page: bool = False  # a change of a watched page, which nobody published
    changes: tuple[Quote, ...] = ()  # of that: changed lines in place of a quote
    more_changes: int = 0  # of that: changes that are not among these


@dataclass(frozen=True, slots=True)
class Aside:
    """An article that a rule found and that is probably not about its topic: a headline in one counted line."""

    article_id: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class More:
    """Articles that a rule found beyond its `max_per_day`: counted in a line, and listed by a command.

    `stories` is how many stories they are; 0: each is one of its own. With an `outlet` and no rule they are what was
    too much of all that this one published at once.
    """

    rule_name: str
    article_ids: tuple[int, ...]
    stories: int = 0
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One topic of a digest, newest story first."""

    topic: str
    label: str
    items: tuple[Item, ...]
    called: tuple[str, ...] = ()  # its labels for readers of other languages


@dataclass(frozen=True, slots=True)
class Digest:
    """The matches of one channel and one slot. `id` is the delivery id, the same for the same channel and slot."""

    id: str
    channel_id: str
    channel_name: str
    title: str  # "Morning digest, Mon 23 Nov", in words
    zone: ZoneInfo
    made_at: datetime
    sections: tuple[Section, ...]
    footnotes: tuple[str, ...] = ()  # plain sentences in the channel's language: sources read, sources down
    asides: tuple[Aside, ...] = ()
    kind: DigestKind = "digest"
    language: Language = "en"  # of our own words
    threads: bool = True  # whether topics may go into a thread
    more: tuple[More, ...] = ()
    later: bool = False  # an alert about an event that the channel was told of before
    number: int = 0  # counts a webhook's messages, so that readers can tell a repeated one; 0 elsewhere
    thread_of: str = ""  # an update: the delivery in whose thread it goes
    broadcast: bool = False  # an update that the whole channel sees
    growth: Growth | None = None  # of an update: what is new
    story: str = ""  # of an update: the headline under which the channel knows the story
    was: Tally | None = None  # of an update: how far the story was carried by what the channel knew
    place: str = ""  # of an update: where the story is, as the channel knows it
    talks: bool = False  # its readers may press and ask: there is somebody who hears it

    @property
    def items(self) -> tuple[Item, ...]:
        """The stories of all sections, in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def article_ids(self) -> tuple[int, ...]:
        """Every article that it shows, be it as a headline alone."""
        counted = (key for more in self.more for key in more.article_ids)
        shown = (one.article_id for item in self.items for one in (item, *item.also))
        return (*shown, *(aside.article_id for aside in self.asides), *counted)


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a notice's list: words, and articles behind them as (headline, address)."""

    words: str
    articles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message, final: what is frozen into a delivery and posted as it is. `text` is for phones and screen readers.

    `in_thread`: a reply to the first message of its digest.
    """

    text: str
    blocks: tuple[Mapping[str, Any], ...]
    part: int = 0
    of: int = 1
    article_ids: tuple[int, ...] = field(default=())
    in_thread: bool = False
    broadcast: bool = False  # a reply that shows in the channel as well
