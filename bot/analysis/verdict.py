"""Comparison -> words: the only place with prose about one; every figure comes from the Comparison."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.analysis import figures
from bot.analysis.categories import Basis, BenchmarkRow, Call, CategoryRow
from bot.analysis.comparison import Comparison, Contender
from bot.analysis.figures import counted, listed, points
from bot.analysis.leaderboard import Leaderboard
from bot.analysis.pick import CONTEXT_FACTOR, NeedKind, Sureness, Why, stands_out
from bot.catalog.entities import Lane

# Three reasons are read, a fourth is not.
MOST_NEEDS = 3

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
    """Who is better in one category, with both means and the test that separates them most."""
    names = {m.model_id: model(m.display_name) for m in comparison.models}
    if row.basis is Basis.ONE_SIDE:
        only = next(side for side in row.sides if side.tests)
        return f"Only {names[only.model_id]} has scores here, so there is nothing to compare."
    if row.basis is Basis.DIFFERENT:
        own = [
            f"{points(side.average.value)} for {names[side.model_id]} is "
            f"{_tests_named(side.average.benchmarks, row, term)}"
            for side in row.sides
            if side.average
        ]
        reason = "No call: they have no test in common here under the same conditions."
        return f"{reason} {_sentence('; '.join(own))}" if own else reason
    tests = _shared(row.shared, len(_present(row)))
    if not row.averaged:
        what = f"{tests} is not" if row.shared == 1 else f"none of {tests} is"
        return f"No call: {what} measured in percent, so no mean can be taken."
    if row.averaged < row.shared:
        tests = f"{row.averaged} of {tests}, the rest not being in percent"
    means = listed(
        [
            f"{names[s.model_id]} {points(s.shared_mean)}"
            for s in sorted(row.sides, key=lambda s: s.shared_mean or 0, reverse=True)
            if s.shared_mean is not None
        ]
    )
    if row.call is Call.AHEAD and row.leader and row.gap is not None:
        said = f"{names[row.leader]} is ahead by {_points(row)} on {tests}: {means}."
    elif row.call is Call.TIE and row.margin is not None:
        close = "Too close to call" if len(row.means) == 2 else "The first two are too close to call"
        said = f"{close} on {tests}: {means}. A call needs {points(row.margin)} points here."
    else:
        said = f"No call: the means over {tests} are {means}, but most of those tests point the other way."
    if row.weakened:
        said += (
            " Some of these scores were measured with different effort settings, so more is asked of them."
        )
    widest = _separates_most(row) if row.shared > 1 else None
    return f"{said} {_swing_sentence(widest, row, names, term)}" if widest else said


def price_sentence(comparison: Comparison, model: Written = str) -> str:
    """What each model costs, and for which no price is known."""
    names = {m.model_id: model(m.display_name) for m in comparison.models}
    missing = [names[m.model_id] for m in comparison.models if not m.price]
    said = [
        f"{names[m.model_id]} costs {figures.usd(m.price.input)} in and {figures.usd(m.price.output)} out"
        for m in comparison.models
        if m.price
    ]
    text = f"{listed(said)} per million tokens." if said else ""
    if missing:
        text += f" No list price is known for {listed(missing)}."
    return text.strip()


def ratio_sentence(comparison: Comparison, model: Written = str) -> str:
    """How many times as much the dearer of two models costs; empty where that is not known or nearly 1."""
    ratio = comparison.price_ratio
    if ratio is None or ratio.blended is None or figures.times(ratio.blended) == "1 times":
        return ""
    dearer, cheaper = (model(comparison.model(m).display_name) for m in (ratio.dearer, ratio.cheaper))
    return f"At 3 parts in to 1 part out, {dearer} costs {figures.times(ratio.blended)} as much as {cheaper}."


def context_sentence(comparison: Comparison, model: Written = str) -> str:
    """Who has the larger context window, and how large each one is."""
    names = {m.model_id: model(m.display_name) for m in comparison.models}
    known = sorted(
        (m for m in comparison.models if m.context_window_tokens),
        key=lambda m: m.context_window_tokens or 0,
        reverse=True,
    )
    missing = [names[m.model_id] for m in comparison.models if not m.context_window_tokens]
    sizes = {m.model_id: figures.tokens(m.context_window_tokens) for m in known}
    text = ""
    if len(known) == 1:
        text = f"{names[known[0].model_id]} has a context window of {sizes[known[0].model_id]} tokens."
    elif known and len(set(sizes.values())) == 1:
        who = "Both have" if len(known) == 2 else f"{listed([names[m.model_id] for m in known])} have"
        text = f"{who} a context window of {sizes[known[0].model_id]} tokens."
    elif known:
        first, rest = known[0].model_id, [f"{sizes[m.model_id]} for {names[m.model_id]}" for m in known[1:]]
        if stands_out({m.model_id: m.context_window_tokens for m in known}, CONTEXT_FACTOR):
            larger = "larger" if len(known) == 2 else "largest"
            has = f"{names[first]} has the {larger} context window"
            text = f"{has}: {sizes[first]} tokens, against {listed(rest)}."
        else:
            text = f"The context windows are {listed([f'{sizes[first]} for {names[first]}', *rest])}."
    if missing:
        text += f" No context window is known for {listed(missing)}."
    return text.strip()


def footer(comparison: Comparison, today: date, term: Written = str) -> str:
    """Which scores, of when, by which method; what is old, and which model has a newer version."""
    parts = [
        rests_on(
            comparison.lane,
            comparison.method,
            figures.dated("scores", comparison.scores_as_of, today),
            figures.dated("prices", comparison.prices_as_of, today, until=comparison.prices_until),
        )
    ]
    parts += [
        f"{term(m.newer.display_name)} is newer than {term(m.display_name)}"
        for m in comparison.models
        if m.newer
    ]
    return " · ".join(parts)


def rests_on(lane: Lane, method: int, *dates: str) -> str:
    """The line that ends every answer: the lane, the dates that are known, the method."""
    return " · ".join(
        filter(None, (f"{lane.value.capitalize()} lane: {figures.lane(lane)}", *dates, f"method {method}"))
    )


def board_counts(board: Leaderboard) -> str:
    """How many models a board ranks, and how many it had to leave out."""
    if not board.total:
        said = "No ranked model fits. Try fewer filters, another category or the provisional lane."
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
        return f"#{place.rank}"
    if not place.benchmarks:
        kind = "benchmark" if lane is Lane.PROVISIONAL else "independent"
        return f"unranked, no {kind} scores yet"
    if place.benchmarks < place.benchmarks_needed:
        return f"unranked, has {place.benchmarks} of the {place.benchmarks_needed} benchmarks needed"
    if place.categories < place.categories_needed:
        return f"unranked, has {place.categories} of the {place.categories_needed} categories needed"
    return "unranked, no benchmark in percent"


def _pick(comparison: Comparison, names: dict[str, str]) -> str:
    pick, among = comparison.pick, f" for {_priority(comparison)}" * bool(comparison.priority)
    if pick.model_id is None:
        return _no_pick(comparison, names, among)
    name = names[pick.model_id]
    row = comparison.category(comparison.priority) if comparison.priority else None
    shared = row.shared if row else comparison.shared_tests
    strong = "is the stronger model" if pick.sureness is Sureness.CLEAR else "has a narrow lead"
    if row is None and len(comparison.models) > 2 and pick.gap is not None:
        lead = f"{_count(pick.gap, 'point')} or more ahead of each of the others on the tests they share"
        return f"{name} {strong}: {lead}.{_unplaced(comparison, names)}"
    return f"{name} {strong}{among}: ahead on {_won(pick.won, shared)}."


def _unplaced(comparison: Comparison, names: dict[str, str]) -> str:
    """The models that nothing can be said of, because they share no test with any other."""
    left_out = [names[m] for m in comparison.pick.unplaced]
    if not left_out:
        return ""
    return f" {listed(left_out)} cannot be placed, for want of a test in common with the others."


def _no_pick(comparison: Comparison, names: dict[str, str], among: str) -> str:
    pick = comparison.pick
    if pick.why is Why.NO_SCORES:
        independent = "independently measured " * (comparison.lane is Lane.VERIFIED)
        without = [names[m.model_id] for m in comparison.models if not m.benchmarks]
        if len(without) == len(comparison.models):
            who = "Neither" if len(without) == 2 else "None of them"
            return f"No pick{among}: {who.lower()} has {independent}benchmark scores yet."
        verb = "has" if len(without) == 1 else "have"
        return f"No pick{among}: {listed(without)} {verb} no {independent}benchmark scores yet."
    if pick.why is Why.NO_SHARED_TESTS:
        both = "they have" if len(comparison.models) == 2 else "the models have"
        return f"No pick{among}: {both} no test in common that could settle it."
    if pick.why is Why.MIXED:
        mixed = f"No pick{among}: the shared tests point in different directions."
        return mixed + _unplaced(comparison, names)
    if pick.front:
        judged = {s.model_id for r in comparison.categories for s in r.sides if s.shared_mean is not None}
        behind = [names[m.model_id] for m in comparison.models if m.model_id in judged - set(pick.front)]
        front = listed([names[m] for m in pick.front])
        both = "both are" if len(pick.front) == 2 else "all are"
        close = f"Too close to call between {front}; {both} ahead of {listed(behind)}."
        return close + _unplaced(comparison, names)
    if len(comparison.models) > 2:
        ahead = f"No pick{among}: no model is clearly ahead of each other one on the tests they share."
        return ahead + _unplaced(comparison, names)
    row = comparison.category(comparison.priority) if comparison.priority else None
    return f"Too close to call{among} on {_shared(row.shared if row else comparison.shared_tests, 2)}."


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
    said = []
    pick, swing = comparison.pick.model_id, comparison.swing
    if pick and comparison.sharpest:
        edge = comparison.sharpest
        said.append(
            f"{names[pick]} leads by most in {figures.category(edge.category)}, by {points(edge.gap)} points."
        )
    if swing:
        lower = "" if swing.higher_is_better else " (lower is better)"
        said.append(
            f"The largest difference on one test is {term(swing.display_name)}{lower}: "
            f"{points(swing.better_value)} for {names[swing.better]}, "
            f"{points(swing.worse_value)} for {names[swing.worse]}."
        )
    if comparison.hits_back:
        edge = comparison.hits_back
        said.append(
            f"{names[edge.model_id]} hits back in {figures.category(edge.category)}, "
            f"by {points(edge.gap)} points."
        )
    return " ".join(said)


def _won(won: int, shared: int) -> str:
    if shared == 1:
        return "the one test they share"
    if won == shared:
        return "both tests they share" if shared == 2 else f"all {shared} tests they share"
    return f"{won} of the {shared} tests they share"


def _shared(tests: int, models: int) -> str:
    who = "both" if models == 2 else "all"
    return f"the one test that {who} took" if tests == 1 else f"the {tests} tests that {who} took"


def _present(row: CategoryRow) -> list[str]:
    return [side.model_id for side in row.sides if side.tests]


def _points(row: CategoryRow) -> str:
    return _count(row.gap, "point") if row.gap is not None else ""


def _count(value: Decimal, noun: str) -> str:
    return f"{points(value)} {noun}{'' if value == 1 else 's'}"


def _tests_named(benchmarks: tuple[str, ...], row: CategoryRow, term: Written) -> str:
    names = {test.benchmark_id: term(test.display_name) for test in row.tests}
    if len(benchmarks) > 2:
        return f"a mean over {counted(len(benchmarks), 'test')}"
    return listed([names[b] for b in benchmarks])


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


def _priority(comparison: Comparison) -> str:
    return figures.category(comparison.priority) if comparison.priority else ""


def _sentence(text: str) -> str:
    return f"{text}."
