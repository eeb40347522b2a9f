"""`dateline rules new`, `fix` and `export`, from the command line to the files they leave."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

import bot
from rules.files.load import load_rules
from rules.workbench import examples as workbench

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[rules]
folders = ['team-rules']
[slack]
admin_channel = 'C0000000003'
[[channel]]
id       = 'C0000000001'
slots    = 'now'
timezone = 'America/New_York'
[[feed]]
url    = 'https://news.example.org/feed'
outlet = 'Example'
"""
PLACES = """\
id,name,state,kind,needs_state
baltimore-md,Baltimore,MD,city,
howard-county-md,Howard County,MD,county,
springfield-ma,Springfield,MA,city,yes
springfield-il,Springfield,IL,city,yes
"""
ANSWERS = ["Evictions", 'eviction, evicted, "rent strike"', "desalojo", "Baltimore, MD",
           "A judge ordered the eviction of nine families in Baltimore.",
           "The band was evicted from a hotel in Boston."]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with config.toml, and a rule folder that knows four places."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "team-rules").mkdir()
    (tmp_path / "team-rules" / "a.toml").write_text("place_tables = ['places.csv']\n")
    (tmp_path / "team-rules" / "places.csv").write_text(PLACES)
    return tmp_path


def run(home: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], answers: list[str] | None = None) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers or [])))
    return bot.main(["--config", str(home / "config.toml"), "rules", *words])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_answers_become_a_rule(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of its own, with lists, query, examples and the schema, that passes check and test."""
    assert 0 == run(home, monkeypatch, ["new"], ANSWERS)

    written = (home / "team-rules" / "evictions.toml").read_text()
    assert written.startswith("#:schema ./rules.schema.json\n")
    assert """'@evictions-words AND place:"Baltimore, MD"'""" in written
    loaded = load_rules([home / "team-rules"])
    assert ("evictions", "lead", 2, ("eviction", "evicted", "rent strike", "desalojo")) == (
        loaded.rules[0].id, loaded.rules[0].alert_from, len(loaded.rules[0].examples),
        loaded.lists["evictions-words"])
    assert workbench.test(loaded).ok
    assert (home / "team-rules" / "rules.schema.json").is_file()
    assert "nothing is stored yet" in capsys.readouterr().err


def test_a_second_rule_joins_a_file_and_keeps_its_notes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is overwritten: same topic, other id, other list, notes as they were."""
    run(home, monkeypatch, ["new"], ANSWERS)
    file = home / "team-rules" / "evictions.toml"
    file.write_text(file.read_text().replace("[lists]", "# Ask Ann.\n[lists]"))

    assert 0 == run(home, monkeypatch, ["new", "--file", "evictions"], ["evictions", "tenant union", "", "", "", ""])

    loaded = load_rules([home / "team-rules"])
    assert ["evictions", "tenant-union"] == [rule.id for rule in loaded.rules]
    assert ({"evictions": "Evictions"}, ()) == (loaded.topics, loaded.errors)
    assert "# Ask Ann.\n[lists]" in file.read_text()


def test_a_failing_example_is_told_and_written_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is on the disk; pressing Enter leaves the example out."""
    answers = ["Evictions", "eviction", "", "", "They lost their homes.", "An eviction in court.",
               "An eviction near the harbor.", ""]

    assert 0 == run(home, monkeypatch, ["new"], answers)

    out = capsys.readouterr().out
    assert "should be found: it did not match: @evictions-words was not found" in out
    assert "should not be found: it matched" in out
    (rule,) = load_rules([home / "team-rules"]).rules
    assert ["An eviction near the harbor."] == [example.text for example in rule.examples]


def test_wrong_answers_are_asked_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `check` refuses: a word too short for its star, an unknown list, a word taken out; and a place that many
    states have, one that nobody knows."""
    answers = ["", "ev*", "@evictions", "eviction", "-INS", "", "Springfield", "Baltimroe",
               "Hazleton, PA; howard county, maryland"]

    assert 0 == run(home, monkeypatch, ["new", "--json"], answers)

    told = capsys.readouterr()
    assert 'place:("Hazleton, PA" OR "Howard County, MD")' in json.loads(told.out)["query"]
    for words in ("4 letters", "no list @evictions", "takes a word out", "several places called",
                  "did you mean baltimore-md"):
        assert words in told.err


@pytest.mark.parametrize("answers", [[], ["Evictions", "", ""]])
def test_without_words_nothing_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answers: list[str]
) -> None:
    """Somebody changed their mind."""
    assert 1 == run(home, monkeypatch, ["new"], answers)

    assert {"a.toml", "places.csv"} == {path.name for path in (home / "team-rules").iterdir()}
    assert "Nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["new"], ["export", "out"]])
def test_without_a_folder_the_remedy_is_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """What to add to config.toml, to be pasted."""
    (home / "config.toml").write_text(CONFIG.replace("folders = ['team-rules']", "packs = ['immigration']"))

    assert 1 == run(home, monkeypatch, words)

    assert "folders = ['team-rules']" in capsys.readouterr().err


def test_rules_are_never_written_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file outside of the team's folders would not be read, and may be a shipped one."""
    assert 1 == run(home, monkeypatch, ["new", "--file", str(home / "elsewhere.toml")])

    assert "in none of your rule folders" in capsys.readouterr().err


