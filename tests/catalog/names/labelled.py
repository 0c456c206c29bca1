"""Queries with the answer a person would expect: a model id, or "ask"."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ASK = "ask"
OWN = "names.csv"
INDEPENDENT = "names_independent.csv"


@dataclass(frozen=True)
class Query:
    text: str
    answer: str


@dataclass(frozen=True)
class Tally:
    """How a set was answered: queries answered with the wrong model, and those asked about needlessly."""

    total: int
    wrong: tuple[Query, ...]
    asked: tuple[Query, ...]

    @property
    def accuracy(self) -> float:
        """The share that got the right model, or was rightly asked about."""
        return 1 - (len(self.wrong) + len(self.asked)) / self.total


def labelled(name: str) -> list[Query]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return [Query(row["query"], row["answer"]) for row in csv.DictReader(file)]


def tally(answer: Callable[[str], str], queries: Sequence[Query]) -> Tally:
    """Puts every query to ``answer``, which gives a model id or "ask"."""
    missed = [(query, given) for query in queries if (given := answer(query.text)) != query.answer]
    return Tally(len(queries), _where(missed, asked=False), _where(missed, asked=True))


def _where(missed: Iterable[tuple[Query, str]], asked: bool) -> tuple[Query, ...]:
    return tuple(query for query, given in missed if (given == ASK) is asked)
