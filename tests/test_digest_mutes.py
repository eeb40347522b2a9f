"""Mutes in what is told: what they keep back, what they never do, and how a channel hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from monitor.digest.mutes import Mutes, ends_at, footnote, is_on, sifted
from monitor.digest.publish import ahead, freeze_now, publish
from monitor.digest.story import Stories
from monitor.settings import ChannelSettings
from monitor.stories.model import Count, Features, Member
from rules.model import Match, MatchedArticle, Relevance
from storage import counts, digests, mutes
from storage.mutes import Mute
from storage.schema import articles
from tests.digest_rounds import AT_ONCE, DAILY, EVENING, MINUTE, NOW, RULES, ZONE, arrive, kinds, merge, posted, prepare

if TYPE_CHECKING:
    from storage.database import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 3, 10, 8, tzinfo=ZONE)


def mute(
    database: Database, channel: ChannelSettings, kind: str, *, days: float = 7, outlet: str = "Ledger",
    topic: str = "raids",
) -> int:
    """Somebody mutes something at the first article: the number of the mute."""
    with database.write() as connection:
        return mutes.begin(connection, channel.id, kind, 1, "U0ALICE", now=NOW, until=NOW + timedelta(days=days),
                           outlet=outlet if kind == "outlet" else "", topic="" if kind == "story" else topic)


def place(database: Database, channel: ChannelSettings, article_id: int) -> tuple[str, int | None] | None:
    """How an article stands in a channel, and by which mute."""
    with database.read() as connection:
        found = digests.placed(connection, channel.id, article_id)
    return (found.place, found.mute_id) if found else None


def held(database: Database, mute_id: int) -> int:
    """How many articles the mute kept back so far."""
    with database.read() as connection:
        found = mutes.by_id(connection, mute_id)
    return found.held if found else -1


def by_outlet(database: Database, article_id: int, outlet: str) -> None:
    """The article is of another outlet."""
    with database.write() as connection:
        connection.execute(update(articles).where(articles.c.id == article_id).values(outlet=outlet))


@pytest.mark.parametrize(("kind", "comes"), [("story", [False, True, True]), ("outlet", [False, False, True]),
                                            ("topic", [False, False, True])])
def test_what_each_kind_keeps_back(database: Database, kind: str, comes: list[bool]) -> None:
    """The story whatever its topic; the outlet under its topic; the topic. What is held is written down and counted."""
    prepare(database, DAILY)
    for key, topic, story in (("1", "raids", 7), ("2", "raids", 8), ("3", "policy", 9)):
        arrive(database, key, NOW, topic, story=story)
    number = mute(database, DAILY, kind)

    assert 1 == publish(database, DAILY, RULES, EVENING)
    expected = [("item", None) if one else ("muted", number) for one in comes]
    assert expected == [place(database, DAILY, article_id) for article_id in (1, 2, 3)]
    assert comes.count(False) == held(database, number)


def test_an_outlet_alone_is_left_out_of_a_story(database: Database) -> None:
    """Its report is kept back; the other outlet's tells the story."""
    prepare(database, DAILY)
    for key in "12":
        arrive(database, key, NOW, story=7)
    by_outlet(database, 2, "The Sun")
    mute(database, DAILY, "outlet", outlet="the sun")
    publish(database, DAILY, RULES, EVENING)

    assert ["item", "muted"] == [(place(database, DAILY, key) or ("",))[0] for key in (1, 2)]


def test_another_channel_hears_of_it(database: Database) -> None:
    """A mute is for the channel in which it was pressed."""
    prepare(database, DAILY, AT_ONCE)
    arrive(database, "1", NOW)
    mute(database, DAILY, "topic")

    assert [0, 1] == [publish(database, channel, RULES, EVENING) for channel in (DAILY, AT_ONCE)]


