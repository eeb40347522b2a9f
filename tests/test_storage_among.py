"""Rows chosen by many keys at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, func, insert, select, update

from storage.among import execute_among
from storage.schema import about

if TYPE_CHECKING:
    from storage.database import Database

MOST = 40_000  # more than SQLite takes as parameters of one statement
_ALL = select(about.c.key)
_MARK = update(about).values(value=bindparam("mark"))


@pytest.mark.parametrize(("values", "expected"), [
    (["a", "c", "x"], ["a", "c"]), ([f"{number}" for number in range(MOST)] + ["b"], ["b"]),
    (["it's", '"b"'], ["it's"]), ([], []),
], ids=["some", "many", "quotes", "none"])
def test_the_rows_with_one_of_the_values_are_found(database: Database, values: list[str], expected: list[str]) -> None:
    """However many values there are, and whatever stands in them."""
    with database.write() as connection:
        connection.execute(insert(about), [{"key": key, "value": ""} for key in ("a", "b", "c", "it's")])
        assert expected == sorted(row.key for row in execute_among(connection, _ALL, about.c.key, values))


def test_the_rows_with_one_of_the_values_are_changed(database: Database) -> None:
    """And no others."""
    with database.write() as connection:
        connection.execute(insert(about), [{"key": key, "value": ""} for key in "abc"])
        execute_among(connection, _MARK, about.c.key, {"a", "c", "x"}, mark="seen")
        marked = select(func.count()).where(about.c.value == "seen", about.c.key.in_(("a", "c")))
        assert (2, 2) == (connection.scalar(marked),
                          connection.scalar(select(func.count()).where(about.c.value == "seen")))