BROKEN = "# Ours.\r\n[[rule]]\r\nid = 'Bus strike'\r\nquery = 'bus W/5 strike -ball'\r\nallow = ['W301', 'W302']\r\n"


def test_fix_shows_a_diff_and_writes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless it is told to."""
    file = home / "team-rules" / "bus.toml"
    file.write_bytes(BROKEN.encode())

    assert 0 == run(home, monkeypatch, ["fix"])

    out = capsys.readouterr().out
    assert "-query = 'bus W/5 strike -ball'\n" in out
    assert "+query = 'bus NEAR/4 strike AND NOT ball'\n" in out
    assert BROKEN.encode() == file.read_bytes()


def test_fix_writes_until_nothing_changes(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notes and ends of lines stay as they were; a second run has nothing to do."""
    file = home / "team-rules" / "bus.toml"
    file.write_bytes(BROKEN.encode())

    assert 0 == run(home, monkeypatch, ["fix", "--write", "--json"])
    assert [str(file)] == [one["file"] for one in printed(capsys)["files"]]

    mended = BROKEN.replace("Bus strike", "bus-strike").replace("W/5 strike -ball", "NEAR/4 strike AND NOT ball")
    assert mended.encode() == file.read_bytes()
    run(home, monkeypatch, ["fix", "--write", "--json"])
    assert [] == printed(capsys)["files"]


def test_what_needs_a_person_is_left(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which of two readings is meant is nobody's guess."""
    (home / "team-rules" / "bus.toml").write_text("[[rule]]\nid = 'a'\nquery = 'b OR c AND d'\n")

    assert 1 == run(home, monkeypatch, ["fix", "--write"])

    assert "1 error needs you: dateline rules check" in capsys.readouterr().out


OWN = """\
# Only for us.
watch = ['Baltimore, MD']
[topics]
jails = 'Jails'
[topics_es]
jails = 'Cárceles'
[lists]
jail-words = ['jail', '@agents']
[[rule]]
id     = 'jails'
owner  = 'Ann'
tags   = ['private']
topics = ['jails']
query  = '@jail-words AND place:"Hyattsville, MD" AND NOT place:watched'
[rule.stance.fuller]
says    = 'fills'
says_es = 'se llena'
query   = 'full'
[[rule.example]]
expect = 'match'
file   = 'jail.txt'
[[rule.example]]
expect = 'no match'
text   = 'A jail.'
[[rule]]
id         = 'immigration-raids'
alert_from = 'headline'
"""


def test_an_exported_pack_is_whole_and_private(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It loads by itself and passes its tests; owners, tags, notes and watched places stay at home."""
    (home / "config.toml").write_text(CONFIG.replace("[rules]\n", "[rules]\npacks = ['immigration']\n"))
    (home / "team-rules" / "a.toml").unlink()
    (home / "team-rules" / "jails.toml").write_text(OWN)
    (home / "team-rules" / "jail.txt").write_text("The jail in Hyattsville, Md., is full.")

    assert 0 == run(home, monkeypatch, ["export", str(home / "out"), "--json"])

    report = printed(capsys)
    assert (["jails"], ["immigration-raids"]) == (report["rules"], report["left_out"])
    loaded = load_rules([home / "out"])
    assert ([], ["jails"]) == ([str(one) for one in loaded.problems], [rule.id for rule in loaded.rules])
    assert workbench.test(loaded).ok
    (stance,) = [rule.stance for rule in loaded.rules]
    assert stance
    assert ({"jails": "Cárceles"}, "se llena") == (loaded.topics_es, stance.labels[0].says_es)
    text = (home / "out" / "rules.toml").read_text()
    assert [] == [word for word in ("Ann", "private", "Only for us", "watch =", "immigration-raids") if word in text]


def test_an_export_never_overwrites(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that holds something is refused, whatever it is."""
    run(home, monkeypatch, ["new"], ANSWERS)
    (home / "out").mkdir()
    (home / "out" / "letter.txt").touch()

    assert 1 == run(home, monkeypatch, ["export", str(home / "out")])

    assert "is not empty" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["team-rules", "team-rules/sub", "other/../team-rules/sub/deep"])
def test_an_export_stays_out_of_the_rules_in_use(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """There, the bot would read every rule a second time."""
    run(home, monkeypatch, ["new"], ANSWERS)

    assert 1 == run(home, monkeypatch, ["export", str(home / name)])

    assert "name a folder outside of it" in capsys.readouterr().err
    assert not (home / "team-rules" / "sub").exists()


@pytest.mark.parametrize("words", [["check"], ["test"]])
def test_check_and_test_speak_json(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """With the correction of what has one, for editors and web pages."""
    (home / "team-rules" / "bus.toml").write_text(BROKEN.replace("Bus strike", "bus"))

    assert 1 == run(home, monkeypatch, [*words, "--json"])

    first, *_ = [problem for problem in printed(capsys)["problems"] if problem["level"] == "error"]
    assert ("E210", "team-rules/bus.toml", "NEAR/4") == (first["code"], first["file"], first["fix"]["text"])
