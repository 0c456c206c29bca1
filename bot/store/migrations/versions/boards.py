"""What other sites say of a model beside our own figures: places on their boards, and other prices."""

import sqlalchemy as sa
from alembic import op

revision = "boards"
down_revision = "fits"


def _fact(name: str, *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("since", sa.Integer, sa.ForeignKey("snapshots.number"), nullable=False),
        sa.Column("until", sa.Integer, sa.ForeignKey("snapshots.number")),
        sa.Column("number", sa.Integer, sa.ForeignKey("numbers.number"), nullable=False),
        *columns,
    )


def upgrade() -> None:
    _fact(
        "boards",
        sa.Column("board", sa.Text, nullable=False),
        sa.Column("listed", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("score", sa.Text, nullable=False),
        sa.Column("low", sa.Text),
        sa.Column("high", sa.Text),
        sa.Column("source_url", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
    )
    _fact(
        "quotes",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("input", sa.Text, nullable=False),
        sa.Column("output", sa.Text, nullable=False),
        sa.Column("source_url", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
    )
