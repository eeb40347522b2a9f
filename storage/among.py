"""Statements over rows chosen by many keys, which go in as one parameter however many they are.

An IN with a thousand parameters is written, compiled and planned anew for each number of them, and every query that is
put together anew takes longer than SQLite takes to answer it: 0.4 ms for 125 keys, and so it is 0.1.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, any_, bindparam, func, select

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Column, Connection, Select, Update


def execute_among(
    connection: Connection, statement: Select[Any] | Update, column: Column[Any], values: Collection[object],
    **parameters: object,
) -> Iterable[Any]:
    """Run the statement for the rows in which the column holds one of the values.

    Of the statement the compiled text is kept: it must be one that its module made once.
    """
    sqlite = connection.dialect.name == "sqlite"
    listed = json.dumps(list(values)) if sqlite else list(values)
    return connection.execute(_among(statement, column, sqlite=sqlite), {"among": listed, **parameters})


@lru_cache(64)
def _among(statement: Select[Any] | Update, column: Column[Any], *, sqlite: bool) -> Select[Any] | Update:
    if sqlite:
        return statement.where(column.in_(select(func.json_each(bindparam("among")).table_valued("value").c.value)))
    return statement.where(column == any_(bindparam("among", type_=ARRAY(column.type))))
