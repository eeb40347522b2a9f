"""The command line as people meet it: help, refusals, and what each command prints."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

import bot
from monitor.demo.site import serve
from tests import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = [["demo"], ["run"], ["once"], ["check"], ["rules", "check"], ["rules", "test"], ["feeds", "list"],
            ["feeds", "health"], ["status"], ["purge"]]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A configuration for the demo site, which runs; no token in the environment."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN_FILE", "DATELINE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with serve(now=datetime.now(UTC)) as site:
        yield running.write_config(tmp_path, site)


def call(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit status, output and errors of a command run in this process."""
    status = bot.main([str(word) for word in words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """--help explains each command, mentions --config (the demo has its own), and ends with success."""
    with pytest.raises(SystemExit) as ended:
        bot.main([*command, "--help"])

    assert 0 == ended.value.code
    assert (command != ["demo"]) == ("--config" in capsys.readouterr().out)


@pytest.mark.parametrize("command", COMMANDS[1:-1], ids=" ".join)
def test_config_may_stand_in_front_of_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    """--config means the same before and behind the command: purge must never meet another database."""
    status, out, err = call(capsys, "--config", tmp_path / "elsewhere.toml", *command)

    assert 1 == status
    assert "elsewhere.toml" in out + err


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Bare `dateline` is answered with the help, not with an error."""
    status, out, _ = call(capsys)

    assert 2 == status
    assert "first steps:" in out


@pytest.mark.parametrize("command", COMMANDS[1:-1], ids=" ".join)
def test_a_missing_configuration_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    """Without its file every command says which file it looked for, and how to name another."""
    status, out, err = call(capsys, *command, "--config", tmp_path / "absent.toml")

    assert 1 == status
    assert "absent.toml" in out + err
    assert "--config" in out + err


def test_a_broken_rule_file_stops_the_bot(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """A mistake in a rule file is shown with its line, and the bot does not start with the rest."""
    folder = config.parent / "team-rules"
    folder.mkdir()
    (folder / "mine.toml").write_text("[[rule]]\nid = 'mine'\nquery = '''raid OR sweep AND arrest'''\n")
    config.write_text(config.read_text().replace("[storage]", 'folders = ["team-rules"]\n[storage]'))
    status, _, err = call(capsys, "once", "--config", config)

    assert 1 == status
    assert "E200" in err
    assert "mine.toml:3" in err
    assert "Nothing was started" in err
    assert not (config.parent / "test.db").exists()


def test_a_failing_example_stops_the_bot(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """A rule whose example fails never runs; the message names the example."""
    folder = config.parent / "team-rules"
    folder.mkdir()
    (folder / "mine.toml").write_text(
        "[[rule]]\nid = 'mine'\ntopics = ['raids']\nquery = '''raid'''\n"
        "[[rule.example]]\nexpect = 'match'\ntext = 'A quiet day.'\n"
        "[[rule.example]]\nexpect = 'no match'\ntext = 'Nothing at all.'\n")
    config.write_text(config.read_text().replace("[storage]", 'folders = ["team-rules"]\n[storage]'))
    status, _, err = call(capsys, "once", "--config", config)

    assert 1 == status
    assert "mine.toml" in err
    assert 1 == call(capsys, "rules", "test", "--config", config)[0]


def test_rules_check_and_test(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """The shipped rules have no problem and every example holds."""
    assert 0 == call(capsys, "rules", "check", "--config", config)[0]
    status, out, _ = call(capsys, "rules", "test", "--config", config)

    assert 0 == status
    assert "0 failed" in out


def test_check_says_what_is_missing(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Without a token everything else is proven, and the missing token comes with its remedy."""
    status, out, _ = call(capsys, "check", "--config", config)

    assert 1 == status
    assert "✓ rules" in out
    assert "✗ token" in out
    assert "SLACK_BOT_TOKEN" in out


def test_check_post_asks_every_feed(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Feeds that answer are counted, those that do not are named; test alerts are printed where there is no token."""
    config.write_text(config.read_text() + "[[feed]]\nurl = 'http://127.0.0.1:1/feed'\noutlet = 'Nobody'\n")
    _, out, _ = call(capsys, "check", "--post", "--config", config)

    assert "✓ feed Patapsco Ledger" in out
    assert "✗ feed Nobody" in out
    assert 2 == out.count("This is a test: alerts reach this channel.")


@pytest.mark.parametrize(("path", "said"), [
    ("/", "✓ page Sheriff"),
    ("/nowhere", "✗ page Sheriff: http://127.0.0.1:{}/nowhere: 127.0.0.1 has nothing at this address"),
])
def test_check_post_looks_at_watched_pages(
    capsys: pytest.CaptureFixture[str], config: Path, path: str, said: str
) -> None:
    """As pages: how many paragraphs they have, or why they cannot be watched."""
    port = config.read_text().partition("127.0.0.1:")[2].partition('"')[0]
    page = f"[[page]]\nurl = 'http://127.0.0.1:{port}{path}'\noutlet = 'Sheriff'\n"
    config.write_text(config.read_text() + page)
    _, out, _ = call(capsys, "check", "--post", "--config", config)
    assert said.format(port) in " ".join(out.split())


def test_status_and_feeds_after_a_round(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """After one round both commands say that all is well, and --health agrees."""
    assert 1 == call(capsys, "status", "--health", "--config", config)[0]
    assert 0 == call(capsys, "once", "--config", config)[0]
    _, status, _ = call(capsys, "status", "--config", config)
    _, listing, _ = call(capsys, "feeds", "list", "--config", config)

    assert "0 failing" in status
    assert "printed here" in status
    assert "3 feeds: 3 well, 0 need a look" in listing
    assert 0 == call(capsys, "status", "--health", "--config", config)[0]


def test_purge_asks_first(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Nothing is erased without a yes; a wrong outlet is answered with the names that exist."""
    call(capsys, "once", "--config", config)
    status, _, err = call(capsys, "purge", "--everything", "--config", config)
    assert (1, True) == (status, "--yes" in err)

    status, _, err = call(capsys, "purge", "--outlet", "Ledger", "--yes", "--config", config)
    assert (1, True) == (status, "Patapsco Ledger" in err)


@pytest.mark.parametrize(
    ("what", "left"),
    [(["--outlet", "Patapsco Ledger"], True), (["--older-than", "0d"], False), (["--everything"], False)],
)
def test_purge_erases(capsys: pytest.CaptureFixture[str], config: Path, what: list[str], left: bool) -> None:
    """What is named goes for good: no word of it stands in the files afterwards, and it does not come back."""
    call(capsys, "once", "--config", config)
    status, out, _ = call(capsys, "purge", *what, "--yes", "--config", config)
    files = b"".join(path.read_bytes() for path in config.parent.glob("test.db*"))

    assert 0 == status
    assert "docs/privacy.md" in out
    assert b"Highlandtown bakery" not in files
    with sqlite3.connect(config.parent / "test.db") as connection:
        assert left == bool(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_purge_waits_for_the_bot_to_stop(config: Path) -> None:
    """While the bot runs nothing is erased."""
    process = running.start(["run"], config, token=False)
    running.wait_until((config.parent / "test.db.lock").exists)
    refused = running.run(["purge", "--everything", "--yes"], config, token=False)
    process.terminate()
    process.communicate(timeout=20)

    assert 1 == refused.returncode
    assert "another bot is running" in refused.stderr


def test_the_demo_shows_and_then_has_nothing_new(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The first run shows digests and writes a page; the second asks again and finds nothing new."""
    status, first, _ = call(capsys, "demo", "--folder", tmp_path / "out")
    assert 0 == status
    assert "raids-now" in first
    assert "Why:" in first
    page = (tmp_path / "out" / "digest.html").read_text()
    assert "<mark>" in page

    status, second, _ = call(capsys, "demo", "--folder", tmp_path / "out")
    assert 0 == status
    assert "Nothing is new: 3 feeds were polled" in second


def test_a_demo_whose_port_is_taken_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The demo remembers its port; if another program has it, the remedy is named."""
    with serve(now=datetime.now(UTC)) as other:
        (tmp_path / "port").write_text(other.url.rpartition(":")[2])
        status, _, err = call(capsys, "demo", "--folder", tmp_path)

    assert 1 == status
    assert "--fresh" in err
