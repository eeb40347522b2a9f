"""The answers to commands typed in Slack: what each says, in both languages, and that no word of it stays anywhere."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from monitor.errors import DatelineError, NotPosted
from monitor.logs import set_up_logging
from monitor.ruleset.archive import index_articles
from monitor.settings import ChannelSettings
from monitor.slack.printer import Printer
from monitor.slack.render.limits import MAX_BLOCKS, MAX_WEIGHT, size_of
from monitor.slack.render.private import private
from monitor.talk import commands
from monitor.talk.found import heading
from monitor.talk.model import Choice
from monitor.talk.search import Results
from monitor.talk.standing import takes
from monitor.words.commands import WORDS as WORDS_OF
from rules.model import Escalation, Rule
from storage import deliveries, feedback, feeds, mutes
from storage import schema as stored
from storage.feedback import Judgement
from tests import newsroom
from tests.archived import store
from tests.desk_rig import ALICE, RAIDS, at_desk
from tests.newsroom import NOW, RAID, arrive, match

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.settings import Language, Settings
    from monitor.talk.model import Answer
    from storage.database import Database

config, room = newsroom.config, newsroom.database
SEVERAL = 14


@pytest.fixture
def database(config: Path, room: Database) -> Database:
    """The newsroom's database, with a raid of today and a bus of three days ago."""
    arrive(room, **RAID)
    arrive(room, 2, title="City bus late", text="The bus was late.\nNo raid came.",
           published_at=NOW - timedelta(days=3))
    match(room, config)
    index_articles(room)
    return room


def asked(config: Path, database: Database, words: str, channel: str = RAIDS, language: Language = "en") -> Answer:
    """What Alice is answered."""
    async def ask() -> Answer:
        async with at_desk(config, database) as desk:
            desk.change(_speaking(desk.desk.settings, language))
            return await desk.ask(words, ALICE, channel)

    return asyncio.run(ask())


def _speaking(settings: Settings, language: Language) -> Settings:
    return replace(settings, channels=tuple(replace(one, language=language) for one in settings.channels))


def text(answer: Answer) -> str:
    """All that it says."""
    return "\n".join([answer.title, *answer.lines, *(f"{one.title} {one.about}" for one in answer.finds),
                      *map(str, answer.points)])


@pytest.mark.parametrize(("words", "language", "said"), [
    ("", "en", "/dateline search WORDS"), ("ayuda", "es", "/dateline buscar PALABRAS"),
    ("serch raid", "en", "Did you mean /dateline search?"), ("hello", "en", "does not know “hello”"),
    ("hola", "es", "no conoce «hola»"), ("search", "en", "Say what to search for"),
    ("search -raid", "en", "Say what to search for"), ("search zeppelin", "en", "No stored article fits"),
    ("buscar zeppelin", "es", "Ningún artículo"), ("why", "en", "Give the address"),
    ("digest", "en", "/dateline digest now"), ("digest tomorrow", "en", "/dateline digest now"),
    ("feeds", "en", "1 source, 1 read well."), ("feeds zeppelin", "en", "No source has “zeppelin”"),
    ("fuentes", "es", "1 fuente, 1 bien."), ("mutes", "en", "Nothing is muted in this channel."),
    ("silencios", "es", "nada silenciado"), ("rules zeppelin", "en", "No rule for this channel has “zeppelin”"),
    ("add https://ledger.example", "en", "Only admins may add"),
])
def test_what_is_said(config: Path, database: Database, words: str, language: Language, said: str) -> None:
    """A sentence for each, in the language of the channel."""
    assert said in text(asked(config, database, words, language=language))


@pytest.mark.parametrize("words", ["rules", "mutes", "digest now"])
def test_where_dateline_posts_nothing(config: Path, database: Database, words: str) -> None:
    """What belongs to a channel is not answered in another; a search is."""
    assert "posts nothing in this channel" in text(asked(config, database, words, "C0000OTHER"))
    assert 2 == len(asked(config, database, "search raid", "C0000OTHER").finds)


def test_a_search(config: Path, database: Database) -> None:
    """Each with its headline as a link, outlet and date, and the sentence with the words."""
    answer = asked(config, database, "Search RAIDS")
    first, second = answer.finds

    assert "2 articles" == answer.title
    assert ("Raid in town", "https://ledger.example/1") == (first.title, first.url)
    assert first.about.startswith("Ledger · ")
    assert ("No raid came.", ((3, 7),)) == (second.quote, second.marks)


def test_a_search_with_more(config: Path, database: Database) -> None:
    """Ten are shown, with how many there are and the command that shows all, quoted for a shell."""
    for number in range(SEVERAL):
        arrive(database, number + 10, title="Raid", text="It's a raid.")
    answer = asked(config, database, "search it's raid")

    assert "The newest 10 of 14 articles" == answer.title
    assert "dateline search --all 'it'\"'\"'s raid'" in text(answer)


