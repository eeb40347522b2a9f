"""Alembic, driven from code: the tables are brought up to date at every start, inside one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to `revision`. Raises StorageError where a newer Dateline has written them."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config = _config(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to `revision`, for tests and for leaving a release that disappoints."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection, config: Config) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StorageError(f"the database was written by a newer Dateline (its tables are at {current}): "
                           "install that version again, or put back the backup from before the upgrade")
