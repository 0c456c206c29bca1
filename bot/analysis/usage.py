"""What models cost for somebody's own use: tokens as people write them, exact sums, break-even."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations

from bot.catalog.entities import Band, Model, Number, Price, Rate, Value
from bot.catalog.names.spelling import plain
from bot.errors import UsageFault, UsageField, WrongUsage

# More tokens than all models of the world write in a month.
MOST_TOKENS = 10**15
LONGEST = 60

_POWERS = {
    word: power
    for power, words in {
        0: ("",),
        3: ("k", "thousand"),
        6: ("m", "mn", "mio", "million", "millions"),
        9: ("b", "bn", "mrd", "billion", "billions"),
        12: ("trillion", "trillions"),
    }.items()
    for word in words
}
_AMOUNT = re.compile(
    r"[~≈]? ?(?P<number>[0-9.,' _]*[0-9])(?:e\+?(?P<exponent>[0-9]{1,2}))? ?(?P<unit>[a-z]*?)"
    r"(?: ?(?:tokens?|tok))?(?: ?(?:/|per|a|each) ?(?:month|mo))?"
)
# Whole numbers in groups of three, and after another sign what is less than one.
_GROUPED = re.compile(
    r"(?P<marks>[0-9]{1,3}(?P<mark>[ '_])[0-9]{3}(?:(?P=mark)[0-9]{3})*)(?:[.,](?P<after_mark>[0-9]+))?"
    r"|(?P<commas>[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<after_comma>[0-9]+))?"
    r"|(?P<points>[0-9]{1,3}(?:\.[0-9]{3})+)(?:,(?P<after_point>[0-9]+))?"
)
_WHOLE, _REST = ("marks", "commas", "points"), ("after_mark", "after_comma", "after_point")
_POINT = re.compile(r"([0-9]*)[.,]([0-9]+)")
_REQUESTS = re.compile(r",? in requests of ", re.IGNORECASE)
_SHARE = re.compile(r"(?P<number>[0-9]{1,3}(?:[.,][0-9]{1,6})?) ?(?P<sign>[%٪]|percent|per cent)?")


class Usage(Value):
    """Tokens in and out a month, the percent of those in that come from a cache, and how long the input of
    one request is; None if not said."""

    input_tokens: int
    output_tokens: int
    cached_percent: Number | None = None
    request_tokens: int | None = None


@dataclass(frozen=True)
class Bill:
    """USD a month at list prices, None where no price is known.

    ``least`` is what would be left if cached input cost nothing, where its price is not known. ``band`` is
    the band of longer input that a request falls into, None for the lowest.
    """

    model: Model
    cost: Decimal | None
    least: Decimal | None
    band: Band | None = None


@dataclass(frozen=True)
class BreakEven:
    """Two models cost the same at ``ratio`` tokens in for each token out.

    With more input ``cheaper_in`` is the cheaper one, with more output ``cheaper_out``.
    """

    cheaper_in: Model
    cheaper_out: Model
    ratio: Fraction


def read_usage(tokens_in: str, tokens_out: str, cached: str = "") -> Usage:
    """What somebody typed: "2M", "1,5 million", "1.000.000", "2M in requests of 300k" or "2M@300k", "30 %".

    Raises ``WrongUsage``.
    """
    whole, _, request = (each.strip() for each in _REQUESTS.sub("@", tokens_in, count=1).partition("@"))
    return Usage(
        input_tokens=_tokens(whole, UsageField.INPUT),
        output_tokens=_tokens(tokens_out, UsageField.OUTPUT),
        cached_percent=_share(cached),
        request_tokens=_tokens(request, UsageField.INPUT) if request else None,
    )


def bills(models: Sequence[Model], usage: Usage) -> tuple[Bill, ...]:
    """The cheapest first, those without a price last."""
    found = [_bill(model, model.price, usage) for model in models]
    return tuple(sorted(found, key=lambda b: (b.cost is None, b.cost or 0)))


def _bill(model: Model, price: Price | None, usage: Usage) -> Bill:
    if price is None:
        return Bill(model, None, None)
    longer = [band for band in price.bands if (usage.request_tokens or 0) > band.above]
    band = longer[-1] if longer else None
    rate = band or Rate(input=price.input, output=price.output, cached=price.cached)
    cached = usage.cached_percent or Decimal(0)
    if rate.cached is not None:
        cost = _cost(rate, usage, cached, rate.cached)
        return Bill(model, cost, cost, band)
    full = _cost(rate, usage, cached, rate.input)
    return Bill(model, full, _cost(rate, usage, cached, Decimal(0)), band)


def break_evens(models: Sequence[Model]) -> tuple[BreakEven, ...]:
    """For each two models of which one is cheaper in and the other cheaper out."""
    found = []
    for one, other in combinations(models, 2):
        if one.price is None or other.price is None:
            continue
        less_in = Fraction(other.price.input) - Fraction(one.price.input)
        less_out = Fraction(one.price.output) - Fraction(other.price.output)
        if less_in * less_out > 0:
            cheaper = (one, other) if less_in > 0 else (other, one)
            found.append(BreakEven(*cheaper, ratio=less_out / less_in))
    return tuple(found)


def _cost(rate: Rate, usage: Usage, cached_percent: Decimal, cached: Decimal) -> Decimal:
    """USD, exact: prices are for a million tokens."""
    with localcontext(prec=200):
        given = rate.input * (100 - cached_percent) + cached * cached_percent
        return (given * usage.input_tokens + rate.output * usage.output_tokens * 100).scaleb(-8)


def _tokens(typed: str, field: UsageField) -> int:
    text = " ".join(plain(typed[: LONGEST + 1]).split())
    if not text:
        raise WrongUsage(field, typed, UsageFault.EMPTY)
    found = _AMOUNT.fullmatch(text) if len(text) <= LONGEST else None
    ways = _numbers(found["number"]) if found else []
    if not found or not ways or found["unit"] not in _POWERS or (found["exponent"] and found["unit"]):
        raise WrongUsage(field, typed, UsageFault.UNREADABLE)
    # Tokens come whole, so 1.500 alone is fifteen hundred; 1.500e6 is not written with groups.
    number = ways[0] if found["exponent"] else ways[-1]
    power = int(found["exponent"] or _POWERS[found["unit"]])
    if found["unit"] and len(ways) > 1:
        raise WrongUsage(field, typed, UsageFault.AMBIGUOUS, tuple(int(way.scaleb(power)) for way in ways))
    amount = Fraction(number) * 10**power
    if amount > MOST_TOKENS:
        raise WrongUsage(field, typed, UsageFault.RANGE)
    if amount.denominator > 1:
        raise WrongUsage(field, typed, UsageFault.FRACTION)
    return int(amount)


def _numbers(text: str) -> list[Decimal]:
    """What a number can mean: 1.500 is one and a half, or in groups of three fifteen hundred."""
    if text.isdigit():
        return [Decimal(text)]
    if point := _POINT.fullmatch(text):
        before, after = point.groups()
        read = [Decimal(f"{before or 0}.{after}")]
        grouped = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
        return [*read, Decimal(before + after)] if grouped else read
    if found := _GROUPED.fullmatch(text):
        whole, rest = (next(filter(None, found.group(*names)), "") for names in (_WHOLE, _REST))
        return [Decimal("".join(filter(str.isdigit, whole)) + f".{rest}")]
    return []


def _share(typed: str) -> Decimal | None:
    text = " ".join(plain(typed[: LONGEST + 1]).split())
    if not text:
        return None
    found = _SHARE.fullmatch(text)
    if not found:
        raise WrongUsage(UsageField.CACHED, typed, UsageFault.UNREADABLE)
    percent = Decimal(found["number"].replace(",", "."))
    if percent > 100:
        raise WrongUsage(UsageField.CACHED, typed, UsageFault.RANGE)
    if 0 < percent < 1 and not found["sign"]:
        raise WrongUsage(UsageField.CACHED, typed, UsageFault.AMBIGUOUS)
    return percent
