"""Stories: articles of one event, what they are compared by, and messages that go into an earlier message's thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["stories.id"], name=op.f("fk_stories_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stories_merged_into"), "stories", ["merged_into"], unique=False)
    op.create_table(
        "story_articles",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copy_of", sa.Integer(), nullable=True),
        sa.Column("features", sa.JSON(), nullable=True),
        sa.Column("because", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_story_articles_article_id"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_articles_story_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_story_articles")),
    )
    op.create_index(op.f("ix_story_articles_story_id"), "story_articles", ["story_id"], unique=False)
    op.create_table(
        "story_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_story_keys_article_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "article_id", name=op.f("pk_story_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_story_keys_article_id"), "story_keys", ["article_id"], unique=False)
    op.add_column("digests", sa.Column("thread_of", sa.String(length=80), nullable=True))
    op.add_column("deliveries", sa.Column("thread_of", sa.String(length=80), nullable=True))


def downgrade() -> None:
    _leave_threads()
    for table in ("deliveries", "digests"):
        op.drop_column(table, "thread_of")
    for table in ("story_keys", "story_articles", "stories"):
        op.drop_table(table)


def _leave_threads() -> None:
    """Updates that wait go into the channel itself: without the column each would wait for itself, as its own reply."""
    deliveries = sa.table("deliveries", sa.column("id"), sa.column("in_thread", sa.Boolean()), sa.column("thread_of"),
                          sa.column("state"), sa.column("body", sa.JSON()))
    connection = op.get_bind()
    replies = deliveries.c.thread_of.is_not(None)
    waiting = sa.select(deliveries.c.id, deliveries.c.body).where(replies, deliveries.c.state == "pending")
    for row in connection.execute(waiting).all():
        body = {key: value for key, value in row.body.items() if key != "reply_broadcast"}
        connection.execute(deliveries.update().where(deliveries.c.id == row.id).values(body=body))
    connection.execute(deliveries.update().where(replies).values(in_thread=False))
