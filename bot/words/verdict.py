"""Comparison -> words: the only place with prose about one; every figure comes from the Comparison."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.analysis import figures
from bot.analysis.averages import Average, Standing
from bot.analysis.calls import Sureness
from bot.analysis.categories import Basis, BenchmarkRow, CategoryRow
from bot.analysis.comparison import Comparison, Contender
from bot.analysis.figures import counted, listed, points
from bot.analysis.leaderboard import Leaderboard
from bot.analysis.pick import Edge, NeedKind, Why
from bot.analysis.workload import description
from bot.catalog.entities import Lane

# Three reasons are read, a fourth is not; nor is a fourth test.
MOST_NEEDS = MOST_TESTS = 3

NEEDS = {
    NeedKind.PRICE: "a lower price",
    NeedKind.CONTEXT: "a larger context window",
    NeedKind.OPEN_WEIGHTS: "open weights",
    NeedKind.LATENCY: "a quicker first reply",
}

Written = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The words of an answer, in the order in which they are read; an empty text has nothing to say."""

    pick: str
    otherwise: str
    reason: str


def verdict(comparison: Comparison, model: Written = str, term: Written = str) -> Verdict:
    """``model`` and ``term`` write the name of a model and of a benchmark (escaped, bold) for the face."""
    names = {m.model_id: model(m.display_name) for m in comparison.models}
    return Verdict(
        pick=_pick(comparison, names),
        otherwise=_otherwise(comparison, names),
        reason=_reason(comparison, names, term),
    )


def category_sentence(
    comparison: Comparison, row: CategoryRow, model: Written = str, term: Written = str
) -> str:
    """Who is ahead in one category and how sure that is, what the shared tests say, what separates most."""
    names = {m.model_id: model(m.display_name) for m in comparison.models}
    if row.basis is Basis.ONE_SIDE:
        only = next(side for side in row.sides if side.tests)
        return f"Only {names[only.model_id]} has scores here, so there is nothing to compare."
    said = [_called(row, names)]
    if row.basis is Basis.DIFFERENT:
        said.append("They have no test in common here under the same conditions.")
        said += [f"{text}." for text in [_own_averages(row, names, term)] if text]
        return " ".join(filter(None, said))
    tests = _shared(row.shared, len(_present(row)))
    if row.averaged:
        if row.averaged < row.shared:
            tests = f"{row.averaged} of {tests}, the rest not being in percent"
        means = [
            f"{points(s.shared_mean)} for {names[s.model_id]}"
            for s in sorted(row.sides, key=lambda s: s.shared_mean or 0, reverse=True)
            if s.shared_mean is not None
        ]
        said.append(f"The mean over {tests}: {listed(means)}.")
    if row.weakened:
        said.append("Some of these scores were measured with different effort settings.")
    widest = _separates_most(row) if row.shared > 1 else None
    said.append(_swing_sentence(widest, row, names, term) if widest else "")
    return " ".join(filter(None, said))


def _called(row: CategoryRow, names: Mapping[str, str]) -> str:
    if row.call is None:
        return "No call: the abilities were not worked out."
    ahead, chance = names[row.call.ahead], figures.chance(row.call.probability)
    if row.leader is None:
        return f"Too close to call: {chance} for {ahead} against {names[row.call.rival]}."
    word = "is ahead" if row.call.sureness is Sureness.CLEAR else "is probably ahead"
    return f"{ahead} {word}, {chance} sure."


def _own_averages(row: CategoryRow, names: Mapping[str, str], term: Written) -> str:
    """72 for A is LiveCodeBench; 58.6 for B is SWE-bench Pro."""
    return "; ".join(
        f"{points(side.average.value)} for {names[side.model_id]} is {_tests_named(side.average, row, term)}"
        for side in row.sides
        if side.average
    )


