"""The budget that a score was measured with, and the noise that its source states."""

import sqlalchemy as sa
from alembic import op

revision = "score_settings"
down_revision = "provenance"


def upgrade() -> None:
    op.add_column("scores", sa.Column("budget_tokens", sa.Integer))
    op.add_column("scores", sa.Column("noise", sa.Text))
