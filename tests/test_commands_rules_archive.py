"""`rules explain`, `backtest` and `backfill` as people meet them, on a small archive and beside a running bot."""

from __future__ import annotations

import io
import json
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from monitor.commands import rules_archive
from monitor.commands.progress import progress
from monitor.errors import DatelineError
from monitor.stories.identity import url_key
from monitor.stories.model import Features
from rules.files.load import read_layers
from rules.model import Match
from storage import articles, deliveries, digests, matches, rule_sets
from storage.database import open_database
from storage.lock import only_bot
from tests.archived import store
from tests.digest_rounds import join
from tests.newsroom import CONFIG, NOW, TOPICS, furnish, printed, queued

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.database import Database
    from tests.loopback import Loopback

RULES = f"""{TOPICS}
[[rule]]
id = 'raids'
name = 'Raids'
topics = ['raids']
query = '''raid*'''
[[rule]]
id = 'calm'
query = '''calm'''
enabled = false
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The newsroom's configuration with rules of its own, and no database yet."""
    return furnish(tmp_path, monkeypatch, RULES)


@pytest.fixture
def stored(config: Path) -> Iterator[Database]:
    """Its database: a raid of today and one of last month, and a quiet day."""
    database = open_database(f"sqlite:///{config.parent}/test.db")
    with database.write() as connection:
        store(connection, NOW, title="Raid in town", text="The raid was long.\nRaiders left.", rules_hash="old")
        store(connection, NOW, title="A quiet day", rules_hash="old")
        store(connection, NOW - timedelta(days=40), title="An old raid", rules_hash="old")
    yield database
    database.close()