def test_why(config: Path, database: Database) -> None:
    """Verdict, article, each stage with whether it got past it, each channel with what to do."""
    answer = asked(config, database, "why <https://ledger.example/1|ledger.example/1>")

    assert "It waits for raids." == answer.lines[0]
    assert ("Raid in town", "Ledger · article 1") == (answer.finds[0].title, answer.finds[0].about)
    assert any(str(point).startswith("✓ The rule raids matched") for point in answer.points)
    assert any(str(point).startswith("✗ buses: ") and " → " in str(point) for point in answer.points)


def test_why_of_an_address_that_cannot_be_fetched(config: Path, database: Database) -> None:
    """It is tried by the fetch rules of the bot: what is no public address is refused, with the reason."""
    assert "127.0.0.1" in text(answer := asked(config, database, "why http://127.0.0.1:9/secret"))
    assert any(str(point).startswith("✗ ") for point in answer.points)


@pytest.mark.parametrize("words", ["why 99", "why me", "why 99999999999999999999"])
def test_why_of_nothing(config: Path, database: Database, words: str) -> None:
    """What is neither an address nor a stored number is told in a sentence."""
    with pytest.raises(DatelineError, match=r"no article|neither an address"):
        asked(config, database, words)


def test_rules(config: Path, database: Database) -> None:
    """Those that this channel takes, with topic, severity, matches, and the share called relevant from five on."""
    with database.write() as connection:
        for number in range(6):
            article_id = store(connection, NOW, url=f"https://ledger.example/j{number}")
            feedback.judge(connection, Judgement(RAIDS, article_id, "raids", "Ledger", number > 0, ALICE, "1.1"), NOW)
    answer = asked(config, database, "rules")

    assert ("Raids: raids · topic Raids · normal · 2 matches in 30 days · 5 of 6 judged here were relevant (83 %)",
            ) == answer.points
    with database.write() as connection:
        connection.execute(update(stored.feedback).values(channel_id="C0000BUSES"))
        connection.execute(update(stored.matches).where(stored.matches.c.article_id == 1).values(alerts=False))

    assert ("Raids: raids · topic Raids · normal · 1 match in 30 days",) == asked(config, database, "rules").points


def test_rules_that_do_not_run(config: Path, database: Database) -> None:
    """A rule that is switched off or has expired is not looked for."""
    (config.parent / "team" / "more.toml").write_text(
        "[[rule]]\nid = 'off'\ntopics = ['raids']\nquery = 'x'\nenabled = false\n"
        "[[rule]]\nid = 'old'\ntopics = ['raids']\nquery = 'x'\nexpires = 2020-01-01\n")

    assert 1 == len(asked(config, database, "rules").points)


@pytest.mark.parametrize(("rule", "taken"), [
    (Rule("a", "x", topics=("raids",)), False), (Rule("a", "x", topics=("raids",), severity="high"), True),
    (Rule("a", "x", topics=("buses",), severity="urgent"), False),
    (Rule("b", "x", topics=("raids",), severity="high"), False),
    (Rule("a", "x", topics=("raids",), escalate=(Escalation("y", "urgent"),)), True),
])
def test_what_a_channel_takes(rule: Rule, taken: bool) -> None:
    """By rule, topic and severity, the severest that the rule can reach."""
    channel = ChannelSettings(RAIDS, "raids", ZoneInfo("UTC"), rules=("a",), topics=("raids",), severity="high")

    assert taken is takes(channel, rule)


def test_feeds_in_trouble(config: Path, database: Database) -> None:
    """Those in trouble are named, with their sentence and what to do; with a word also those that are well."""
    assert any("✓ Ledger" in str(point) for point in asked(config, database, "feeds LEDG").points)
    with database.write() as connection:
        feeds.record_poll(connection, 1, failures=9, failing_since=NOW - timedelta(days=3), error_kind="dns",
                          error="the name is not known")
    answer = asked(config, database, "feeds")

    assert "1 source, 0 read well, 1 needs a look." == answer.lines[0]
    assert ["✗ Ledger"] == [str(point)[:8] for point in answer.points]


def test_mutes_with_their_buttons(config: Path, database: Database) -> None:
    """Each mute of this channel that holds, with a button that undoes it."""
    with database.write() as connection:
        for channel, until in ((RAIDS, 7), ("C0000BUSES", 7), (RAIDS, -1)):
            mutes.begin(connection, channel, "story", 1, ALICE, now=NOW - timedelta(days=2),
                        until=NOW + timedelta(days=until))
    answer = asked(config, database, "MUTED")

    assert (Choice("Undo: the story “Raid in town”", "unmute", 1),) == answer.choices
    assert 1 == len(answer.points)


def test_digest_now(config: Path, database: Database) -> None:
    """What waits is posted by this bot, once; then nothing waits, and the next time is told."""
    async def twice() -> tuple[Answer, Answer, list[str]]:
        async with at_desk(config, database) as desk:
            return await desk.ask("digest now"), await desk.ask("Digest  NOW"), desk.printed

    first, second, printed = asyncio.run(twice())

    assert "Posted: 2 articles in 1 message." in text(first)
    assert "Nothing waits for this channel" in text(second)
    assert "The next digest comes on" in text(second)
    assert 1 == len(printed)


