"""Stories from what waits to what is frozen: told once, later coverage in the thread, nothing lost, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.digest.publish import freeze_now, publish, publish_alerts, upcoming
from monitor.settings import QuietHours
from monitor.stories.model import Count
from rules.model import Rule
from storage import counts, deliveries, digests, threads
from storage.database import open_database
from storage.schema import digest_items
from storage.schema import digests as digests_table
from tests.digest_rounds import (
    AT_ONCE,
    DAILY,
    EVENING,
    MINUTE,
    NOW,
    RULES,
    ZONE,
    arrive,
    kinds,
    merge,
    posted,
    prepare,
    settle,
    spoil,
)
from tests.digest_storm import STORMY, storm

if TYPE_CHECKING:
    from monitor.settings import ChannelSettings
    from storage.database import Database

HOUR = timedelta(hours=1)
MORNING = datetime(2026, 3, 10, 8, tzinfo=ZONE)


def made(database: Database, channel: ChannelSettings) -> list[tuple[str, str, list[int]]]:
    """Every digest with articles of a channel, in the order made: kind, the kind of its root, articles in order."""
    with database.read() as connection:
        rows = connection.execute(select(digests_table).where(
            digests_table.c.channel_id == channel.id, digests_table.c.articles > 0)
            .order_by(digests_table.c.created_at)).all()
        kind = {row.id: row.kind for row in rows}
        held = {row.id: sorted(connection.scalars(select(digest_items.c.article_id).where(
            digest_items.c.digest_id == row.id))) for row in rows}
    return [(row.kind, kind.get(row.thread_of, ""), held[row.id]) for row in rows]


def published(database: Database, channel: ChannelSettings, *moments: datetime) -> list[int]:
    """How many messages each of these rounds made."""
    return [publish(database, channel, RULES, moment) for moment in moments]


def test_articles_of_a_story_are_one_alert(database: Database) -> None:
    """One message with all of them as links; those of another story at another place are another alert."""
    prepare(database, AT_ONCE)
    for key, story, place in (("1", 7, "baltimore"), ("2", 7, "towson"), ("3", 8, "dover")):
        arrive(database, key, NOW, place=place, severity="urgent", story=story)
    assert [2] == published(database, AT_ONCE, NOW)
    assert [("alert", "", [1, 2]), ("alert", "", [3])] == sorted(made(database, AT_ONCE))
    assert all(f"ledger.example/{number}" in posted(database, AT_ONCE)[0] for number in "12")


def test_later_coverage_of_an_alert_waits_an_hour_and_goes_into_its_thread(database: Database) -> None:
    """Whatever slot comes in between, and an urgent article too: then all of it comes as one update."""
    prepare(database, DAILY)
    at = EVENING - 10 * MINUTE
    arrive(database, "1", at, severity="urgent", story=7)
    assert [1] == published(database, DAILY, at)
    arrive(database, "2", at + MINUTE, severity="urgent", story=7)
    arrive(database, "3", at + 2 * MINUTE, story=7)

    assert [0, 0, 0, 1, 0] == published(database, DAILY, at + 5 * MINUTE, EVENING, at + 59 * MINUTE, at + HOUR, MORNING)
    assert [("alert", "", [1]), ("update", "alert", [2, 3])] == made(database, DAILY)
    assert ["alert", "update"] == kinds(database, DAILY)


def test_a_message_of_later_coverage_waits_for_its_parent(database: Database) -> None:
    """It is a reply to the first message about its story."""
    prepare(database, AT_ONCE)
    for key, at in (("1", NOW), ("2", NOW + HOUR)):
        arrive(database, key, at, severity="urgent", story=7)
        published(database, AT_ONCE, at)
    with database.read() as connection:
        rows = deliveries.in_state(connection, "pending")[::-1]
        assert [(False, None), (True, rows[0].delivery_id)] == [(row.in_thread, row.thread_of) for row in rows]
        assert [rows[0].delivery_id] == [row.delivery_id for row in deliveries.waiting(connection, NOW + HOUR)]


def test_what_a_digest_told_goes_on_at_the_next_slot(database: Database) -> None:
    """In a channel with slots; in one that is told at once, after an hour."""
    prepare(database, DAILY, AT_ONCE)
    arrive(database, "1", NOW, story=7)
    published(database, DAILY, EVENING)
    published(database, AT_ONCE, NOW)
    arrive(database, "2", NOW + MINUTE, story=7)
    assert [0, 1] == published(database, AT_ONCE, NOW + 59 * MINUTE, NOW + HOUR)
    assert [0, 0, 1] == published(database, DAILY, EVENING + MINUTE, EVENING + 2 * HOUR, MORNING)
    for channel in (AT_ONCE, DAILY):
        assert [("digest", "", [1]), ("update", "digest", [2])] == made(database, channel)


def test_hourly_slots_are_each_used(database: Database) -> None:
    """Also where a round looks a few seconds earlier in the hour than the one before; no slot is used twice."""
    hourly = replace(DAILY, slots=tuple(time(hour) for hour in range(24)))
    prepare(database, hourly, since=MORNING - HOUR)
    for hour, second in enumerate((9, 3, 7, 2)):
        at = MORNING + hour * HOUR + second * MINUTE / 60
        arrive(database, f"{hour}", at - MINUTE, story=7)
        assert [1] == published(database, hourly, at)
        arrive(database, f"{hour}b", at, story=7)
        assert [0, 0] == published(database, hourly, at + MINUTE, at + 50 * MINUTE)
    assert ["digest", "update", "update", "update"] == kinds(database, hourly)


def test_a_digest_now_keeps_nothing_from_the_next_slot(database: Database) -> None:
    """However soon after it that is."""
    prepare(database, DAILY, since=NOW)
    arrive(database, "1", NOW, story=7)
    freeze_now(database, DAILY, RULES, MORNING - 40 * MINUTE)
    publish(database, DAILY, RULES, MORNING - 39 * MINUTE)
    arrive(database, "2", MORNING - 30 * MINUTE, story=7)
    assert [1, 0] == published(database, DAILY, MORNING, MORNING + MINUTE)
    assert ("update", "digest", [2]) == made(database, DAILY)[-1]


def test_what_becomes_urgent_is_an_alert_once(database: Database) -> None:
    """The channel knows the story from a digest alone; what follows goes into the thread of the alert."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, story=7)
    published(database, DAILY, EVENING)
    for key, at in (("2", EVENING + HOUR), ("3", EVENING + 2 * HOUR)):
        arrive(database, key, at, severity="urgent", story=7)
        assert [1, 0] == published(database, DAILY, at, at + MINUTE)
    assert [("digest", "", [1]), ("alert", "", [2]), ("update", "alert", [3])] == made(database, DAILY)
    assert "More on: " in posted(database, DAILY)[1]