def test_the_footer_counts_them(database: Database) -> None:
    """What, until when and how to see it; the command is the terminal's where nobody hears Slack's."""
    prepare(database, DAILY)
    for key, topic in (("1", "raids"), ("2", "raids"), ("3", "policy")):
        arrive(database, key, NOW, topic)
    mute(database, DAILY, "outlet", days=30)
    talking = replace(DAILY, talks=True, command="/news")
    with database.read() as connection:
        lines = [ahead(connection, channel, RULES, EVENING).kept_back for channel in (DAILY, talking)]
    publish(database, DAILY, RULES, EVENING)

    told = "2 muted: Ledger for Raids until Wed 8 Apr"
    assert [f"{told} · dateline mutes", f"{told} · /news mutes"] == lines
    assert told in posted(database, DAILY)[0]


def test_the_footer_in_spanish(database: Database) -> None:
    """In a channel of that language, with a story's headline."""
    channel = replace(DAILY, language="es")
    prepare(database, channel)
    arrive(database, "1", NOW)
    mute(database, channel, "story")
    with database.read() as connection:
        line = ahead(connection, channel, RULES, EVENING).kept_back

    assert "1 silenciado: la noticia «Title 1» hasta el lun 16 mar · dateline mutes" == line


def test_several_mutes_in_one_line(database: Database) -> None:
    """Each with its number; one that is near its end with the time of the day."""
    prepare(database, DAILY)
    for key, topic in (("1", "raids"), ("2", "raids"), ("3", "policy")):
        arrive(database, key, NOW, topic)
    mute(database, DAILY, "outlet")
    mute(database, DAILY, "topic", topic="policy", days=1)
    with database.read() as connection:
        line = ahead(connection, DAILY, RULES, EVENING).kept_back

    assert ("3 muted: Ledger for Raids until Mon 16 Mar (2), everything about Policy until Tue 10 Mar, 11:30 (1) · "
            "dateline mutes") == line


