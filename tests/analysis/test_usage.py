"""Tokens as people write them, what they cost, and where two models are even."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.usage import MOST_TOKENS, Usage, bills, break_evens, read_usage
from bot.catalog.entities import Model
from bot.errors import UsageFault, UsageField, WrongUsage
from bot.words.costs import bill_sentences, break_even_sentences, price_notes, usage_words
from bot.words.errors import words
from tests.worlds import model, price

READ = {
    "2M": 2_000_000,
    "500k": 500_000,
    "1,5 M": 1_500_000,
    "1.5m": 1_500_000,
    "2.5 million": 2_500_000,
    "1.000.000": 1_000_000,
    "1,000,000": 1_000_000,
    "1 000 000": 1_000_000,
    "1\u202f000\u202f000": 1_000_000,
    "1'000'000": 1_000_000,
    "1_000_000": 1_000_000,
    "1.000": 1000,
    "1,500": 1500,
    "1,234.5k": 1_234_500,
    "1.234,5 k": 1_234_500,
    "0.500M": 500_000,
    ".5M": 500_000,
    "1e6": 1_000_000,
    "1.500e6": 1_500_000,
    "2 M tokens / month": 2_000_000,
    "2M a month": 2_000_000,
    "~2M": 2_000_000,
    "2 bn": 2 * 10**9,
    "３Ｍ": 3_000_000,
    "٢M": 2_000_000,
    "\u202e2M": 2_000_000,
    "0": 0,
    "1000000000000000": MOST_TOKENS,
}
REFUSED = {
    "1.500M": UsageFault.AMBIGUOUS,
    "1,500k": UsageFault.AMBIGUOUS,
    "1.5": UsageFault.FRACTION,
    "1.2345k": UsageFault.FRACTION,
    "1.0000000000000000000000000000000000000001M": UsageFault.FRACTION,
    "": UsageFault.EMPTY,
    " \u200b\u2060 ": UsageFault.EMPTY,
    "-5": UsageFault.UNREADABLE,
    "1-2M": UsageFault.UNREADABLE,
    "12,34,567": UsageFault.UNREADABLE,
    "1 5 M": UsageFault.UNREADABLE,
    "500 t": UsageFault.UNREADABLE,
    "2e3k": UsageFault.UNREADABLE,
    "many": UsageFault.UNREADABLE,
    "@everyone": UsageFault.UNREADABLE,
    "9" * 4000: UsageFault.UNREADABLE,
    "9" * 24: UsageFault.RANGE,
    "1000000000000001": UsageFault.RANGE,
    "1e99": UsageFault.RANGE,
}


@pytest.mark.parametrize(("typed", "tokens"), READ.items())
def test_a_number_is_read_as_people_write_it(typed: str, tokens: int) -> None:
    assert read_usage(typed, "0") == Usage(input_tokens=tokens, output_tokens=0)


@pytest.mark.parametrize(("typed", "fault"), REFUSED.items())
def test_what_is_not_certain_is_refused_with_a_way_to_write_it(typed: str, fault: UsageFault) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_usage("0", typed)
    assert (refused.value.field, refused.value.fault) == (UsageField.OUTPUT, fault)
    said = words(refused.value)
    assert said.startswith("Tokens out: ")
    assert "Write" in said or "write" in said
    assert "{" not in said
    assert len(said) < 250


def test_a_number_with_two_readings_names_both() -> None:
    with pytest.raises(WrongUsage) as refused:
        read_usage("1.500M", "0")
    assert words(refused.value) == (
        "Tokens in: “1.500M” could mean 1,500,000 or 1,500,000,000. Write one of these."
    )


@given(st.integers(0, MOST_TOKENS), st.sampled_from([",", ".", " ", "'", "_", ""]))
def test_every_number_in_groups_is_read_as_it_is(tokens: int, sign: str) -> None:
    assert read_usage(f"{tokens:,}".replace(",", sign), "0").input_tokens == tokens


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    for typed in ((text, "0", ""), ("0", "0", text)):
        try:
            usage = read_usage(*typed)
        except WrongUsage:
            continue
        assert 0 <= usage.input_tokens <= MOST_TOKENS
        assert 0 <= (usage.cached_percent or 0) <= 100


@pytest.mark.parametrize(
    ("typed", "percent"),
    [
        ("30", "30"),
        ("30 %", "30"),
        ("12,5%", "12.5"),
        ("0.3 %", "0.3"),
        ("0", "0"),
        ("100", "100"),
        ("٣٠٪", "30"),
    ],
)
def test_a_share_is_read_in_percent(typed: str, percent: str) -> None:
    assert read_usage("0", "0", typed).cached_percent == Decimal(percent)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("0.3", UsageFault.AMBIGUOUS), ("101", UsageFault.RANGE), ("half", UsageFault.UNREADABLE)],
)
def test_a_share_that_is_not_certain_is_refused(typed: str, fault: UsageFault) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_usage("0", "0", typed)
    assert (refused.value.field, refused.value.fault) == (UsageField.CACHED, fault)
    assert words(refused.value).startswith("Cached share: ")


def named(name: str, *costs: str) -> Model:
    return model(name.lower(), display_name=name, price=price(*costs) if costs else None)


A, B, C = named("A", "1", "10"), named("B", "2", "4"), named("C", "3", "12")
FREE, UNKNOWN = named("Free", "0", "0"), named("Unknown")
SOME = Usage(input_tokens=4_000_000, output_tokens=1_000_000)


def test_sums_are_exact_and_the_cheapest_comes_first() -> None:
    cheap = named("Cheap", "0.000000001", "0.1234567890123456789012345678901234567890")
    (first, second, last) = bills([UNKNOWN, A, cheap], Usage(input_tokens=MOST_TOKENS - 1, output_tokens=1))
    for bill in (first, second):
        assert bill.cost
        assert bill.model.price
        exact = Fraction(bill.model.price.input) * (MOST_TOKENS - 1) + Fraction(bill.model.price.output)
        assert Fraction(bill.cost) == exact / 10**6
    assert (first.model, second.model) == (cheap, A)
    assert (last.model, last.cost, last.least) == (UNKNOWN, None, None)


def test_cached_input_is_between_free_and_the_full_price() -> None:
    (bill,) = bills([A], SOME.model_copy(update={"cached_percent": Decimal("12.5")}))
    assert (bill.least, bill.cost) == (Decimal("13.5"), Decimal(14))


def test_two_models_are_even_where_their_sums_are_the_same() -> None:
    (found,) = break_evens([A, B])
    assert (found.cheaper_in, found.cheaper_out, found.ratio) == (A, B, Fraction(6))
    even = Usage(input_tokens=6, output_tokens=1)
    assert len({bill.cost for bill in bills([A, B], even)}) == 1


costs = st.decimals(0, 100, places=3)


@given(costs, costs, costs, costs, st.integers(0, 10**9), st.integers(0, 10**9))
def test_on_either_side_of_break_even_the_cheaper_one_is_as_said(
    a_in: Decimal, a_out: Decimal, b_in: Decimal, b_out: Decimal, tokens_in: int, tokens_out: int
) -> None:
    one, other = named("A", str(a_in), str(a_out)), named("B", str(b_in), str(b_out))
    usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out)
    cost = {bill.model.display_name: bill.cost or Decimal(0) for bill in bills([one, other], usage)}
    found = break_evens([one, other])
    if not found:
        # The same one is never the dearer.
        low, high = sorted((one, other), key=lambda m: (m.price.input, m.price.output) if m.price else ())
        if low.price and high.price and low.price.output > high.price.output:
            low, high = high, low
        assert cost[low.display_name] <= cost[high.display_name]
        return
    ((low, high, ratio),) = [(f.cheaper_in, f.cheaper_out, f.ratio) for f in found]
    difference = cost[low.display_name] - cost[high.display_name]
    side = Fraction(tokens_in) - ratio * tokens_out
    assert (difference < 0) == (side > 0)
    assert (difference == 0) == (side == 0)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (
            (A, B),
            [
                "A and B cost the same at 6 tokens in for each token out (output is 14 % of all tokens). "
                "With more input A is cheaper, with more output B.",
                "You use 4 tokens in for each token out.",
            ],
        ),
        ((A, C), ["A is cheaper than C, whatever the mix of input and output."]),
        (
            (A, named("Same in", "1", "11")),
            ["A is never dearer than Same in, whatever the mix of input and output."],
        ),
        ((A, named("Twin", "1", "10")), ["A and Twin cost the same, whatever the mix of input and output."]),
        (
            (A, B, C),
            [
                "A and B cost the same at 6 tokens in for each token out (output is 14 % of all tokens). "
                "With more input A is cheaper, with more output B.",
                "You use 4 tokens in for each token out.",
            ],
        ),
        (
            (A, named("D", "1.5", "9"), named("E", "0.5", "8")),
            [
                "A and D cost the same at 2 tokens in for each token out (output is 33 % of all tokens). "
                "With more input A is cheaper, with more output D.",
                "You use 4 tokens in for each token out.",
                "E is cheaper than A and D, whatever the mix of input and output.",
            ],
        ),
        (
            (named("X", "1", "5"), named("Y", "5", "4")),
            [
                "X and Y cost the same at 1 token in for 4 out (output is 80 % of all tokens). "
                "With more input X is cheaper, with more output Y.",
                "You use 4 tokens in for each token out.",
            ],
        ),
        ((A, FREE), []),
        ((A, UNKNOWN), []),
    ],
)
def test_the_break_even_is_said_in_words(models: tuple[Model, ...], said: list[str]) -> None:
    assert list(break_even_sentences(models, SOME)) == said


def test_the_bill_is_said_in_words() -> None:
    usage = read_usage("4M", "1M", "50 %")
    found = bills([UNKNOWN, C, A, FREE], usage)
    assert usage_words(usage) == "4,000,000 tokens in (50 % of them cached) and 1,000,000 out"
    assert list(bill_sentences(found)) == [
        "Free: $0",
        "A: $12 to $14",
        "C: $18 to $24",
        "Unknown: no list price is known",
    ]
    assert list(bill_sentences(bills([FREE, C, A], read_usage("4M", "1M")))) == [
        "Free: $0",
        "A: $14",
        "C: $24, 1.7 times as much",
    ]
    cached, free = price_notes(found, usage)
    assert "at the full price" in cached
    assert free == "Free is listed at $0; hardware of your own is not counted."


def test_nothing_used_costs_nothing_and_divides_by_nothing() -> None:
    nothing = Usage(input_tokens=0, output_tokens=0)
    found = bills([A, B, UNKNOWN], nothing)
    assert list(bill_sentences(found)) == ["A: $0", "B: $0", "Unknown: no list price is known"]
    assert "You use" not in " ".join(break_even_sentences([A, B], nothing))
    assert len(list(price_notes(found, nothing))) == 1