def test_a_new_story_of_the_same_place_waits_twenty_minutes(database: Database) -> None:
    """Then it is an alert of its own, and called urgent; one at another place does not wait."""
    prepare(database, DAILY)
    for key, story, place in (("1", 7, "baltimore"), ("2", 8, "baltimore"), ("3", 9, "baltimore"), ("4", 10, "dover")):
        arrive(database, key, NOW, place=place, severity="urgent", story=story)
    assert [2, 0, 2, 0] == published(database, DAILY, NOW, NOW + 19 * MINUTE, NOW + 20 * MINUTE, NOW + 45 * MINUTE)
    assert [1] * 4 == [len(members) for _, _, members in made(database, DAILY)]
    assert not any("More on" in text for text in posted(database, DAILY))


def test_sixty_articles_in_three_hours(database: Database) -> None:
    """One alert and at most three updates, whatever channel; every link is in one of them."""
    webhook = replace(AT_ONCE, id="hook:NEWS", kind="webhook", webhook="https://hooks.slack.com/services/T/B/x")
    prepare(database, AT_ONCE, DAILY, webhook, since=NOW - HOUR)
    for number in range(60):
        at = NOW + number * 3 * MINUTE
        arrive(database, str(number), at, severity="urgent" if number % 3 == 0 else "normal", story=7)
        for channel in (AT_ONCE, DAILY, webhook):
            publish(database, channel, RULES, at)
    for channel in (AT_ONCE, DAILY, webhook):
        publish(database, channel, RULES, NOW + 3 * HOUR)
        told = made(database, channel)
        assert ["alert", "update", "update", "update"] == [kind for kind, _, _ in told]
        assert list(range(1, 61)) == sorted(key for _, _, members in told for key in members)


