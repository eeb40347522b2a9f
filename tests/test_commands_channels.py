"""`dateline channels`: what each takes, and for one article where it goes in each, when, and why or why not."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from monitor.errors import DatelineError
from monitor.settings import ChannelSettings, QuietHours
from monitor.why.channels import Known, named, place_in
from rules.model import Match, MatchedArticle, Relevance
from storage.why import ChannelRow
from tests.newsroom import CONFIG, NOW, RAID, arrive, call, freeze, furnish, match, opened

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # in New York
NEW_YORK = ZoneInfo("America/New_York")
DIGEST = ChannelSettings("C0000RAIDS", "raids", NEW_YORK, topics=("raids",), slots=(time(8),))
AT_ONCE = replace(DIGEST, slots=())
NIGHT = QuietHours(time(11), time(14))  # it is noon
MATCH = Match("raids", "Raids", ("raids",), "normal", (), (), (), ("raid",), "“raid”", (), "h", "headline")
UNLIKELY = replace(MATCH, relevance=Relevance(0.1, likely=False))
URGENT = replace(MATCH, severity="urgent")
STORED = Known(7, row=ChannelRow("C0000RAIDS", NOON - timedelta(days=1), 4), match_times={"raids": (5, NOON)})


def article(*matches: Match) -> MatchedArticle:
    """An article with these matches."""
    return MatchedArticle(7, "Raid", "https://ledger.example/7", "Ledger", NOON, NOON, "page", matches, "en")


@pytest.mark.parametrize(("channel", "found", "known", "fate", "words"), [
    (DIGEST, MATCH, STORED, "waiting", "in the digest of Tue 24 Nov, 08:00 EST (raids)"),
    (AT_ONCE, MATCH, STORED, "waiting", "at once, with the next round of the bot (raids)"),
    (replace(AT_ONCE, quiet=NIGHT), MATCH, STORED, "waiting", "held by quiet hours until Mon 23 Nov, 14:00 EST"),
    (DIGEST, URGENT, STORED, "waiting", "an urgent alert, at once (raids)"),
    (replace(DIGEST, quiet=NIGHT), URGENT, STORED, "waiting", "an urgent alert, at once"),
    (replace(DIGEST, quiet=NIGHT, urgent_in_quiet=False), URGENT, STORED, "waiting",
     "an urgent alert (raids), held by quiet hours until Mon 23 Nov, 14:00 EST (urgent_in_quiet = false)"),
    (replace(DIGEST, urgent=False), URGENT, STORED, "waiting", "in the digest of Tue 24 Nov, 08:00 EST"),
    (DIGEST, UNLIKELY, STORED, "waiting", "as a headline among those that are probably not about its topics, in the"),
    (replace(DIGEST, topics=("buses",)), MATCH, STORED, "refused", "the channel takes the topics buses"),
    (replace(DIGEST, severity="high"), MATCH, STORED, "refused", "the channel takes high, urgent"),
    (replace(DIGEST, outlets=("The Sun",)), MATCH, STORED, "refused", "the channel takes the outlets The Sun"),
    (DIGEST, replace(MATCH, alerts=False), STORED, "refused", "(its alert_from)"),
    (DIGEST, MATCH, replace(STORED, silenced="it is a duplicate of article 3"), "stopped",
     "its choices take it, but it is a duplicate of article 3"),
    (DIGEST, MATCH, replace(STORED, row=None), "stopped", "the bot has not run with this channel yet"),
    (DIGEST, MATCH, replace(STORED, row=ChannelRow("C0000RAIDS", NOON + timedelta(hours=1), 0)), "stopped",
     "it matched before this channel was set up (Mon 23 Nov, 13:00 EST)"),
    (DIGEST, MATCH, replace(STORED, row=ChannelRow("C0000RAIDS", NOON - timedelta(days=1), 5)), "stopped",
     "when it came this channel did not want it"),
    (DIGEST, MATCH, Known(), "waiting", "in the digest of Tue 24 Nov, 08:00 EST (raids)"),
])
def test_where_an_article_stands(
    channel: ChannelSettings, found: Match, known: Known, fate: str, words: str
) -> None:
    """Each situation has its sentence; what nobody stored yet is asked about the clock and the choices alone."""
    place = place_in(article(found), channel, known, NOON)

    assert (fate, True) == (place.fate, words in place.words), place.words
    assert bool(place.remedy) == (fate in ("refused", "stopped"))


def test_without_a_match() -> None:
    """An article that no rule matches goes nowhere."""
    assert ("refused", "no rule matched the article") == (
        (place := place_in(article(), DIGEST, Known(), NOON)).fate, place.words)


@pytest.mark.parametrize("typed", ["raids", "#Raids", "C0000RAIDS", "c0000raids"])
def test_channels_have_two_names(typed: str) -> None:
    """A channel is called by its name, with # or without, or by its id."""
    assert DIGEST == named([DIGEST, replace(DIGEST, id="C1", name="other")], typed)


@pytest.mark.parametrize(("channels", "says"), [
    ([DIGEST, replace(DIGEST, id="C1")], "give an id, C0000RAIDS or C1"),
    ([replace(DIGEST, name="other")], r"The channels are: other \(C0000RAIDS\)"),
])
def test_channels_that_are_not_clear(channels: list[ChannelSettings], says: str) -> None:
    """A name that two channels have, or none, is answered with the ids that there are."""
    with pytest.raises(DatelineError, match=says):
        named(channels, "raids")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The newsroom's configuration."""
    return furnish(tmp_path, monkeypatch)


def test_a_text_that_somebody_brings(
    capsys: pytest.CaptureFixture[str], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every channel is told of, with what the rules found, before anything was ever stored."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Raid in town\nThe raid was long.")))
    status, out, _ = call(capsys, config, "channels", "test", "-")

    assert 0 == status
    assert "raids: normal, in “headline”, topics raids" in out
    assert "… raids in the digest of" in out
    assert "✗ buses the channel takes the topics buses, and the rule raids has raids" in out


def test_a_stored_article(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """It shows the digest in which the article stands already, and the rules as they are now."""
    database = opened(config)
    arrive(database, **RAID)
    match(database, config)
    freeze(database, 1)
    database.close()
    config.write_text(CONFIG.replace('topics = ["buses"]', 'topics = ["raids"]'))
    status, out, _ = call(capsys, config, "channels", "test", 1)

    assert 0 == status
    assert "✓ raids stands in the digest of" in out
    assert "… buses at once, with the next round of the bot (raids)" in out
    assert "What became of it: dateline why 1" in out


def asked(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> dict[str, Any]:
    """What the command prints with --json."""
    found: dict[str, Any] = json.loads(call(capsys, config, "channels", *words, "--json")[1])
    return found


def test_json(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Both verbs speak to programs."""
    story = config.parent / "story.txt"
    story.write_text("Tea\nTea is served.")

    assert [("raids", "refused"), ("buses", "refused")] == [
        (one["name"], one["fate"]) for one in asked(capsys, config, "test", story)["channels"]]
    assert [("raids", ["08:00"]), ("buses", [])] == [
        (one["name"], one["slots"]) for one in asked(capsys, config, "list")["channels"]]


def test_list(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Choices, slots and language stand there in words."""
    status, out, _ = call(capsys, config, "channels", "list")

    assert 0 == status
    assert "raids (C0000RAIDS) takes topics raids when 08:00 (America/New_York); next" in out
    assert "buses (C0000BUSES) takes topics buses when at once (America/New_York)" in out
    assert str(NOW.year) not in out  # dates are told as people write them
