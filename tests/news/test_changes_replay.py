"""The shipped history, replayed: what changes.py finds against a naive re-computation, which shares no code
with it, takes names, prices and windows from the files themselves, and finds faults that are planted."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.analysis.leaderboard import leaderboard
from bot.catalog.catalog import Catalog
from bot.catalog.entities import CATEGORY_WEIGHTS, Category, Lane, Model, Price
from bot.news.changes import changes
from bot.sources.folder import packaged_tables
from tests.conftest import State

FOLDERS = (
    packaged_tables() / "history" / "2026-04-15",
    packaged_tables() / "history" / "2026-06-15",
    packaged_tables(),
)
STEPS = list(pairwise(FOLDERS))
WATCHED = ("claude-opus-4-6", "gpt-5", "qwen3-5-35b-a3b", "deepseek-r1", "o3")
Facts = set[tuple[Any, ...]]


def rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "models.csv").open(encoding="utf-8", newline="") as file:
        return {row["model_id"]: row for row in csv.DictReader(file)}


def names(row: dict[str, str]) -> set[str]:
    return {
        n.strip().lower() for n in (row["model_id"], row["display_name"], *row["aliases"].split("|")) if n
    }


@cache
def merged() -> frozenset[str]:
    """Models that the tables held twice, by both ids: the plain means do not know that they are one, and
    nobody hears of it."""
    with (packaged_tables() / "merged.csv").open(encoding="utf-8", newline="") as file:
        gone = {row["model_id"] for row in csv.DictReader(file)}
    kept = {m for m, row in rows(packaged_tables()).items() if not gone.isdisjoint(row["aliases"].split("|"))}
    return frozenset(gone | kept)


def of_unmerged(facts: Facts) -> Facts:
    return {fact for fact in facts if merged().isdisjoint(part for part in fact if isinstance(part, str))}


def figure(row: dict[str, str], column: str) -> Decimal | None:
    return Decimal(row[column]) if row[column] else None


def cost(row: dict[str, str]) -> tuple[Decimal, Decimal] | None:
    into, out = figure(row, "input_usd_per_mtok"), figure(row, "output_usd_per_mtok")
    return None if into is None or out is None else (into, out)


def same_models(old_rows: dict[str, dict[str, str]], new_rows: dict[str, dict[str, str]]) -> dict[str, str]:
    """Id before to id now: of one that is gone and a new one that shares a name, too."""
    same = {m: m for m in old_rows if m in new_rows}
    for gone in sorted(old_rows.keys() - new_rows.keys()):
        for come in sorted(new_rows.keys() - old_rows.keys() - set(same.values())):
            if names(old_rows[gone]) & names(new_rows[come]):
                same[gone] = come
                break
    return same


def naive(
    old_rows: dict[str, dict[str, str]],
    new_rows: dict[str, dict[str, str]],
    old: Catalog,
    new: Catalog,
    watched: tuple[str, ...] = WATCHED,
) -> Facts:
    """Everything that changed, by the plainest means."""
    found: Facts = set()
    same = same_models(old_rows, new_rows)
    found |= {("new", m) for m in new_rows if m not in same.values()}
    found |= {("gone", m) for m in old_rows if m not in same}
    for was, now in same.items():
        before, after = cost(old_rows[was]), cost(new_rows[now])
        if before != after:
            found.add(("price", now, before, after))
        window = [figure(row, "context_window_tokens") for row in (old_rows[was], new_rows[now])]
        if window[0] and window[1] and not Decimal(20) / 21 <= window[1] / window[0] <= Decimal(21) / 20:
            found.add(("context", now, *window))
    for lane in Lane:
        for category in (None, *Category):
            found |= {(lane, category, *f) for f in ranks(old, new, lane, category, same, watched)}
    return of_unmerged(found)


def ranks(
    old: Catalog,
    new: Catalog,
    lane: Lane,
    category: Category | None,
    same: dict[str, str],
    watched: tuple[str, ...],
) -> Iterator[tuple[Any, ...]]:
    before, after = (
        {e.model_id: (e.rank, e.best, e.worst) for e in leaderboard(c, lane, category, limit=9999).entries}
        for c in (old, new)
    )
    for was, now in same.items():
        one, other = before.get(was), after.get(now)
        if one and other:
            if other[0] in range(one[1], one[2] + 1) or one[0] in range(other[1], other[2] + 1):
                continue
        elif not one and not other:
            continue
        yield "rank", now, one, other
    both = [(was, now) for was, now in same.items() if was in before and now in after]
    for (up, up_now), (down, down_now) in permutations(both, 2):
        if not {up, up_now, down, down_now} & set(watched):
            continue
        if before[up][0] <= before[down][0] or after[up_now][0] >= after[down_now][0]:
            continue
        if surely(old, lane, category, down, up) and surely(new, lane, category, up_now, down_now):
            yield "overtaking", up_now, down_now


def surely(catalog: Catalog, lane: Lane, category: Category | None, one: str, other: str) -> bool:
    """Whether a difference of two normal abilities is above 0 with 90 %: 1.28 of its deviations."""
    known = catalog.abilities(lane)
    assert known is not None
    a, b = known.models.index(one), known.models.index(other)
    weights = np.array(
        [float(CATEGORY_WEIGHTS[c]) if category is None else float(c is category) for c in Category]
    )
    weights /= weights.sum()
    common = weights @ (known.shared[a] - known.shared[b])
    spread = common @ common + weights @ (known.own[a] + known.own[b]) @ weights
    return float(weights @ (known.mean[a] - known.mean[b])) >= 1.2815515655446004 * float(spread) ** 0.5


def found(old: Catalog, new: Catalog, watched: tuple[str, ...] = WATCHED) -> Facts:
    """The same facts as changes.py tells them."""
    told: Facts = set()
    for c in changes(old, new, watched):
        match c.kind:
            case "new model":
                told.add(("new", c.model.model_id))
            case "model removed":
                told.add(("gone", c.model.model_id))
            case "price":
                told.add(
                    ("price", c.model.model_id, *(p and (p.input, p.output) for p in (c.before, c.after)))
                )
            case "context":
                told.add(("context", c.model.model_id, c.before, c.after))
            case "rank":
                spots = (s and (s.rank, s.best, s.worst) for s in (c.before, c.after))
                told.add((c.board.lane, c.board.category, "rank", c.model.model_id, *spots))
            case "overtaking":
                pair = c.model.model_id, c.other.model_id
                told.add((c.board.lane, c.board.category, "overtaking", *pair))
            case "method":
                told.add(("method",))
    return of_unmerged(told)


def altered(catalog: Catalog, model_id: str, **facts: Any) -> Catalog:
    models = [m.model_copy(update=facts) if m.model_id == model_id else m for m in catalog.models.values()]
    scores = [s for m in catalog.models for each in catalog.scores(m).values() for s in each]
    return Catalog(models, catalog.benchmarks.values(), scores, fit=catalog.fit)


def without(catalog: Catalog, model_id: str) -> Catalog:
    models = [m for m in catalog.models.values() if m.model_id != model_id]
    scores = [s for m in models for each in catalog.scores(m.model_id).values() for s in each]
    return Catalog(models, catalog.benchmarks.values(), scores, fit=catalog.fit)


def with_swapped(catalog: Catalog, one: str, other: str) -> Catalog:
    """The catalog in which two models have each other's abilities."""
    assert catalog.fit is not None
    lanes = {}
    for lane, known in catalog.fit.lanes.items():
        order = list(range(len(known.models)))
        if one in known.models and other in known.models:
            a, b = known.models.index(one), known.models.index(other)
            order[a], order[b] = b, a
        lanes[lane] = replace(known, mean=known.mean[order], own=known.own[order], shared=known.shared[order])
    return altered(catalog, one).with_fit(replace(catalog.fit, digest="of other scores", lanes=lanes))


