"""Drawn questions to the ``matchup`` command, and what it answers in this process."""

import csv
import io
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from bot.analysis.limits import Modality
from bot.analysis.workload import PRESETS
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.sources.folder import packaged_tables
from bot.store.store import Store
from bot.terminal.cli import main

Words = list[str]

FILE = "answers.json.gz"
SEED = 20261124
# Stands in a question for the folder of the shipped tables.
DATA = "DATA"
COMMANDS = ("compare", "explain", "leaderboard", "model", "recommend", "news")

_WORKLOADS = (
    *(str(preset.name) for preset in PRESETS),
    *("chatbot", "cheapest", "docs", "deep research", "coding", "vision", "maths", "everything"),
    *("70 coding, 30 agentic", "50% reasoning 50% math", "coding and agents", "1 knowledge, 2 math", "codng"),
)
_MISTAKEN: tuple[Words, ...] = (
    ["compare", "gpt-5.5", "gemma 4 27b"],
    ["compare", "claude", "qwen", "llama"],
    ["compare", "gpt-5.5"],
    ["compare", "gpt-5.5", "GPT-5.5"],
    ["compare", "gpt-5.5", "o3", "--priority", "math", "--workload", "coding"],
    ["compare", "gpt-5.5", "o3", "--workload", "juggling"],
    ["compare", "a", "b", "c", "d", "e"],
    ["explain", "gtp 5.5", "clade opus 4.8"],
    ["explain", "gpt-5.5", "no such model at all"],
    ["explain", "gpt-5.5", "o3", "o4-mini"],
    ["leaderboard", "--provider", "nobody"],
    ["leaderboard", "--limit", "0"],
    ["leaderboard", "--category", "juggling"],
    ["model", "gemma"],
    ["model", ""],
    ["model", "\u4e00 \U0001f680"],
    ["recommend", "juggling"],
    ["recommend", "70 coding, 30 codng, 20 nothing"],
    ["recommend", "coding", "--budget", "0", "--context", "100000000"],
    ["news", "--since", "99"],
    ["news", "--since", "soon"],
    ["news", "--since", "2", "--watch", "gemma"],
    ["news", "--since", "1", "--data", f"{DATA}/history/2026-06-15", DATA],
)
_NEWS: tuple[Words, ...] = (
    ["news"],
    ["news", "--since", "1"],
    ["news", "--since", "2", "--top", "3"],
    ["news", "--since", "2", "--top", "50"],
    ["news", "--since", "2026-05-01", "--watch", "gpt-5"],
    ["news", "--since", "2026-08-21", "--watch", "claude opus 4.6", "--watch", "o3"],
    ["news", "--data", f"{DATA}/history/2026-06-15", DATA, "--watch", "deepseek-r1"],
)


def questions() -> Iterator[Words]:
    """200 of them, the same at every call."""
    draw = _Draw(random.Random(SEED))
    yield from _MISTAKEN
    yield from _NEWS
    kinds: tuple[tuple[int, Callable[[], Words]], ...] = (
        (45, draw.compare),
        (35, draw.explain),
        (35, draw.leaderboard),
        (25, draw.model),
        (30, draw.recommend),
    )
    for count, question in kinds:
        for _ in range(count):
            yield question()


