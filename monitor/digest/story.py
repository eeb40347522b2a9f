"""Stories in a channel: articles of one event that wait for it, which of them is shown, and what stands below. Pure.

What the digest rooms decide about, and count, is a story. An article that nothing grouped is a story of its own, so
that a failure of grouping changes how much is said, and never whether.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.stories import summary
from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.digest.compose import Standing
    from monitor.digest.model import Digest, Item
    from monitor.settings import Language
    from monitor.stories.model import Member
    from rules.model import Severity
    from storage import digests


@dataclass(frozen=True, slots=True)
class Story:
    """Articles of one story in a channel: the first is its card, the others follow in order of publication.

    `known` are those that the channel was told of before: they count for how far the story is carried, and for which
    outlets are local.
    """

    standing: tuple[Standing, ...]
    known: tuple[Member, ...] = ()
    language: Language = "en"  # of the channel

    @property
    def id(self) -> int | None:
        """Of the stored story; None where the article stands alone because nothing grouped it."""
        member = self.card.member
        return member.story_id if member else None

    @property
    def card(self) -> Standing:
        """The article that is shown. The story stands under its topic, its place and its rule."""
        return self.standing[0]

    @property
    def severity(self) -> Severity:
        """The severest of its articles."""
        return max((one.lead.severity for one in self.standing), key=SEVERITIES.index)

    @property
    def newest(self) -> datetime:
        """When its latest article came out."""
        return max(one.item.at for one in self.standing)

    @property
    def article_ids(self) -> tuple[int, ...]:
        return tuple(one.article.article_id for one in self.standing)

    @property
    def members(self) -> tuple[Member, ...]:
        return tuple(one.member for one in self.standing if one.member)


@dataclass(frozen=True, slots=True)
class Stories:
    """What is stored of the stories whose articles wait for a channel.

    `members` by article, those that it was told of included; `told` by story, where it was.
    """

    members: Mapping[int, Member] = field(default_factory=dict)
    told: Mapping[int, digests.ToldStory] = field(default_factory=dict)

    def of(self, story: Story) -> digests.ToldStory | None:
        """What the channel was told of this one."""
        return None if story.id is None else self.told.get(story.id)

    def told_in(self, update: Digest) -> digests.ToldStory | None:
        """What the channel was told of the story of an update."""
        member = self.members.get(update.items[0].article_id)
        return self.told.get(member.story_id) if member else None

    def known(self, told: digests.ToldStory) -> tuple[Member, ...]:
        """The articles that it was told of; one whose marks were erased is left out."""
        return tuple(self.members[each] for each in told.article_ids if each in self.members)


def grouped(standing: Iterable[Standing], language: Language) -> list[Story]:
    """The stories of these articles, in the order of their first ones; the card is the best report for `language`."""
    found: dict[tuple[bool, int], list[Standing]] = {}
    for one in standing:
        key = (True, one.member.story_id) if one.member else (False, one.article.article_id)
        found.setdefault(key, []).append(one)
    return [_shown_by(_best(group, language), group, language) for group in found.values()]


def as_alert(story: Story) -> Story:
    """The same story told as an alert: of its urgent articles the best report, among equals what makes most of it."""
    members = (*story.known, *story.members)
    card = min(story.standing, key=lambda one: _telling(one, members, story.language))
    return replace(_shown_by(card, story.standing, story.language), known=story.known)


def most_telling(one: Standing) -> tuple[int, datetime, int]:
    """Orders articles: what makes most of what was found comes first, and the earliest among equals."""
    return (-PROMINENCES.index(one.lead.prominence), one.item.at, one.article.article_id)


def item_of(story: Story) -> Item:
    """What a reader sees of the story."""
    members = (*story.known, *story.members)
    card, *others = (_marked(one, members) for one in story.standing)
    return replace(card, also=tuple(others), tally=summary.tally(members) if len(members) > 1 else None)


def placed(stories: Iterable[Story]) -> dict[int, tuple[digests.Standing, str]]:
    """How each article of these stories is written down as told, and under which rule."""
    return {one.article.article_id: ("also" if one is not story.card else "item", one.lead.rule_id)
            for story in stories for one in story.standing}


_UNRANKED = (True, False, True, 0)  # what nothing grouped stands alone


def _best(group: Sequence[Standing], language: Language) -> Standing:
    members = [one.member for one in group if one.member]
    if len(members) < 2:
        return group[0]
    best = summary.ranked(members, language)[0].article_id
    return next(one for one in group if one.article.article_id == best)


def _shown_by(card: Standing, group: Sequence[Standing], language: Language) -> Story:
    others = sorted((one for one in group if one is not card), key=lambda one: (one.item.at, one.article.article_id))
    return Story((card, *others), language=language)


def _telling(
    one: Standing, members: Sequence[Member], language: Language,
) -> tuple[bool, tuple[bool, bool, bool, int], tuple[int, datetime, int]]:
    rank = summary.rank(one.member, members, language) if one.member else _UNRANKED
    return (one.lead.severity != "urgent", rank, most_telling(one))


def _marked(one: Standing, members: Sequence[Member]) -> Item:
    if one.member is None:
        return one.item
    copy_of = one.member.copy_of
    return replace(one.item, local=summary.is_local(one.member, members), copy=copy_of is not None, copy_of=copy_of)
