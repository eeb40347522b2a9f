"""Exactly once: leases, looks and sweeps of deliveries; urgent events; how an article stands in a digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("in_thread", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("revision", "fence", "looks"):
        op.add_column("deliveries", _number(name))
    for name in ("look_at", "swept_at"):
        op.add_column("deliveries", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("digests", sa.Column("kind", sa.String(length=10), nullable=False, server_default="digest"))
    op.add_column("digest_items", sa.Column("place", sa.String(length=10), nullable=False, server_default="item"))
    op.add_column("digest_items", sa.Column("rule_id", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "leases",
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_leases")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_events_digest_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_channel", "events", ["channel_id", "first_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_events_channel", table_name="events")
    op.drop_table("events")
    op.drop_table("leases")
    for name in ("rule_id", "place"):
        op.drop_column("digest_items", name)
    op.drop_column("digests", "kind")
    for name in ("swept_at", "look_at", "looks", "fence", "revision", "in_thread"):
        op.drop_column("deliveries", name)