def test_digest_now_that_slack_refuses(config: Path, database: Database) -> None:
    """What could not be posted is counted, with the reason, and the messages of others are left alone."""
    async def ask() -> Answer:
        async with at_desk(config, database) as desk:
            desk.desk = replace(desk.desk, outbox=replace(desk.desk.outbox, senders=lambda _: Refusing(lambda _: None)))
            return await desk.ask("digest now")

    with database.write() as connection:
        deliveries.add(connection, "other", "C0000BUSES", "note", [{"channel": "C0000BUSES", "text": "x"}], now=NOW)
    answer = asyncio.run(ask())
    with database.read() as connection:
        other = deliveries.by_delivery(connection, "other")

    assert ("1/1 of it could not be posted yet; Dateline goes on trying.", "The reason: no channel") == answer.lines
    assert ["pending"] == [row.state for row in other]


def test_digest_now_of_what_is_muted(config: Path, database: Database) -> None:
    """Where a mute keeps everything back, it says so."""
    with database.write() as connection:
        for number in (1, 2):
            mutes.begin(connection, RAIDS, "story", number, ALICE, now=NOW, until=NOW + timedelta(days=7))

    assert "Not shown: 2 " in text(asked(config, database, "digest now"))


class Refusing(Printer):
    """A Slack that takes nothing."""

    async def post(self, body: Mapping[str, object], thread: str | None = None) -> str:
        """Raises NotPosted."""
        raise NotPosted("down", "no channel")


def test_the_heading_of_few() -> None:
    """Where few of many were read, it says so; estimates have two digits."""
    assert "0 of the newest 600 articles that may fit" == heading(Results((), 0, exact=False, read=600, unread=9),
                                                                  WORDS_OF["en"])
    assert "about 9,300 " in heading(Results((), 9_321, exact=False, read=60), WORDS_OF["en"])


def test_long_lists_are_cut(config: Path, database: Database) -> None:
    """What has no room is counted, with the command that shows it."""
    rules = "".join(f"[[rule]]\nid = 'r{number}'\ntopics = ['raids']\nquery = 'w{number}'\n" for number in range(25))
    (config.parent / "team" / "more.toml").write_text(rules)
    points = asked(config, database, "rules").points

    assert (21, "and 6 more: dateline rules list") == (len(points), points[-1])


def test_what_takes_long_is_announced(
    config: Path, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that is not there at once is preceded by a word; here its address is none of Slack's, which is said."""
    monkeypatch.setattr(commands, "_PATIENCE", 0.0)
    with caplog.at_level(logging.WARNING):
        assert 2 == len(asked(config, database, "search raid").finds)

    assert ["an answer was not sent: its address is none of Slack's"] == [one.getMessage() for one in caplog.records]


WORDS = ("search zeppelinX", 'search "zeppelinX raid" -zeppelinX', "search zeppelinX*", "why zeppelinX",
         "why https://127.0.0.1/zeppelinX", "rules zeppelinX", "feeds zeppelinX", "zeppelinX", "add zeppelinX",
         "digest zeppelinX")


@pytest.mark.parametrize("words", WORDS)
def test_no_word_is_kept(
    config: Path, database: Database, words: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """At the most talkative level nothing that was asked stands in the log, on the terminal or in the database."""
    set_up_logging(verbose=True)
    logging.getLogger().addHandler(caplog.handler)
    try:
        asked(config, database, words)
    except DatelineError:
        pass
    finally:
        logging.getLogger().removeHandler(caplog.handler)
    database.close()
    out, err = capfd.readouterr()

    assert "zeppelin" not in (out + err + caplog.text).lower()
    assert [] == [file.name for file in config.parent.glob("test.db*") if b"zeppelin" in file.read_bytes().lower()]


def test_a_failing_search_says_none_of_it(config: Path, database: Database) -> None:
    """The error of a database that fails in the middle of a search repeats none of its words, nor do its causes."""
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE article_words")
    with pytest.raises(DatelineError) as raised:
        asked(config, database, "search zeppelinX")
    causes = [str(raised.value), str(raised.value.__cause__), repr(raised.value.__cause__)]

    assert not any("zeppelin" in cause.lower() for cause in causes)


def test_answers_fit_a_message(config: Path, database: Database) -> None:
    """Ten long articles, and every list, keep within the limits of a message that one person sees."""
    for number in range(SEVERAL):
        arrive(database, number + 10, title="Raid & " * 60, text="A raid & more. " * 80, outlet="Outlet " * 20,
               url=f"https://ledger.example/{number}?{'x' * 300}")
    for words in ("help", "search raid", "why 1", "rules", "feeds ledger", "mutes", "serch"):
        size = size_of(private(asked(config, database, words), "en")["blocks"])

        assert size.blocks <= MAX_BLOCKS
        assert size.weight <= MAX_WEIGHT
