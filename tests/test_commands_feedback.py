"""`dateline feedback` from two hundred presses to a better rule, and what it says where it cannot help."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.config.load import PACKS
from rules.files.load import load_rules
from storage import purge
from storage.database import open_database
from tests import feedback_news as news
from tests.newsroom import call, furnish, printed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.database import Database

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The newsroom's configuration with a rule that has a false friend."""
    return furnish(tmp_path, monkeypatch, news.RULES)


@pytest.fixture
def database(config: Path) -> Iterator[Database]:
    """Its database, empty."""
    found = open_database(f"sqlite:///{config.parent}/test.db")
    yield found
    found.close()


@pytest.fixture
def pressed(database: Database) -> Database:
    """The same with a hundred articles and two hundred presses."""
    found = news.stories()
    assert 200 == news.press_all(database, news.collect(database, found, NOW), found, NOW - HOUR)
    return database


def told(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> Any:  # noqa: ANN401 - JSON
    """What a command prints as JSON."""
    status, out, err = printed(capsys, config, *words)
    assert (0, "") == (status, err)
    return json.loads(out)


def judge_few(database: Database, texts: list[tuple[str, bool]]) -> list[int]:
    """A few articles, each judged by one person: their ids."""
    stories = [news.Story(f"Title {at}", text, relevant) for at, (text, relevant) in enumerate(texts)]
    ids = news.collect(database, stories, NOW)
    with database.write() as connection:
        for article_id, story in zip(ids, stories, strict=True):
            news.press(connection, article_id, "U01", NOW - HOUR, relevant=story.is_raid)
    return ids


def test_from_presses_to_a_better_rule(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """The report names the phrase, the offer is applied, and the score on the labelled file rises; no story is lost."""
    found = told(capsys, config, "feedback", "--json")
    phrases = [(one["phrase"], len(one["removed"]), one["lost"]) for one in found["phrases"][0]["phrases"]]
    labels = config.parent / "labels.jsonl"
    assert 0 == call(capsys, config, "feedback", "labels", labels)[0]
    before = told(capsys, config, "rules", "score", labels, "--json")["topics"]["raids"]
    assert 0 == call(capsys, config, "feedback", "offer", "ice-raids", "--apply")[0]
    after = told(capsys, config, "rules", "score", labels, "--json")["topics"]["raids"]

    assert [("ice skating", 27, []), ("ice hockey", 5, [])] == phrases
    assert (60, 36, 0) == (before["tp"], before["fp"], before["fn"])
    assert (60, 4, 0) == (after["tp"], after["fp"], after["fn"])
    assert (0.62, 0.94) == (round(before["precision"], 2), round(after["precision"], 2))


def test_what_readers_said_teaches(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """`rules learn` takes the labelled file, and learns from it."""
    assert 0 == call(capsys, config, "feedback", "labels", config.parent / "labels.jsonl")[0]
    learned = told(capsys, config, "rules", "learn", config.parent / "labels.jsonl", "--json")

    assert ["raids"] == learned["learned_topics"]


def test_the_report(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """Precision stands there by rule, outlet and channel, with its interval and its way, and ties are told."""
    _, out, _ = printed(capsys, config, "feedback")

    assert out.startswith("200 judgements of 100 articles in the last 90 days.\nOn 4 articles readers are even")
    for name in ("ice-raids", "Ledger", "raids"):
        assert f"{name:<28}  96        60        0.62 (0.53-0.72)  0.67  0.68  0.57  0.61\n" in out
    assert "ignoring “ice skating” would have removed 27 of 36 rejected and 0 of 60 kept\n" in out


def test_an_offer_is_only_shown(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """Without --apply the change is a diff with its figures, and the file stays as it is."""
    status, out, _ = printed(capsys, config, "feedback", "offer", "ice-raids")

    assert 0 == status
    assert "--- team/rules.toml\n+++ team/rules.toml\n" in out
    assert "+  'ice skating',  # feedback to " in out
    assert "62% were right; with the change 94%. Its examples hold.\n" in out
    assert "it would lose 4, on which readers said nothing or were even:\n" in out
    assert news.RULES == (config.parent / "team" / "rules.toml").read_text()


def test_an_offer_is_made_once(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """What is written keeps the rest of the file, passes check and test, and is not offered again."""
    assert 0 == call(capsys, config, "feedback", "offer", "ice-raids", "--apply")[0]
    written = (config.parent / "team" / "rules.toml").read_text()

    assert set(news.RULES.splitlines()) < set(written.splitlines())
    assert 0 == call(capsys, config, "rules", "check")[0]
    assert 0 == call(capsys, config, "rules", "test")[0]
    status, out, _ = call(capsys, config, "feedback", "offer", "ice-raids")
    assert (1, True) == (status, out.startswith("There is nothing to offer. ice-raids: 4 rejected, 60 kept"))
    assert "32 judged articles the rule does not alert on any more" in out


def test_two_articles_are_no_evidence(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Two rejected articles that share a phrase lead to nothing."""
    judge_few(database, [("Somebody raided the ice cream van.", False), ("A raid on ice cream prices.", False)])
    status, out, _ = call(capsys, config, "feedback", "offer", "ice-raids")

    assert (1, True) == (status, "no phrase is behind 3 or more of them" in out)


COSTLY = [("Gulls raided the ice cream van.", False), ("Wasps raid ice cream cones.", False),
          ("Two dogs raided an ice cream parlor.", False), ("Ice cream: who raided the freezer?", False),
          ("Federal officers arrested the driver of that ice cream truck.", True)]


def test_what_would_be_lost_is_named(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A phrase that costs a kept article is told with that article, and never offered."""
    ids = judge_few(database, COSTLY)
    _, out, _ = call(capsys, config, "feedback")

    assert ("ignoring “ice cream” would have removed 4 of 4 rejected, and lost 1 of 1 kept; it is not offered: "
            f"{ids[4]} Title 4") in out
    assert 1 == call(capsys, config, "feedback", "offer", "ice-raids", "--apply")[0]
    assert news.RULES == (config.parent / "team" / "rules.toml").read_text()


def test_a_change_that_breaks_an_example(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database
) -> None:
    """A phrase that an example needs is refused, and the example is named."""
    example = "[[rule.example]]\nexpect = 'match'\ntitle = 'The van'\ntext = 'Agents arrested an ice cream man.'\n"
    (config.parent / "team" / "rules.toml").write_text(news.RULES + example)
    judge_few(database, COSTLY[:4])
    status, out, _ = call(capsys, config, "feedback", "offer", "ice-raids", "--apply")

    assert 1 == status
    assert "“ice cream” is behind 4, but ignoring it breaks an example: team/rules.toml:19 (“The van”)" in out


def test_erased_texts(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """What was erased counts in the precision, and neither in phrases nor in the labelled file."""
    with pressed.write() as connection:
        purge.erase_text(connection, NOW + HOUR, NOW)
    _, out, _ = call(capsys, config, "feedback")

    assert "ice-raids 96 60 0.62 (0.53-0.72)" in out
    assert "ice-raids: 0 rejected, 0 kept Not tried: 36 rejected and 60 kept, whose text was erased." in out
    status, _, err = call(capsys, config, "feedback", "labels", config.parent / "labels.jsonl")
    assert (1, True) == (status, "nobody judged an article whose text is still there" in err)


def test_the_labelled_file(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A line says what most people decided, and about which topic; ties are left out."""
    ids = judge_few(database, [("ICE raided a bakery.", True), ("Ice in a raid game.", False), ("An ice raid.", True)])
    with database.write() as connection:
        news.press(connection, ids[2], "U02", NOW - HOUR, relevant=False)
    _, out, _ = call(capsys, config, "feedback", "labels", config.parent / "labels.jsonl")
    rows = [json.loads(line) for line in (config.parent / "labels.jsonl").read_text().splitlines()]

    assert "2 articles. 1 article left out on which readers are even" in out
    assert [(["raids"], ["raids"]), ([], ["raids"])] == [(row["topics"], row["judged"]) for row in rows]
    assert "ICE raided a bakery." == rows[0]["text"]


def test_nothing_was_said(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Without judgements a sentence says where they come from."""
    assert "Nobody judged an article in the last 90 days." in call(capsys, config, "feedback")[1]
    assert [] == told(capsys, config, "feedback", "--json")["rules"]


def test_days(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """Only judgements of the days that were asked for count, before and behind the verb."""
    assert call(capsys, config, "feedback", "--days", "10")[1].startswith("40 judgements of 20 articles")
    assert " 8 rejected" not in call(capsys, config, "feedback", "offer", "ice-raids", "--days", "3")[1]


def test_a_rule_that_is_gone(capsys: pytest.CaptureFixture[str], config: Path, pressed: Database) -> None:
    """Feedback on a rule that the files no longer have counts, and is not mined."""
    (config.parent / "team" / "rules.toml").write_text(news.RULES.replace("ice-raids", "raids-of-ice"))

    assert "ice-raids is not in your rule files any more" in call(capsys, config, "feedback")[1]
    assert "The rules are: raids-of-ice." in call(capsys, config, "feedback", "offer", "ice-raids")[2]


def test_a_shipped_rule(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A rule of a pack is changed in the team's own folder, with all that it ignores so far."""
    text = config.read_text().replace("[rules]", "[rules]\npacks = ['immigration']")
    config.write_text(text.replace('topics = ["buses"]', 'topics = ["detainers"]'))
    (config.parent / "team" / "rules.toml").write_text("watch = ['Baltimore, MD']\n")
    games = [news.Story(f"ICE raid board game {at} sells out", "Players arrest workers.", False) for at in range(4)]
    ids = news.collect(database, [*games, news.Story("ICE raid at plant", "Nine were arrested.", True)], NOW)
    with database.write() as connection:
        for at, article_id in enumerate(ids):
            news.press(connection, article_id, "U01", NOW - HOUR, relevant=at == 4, rule="immigration-raids")
    shipped = {rule.id: rule for rule in load_rules([PACKS / "immigration"]).rules}["immigration-raids"]
    status, out, err = call(capsys, config, "feedback", "offer", "immigration-raids", "--apply")
    changed = {rule.id: rule for rule in load_rules([PACKS / "immigration", config.parent / "team"]).rules}

    assert (0, "") == (status, err)
    assert "--- team/feedback.toml" in out
    assert (*shipped.ignore, "raid board game") == changed["immigration-raids"].ignore
