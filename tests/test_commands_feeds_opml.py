"""`dateline feeds import` and `export`: what is told of a list, what is asked, and what is written."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

import bot
from monitor.config.load import load_settings
from tests.terminal import answering
from tests.test_commands_feeds_add import CONFIG, HTML, XML, rss

if TYPE_CHECKING:
    from pathlib import Path

    from tests.loopback import Loopback

LIST = """<opml version="2.0" xmlns:dateline="https://dateline.example/opml"><body>
<outline text="Maryland"><outline text="Ledger" xmlUrl="{site}/feed"/>
<outline text="Gone" xmlUrl="{site}/gone"/></outline>
<outline text="Again" xmlUrl="{site}/feed/"/><outline text="Known already" xmlUrl="http://known.example/feed"/>
<outline text="Disk" xmlUrl="file:///etc/passwd"/><outline xmlUrl="feed://{host}/plain" dateline:home="nowhere"/>
<outline text="Sheriff" type="link" url="{site}/policy" dateline:kind="page" dateline:selector="#one"/>
</body></opml>"""


@pytest.fixture
def config(loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that may read the loopback server, with a list beside it; nobody sits at a terminal."""
    monkeypatch.delenv("DATELINE_DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    loopback.answer("/feed", rss("Ledger", "a"), headers=XML)
    loopback.answer("/plain", rss("Plain", "b"), headers=XML)
    loopback.answer("/policy", "<html><body><p id='one'>Text</p></body></html>", headers=HTML)
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(port=loopback.port, known="https://known.example/feed"), encoding="utf-8")
    text = LIST.format(site=loopback.url(""), host=f"127.0.0.1:{loopback.port}")
    (tmp_path / "list.opml").write_text(text, encoding="utf-8")
    return file


def call(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of a command about feeds."""
    status = bot.main(["--config", str(config), "feeds", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def bring(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str, str]:
    """The same of the list beside the configuration."""
    return call(capsys, config, "import", str(config.parent / "list.opml"), *words)


def outlets(config: Path) -> list[str]:
    """Who is read."""
    return [feed.outlet for feed in load_settings(config, {}).feeds]


def test_a_list_is_sorted_out_and_added(config: Path, loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    """New ones are added below the name of their folder; known, double and unreadable ones are told."""
    status, out, _ = bring(capsys, config, "--yes")
    assert "names 7 sources: 4 new, 1 in config.toml already, 1 named twice, 1 that cannot be read" in out
    assert "Added at the end of" in out
    assert (0, ["Known", "Ledger", "Gone", "127.0.0.1", "Sheriff"]) == (status, outlets(config))
    assert f"\n# Maryland\n\n[[feed]]\nurl = '{loopback.url('/feed')}'\noutlet = 'Ledger'\n" in config.read_text()
    assert f"[[page]]\nurl = '{loopback.url('/policy')}'\noutlet = 'Sheriff'\nselector = '#one'" in config.read_text()


def test_with_check_only_what_answers_is_added(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is asked once; pages are tried with their selector."""
    _, out, _ = bring(capsys, config, "--yes", "--check")
    assert "127.0.0.1 has nothing at this address (404)" in out
    assert ["Known", "Ledger", "127.0.0.1", "Sheriff"] == outlets(config)


def test_a_second_import_adds_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is known stays as it is."""
    bring(capsys, config, "--yes")
    before = config.read_bytes()
    status, out, _ = bring(capsys, config, "--yes")
    assert "There is nothing to add. Nothing was written." in out
    assert (1, before) == (status, config.read_bytes())


def test_a_home_is_given_to_all_that_have_none(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list of one state's papers need not be edited by hand; a home that is none is refused."""
    assert 1 == bring(capsys, config, "--yes", "--home", "Maryland")[0]
    bring(capsys, config, "--yes", "--home", "MD")
    assert ["", "MD", "MD", "MD", "MD"] == [feed.home for feed in load_settings(config, {}).feeds]


def test_nobody_to_ask_means_nothing_written(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list is shown, and what to add to the command."""
    status, out, _ = bring(capsys, config)
    assert "add --yes to write them" in out
    assert (1, ["Known"]) == (status, outlets(config))


@pytest.mark.parametrize(("answer", "count"), [("yes", 5), ("Y", 5), ("no", 1), ("", 1), ("maybe", 1)])
def test_somebody_is_asked_once(
    answer: str, count: int, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a plain yes is one."""
    with answering(answer) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        bring(capsys, config)
    assert count == len(outlets(config))


def test_a_file_that_is_no_list_is_refused(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to look for; and so is one that is not there."""
    assert (1, "", f"error: {config}: this is no OPML file: in the other reader look for “Export” or “OPML”\n") == call(
        capsys, config, "import", str(config))
    assert "cannot be read: No such file" in call(capsys, config, "import", str(config.parent / "x.opml"))[2]


def test_what_was_exported_can_be_imported(config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Another team gets the same sources, whole."""
    bring(capsys, config, "--yes")
    written = tmp_path / "ours.opml"
    assert "think before you pass it on" in call(capsys, config, "export", str(written))[1]
    other = tmp_path / "other.toml"
    other.write_text(CONFIG.format(port=1, known="https://elsewhere.example/feed"), encoding="utf-8")
    call(capsys, other, "import", str(written), "--yes")
    ours, theirs = (load_settings(file, {}).feeds for file in (config, other))
    assert {(one.kind, one.url, one.outlet, one.home, one.selector) for one in theirs[1:]} == {
        (one.kind, one.url, one.outlet, one.home, one.selector) for one in ours}


def test_an_export_overwrites_nothing_and_is_private(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list says what a team watches: it is for its owner's eyes until somebody decides otherwise."""
    file = config.parent / "ours.opml"
    assert (0, 0o600) == (call(capsys, config, "export", str(file))[0], file.stat().st_mode & 0o777)
    status, _, err = call(capsys, config, "export", str(file))
    assert (1, f"error: {file} exists already: name a new file\n") == (status, err)


def test_an_export_without_a_file_is_printed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To be passed on to another program."""
    status, out, _ = call(capsys, config, "export")
    assert (0, 1) == (status, out.count("<outline "))
