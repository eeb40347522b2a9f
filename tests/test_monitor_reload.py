"""Rule files edited while the bot runs: whatever happens to them, what it knew goes on alerting."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.cycle import run_cycle
from monitor.errors import ConfigError
from monitor.ruleset import announce, reload
from monitor.ruleset.announce import changed_note, difference, prepare
from monitor.ruleset.files import load, look
from monitor.ruleset.reload import broken_note, renew
from rules.files.load import load_texts
from rules.problem import Problem
from storage import rule_sets
from storage.schema import matches
from tests import running
from tests.rule_bot import ADMINS, ALERTS, BUS, TRAM, Bot, rule_folder, run, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy import Connection

    from monitor.ruleset.announce import Prepared
    from monitor.ruleset.files import Loaded, Sight
    from monitor.settings import Settings
    from tests.loopback import Loopback


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes a file in steps, and every round waits for the rules that were edited before it."""
    monkeypatch.setattr(reload, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(reload, "WAIT_SECONDS", 60.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Rules that are edited."""
    return rule_folder(tmp_path)


@pytest.fixture
def settings(folder: Path, sqlite_url: str) -> Settings:
    """A bot that uses them."""
    return settings_of(folder, sqlite_url)


def broken(path: Path) -> None:
    path.write_text(BUS.replace("query = 'bus'", "query = 'bus"))


def empty(path: Path) -> None:
    path.write_text("")


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)


def unreadable(path: Path) -> None:
    path.chmod(0)


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def huge(path: Path) -> None:
    path.write_bytes(b"# " + b"x" * 10_000_000 + b"\n")


def doubled(path: Path) -> None:
    (path.parent / "again.toml").write_text(BUS)


def looped(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.toml")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def folder_gone(path: Path) -> None:
    shutil.rmtree(path.parent)


def folder_emptied(path: Path) -> None:
    for file in path.parent.glob("*.toml"):
        file.unlink()


def folder_became_a_file(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("oops")


def failing_example(path: Path) -> None:
    path.write_text(BUS.replace("The tram came.", "No bus came."))


def reads_everything(folder: Path) -> bool:
    """Whether rights mean nothing to whoever runs this, as to root."""
    probe = folder.parent / "probe"
    probe.touch(0)
    return os.access(probe, os.R_OK)


WAYS = {
    broken: "error[E", empty: "the file is empty", garbage: "not UTF-8", unreadable: "cannot be read",
    directory: "is a folder", huge: "over the limit", doubled: "bus", looped: "cannot be read",
    dangling: "mend the link", pipe: "a pipe or a device", folder_gone: "no such rule file or folder",
    folder_emptied: "holds no rule files", folder_became_a_file: "rule", failing_example: "expected no match",
}


def mend(folder: Path) -> None:
    """Put everything back as it was."""
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.unlink(missing_ok=True)
    folder.mkdir()
    (folder / "bus.toml").write_text(BUS)
    (folder / "tram.toml").write_text(TRAM)


@pytest.mark.parametrize(("way", "words"), WAYS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_the_bot_keeps_alerting(settings: Settings, way: Callable[[Path], None], words: str) -> None:
    """Whatever is done to a file, the last good rules go on; the admins hear why, once, and once that it is mended."""
    if way is unreadable and reads_everything(settings.rule_folders[0]):
        pytest.skip("root may read everything")

    async def story(bot: Bot) -> None:
        assert await bot.article("The bus came.")
        way(bot.folder / "bus.toml")
        assert await bot.article("Another bus came.")
        assert await bot.article("A third bus came.")
        (note,) = await bot.told()
        assert words in note
        assert "alerts go on" in note
        mend(bot.folder)
        assert await bot.article("A fourth bus came.")
        (note,) = await bot.told()
        assert "good again" in note

    run(settings, story)


def test_an_edit_is_in_use_within_one_round(settings: Settings) -> None:
    """The next round matches with the new rules, its matches carry their hash, and the set is stored."""
    async def story(bot: Bot) -> None:
        before = bot.house.active.ruleset.hash
        assert not await bot.article("The ferry came.")
        (bot.folder / "bus.toml").write_text(BUS.replace("'bus'\nt", "'bus'\nname = 'Ships'\nt").replace(
            "query = 'bus'", "query = 'bus OR ferry'"))
        assert await bot.article("Another ferry came.")

        after = bot.house.active.ruleset.hash
        assert before != after
        with bot.house.database.read() as connection:
            assert after == matched_by(connection)[-1]
            stored = rule_sets.last_active(connection)
        assert stored is not None
        assert (after, "bus OR ferry" in stored.texts["layers"][0]["team-rules/bus.toml"]) == (stored.hash, True)

    run(settings, story)


def matched_by(connection: Connection) -> list[str]:
    """The rule sets of all matches, oldest first."""
    return list(connection.scalars(select(matches.c.rules_hash).order_by(matches.c.id)))


def test_the_admins_hear_what_an_edit_changes(settings: Settings) -> None:
    """Over the stored articles: how many more and fewer, with links to what was lost and what was gained."""
    async def story(bot: Bot) -> None:
        for text in ("The bus came.", "A bus and a ferry.", "The ferry came.", "A quiet day."):
            await bot.article(text)
        (bot.folder / "bus.toml").write_text(BUS.replace("query = 'bus'", "query = 'ferry OR tram'").replace(
            "The bus came.", "The ferry came.").replace("The tram came.", "The bus came."))
        (bot.folder / "new.toml").write_text(TRAM.replace("tram", "quiet"))
        (bot.folder / "tram.toml").unlink()
        (note,) = await bot.told()

        assert "New rules are in use" in note
        assert "over the 4 articles of the last 30 days" in note
        assert "bus: +1, -1" in note
        assert "quiet: new rule, +1, -0" in note
        assert "tram: removed, +0, -0" in note
        assert "no longer found: Story 1\n    https://ledger.example/1" in note
        assert "found now: Story 3" in note

    run(settings, story)


def test_an_edit_that_decides_nothing(settings: Settings) -> None:
    """Another name is taken in and announced as what it is."""
    async def story(bot: Bot) -> None:
        (bot.folder / "bus.toml").write_text(BUS.replace("topics =", "name = 'Buses of the city'\ntopics ="))
        (note,) = await bot.told()
        assert "No rule decides otherwise" in note

        os.utime(bot.folder / "bus.toml")
        assert [] == await bot.told()

    run(settings, story)


def test_words_for_readers_are_taken_over(settings: Settings) -> None:
    """Spanish labels decide nothing, and the set with them is in use from the next round on."""
    async def story(bot: Bot) -> None:
        before = bot.house.active.ruleset
        (bot.folder / "bus.toml").write_text(f"{BUS}[topics_es]\nbuses = 'Autobuses'\n")
        await run_cycle(bot.house)

        after = bot.house.active.ruleset
        assert (before.hash, {}, {"buses": "Autobuses"}) == (after.hash, before.topics_es, after.topics_es)

    run(settings, story)


def test_a_deleted_file_deletes_its_rules(settings: Settings) -> None:
    """What a deleted file looked for alerts no more, and the rest goes on."""
    async def story(bot: Bot) -> None:
        assert await bot.article("The tram came.")
        (bot.folder / "tram.toml").unlink()
        assert not await bot.article("Another tram came.")
        assert await bot.article("The bus came.")

    run(settings, story)


def test_a_change_to_an_earlier_layer_is_no_mistake(settings: Settings, folder: Path) -> None:
    """What a later folder wants otherwise than the examples below it starts, and is taken up while the bot runs."""
    over = folder.parent / "over"
    over.mkdir()
    file = over / "ours.toml"
    file.write_text("[[rule]]\nid = 'bus'\nignore = ['The bus']\n")

    async def story(bot: Bot) -> None:
        assert not await bot.article("The bus came.")
        assert await bot.article("A bus came.")
        file.write_text("[[rule]]\nid = 'bus'\nignore = ['A bus']\n[[rule.example]]\nexpect = 'no match'\n"
                        "text = 'Late, and the tram came.'\n")
        assert await bot.article("The bus came back.")
        file.write_text("[[rule]]\nid = 'bus'\nignore = ['The bus']\n")
        assert not await bot.article("The bus came again.")

    run(replace(settings, rule_folders=(folder, over)), story)


def test_a_rule_that_a_channel_asks_for_cannot_be_deleted(settings: Settings) -> None:
    """A set without a rule that config.toml names never becomes active: that channel would be silent for ever."""
    async def story(bot: Bot) -> None:
        (bot.folder / "tram.toml").unlink()
        assert await bot.article("The tram came.")
        (note,) = await bot.told()
        assert "tram" in note

    (channel,) = settings.channels
    run(replace(settings, channels=(replace(channel, rules=("bus", "tram")),)), story)


def test_each_mistake_is_told_and_no_look_twice(settings: Settings) -> None:
    """Another mistake is another note, and so is the first one when it comes back after all was well."""
    async def story(bot: Bot) -> None:
        for way in (broken, garbage):
            way(bot.folder / "bus.toml")
            assert 1 == len(await bot.told())
            assert 0 == len(await bot.told())
        mend(bot.folder)
        assert 1 == len(await bot.told())
        broken(bot.folder / "bus.toml")
        assert 1 == len(await bot.told())

    run(settings, story)


def test_a_failure_of_ours_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect in the reading of rules is told like a mistake in them, and the round goes on."""
    async def story(bot: Bot) -> None:
        monkeypatch.setattr(reload, "load", None)
        (bot.folder / "tram.toml").unlink()
        assert await bot.article("The tram came.")
        (note,) = await bot.told()
        assert "defect of Dateline" in note

    run(settings, story)


def test_a_start_with_broken_files(settings: Settings, folder: Path) -> None:
    """The first start refuses them; a later one takes the last good rules, says so once, and takes the mended ones."""
    async def nothing(bot: Bot) -> None:
        assert [] == await bot.told()

    async def with_the_last_good(bot: Bot) -> None:
        assert await bot.article("The bus came.")
        (note,) = await bot.told()
        assert "started with the rules of Mon 23 Nov" in note

    async def again(bot: Bot) -> None:
        assert [] == await bot.told()
        mend(bot.folder)
        (note,) = await bot.told()
        assert "good again" in note

    broken(folder / "bus.toml")
    with pytest.raises(ConfigError):
        run(settings, nothing)
    mend(folder)
    run(settings, nothing)
    broken(folder / "bus.toml")
    run(settings, with_the_last_good)
    run(settings, again)


def test_rules_that_an_edit_does_not_move_are_named_together(settings: Settings) -> None:
    """A word that no article holds changes a rule and nothing else."""
    async def story(bot: Bot) -> None:
        await bot.article("The bus came.")
        (bot.folder / "bus.toml").write_text(BUS.replace("query = 'bus'", "query = 'bus OR zeppelin'"))
        (note,) = await bot.told()
        assert "no article more and none fewer: bus" in note

    run(settings, story)


def test_an_edit_while_the_bot_was_away_is_announced(settings: Settings, folder: Path) -> None:
    """What rules changed between two runs is told like any other edit, and once."""
    async def story(bot: Bot) -> None:
        (note,) = await bot.told()
        assert "tram: removed" in note

    async def nothing(bot: Bot) -> None:
        assert [] == await bot.told()

    run(settings, nothing)
    (folder / "tram.toml").unlink()
    run(settings, story)
    run(settings, nothing)


def test_a_comparison_that_takes_too_long_says_how_far_it_came(settings: Settings) -> None:
    """At its end of time the newest articles were read, and the note counts them."""
    async def story(bot: Bot) -> None:
        for _ in range(5):
            await bot.article("The bus came.")
        after = bot.house.active.loaded
        before = replace(after, ruleset=load_texts({"a.toml": BUS.replace("query = 'bus'", "query = 'ferry'")}))
        looks = iter([False, False, True])
        found = difference(bot.house.database, prepare(before, after), bot.house.clock(), lambda: next(looks))

        assert (5, 2) == (found.to_read, found.read)
        note = changed_note(found, after.ruleset)
        assert "time for the newest 2 of 5" in note.lines[0]

    run(settings, story)


def test_slow_rules_hold_up_no_alert(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that take long to read are read beside the rounds, which match with those before; a later round takes them.
    """
    ready = slow_loads(monkeypatch)

    async def story(bot: Bot) -> None:
        (bot.folder / "tram.toml").unlink()
        assert await bot.article("The tram came.")
        assert await bot.article("Another tram came.")
        ready.set()
        assert bot.house.reading is not None
        await bot.house.reading
        assert not await bot.article("A third tram came.")

    run(settings, story)


def slow_loads(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Rules that no reload has read before the event."""
    ready = threading.Event()

    def slow(settings: Settings, today: date) -> Loaded:
        if threading.current_thread().name == "beside":
            assert ready.wait(60)
        return load(settings, today)

    monkeypatch.setattr(reload, "load", slow)
    monkeypatch.setattr(reload, "WAIT_SECONDS", 0.0)
    return ready


def test_a_stop_waits_for_no_rules(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that is told to stop while rules are read ends without them."""
    ready = slow_loads(monkeypatch)

    async def story(bot: Bot) -> None:
        (bot.folder / "tram.toml").unlink()
        await run_cycle(bot.house)
        bot.house.stop.set()
        assert bot.house.reading is not None
        assert await bot.house.reading is None
        ready.set()

    run(settings, story)


def test_a_folder_that_nobody_may_look_into(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of a folder below that cannot be listed are not gone: it is a mistake, and they go on alerting."""
    below = folder / "below"
    below.mkdir()
    (below / "ferry.toml").write_text(TRAM.replace("tram", "ferry"))

    async def story(bot: Bot) -> None:
        with monkeypatch.context() as context:
            shut(context, below)
            assert await bot.article("The ferry came.")
            (note,) = await bot.told()
            assert "the folder cannot be read: Permission denied\n  --> team-rules/below" in note
        assert any("good again" in note for note in await bot.told())

    run(settings, story)


def shut(context: pytest.MonkeyPatch, folder: Path) -> None:
    """The folder cannot be listed; rights would not keep root from it."""
    listed = os.scandir

    def scandir(path: str = ".") -> Iterator[os.DirEntry[str]]:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    context.setattr(os, "scandir", scandir)


def test_a_start_without_rights(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the folder itself cannot be listed a first start names it, and a later one goes on with the last rules."""
    async def story(bot: Bot) -> None:
        assert await bot.article("The bus came.")
        (note,) = await bot.told()
        assert "the folder cannot be read" in note

    async def nothing(bot: Bot) -> None:
        await run_cycle(bot.house)

    with monkeypatch.context() as context:
        shut(context, folder)
        with pytest.raises(ConfigError) as refused:
            run(settings, nothing)
    run(settings, nothing)
    with monkeypatch.context() as context:
        shut(context, folder)
        run(settings, story)

    assert ["the folder cannot be read: Permission denied"] == [problem.message for problem in refused.value.problems]


def test_a_reading_that_fails_for_rights_names_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses is no defect of ours."""
    def refuses(settings: Settings, today: date) -> Loaded:
        raise PermissionError(13, "Permission denied", "/rules/x.toml")

    async def story(bot: Bot) -> None:
        monkeypatch.setattr(reload, "load", refuses)
        (bot.folder / "tram.toml").unlink()
        assert await bot.article("The tram came.")
        (note,) = await bot.told()
        assert "this cannot be read: Permission denied\n  --> /rules/x.toml" in note

    run(settings, story)


def test_an_emptied_folder_beside_others(settings: Settings, folder: Path) -> None:
    """A folder that held rules and is wholly empty keeps them in use, also over a start; a file left there ends them.
    """
    more = folder.parent / "more"
    more.mkdir()
    (more / "ferry.toml").write_text(TRAM.replace("tram", "ferry"))

    async def emptied(bot: Bot) -> None:
        (more / "ferry.toml").unlink()
        assert await bot.article("The ferry came.")
        (note,) = await bot.told()
        assert "the folder is empty" in note

    async def again(bot: Bot) -> None:
        bot.count = 10  # or its articles would be those of before
        assert await bot.article("The ferry came.")
        assert ["started with" in note for note in await bot.told()] == [True]
        (more / "ferry.toml").write_text("# They went to the harbour team.\n")
        assert not await bot.article("Another ferry came.")

    both = replace(settings, rule_folders=(folder, more))
    run(both, emptied)
    run(both, again)


def test_a_log_among_the_rules_holds_up_nothing(folder: Path) -> None:
    """Only what rules are read from is looked at: rule files, and the tables and texts that they may name."""
    seen = [look([folder])]
    for name in ("sync.log", "notes.md", "story.txt", "places.csv"):
        (folder / name).write_text("x")
        seen.append(look([folder]))

    assert [True, True, False, False] == [one == two for one, two in pairwise(seen)]


def test_files_that_never_rest_are_told(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute the admins hear, once, which file is written all the time; once it rests it is taken in."""
    number = count()

    def restless(where: Iterable[Path]) -> Sight:
        (folder / "bus.toml").write_text(f"{BUS}# {next(number)}\n{'#' * next(number)}\n")
        return look(where)

    async def story(bot: Bot) -> None:
        with monkeypatch.context() as context:
            context.setattr(reload, "look", restless)
            (note,) = await bot.told(rounds=30)
            assert "written without a pause" in note
            assert "bus.toml" in note
        assert ["New rules are in use" in note for note in await bot.told()] == [True]

    run(settings, story)


def test_what_nobody_could_be_told_is_told_after_a_start(settings: Settings) -> None:
    """A bot that dies between an edit and its note tells it in its next life, several edits as one, and once."""
    async def dies(bot: Bot) -> None:
        (bot.folder / "tram.toml").unlink()
        await renew(bot.house)
        (bot.folder / "ferry.toml").write_text(TRAM.replace("tram", "ferry"))
        await renew(bot.house)

    async def tells(bot: Bot) -> None:
        (note,) = await bot.told()
        assert "tram: removed" in note
        assert "ferry: new rule" in note

    async def nothing(bot: Bot) -> None:
        assert [] == await bot.told()

    for story in (dies, tells, nothing):
        run(settings, story)


def test_an_edit_that_is_taken_back_is_not_told(settings: Settings) -> None:
    """Where the rules are again those that admins know of there is nothing to tell."""
    async def story(bot: Bot) -> None:
        (bot.folder / "tram.toml").unlink()
        await renew(bot.house)
        mend(bot.folder)
        assert [] == await bot.told()

    run(settings, story)


def test_a_stop_waits_for_no_comparison(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that is told to stop while it makes ready to compare ends; its next life tells the edit."""
    ready = threading.Event()

    def slow(before: Loaded, after: Loaded) -> Prepared:
        assert ready.wait(60)
        return prepare(before, after)

    async def stops(bot: Bot) -> None:
        (bot.folder / "tram.toml").unlink()
        await run_cycle(bot.house)
        bot.house.stop.set()
        assert bot.house.comparing is not None
        await bot.house.comparing
        assert [] == await bot.told(rounds=0)
        ready.set()

    async def tells(bot: Bot) -> None:
        assert 1 == len(await bot.told())

    with monkeypatch.context() as context:
        context.setattr(announce, "prepare", slow)
        run(settings, stops)
    run(settings, tells)


def test_a_learned_relevance_is_announced(settings: Settings) -> None:
    """Every rule is compared then, and those that find the same are not listed."""
    async def story(bot: Bot) -> None:
        await bot.article("The bus came.")
        (bot.folder / "relevance.toml").write_text('[topic."buses"]\nthreshold = 0.5\n')
        (note,) = await bot.told()
        assert "learned relevance" in note
        assert "none fewer: every rule" in note

    run(settings, story)


def test_thousands_of_mistakes_are_counted_readably() -> None:
    """The header groups digits as every other number of a note."""
    assert "The rule files have 5,000 mistakes" == broken_note([Problem("E100", "x", "f")] * 5000).title


def test_a_learned_relevance_is_taken_in(settings: Settings) -> None:
    """What it holds for improbable alerts nobody by itself; a broken one changes nothing, and a deleted one is gone."""
    learned = '[topic."buses"]\nthreshold = 0.5\n[topic."buses".evidence]\n"always" = {}\n'

    async def story(bot: Bot) -> None:
        before = bot.house.active.ruleset.hash
        (bot.folder / "relevance.toml").write_text(learned.format(-3))
        assert not await bot.article("The bus came.")
        assert before != bot.house.active.ruleset.hash
        (bot.folder / "relevance.toml").write_text(learned.format("'much'"))
        assert not await bot.article("The second bus came.")
        assert any("must be a number" in note for note in await bot.told())
        (bot.folder / "relevance.toml").unlink()
        assert await bot.article("The third bus came.")
        assert before == bot.house.active.ruleset.hash

    run(settings, story)


def test_a_start_takes_the_learned_relevance(settings: Settings, folder: Path) -> None:
    """Also of the last good rules, where the files are broken."""
    (folder / "relevance.toml").write_text('[topic."buses"]\nthreshold = 0.5\n')

    async def story(bot: Bot) -> None:
        assert bot.house.active.loaded.relevance is not None

    run(settings, story)
    broken(folder / "bus.toml")
    run(settings, story)


def test_a_folder_under_the_rules_may_hold_anything_else(settings: Settings, folder: Path) -> None:
    """Hidden files, links in a circle and other files are no rule files, and no mistake."""
    (folder / ".git").mkdir()
    (folder / ".git" / "broken.toml").write_text("[[[")
    (folder / ".bus.toml.swp").write_bytes(b"\0")
    (folder / "circle").symlink_to(folder)
    (folder / "README.md").write_text("Ours.")

    async def story(bot: Bot) -> None:
        assert await bot.article("The bus came.")
        assert [] == await bot.told()

    run(settings, story)


def test_the_real_program_alerts_through_all_of_them(folder: Path, loopback: Loopback) -> None:
    """One process, every way in turn: each time the admins are told, an article is posted, and the mending is told."""
    ways = [way for way in WAYS if way is not unreadable or not reads_everything(folder)]
    database = folder.parent / "test.db"
    with running.slack() as slack:
        process = running.start(["run"], written_config(folder, loopback, slack.url))
        try:
            published(loopback, database, 0)
            wait_for_story(slack, 0)
            for number, way in enumerate(ways, 1):
                way(folder / "bus.toml")
                wait_for_notes(slack, 2 * number - 1)
                published(loopback, database, number)
                wait_for_story(slack, number)
                mend(folder)
                wait_for_notes(slack, 2 * number)
        finally:
            process.terminate()
            _, errors = process.communicate(timeout=30)

    assert 0 == process.returncode, errors
    assert "Traceback" not in errors
    assert len(slack.keys()) == len(set(slack.keys()))


@contextmanager
def program(config: Path, prefix: list[str]) -> Iterator[None]:
    """The running program; it must end well and without a traceback."""
    process = running.start(["run"], config, prefix=prefix)
    try:
        yield
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert (0, False) == (process.returncode, "Traceback" in errors), errors


def test_the_real_program_without_rights(folder: Path, loopback: Loopback) -> None:
    """Folders that its user may not read change nothing: neither while it runs nor at a start."""
    prefix = running.bound_by_rights()
    if prefix is None:
        pytest.skip("root may read everything, and setpriv is not installed")
    below, database = folder / "below", folder.parent / "test.db"
    below.mkdir()
    (folder / "bus.toml").rename(below / "bus.toml")
    with running.slack() as slack:
        config = written_config(folder, loopback, slack.url)
        published(loopback, database, 0)
        try:
            with program(config, prefix):
                wait_for_story(slack, 0)
                below.chmod(0)
                wait_for_notes(slack, 1)
                published(loopback, database, 1)
                wait_for_story(slack, 1)
            folder.chmod(0)
            with program(config, prefix):
                wait_for_notes(slack, 2)
                published(loopback, database, 2)
                wait_for_story(slack, 2)
        finally:
            folder.chmod(0o755)
            below.chmod(0o755)


def wait_for_notes(slack: running.Slack, count: int) -> None:
    """Until so many notes about rule files have arrived, and no more."""
    running.wait_until(lambda: count == sum(delivery.startswith("note:rules") for delivery, _ in slack.keys()))  # noqa: SIM118 - a method of ours


def wait_for_story(slack: running.Slack, number: int) -> None:
    """Until this article has arrived."""
    running.wait_until(lambda: f"|Story {number}>" in slack.text())


def written_config(folder: Path, loopback: Loopback, slack_url: str) -> Path:
    """A config.toml with these rules, one feed and two channels."""
    path = folder.parent / "config.toml"
    path.write_text(
        f"[rules]\nfolders = ['team-rules']\n[storage]\ndatabase = 'test.db'\n[slack]\nbase_url = '{slack_url}'\n"
        f"admin_channel = '{ADMINS}'\n[network]\nallow = ['127.0.0.1:{loopback.port}']\nhost_gap_seconds = 0\n"
        f"[polling]\ntick_seconds = 0.3\nfetch_pages = false\n[[feed]]\nurl = '{loopback.url('/feed')}'\n"
        f"outlet = 'Ledger'\n[[channel]]\nid = '{ALERTS}'\nslots = 'now'\ntimezone = 'America/New_York'\n")
    return path


def published(loopback: Loopback, database: Path, number: int) -> None:
    """The feed gets another article, and is asked at the next round."""
    when = format_datetime(datetime.now(UTC))
    items = "".join(f"<item><title>Story {one}</title><link>https://ledger.example/{one}</link><pubDate>{when}</pubDate>"
                    f"<description>The bus no. {one} came.</description></item>" for one in range(number + 1))
    loopback.scripts.pop("/feed", None)
    loopback.answer("/feed", f"<rss version='2.0'><channel><title>Ledger</title>{items}</channel></rss>",
                    headers={"Content-Type": "application/rss+xml"})
    if number:
        with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
            connection.execute("UPDATE feeds SET next_poll_at = '2000-01-01 00:00:00.000000'")
