"""Figures as people read them."""

from decimal import Decimal

import pytest

from bot.analysis import figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [("72.0", "72"), ("13.45", "13.5"), ("0.04", "0.04"), ("0", "0"), ("9844.67", "9,844.7"), ("100", "100")],
)
def test_points(value: str, shown: str) -> None:
    assert figures.points(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("5", "$5"),
        ("2.5", "$2.50"),
        ("11.25", "$11.25"),
        ("0.075", "$0.075"),
        ("0.1", "$0.10"),
        ("0.00037", "$0.00037"),
        ("0", "$0"),
        ("1000", "$1,000"),
        (None, "–"),
    ],
)
def test_dollars_keep_small_prices_apart_from_nothing(value: str | None, shown: str) -> None:
    assert figures.usd(None if value is None else Decimal(value)) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (512, "512"),
        (8192, "8.2K"),
        (131_072, "131K"),
        (256_000, "256K"),
        (999_600, "1M"),
        (1_050_000, "1.05M"),
        (None, "–"),
    ],
)
def test_tokens(count: int | None, shown: str) -> None:
    assert figures.tokens(count) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("2025", "2025"), ("2025-03", "Mar 2025"), ("2025-03-04", "4 Mar 2025"), (None, "–")],
)
def test_a_date_is_as_precise_as_it_is_known(value: str | None, shown: str) -> None:
    assert figures.released(value) == shown


def test_counts_and_lists() -> None:
    assert (figures.counted(1, "test"), figures.counted(1200, "test")) == ("1 test", "1,200 tests")
    assert [figures.listed(list("abc")[:n], "or") for n in range(4)] == ["", "a", "a or b", "a, b or c"]


@pytest.mark.parametrize(("ratio", "shown"), [("1.34", "1.3 times"), ("6", "6 times"), ("17.4", "17 times")])
def test_ratios(ratio: str, shown: str) -> None:
    assert figures.times(Decimal(ratio)) == shown
