"""Rules written into a file that people edit: what is added keeps their notes, their order and their spacing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from rules.problem import DatelineError
from rules.workbench.draft import list_lines, rule_lines

if TYPE_CHECKING:
    from tomlkit.items import Table

    from rules.workbench.draft import Draft


def extended(text: str, draft: Draft) -> str:
    """A rule file with one more rule: its words join the file's [lists], the rule comes last. Raises DatelineError."""
    try:
        document = tomlkit.parse(text)
        if draft.label:
            _table(document, "topics")[draft.topic] = draft.label
        lists = _table(document, "lists")
        lists[draft.list_name] = tomlkit.parse(list_lines(draft))[draft.list_name]
        lists.add(tomlkit.nl())
    except TOMLKitError as error:
        raise DatelineError(f"the file cannot be read: {error}. Run: dateline rules check") from error
    return f"{tomlkit.dumps(document).rstrip()}\n\n{rule_lines(draft)}"


def _table(document: tomlkit.TOMLDocument, name: str) -> Table:
    if name not in document:
        document[name] = tomlkit.table()
    return cast("Table", document[name])