def test_flat_updates(database: Database) -> None:
    """Where a channel has no threads, they stand in the channel and wait for nothing."""
    flat = replace(AT_ONCE, threads=False)
    webhook = replace(AT_ONCE, id="hook:NEWS", kind="webhook", webhook="https://hooks.slack.com/services/T/B/x")
    prepare(database, flat, webhook)
    for key, at in (("1", NOW), ("2", NOW + HOUR)):
        arrive(database, key, at, severity="urgent", story=7)
        assert [[1], [1]] == [published(database, channel, at) for channel in (flat, webhook)]
    with database.read() as connection:
        assert 4 == len(deliveries.waiting(connection, NOW + HOUR))
        assert not any(row.in_thread for row in deliveries.in_state(connection, "pending"))
    assert "More on: Title 1" in posted(database, flat)[1]


def test_stories_that_merge_alert_nobody(database: Database) -> None:
    """Both were told: nothing is said, and the thread of the first gets what comes later."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, severity="urgent", story=7)
    published(database, AT_ONCE, NOW)
    arrive(database, "2", NOW + MINUTE, place="dover", severity="urgent", story=8)
    published(database, AT_ONCE, NOW + MINUTE)
    merge(database, 8, into=7)
    assert [0, 0] == published(database, AT_ONCE, NOW + 2 * MINUTE, NOW + 2 * HOUR)

    arrive(database, "3", NOW + 3 * HOUR, severity="urgent", story=7)
    freeze_now(database, AT_ONCE, RULES, NOW + 3 * HOUR)
    with database.read() as connection:
        (story,) = digests.told_stories(connection, AT_ONCE.id, [7, 8]).values()
        thread = deliveries.in_state(connection, "pending")[0].thread_of
    assert (story.root, story.headline) == (thread, "Title 1")
    assert ["alert", "alert", "update"] == [kind for kind, _, _ in made(database, AT_ONCE)]


def test_what_follows_an_update_that_left_its_thread_goes_into_its_own(database: Database) -> None:
    """The alert was deleted in Slack: the first update after it is posted into the channel, the next below that."""
    prepare(database, AT_ONCE)
    for number in range(3):
        arrive(database, str(number), NOW + number * HOUR, severity="urgent", story=7)
        published(database, AT_ONCE, NOW + number * HOUR)
        with database.write() as connection:
            newest = deliveries.in_state(connection, "pending")[0]
            deliveries.claim(connection, newest.id, NOW, fence=number)
            left = threads.leave_refused(connection, newest, fence=number) if number == 1 else False
            assert left == (number == 1)
    with database.read() as connection:
        rows = deliveries.in_state(connection, "pending", "sending")[::-1]
    assert [None, None, rows[1].delivery_id] == [row.thread_of for row in rows]
    assert [("alert", ""), ("update", ""), ("update", "update")] == [row[:2] for row in made(database, AT_ONCE)]
    assert "More on: Title 0" in str(rows[1].body["text"])


@pytest.mark.parametrize("state", ["refused", "abandoned", "cancelled"])
def test_a_root_that_never_came_told_nothing(database: Database, state: str) -> None:
    """The next coverage is told as new; where it did come, as an update."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, severity="urgent", story=7)
    published(database, AT_ONCE, NOW)
    with database.read() as connection:
        (root,) = (row.delivery_id for row in deliveries.in_state(connection, "pending"))
    settle(database, root, state)
    arrive(database, "2", NOW + HOUR, severity="urgent", story=7)
    assert [1] == published(database, AT_ONCE, NOW + HOUR)
    assert ["alert", "alert"] == [kind for kind, _, _ in made(database, AT_ONCE)]


def test_growth_shows_in_the_channel(database: Database) -> None:
    """A higher count is broadcast and says what was known; a channel may wish otherwise; nothing new is a reply."""
    calm = replace(AT_ONCE, id="C0CALM", growth=False)
    prepare(database, AT_ONCE, calm)
    for step, number in enumerate((28, 41, 41)):
        at = NOW + step * HOUR
        arrive(database, str(step), at, severity="urgent", story=7, counts=(Count(number, "arrests"),))
        assert [1, 1] == [publish(database, channel, RULES, at) for channel in (AT_ONCE, calm)]
    assert [False, True, False] == ['"reply_broadcast": true' in text for text in posted(database, AT_ONCE)]
    assert not any("reply_broadcast" in text for text in posted(database, calm))
    assert "28" in posted(database, AT_ONCE)[1]


