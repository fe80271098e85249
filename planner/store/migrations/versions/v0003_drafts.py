"""What people have begun and not yet kept under a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of drafts, which do change."""
    op.create_table(
        "draft",
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("base_id", sa.Integer, sa.ForeignKey("version.id")),
        sa.Column("saved_at", sa.Text, nullable=False),
    )
