"""The tables of the store.

A fact is a row with ``since`` and ``until``: it is part of every snapshot n with since <= n < until, and
still true where ``until`` is empty. So a load writes only what changed, and any snapshot can be read again.
"""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    literal_column,
)
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


# ``more`` is an object of JSON with the facts that are stated of few models, empty where none is.
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
    Column("price_more", Text),
    Column("modalities", Text),
    Column("family", Text),
    Column("parameters_b", Exact),
    Column("reasoning", Boolean),
    Column("speed_tps", Exact),
    Column("ttft_s", Exact),
    Column("more", Text),
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
    Column("budget_tokens", Integer),
    Column("noise", Exact),
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
    Column("more", Text),
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

# Who is told what, where and when. The ids of places and people are Discord's.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("guild", Integer, index=True),
    Column("place", Integer, nullable=False, index=True),
    Column("person", Integer),
    Column("taste", Text, nullable=False),
    Column("frequency", Text, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("role", Integer),
    Column("paused", Text),
    Column("told", Integer, nullable=False),
    Column("next_at", Moment),
    Column("silent_since", Moment),
    Column("left_at", Moment),
    sqlite_autoincrement=True,
)

# What changed between two snapshots. ``news`` follows one another; the others are summaries for those who
# were last told at another snapshot. ``method`` is that of the abilities of the snapshot after.
editions = Table(
    "editions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("news", Boolean, nullable=False),
    Column("before", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("method", Integer),
    Column("changes", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# Changes that take back what was told a moment ago: they wait until they have lasted.
held_changes = Table(
    "held",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("change", Text, nullable=False),
)

# One message to one place; without an edition, that its subscription is paused. ``tried_at`` is the first
# attempt that may have arrived.
deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("subscription", Integer, nullable=False, index=True),
    Column("edition", Integer),
    Column("place", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", Moment),
    Column("publisher", Text),
    Column("lease", Moment),
    Column("message", Integer),
    sqlite_autoincrement=True,
)

# Literal, or SQLite would not see that the index is for it.
OPEN = deliveries.c.state.in_((literal_column("'due'"), literal_column("'sending'")))
"""Deliveries that are not over; only these are looked through, place by place."""

Index("deliveries_open", deliveries.c.place, deliveries.c.number, sqlite_where=OPEN)

# Small things the program remembers about itself, such as the hash of the commands it told Discord.
memory = Table(
    "memory",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
