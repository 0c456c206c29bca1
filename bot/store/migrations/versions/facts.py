"""Snapshots, numbers, facts and memory."""

import sqlalchemy as sa
from alembic import op

revision = "facts"
down_revision = None


def _fact(name: str, *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("since", sa.Integer, sa.ForeignKey("snapshots.number"), nullable=False),
        sa.Column("until", sa.Integer, sa.ForeignKey("snapshots.number")),
        *columns,
    )


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("taken_at", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
    )
    op.create_table(
        "numbers",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("model_id", sa.Text, nullable=False, unique=True),
    )
    _fact(
        "models",
        sa.Column("number", sa.Integer, sa.ForeignKey("numbers.number"), nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
        sa.Column("release_date", sa.Text),
        sa.Column("open_weights", sa.Boolean),
        sa.Column("license", sa.Text),
        sa.Column("context_window_tokens", sa.Integer),
        sa.Column("max_output_tokens", sa.Integer),
        sa.Column("price_input", sa.Text),
        sa.Column("price_output", sa.Text),
        sa.Column("price_source_url", sa.Text),
        sa.Column("price_as_of", sa.Text),
        sa.Column("modalities", sa.Text),
        sa.Column("family", sa.Text),
        sa.Column("parameters_b", sa.Text),
        sa.Column("reasoning", sa.Boolean),
        sa.Column("speed_tps", sa.Text),
        sa.Column("ttft_s", sa.Text),
    )
    _fact(
        "benchmarks",
        sa.Column("benchmark_id", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("higher_is_better", sa.Boolean, nullable=False),
        sa.Column("max_score", sa.Text),
        sa.Column("weight", sa.Text),
    )
    _fact(
        "scores",
        sa.Column("number", sa.Integer, sa.ForeignKey("numbers.number"), nullable=False),
        sa.Column("benchmark_id", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("source_url", sa.Text, nullable=False),
        sa.Column("self_reported", sa.Boolean),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("effort", sa.Text),
        sa.Column("tools", sa.Boolean),
        sa.Column("harness", sa.Text),
    )
    op.create_table(
        "memory",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
