"""Abilities beside the snapshots that they were worked out from."""

import sqlalchemy as sa
from alembic import op

revision = "fits"
down_revision = "facts"


def upgrade() -> None:
    op.create_table(
        "fits",
        sa.Column("snapshot", sa.Integer, sa.ForeignKey("snapshots.number"), primary_key=True),
        sa.Column("method", sa.Integer, nullable=False),
        sa.Column("abilities", sa.LargeBinary),
        sa.Column("failed", sa.Text),
    )
