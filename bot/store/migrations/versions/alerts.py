"""Who is told what, and what was told."""

import sqlalchemy as sa
from alembic import op

revision = "alerts"
down_revision = "boards"


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("guild", sa.Integer),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("person", sa.Integer),
        sa.Column("taste", sa.Text, nullable=False),
        sa.Column("frequency", sa.Text, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("role", sa.Integer),
        sa.Column("paused", sa.Text),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Text),
        sa.Column("silent_since", sa.Text),
        sa.Column("left_at", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_guild", "subscriptions", ["guild"])
    op.create_index("ix_subscriptions_place", "subscriptions", ["place"])
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("news", sa.Boolean, nullable=False),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("method", sa.Integer),
        sa.Column("changes", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "held",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("subscription", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.Text),
        sa.Column("publisher", sa.Text),
        sa.Column("lease", sa.Text),
        sa.Column("message", sa.Integer),
        sqlite_autoincrement=True,
    )
    # Only what is still open is looked through, place by place.
    op.execute("CREATE INDEX deliveries_open ON deliveries (place, number) WHERE state IN ('due', 'sending')")
    op.create_index("ix_deliveries_subscription", "deliveries", ["subscription"])
