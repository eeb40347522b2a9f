"""`dateline channels`: what each takes, and for one article where it goes in each, when, and why or why not."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from monitor.digest.story import Stories
from monitor.digest.urgent import Told
from monitor.errors import DatelineError
from monitor.settings import ChannelSettings, QuietHours
from monitor.stories.model import Count, Features, Member
from monitor.why.channels import Known, named, place_in
from monitor.why.coming import Outlook
from rules.model import Match, MatchedArticle, Relevance
from storage import digests, events
from storage.digests import ToldStory
from storage.events import Event
from storage.why import ChannelRow
from tests import newsroom
from tests.newsroom import CONFIG, NOW, RAID, arrive, call, freeze, match, opened

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # in New York
NEW_YORK = ZoneInfo("America/New_York")
DIGEST = ChannelSettings("C0000RAIDS", "raids", NEW_YORK, topics=("raids",), slots=(time(8),))
AT_ONCE = replace(DIGEST, slots=())
NIGHT = QuietHours(time(11), time(14))  # it is noon
MATCH = Match("raids", "Raids", ("raids",), "normal", (), (), (), ("raid",), "“raid”", (), "h", "headline")
UNLIKELY = replace(MATCH, relevance=Relevance(0.1, likely=False))
URGENT = replace(MATCH, severity="urgent")
STORED = Known(7, row=ChannelRow("C0000RAIDS", NOON - timedelta(days=1), 4), match_times={"raids": (5, NOON)})

config, database = newsroom.config, newsroom.database


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


TOLD = Event(1, "raids", "", NOON - timedelta(hours=1), NOON - timedelta(minutes=1))
LONG_AGO = replace(TOLD, told_at=NOON - timedelta(hours=1))
SPENT = Told([TOLD], alerts=10, rollup_at=NOON - timedelta(minutes=1))
FULL = Outlook(limits={"raids": 20}, shown={"raids": 20})


def knowing(kind: str, minutes: int = 60) -> Outlook:
    """The channel was told of the article's story, and so long ago."""
    at = NOON - timedelta(minutes=minutes)
    told = ToldStory(3, f"{kind}:1", kind, at, at, (6,), "Raid at dawn")
    return Outlook(stories=Stories({7: Member(7, 3, Features(NOON))}, {3: told}))


COUNTED = {key: Member(key, 3, Features(NOON, counts=(Count(number, "arrests"),)))
           for key, number in ((6, 28), (7, 41))}
GROWN = replace(knowing("alert"), stories=replace(knowing("alert").stories, members=COUNTED), broadcasts=3)


@pytest.mark.parametrize(("channel", "found", "outlook", "words"), [
    (DIGEST, URGENT, Outlook(told=Told([TOLD])), "of a topic and place of which the channel was last told on Mon "
     "23 Nov, 11:59 EST: held until Mon 23 Nov, 12:19 EST"),
    (DIGEST, URGENT, Outlook(told=Told([LONG_AGO])), "was last told on Mon 23 Nov, 11:00 EST: at once"),
    (DIGEST, URGENT, Outlook(told=Told([replace(TOLD, place_id="salisbury")])), "an urgent alert, at once (raids)"),
    (DIGEST, URGENT, Outlook(told=SPENT), "in a roll-up: the channel had its 10 alerts (urgent_per_day)"),
    (replace(DIGEST, quiet=NIGHT), URGENT, Outlook(told=SPENT), "by quiet hours until Mon 23 Nov, 14:00 EST, in a"),
    (replace(DIGEST, quiet=NIGHT), URGENT, Outlook(told=Told([TOLD])), "held until Mon 23 Nov, 12:19 EST"),
    (DIGEST, MATCH, FULL, "probably only counted, in the digest of Tue 24 Nov, 08:00 EST: raids shows 20 stories a "
     "day here (max_per_day), 20 of them shown on that day so far, and others that wait: 0"),
    (AT_ONCE, MATCH, FULL, "probably only counted, at once"),
    (DIGEST, MATCH, replace(FULL, shown={"raids": 19}), "in the digest of Tue 24 Nov, 08:00 EST (raids)"),
    (DIGEST, URGENT, FULL, "an urgent alert, at once (raids)"),
    (DIGEST, URGENT, knowing("alert"), "as an update in the thread of “Raid at dawn”, of which the channel was told on "
     "Mon 23 Nov, 11:00 EST: at once, with the next round of the bot (raids)"),
    (DIGEST, MATCH, GROWN, "held, as no more than 3 stories that grew show in the channel in an hour, for 3 hours"),
    (DIGEST, MATCH, knowing("alert", 10), "on Mon 23 Nov, 11:50 EST: on Mon 23 Nov, 12:50 EST (raids)"),
    (DIGEST, MATCH, knowing("digest"), "on Mon 23 Nov, 11:00 EST: on Tue 24 Nov, 08:00 EST (raids)"),
    (DIGEST, URGENT, knowing("digest"), "an urgent alert, at once (raids)"),
    (replace(AT_ONCE, quiet=NIGHT), MATCH, knowing("alert"), "held by quiet hours until Mon 23 Nov, 14:00 EST (raids)"),
    (replace(AT_ONCE, threads=False), MATCH, knowing("digest"), "as an update on “Raid at dawn”, of which"),
    (DIGEST, UNLIKELY, knowing("alert"), "as a headline among those that are probably not about its topics, in the"),
    (AT_ONCE, UNLIKELY, Outlook(), "with the next digest that has more to say, after a day at the latest"),
])
def test_what_else_decides(channel: ChannelSettings, found: Match, outlook: Outlook, words: str) -> None:
    """What the channel was told already holds an article back: of its event, and of its rule."""
    assert words in place_in(article(found), channel, replace(STORED, outlook=outlook), NOON).words


