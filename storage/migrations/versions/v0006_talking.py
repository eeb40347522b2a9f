"""The talk back: presses, judgements, mutes, items taken, and messages to be drawn again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "presses",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_presses")),
    )
    op.create_index(op.f("ix_presses_at"), "presses", ["at"])
    op.create_index(op.f("ix_deliveries_ts"), "deliveries", ["ts"])
    op.add_column("digest_items", sa.Column("mute_id", sa.Integer()))
    _judged()
    _muted()
    op.create_table(
        "redraws",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("not_before", _TIME),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["deliveries.id"], name=op.f("fk_redraws_message_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_redraws")),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_deliveries_ts"), "deliveries")
    op.drop_column("digest_items", "mute_id")
    for table in ("redraws", "taken", "mutes", "feedback", "presses"):
        op.drop_table(table)


def _judged() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("person", sa.String(length=20)),
        sa.Column("pressed_at", sa.String(length=20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_feedback_article_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("channel_id", "article_id", "person",
                            name=op.f("uq_feedback_channel_id_article_id_person")),
    )
    op.create_index(op.f("ix_feedback_article_id"), "feedback", ["article_id"])
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"])


def _muted() -> None:
    op.create_table(
        "mutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("article_id", sa.Integer()),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=20)),
        sa.Column("begun_at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("ended_by", sa.String(length=20)),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_mutes_article_id"),
                                ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mutes_channel_id"), "mutes", ["channel_id"])
    op.create_index(op.f("ix_mutes_article_id"), "mutes", ["article_id"])
    op.create_table(
        "taken",
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=20)),
        sa.Column("pressed_at", sa.String(length=20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_taken_article_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel_id", "article_id", name=op.f("pk_taken")),
    )
    op.create_index(op.f("ix_taken_article_id"), "taken", ["article_id"])
    op.create_index(op.f("ix_taken_at"), "taken", ["at"])
