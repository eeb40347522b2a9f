"""Alembic's entry: it runs on the connection that `run.py` hands over, and nowhere else."""

from __future__ import annotations

from alembic import context

from storage.schema import metadata

# Batch mode: SQLite cannot alter most things in place, so tables are copied and renamed.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
