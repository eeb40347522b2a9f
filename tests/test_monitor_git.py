"""Rule folders that are git clones: moved forward and never otherwise, and what goes wrong is told once."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rules
from monitor.ruleset import reload
from monitor.ruleset.git import clones, pull
from monitor.ruleset.pulls import after
from tests.rule_bot import ADMINS, Bot, rule_folder, run, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.ruleset.git import Pull

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TRAIN = "[[rule]]\nid = 'train'\ntopics = ['buses']\nquery = 'train'\n"


def git(place: Path, *words: str) -> str:
    """Run git as a person would, with nothing of this machine's configuration."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"}
    person = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", "-C", str(place), *person, *words], env=environment, capture_output=True, text=True,
                          check=True)
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The rules of the bot."""
    return rule_folder(tmp_path)


@pytest.fixture
def team(folder: Path) -> Path:
    """The rule folder as a clone of a bare repository; the path is that of another clone, where the team edits."""
    remote, theirs = folder.parent / "remote.git", folder.parent / "theirs"
    remote.mkdir()
    git(remote, "init", "--bare", "--quiet")
    git(folder, "init", "--quiet")
    git(folder, "remote", "add", "origin", str(remote))
    commit(folder, "first")
    git(folder, "push", "--quiet", "--set-upstream", "origin", "main")
    git(folder.parent, "clone", "--quiet", str(remote), str(theirs))
    return theirs


def commit(place: Path, message: str) -> None:
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "-m", message)


def edited(theirs: Path, name: str = "train.toml", text: str = TRAIN) -> None:
    """Somebody edits the rules where the team does."""
    (theirs / name).write_text(text)
    commit(theirs, f"edit {name}")
    git(theirs, "push", "--quiet")


def pulled(clone: Path, seconds: float = 60) -> Pull | None:
    return pull(clone, os.environ, lambda: False, seconds)


def test_a_clone_moves_forward(folder: Path, team: Path) -> None:
    """What was pushed comes with the next pull; where nothing was, nothing moves."""
    first = pulled(folder)
    edited(team)
    second = pulled(folder)

    assert first is not None
    assert second is not None
    assert [("", False), ("", True)] == [(found.kind, found.moved) for found in (first, second)]
    assert TRAIN == (folder / "train.toml").read_text()


def diverged(folder: Path, team: Path) -> None:
    edited(team)
    (folder / "ours.toml").write_text("# ours\n")
    commit(folder, "ours")


def edited_here(folder: Path, team: Path) -> None:
    edited(team, "bus.toml", "# theirs\n")
    (folder / "bus.toml").write_text("# ours\n")


def in_the_way(folder: Path, team: Path) -> None:
    edited(team)
    (folder / "train.toml").write_text("# ours\n")


def remote_gone(folder: Path, team: Path) -> None:
    shutil.rmtree(folder.parent / "remote.git")


def branch_gone(folder: Path, team: Path) -> None:
    git(team, "branch", "--move", "trunk")
    git(team, "push", "--quiet", "origin", "trunk")
    git(folder.parent / "remote.git", "symbolic-ref", "HEAD", "refs/heads/trunk")
    git(team, "push", "--quiet", "origin", ":main")


def no_network(folder: Path, team: Path) -> None:
    git(folder, "remote", "set-url", "origin", "http://user:hunter2@127.0.0.1:1/rules.git")


def no_upstream(folder: Path, team: Path) -> None:
    git(folder, "checkout", "--quiet", "-b", "mine")


def locked(folder: Path, team: Path) -> None:
    edited(team)
    (folder / ".git" / "index.lock").touch()


def locked_long_ago(folder: Path, team: Path) -> None:
    locked(folder, team)
    os.utime(folder / ".git" / "index.lock", (0, 0))


def upstream_here(folder: Path, team: Path) -> None:
    git(folder, "checkout", "--quiet", "--track", "-b", "mine", "main")


def a_command_as_address(folder: Path, team: Path) -> None:
    git(folder, "remote", "set-url", "origin", f"ext::sh -c touch% {folder.parent}/run")


TROUBLE = {
    diverged: "diverged", edited_here: "edited", in_the_way: "in-the-way", remote_gone: "missing",
    branch_gone: "missing", no_network: "network", no_upstream: "branch", upstream_here: "branch", locked: "locked",
    locked_long_ago: "stale-lock", a_command_as_address: "unknown",
}


@pytest.mark.parametrize(("trouble", "kind"), TROUBLE.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_what_goes_wrong_is_named(
    folder: Path, team: Path, trouble: Callable[[Path, Path], None], kind: str
) -> None:
    """Each trouble has its word and its remedy; no secret stands in them, no file is touched and nothing is run."""
    trouble(folder, team)
    before = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    found = pulled(folder)

    assert found is not None
    assert kind == found.kind
    assert found.remedy
    assert "hunter2" not in str(found)
    assert before == {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    assert not (folder.parent / "run").exists()


def test_hooks_and_links_of_a_clone_do_nothing(folder: Path, team: Path) -> None:
    """No hook of the clone runs, and a link that was pushed becomes a file with its name in it."""
    hook = folder / ".git" / "hooks" / "post-merge"
    hook.write_text(f"#!/bin/sh\ntouch {folder.parent}/run\n")
    hook.chmod(0o755)
    (team / "secret.toml").symlink_to("/etc/passwd")
    edited(team)
    pulled(folder)

    assert not (folder.parent / "run").exists()
    assert "/etc/passwd" == (folder / "secret.toml").read_text()


def test_no_filter_runs(folder: Path, team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that the configuration of the bot's user wants files to go through is not started, nor missed."""
    home = folder.parent / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[filter "x.y"]\nsmudge = "touch {folder.parent}/run; cat"\nclean = cat\nrequired = true\n'
        f'[filter "z"]\nprocess = "touch {folder.parent}/run"\nrequired = true\n')
    monkeypatch.setenv("HOME", str(home))
    (team / "other.csv").write_text("name\n")
    edited(team, ".gitattributes", "*.toml filter=x.y\n*.csv filter=z\n")
    edited(team)
    found = pulled(folder)

    assert found is not None
    assert ("", True, TRAIN) == (found.kind, found.moved, (folder / "train.toml").read_text())
    assert not (folder.parent / "run").exists()


