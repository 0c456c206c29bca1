"""Values to rows and back, and which number a model has."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic_core import from_json
from sqlalchemy import Column, ColumnElement, Row, Table, or_

from bot.catalog.entities import UNSTATED, Benchmark, Model, Place, Price, Quote, Score
from bot.catalog.tables import ADDED_FROM, Tables
from bot.errors import DataError
from bot.store.tables import benchmarks, boards, models, quotes, scores

# A row without its place in the table and in time: two equal rows state the same fact.
Fact = tuple[Any, ...]
Read = TypeVar("Read", Model, Score)
_PRICED = [name for name in Price.model_fields if name not in UNSTATED]
_MODEL_FIELDS, _SCORE_FIELDS = set(Model.model_fields), set(Score.model_fields)


def columns(table: Table) -> list[Column[Any]]:
    """The columns that make up a fact, in order."""
    return [column for column in table.columns if column.name not in ("row", "since", "until")]


def valid(table: Table, snapshot: int) -> ColumnElement[bool]:
    """The rows of a table that are part of a snapshot."""
    return (table.c.since <= snapshot) & or_(table.c.until.is_(None), table.c.until > snapshot)


_MODEL, _BENCHMARK, _SCORE, _PLACE, _QUOTE = (
    [column.name for column in columns(each)] for each in (models, benchmarks, scores, boards, quotes)
)


def facts(tables: Tables, numbers: Mapping[str, int]) -> dict[Table, set[Fact]]:
    """Everything the tables state, with the number that each model id has."""
    return {
        models: {_model_fact(model, numbers[model.model_id]) for model in tables.models},
        benchmarks: {tuple(getattr(b, name) for name in _BENCHMARK) for b in tables.benchmarks},
        scores: {
            (numbers[s.model_id], *(getattr(s, name) for name in _SCORE if name != "number"))
            for s in tables.scores
        },
        boards: {
            (numbers[id_], *(getattr(place, name) for name in _PLACE if name != "number"))
            for id_, places in tables.places.items()
            for place in places
        },
        quotes: {
            (
                numbers[id_],
                q.source,
                *(getattr(q.price, name) for name in _PRICED),
                _more(q.price),
            )
            for id_, told in tables.quotes.items()
            for q in told
        },
    }


def _model_fact(model: Model, number: int) -> Fact:
    price = model.price
    values = dict(model) | {
        "number": number,
        "price_input": price and price.input,
        "price_output": price and price.output,
        "price_source_url": price and price.source_url,
        "price_as_of": price and price.as_of,
        "price_more": price and _more(price),
        "more": _more(model),
    }
    return tuple(values[name] for name in _MODEL)


def _more(value: Model | Price) -> str | None:
    """The stated fields that have no column of their own, in one order."""
    stated = {name for name in UNSTATED if getattr(value, name, None) not in (None, UNSTATED[name])}
    return value.model_dump_json(include=stated) if stated & type(value).model_fields.keys() else None


def model_of(row: Row[Any]) -> Model:
    """The model of a row of the store."""
    values = dict(row._mapping)
    price = {name: values.pop(f"price_{name}") for name in (*_PRICED, "more")}
    more, priced = values.pop("more"), None if price["input"] is None else _price(price)
    return _slim(Model(**values, **_unpacked(more), price=priced), _MODEL_FIELDS)


def _price(values: dict[str, Any]) -> Price:
    more = values.pop("more")
    return Price(**values, **_unpacked(more))


def _unpacked(text: str | None) -> dict[str, Any]:
    """Raises ``ValueError`` for what was never packed."""
    return {name: value for name, value in from_json(text).items() if name in UNSTATED} if text else {}


def benchmark_of(row: Row[Any]) -> Benchmark:
    """The benchmark of a row of the store."""
    return Benchmark(**row._mapping)


def score_of(row: Row[Any], model_ids: Mapping[int, str]) -> Score:
    """Raises ``KeyError`` for the number of a model that is not in ``model_ids``."""
    # There are thousands of scores, and the row's own mapping takes as long as all the rest.
    values = dict(zip(_SCORE, row, strict=True))
    return _slim(Score(model_id=model_ids[values.pop("number")], **values), _SCORE_FIELDS)


def places_of(rows: Iterable[Row[Any]], model_ids: Mapping[int, str]) -> dict[str, tuple[Place, ...]]:
    """By model id, in the order of boards. Raises as ``score_of``."""
    found: dict[str, list[Place]] = {}
    for row in rows:
        values = dict(zip(_PLACE, row, strict=True))
        found.setdefault(model_ids[values.pop("number")], []).append(Place(**values))
    return {id_: tuple(sorted(each, key=lambda place: place.board)) for id_, each in found.items()}


def quotes_of(rows: Iterable[Row[Any]], model_ids: Mapping[int, str]) -> dict[str, tuple[Quote, ...]]:
    """By model id, in the order of sources. Raises as ``score_of``."""
    found: dict[str, list[Quote]] = {}
    for row in rows:
        values = dict(zip(_QUOTE, row, strict=True))
        of = found.setdefault(model_ids[values.pop("number")], [])
        of.append(Quote(source=values.pop("source"), price=_price(values)))
    return {id_: tuple(sorted(each, key=lambda quote: quote.source)) for id_, each in found.items()}


def _slim(value: Read, fields: set[str]) -> Read:
    """Pydantic gives each value a set of its own of the fields it was made with: a third of its memory."""
    object.__setattr__(value, "__pydantic_fields_set__", fields)
    return value


def assign_numbers(tables: Tables, known: Mapping[int, str]) -> dict[str, int]:
    """Model id to number, given the numbers that were ever given and the last id of each.

    A known number with a new id is a rename. A model that a source brought before a folder listed it keeps
    the number it got then. Raises ``DataError`` where a model's number would change otherwise or a number
    would pass from a listed model to another.
    """
    had = {model_id: number for number, model_id in known.items()}
    listed = {model.model_id for model in tables.models}
    result: dict[str, int] = {}
    problems = []
    for model in sorted(tables.models, key=lambda model: model.model_id):
        id_, number = model.model_id, model.number
        if id_ in tables.unnumbered:
            continue
        if had.get(id_, 0) >= ADDED_FROM:
            result[id_] = had[id_]
            continue
        before = known.get(number, id_)
        if had.get(id_, number) != number:
            problems.append(
                f"models.csv, column number: {id_} has had the number {had[id_]} and cannot get {number}. "
                f"Write {had[id_]}, or leave the number empty."
            )
        elif before != id_ and before in listed:
            problems.append(
                f"models.csv, column number: {number} of {id_} belongs to {before}, which is also listed. "
                "Leave the number empty to get a free one."
            )
        result[id_] = number
    if problems:
        raise DataError(tuple(problems))
    proposed = {m.model_id: m.number for m in tables.models if m.model_id in tables.unnumbered}
    taken = {*known, *result.values()}
    free = max((n for n in taken if n < ADDED_FROM), default=0) + 1
    free_added = max((n for n in taken if n >= ADDED_FROM), default=ADDED_FROM - 1) + 1
    for id_ in sorted(tables.unnumbered):
        if id_ in had:
            result[id_] = had[id_]
        elif proposed[id_] >= ADDED_FROM:
            result[id_] = free_added
            free_added += 1
        else:
            result[id_] = free
            free += 1
    return result