@pytest.mark.parametrize(("old", "new"), STEPS, ids=["April to June", "June to August"])
def test_the_history_gives_the_changes_that_a_naive_re_computation_gives(
    state: State, old: Path, new: Path
) -> None:
    expected = naive(rows(old), rows(new), state(old), state(new))
    assert found(state(old), state(new)) == expected
    kinds = {
        fact[0] if isinstance(fact[0], str) and fact[0] not in set(Lane) else fact[2] for fact in expected
    }
    assert {"new", "gone", "price", "context", "rank"} <= kinds


def test_two_models_that_swap_their_abilities_overtake_whom_the_naive_re_computation_says(
    state: State,
) -> None:
    now, listed = state(FOLDERS[2]), rows(FOLDERS[2])
    board = [e.model_id for e in leaderboard(now, limit=200).entries]
    swapped = with_swapped(now, board[2], board[60])
    expected = naive(listed, listed, now, swapped, tuple(board))
    assert found(now, swapped, tuple(board)) == expected
    overtakings = [fact for fact in expected if fact[2] == "overtaking"]
    assert {fact[4] for fact in overtakings if fact[3] == board[60]} > {board[2], board[40]}


def test_faults_that_are_planted_are_found(state: State) -> None:
    """Each fault is put into what changes.py reads; the naive facts are those of the right tables."""
    old, new = FOLDERS[1:]
    expected = naive(rows(old), rows(new), state(old), state(new))
    dearest: Model = max(
        (m for m in state(new).models.values() if m.price and m.model_id in rows(old)),
        key=lambda m: (m.price.output if m.price else 0, m.model_id),
    )
    assert dearest.price is not None
    cent_off: Price = dearest.price.model_copy(update={"output": dearest.price.output + Decimal("0.01")})
    leader = leaderboard(state(new)).entries[0].model_id
    wide = next(
        m.model_id
        for m in state(new).models.values()
        if m.context_window_tokens and rows(old).get(m.model_id, {}).get("context_window_tokens")
    )
    faults = {
        "a price that is a cent off": altered(state(new), dearest.model_id, price=cent_off),
        "a lost price": altered(state(new), dearest.model_id, price=None),
        "another context window": altered(state(new), wide, context_window_tokens=77_777_777),
        "a lost model": without(state(new), leader),
        "the wrong snapshot": state(old),
    }
    for fault, catalog in faults.items():
        assert found(state(old), catalog) != expected, fault
    assert len(found(state(old), faults["a price that is a cent off"]) ^ expected) in (1, 2)