def test_what_is_all_muted_is_no_message(database: Database) -> None:
    """Nor does it come when the mute ends; the next message tells how many there were, once."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    number = mute(database, AT_ONCE, "topic", days=1)
    assert 0 == publish(database, AT_ONCE, RULES, NOW)
    assert ("muted", number) == place(database, AT_ONCE, 1)

    for key, at in (("2", NOW + 2 * DAY), ("3", NOW + 3 * DAY)):
        arrive(database, key, at)
        assert 1 == publish(database, AT_ONCE, RULES, at)
    assert [True, False] == ["1 muted: everything about Raids, no longer" in text for text in posted(database, AT_ONCE)]


def test_a_silent_day_tells_what_was_muted(database: Database) -> None:
    """Silence must not be taken for calm."""
    channel = replace(DAILY, line_at=time(9))
    prepare(database, channel)
    arrive(database, "1", NOW)
    mute(database, channel, "topic")
    publish(database, channel, RULES, EVENING)
    publish(database, channel, RULES, MORNING + HOUR)

    assert "1 muted: everything about Raids until" in posted(database, channel)[-1]
    with database.read() as connection:
        assert {} == counts.muted_untold(connection, channel.id)


def test_an_alert_is_never_held(database: Database) -> None:
    """Whatever is muted, and with what else its story has; a channel without alerts has it in its digest."""
    calm = replace(DAILY, id="C0CALM", urgent=False)
    prepare(database, DAILY, calm)
    arrive(database, "1", NOW, severity="urgent", story=7)
    arrive(database, "2", NOW, story=7)
    for channel in (DAILY, calm):
        for kind in ("story", "outlet", "topic"):
            mute(database, channel, kind)
        publish(database, channel, RULES, EVENING)

    assert (["alert"], ["digest"]) == (kinds(database, DAILY), kinds(database, calm))
    assert {"item", "also"} == {(place(database, DAILY, key) or ("",))[0] for key in (1, 2)}


def told(database: Database, channel: ChannelSettings) -> None:
    """An alert on a story, which is muted then."""
    prepare(database, channel)
    arrive(database, "1", NOW, severity="urgent", story=7, counts=(Count(28, "arrests"),))
    publish(database, channel, RULES, NOW)
    mute(database, channel, "story")


def test_later_coverage_that_says_nothing_new_is_held(database: Database) -> None:
    """With the next moment for a digest it is written down."""
    told(database, AT_ONCE)
    arrive(database, "2", NOW + HOUR, story=7, counts=(Count(28, "arrests"),))
    publish(database, AT_ONCE, RULES, NOW + HOUR)

    assert ["alert"] == kinds(database, AT_ONCE)
    assert ("muted", 1) == place(database, AT_ONCE, 2)


@pytest.mark.parametrize("channel", [AT_ONCE, replace(AT_ONCE, threads=False), replace(AT_ONCE, growth=False)])
@pytest.mark.parametrize("kind", ["story", "outlet", "topic"])
def test_an_urgent_article_that_joined_a_muted_story_comes(
    database: Database, channel: ChannelSettings, kind: str
) -> None:
    """It may be another raid, grouped with the one that was told, and nobody has read of it."""
    prepare(database, channel)
    arrive(database, "1", NOW, severity="urgent", story=7, counts=(Count(28, "arrests"),))
    publish(database, channel, RULES, NOW)
    mute(database, channel, kind)
    arrive(database, "2", NOW + HOUR, severity="urgent", story=7, counts=(Count(28, "arrests"),))
    publish(database, channel, RULES, NOW + HOUR)

    assert ["alert", "update"] == kinds(database, channel)


def test_a_muted_story_that_becomes_urgent_comes(database: Database) -> None:
    """Also in a channel that gets digests alone."""
    calm = replace(AT_ONCE, urgent=False)
    prepare(database, calm)
    arrive(database, "1", NOW, story=7)
    publish(database, calm, RULES, NOW)
    mute(database, calm, "story")
    arrive(database, "2", NOW + HOUR, severity="urgent", story=7)
    publish(database, calm, RULES, NOW + HOUR)

    assert "muted" != (place(database, calm, 2) or ("",))[0]
    assert 2 == len(kinds(database, calm))


@pytest.mark.parametrize("channel", [AT_ONCE, replace(AT_ONCE, threads=False)])
def test_what_grows_an_alerted_story_comes(database: Database, channel: ChannelSettings) -> None:
    """The whole channel sees it, mute or not."""
    told(database, channel)
    arrive(database, "2", NOW + HOUR, story=7, counts=(Count(41, "arrests"),))
    publish(database, channel, RULES, NOW + HOUR)

    assert ["alert", "update"] == kinds(database, channel)


def test_what_grows_another_story_is_held(database: Database) -> None:
    """What was never urgent is muted whole."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, story=7, counts=(Count(28, "arrests"),))
    publish(database, AT_ONCE, RULES, NOW)
    mute(database, AT_ONCE, "story")
    arrive(database, "2", NOW + HOUR, story=7, counts=(Count(41, "arrests"),))
    publish(database, AT_ONCE, RULES, NOW + HOUR)

    assert ["digest"] == kinds(database, AT_ONCE)


def test_of_an_update_only_the_muted_outlet_is_held(database: Database) -> None:
    """The rest goes into the thread."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, severity="urgent", story=7)
    publish(database, AT_ONCE, RULES, NOW)
    mute(database, AT_ONCE, "outlet", outlet="The Sun")
    for key in "23":
        arrive(database, key, NOW + HOUR, story=7)
    by_outlet(database, 2, "The Sun")
    publish(database, AT_ONCE, RULES, NOW + HOUR)

    assert ["alert", "update"] == kinds(database, AT_ONCE)
    assert [("muted", 1), ("item", None)] == [place(database, AT_ONCE, key) for key in (2, 3)]


def test_a_mute_follows_a_story_that_merged(database: Database) -> None:
    """The article on which it was pressed is of the other story now."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, story=8)
    mute(database, DAILY, "story")
    arrive(database, "2", NOW, story=7)
    merge(database, 8, into=7)

    assert 0 == publish(database, DAILY, RULES, EVENING)
    assert ("muted", 1) == place(database, DAILY, 2)