def board_counts(board: Leaderboard) -> str:
    """How many models a board ranks, and how many it had to leave out."""
    if board.provenance.ability_method is None:
        return "Nothing is ranked, because the abilities of these models could not be worked out."
    if not board.total:
        said = "No ranked model fits. Try another category, the provisional lane or fewer filters."
    else:
        said = f"{counted(board.total, 'ranked model')}."
    if board.unranked:
        verb = "has" if board.unranked == 1 else "have"
        which = "more" if board.total else "model" if board.unranked == 1 else "models"
        said += f" {board.unranked:,} {which} {verb} too few scores to be ranked."
    if board.unpriced:
        verb = "is" if board.unpriced == 1 else "are"
        said += f" {counted(board.unpriced, 'model')} without a known price {verb} left out."
    return said


def standing_words(model: Contender, lane: Lane) -> str:
    """A rank, or why there is none."""
    place = model.standing(lane)
    if place.rank is not None:
        return f"#{place.rank}{_interval(place)}"
    if not place.benchmarks:
        kind = "benchmark" if lane is Lane.PROVISIONAL else "independent"
        return f"unranked, no {kind} scores yet"
    if place.benchmarks < place.benchmarks_needed:
        return f"unranked, has {place.benchmarks} of the {place.benchmarks_needed} benchmarks needed"
    if place.categories < place.categories_needed:
        return f"unranked, has {place.categories} of the {place.categories_needed} categories needed"
    if place.overall is not None:
        return "unranked, its ability was not worked out"
    return "unranked, no benchmark in percent"


def _interval(place: Standing) -> str:
    """Of a rank; empty where it is sure."""
    return "" if place.best == place.worst else f" ({place.best} to {place.worst})"


def _pick(comparison: Comparison, names: dict[str, str]) -> str:
    pick, among = comparison.pick, _for(comparison)
    call = pick.call
    if call is None:
        return _no_pick(comparison, names, among)
    rest = _unjudged(comparison, names)
    if pick.good_enough:
        return _good_enough(comparison, names) + rest
    ahead, chance = names[call.ahead], figures.chance(call.probability)
    two = len(comparison.models) == 2
    if call.leader is None:
        if call.front:
            behind = [m.model_id for m in comparison.models if m.benchmarks and m.model_id not in call.front]
            front = listed([names[m] for m in call.front])
            both = "both are" if len(call.front) == 2 else "all are"
            ahead_of = listed([names[m] for m in behind])
            return f"Too close to call{among} between {front}; {both} ahead of {ahead_of}.{rest}"
        against = "" if two else f" against {names[call.rival]}"
        return f"Too close to call{among}: {ahead} is better with a chance of {chance}{against}.{rest}"
    stronger = "stronger" if two else "strongest"
    word = "is" if call.sureness is Sureness.CLEAR else "is probably"
    least = chance if chance.startswith("over") else f"at least {chance}"
    sure = f", {chance} sure" if two else f", {least} sure against each of the others"
    return f"{ahead} {word} the {stronger} model{among}{sure}.{rest}"


def _good_enough(comparison: Comparison, names: dict[str, str]) -> str:
    """The cheapest of the models that the strongest does not lead."""
    pick, call = comparison.pick, comparison.pick.call
    if call is None or pick.model_id is None:
        enough = listed([names[m] for m in pick.good_enough])
        return f"No pick: no list price is known for {enough}."
    name, chance = names[pick.model_id], figures.chance(call.probability)
    if len(pick.good_enough) == 1:
        others = f"{names[call.rival]} is" if len(comparison.models) == 2 else "the others are"
        return f"{name} is the only one that is good enough: {others} weaker, {chance} sure."
    said = f"{name} is the cheapest that is good enough"
    if pick.model_id == call.ahead:
        return f"{said}, and also the strongest by a chance of {chance}."
    known = {a.model_id: figures.whole(a.points) for a in comparison.abilities if a}
    more = counted(known[call.ahead] - known[pick.model_id], "point")
    return f"{said}. {names[call.ahead]}, the strongest, has {more} of ability more."


