"""Boards: who is on them, in which order, and what the filters leave."""

from decimal import Decimal

from bot.analysis.leaderboard import leaderboard
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.words.verdict import board_counts
from tests.worlds import benchmark, catalog, model, price, score, suppose

CODING = Category.CODING


def world() -> Catalog:
    weighted = [benchmark(f"w{n}", CODING, weight=Decimal("0.25")) for n in range(4)]
    others = [benchmark(f"k{n}", Category.KNOWLEDGE, weight=Decimal("0.25")) for n in range(4)]
    values = {"top": 90, "open": 80, "same": 80, "dear": 70}
    scores = [score(m, b.benchmark_id, v) for m, v in values.items() for b in [*weighted, *others]]
    scores += [score("half", "w0", 99), score("half", "w1", 99), score("thin", "w0", 99)]
    made = catalog(
        [
            model("top", provider="OpenAI", price=price(5, 30)),
            model("open", provider="Alibaba", open_weights=True, price=price(1, 1)),
            model("same", provider="openai", open_weights=False),
            model("dear", provider="Alibaba", open_weights=True, price=price(50, 100)),
            model("half", provider="Alibaba"),
            model("thin", provider="Alibaba"),
        ],
        [*weighted, *others],
        scores,
    )
    return suppose(made, {"top": 1.0, "open": 0.5, "same": 0.5, "dear": 0.0, "half": 2.0, "thin": 3.0})


def test_the_overall_board_ranks_models_with_enough_benchmarks_and_equal_abilities_share_a_rank() -> None:
    board = leaderboard(world())
    assert [(e.rank, e.model_id) for e in board.entries] == [
        (1, "top"),
        (2, "open"),
        (2, "same"),
        (4, "dear"),
    ]
    assert (board.total, board.unranked) == (4, 2)


def test_a_category_board_asks_for_half_of_its_weighted_benchmarks() -> None:
    board = leaderboard(world(), category=CODING)
    assert [(e.rank, e.model_id, e.score) for e in board.entries][:2] == [(1, "half", 99), (2, "top", 90)]
    assert "thin" not in [e.model_id for e in board.entries]
    assert board.unranked == 1


def test_filters_leave_the_rank_of_the_whole_board() -> None:
    board = leaderboard(world(), open_weights=True)
    assert [(e.rank, e.model_id) for e in board.entries] == [(2, "open"), (4, "dear")]


def test_a_provider_is_found_in_any_case() -> None:
    assert [e.model_id for e in leaderboard(world(), provider="OPENAI").entries] == ["top", "same"]


def test_a_price_limit_is_on_the_blended_price_and_counts_what_it_cannot_judge() -> None:
    board = leaderboard(world(), max_price=Decimal("11.25"))
    assert [(e.model_id, e.blended_usd_per_mtok) for e in board.entries] == [
        ("top", Decimal("11.25")),
        ("open", 1),
    ]
    assert (board.unpriced, board.unranked) == (1, 0)
    assert board_counts(board) == "2 ranked models. 1 model without a known price is left out."


def test_an_empty_board_says_what_to_try() -> None:
    assert board_counts(leaderboard(world(), Lane.VERIFIED)) == (
        "No ranked model fits. Try another category, the provisional lane or fewer filters."
    )


def test_pages_follow_each_other() -> None:
    pages = [leaderboard(world(), start=n, limit=2) for n in (0, 2, 4)]
    assert [[e.model_id for e in p.entries] for p in pages] == [["top", "open"], ["same", "dear"], []]
    assert {p.total for p in pages} == {4}


def test_the_verified_lane_of_self_reported_scores_is_empty() -> None:
    board = leaderboard(world(), Lane.VERIFIED)
    assert (board.entries, board.total, board.unranked) == ((), 0, 0)


def test_a_board_goes_by_ability_whatever_the_averages_say() -> None:
    turned = suppose(world(), {"top": 0.0, "open": 1.0, "same": 1.05, "dear": 0.9})
    board = leaderboard(turned)
    assert [e.model_id for e in board.entries] == ["same", "open", "dear", "top"]
    assert [(e.rank, e.best, e.worst) for e in board.entries] == [(1, 1, 3), (1, 1, 3), (1, 1, 3), (4, 4, 4)]
    assert max(board.entries, key=lambda e: e.score).model_id == "top"
    assert board.entries[0].ability.low < board.entries[0].ability.points < board.entries[0].ability.high


def test_without_abilities_a_board_is_empty_and_counts_its_models() -> None:
    board = leaderboard(world().with_fit(None))
    assert (board.entries, board.total, board.unranked) == ((), 0, 6)
    assert board_counts(board) == (
        "Nothing is ranked, because the abilities of these models could not be worked out."
    )