@pytest.mark.parametrize(("kind", "comes"), [("story", 1), ("outlet", 0), ("topic", 0)])
def test_an_article_that_is_gone(database: Database, kind: str, comes: int) -> None:
    """With it a mute of its story ends; outlet and topic are known without it. What nothing grouped is no story."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    arrive(database, "2", NOW)
    mute(database, DAILY, kind)
    with database.write() as connection:
        connection.execute(delete(articles).where(articles.c.id == 1))

    assert comes == publish(database, DAILY, RULES, EVENING)


def test_the_end_of_a_mute(database: Database) -> None:
    """What waits when it is undone comes; what it kept back before does not."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    number = mute(database, DAILY, "topic")
    publish(database, DAILY, RULES, EVENING)
    arrive(database, "2", EVENING)
    with database.write() as connection:
        mutes.end(connection, number, "U0BOB", EVENING + HOUR)
    publish(database, DAILY, RULES, MORNING)

    assert [("muted", number), ("item", None)] == [place(database, DAILY, key) for key in (1, 2)]


def test_a_digest_now_posts_nothing_that_is_muted(database: Database) -> None:
    """Also where somebody asks for it."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    mute(database, DAILY, "topic")

    assert [] == freeze_now(database, DAILY, RULES, NOW)
    with database.read() as connection:
        assert "1 muted: everything about Raids until" in ahead(connection, DAILY, RULES, NOW).kept_back


def test_what_is_muted_does_not_count_as_told(database: Database) -> None:
    """Neither for the line of a silent day nor for its story."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, story=7)
    mute(database, AT_ONCE, "story")
    publish(database, AT_ONCE, RULES, NOW)

    with database.read() as connection:
        assert counts.last_made(connection, AT_ONCE.id, "digest") is None
        assert {} == digests.told_stories(connection, AT_ONCE.id, [7])


