"""Collecting: what a feed taught about itself, hosts that ask for a pause, watched pages, edits of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add("feeds", *_feed_columns())
    _add("articles", sa.Column("updated_at", _TIME), sa.Column("edited_at", _TIME), _flag("flood", default=False))
    _add("entries", sa.Column("content_hash", sa.String(length=64)), _number("changes"))
    _add("matches", _flag("after_edit", default=False))
    _add("digest_items", _number("match_id"))
    _key_of_items("channel_id", "article_id", "digest_id")
    op.create_table(
        "hosts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wait_until", _TIME, nullable=True),
        sa.Column("pages_until", _TIME, nullable=True),
        sa.Column("robots", sa.Text(), nullable=True),
        sa.Column("robots_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hosts")),
    )
    op.create_table(
        "snapshots",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("noted", sa.JSON(), nullable=True),
        sa.Column("taken_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_snapshots_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("replaced_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_revisions_article_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_article_id"), "revisions", ["article_id"], unique=False)


def downgrade() -> None:
    for table in ("revisions", "snapshots", "hosts"):
        op.drop_table(table)
    _forget_repeats()
    _key_of_items("channel_id", "article_id")
    op.drop_column("digest_items", "match_id")
    op.drop_column("matches", "after_edit")
    for column in ("changes", "content_hash"):
        op.drop_column("entries", column)
    for column in ("flood", "edited_at", "updated_at"):
        op.drop_column("articles", column)
    for added in reversed(_feed_columns()):
        op.drop_column("feeds", added.name)


def _feed_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("gone_since", _TIME), _word("kind", 10, "feed"),
        sa.Column("selector", sa.Text(), nullable=False, server_default=""), _flag("urgent", default=True),
        sa.Column("fetch_url", sa.Text()), sa.Column("moved_to", sa.Text()), _number("moved_seen"),
        sa.Column("moved_since", _TIME), sa.Column("interval_minutes", sa.Integer()), sa.Column("hints", sa.JSON()),
        sa.Column("validated_url", sa.Text()), sa.Column("adopted_at", _TIME), sa.Column("origin_at", _TIME),
        sa.Column("whole_at", _TIME), sa.Column("usual_new", sa.Float()), sa.Column("usual_gap_hours", sa.Float()),
        sa.Column("flooded_at", _TIME), sa.Column("missed_at", _TIME), _flag("heavy", default=False),
        _word("told", 20, ""), sa.Column("told_at", _TIME),
    ]


def _key_of_items(*columns: str) -> None:
    """An article that was edited may stand in more than one digest of a channel."""
    with op.batch_alter_table("digest_items") as table:
        table.drop_constraint("pk_digest_items", type_="primary")
        table.create_primary_key("pk_digest_items", list(columns))


def _forget_repeats() -> None:
    """Of an article that was told again in a channel, the first telling stays."""
    op.execute("""DELETE FROM digest_items WHERE EXISTS (SELECT 1 FROM digest_items AS other
        WHERE other.channel_id = digest_items.channel_id AND other.article_id = digest_items.article_id
        AND (other.match_id < digest_items.match_id
             OR (other.match_id = digest_items.match_id AND other.digest_id < digest_items.digest_id)))""")


def _add(table: str, *columns: sa.Column[object]) -> None:
    for column in columns:
        op.add_column(table, column)


# Rows that are there get the value from the server; the tables themselves name no default of it.
def _flag(name: str, *, default: bool) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false())


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _word(name: str, length: int, default: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)
