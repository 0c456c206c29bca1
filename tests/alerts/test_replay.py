"""The shipped history, told to 150 channels; ``tests.benchmarks.replay`` tells it to 1,000."""

from pathlib import Path

from tests.alerts.replay import channels, expected, told
from tests.conftest import State
from tests.news.test_changes_replay import FOLDERS, altered, rows, without


async def test_each_channel_is_told_what_a_naive_re_computation_says_and_planted_faults_are_found(
    tmp_path: Path, state: State
) -> None:
    tables, states = [rows(f) for f in FOLDERS], [state(f) for f in FOLDERS]
    wanted = channels(150, tables[0])
    right = list(expected(tables, states, wanted))
    assert await told(tmp_path / "right.db", states, wanted) == right
    hearing = [sum(map(bool, step)) for step in right]
    assert min(hearing) > 45
    assert max(hearing) < 150
    kinds = {fact[2] if len(fact) > 4 else fact[0] for step in right for facts in step for fact in facts}
    assert kinds == {"new", "gone", "price", "context", "rank"}

    few, told_few = wanted[:60], [step[:60] for step in right]
    priced = next(m for m in states[1].models.values() if m.price and m.model_id in tables[2])
    faults = {
        "a lost price": ([states[0], altered(states[1], priced.model_id, price=None), states[2]], few),
        "a lost model": ([*states[:2], without(states[2], priced.model_id)], few),
        "a snapshot twice": ([states[0], states[0], states[2]], few),
        "other filters": (states, [*few[:30], *channels(30, tables[0], seed=2)]),
    }
    for n, (fault, (seen, filters)) in enumerate(faults.items()):
        assert await told(tmp_path / f"{n}.db", seen, filters) != told_few, fault
