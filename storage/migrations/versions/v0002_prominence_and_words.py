"""Prominence, stance and relevance of matches; the rule sets that were active; the full-text index of articles.

Columns are added and dropped in place, never by copying a table: dropping the old copy of a table that others point at
would delete their rows with it (ON DELETE CASCADE holds inside a migration too).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

def upgrade() -> None:
    # What was found before was posted: every match alerted.
    op.add_column("matches", sa.Column("prominence", sa.String(length=10), nullable=False, server_default="body"))
    op.add_column("matches", sa.Column("alerts", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("matches", sa.Column("stance", sa.JSON(), nullable=True))
    op.add_column("matches", sa.Column("graphic", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("matches", sa.Column("relevance", sa.JSON(), nullable=True))
    op.add_column("articles", sa.Column("indexed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_articles_indexed"), "articles", ["indexed"], unique=False)
    op.create_table(
        "rule_sets",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rule_sets")),
    )
    words.create(op.get_bind())


def downgrade() -> None:
    words.drop(op.get_bind())
    op.drop_table("rule_sets")
    op.drop_index(op.f("ix_articles_indexed"), table_name="articles")
    op.drop_column("articles", "indexed")
    for name in ("relevance", "graphic", "stance", "alerts", "prominence"):
        op.drop_column("matches", name)
