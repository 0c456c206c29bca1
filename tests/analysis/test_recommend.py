"""Who is recommended for a workload under limits, why, and what one gives up."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.calls import Sureness
from bot.analysis.limits import LeftOut, Modality, takes_in
from bot.analysis.recommend import LossKind, Reason, Recommendation, recommend
from bot.analysis.workload import OVERALL, PRESETS, Workload, read_workload
from bot.catalog.abilities import SURE, Abilities
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model
from bot.errors import NothingFits, NotWorkedOut
from bot.words.advice import advice
from bot.words.errors import words
from bot.words.footer import footer
from tests.worlds import DAY, benchmark, catalog, model, price, score, shipped, suppose

CODING = read_workload("coding")
CHEAPEST = read_workload("cheapest good enough")
TESTS = [benchmark(f"b{n}", category) for n, category in enumerate((Category.CODING, Category.MATH) * 4)]


Known = tuple[Model, float, bool]
"""A model, its ability in tenths of the linked scale, and whether it has scores enough to be ranked."""


def known(
    name: str, ability: float, cost: float | str | None = 1, ranked: bool = True, **facts: Any
) -> Known:
    """``cost`` is the price of each direction, so that it is the price of any mix."""
    if cost is not None:
        facts.setdefault("price", price(str(cost), str(cost)))
    facts.setdefault("open_weights", False)
    facts.setdefault("context_window_tokens", 100_000)
    return model(name, **facts), ability, ranked


def world(*all_known: Known, spread: float = 0.05) -> Catalog:
    scores = [
        score(m.model_id, b.benchmark_id, 50, self_reported=False)
        for m, _, ranked in all_known
        for b in TESTS[: 8 if ranked else 3]
    ]
    made = catalog([m for m, _, _ in all_known], TESTS, scores)
    return suppose(made, {m.model_id: ability / 10 for m, ability, _ in all_known}, spread / 10)


def picked(result: Recommendation) -> list[str]:
    return [choice.model.model_id for choice in result.picks]


def reasons(result: Recommendation) -> list[list[Reason]]:
    return [[gain.reason for gain in choice.gains] for choice in result.picks]


def test_the_strongest_comes_first_and_siblings_that_offer_nothing_else_are_passed_over() -> None:
    result = recommend(
        world(
            known("twin", 1.9, 9),
            known("best", 2.0, 10),
            known("cheaper", 1.5, 8),
            known("slightly-cheaper", 1.6, "8.01"),
            known("open", 0.5, 10, open_weights=True),
            known("weak", 0.1, 8),
        ),
        CODING,
    )
    assert picked(result) == ["best", "cheaper", "open"]
    assert reasons(result) == [[Reason.STRONGEST], [Reason.PRICE], [Reason.OPEN_WEIGHTS]]
    assert result.picks[1].gains[0].over == "best"
    assert result.picks[1].gains[0].times == Decimal("1.25")


@pytest.mark.parametrize(
    ("better_in", "reason"),
    [
        ({"context_window_tokens": 150_000}, Reason.CONTEXT),
        ({"context_window_tokens": 149_999}, None),
        ({"open_weights": True}, Reason.OPEN_WEIGHTS),
        ({"open_weights": None}, None),
        ({"ttft_s": Decimal("0.8")}, Reason.LATENCY),
        ({"ttft_s": Decimal("0.9")}, None),
        ({"cost": "0.8"}, Reason.PRICE),
        ({"cost": 0}, Reason.PRICE),
        ({"cost": "0.81"}, None),
    ],
)
def test_a_weaker_model_is_a_pick_only_for_what_it_clearly_has_more_of(
    better_in: dict[str, Any], reason: Reason | None
) -> None:
    facts = {"ttft_s": Decimal(1), **better_in}
    result = recommend(world(known("best", 2, ttft_s=Decimal(1)), known("other", 1, **facts)), CODING)
    assert reasons(result)[1:] == ([[reason]] if reason else [])


@pytest.mark.parametrize("unknown", [{"context_window_tokens": None}, {"ttft_s": None}, {"cost": None}])
def test_what_is_not_known_of_a_model_is_no_reason_for_another(unknown: dict[str, Any]) -> None:
    best = known("best", 2, **{"cost": 1, "ttft_s": Decimal(9), **unknown})
    other = known("other", 1, cost=2, context_window_tokens=200_000, ttft_s=Decimal(1))
    other_reasons = reasons(recommend(world(best, other), CODING))[1]
    wanted = {Reason.CONTEXT, Reason.LATENCY}
    if unknown == {"cost": None}:
        wanted.add(Reason.PRICED)
    elif "context_window_tokens" in unknown:
        wanted.remove(Reason.CONTEXT)
    else:
        wanted.remove(Reason.LATENCY)
    assert set(other_reasons) == wanted


def test_open_weights_are_a_reason_only_once() -> None:
    both_open = {"open_weights": True}
    tables = world(known("best", 3), known("open", 2, **both_open), known("open-too", 1, **both_open))
    assert picked(recommend(tables, CODING)) == ["best", "open"]


def test_one_gives_up_open_weights_only_where_they_are_known_to_be_closed() -> None:
    tables = world(known("best", 3, open_weights=None), known("open", 2, open_weights=True))
    result = recommend(tables, CODING)
    assert picked(result) == ["best", "open"]
    assert not result.picks[0].losses


def test_three_picks_are_the_most() -> None:
    made = [known(f"m{n}", 2 - n / 10, 2.0**-n) for n in range(9)]
    assert picked(recommend(world(*made), CODING)) == ["m0", "m1", "m2"]


def test_a_model_with_less_than_half_the_points_is_no_alternative_but_on_the_frontier() -> None:
    result = recommend(world(known("best", 20, 10), known("hopeless", -20, "0.01")), CODING)
    assert result.picks[0].ability.points > 2 * result.frontier[0].ability.points
    assert picked(result) == ["best"]
    assert [point.model_id for point in result.frontier] == ["hopeless", "best"]


def test_a_newer_version_of_a_pick_is_named_in_the_last_line() -> None:
    tables = world(
        known("pick", 1, display_name="Claude Opus 5"),
        known("new", 2, ranked=False, display_name="Claude Opus 5.5"),
    )
    result = recommend(tables, CODING)
    assert picked(result) == ["pick"]
    said = footer(result.provenance, DAY, result.outdated)
    assert said.endswith(" · Claude Opus 5.5 is newer than Claude Opus 5")


def test_a_pick_says_what_one_gives_up_against_the_others() -> None:
    result = recommend(
        world(
            known("best", 2, 10, ttft_s=Decimal(9)),
            known("cheap", 1, 2, context_window_tokens=50_000, ttft_s=Decimal(1)),
            known("open", 0, 5, open_weights=True),
        ),
        CODING,
    )
    best, cheap, open_ = (
        {loss.kind: (loss.to, loss.times) for loss in choice.losses} for choice in result.picks
    )
    assert best == {
        LossKind.PRICE: ("cheap", 5),
        LossKind.OPEN_WEIGHTS: ("open", None),
        LossKind.LATENCY: ("cheap", None),
    }
    assert cheap == {
        LossKind.ABILITY: ("best", None),
        LossKind.CONTEXT: ("open", None),
        LossKind.OPEN_WEIGHTS: ("open", None),
    }
    assert open_ == {LossKind.ABILITY: ("best", None), LossKind.PRICE: ("cheap", Decimal("2.5"))}
    assert all(loss.probability is None or loss.probability > 0.99 for c in result.picks for loss in c.losses)
    assert [choice.better_than_next and choice.better_than_next > 0.99 for choice in result.picks] == [
        True,
        True,
        None,
    ]


def test_a_tie_at_the_top_is_said_even_with_models_that_are_no_pick() -> None:
    result = recommend(
        world(known("best", 2.0), known("twin", 1.9), known("far", -9, "0.1"), spread=1), CODING
    )
    assert picked(result) == ["best", "far"]
    assert result.sureness is Sureness.NONE
    assert [rival.model_id for rival in result.rivals] == ["twin"]
    assert result.lead == result.rivals[0].probability
    assert advice(result).pick.startswith("Too close to call between best and twin: best is better")


def test_a_model_that_is_led_with_80_percent_is_no_rival() -> None:
    tables = world(known("best", 2.0), known("71", 1.2), known("86", 0.5, "0.1"), spread=1)
    result = recommend(tables, CODING)
    assert [rival.model_id for rival in result.rivals] == ["71"]
    assert advice(result).picks[0].why == "the highest ability. Better than 86, 85 % sure."


@pytest.mark.parametrize(
    ("gap", "sure", "said"),
    [
        (2.4, Sureness.CLEAR, "best is the strongest model that fits, 95 % sure."),
        (1.3, Sureness.LEANING, "best is probably the strongest model that fits, 82 % sure."),
        (
            0.5,
            Sureness.NONE,
            "Too close to call between best and other: best is better with a chance of 63 %.",
        ),
    ],
)
def test_how_sure_the_strongest_is(gap: float, sure: Sureness, said: str) -> None:
    result = recommend(world(known("best", gap), known("other", 0), spread=1), CODING)
    assert result.sureness is sure
    assert advice(result).pick == said


def test_one_that_fits_alone_is_said_to_be_alone() -> None:
    result = recommend(world(known("only", 1), known("closed", 2, 50)), CODING, budget=Decimal(5))
    said = advice(result)
    assert said.pick == "only is the only ranked model that fits."
    assert said.counts == "1 ranked model fits. Left out: 1 over the budget."
    assert not said.picks[0].gives_up


def test_the_cheapest_that_is_not_surely_weaker_comes_first_and_then_the_strongest() -> None:
    result = recommend(
        world(
            known("best", 2.0, 20),
            known("level", 1.0, 5),
            known("weaker", -1.0, 1),
            known("unpriced", 1.9, None),
            spread=1,
        ),
        CHEAPEST,
    )
    assert picked(result)[:2] == ["level", "best"]
    assert reasons(result)[:2] == [[Reason.CHEAPEST], [Reason.STRONGEST]]
    assert result.good_enough == 2
    assert advice(result).pick == (
        "level is the cheapest model that is good enough. best is better with a chance of 76 %, and dearer."
    )


def test_good_enough_ends_where_the_strongest_is_better_with_90_percent_and_by_more_than_5_points() -> None:
    tables = world(known("best", 20.0, 9), known("86", 5.0, 5), known("92", 0.0, 1), spread=10)
    result = recommend(tables, CHEAPEST)
    assert picked(result)[0] == "86"
    assert result.good_enough == 2
    # 5 points are a fifth on the scale of the logistic, near its middle.
    near = world(known("best", 1.9, 9), known("near", 0.0, 5), known("far", -0.3, 1), spread=0.01)
    assert picked(recommend(near, CHEAPEST))[0] == "near"


def test_the_cheapest_good_enough_may_be_the_strongest_itself() -> None:
    result = recommend(world(known("best", 9, 20), known("weak", 1, 1)), CHEAPEST)
    assert picked(result) == ["best", "weak"]
    assert reasons(result)[0] == [Reason.CHEAPEST, Reason.STRONGEST]
    assert advice(result).pick == "best is the cheapest model that is good enough, and the strongest."


def test_without_prices_the_strongest_is_named_in_place_of_the_cheapest() -> None:
    result = recommend(world(known("best", 9, None), known("weak", 1, 1)), CHEAPEST)
    assert picked(result) == ["best", "weak"]
    assert "No list price is known for any that is good enough." in advice(result).pick


def test_prices_are_those_of_the_token_mix_of_the_workload() -> None:
    tables = world(
        known("reads", 1, None, price=price(1, 100)), known("writes", 2, None, price=price(10, 10))
    )
    dear = {c.model.model_id: c.cost for c in recommend(tables, CODING).picks}
    assert dear == {"writes": Decimal(10)}  # At 3 to 1 the other one costs 25.75.
    long = CODING.model_copy(update={"input_parts": 99})
    assert [c.cost for c in recommend(tables, long).picks] == [Decimal(10), Decimal("1.99")]
    with pytest.raises(NothingFits):
        recommend(tables, CODING, budget=Decimal("9.99"))
    assert picked(recommend(tables, long, budget=Decimal("1.99"))) == ["reads"]


def test_a_budget_of_nothing_finds_what_is_free() -> None:
    tables = world(known("free", 1, 0), known("paid", 2, "0.01"), known("unpriced", 3, None))
    result = recommend(tables, CODING, budget=Decimal(0))
    assert picked(result) == ["free"]
    assert dict(result.left_out) == {LeftOut.TOO_DEAR: 1, LeftOut.PRICE_UNKNOWN: 1}
    both = advice(recommend(tables, CODING, budget=Decimal(1)))
    assert both.picks[0].gives_up == "money (free is free)."
    assert both.picks[1].why.startswith("a lower price (paid is not free).")


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("text->text", set()),
        ("text|image->text", {Modality.IMAGE}),
        ("image|text->text", {Modality.IMAGE}),
        ("text->text|image|audio", set()),
        ("text|audio->text|audio", {Modality.AUDIO}),
        ("text|image|video|audio|application/pdf->text", set(Modality)),
        ("Text| Image |application/vnd.ms-excel->text", {Modality.IMAGE}),
        (None, None),
        ("", None),
    ],
)
def test_what_a_model_takes_in_is_read_from_before_the_arrow(
    text: str | None, taken: set[Modality] | None
) -> None:
    assert takes_in(model("a", modalities=text)) == taken


def test_without_abilities_nothing_is_recommended_and_that_is_said() -> None:
    whole = world(known("a", 1))
    bare = Catalog(whole.models.values(), TESTS, [])
    with pytest.raises(NotWorkedOut) as error:
        recommend(bare, CODING)
    assert "has not been worked out" in words(error.value)


def test_a_context_window_as_large_as_asked_for_is_enough() -> None:
    tables = world(known("a", 1))
    assert picked(recommend(tables, CODING, context=100_000)) == ["a"]
    with pytest.raises(NothingFits):
        recommend(tables, CODING, context=100_001)


def test_models_without_scores_enough_are_never_recommended() -> None:
    result = recommend(world(known("thin", 9, ranked=False), known("ranked", 1)), CODING)
    assert picked(result) == ["ranked"]
    assert dict(result.left_out) == {LeftOut.TOO_FEW_SCORES: 1}
    with pytest.raises(NothingFits) as error:
        recommend(world(known("thin", 9, ranked=False)), CODING)
    assert "No model has enough scores" in words(error.value)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"budget": Decimal("0.5")}, "With a budget of $1 per million tokens, “small” would fit."),
        ({"context": 10**9}, "With a context of 100,000 tokens, “large” would fit."),
        ({"open_weights": True}, "If closed weights were allowed, “large” would fit."),
        (
            {"modalities": [Modality.IMAGE, Modality.PDF]},
            "Without input of PDF files, “large” would fit.",
        ),
        (
            {"budget": Decimal("0.5"), "context": 10**9},
            "The cheapest, “small”, costs $1 per million tokens. "
            "The largest context window is that of “large”, 100,000 tokens.",
        ),
        ({"open_weights": True, "context": 10**9}, "None is known to have open weights."),
        (
            {"modalities": [Modality.AUDIO], "context": 10**9},
            "“large” comes nearest in what it takes in, but not audio.",
        ),
        (
            {"budget": Decimal(1), "modalities": [Modality.IMAGE]},
            "With a budget of $2 per million tokens, “large”",
        ),
    ],
)
def test_when_nothing_fits_the_limit_to_loosen_is_named(limits: dict[str, Any], said: str) -> None:
    tables = world(
        known("large", 2, 2, modalities="text|image->text"), known("small", 1, 1, modalities="text->text")
    )
    with pytest.raises(NothingFits) as error:
        recommend(tables, CODING, **limits)
    assert said in words(error.value)


def test_a_budget_to_loosen_to_is_rounded_up_so_that_it_is_enough() -> None:
    tables = world(known("a", 1, "1.2301"))
    with pytest.raises(NothingFits) as error:
        recommend(tables, CODING, budget=Decimal(1))
    assert "With a budget of $1.24" in words(error.value)
    assert picked(recommend(tables, CODING, budget=Decimal("1.24"))) == ["a"]


prices = st.none() | st.integers(0, 5)
facts = st.fixed_dictionaries(
    {
        "cost": prices,
        "ranked": st.sampled_from([True, True, True, False]),
        "open_weights": st.none() | st.booleans(),
        "context_window_tokens": st.none() | st.integers(1, 6).map(lambda n: n * 50_000),
        "modalities": st.none() | st.sampled_from(["text->text", "text|image->text", "text|image|pdf->text"]),
        "ttft_s": st.none() | st.integers(0, 3).map(Decimal),
    }
)
abilities = st.integers(-4, 4).map(lambda n: n / 2)
worlds = st.builds(
    lambda made, spread: world(
        *(known(f"m{n}", ability, **f) for n, (ability, f) in enumerate(made)), spread=spread
    ),
    st.lists(st.tuples(abilities, facts), min_size=1, max_size=7),
    st.sampled_from([0.01, 0.5, 2.0]),
)
limits = st.fixed_dictionaries(
    {},
    optional={
        "budget": st.integers(0, 5).map(Decimal),
        "context": st.integers(1, 400_000),
        "open_weights": st.booleans(),
        "modalities": st.sets(st.sampled_from([Modality.IMAGE, Modality.PDF])),
    },
)
workloads = st.sampled_from([*PRESETS, OVERALL, CODING])


@given(worlds, workloads, limits)
def test_every_pick_keeps_to_every_limit_and_everybody_else_is_counted(
    tables: Catalog, workload: Workload, asked: dict[str, Any]
) -> None:
    try:
        result = recommend(tables, workload, **asked)
    except NothingFits:
        return
    for choice in result.picks:
        m = choice.model
        if asked.get("budget") is not None:
            assert choice.cost is not None
            assert choice.cost <= asked["budget"]
        assert m.open_weights or not asked.get("open_weights")
        assert (m.context_window_tokens or 0) >= asked.get("context", 0)
        assert (takes_in(m) or set()) >= asked.get("modalities", set())
        assert len(tables.scores(m.model_id)) == 8
    assert result.fitting + sum(number for _, number in result.left_out) == len(tables.models)
    assert 1 <= len(set(picked(result))) == len(result.picks) <= 3
    assert all(choice.gains for choice in result.picks)


@given(worlds, workloads, limits)
def test_the_frontier_is_what_no_model_beats_in_ability_and_price(
    tables: Catalog, workload: Workload, asked: dict[str, Any]
) -> None:
    try:
        result = recommend(tables, workload, **asked)
    except NothingFits:
        return
    fitting = {
        m.model_id: (known_abilities.ability(m.model_id, workload.weights).points, workload.cost(m.price))
        for m in tables.models.values()
        if (known_abilities := tables.abilities(Lane.PROVISIONAL))
        and len(tables.scores(m.model_id)) == 8
        and fits(m, workload, asked)
    }
    priced = {m: (points, cost) for m, (points, cost) in fitting.items() if cost is not None}

    def beaten(one: tuple[float, Decimal]) -> bool:
        return any(p >= one[0] and c <= one[1] and (p, c) != one for p, c in priced.values())

    assert {p.model_id for p in result.frontier} == {m for m, each in priced.items() if not beaten(each)}
    assert [p.cost for p in result.frontier] == sorted(p.cost for p in result.frontier)
    assert result.unpriced == len(fitting) - len(priced)
    assert result.fitting == len(fitting)


def fits(m: Model, workload: Workload, asked: dict[str, Any]) -> bool:
    cost, budget = workload.cost(m.price), asked.get("budget")
    return (
        (budget is None or (cost is not None and cost <= budget))
        and (m.context_window_tokens or 0) >= asked.get("context", 0)
        and (m.open_weights is True or not asked.get("open_weights"))
        and (takes_in(m) or set()) >= asked.get("modalities", set())
    )


@given(worlds, workloads, limits)
def test_what_is_offered_when_nothing_fits_does_fit(
    tables: Catalog, workload: Workload, asked: dict[str, Any]
) -> None:
    try:
        recommend(tables, workload, **asked)
    except NothingFits as error:
        for nearest in () if error.several else error.nearest:
            looser = dict(asked)
            match nearest.limit:
                case "budget":
                    looser["budget"] = nearest.price
                case "context":
                    looser["context"] = nearest.context
                case "open weights":
                    looser["open_weights"] = False
                case "modalities":
                    looser["modalities"] = asked["modalities"] - set(nearest.modalities)
            assert nearest.model in {
                p.display_name for p in recommend(tables, workload, **looser).frontier
            } | set(fitting_names(tables, workload, looser))


def fitting_names(tables: Catalog, workload: Workload, asked: dict[str, Any]) -> list[str]:
    return [m.display_name for m in tables.models.values() if fits(m, workload, asked)]


def enough_beside(known_abilities: Abilities, best: str, other: str) -> bool:
    points = [known_abilities.ability(m, CHEAPEST.weights).points for m in (best, other)]
    return known_abilities.better(best, other, CHEAPEST.weights) < SURE or points[0] - points[1] <= 5


@given(worlds, limits)
def test_the_cheapest_good_enough_is_not_surely_weaker_and_none_of_those_is_cheaper(
    tables: Catalog, asked: dict[str, Any]
) -> None:
    try:
        result = recommend(tables, CHEAPEST, **asked)
    except NothingFits:
        return
    known_abilities = tables.abilities(Lane.PROVISIONAL)
    assert known_abilities
    first = result.picks[0]
    enough = [
        cost
        for m in tables.models.values()
        if len(tables.scores(m.model_id)) == 8
        and fits(m, CHEAPEST, asked)
        and (cost := CHEAPEST.cost(m.price)) is not None
        and enough_beside(known_abilities, result.strongest, m.model_id)
    ]
    assert len(enough) == result.good_enough
    if enough:
        assert first.cost == min(enough)
        assert enough_beside(known_abilities, result.strongest, first.model.model_id)
    else:
        assert first.model.model_id == result.strongest


@given(worlds, workloads, limits)
def test_the_words_leave_no_gap(tables: Catalog, workload: Workload, asked: dict[str, Any]) -> None:
    try:
        result = recommend(tables, workload, **asked)
    except NothingFits:
        return
    said = advice(result)
    texts = [said.pick, said.asked, said.counts, said.frontier]
    texts += [text for pick in said.picks for text in (*pick.figures, pick.why, pick.gives_up)]
    for text in texts:
        assert "None" not in text
        assert "–" not in text
        assert "  " not in text
        assert "nan" not in text


@pytest.fixture(scope="module")
def tables() -> Catalog:
    return shipped()


def test_on_the_shipped_tables_every_preset_is_answered_in_both_lanes(tables: Catalog) -> None:
    for workload, lane in product(PRESETS, Lane):
        result = recommend(tables, workload, lane=lane)
        assert len(result.picks) == 3
        assert result.picks[0].ability.points > 50
        assert result.frontier
        read = Recommendation.model_validate_json(result.model_dump_json())
        assert picked(read) == picked(result)


def test_a_dearer_budget_never_finds_a_weaker_model(tables: Catalog) -> None:
    best = [
        recommend(tables, CODING, budget=Decimal(b)).picks[0].ability.points for b in ("0.1", "1", "5", "50")
    ]
    assert best == sorted(best)
    assert best[0] < best[-1]