def test_news_that_are_planted_are_told_and_nothing_else(state: State) -> None:
    """The newest state, changed by hand in four places."""
    now, (first, second, third) = (
        state(FOLDERS[2]),
        [e.model for e in leaderboard(state(FOLDERS[2])).entries[:3]],
    )
    assert third.price is not None
    half = Price.model_validate({**third.price.model_dump(), "input": third.price.input / 2})
    planted = altered(now, third.model_id, price=half)
    planted = altered(planted, first.model_id, context_window_tokens=3_000_000)
    planted = altered(planted, second.model_id, display_name="Called Otherwise", provider="Somebody")
    planted = without(planted, "aion-1-0")
    assert found(now, planted) == {
        ("price", third.model_id, (third.price.input, third.price.output), (half.input, half.output)),
        ("context", first.model_id, first.context_window_tokens, 3_000_000),
        ("gone", "aion-1-0"),
    }


def test_abilities_from_the_same_scores_are_compared_by_that_alone_and_nothing_is_missed(
    state: State,
) -> None:
    before = state(FOLDERS[-1])
    priced = next(m for m in before.models.values() if m.price and before.scores(m.model_id))
    unscored = next(m.model_id for m in before.models.values() if not before.scores(m.model_id))
    after = without(altered(before, priced.model_id, price=None), unscored)
    assert before.fit
    assert after.fit
    assert before.fit.digest == after.fit.digest
    found = changes(before, after)
    after = after.with_fit(replace(after.fit, digest="of other scores"))
    assert found == changes(before, after)
    assert {c.kind for c in found} == {"price", "model removed"}
