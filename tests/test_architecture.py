"""House rules that a machine can hold: which way imports point, one room a library, small pieces, no side effects."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("monitor", "rules", "storage")
SOURCES = [ROOT / "bot.py", *sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))]

# What each package may import of ours.
ALLOWED = {
    "rules": {"rules"},
    "storage": {"rules", "storage"},
    "monitor": {"rules", "storage", "monitor"},
    "bot.py": {"rules", "storage", "monitor"},
}
# One room a foreign library; everything else reaches it through that room.
ROOMS = {
    "httpx": ["monitor/collect/fetch.py", "monitor/collect/transport.py"],
    "httpcore": ["monitor/collect/guard.py", "monitor/collect/fetch.py", "monitor/collect/transport.py"],
    "feedparser": ["monitor/collect/feed.py"],
    "trafilatura": ["monitor/collect/page.py"],
    "slack_sdk": ["monitor/slack/"],
    "aiohttp": ["monitor/slack/", "monitor/collect/transport.py"],
    "httpx_aiohttp": ["monitor/collect/transport.py"],
    "yarl": ["monitor/collect/transport.py"],
    "lxml": ["monitor/collect/"],
    "protego": ["monitor/collect/robots.py"],
    "cssselect": ["monitor/collect/watch.py"],
    "sqlalchemy": ["storage/", "monitor/digest/", "monitor/outbox/", "monitor/why/", "monitor/talk/",
                   "monitor/notes.py", "monitor/tell.py", "monitor/cycle.py", "monitor/group.py",
                   "monitor/retention.py",
                   "monitor/ruleset/reload.py", "monitor/collect/store.py",
                   "monitor/commands/"],  # beside storage, annotations
    "alembic": ["storage/migrations/"],
    "apscheduler": ["bot.py"],
    "lark": ["rules/query/parse.py"],
    "lingua": ["rules/article/language.py"],
    "tomlkit": ["rules/workbench/export.py", "rules/workbench/written.py"],
}
PURE = ["monitor/collect/plan.py", "monitor/collect/entries.py", "monitor/collect/schedule.py",
        "monitor/collect/moved.py", "monitor/collect/rhythm.py", "monitor/collect/outage.py",
        "monitor/collect/urgency.py", "monitor/trouble.py", "monitor/commands/table.py",
        "monitor/commands/feeds_text.py", "monitor/digest/compose.py",
        "monitor/digest/routing.py", "monitor/digest/urgent.py", "monitor/digest/flood.py", "monitor/digest/draft.py",
        "monitor/droughts.py", "monitor/digest/mutes.py", "monitor/digest/view.py", "monitor/why/mutes.py",
        "monitor/slack/heard.py", "monitor/talk/model.py", "monitor/talk/typed.py", "monitor/talk/wanted.py",
        "monitor/talk/found.py",
        "monitor/digest/slots.py", "monitor/digest/story.py", "monitor/digest/updates.py", "monitor/why/merges.py",
        "monitor/why/pair.py", "monitor/why/channels.py", "monitor/slack/classify.py", "monitor/health.py",
        *sorted(f"monitor/stories/{path.name}" for path in (ROOT / "monitor/stories").glob("*.py")),
        *sorted(f"monitor/slack/render/{path.name}" for path in (ROOT / "monitor/slack/render").glob("*.py")),
        *sorted(f"monitor/words/{path.name}" for path in (ROOT / "monitor/words").glob("*.py"))]
RULE_ROOMS = ("article", "query", "places", "engine", "files", "workbench")  # each knows those before it
FORBIDDEN_WORDS = ("manager", "handler", "processor", "helper", "util")


def name(path: Path) -> str:
    """The path as the tables above write it."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path, *, running: bool = False) -> set[str]:
    """Dotted names a module imports; with `running`, without what stands under TYPE_CHECKING."""
    tree = ast.parse(path.read_text())
    skipped = {id(node) for block in ast.walk(tree)
               if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
               for child in block.body for node in ast.walk(child)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if running and id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_imports_point_one_way(path: Path) -> None:
    """Rules know nobody, storage knows rules, monitor knows both."""
    ours = {imported.split(".")[0] for imported in imports(path)} & {"rules", "storage", "monitor", "bot"}

    assert set() == ours - ALLOWED[path.relative_to(ROOT).parts[0]]


@pytest.mark.parametrize("at", range(len(RULE_ROOMS)), ids=RULE_ROOMS)
def test_rooms_of_the_rules_point_one_way(at: int) -> None:
    """A room of rules/ imports the rooms before it, never one after it, not even for annotations."""
    later = {f"rules.{room}" for room in RULE_ROOMS[at + 1:]}
    used = {".".join(dotted.split(".")[:2]) for path in (ROOT / "rules" / RULE_ROOMS[at]).glob("*.py")
            for dotted in imports(path)}

    assert set() == used & later


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_each_library_has_one_room(path: Path) -> None:
    """A foreign library is imported in its own room and nowhere else."""
    for imported in {dotted.split(".")[0] for dotted in imports(path)} & ROOMS.keys():
        assert any(name(path).startswith(room) for room in ROOMS[imported]), f"{imported} in {name(path)}"


@pytest.mark.parametrize("path", PURE)
def test_pure_modules_touch_nothing(path: str) -> None:
    """Deciding modules neither store nor fetch."""
    running = {dotted.split(".")[0] for dotted in imports(ROOT / path, running=True)}

    assert set() == running & {"storage", "httpx", "httpcore", "slack_sdk", "sqlalchemy", "asyncio", "socket"}


def test_nothing_reads_the_clock_below_the_commands() -> None:
    """`now` is an argument: only the program and its commands ask the clock."""
    asking = [name(path) for path in SOURCES if "datetime.now(" in path.read_text() or "utcnow(" in path.read_text()]

    assert [] == [path for path in asking if path != "bot.py" and not path.startswith("monitor/commands/")]


def functions() -> list[tuple[str, int]]:
    """Every function with its lines, docstring left out."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if ast.get_docstring(node):
                    docstring = node.body[0]
                    lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
                if not name(path).startswith("storage/migrations/versions"):
                    found.append((f"{name(path)}:{node.name}", lines))
    return found


def test_functions_stay_short() -> None:
    """Median 8 lines, nine in ten under 30, none over 60."""
    lines = sorted(length for _, length in functions())

    assert statistics.median(lines) <= 8
    assert lines[int(len(lines) * 0.9)] <= 30
    assert [] == [found for found in functions() if found[1] > 60]


def test_files_stay_small() -> None:
    """A file is one room: about 300 lines."""
    long = [(name(path), count) for path in SOURCES if (count := len(path.read_text().splitlines())) > 330]

    assert [] == [found for found in long if not found[0].startswith("storage/migrations/versions")]


def test_names_say_what_things_are() -> None:
    """No class and no module is called by a word that says nothing."""
    classes = [node.name for path in SOURCES for node in ast.walk(ast.parse(path.read_text()))
               if isinstance(node, ast.ClassDef)]
    named = [path.stem for path in SOURCES] + classes

    assert [] == [found for found in named if any(word in found.lower() for word in FORBIDDEN_WORDS)]


def test_broad_excepts_are_few() -> None:
    """At most three in the whole program, each at a job's boundary."""
    broad = [f"{name(path)}:{node.lineno}" for path in SOURCES for node in ast.walk(ast.parse(path.read_text()))
             if isinstance(node, ast.ExceptHandler)
             and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))]

    assert len(broad) <= 3, broad


def test_quick_commands_stay_light() -> None:
    """Help and rule checking start without the database, HTTP and Slack libraries."""
    program = (
        "import sys, bot, contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): bot.main(['--help'])\n"
        "with contextlib.redirect_stdout(io.StringIO()): bot.main(['rules', 'check'])\n"
        "heavy = {'sqlalchemy', 'httpx', 'slack_sdk', 'aiohttp', 'feedparser', 'trafilatura'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert "[]" == out.stdout.strip().splitlines()[-1]


def test_importing_does_nothing() -> None:
    """Every module can be imported without environment, files or network."""
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES
               if not name(path).startswith("storage/migrations/") and path.name != "child.py"]
    program = "import importlib, socket\nsocket.socket.connect = None\n" + "\n".join(
        f"importlib.import_module({module.removesuffix('.__init__')!r})" for module in modules)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False,
                          cwd=ROOT, env={"PATH": "/usr/bin:/bin"})

    assert "" == done.stdout + done.stderr


def test_versions_agree() -> None:
    """The program says the version that the package has."""
    import tomllib

    import bot

    assert bot.VERSION == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