def test_what_waits_takes_room(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Where more waits than a day shows, the article that says least is only counted; another is not."""
    rules = config.parent / "team" / "rules.toml"
    rules.write_text(rules.read_text().replace("topics = ['raids']", "topics = ['raids']\nmax_per_day = 1"))
    for number in (1, 2):
        arrive(database, number, published_at=NOW - timedelta(minutes=number), **RAID)
    match(database, config)

    assert "… raids in the digest of" in call(capsys, config, "channels", "test", 1)[1]
    out = call(capsys, config, "channels", "test", 2)[1]
    assert "raids shows 1 story a day here (max_per_day), 0 of them shown on that day so far" in out
    assert "and others that wait: 1" in out


def test_a_later_article_of_an_event(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """`why` and `channels test` know what the channel was told, also for a text that nobody stored."""
    rules = config.parent / "team" / "rules.toml"
    rules.write_text(rules.read_text().replace("topics = ['raids']", "topics = ['raids']\nseverity = 'urgent'"))
    arrive(database, **RAID)
    match(database, config)
    with database.write() as connection:
        digests.freeze(connection, "alert:1", "C0000RAIDS", (NOW.date(), "alert"), [], now=NOW, kind="alert")
        events.begin(connection, "C0000RAIDS", "raids", "", digest_id="alert:1", now=NOW)
    story = config.parent / "story.txt"
    story.write_text("Raid in town\nThe raid was long.")

    for words in (("channels", "test", 1), ("channels", "test", story), ("why", 1)):
        assert "of a topic and place of which the channel was last told on" in call(capsys, config, *words)[1]
    out = call(capsys, config, "digest", "preview", "raids")[1]
    assert ", as the channel was told of its topic and place on" in out


def test_without_a_match() -> None:
    """An article that no rule matches goes nowhere."""
    assert ("refused", "no rule matched the article") == (
        (place := place_in(article(), DIGEST, Known(), NOON)).fate, place.words)


def test_a_text_has_no_outlet() -> None:
    """A channel of some outlets says so of a text that somebody typed."""
    place = place_in(replace(article(MATCH), outlet=""), replace(DIGEST, outlets=("The Sun",)), Known(), NOON)

    assert "the channel takes the outlets The Sun, and this has no outlet" == place.words


@pytest.mark.parametrize("typed", ["PARTNERS", "partners", "hook:PARTNERS"])
def test_a_webhook_is_called_by_its_name(typed: str) -> None:
    """As it stands in config.toml, or by the id made of it."""
    channel = replace(DIGEST, id="hook:PARTNERS", name="hook:PARTNERS", kind="webhook")

    assert channel == named([DIGEST, channel], typed)


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
    """Choices, slots and language stand there in words, and what is off under the name of its key."""
    config.write_text(f"{CONFIG}no_news_at = 'never'\ngrowth = false\n")
    status, out, _ = call(capsys, config, "channels", "list")

    assert 0 == status
    assert "raids (C0000RAIDS) takes topics raids when 08:00 (America/New_York); next" in out
    assert "buses (C0000BUSES) takes topics buses when at once (America/New_York)" in out
    assert "no line where nothing comes (no_news_at)" in out
    assert 1 == out.count("growth a higher number or another place is told in the thread alone (growth = false)")
    assert "only the first story of a topic and place goes alone" in out
    assert str(NOW.year) not in out  # dates are told as people write them
