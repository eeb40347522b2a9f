"""Writing into a team's rule folder: whole files at once, and shipped packs never.

A file is written beside its place and moved there, so that a bot which looks in between never reads half of one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import rules
from monitor.errors import DatelineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import Settings

SCHEMA = "rules.schema.json"
_NO_FOLDER = """\
no folder of your own rules is configured. Make a folder beside {config}, and name it there:

[rules]
packs   = [{packs}]
folders = ['team-rules']"""


def own_folder(settings: Settings) -> Path:
    """Where new rules go: the first folder of config.toml. Raises DatelineError with what to write there."""
    if settings.rule_folders:
        return settings.rule_folders[0]
    packs = ", ".join(f"'{name}'" for name in settings.packs)
    raise DatelineError(_NO_FOLDER.format(config=settings.file.name, packs=packs))


def write_text(path: Path, text: str) -> None:
    """Put a text in a file's place at once, with the file's own ends of lines. Raises DatelineError."""
    try:
        old = path.read_bytes() if path.exists() else b""
        if b"\r\n" in old:
            text = text.replace("\n", "\r\n")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".dateline-")
        with os.fdopen(handle, "wb") as file:
            file.write((b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + text.encode())
        Path(name).chmod(path.stat().st_mode & 0o777 if old else 0o644)
        Path(name).replace(path)
    except OSError as error:
        raise DatelineError(f"{path} cannot be written: {error.strerror}. Check the folder's permissions") from error


def schema() -> str:
    """The JSON Schema of rule files, as it is shipped."""
    return (Path(rules.__file__ or "").parent / SCHEMA).read_text("utf-8")


def write_schema(folder: Path) -> None:
    """Put the schema beside the rules, where an editor finds it; a newer version replaces it."""
    known = folder / SCHEMA
    if not known.is_file() or known.read_text("utf-8") != schema():
        write_text(known, schema())


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """A new folder with these files, there at once or not at all. Raises DatelineError where it holds something."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise DatelineError(f"{folder} exists and is not empty: name a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".dateline-"))
        try:
            for name, text in files.items():
                (made / name).write_text(text, "utf-8")
            made.chmod(0o755)
            made.replace(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise DatelineError(f"{folder} cannot be written: {error.strerror}") from error
