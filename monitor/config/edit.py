"""Writing into config.toml: feeds and pages are added at its end, and nothing else in it is touched.

People go on editing this file, so every byte of it stays, comments and all. What would come out is loaded before it
takes the file's place: a configuration with a fault in it is never written.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config.load import load_settings
from monitor.errors import ConfigError, DatelineError
from rules.files.toml_text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.settings import FeedSettings

def tables_of(sources: Sequence[FeedSettings], notes: Mapping[str, str] | None = None) -> str:
    """The sources as config.toml writes them; `notes` are comments of one line to stand above a source, by its url."""
    lines: list[str] = []
    for source in sources:
        if note := (notes or {}).get(source.url):
            lines += [f"# {note}", ""]
        lines += [_table(source), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(source: FeedSettings) -> str:
    values = {"url": source.url, "outlet": source.outlet, "home": source.home, "selector": source.selector}
    lines = [f"{key} = {quoted(value)}" for key, value in values.items() if value]
    return "\n".join([f"[[{source.kind}]]", *lines, *([] if source.urgent else ["urgent = false"])])


def append(path: Path, tables: str, environ: Mapping[str, str]) -> None:
    """Add tables at the end of the file, which keeps its mode, owner and ends of lines.

    Raises DatelineError, which repeats the tables where the file cannot be written, and ConfigError where it would not
    load with them: then nothing was written.
    """
    file = path.resolve()  # a link stays a link
    try:
        old = file.read_bytes()
        new = _extended(old, tables)
        _checked(file, new, environ)
    except OSError as error:
        raise DatelineError(f"{path} cannot be written: {error.strerror}. Nothing was changed. To add it by hand, put "
                            f"this at the end of the file:\n\n{tables}") from error


def _extended(old: bytes, tables: str) -> bytes:
    end = "\r\n" if b"\r\n" in old else "\n"
    text = old.decode("utf-8").rstrip() + f"{end}{end}{tables.replace(chr(10), end)}"
    return text.encode("utf-8")


def _checked(file: Path, new: bytes, environ: Mapping[str, str]) -> None:
    """Load what would come out, beside the file and under its names of folders, and put it in its place."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".dateline-", suffix=".toml")
    trial = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(new)
            opened.flush()
            os.fsync(opened.fileno())
        try:
            load_settings(trial, environ)
        except ConfigError as error:
            raise ConfigError([replace(one, file=one.file.replace(str(trial), str(file)))
                               for one in error.problems]) from error
        was = file.stat()
        trial.chmod(was.st_mode & 0o777)
        with contextlib.suppress(PermissionError):  # only root may give files away; others own theirs already
            os.chown(trial, was.st_uid, was.st_gid)
        trial.replace(file)
    finally:
        trial.unlink(missing_ok=True)
