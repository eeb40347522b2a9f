"""What is added to config.toml: at its end, and nothing else in it moves; nothing that would not load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.config.edit import append, tables_of
from monitor.config.load import load_settings
from monitor.errors import ConfigError, DatelineError
from monitor.settings import FeedSettings
from tests.test_monitor_config import written

if TYPE_CHECKING:
    from pathlib import Path

FEED = FeedSettings("https://a.example/feed", "O'Brien's \"Paper\"", "Baltimore, MD", urgent=False)
PAGE = FeedSettings("https://b.example/p", "B", kind="page", selector="#policy > p")


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    """Names with quotes in them too."""
    file = written(tmp_path)
    append(file, tables_of([FEED, PAGE]), {})
    added = load_settings(file, {}).feeds[1:]
    assert [FEED, PAGE] == [FeedSettings(one.url, one.outlet, one.home, 0, one.kind, one.selector, one.urgent)
                            for one in added]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_every_byte_that_was_there_stays(tmp_path: Path, end: str, mark: bytes) -> None:
    """Comments, blanks and the way lines end are their owner's."""
    file = written(tmp_path, "# ours, kept   \n[polling]  # so\ninterval_minutes   =  30\n")
    before = mark + file.read_bytes().replace(b"\n", end.encode())
    file.write_bytes(before)
    append(file, tables_of([PAGE]), {})
    added = tables_of([PAGE]).replace("\n", end).encode()
    assert before.rstrip() + 2 * end.encode() + added == file.read_bytes()


def test_folders_stand_above_their_first_feed() -> None:
    """As comments, as in the configuration that is shipped."""
    text = tables_of([FeedSettings("https://a.example/feed", "A"), PAGE], {"https://a.example/feed": "Maryland"})
    assert text.startswith("# Maryland\n\n[[feed]]\nurl = 'https://a.example/feed'\noutlet = 'A'\n\n[[page]]")


def test_a_configuration_that_would_not_load_is_never_written(tmp_path: Path) -> None:
    """The file stays as it was, and nothing is left beside it."""
    file = written(tmp_path)
    before = file.read_bytes()
    with pytest.raises(ConfigError) as refused:
        append(file, tables_of([PAGE, PAGE]), {})
    assert [("C151", str(file))] == [(one.code, one.file) for one in refused.value.problems]
    assert before == file.read_bytes()
    assert [file] == list(tmp_path.iterdir())


def test_mode_and_link_are_kept(tmp_path: Path) -> None:
    """A file that only its owner may read stays so, and a link goes on to lead to the file."""
    (tmp_path / "real").mkdir()
    file = written(tmp_path / "real")
    file.chmod(0o640)
    link = tmp_path / "config.toml"
    link.symlink_to(file)
    append(link, tables_of([PAGE]), {})
    assert link.is_symlink()
    assert (0o640, True) == (file.stat().st_mode & 0o777, "[[page]]" in file.read_text())


def test_what_cannot_be_written_is_shown_to_be_copied(tmp_path: Path) -> None:
    """In a container the file is often mounted read-only: the person gets the lines."""
    with pytest.raises(DatelineError) as refused:
        append(tmp_path / "gone" / "config.toml", tables_of([PAGE]), {})
    assert "No such file or directory. Nothing was changed." in str(refused.value)
    assert tables_of([PAGE]) in str(refused.value)