def call(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> tuple[int, str, str]:
    """Exit status, output and errors of `dateline rules ...` run in this process."""
    return printed(capsys, config, "rules", *words)


def answer(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> Any:  # noqa: ANN401 - JSON
    """What a command prints with --json."""
    status, out, _ = call(capsys, config, *words, "--json")
    assert 0 == status
    return json.loads(out)


@pytest.mark.parametrize("words", [
    ["backtest", "raids"], ["backfill", "raids", "--since", "7d", "--yes"], ["explain", "raids", "1"],
])
def test_without_a_database(capsys: pytest.CaptureFixture[str], config: Path, words: list[str]) -> None:
    """Before the first start a sentence says that nothing is stored, and no database appears."""
    status, _, err = call(capsys, config, *words)

    assert 1 == status
    assert "nothing is stored yet" in err
    assert not (config.parent / "test.db").exists()


@pytest.mark.parametrize("words", [
    ["backtest", "riads"], ["backfill", "riads", "--since", "7d"], ["explain", "riads", "1"],
])
def test_an_unknown_rule(
    capsys: pytest.CaptureFixture[str], config: Path, stored: Database, words: list[str]
) -> None:
    """A misspelt rule is answered with the one that was meant."""
    status, _, err = call(capsys, config, *words)

    assert (1, True) == (status, "Did you mean raids?" in err)


def test_backtest(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """The report counts, draws, lists what was found with its sentence, and says what a prefix stood for."""
    status, out, _ = call(capsys, config, "backtest", "raids")

    assert 0 == status
    assert "raids finds 1 article of the 2 that came since" in out
    assert "  Raid in town\n" in out
    assert "“The raid was long.”" in out
    assert "raid*  raid 1, raiders 1" in out
    assert "█" in out


@pytest.mark.parametrize("terminal", [True, False])
def test_the_progress_bar(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    """On a terminal a bar grows and goes away; anywhere else nothing is written."""
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: terminal)
    monkeypatch.setattr("sys.stderr", screen)
    with progress("reading") as tell:
        tell(100, 200)

    assert terminal == screen.getvalue().startswith(f"\rreading {'█' * 15}{'░' * 15} 100 of 200")
    assert terminal == bool(screen.getvalue())


def test_a_young_archive(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """Days from before the archive began are not counted as days without a match."""
    _, out, _ = call(capsys, config, "backtest", "raids", "--since", "300d")

    assert "(the archive begins on " in out
    assert "none on 39 of 41 days" in out


def test_backtest_for_programs(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """JSON holds the same under stable keys; --since reaches further back."""
    found = answer(capsys, config, "backtest", "raids", "--since", "90d")

    assert ("raids", 3, 2, None) == (found["rule"], found["stored"], found["matched"], found["diff"])
    assert ["Raid in town", "An old raid"] == [article["title"] for article in found["articles"]]
    assert 2 == sum(found["per_day"].values())
    assert {"article_id", "title", "url", "outlet", "at", "places", "sentence", "prominence", "severity",
            "stance"} == set(found["articles"][0])


def test_backtest_diff(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """Beside the rules that the bot uses, what is found newly and no longer is listed."""
    rules = config.parent / "team" / "rules.toml"
    with stored.write() as connection:
        texts = {"layers": read_layers([config.parent / "team"]), "relevance": ""}
        rule_sets.activate(connection, "hash", texts, NOW)
    rules.write_text(rules.read_text().replace("raid*", "quiet"))
    found = answer(capsys, config, "backtest", "raids", "--diff")["diff"]
    _, out, _ = call(capsys, config, "backtest", "raids", "--diff")

    assert (["A quiet day"], ["Raid in town"], 0) == (
        [hit["title"] for hit in found["newly_matched"]], [hit["title"] for hit in found["no_longer_matched"]],
        found["unchanged"])
    assert "+1 newly matched, -1 no longer matched, 0 unchanged" in out
    assert out.index("No longer matched:\n  Raid in town") < out.index("Newly matched:\n  A quiet day")


def test_nothing_to_compare_with(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """Where the bot never ran with rules, --diff says so."""
    status, _, err = call(capsys, config, "backtest", "raids", "--diff")

    assert (1, True) == (status, "nothing to compare with" in err)


@pytest.mark.parametrize(("rule", "since", "expected"), [
    ("raid OR quiet", "0d", "It found 2 articles a day, and no more than 1 story a day were expected (max_per_day)."),
    ("raid OR quiet", "30d", "On 1 day it found more than 1 article. max_per_day counts stories"),
    ("zzz", "900d", "It found nothing in 400 days"), ("raid", "30d", ""), ("zzz", "30d", ""),
])
def test_remarks(  # noqa: PLR0917 - fixtures and a table
    capsys: pytest.CaptureFixture[str], config: Path, stored: Database, rule: str, since: str, expected: str
) -> None:
    """More than anybody reads in a day, or nothing in three months, is remarked upon."""
    rules = config.parent / "team" / "rules.toml"
    with stored.write() as connection:
        store(connection, NOW - timedelta(days=400), title="The first article")
    rules.write_text(rules.read_text().replace("raid*", rule).replace("name =", "max_per_day = 1\nname ="))
    remarks = answer(capsys, config, "backtest", "raids", "--since", since)["remarks"]

    assert [expected] * bool(expected) == [remark[:len(expected)] for remark in remarks]


@pytest.mark.parametrize(("text", "expected"), [
    ("30d", "2026-02-07T00:00:00-05:00"), ("1 day", "2026-03-08T00:00:00-05:00"), (" 7 ", "2026-03-02T00:00:00-05:00"),
    ("2026-03-09", "2026-03-09T00:00:00-04:00"),
])
def test_since(config: Path, now: datetime, text: str, expected: str) -> None:
    """Days and dates mean midnight where the team is, also when the clocks change."""
    assert expected == rules_archive.since_of(text, now, ZoneInfo("America/New_York")).isoformat()


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-03-10", "-3d", "1e3"])
def test_since_nonsense(now: datetime, text: str) -> None:
    """What is no time in the past is refused with an example."""
    with pytest.raises(DatelineError, match="--since"):
        rules_archive.since_of(text, now, ZoneInfo("America/New_York"))


def test_explain_a_stored_article(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """By number: what became of it stands above the explanation."""
    match = Match("raids", "Raids", ("raids",), "normal", (), (), (), (), "", (), "old")
    with stored.write() as connection:
        matches.record(connection, 1, [match], "old", NOW)
        digests.freeze(connection, "digest:1", "C0000RAIDS", (NOW.date(), "08:00"), [1], now=NOW)
        deliveries.add(connection, "digest:1", "C0000RAIDS", "digest", [{"text": "x"}], now=NOW)
    status, out, _ = call(capsys, config, "explain", "raids", "1")
    found = answer(capsys, config, "explain", "raids", "1")

    assert 0 == status
    assert "matched by  raids (body)" in out
    assert "posted      raids" in out
    assert ("pending", "raids", True) == (
        found["stored"]["posted"][0]["state"], found["rule"], bool(found["explanation"]))


@pytest.mark.parametrize(("change", "expected"), [
    ({"quiet": True}, "old already"), ({"duplicate_of": 1}, "the same article as 1"),
    ({"page_state": "failed", "page_error": "a paywall"}, "only the feed's summary could be read: a paywall"),
    ({"page_state": "pending"}, "still to be read"), ({"erased_at": NOW}, "its text was erased"),
])
def test_why_nobody_heard_of_it(
    capsys: pytest.CaptureFixture[str], config: Path, stored: Database, change: dict[str, object], expected: str
) -> None:
    """Reasons that are not the rule's are told, too."""
    with stored.write() as connection:
        articles.record_page(connection, 2, **change)
    _, out, _ = call(capsys, config, "explain", "raids", "2")

    assert expected in out


def test_explain_a_file_and_standard_input(
    capsys: pytest.CaptureFixture[str], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line is the headline; no database is needed."""
    text = "Raid in town\n\nThe raid was long.\n"
    (config.parent / "article.txt").write_text(text)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    named = answer(capsys, config, "explain", "raids", config.parent / "article.txt")

    assert ("Raid in town", None) == (named["article"]["title"], named["stored"])
    assert named == answer(capsys, config, "explain", "raids", "-")
    assert not (config.parent / "test.db").exists()


@pytest.mark.parametrize(("brought", "expected"), [
    (b"x\xff\xfe", "not UTF-8 text (byte 1)"), (b"x" * 5_000_001, "more than 5,000,000 bytes"), (b" \n", "is empty"),
])
def test_what_is_no_article(
    capsys: pytest.CaptureFixture[str], config: Path, monkeypatch: pytest.MonkeyPatch, brought: bytes, expected: str
) -> None:
    """Is refused in a sentence, whether it stands in a file or comes by a pipe."""
    path = config.parent / "article.bin"
    path.write_bytes(brought)
    for named in (path, "-"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(brought)))
        status, _, err = call(capsys, config, "explain", "raids", named)

        assert (1, True) == (status, expected in err)


def test_pipes_and_devices_are_not_opened(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """They may never end, or never begin."""
    os.mkfifo(config.parent / "pipe")
    for named in (config.parent / "pipe", "/dev/zero"):
        status, _, err = call(capsys, config, "explain", "raids", named)

        assert (1, True) == (status, "a pipe or a device: write - to read what is piped" in err)


@pytest.mark.parametrize("learned", ["threshold", "", "[topic.raids]\n"])
def test_a_broken_score_is_left_out(capsys: pytest.CaptureFixture[str], config: Path, learned: str) -> None:
    """Explaining goes on by the rules alone and says so; tests of rules never look at it; the bot would not start."""
    (config.parent / "team" / "relevance.toml").write_text(learned)
    (config.parent / "article.txt").write_text("Raid in town")
    status, out, err = call(capsys, config, "explain", "raids", config.parent / "article.txt")

    assert (0, True) == (status, "raids: Raids" in out)
    assert "relevance.toml is left out: " in err
    assert [0, 1] == [call(capsys, config, command)[0] for command in ("test", "check")]


@pytest.mark.parametrize(("named", "expected"), [
    ("99", "no article 99"), ("9" * 23, "no article 999"), ("9" * 5000, "no article 999"),
    ("nowhere.txt", "neither a stored article's number"), ("ftp://a.example/x", "http://"),
    ("http://127.0.0.1:1/private", "127.0.0.1"),
])
def test_an_article_that_is_not_there(
    capsys: pytest.CaptureFixture[str], config: Path, stored: Database, named: str, expected: str
) -> None:
    """What names no article is answered with what would; private addresses are not fetched."""
    status, _, err = call(capsys, config, "explain", "raids", named)

    assert (1, True) == (status, expected in err)


def test_a_stored_address(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """An address is looked up as the bot knows it, whatever tracking it carries."""
    with stored.write() as connection:
        articles.add_keys(connection, 1, [url_key("https://ledger.example/1")])
    found = answer(capsys, config, "explain", "raids", "https://www.ledger.example/1?utm_source=x")

    assert 1 == found["stored"]["article_id"]


def test_another_address_is_fetched(capsys: pytest.CaptureFixture[str], config: Path, loopback: Loopback) -> None:
    """A page that is not stored is read as the bot reads pages, and belongs to the outlet of that host."""
    sentence = "The raid began at dawn, a neighbor said, and agents left with nine people before the sun was up. "
    page = (f"<html><head><title>Raid at dawn</title></head><body><article><h1>Raid at dawn</h1>"
            f"<p>{sentence * 4}</p><p>{sentence * 3}</p></article></body></html>")
    loopback.answer("/story", page, headers={"Content-Type": "text/html"})
    host = f"127.0.0.1:{loopback.port}"
    config.write_text(f'{CONFIG}\n[network]\nallow = ["{host}"]\n'.replace("https://ledger.example", f"http://{host}"))
    found = answer(capsys, config, "explain", "raids", loopback.url("/story"))

    assert ("Raid at dawn", "Ledger", None) == (found["article"]["title"], found["article"]["outlet"], found["stored"])


def test_backfill(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """What the rule would have brought is queued once for the channel that wants it, and stands in its memory."""
    status, out, _ = call(capsys, config, "backfill", "raids", "--since", "7d", "--yes")
    (queue,) = queued(stored)

    assert 0 == status
    assert "raids would get 1 article\n  Raid in town (Ledger)" in out
    assert ("C0000RAIDS", "digest", "pending") == (queue.channel_id, queue.kind, queue.state)
    assert "Raid in town" in json.dumps(queue.body)
    assert "nothing to post: every article stands in a digest already" in call(
        capsys, config, "backfill", "raids", "--since", "7d", "--yes")[1]
    assert 1 == len(queued(stored))


def test_a_backfill_is_not_posted_again(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """The channel's next slot has nothing of it: its articles stand in the backfill's digest."""
    with stored.write() as connection:
        digests.sync_channels(connection, [("C0000RAIDS", "raids"), ("C0000BUSES", "buses")], NOW - timedelta(days=2))
    call(capsys, config, "backfill", "raids", "--since", "7d", "--yes")
    with stored.read() as connection:
        assert 1 == matches.count_since(connection, NOW - timedelta(days=1))
        assert [] == digests.waiting(connection, "C0000RAIDS")


def test_a_backfill_tells_stories(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """Two articles of one are a card and a link below it, and count for no rule's day."""
    with stored.write() as connection:
        other = store(connection, NOW, title="Raid again", text="A raid.", rules_hash="old")
    for article_id in (1, other):
        join(stored, article_id, 7, Features(NOW, size=article_id))
    call(capsys, config, "backfill", "raids", "--since", "7d", "--yes")
    with stored.read() as connection:
        placed = [digests.placed(connection, "C0000RAIDS", article_id) for article_id in (1, other)]
        (story,) = digests.told_stories(connection, "C0000RAIDS", [7]).values()
    assert [("also", ""), ("item", "")] == [(one.place, one.rule_id) for one in placed if one]
    assert "Raid again" == story.headline


def test_a_backfill_asks(
    capsys: pytest.CaptureFixture[str], config: Path, stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --yes somebody must say yes; nobody there is an error, and --json only shows."""
    assert "add --yes" in call(capsys, config, "backfill", "raids", "--since", "7d")[2]
    shown = answer(capsys, config, "backfill", "raids", "--since", "7d")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "no")
    refused = call(capsys, config, "backfill", "raids", "--since", "7d")

    assert (0, 1) == (shown["digests"], len(shown["channels"][0]["articles"]))
    assert (1, True) == (refused[0], "nothing was posted" in refused[1])
    assert [] == queued(stored)


def test_a_backfill_leaves_news_to_the_bot(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """An article that the next round matches anyway is no archive."""
    with stored.write() as connection:
        articles.record_page(connection, 1, rules_hash=None)

    assert 0 == answer(capsys, config, "backfill", "raids", "--since", "7d", "--yes")["digests"]


def test_a_rule_that_is_switched_off_posts_nothing(
    capsys: pytest.CaptureFixture[str], config: Path, stored: Database
) -> None:
    """It must be switched on first, or its later articles would never follow."""
    assert "switched off" in call(capsys, config, "backfill", "calm", "--since", "7d", "--yes")[2]


def test_beside_a_running_bot(capsys: pytest.CaptureFixture[str], config: Path, stored: Database) -> None:
    """No command takes the bot's lock."""
    with only_bot(stored):
        for words in ("backtest raids", "explain raids 1", "backfill raids --since 7d --yes"):
            assert 0 == call(capsys, config, *words.split())[0]