class _Draw:
    """Draws arguments of the commands from the shipped tables."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.models, scores = (list(_rows(name)) for name in ("models.csv", "scores.csv"))
        scored = {row["model_id"] for row in scores}
        self.scored = [row for row in self.models if row["model_id"] in scored]

    def compare(self) -> Words:
        names = self.names(self.chance.choice((2, 2, 2, 3, 4)))
        typed = [" vs ".join(names)] if self.chance.random() < 0.2 else names
        return ["compare", *typed, *self.priority("--priority"), *self.lane()]

    def explain(self) -> Words:
        return ["explain", *self.names(2), *self.priority("--category"), *self.lane()]

    def leaderboard(self) -> Words:
        chance = self.chance
        return [
            "leaderboard",
            *self.perhaps(0.6, "--category", lambda: chance.choice(list(Category)).value),
            *self.lane(),
            *(["--open"] if chance.random() < 0.3 else []),
            *self.perhaps(0.3, "--provider", lambda: chance.choice(self.scored)["provider"]),
            *self.perhaps(0.3, "--max-price", lambda: chance.choice(("0", "0.5", "2", "7.25", "40"))),
            *self.perhaps(0.7, "--limit", lambda: str(chance.choice((1, 3, 5, 20, 60)))),
        ]

    def model(self) -> Words:
        return ["model", self.name(self.models if self.chance.random() < 0.3 else self.scored), *self.lane()]

    def recommend(self) -> Words:
        chance = self.chance
        taken = chance.sample(list(Modality), chance.choice((0, 0, 1, 2)))
        return [
            "recommend",
            chance.choice(_WORKLOADS),
            *self.perhaps(0.5, "--budget", lambda: chance.choice(("0.1", "1", "3.5", "15"))),
            *self.perhaps(0.3, "--context", lambda: chance.choice(("8000", "200000", "1000000"))),
            *(["--open"] if chance.random() < 0.25 else []),
            *(word for each in taken for word in ("--modality", each.value)),
            *self.lane(),
        ]

    def name(self, rows: list[dict[str, str]]) -> str:
        row = self.chance.choice(rows)
        aliases = [each for each in row["aliases"].split("|") if each]
        name = row["display_name"]
        return self.chance.choice((name, name, name.lower(), row["model_id"], row["model_id"], *aliases[:1]))

    def names(self, count: int) -> Words:
        return [self.name(self.models if self.chance.random() < 0.1 else self.scored) for _ in range(count)]

    def priority(self, option: str) -> Words:
        kind = self.chance.choice(("none", "category", "workload"))
        if kind == "category":
            return [option, self.chance.choice(list(Category)).value]
        return ["--workload", self.chance.choice(_WORKLOADS)] if kind == "workload" else []

    def lane(self) -> Words:
        return self.perhaps(0.3, "--lane", lambda: Lane.VERIFIED.value)

    def perhaps(self, share: float, option: str, value: Callable[[], str]) -> Words:
        return [option, value()] if self.chance.random() < share else []


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (packaged_tables() / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@contextmanager
def answering(store: Path) -> Iterator[None]:
    """Commands answer from this store, and each snapshot is read from the file once: to read one state 200
    times would show nothing more and take a minute."""
    kept, arguments, read = dict(os.environ), sys.argv, Store.catalog
    known: dict[int | None, Catalog] = {}

    async def catalog(self: Store, snapshot: int | None = None) -> Catalog:
        if snapshot not in known:
            known[snapshot] = await read(self, snapshot)
        return known[snapshot]

    for name in kept:
        if name.startswith("MATCHUP_"):
            del os.environ[name]
    os.environ.update({"MATCHUP_DATABASE": str(store), "COLUMNS": "100", "NO_COLOR": "1"})
    Store.catalog = catalog
    try:
        yield
    finally:
        Store.catalog, sys.argv = read, arguments
        os.environ.clear()
        os.environ.update(kept)


def answer(question: Words) -> dict[str, Any]:
    """Exit status, the JSON and what was said of an error."""
    folder = str(packaged_tables())
    words = [folder + word.removeprefix(DATA) if word.startswith(DATA) else word for word in question]
    sys.argv = ["matchup", *words, "--json"]
    out, err, status = io.StringIO(), io.StringIO(), None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            status = ended.code
    told, complained = out.getvalue(), err.getvalue()
    if complained.startswith("Usage: "):
        # Before this stands how this process was started.
        complained = complained[complained.index("Error: ") :]
    return {"exit": status or 0, "json": json.loads(told) if told else None, "stderr": complained}
