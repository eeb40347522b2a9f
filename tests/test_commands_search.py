"""`dateline search`: what a person at the terminal sees of it, and what a program gets."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest

from monitor.commands.parser_search import add_search_command
from monitor.commands.search import search
from monitor.errors import DatelineError
from tests import newsroom
from tests.newsroom import RAID, arrive

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database

config, room = newsroom.config, newsroom.database


@pytest.fixture
def database(room: Database) -> Database:
    """The newsroom's database, with a raid and eleven buses."""
    arrive(room, **RAID)
    for number in range(2, 13):
        arrive(room, number, title="A \x1b[31mbus", text=f"Bus {number} came with “no stop”.")
    return room


def run(config: Path, *words: str) -> int:
    """The exit status of the command."""
    parser = argparse.ArgumentParser()
    add_search_command(parser.add_subparsers(), argparse.ArgumentParser(add_help=False))
    args = parser.parse_args(["search", *words])
    args.config = config
    return search(args)


def test_what_is_found(config: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Headline, outlet, date, number, address, sentence; nothing of it steers the terminal."""
    assert 0 == run(config, "RAIDS", "city")
    out = capsys.readouterr().out

    assert out.startswith("1 article:\n\n  Raid in town\n    Ledger · ")
    assert " · article 1\n    https://ledger.example/1\n    The raid was long.\n" in out
    run(config, "bus")
    assert "\x1b" not in capsys.readouterr().out


def test_ten_or_all(config: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest ten, with how many there are; --all shows every one."""
    run(config, "bus")
    assert capsys.readouterr().out.startswith("The newest 10 of 11 articles:\n")
    run(config, "--all", 'bus "no stop"')

    assert 11 == capsys.readouterr().out.count(" · article ")


def test_nothing_found(config: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """As grep does: a status of 1, and a word on what cannot be searched."""
    assert 1 == run(config, "raid -city -town")
    assert "Only articles of the last 90 days" in capsys.readouterr().out


def test_for_programs(config: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Marks are signs of the sentence; the number says whether it is exact."""
    assert 0 == run(config, "--json", "long raid")
    found = json.loads(capsys.readouterr().out)
    (article,) = found["articles"]

    assert (1, True, 0) == (found["total"], found["exact"], found["not_indexed"])
    assert ["raid", "long"] == [article["quote"][start:end] for start, end in article["marks"]]


@pytest.mark.parametrize("words", [("!",), ('""',), tuple(f"w{number}" for number in range(21))])
def test_no_search(config: Path, database: Database, words: tuple[str, ...]) -> None:
    """Nothing, and far too much, are told what a search is."""
    with pytest.raises(DatelineError, match="Say what to search for: dateline search WORDS"):
        run(config, *words)


def test_before_the_first_start(config: Path) -> None:
    """Without a database it says that nothing is stored yet."""
    with pytest.raises(DatelineError, match="nothing is stored yet"):
        run(config, "raid")