def _unjudged(comparison: Comparison, names: dict[str, str]) -> str:
    """The models that nothing is said of, because they have no scores."""
    left_out = [names[m.model_id] for m in comparison.models if not m.benchmarks]
    if not left_out:
        return ""
    verb = "has" if len(left_out) == 1 else "have"
    return f" {listed(left_out)} {verb} no {_independent(comparison)}benchmark scores yet."


def _no_pick(comparison: Comparison, names: dict[str, str], among: str) -> str:
    if comparison.pick.why is Why.NOT_WORKED_OUT:
        return f"No pick{among}: the abilities of these models were not worked out."
    without = [names[m.model_id] for m in comparison.models if not m.benchmarks]
    if len(without) == len(comparison.models):
        who = "neither" if len(without) == 2 else "none of them"
        return f"No pick{among}: {who} has {_independent(comparison)}benchmark scores yet."
    return f"No pick{among}:{_unjudged(comparison, names)}"


def _independent(comparison: Comparison) -> str:
    return "independently measured " * (comparison.lane is Lane.VERIFIED)


def _otherwise(comparison: Comparison, names: dict[str, str]) -> str:
    """For which needs another model is the better choice."""
    said = []
    for m in comparison.models:
        wants = [
            figures.category(need.category) if need.category else NEEDS[need.kind]
            for need in comparison.needs
            if need.model_id == m.model_id
            and (need.category is None or need.category is not comparison.priority)
        ]
        if wants:
            said.append(f"{names[m.model_id]} for {listed(wants[:MOST_NEEDS], 'or')}")
    return f"Choose {'; '.join(said)}." if said else ""


def _reason(comparison: Comparison, names: dict[str, str], term: Written) -> str:
    said = [_contradicted(comparison, names, term)]
    pick, swing = comparison.pick.model_id, comparison.swing
    if comparison.shared_tests and len(comparison.models) == 2 and comparison.pick.call:
        call = comparison.pick.call
        said.append(_won(comparison, names, call.ahead, call.rival))
    if pick and comparison.sharpest:
        said.append(f"{names[pick]} leads by most in {_edge(comparison.sharpest)}.")
    if comparison.hits_back:
        edge = comparison.hits_back
        said.append(f"{names[edge.model_id]} hits back in {_edge(edge)}.")
    if swing:
        lower = "" if swing.higher_is_better else " (lower is better)"
        said.append(
            f"The largest difference on one test is {term(swing.display_name)}{lower}: "
            f"{points(swing.better_value)} for {names[swing.better]}, "
            f"{points(swing.worse_value)} for {names[swing.worse]}."
        )
    return " ".join(filter(None, said))


def _edge(edge: Edge) -> str:
    return f"{figures.category(edge.category)}, by {counted(edge.gap, 'point')} of ability"


def _contradicted(comparison: Comparison, names: dict[str, str], term: Written) -> str:
    """Why averages that people see point the other way than the call, in one sentence that names the tests.

    Of two models, and of the category with the most weight in which they do.
    """
    if len(comparison.models) != 2:
        return ""
    for row in comparison.categories:
        if row.leader is None or row.call is None:
            continue
        ahead, behind = row.sides if row.sides[0].model_id == row.leader else row.sides[::-1]
        mean, other_mean = ahead.shared_mean, behind.shared_mean
        by_mean = mean is not None and other_mean is not None and mean < other_mean
        by_average = ahead.average and behind.average and ahead.average.value < behind.average.value
        if not by_mean and not by_average:
            continue
        where, chance = figures.category(row.category), figures.chance(row.call.probability)
        leading, trailing = names[ahead.model_id], names[behind.model_id]
        says = f"{leading} is ahead there, {chance} sure"
        if mean is not None and other_mean is not None and by_mean:
            tests = _named([t for t in row.tests if t.shared and t.unit == "percent"], term)
            means = f"{points(other_mean)} for {trailing}, {points(mean)} for {leading}"
            return (
                f"In {where}, {tests}, which both took, says otherwise ({means}); with all that is known "
                f"from their other scores {says}."
            )
        own = _own_averages(row, names, term)
        if row.averaged:
            tests = "the one test" if row.averaged == 1 else f"the {row.averaged} tests"
            place = "level" if mean == other_mean else "ahead"
            both = f"on {tests} that both took {leading} is {place}"
            return f"In {where}, {own}: not the same tests; {both}, and with all that is known {chance} sure."
        return f"In {where}, {own}: different tests. Compared through models that took both, {says}."
    return _overall(comparison, names)


