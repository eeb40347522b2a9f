"""`dateline rules score` and `rules learn`, from the command line to what they print and write."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

import bot

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
RULE = """\
[topics]
ferries = 'Ferries'
[[rule]]
id = 'ferry'
topics = ['ferries']
query = 'ferry'
"""
TOWNS = ("Alma", "Bruin", "Corda", "Delve", "Ennis", "Fargo", "Gorham", "Hale", "Ipswich", "Jura")


def labelled(town: str, *, is_story: bool, clear: bool = True) -> str:
    """One line of a labelled file."""
    title = f"{town} ferry cancelled" if is_story else f"New bakery in {town}"
    text = "Passengers protested at the pier.\nThe ferry was full." if is_story else "Rye bread.\nNear the ferry."
    return json.dumps({"id": f"{town} {is_story}", "title": title, "text": text, "clear": clear,
                       "topics": ["ferries"] if is_story else [], "date": "2024-05-06"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with one rule, and twenty labelled articles, two of them unclear."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "team-rules").mkdir()
    (tmp_path / "team-rules" / "ferries.toml").write_text(RULE)
    lines = [labelled(town, is_story=is_story, clear=town != "Alma") for town in TOWNS for is_story in (True, False)]
    (tmp_path / "labels.jsonl").write_text("\n".join(lines))
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of `dateline rules ...` with the configuration of the folder."""
    status = bot.main(["rules", *words, "--config", str(folder / "config.toml")])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def figures(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> dict[str, Any]:
    """What --json prints."""
    status, out, _ = call(capsys, folder, *words, "--json")
    assert 0 == status
    found: dict[str, Any] = json.loads(out)
    return found


def counts(found: dict[str, Any]) -> list[int]:
    """Hits, false alerts and misses of the topic."""
    return [found["topics"]["ferries"][key] for key in ("tp", "fp", "fn")]


def test_score_counts(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Without anything learned there is one set of figures, of the rules alone."""
    found = figures(capsys, folder, "score", str(folder / "labels.jsonl"))

    assert [10, 10, 0] == counts(found)
    assert "learned" not in found


@pytest.mark.parametrize(("name", "code"), [("nowhere.jsonl", "E500"), ("broken.jsonl", "E501"), ("pipe", "E500")])
@pytest.mark.parametrize("command", ["score", "learn"])
def test_refusals_are_json_where_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], folder: Path, command: str, name: str, code: str
) -> None:
    """A program reads the same problems that people are told."""
    (folder / "broken.jsonl").write_text("{")
    os.mkfifo(folder / "pipe")
    status, out, _ = call(capsys, folder, command, str(folder / name), "--json")

    assert (1, False, [code]) == (status, json.loads(out)["ok"], [one["code"] for one in json.loads(out)["problems"]])


def test_score_reads_half_characters(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """JSON can hold half of an emoji, which is no text: it is replaced, and the article counts."""
    line = r'{"title": "Ferry cancelled \ud83d", "text": "The ferry \ud83d.", "topics": ["ferries"]}'
    (folder / "half.jsonl").write_text(line)

    assert [1, 0, 0] == counts(figures(capsys, folder, "score", str(folder / "half.jsonl")))


def test_score_leaves_unclear_articles_out(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """--clear measures what every reader would decide alike."""
    assert [9, 9, 0] == counts(figures(capsys, folder, "score", str(folder / "labels.jsonl"), "--clear"))


def test_score_prints_reasons(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """On a terminal the errors follow the figures, each with what misled the rule."""
    _, out, _ = call(capsys, folder, "score", str(folder / "labels.jsonl"))

    assert "False alerts: 10" in out
    assert "New bakery in Corda\n      ferries: " in out
    assert "“ferry”" in out


def test_score_in_folds(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """--folds prints both: the rules alone, and with a score that had not seen the article."""
    found = figures(capsys, folder, "score", str(folder / "labels.jsonl"), "--folds", "5")

    assert [10, 10, 0] == counts(found)
    assert [10, 0, 0] == counts(found["learned"])


def test_learn_writes_beside_the_rules(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """What was learned stands in the rule folder, is used by score, and is no rule file to check."""
    status, out, _ = call(capsys, folder, "learn", str(folder / "labels.jsonl"))

    assert 0 == status
    assert "learned from 20 matches, 10 of them stories" in out
    assert (folder / "team-rules" / "relevance.toml").exists()
    assert [10, 0, 0] == counts(figures(capsys, folder, "score", str(folder / "labels.jsonl"))["learned"])
    assert 0 == call(capsys, folder, "check")[0]


def test_learn_elsewhere(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """--out names another file; the bot's own is left alone."""
    found = figures(capsys, folder, "learn", str(folder / "labels.jsonl"), "--out", str(folder / "trial.toml"))

    assert str(folder / "trial.toml") == found["file"]
    assert (folder / "trial.toml").exists()
    assert not (folder / "team-rules" / "relevance.toml").exists()


def test_too_little_to_learn_from(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Three articles teach nothing: this is said, and no file is written."""
    (folder / "few.jsonl").write_text("\n".join(labelled(town, is_story=True) for town in TOWNS[:3]))
    status, _, err = call(capsys, folder, "learn", str(folder / "few.jsonl"))

    assert 1 == status
    assert "nothing was learned" in err
    assert not (folder / "team-rules" / "relevance.toml").exists()


@pytest.mark.parametrize(("words", "expected"), [
    (["score", "{}/absent.jsonl"], "absent.jsonl"),
    (["score", "{}/bad.jsonl"], "bad.jsonl:1"),
    (["score", "{}/labels.jsonl", "--folds", "1"], "--folds must be 2 or more"),
    (["learn", "{}/labels.jsonl", "--out", "{}/nowhere/x.toml"], "cannot be written"),
])
def test_mistakes_are_told(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], expected: str
) -> None:
    """What cannot be done is said in a sentence, with the file and the line."""
    (folder / "bad.jsonl").write_text("{")
    status, _, err = call(capsys, folder, *(word.format(folder) for word in words))

    assert 1 == status
    assert expected in err


def test_a_broken_relevance_is_told(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Figures are not printed as if nothing had been learned."""
    (folder / "team-rules" / "relevance.toml").write_text("[topic.ferries]\nthreshold = 'high'\n")
    status, out, err = call(capsys, folder, "score", str(folder / "labels.jsonl"))

    assert (1, "") == (status, out)
    assert "relevance.toml:1" in err


@pytest.mark.parametrize(("text", "expected"), [
    ("", "the file is empty"),
    ("threshold = x", "the value is not written as TOML wants it"),
    ("a = 1", "this is no learned relevance"),
])
def test_check_reads_the_learned_file(
    capsys: pytest.CaptureFixture[str], folder: Path, text: str, expected: str
) -> None:
    """What would keep the bot from taking the rules up is found by `check`."""
    (folder / "team-rules" / "relevance.toml").write_text(text)
    status, out, _ = call(capsys, folder, "check")

    assert (1, 1) == (status, out.count("error["))
    assert expected in out
