"""What a new rule would have caught, posted once: rules alert on later articles only, unless somebody asks for this.

Digest members are written with the digest, so the normal rounds never post these articles in the same channels again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.digest.compose import compose, labels, stand
from monitor.digest.recall import members_of
from monitor.digest.routing import chosen
from monitor.digest.story import grouped
from monitor.outbox.queue import queue
from monitor.ruleset.archive import BATCH, reach_of, read, search_words, silent
from monitor.words.digest import WORDS
from monitor.words.times import short_day
from storage import archive, articles, digests, matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.digest.model import Digest
    from monitor.digest.slots import Slot
    from monitor.ruleset.archive import Progress, Reach
    from monitor.settings import ChannelSettings
    from monitor.stories.model import Member
    from rules.engine.engine import Engine
    from rules.model import Match, MatchedArticle, RuleSet
    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Caught:
    """An article that the rule finds. Its match stands first in `article`, then what other rules found when it came.

    `rules_hash` names the rules that read it then.
    """

    article: MatchedArticle
    rules_hash: str


@dataclass(frozen=True, slots=True)
class Post:
    """What one channel would get. `already` are articles that it wants and that were posted there before."""

    channel: ChannelSettings
    fresh: tuple[Caught, ...]
    already: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a backfill would do. `posts` holds every channel that wants something the rule found."""

    rule_id: str
    rule_name: str
    since: datetime
    reach: Reach
    caught: tuple[Caught, ...]
    posts: tuple[Post, ...]

    @property
    def due(self) -> tuple[Post, ...]:
        """The channels that would get a digest."""
        return tuple(post for post in self.posts if post.fresh)


def plan(
    database: Database, engine: Engine, rule_id: str, channels: Sequence[ChannelSettings], since: datetime,
    *, now: datetime, progress: Progress = silent,
) -> Plan:
    """What the rule finds in articles that came since then, and who would be told. `channels` are `routing.resolved`.

    Articles that the next round matches anyway are left to it. Raises StorageError.
    """
    reach = reach_of(database, search_words([engine], {rule_id}), since)
    found = {
        dated.article_id: match for dated in read(database, reach.ids, reach.unknown, progress)
        for match in engine.match(dated.article, now) if match.rule_id == rule_id and match.alerts
    }
    caught = tuple(_caught(database, found))
    posts = [_post(database, channel, caught) for channel in channels]
    name = next(rule.name or rule.id for rule in engine.ruleset.rules if rule.id == rule_id)
    return Plan(rule_id, name, since, reach, caught, tuple(post for post in posts if post.fresh or post.already))


def post(database: Database, planned: Plan, ruleset: RuleSet, now: datetime) -> int:
    """Store the matches and freeze a digest for every channel that is due, in one transaction; how many digests.

    What was posted between plan and post is left out. Raises StorageError.
    """
    made = 0
    with database.write() as connection:
        for one in planned.caught:
            matches.record(connection, one.article.article_id, one.article.matches[:1], one.rules_hash, now)
        for due in planned.due:
            taken = archive.in_digests(connection, due.channel.id, _ids(due.fresh))
            slot = (now.astimezone(due.channel.zone).date(), f"now backfill {now:%Y%m%dT%H%M%S.%f}")
            members = members_of(connection, _ids(due.fresh), now)
            digest = _composed(planned, due, taken, members, ruleset, slot=slot, now=now)
            if digest is None:
                continue
            digests.freeze(connection, digest.id, due.channel.id, slot, digest.article_ids, now=now,
                           standing=_places(digest))
            queue(connection, due.channel.id, digest.id, digest.kind, kind_of(due.channel.id).digest(digest), now=now)
            made += 1
    return made


def _composed(
    planned: Plan, due: Post, taken: Collection[int], members: Mapping[int, Member], ruleset: RuleSet, *, slot: Slot,
    now: datetime,
) -> Digest | None:
    """All of it in one digest, urgent or not, and however much: an admin has seen the number and asked for it."""
    channel, say = due.channel, WORDS[due.channel.language]
    rest = [one.article for one in due.fresh if one.article.article_id not in taken]
    if not rest:
        return None
    topics = labels(ruleset, channel.language)
    standing, asides = stand(rest, channel, topics, members)
    start = short_day(planned.since.astimezone(channel.zone).date(), channel.language)
    return compose(
        grouped(standing, channel.language), channel, topics, title=say.backfill.format(planned.rule_name, start),
        delivery_id=f"digest:{channel.id}:{slot[0]}:{slot[1]}", now=now, footnotes=(say.afterwards,), asides=asides)


def _places(digest: Digest) -> dict[int, tuple[digests.Standing, str]]:
    """How each article is written down: under no rule, since `max_per_day` does not count what was asked for."""
    found: dict[int, tuple[digests.Standing, str]] = {aside.article_id: ("aside", "") for aside in digest.asides}
    for item in digest.items:
        found |= {item.article_id: ("item", ""), **{one.article_id: ("also", "") for one in item.also}}
    return found


def _caught(database: Database, found: Mapping[int, Match]) -> Iterator[Caught]:
    ids = list(found)
    for start in range(0, len(ids), BATCH):
        with database.read() as connection:
            settled = archive.settled(connection, ids[start:start + BATCH])
            for article in articles.by_ids(connection, list(settled)):
                match = found[article.id]
                others = [other for other in archive.matched(connection, article.id)
                          if other.alerts and other.rule_id != match.rule_id]
                yield Caught(archive.with_matches(article, [match, *others]), settled[article.id])


def _post(database: Database, channel: ChannelSettings, caught: Sequence[Caught]) -> Post:
    wanted = [one for one in caught if one.article.matches[0] in chosen(one.article, channel)]
    with database.read() as connection:
        taken = archive.in_digests(connection, channel.id, _ids(wanted))
    fresh = tuple(one for one in wanted if one.article.article_id not in taken)
    return Post(channel, fresh, len(wanted) - len(fresh))


def _ids(caught: Sequence[Caught]) -> list[int]:
    return [one.article.article_id for one in caught]