def _overall(comparison: Comparison, names: Mapping[str, str]) -> str:
    """That the overall averages point the other way than the pick, if they do."""
    pick = comparison.pick.model_id
    known = {m.model_id: m.standing(comparison.lane).overall for m in comparison.models}
    if pick is None or comparison.workload or None in known.values():
        return ""
    (other,) = (m for m in known if m != pick)
    own, higher = known[pick], known[other]
    if own is None or higher is None or higher <= own:
        return ""
    averages = f"{points(higher)} for {names[other]}, {points(own)} for {names[pick]}"
    return f"The overall averages say otherwise ({averages}): each rests on the model's own tests."


def _won(comparison: Comparison, names: Mapping[str, str], ahead: str, rival: str) -> str:
    """On how many of the shared tests either of two models is better."""
    tests = [t for row in comparison.categories if row.shared for t in row.tests if t.shared]
    won, lost = (sum(t.leader == m for t in tests) for m in (ahead, rival))
    if len(tests) in (won, lost):
        which = {1: "the one test", 2: "both tests"}.get(len(tests), f"all {len(tests)} tests")
        return f"{names[ahead if won else rival]} is better on {which} they share."
    if len(tests) == 1:
        return "On the one test they share they are equal."
    shared = f"Of the {len(tests)} tests they share"
    return f"{shared} {names[ahead]} is better on {won}, {names[rival]} on {lost}."


def _shared(tests: int, models: int) -> str:
    who = "both" if models == 2 else "all"
    return f"the one test that {who} took" if tests == 1 else f"the {tests} tests that {who} took"


def _present(row: CategoryRow) -> list[str]:
    return [side.model_id for side in row.sides if side.tests]


def _tests_named(average: Average, row: CategoryRow, term: Written) -> str:
    tests = [test for test in row.tests if test.benchmark_id in average.benchmarks]
    return _named(tests, term, "weighted mean" if average.weighted else "mean")


def _named(tests: Sequence[BenchmarkRow], term: Written, mean: str = "mean") -> str:
    """One test, or a mean over several, of which so many are named as one reads."""
    names = [term(test.display_name) for test in tests]
    if len(names) == 1:
        return names[0]
    if len(names) > MOST_TESTS:
        names = [*names[: MOST_TESTS - 1], f"{len(names) - MOST_TESTS + 1} more tests"]
    return f"the {mean} of {listed(names)}"


def _separates_most(row: CategoryRow) -> BenchmarkRow | None:
    decided = [t for t in row.tests if t.shared and t.unit == "percent" and t.difference]
    return max(decided, key=lambda t: (t.difference or 0, t.benchmark_id), default=None)


def _swing_sentence(test: BenchmarkRow, row: CategoryRow, names: dict[str, str], term: Written) -> str:
    cells = zip(test.cells, (names[s.model_id] for s in row.sides), strict=True)
    values = sorted(
        ((c.value, name) for c, name in cells if c), key=lambda v: v[0], reverse=test.higher_is_better
    )
    lower = "" if test.higher_is_better else " (lower is better)"
    shown = listed([f"{points(value)} for {name}" for value, name in values])
    return f"The test that separates them most is {term(test.display_name)}{lower}: {shown}."


def _for(comparison: Comparison) -> str:
    """What the pick is for; empty for all categories alike."""
    workload = comparison.workload
    if workload is None or (workload.cheapest and workload.name):
        return ""
    return f" for {figures.category(workload.only) if workload.only else description(workload)}"
