"""Tables: the rows of one load, checked against each other. Sources make them, the store keeps them."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Self

from bot.catalog.catalog import Catalog
from bot.catalog.entities import UNSTATED, Benchmark, Model, Place, Price, Quote, Score, Value

ADDED_FROM = 1_000_000_000
"""Models that no folder lists have numbers from here on: more than a folder can state, so that none is ever
given to another model."""


_ALWAYS = object()


def plain(number: Decimal) -> str:
    """The exact number without exponent or idle zeros: equal numbers give equal text."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _normal(value: object) -> str:
    match value:
        case Decimal():
            return plain(value)
        case Model() | Price():
            stated = ((name, each) for name, each in value if each != UNSTATED.get(name, _ALWAYS))
            return "{" + ",".join(f"{name}:{_normal(each)}" for name, each in stated) + "}"
        case Value():
            return "{" + ",".join(f"{name}:{_normal(each)}" for name, each in _stated(value)) + "}"
        case tuple() if any(isinstance(each, Value) for each in value):
            return "(" + ",".join(map(_normal, value)) + ")"
        case str() | int() | tuple() | None:  # StrEnum and bool among them
            return repr(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"no normal form for {type(value).__name__}")


def _stated(value: Value) -> Iterator[tuple[str, object]]:
    """Fields and what they hold, but for what JSON leaves out too: the digest of earlier tables stays."""
    fields = type(value).model_fields
    for name, each in value:
        left_out = fields[name].exclude_if
        if left_out is None or not left_out(each):
            yield name, each


def _once(what: str, keys: Iterable[Hashable]) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"{what} more than once: {twice[0]!r}")


@dataclass(frozen=True)
class Tables:
    """Models, benchmarks and scores that belong together.

    ``unnumbered`` are the ids of models whose number the source does not state: theirs is a proposal, the
    store gives them the number they had before or the next that was never used. ``merged`` are the numbers
    and ids of models that are now another's, which has that id among its aliases. ``places`` and ``quotes``
    are by model id. Rows that contradict each other (an id, number or score key twice, something of a model
    or benchmark that is not listed) raise ``ValueError``.
    """

    models: tuple[Model, ...]
    benchmarks: tuple[Benchmark, ...]
    scores: tuple[Score, ...]
    unnumbered: frozenset[str] = frozenset()
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    quotes: Mapping[str, tuple[Quote, ...]] = field(default_factory=dict)
    merged: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _once("model id", (m.model_id for m in self.models))
        _once("number", (m.number for m in self.models))
        _once("benchmark id", (b.benchmark_id for b in self.benchmarks))
        _once("score", (s.key for s in self.scores))
        models, benchmarks = {m.model_id for m in self.models}, {b.benchmark_id for b in self.benchmarks}
        for score in self.scores:
            if score.model_id not in models or score.benchmark_id not in benchmarks:
                raise ValueError(f"score of something that is not listed: {score.key!r}")
        if unlisted := {*self.places, *self.quotes} - models:
            raise ValueError(f"place or quote of a model that is not listed: {min(unlisted)!r}")
        if taken := self.merged.keys() & {m.number for m in self.models if m.model_id not in self.unnumbered}:
            raise ValueError(f"number of a merged model and of another: {min(taken)}")
        for id_ in self.places:
            _once(f"board of {id_}", (place.board for place in self.places[id_]))
        for id_ in self.quotes:
            _once(f"quote of {id_}", (quote.source for quote in self.quotes[id_]))

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """The rows that a catalog was made from."""
        scores = (s for m in catalog.models for found in catalog.scores(m).values() for s in found)
        return cls(
            tuple(catalog.models.values()),
            tuple(catalog.benchmarks.values()),
            tuple(scores),
            places=catalog.places,
            quotes=catalog.quotes,
            merged={number: id_ for number, id_ in catalog.merged.items() if catalog.once_called(id_)},
        )

    def catalog(self) -> Catalog:
        """These tables as a catalog that is in no store (snapshot 0)."""
        return Catalog(
            self.models,
            self.benchmarks,
            self.scores,
            places=self.places,
            quotes=self.quotes,
            merged=self.merged,
        )

    @cached_property
    def digest(self) -> str:
        """Hash of the content: the same for any order of rows and any way to write the same number."""
        rows = ["model" + _normal(m) for m in self.models if m.model_id not in self.unnumbered]
        unnumbered = (m for m in self.models if m.model_id in self.unnumbered)
        rows += ["open" + _normal(m.model_copy(update={"number": 0})) for m in unnumbered]
        rows += ["benchmark" + _normal(b) for b in self.benchmarks]
        rows += ["score" + _normal(s) for s in self.scores]
        rows += [f"place{id_!r}" + _normal(p) for id_, each in self.places.items() for p in each]
        rows += [f"quote{id_!r}" + _normal(q) for id_, each in self.quotes.items() for q in each]
        return sha256("\n".join(sorted(rows)).encode("utf-8", "surrogatepass")).hexdigest()