def test_no_more_than_three_stories_show_in_an_hour(database: Database) -> None:
    """The severest of those that grew; the others an hour later."""
    prepare(database, AT_ONCE)
    for step in (0, 1):
        for story in range(1, 6):
            arrive(database, f"{story}{step}", NOW + step * HOUR, place=f"town {story}", story=story,
                   severity="normal" if story == 1 else "urgent",
                   counts=(Count(28 + step, "arrests"),))
        publish(database, AT_ONCE, RULES, NOW + step * HOUR)
    assert [0, 0, 2, 0] == published(database, AT_ONCE, *(NOW + minutes * MINUTE for minutes in (61, 119, 120, 180)))
    updates = [text for text in posted(database, AT_ONCE) if "dateline_update" in text]
    assert 5 == len(updates) == sum('"reply_broadcast": true' in text for text in updates)
    assert "Title 11" in updates[-1]


def test_growth_a_minute_apart_is_no_flood(database: Database) -> None:
    """Twenty stories that grow one after the other: never more than three in an hour, and in their threads after three.
    """
    prepare(database, AT_ONCE)
    for step, number in enumerate((28, 41)):
        for story in range(1, 21):
            at = NOW + step * HOUR + story * MINUTE
            arrive(database, f"{story}-{step}", at, place=f"town {story}", severity="urgent", story=story,
                   counts=(Count(number, "arrests"),))
            publish(database, AT_ONCE, RULES, at)
    for minutes in range(90, 300, 5):
        publish(database, AT_ONCE, RULES, NOW + minutes * MINUTE)
    with database.read() as connection:
        rows = [row for row in deliveries.in_state(connection, "pending") if row.kind == "update"]
    seen = sorted(row.created_at for row in rows if row.body.get("reply_broadcast"))
    assert (20, 12) == (len(rows), len(seen))
    assert all(later - first >= HOUR for first, later in zip(seen, seen[3:], strict=False))


def test_quiet_hours_hold_updates(database: Database) -> None:
    """They come at the end, also where alerts come through."""
    channel = replace(AT_ONCE, quiet=QuietHours(time(12), time(15)))
    prepare(database, channel)
    for key, minutes in (("1", 0), ("2", 10)):
        arrive(database, key, NOW + minutes * MINUTE, severity="urgent", story=7)
        published(database, channel, NOW + minutes * MINUTE)
    end = datetime(2026, 3, 9, 15, tzinfo=ZONE)
    assert [0, 0, 1, 0] == published(database, channel, NOW + HOUR, end - MINUTE, end, end + MINUTE)


def test_what_waits_for_an_update_is_in_no_digest_and_not_lost(database: Database) -> None:
    """Rounds, slots and digests of other stories pass by; a narrower rule of the channel brings nothing back either."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, severity="urgent", story=7)
    published(database, AT_ONCE, NOW)
    arrive(database, "2", NOW + MINUTE, story=7)
    for number in range(3, 6):
        arrive(database, str(number), NOW + number * MINUTE, topic="policy", story=number)
        assert [1, 0] == published(database, AT_ONCE, NOW + number * MINUTE, NOW + number * MINUTE + MINUTE / 2)
    assert [1] == published(database, AT_ONCE, NOW + HOUR)
    assert ("update", "alert", [2]) == made(database, AT_ONCE)[-1]


def test_an_unlikely_article_of_a_known_story_stays_aside(database: Database) -> None:
    """A headline in the line of the next digest, and no update."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, severity="urgent", story=7)
    published(database, DAILY, NOW)
    arrive(database, "2", NOW + MINUTE, likely=False, story=7)
    assert [0, 1] == published(database, DAILY, NOW + 2 * HOUR, EVENING)
    assert ("digest", "", [2]) == made(database, DAILY)[-1]


def test_a_channel_without_alerts_has_updates_at_its_slots(database: Database) -> None:
    """Urgent or not."""
    calm = replace(DAILY, urgent=False)
    prepare(database, calm)
    for key, at in (("1", NOW), ("2", EVENING + MINUTE)):
        arrive(database, key, at, severity="urgent", story=7)
        published(database, calm, at, EVENING)
    assert [0, 1] == published(database, calm, EVENING + 2 * HOUR, MORNING)
    assert [("digest", "", [1]), ("update", "digest", [2])] == made(database, calm)


def test_a_flood_counts_stories(database: Database) -> None:
    """Articles of one story take one place of a rule's day; what is beyond is counted as stories, and not told."""
    rules = replace(RULES, rules=(Rule("raids", "raid", max_per_day=2),))
    prepare(database, DAILY)
    for number, story in enumerate((7, 7, 7, 8, 9, 9)):
        arrive(database, str(number), NOW + number * MINUTE, story=story)
    assert 1 == publish(database, DAILY, rules, EVENING)
    with database.read() as connection:
        assert {"raids": 2} == counts.shown_by_rule(connection, DAILY.id, NOW)
        assert {8, 9} == set(digests.told_stories(connection, DAILY.id, [7, 8, 9]))
        assert 3 == len(digests.more(connection, DAILY.id, NOW))
    assert "1 more from" in posted(database, DAILY)[0]


