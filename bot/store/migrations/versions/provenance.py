"""Where a price is from and under which conditions it holds, and further facts of a model."""

import sqlalchemy as sa
from alembic import op

revision = "provenance"
down_revision = "alerts"


def upgrade() -> None:
    op.add_column("models", sa.Column("price_more", sa.Text))
    op.add_column("models", sa.Column("more", sa.Text))
    op.add_column("quotes", sa.Column("more", sa.Text))
