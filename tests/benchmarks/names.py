"""Names against plain RapidFuzz: how many queries get the right model, and what a lookup costs.

(a) The labelled sets, answered by `NameIndex.find` and by `process.extractOne(WRatio)`, which takes its best
match. (b) At three sizes, `find` and `complete` against the bare `process.extract` over the same names
and queries, and the longest single call: the best of three, so that only what it does itself counts.
(c) What it takes to find the models that a message of 4,000 characters names, ordinary and hostile.
Run: python -m tests.benchmarks.names
"""

import csv
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from rapidfuzz import fuzz, process, utils

import tests.catalog
from bot.catalog.entities import Model
from bot.catalog.names.index import MOST, NameIndex
from bot.catalog.names.mentions import mentioned
from bot.catalog.names.messages import LONGEST as READ
from tests.catalog.names.labelled import ASK, INDEPENDENT, OWN, labelled, tally
from tests.worlds import shipped

SIZES = (300, 5_000, 50_000)
QUERIES = 120
LONG = 6_000
HARD = (
    "gpt", "g", "pro", "gpt mini pro flash max", "zzzz yyyy xxxx wwww vvvv uuuu tttt", "x" * LONG,
    "gpt " * (LONG // 4), "1 2 3 4 5 6 7 8 9 " * (LONG // 18), "a b c d e f g " * (LONG // 14),
    "gpt mini pro flash max " * (LONG // 23),
)  # fmt: skip


def main() -> None:
    models = list(shipped().models.values())
    print(f"{len(models)} models\n")
    accuracy(models)
    print()
    speed(models)
    print()
    messages(models)


def accuracy(models: Sequence[Model]) -> None:
    index = NameIndex(models)
    names = {m.model_id: m.display_name for m in models}

    def ours(text: str) -> str:
        found = index.find(text).model
        return found.model_id if found else ASK

    def plain(text: str) -> str:
        best = process.extractOne(text, names, scorer=fuzz.WRatio, processor=utils.default_process)
        return str(best[2]) if best else ASK

    print(f"{'set':<24}{'queries':>8}   {'way':<20}{'right or rightly asked':>23}{'silent wrong':>14}")
    ways: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("NameIndex.find", ours),
        ("extractOne(WRatio)", plain),
    )
    for name in (OWN, INDEPENDENT):
        for way, answer in ways:
            result = tally(answer, labelled(name))
            share = f"{result.accuracy:.1%}"
            print(f"{name:<24}{result.total:>8}   {way:<20}{share:>23}{len(result.wrong):>14}")


def speed(models: Sequence[Model]) -> None:
    queries = [query.text for name in (OWN, INDEPENDENT) for query in labelled(name)]
    queries = random.Random(1).sample(queries, QUERIES)
    print(f"{'models':>7}{'built in s':>12}{'find':>8}{'complete':>10}   {'longest call in ms':<20}")
    for size in SIZES:
        listed = list(models[:size]) if size <= len(models) else synthetic(models, size)
        names = [m.display_name for m in listed]
        start = perf_counter()
        index = NameIndex(listed)
        built = perf_counter() - start

        def bare(text: str, names: Sequence[str] = names) -> object:
            return process.extract(text, names, scorer=fuzz.WRatio, score_cutoff=60, limit=MOST)

        time = {call: total(call, queries) for call in (bare, index.find, index.complete)}
        longest, text = max(
            (best_of_three(call, q), q) for call in (index.find, index.complete) for q in (*queries, *HARD)
        )
        ratios = f"{time[index.find] / time[bare]:>8.2f}{time[index.complete] / time[bare]:>10.2f}"
        print(f"{size:>7}{built:>12.2f}{ratios}   {1000 * longest:.1f} for {text[:24]!r}")
    print("find and complete: time per query as a share of the bare process.extract (at most 1.2)")


def messages(models: Sequence[Model]) -> None:
    with (Path(tests.catalog.__file__).parent / "mentions.csv").open(encoding="utf-8", newline="") as file:
        chat = "\n".join(row["sentence"] for row in csv.DictReader(file))
    texts = {
        "chat": chat, "names alone": ", ".join(m.display_name for m in models), "one word": "gpt " * READ,
        "letters": "a-b c " * READ, "versions": "opus 4.8 4.7 " * READ, "digits": "9" * READ,
        "dots": "a." * READ,
        "hosts": "https://hf.co/a/b" * READ, "markup": "<:a:" * READ, "ligatures": "\ufdfa" * READ,
        "misspelled": " ".join(f"{m.display_name[:5]}x {m.number}.5" for m in models),
    }  # fmt: skip
    print(f"{'models':>7}   ms to find the models that {READ:,} characters name")
    for size in (len(models), SIZES[-1]):
        index = NameIndex(models if size == len(models) else synthetic(models, size))
        read = partial(mentioned, names=index)
        took = {name: best_of_three(read, text[:READ]) for name, text in texts.items()}
        print(f"{size:>7}   " + ", ".join(f"{name} {1000 * s:.1f}" for name, s in took.items()))


def synthetic(models: Sequence[Model], size: int) -> list[Model]:
    """Models with names put together from the words of real ones."""
    pick = random.Random(7)
    first = sorted({m.display_name.split()[0] for m in models})
    rest = sorted({word for m in models for word in m.display_name.split()[1:]})
    names: dict[str, None] = {}
    while len(names) < size:
        names[" ".join([pick.choice(first), *pick.sample(rest, pick.randint(1, 4))])] = None
    made = []
    for number, name in enumerate(names, start=1):
        like = pick.choice(models)
        facts = {"provider": like.provider, "release_date": like.release_date}
        made.append(
            Model(number=number, model_id=f"{name.lower().replace(' ', '-')}-x", display_name=name, **facts)
        )
    return made


def total(call: Callable[[str], object], texts: Sequence[str]) -> float:
    start = perf_counter()
    for text in texts:
        call(text)
    return perf_counter() - start


def best_of_three(call: Callable[[str], object], text: str) -> float:
    return min(total(call, [text]) for _ in range(3))


if __name__ == "__main__":
    main()