def test_a_digest_now_takes_updates(database: Database) -> None:
    """Before their hour; a preview shows them too, and writes nothing."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, severity="urgent", story=7)
    published(database, DAILY, NOW)
    arrive(database, "2", NOW + MINUTE, story=7)
    with database.read() as connection:
        assert ["update"] == [digest.kind for digest in upcoming(connection, DAILY, RULES, NOW + MINUTE)]
    assert [("update", "Title 1")] == [
        (one.kind, one.story) for one in freeze_now(database, DAILY, RULES, NOW + 2 * MINUTE)]
    assert [] == freeze_now(database, DAILY, RULES, NOW + 3 * MINUTE)


def test_alerts_alone_leave_updates(database: Database) -> None:
    """Where a message cannot be made it may be one of these."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, severity="urgent", story=7)
    assert 1 == publish_alerts(database, AT_ONCE, RULES, NOW)
    arrive(database, "2", NOW + HOUR, severity="urgent", story=7)
    assert [0, 1] == [make(database, AT_ONCE, RULES, NOW + HOUR) for make in (publish_alerts, publish)]


def test_without_stories_each_article_is_told_alone(database: Database) -> None:
    """What is stored of them may be what fails: then nothing is read of it, and nothing is lost or told again."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, story=7)
    published(database, AT_ONCE, NOW)
    for key, story in (("2", 7), ("3", 8), ("4", 8)):
        arrive(database, key, NOW + MINUTE, story=story)
    spoil(database, 1)
    with pytest.raises(AttributeError):
        publish(database, AT_ONCE, RULES, NOW + MINUTE)
    assert [1, 0] == [publish(database, AT_ONCE, RULES, NOW + minutes * MINUTE, plain=True) for minutes in (2, 3)]
    assert ("digest", "", [2, 3, 4]) == made(database, AT_ONCE)[-1]
    arrive(database, "5", NOW + HOUR, severity="urgent", story=7)
    assert 1 == publish_alerts(database, AT_ONCE, RULES, NOW + HOUR, plain=True)


def test_a_clock_set_back_repeats_and_loses_nothing(database: Database) -> None:
    """Told by a clock that was an hour ahead, a story goes on after an hour of the right one, not every round."""
    prepare(database, AT_ONCE, since=NOW - 2 * HOUR)
    arrive(database, "1", NOW, severity="urgent", story=7)
    published(database, AT_ONCE, NOW)
    back = NOW - HOUR
    rounds = []
    for number in range(2, 6):
        arrive(database, str(number), back + number * MINUTE, severity="urgent", story=7)
        rounds += published(database, AT_ONCE, back + number * MINUTE)
    assert [1, 0, 0, 0] == rounds
    assert [0, 1] == published(database, AT_ONCE, NOW + 59 * MINUTE, NOW + HOUR)
    assert 5 == sum(len(members) for _, _, members in made(database, AT_ONCE))


def test_the_line_of_a_silent_day_counts_stories(database: Database) -> None:
    """Three articles of two stories that wait for a later slot are two."""
    channel = replace(DAILY, slots=(time(17, 30),), line_at=time(9))
    nine = datetime(2026, 3, 10, 9, tzinfo=ZONE)
    prepare(database, channel, since=nine - HOUR)
    for key, story in (("1", 7), ("2", 7), ("3", 8)):
        arrive(database, key, nine - MINUTE, story=story)
    assert [1] == published(database, channel, nine)
    assert "2 stories, to come on Tue 10 Mar, 17:30" in posted(database, channel)[0]


@pytest.mark.parametrize("name", STORMY)
def test_nothing_is_lost_and_no_story_told_twice(sqlite_url: str, name: str) -> None:
    """Two days of stories that grow and merge, through caps, quiet hours, floods and clock steps."""
    database = open_database(sqlite_url)
    wanted = storm(database, name, [None, 1, 2, 3, 4])
    told = made(database, STORMY[name])
    database.close()
    assert sorted(wanted) == sorted(key for _, _, members in told for key in members)
    assert all(root in ("alert", "digest", "rollup") for kind, root, _ in told if kind == "update")