def git_that(folder: Path, merges: str) -> dict[str, str]:
    """An environment with a git that does this before it merges."""
    place = folder.parent / "bin"
    place.mkdir()
    (place / "git").write_text(
        f'#!/bin/sh\ncase " $* " in *" merge "*) {merges};; esac\nexec {shutil.which("git")} "$@"\n')
    (place / "git").chmod(0o755)
    return {**os.environ, "PATH": f"{place}:{os.environ['PATH']}"}


def test_a_stop_lets_a_merge_end(folder: Path, team: Path) -> None:
    """A merge that is broken off leaves a clone in which no later one works: a stop gives it some seconds."""
    edited(team)
    found = pull(folder, git_that(folder, "sleep 1"), lambda: True)

    assert found is not None
    assert ("", True) == (found.kind, found.moved)


def test_a_merge_that_had_to_be_killed_leaves_no_lock(
    folder: Path, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot take its lock away, because it does not end when told to, does not keep later pulls from working."""
    for name in ("_MERGE", "_GRACE"):
        monkeypatch.setattr(f"monitor.ruleset.git.{name}", 0.1)
    edited(team)
    environ = git_that(folder, f"trap '' TERM; touch {folder}/.git/index.lock; sleep 60")
    first = pull(folder, environ, lambda: True)
    second = pulled(folder)

    assert first is not None
    assert second is not None
    assert ("timeout", "", True) == (first.kind, second.kind, second.moved)


def test_git_gets_none_of_our_secrets(folder: Path, team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment holds what reaching a remote takes; a token of ours it never sees."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    seen = folder.parent / "environment"
    git(folder, "remote", "set-url", "origin", "ssh://git@rules.example/rules.git")
    git(folder, "config", "core.sshCommand", f"env > {seen}; false")
    found = pulled(folder)

    assert found is not None
    assert "xoxb" not in seen.read_text()
    assert "HOME=" in seen.read_text()
    assert "GIT_TERMINAL_PROMPT=0" in seen.read_text()


def test_a_remote_that_never_answers_is_left(folder: Path, team: Path) -> None:
    """At the deadline git is ended together with what it started."""
    alive = folder.parent / "alive"
    git(folder, "remote", "set-url", "origin", "ssh://git@rules.example/rules.git")
    git(folder, "config", "core.sshCommand", f"sleep 2; touch {alive}; false")
    found = pulled(folder, seconds=0.1)

    assert found is not None
    assert "timeout" == found.kind
    threading.Event().wait(3)
    assert not alive.exists()


def test_only_clones_with_a_remote_are_pulled(tmp_path: Path) -> None:
    """A plain folder and the program's own checkout are no clones; a repository without remote is nothing to pull."""
    plain, alone = tmp_path / "plain", tmp_path / "alone" / "rules"
    plain.mkdir()
    alone.mkdir(parents=True)
    git(alone.parent, "init", "--quiet")

    assert [alone.parent] == clones([plain, alone, alone.parent, Path(rules.__file__).parent / "packs"])
    assert pulled(alone.parent) is None


def test_no_git_on_the_machine(folder: Path, team: Path) -> None:
    """Where git is missing the remedy is to install it."""
    found = pull(folder, {"PATH": "/nonexistent"}, lambda: False)

    assert found is not None
    assert ("git", True) == (found.kind, "install git" in found.remedy)


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["", ""], [False, False]),
        (["auth", "auth", "", ""], [True, False, True, False]),
        (["auth", "diverged", ""], [True, True, True]),
        (["network", "", "network", ""], [False, False, False, False]),
        (["network", "timeout", "timeout", "network", ""], [False, True, False, True, True]),
        (["network", "auth", ""], [False, True, True]),
    ],
)
def test_each_state_is_told_once(kinds: list[str], told: list[bool]) -> None:
    """A trouble is told when it begins and when it is over; a host away for one pull is told at neither."""
    noted, heard = "", []
    for kind in kinds:
        noted, tell = after(noted, kind)
        heard.append(tell)

    assert told == heard