def test_unlikely_articles_are_muted_too(database: Database) -> None:
    """A headline in a line is still a headline."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, likely=False)
    mute(database, DAILY, "topic")

    assert 0 == publish(database, DAILY, RULES, EVENING)


BEGUN = datetime(2026, 3, 9, tzinfo=UTC)
MUTE = Mute(1, DAILY.id, "topic", 1, None, "", "raids", None, BEGUN, BEGUN + 7 * DAY, None, None, 0)


@pytest.mark.parametrize(("until", "at", "holds"), [
    (7 * DAY, BEGUN, True),
    (7 * DAY, BEGUN + 7 * DAY, False),
    (400 * DAY, BEGUN + 30 * DAY - MINUTE, True),
    (400 * DAY, BEGUN + 30 * DAY, False),
    (7 * DAY, BEGUN - HOUR, True),
    (7 * DAY, BEGUN - 2 * DAY, False),
    (400 * DAY, BEGUN - 400 * DAY, False),
])
def test_how_long_it_holds(*, until: timedelta, at: datetime, holds: bool) -> None:
    """Thirty days at most, and not where a clock was set back by more than a day: never for ever."""
    assert holds == is_on(replace(MUTE, until=BEGUN + until), at)


def test_its_end_is_told_as_it_is() -> None:
    """Not as it is stored, where that is too far ahead."""
    assert BEGUN + 30 * DAY == ends_at(replace(MUTE, until=BEGUN + 400 * DAY))


def found(topics: tuple[str, ...], **more: Any) -> Match:  # noqa: ANN401 - fields of Match
    """A match of a rule with these topics."""
    return Match(**({"rule_id": "-".join(topics), "rule_name": "", "topics": topics, "severity": "normal", "places": (),
                     "quotes": (), "title_marks": (), "terms": (), "why": "", "spans": (), "rules_hash": "h"} | more))


@pytest.mark.parametrize(("wanted", "matches", "left"), [
    ((), [found(("raids",))], None),
    ((), [found(("raids",)), found(("policy",))], [("policy",)]),
    ((), [found(("raids", "policy"))], [("policy",)]),
    (("raids",), [found(("raids", "policy"))], None),
    (("raids",), [found(("raids",)), found(("policy",))], None),
    ((), [found(("policy",))], [("policy",)]),
    ((), [found(())], [()]),
    ((), [found(("raids",), severity="urgent")], [("raids",)]),
    ((), [found(("raids",), severity="urgent", alerts=False)], [("raids",)]),
    ((), [found(("raids",), relevance=Relevance(0.1, likely=False))], None),
])
def test_a_muted_topic_leaves_the_others(
    wanted: tuple[str, ...], matches: list[Match], left: list[tuple[str, ...]] | None
) -> None:
    """An article of two topics comes under the other one; only what the channel takes counts."""
    article = MatchedArticle(1, "Title", "https://ledger.example/1", "Ledger", BEGUN, BEGUN, "page", tuple(matches))
    rest = sifted([article], replace(DAILY, topics=wanted), Stories(), [MUTE])

    assert left == ([match.topics for match in rest.left[0].matches] if rest.left else None)
    assert (left is None) == (1 in rest.held)


def test_what_has_no_topic() -> None:
    """An outlet can be muted for that, and nothing else is."""
    articles_found = [MatchedArticle(key, "Title", "https://ledger.example/1", "Ledger", BEGUN, BEGUN, "page", (match,))
                      for key, match in ((1, found(())), (2, found(("raids",))))]
    rest = sifted(articles_found, DAILY, Stories(), [replace(MUTE, kind="outlet", outlet="Ledger", topic="")])

    assert [2] == [one.article_id for one in rest.left]


def test_a_line_names_four_mutes_at_most() -> None:
    """The others are counted; one that is no longer known is counted, too."""
    every = [replace(MUTE, id=key, topic=f"topic {key}") for key in range(1, 7)]
    untold = dict.fromkeys(range(1, 8), 1)
    line = footnote([], Mutes(every, untold=untold), DAILY, {}, BEGUN)

    assert line.startswith("7 muted: everything about Topic 1 until Sun 15 Mar (1)")
    assert ", 2 more · dateline mutes" in line
    assert "Topic 5" not in line


MUTES = st.lists(st.builds(
    replace, st.just(MUTE), kind=st.sampled_from(["story", "outlet", "topic"]), story_id=st.sampled_from([7, 8, None]),
    article_id=st.sampled_from([1, 2, None]), outlet=st.sampled_from(["Ledger", "The Sun"]),
    topic=st.sampled_from(["raids", "policy", ""])), max_size=4)
WAITING = st.lists(st.tuples(
    st.sampled_from(["Ledger", "The Sun"]), st.sampled_from([(), ("raids",), ("policy",), ("raids", "policy")]),
    st.sampled_from(["normal", "urgent"]), st.sampled_from([7, 8, None])), max_size=6)


@given(MUTES, WAITING)
def test_nothing_urgent_and_nothing_lost(on: list[Mute], news: list[tuple[Any, ...]]) -> None:
    """Whatever is muted, each article is left or held, and a story with something urgent is left as it is."""
    waiting = [MatchedArticle(key, "Title", "https://ledger.example/1", outlet, BEGUN, BEGUN, "page",
                              (found(topics, severity=severity),))
               for key, (outlet, topics, severity, _) in enumerate(news, 1)]
    members = {key: Member(key, one[3], Features(BEGUN)) for key, one in enumerate(news, 1) if one[3]}
    rest = sifted(waiting, DAILY, Stories(members), on)

    assert {one.article_id for one in waiting} == {one.article_id for one in rest.left} | rest.held.keys()
    loud = {one[3] or -key for key, one in enumerate(news, 1) if one[2] == "urgent"}
    assert [one for one in waiting if (news[one.article_id - 1][3] or -one.article_id) in loud] == [
        one for one in rest.left if (news[one.article_id - 1][3] or -one.article_id) in loud]
