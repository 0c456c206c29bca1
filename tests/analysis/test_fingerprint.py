"""The fingerprint of what is known of some models."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.analysis.fingerprint import LARGEST, fingerprint
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Model
from tests.worlds import benchmark, catalog, model, price, score, shipped, suppose

ABILITIES: dict[str, float] = {"a": 0.4, "b": 0.1, "c": 0.0}


def world(
    a: Model | None = None,
    value: str = "50",
    others: str = "40",
    self_reported: bool = True,
    ability: float = 0.4,
) -> Catalog:
    tests = [benchmark(f"t{n}", list(Category)[n % 2]) for n in range(8)]
    scores = [score(m, t.benchmark_id, others) for m in "bc" for t in tests]
    scores += [score("a", t.benchmark_id, "30") for t in tests[1:]]
    scores.append(score("a", "t0", value, self_reported=self_reported))
    made = catalog([a or model("a", price=price("5", "25")), "b", "c"], tests, scores)
    return suppose(made, {**ABILITIES, "a": ability})


def test_the_same_facts_have_the_same_fingerprint_however_they_are_written() -> None:
    one = fingerprint(world(), ["a", "b"])
    assert 0 <= one <= LARGEST
    assert one == fingerprint(world(model("a", price=price("5.00", "25.0")), value="50.0"), ["a", "b"])
    assert one != fingerprint(world(), ["a", "c"])


@pytest.mark.parametrize(
    "changed",
    [
        lambda: world(model("a", price=price("5", "26"))),
        lambda: world(model("a")),
        lambda: world(model("a", price=price("5", "25"), display_name="A")),
        lambda: world(model("a", price=price("5", "25"), context_window_tokens=1000)),
        lambda: world(model("a", price=price("5", "25"), open_weights=True)),
        lambda: world(value="51"),
        lambda: world(self_reported=False),
        lambda: world(ability=0.5),
    ],
)
def test_whatever_an_answer_shows_changes_it(changed: Callable[[], Catalog]) -> None:
    assert fingerprint(changed(), ["a", "c"]) != fingerprint(world(), ["a", "c"])


def test_another_model_does_not() -> None:
    dearer = world(model("a", price=price("5", "26")))
    assert fingerprint(dearer, ["b", "c"]) == fingerprint(world(), ["b", "c"])


def test_a_new_snapshot_with_the_same_facts_does_not() -> None:
    found = shipped()
    models = ["gpt-5-5", "gemma-4-12b"]
    scores = [s for m in found.models for each in found.scores(m).values() for s in each]
    next_one = Catalog(
        found.models.values(), found.benchmarks.values(), scores, found.snapshot + 1, found.fit
    )
    assert fingerprint(next_one, models) == fingerprint(found, models)


def test_models_without_scores_and_abilities_have_one() -> None:
    assert fingerprint(catalog([model("a", speed_tps=Decimal("1.5")), "b"], [], []), ["a", "b"]) >= 0
