"""Documents and packaging hold what they promise: links lead somewhere, commands exist, files reach the image."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

import bot
from monitor.commands import stories_text
from monitor.stories.compare import THRESHOLD, compare
from monitor.words.reasons import reasons
from tests.story_labels import labels

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_CODE = re.compile(r"```[^\n]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
# Where a shell looks for a command: first in the line, or by its path.
_COMMAND = re.compile(r"(?:^ *|\$ |bin/)dateline((?: +[A-Za-z-][\w=:./-]*)+)", re.MULTILINE)


def prose_of(document: Path) -> str:
    """A document without its code blocks, in which brackets and # mean other things."""
    return _FENCE.sub("", document.read_text(encoding="utf-8"))


def anchors_of(document: Path) -> set[str]:
    """The fragments of its headings, as GitHub makes them."""
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose_of(document)))
    return {heading.strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_resolve(document: str) -> None:
    """A link to a file of the repository leads to one that is there, and its fragment to a heading."""
    broken = []
    for link in _LINK.findall(prose_of(ROOT / document)):
        target, _, fragment = unquote(link).partition("#")
        if ":" in target:
            continue
        file = (ROOT / document).parent / target if target else ROOT / document
        if not file.exists() or (fragment and fragment not in anchors_of(file)):
            broken.append(link)
    assert [] == broken


@cache
def command_options() -> dict[tuple[str, ...], set[str]]:
    """Every command of the program, as a path of words, with its options."""
    found: dict[tuple[str, ...], set[str]] = {}
    waiting: list[tuple[tuple[str, ...], argparse.ArgumentParser]] = [((), bot.build_parser())]
    while waiting:
        path, parser = waiting.pop()
        found[path] = {option for action in parser._actions for option in action.option_strings}
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += [((*path, name), command) for name, command in action.choices.items()]
    return found


def unknown_part(words: list[str]) -> str:
    """The first word of a command line that the program would not take; empty where it takes all."""
    commands = command_options()
    path: tuple[str, ...] = ()
    for word in words:
        if word.startswith("-"):
            if word.partition("=")[0] not in commands[path] | commands[()]:
                return word
        elif (*path, word) in commands:
            path = (*path, word)
        elif any(len(known) > len(path) and known[:len(path)] == path for known in commands):
            return word
    return ""


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist(document: str) -> None:
    """What stands in code as a command of dateline is one, with that option."""
    text = (ROOT / document).read_text(encoding="utf-8")
    code = "\n".join(block or inline for block, inline in _CODE.findall(text))
    lines = [match.split() for match in _COMMAND.findall(code)]
    assert [] == [" ".join(words) for words in lines if unknown_part(words)]


@pytest.mark.parametrize(
    ("line", "part"),
    [("rules check --config x", ""), ("purge --older-than 30d", ""), ("feeds lst", "lst"), ("check --pots", "--pots")],
)
def test_the_command_check_finds_what_is_wrong(line: str, part: str) -> None:
    """The check above would be worthless if it accepted anything."""
    assert part == unknown_part(line.split())


def tracked_files() -> list[Path]:
    """Text files that are, or are about to be, in the repository."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout, so that what belongs to the repository is not known")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# Home folders of people and of root, a folder of this checkout's own, package indexes other than the public default
# (and the namespace of RSS 0.9, which is called like one).
_PRIVATE = re.compile(
    r"/home/\w+/|/Users/\w+/|(?<![\w/])/root/|--(?:extra-)?index-url\s+\S|https?://[^\s/]+/(?:\S*/)?(?<!/rdf/)simple/"
)


def test_nothing_of_one_machine_is_in_the_repository() -> None:
    """No package index, no absolute path of a developer's machine stands in any text file."""
    found = []
    for file in tracked_files():
        content = file.read_bytes()
        if b"\0" in content or file == Path(__file__):
            continue
        text = content.decode("utf-8", "replace")
        found += [f"{file.name}: {hit[0]}" for hit in _PRIVATE.finditer(text)]
        found += [f"{file.name}: {ROOT}"] if f"{ROOT}/" in text else []
    assert [] == found


def test_the_explained_pair_is_what_the_program_says() -> None:
    """Reasons, points and threshold in the guide to stories are those of these two labelled articles."""
    known = labels("raids_east").features
    verdict = compare(known["balt-seafood-wire"], known["balt-seafood-voz"])
    said = (ROOT / "docs/stories.md").read_text(encoding="utf-8")
    assert f"From {THRESHOLD:.1f} on two articles are one event" in said
    assert "\n".join(stories_text.points(verdict, THRESHOLD)) in said
    assert f"because: {reasons(verdict)}" in " ".join(said.split())


def packaged() -> list[str]:
    """What the wheel is made of."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    return list(build["targets"]["wheel"]["only-include"])


def test_the_image_gets_everything_the_wheel_is_made_of() -> None:
    """A new package that the Dockerfile or .dockerignore does not know would be missing in the container only."""
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = " ".join(re.findall(r"^COPY (?!--from)(.*) \S+$", image, re.MULTILINE))
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert [] == [name for name in packaged() if name not in copied.split() or f"!{name}" not in let_in]


def started() -> list[list[str]]:
    """The command lines of the image (start and health) and of the systemd unit, without the program."""
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    unit = (ROOT / "docs" / "dateline.service").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in re.findall(r"^ *CMD (\[.*\])$", image, re.MULTILINE)]
    lines += [line.split() for line in re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)]
    return [line[1:] if line[0].endswith("/dateline") else line for line in lines]


def test_container_and_unit_start_commands_that_exist() -> None:
    """Start of the image, its health check, and the unit's start are understood by the program."""
    parsed = [bot.build_parser().parse_args(line) for line in started()]
    assert ["bot:run", "bot:run", "status:status"] == sorted(args.run for args in parsed)