def test_the_bot_pulls_and_uses_what_it_pulled(
    folder: Path, team: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit that the team pushed alerts without anybody touching this machine; trouble is told, once, and its end."""
    monkeypatch.setattr(reload, "SETTLE_SECONDS", 0.0)

    async def story(bot: Bot) -> None:
        assert not await bot.article("The train came.")
        edited(team)
        bot.house.pulled_at = None
        await bot.told()
        await bot.house.pulling  # type: ignore[misc]  # there is one
        await bot.told()
        assert await bot.article("Another train came.")

        edited(team, "more.toml", "# theirs\n")
        (folder / "ours.toml").write_text("# ours\n")
        commit(folder, "ours")
        assert 1 == await notes(bot, 3)
        git(folder, "reset", "--quiet", "--hard", "@{upstream}")
        assert 2 == await notes(bot, 3)

    run(replace(settings_of(folder, sqlite_url), pull_minutes=1), story)


async def notes(bot: Bot, rounds: int) -> int:
    """How many notes about git the admins have after some rounds, each with a pull."""
    for _ in range(rounds):
        bot.house.pulled_at = None
        await bot.told(1)
        if bot.house.pulling:
            await bot.house.pulling
    await bot.told(1)
    return sum("told:git" in str(body["metadata"]) for body in bot.posted if body["channel"] == ADMINS)
