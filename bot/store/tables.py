"""The tables of the store.

A fact is a row with ``since`` and ``until``: it is part of every snapshot n with since <= n < until, and
still true where ``until`` is empty. So a load writes only what changed, and any snapshot can be read again.
"""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.catalog.tables import plain

_EXACT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,80})?")
_ROUGH_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as text, digit for digit. Reading anything else, also an exponent: ``ValueError``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else plain(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        if value is not None and not _EXACT.fullmatch(value):
            raise ValueError(value)
        return None if value is None else Decimal(value)


class Day(TypeDecorator[date]):
    """A date kept as YYYY-MM-DD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class RoughDay(TypeDecorator[str]):
    """A date of which only year or month may be known: YYYY, YYYY-MM or YYYY-MM-DD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None:
            if not _ROUGH_DAY.fullmatch(value):
                raise ValueError(value)
            date.fromisoformat(value + "-01-01"[len(value) - 4 :])
        return value


class Moment(TypeDecorator[datetime]):
    """A moment with a time zone, kept in UTC."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


class Words(TypeDecorator[tuple[str, ...]]):
    """Several texts in one field."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return json.dumps(value or (), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value)) if value else ()


metadata = MetaData()

snapshots = Table(
    "snapshots",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("taken_at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("release", Text, nullable=False),
)

# Every number ever given, with the id that its model has now or had last.
numbers = Table(
    "numbers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("model_id", Text, nullable=False, unique=True),
)


def _fact(name: str, *columns: Column[object]) -> Table:
    return Table(
        name,
        metadata,
        Column("row", Integer, primary_key=True),
        Column("since", Integer, ForeignKey("snapshots.number"), nullable=False),
        Column("until", Integer, ForeignKey("snapshots.number")),
        *columns,
    )


models = _fact(
    "models",
    Column("number", Integer, ForeignKey("numbers.number"), nullable=False),
    Column("model_id", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("aliases", Words, nullable=False),
    Column("release_date", RoughDay),
    Column("open_weights", Boolean),
    Column("license", Text),
    Column("context_window_tokens", Integer),
    Column("max_output_tokens", Integer),
    Column("price_input", Exact),
    Column("price_output", Exact),
    Column("price_source_url", Text),
    Column("price_as_of", Day),
    Column("modalities", Text),
    Column("family", Text),
    Column("parameters_b", Exact),
    Column("reasoning", Boolean),
    Column("speed_tps", Exact),
    Column("ttft_s", Exact),
)

benchmarks = _fact(
    "benchmarks",
    Column("benchmark_id", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("higher_is_better", Boolean, nullable=False),
    Column("max_score", Exact),
    Column("weight", Exact),
)

# A score belongs to the number of its model, so that a rename leaves it as it is.
scores = _fact(
    "scores",
    Column("number", Integer, ForeignKey("numbers.number"), nullable=False),
    Column("benchmark_id", Text, nullable=False),
    Column("value", Exact, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("self_reported", Boolean),
    Column("as_of", Day, nullable=False),
    Column("variant", Text, nullable=False),
    Column("effort", Text),
    Column("tools", Boolean),
    Column("harness", Text),
)

# What other sites say of a model beside our own figures: its places on their boards, and other prices.
boards = _fact(
    "boards",
    Column("number", Integer, ForeignKey("numbers.number"), nullable=False),
    Column("board", Text, nullable=False),
    Column("listed", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("score", Exact, nullable=False),
    Column("low", Exact),
    Column("high", Exact),
    Column("source_url", Text, nullable=False),
    Column("as_of", Day, nullable=False),
)

quotes = _fact(
    "quotes",
    Column("number", Integer, ForeignKey("numbers.number"), nullable=False),
    Column("source", Text, nullable=False),
    Column("input", Exact, nullable=False),
    Column("output", Exact, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("as_of", Day, nullable=False),
)

FACTS = (models, benchmarks, scores, boards, quotes)
"""Every table whose rows are part of snapshots."""

# The abilities worked out from a snapshot, or why that failed.
fits = Table(
    "fits",
    metadata,
    Column("snapshot", Integer, ForeignKey("snapshots.number"), primary_key=True),
    Column("method", Integer, nullable=False),
    Column("abilities", LargeBinary),
    Column("failed", Text),
)

# Small things the program remembers about itself, such as the hash of the commands it told Discord.
memory = Table(
    "memory",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
