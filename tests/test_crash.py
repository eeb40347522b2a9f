"""Kill -9 in the middle of a round, then a restart: nothing lost, nothing posted twice.

`make soak` runs the long form. The moments of death are drawn from a seeded generator.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.demo.site import serve
from monitor.outbox.deliver import Outbox
from monitor.settings import SlackSettings
from monitor.slack.sender import SlackSender
from storage.database import open_database
from tests import running
from tests.slack_standin import StandIn, beside
from tests.slack_standin_model import Fault

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("DATELINE_KILLS", "4"))


def frozen(database: Path) -> dict[tuple[str, int], str]:
    """Every message that was ever frozen, with its state."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT delivery_id, part, state FROM deliveries")
        return {(delivery_id, part): state for delivery_id, part, state in rows}


def members(database: Path) -> set[tuple[str, int]]:
    """Every (channel, article) that stands in a digest."""
    with sqlite3.connect(database) as connection:
        return set(connection.execute("SELECT channel_id, article_id FROM digest_items"))


def wanted(database: Path) -> int:
    """How many matched articles no digest holds: what was lost."""
    query = ("SELECT count(*) FROM articles a JOIN matches m ON m.article_id = a.id WHERE NOT a.quiet "
             "AND a.id NOT IN (SELECT article_id FROM digest_items)")
    with sqlite3.connect(database) as connection:
        count: int = connection.execute(query).fetchone()[0]
        return count


def run_on(config: Path, url: str) -> None:
    """One round of the bot; then its outbox goes on, two minutes later each time, until nothing is left to look for."""
    running.run(["once"], config)
    database = open_database(f"sqlite:///{config.parent}/test.db")
    sender = SlackSender(SlackSettings(token=running.TOKEN, base_url=url))
    for minutes in range(0, 16, 2):
        outbox = Outbox(database, lambda _: sender, lambda: datetime.now(UTC) + timedelta(minutes=minutes))  # noqa: B023 - used at once
        asyncio.run(outbox.deliver())
    database.close()


def slack(*faults: Fault) -> StandIn:
    """A Slack that takes a tenth of a second to answer, half of it after it has taken the message."""
    slow = [Fault("slow", stored=stored, channel=channel, times=1_000_000, seconds=0.1)
            for channel, stored in zip(running.CHANNELS, (False, True), strict=True)]
    return StandIn(token=running.TOKEN, faults=[*faults, *slow])


def keys(standin: StandIn) -> list[tuple[str, int]]:
    """Delivery id and part of every message that was ever posted."""
    return [message.key for message in standin.messages]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many (channel, article) pairs a run that nobody kills posts."""
    folder = tmp_path_factory.mktemp("whole")
    with serve(now=datetime.now(UTC)) as site, beside(slack()) as standin:
        done = running.run(["once"], running.write_config(folder, site, standin.url))
        assert 0 == done.returncode, done.stderr
        assert len(keys(standin)) == len(set(keys(standin)))
    return len(members(folder / "test.db"))


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_anywhere_and_started_again(tmp_path: Path, undisturbed: int, seed: int) -> None:
    """Every message that was ever frozen stands in its channel exactly once, and no article is missing."""
    moments = random.Random(seed)
    with serve(now=datetime.now(UTC)) as site, beside(slack()) as standin:
        config = running.write_config(tmp_path, site, standin.url)
        for _ in range(moments.choice((1, 2))):
            process = running.start(["run"], config)
            time.sleep(moments.uniform(0.4, 5.0))
            process.kill()
            process.communicate()
        run_on(config, standin.url)

    states = frozen(tmp_path / "test.db")
    assert {"sent"} == set(states.values())
    assert sorted(states) == sorted(keys(standin))
    assert undisturbed == len(members(tmp_path / "test.db"))
    assert 0 == wanted(tmp_path / "test.db")


@pytest.mark.parametrize("stored", [True, False])
def test_killed_while_sending(tmp_path: Path, stored: bool) -> None:
    """Killed between request and answer: found in the channel and not posted again, or not found and posted once."""
    stuck = Fault("slow", stored, channel=next(iter(running.CHANNELS)), seconds=600)
    with serve(now=datetime.now(UTC)) as site, beside(slack(stuck)) as standin:
        config = running.write_config(tmp_path, site, standin.url)
        process = running.start(["once"], config)
        running.wait_until(lambda: standin.messages if stored else stuck.seen)
        process.kill()
        process.communicate()
        run_on(config, standin.url)

    assert {"sent"} == set(frozen(tmp_path / "test.db").values())
    assert sorted(frozen(tmp_path / "test.db")) == sorted(keys(standin))


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    """Told to stop, the bot ends with status 0, leaves nothing half sent, and lets the next one start."""
    with serve(now=datetime.now(UTC)) as site, running.slack(delay=0.3) as slack:
        config = running.write_config(tmp_path, site, slack.url)
        process = running.start(["run"], config)
        running.wait_until(lambda: slack.posts)
        process.terminate()
        _, errors = process.communicate(timeout=20)

    assert 0 == process.returncode, errors
    assert "Traceback" not in errors
    assert {"sent", "pending"} >= set(frozen(tmp_path / "test.db").values())


def test_without_a_token_it_prints(tmp_path: Path) -> None:
    """No token: it says so, shows the digests, and a second round shows nothing more."""
    with serve(now=datetime.now(UTC)) as site:
        config = running.write_config(tmp_path, site)
        first = running.run(["once"], config, token=False)
        second = running.run(["once"], config, token=False)

    assert "SLACK_BOT_TOKEN is not set" in first.stderr
    assert "raids" in first.stdout
    assert "" == second.stdout


def test_once_tells_cron_that_nothing_arrived(tmp_path: Path) -> None:
    """Where Slack cannot be reached the round ends with status 1, and the digests wait for the next one."""
    with serve(now=datetime.now(UTC)) as site:
        config = running.write_config(tmp_path, site, "http://127.0.0.1:9/api/")
        done = running.run(["once"], config)

    assert 1 == done.returncode
    assert {"pending"} == set(frozen(tmp_path / "test.db").values())


def test_two_bots_on_one_database(tmp_path: Path) -> None:
    """The second bot refuses to start, in a sentence."""
    with serve(now=datetime.now(UTC)) as site, running.slack() as slack:
        config = running.write_config(tmp_path, site, slack.url)
        first = running.start(["run"], config)
        running.wait_until(lambda: slack.posts)
        second = running.run(["once"], config)
        first.terminate()
        first.communicate(timeout=20)

    assert 1 == second.returncode
    assert "another bot is running" in second.stderr


def test_no_outlet_counts_twice(tmp_path: Path) -> None:
    """An article that two feeds carry, one of them with tracking parameters, is posted once."""
    with serve(now=datetime.now(UTC)) as site, running.slack() as slack:
        running.run(["once"], running.write_config(tmp_path, site, slack.url))

    assert "utm_" not in json.dumps(slack.posts)
    with sqlite3.connect(tmp_path / "test.db") as connection:
        twice = connection.execute("SELECT article_id FROM entries GROUP BY article_id HAVING count(*) > 1").fetchall()
    assert twice
