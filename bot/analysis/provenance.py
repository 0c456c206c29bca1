"""What an answer rests on: by which methods, from which snapshot and lane, and of which days."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from bot.analysis.averages import METHOD
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model, Value

HEAD = ("method", "ability_method", "snapshot", "lane")
DAYS = ("scores_as_of", "prices_as_of", "prices_until")


class Provenance(Value):
    """``ability_method`` is None where abilities were not worked out. ``scores_as_of`` is the day of the
    newest score, ``prices_as_of`` that of the oldest and ``prices_until`` that of the newest price. As in a
    catalog, ``snapshot`` is 0 where no store has it."""

    method: int
    ability_method: int | None
    snapshot: int = 0
    lane: Lane
    scores_as_of: date | None
    prices_as_of: date | None = None
    prices_until: date | None = None

    @classmethod
    def of(
        cls, catalog: Catalog, lane: Lane, scores_as_of: date | None, models: Iterable[Model] = ()
    ) -> Self:
        """That of an answer from a lane of the catalog which shows the prices of these models."""
        days = [model.price.as_of for model in models if model.price]
        return cls(
            method=METHOD,
            ability_method=catalog.ability_method,
            snapshot=catalog.snapshot,
            lane=lane,
            scores_as_of=scores_as_of,
            prices_as_of=min(days, default=None),
            prices_until=max(days, default=None),
        )


class Outdated(NamedTuple):
    """A model of an answer that has a later version, both by name."""

    name: str
    newer: str


class Answer(Value):
    """A result and what it rests on.

    JSON has no inner object for that: ``flat`` says behind which field which parts of it stand. Parts that it
    does not name are left out.
    """

    flat: ClassVar[Mapping[str, tuple[str, ...]]]

    provenance: Provenance

    @property
    def lane(self) -> Lane:
        """Which scores count in it."""
        return self.provenance.lane

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, given: Any) -> Any:
        """The fields as they are written, with the parts that stand flat put together."""
        if not isinstance(given, dict) or "provenance" in given:
            return given
        parts = {part for behind in cls.flat.values() for part in behind}
        rest = {name: value for name, value in given.items() if name not in parts}
        return {**rest, "provenance": {part: given[part] for part in parts & given.keys()}}

    @model_serializer(mode="wrap")
    def _flattened(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = write(self)
        parts, written = fields["provenance"], {}
        for name, value in fields.items():
            if name != "provenance":
                written[name] = value
            written |= {part: parts[part] for part in self.flat.get(name, ())}
        return written
