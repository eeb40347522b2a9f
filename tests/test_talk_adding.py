"""`/dateline add`: what an admin sees of an address, and what then stands in config.toml."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from monitor.config.load import load_settings
from monitor.errors import DatelineError
from storage.database import open_database
from tests.desk_rig import ADMIN, ALICE, at_desk

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings import FeedSettings
    from monitor.talk.model import Answer
    from tests.loopback import Loopback

CONFIG = """# ours
[rules]
packs = ['immigration']
[storage]
database = 'test.db'
[network]
allow = ['127.0.0.1:{port}']
host_gap_seconds = 0
[[feed]]
url = 'http://127.0.0.1:{port}/known'
outlet = 'Known'
[[channel]]
id = 'C0000RAIDS'
timezone = 'America/New_York'
"""
HEAD = '<link rel="alternate" type="application/rss+xml" href="{}">'
PAGE = ("<!doctype html><html><head><title>Home</title><meta property='og:site_name' content='The Ledger'>{}</head>"
        "<body><main><h1>Policy</h1><p>It holds since Monday.</p></main></body></html>")
HTML, XML = ({"Content-Type": kind} for kind in ("text/html", "application/rss+xml"))


def rss(title: str) -> str:
    """A feed of that title with one entry."""
    return (f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><item><title>{title} 1</title>'
            f"<link>https://ledger.example/{title[0]}</link></item></channel></rss>")


@pytest.fixture
def config(loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that may read a site with two feeds, one of them known, and a page without any."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DATELINE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    loopback.answer("/", PAGE.format(HEAD.format("/news") + HEAD.format("/known") + HEAD.format("/sport")),
                    headers=HTML)
    for path, title in (("/news", "News"), ("/known", "Known"), ("/sport", "Sport")):
        loopback.answer(path, rss(title), headers=XML)
    loopback.answer("/policy", PAGE.format(""), headers=HTML)
    loopback.answer("/gone", "no", status=404)
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(port=loopback.port))
    return file


def said(config: Path, words: str, person: str = ADMIN) -> tuple[Answer, list[FeedSettings]]:
    """What the person is answered, and what the bot is told to read as well."""
    async def ask() -> tuple[Answer, list[FeedSettings]]:
        database = open_database(f"sqlite:///{config.parent}/test.db")
        try:
            async with at_desk(config, database) as desk:
                return await desk.ask(words, person), desk.adopted
        finally:
            database.close()

    return asyncio.run(ask())


def written(config: Path) -> list[tuple[str, str, str, str]]:
    """What stands behind the known feed: kind, path, outlet, home."""
    return [(one.kind, one.url.rpartition("/")[2], one.outlet, one.home)
            for one in load_settings(config, {}).feeds if one.outlet != "Known"]


def test_what_is_there_is_shown_first(loopback: Loopback, config: Path) -> None:
    """Each feed with a number and how it is doing; nothing is written; what to type is told."""
    answer, adopted = said(config, f"ADD <{loopback.url('/')}|here>")

    assert "127.0.0.1 names 3 feeds." == answer.lines[0]
    assert f"To add one: /dateline add {loopback.url('/')} 1" == answer.lines[1]
    assert ["1  News", "2  Known", "3  Sport", "4  Watch this page: Home"] == [one.title for one in answer.finds]
    assert ["in config.toml already" in one.about for one in answer.finds] == [False, True, False, False]
    assert ([], []) == (adopted, written(config))


@pytest.mark.parametrize(("typed", "added"), [
    ("/ yes", ("feed", "news", "The Ledger", "")),
    ("/ SÍ", ("feed", "news", "The Ledger", "")),
    ("/ 3 Baltimore, MD", ("feed", "sport", "The Ledger", "Baltimore, MD")),
    ("/ 4", ("page", "", "The Ledger", "")),
    ("/news yes MD", ("feed", "news", "News", "MD")),
    ("/policy 1", ("page", "policy", "The Ledger", "")),
])
def test_one_is_added(loopback: Loopback, config: Path, typed: str, added: tuple[str, str, str, str]) -> None:
    """Yes takes the first, a number that one; the bot reads it from the next round on, and comments stay."""
    answer, adopted = said(config, f"add {loopback.url(typed)}")

    assert [added] == written(config)
    assert [added[2]] == [one.outlet for one in adopted]
    assert f"{added[2]} is added" in answer.lines[0]
    assert config.read_text().startswith("# ours\n")


@pytest.mark.parametrize(("typed", "lines"), [
    ("/ 2", "none of the numbers: 1, 3, 4"), ("/ 9", "none of the numbers"), ("/policy yes", "There is no feed"),
    ("/known", "is in config.toml already, as Known"), ("/known yes", "already, as Known"),
    ("/ maybe", "Say what to add"),
])
def test_what_cannot_be_taken(loopback: Loopback, config: Path, typed: str, lines: str) -> None:
    """What is there already, or is none of the choices, is not written."""
    answer, adopted = said(config, f"add {loopback.url(typed)}")

    assert lines in " ".join(answer.lines)
    assert ([], []) == (adopted, written(config))


@pytest.mark.parametrize(("typed", "error"), [
    ("/gone", "has nothing at this address"), ("/ yes Baltimore", "does not end in a state"),
])
def test_what_is_wrong_is_said(loopback: Loopback, config: Path, typed: str, error: str) -> None:
    """An address without anything and a home that is none end it, and nothing is written."""
    with pytest.raises(DatelineError, match=error):
        said(config, f"add {loopback.url(typed)}")
    assert [] == written(config)


def test_only_admins(loopback: Loopback, config: Path) -> None:
    """Others are told whom to ask, and nothing is fetched for them."""
    answer, adopted = said(config, f"add {loopback.url('/')} yes", ALICE)

    assert "Only admins may add sources" in answer.lines[0]
    assert ([], [], 0) == (adopted, written(config), len(loopback.requests))


def test_a_configuration_that_would_not_load_is_not_written(loopback: Loopback, config: Path) -> None:
    """Somebody broke the file meanwhile: it stays as it is, and the fault is told."""
    async def ask() -> None:
        database = open_database(f"sqlite:///{config.parent}/test.db")
        try:
            async with at_desk(config, database) as desk:
                config.write_text(f"{config.read_text()}[nonsense]\n")
                await desk.ask(f"add {loopback.url('/news')} yes", ADMIN)
        finally:
            database.close()

    with pytest.raises(DatelineError, match="nonsense"):
        asyncio.run(ask())
    assert config.read_text().endswith("[nonsense]\n")
