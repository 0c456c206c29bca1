"""What models cost and how much they take in, in words."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from bot.analysis import figures
from bot.analysis.averages import TENTH, rounded
from bot.analysis.comparison import Comparison
from bot.analysis.figures import listed
from bot.analysis.pick import CONTEXT_FACTOR, stands_out
from bot.analysis.usage import Bill, Usage, break_evens
from bot.catalog.entities import Model, Price, PriceKind
from bot.words.scale import BLEND
from bot.words.verdict import Written

_ALWAYS = "whatever the mix of input and output"


def price_sentence(comparison: Comparison, model: Written = str) -> str:
    """What each model costs, and for which no price is known."""
    names = {m.model_id: model(m.display_name) for m in comparison.models}
    missing = [names[m.model_id] for m in comparison.models if not m.price]
    said = [
        f"{names[m.model_id]} costs {figures.usd(m.price.input)} in and {figures.usd(m.price.output)} out"
        f"{condition(m.price)}"
        for m in comparison.models
        if m.price
    ]
    text = f"{listed(said)} per million tokens." if said else ""
    if missing:
        text += f" No list price is known for {listed(missing)}."
    return text.strip()


def condition(price: Price) -> str:
    """What restricts a price, behind it in brackets; empty where nothing does."""
    parts = [
        "from, at a host" if price.kind is PriceKind.HOST else "",
        f"up to {figures.tokens(price.bands[0].above)} tokens of input" if price.bands else "",
    ]
    return f" ({', '.join(filter(None, parts))})" if any(parts) else ""


def price_remarks(price: Price) -> Iterator[str]:
    """Under which other conditions what is paid, a sentence for each."""
    if price.kind is PriceKind.HOST:
        yield "From, at a host: its maker states no price."
    if price.bands:
        above = [
            f"{figures.usd(band.input)} and {figures.usd(band.output)} above {figures.tokens(band.above)}"
            for band in price.bands
        ]
        lowest = figures.tokens(price.bands[0].above)
        yield (
            f"{figures.usd(price.input)} in and {figures.usd(price.output)} out up to {lowest} tokens of "
            f"input, {listed(above)}."
        )
    if price.hours:
        spans = listed([f"{start} to {end}" for start, end in price.hours.spans])
        days = ", Monday to Friday" if price.hours.weekdays else ""
        yield f"From {spans} UTC{days} it is {figures.times(price.hours.times)} as much."
    if price.cached is not None:
        yield f"Cached input {figures.usd(price.cached)}."
    if price.batch:
        yield f"In a batch {figures.usd(price.batch.input)} in, {figures.usd(price.batch.output)} out."
    if price.fast:
        yield f"Served faster {figures.usd(price.fast.input)} in, {figures.usd(price.fast.output)} out."


def whose(price: Price) -> str:
    """Whose figure a price is, for behind it; empty for one of the tables."""
    if not price.source:
        return ""
    return {
        PriceKind.MAKER: "its maker's own page",
        PriceKind.COLLECTION: "a collection of makers' prices",
        PriceKind.HOST: "a host",
    }[price.kind]


def price_day(price: Price) -> str:
    """The day that is told with a price: from which it holds, or on which it was read."""
    if price.since:
        return f"since {figures.day(price.since)}"
    return f"read {figures.day(price.read)}" if price.read else figures.day(price.as_of)


def ratio_sentence(comparison: Comparison, model: Written = str) -> str:
    """How many times as much the dearer of two models costs; empty where that is not known or nearly 1."""
    ratio = comparison.price_ratio
    if ratio is None or ratio.blended is None or figures.times(ratio.blended) == "1 times":
        return ""
    dearer, cheaper = (model(comparison.model(m).display_name) for m in (ratio.dearer, ratio.cheaper))
    return f"At {BLEND}, {dearer} costs {figures.times(ratio.blended)} as much as {cheaper}."


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


def usage_words(usage: Usage) -> str:
    """What somebody uses in a month, exactly."""
    cached = ""
    if usage.cached_percent is not None:
        cached = f" ({figures.plain(usage.cached_percent)} % of them cached)"
    request = f" in requests of {usage.request_tokens:,}" if usage.request_tokens else ""
    return f"{usage.input_tokens:,} tokens in{request}{cached} and {usage.output_tokens:,} out"


def bill_sentences(bills: Sequence[Bill], model: Written = str) -> Iterator[str]:
    """What each model costs a month, and how many times as much as the cheapest that costs anything.

    With cached input a sum is a span, of which there is no such ratio.
    """
    paid = [bill.cost for bill in bills if bill.cost]
    for bill in bills:
        name = model(bill.model.display_name)
        if bill.cost is None:
            yield f"{name}: no list price is known"
        elif bill.least is not None and bill.least != bill.cost:
            yield f"{name}: {figures.usd(bill.least)} to {figures.usd(bill.cost)}"
        else:
            ratio = figures.times(bill.cost / paid[0]) if bill.cost else "1 times"
            yield f"{name}: {figures.usd(bill.cost)}" + ("" if ratio == "1 times" else f", {ratio} as much")


def break_even_sentences(models: Sequence[Model], usage: Usage, model: Written = str) -> Iterator[str]:
    """At which mix of input and output two models cost the same, and which one is cheaper at every mix.

    Models listed at $0 are left out: what they cost is not in their price.
    """
    priced = [(m, m.price) for m in models if m.price and (m.price.input or m.price.output)]
    if len(priced) < 2:
        return
    found = break_evens([m for m, _ in priced])
    for each in found:
        one, other = (model(m.display_name) for m in (each.cheaper_in, each.cheaper_out))
        share = _percent(1 / (1 + each.ratio))
        yield (
            f"{one} and {other} cost the same at {_parts(each.ratio)} (output is {share} of all tokens). "
            f"With more input {one} is cheaper, with more output {other}."
        )
    if found and usage.input_tokens and usage.output_tokens:
        yield f"You use {_parts(Fraction(usage.input_tokens, usage.output_tokens))}."
    if len({(price.input, price.output) for _, price in priced}) == 1:
        yield f"{listed([model(m.display_name) for m, _ in priced])} cost the same, {_ALWAYS}."
        return
    for low, price in priced:
        others = [(m, p) for m, p in priced if m is not low]
        if all(p.input >= price.input and p.output >= price.output for _, p in others):
            less = all(p.input > price.input and p.output > price.output for _, p in others)
            than = listed([model(m.display_name) for m, _ in others])
            how = "cheaper" if less else "never dearer"
            yield f"{model(low.display_name)} is {how} than {than}, {_ALWAYS}."
            return


def price_notes(bills: Sequence[Bill], usage: Usage, model: Written = str) -> Iterator[str]:
    """What the sums leave out."""
    unknown = [bill.model for bill in bills if bill.model.price and bill.model.price.cached is None]
    if usage.cached_percent and not unknown:
        yield "Cached input is counted at its own price; what some charge for filling a cache is not."
    elif usage.cached_percent and len(unknown) < len(bills):
        names = listed([model(m.display_name) for m in unknown])
        yield (
            f"No price of cached input is known for {names}: the higher sum counts it at the full price, the "
            "lower one as free. Filling a cache is not counted."
        )
    elif usage.cached_percent:
        yield (
            "Prices of cached input are not in the data. The higher sum counts it at the full price: an "
            "upper bound, but for what some providers charge for filling a cache. The lower one counts it as "
            "free."
        )
    elif len(unknown) == len([bill for bill in bills if bill.model.price]):
        yield "All input is counted at the full price: prices of cached input are not in the data."
    else:
        yield "All input is counted at the full price. Say how much of it comes from a cache for less."
    for bill in bills:
        if bill.model.price and bill.model.price.bands:
            yield _band_note(bill, model)
    if free := [model(bill.model.display_name) for bill in bills if bill.cost == 0 and _is_free(bill.model)]:
        are = "is" if len(free) == 1 else "are"
        yield f"{listed(free)} {are} listed at $0; hardware of your own is not counted."


def _band_note(bill: Bill, model: Written) -> str:
    """Which of several prices a sum counts."""
    name, price = model(bill.model.display_name), bill.model.price
    lowest = figures.tokens(price.bands[0].above) if price else ""
    if bill.band is None:
        return f"{name}: counted for requests of up to {lowest} tokens of input; longer ones cost more."
    return f"{name}: counted at its price above {figures.tokens(bill.band.above)} tokens of input."


def _is_free(model: Model) -> bool:
    return model.price is not None and not model.price.input and not model.price.output


def _parts(ratio: Fraction) -> str:
    """A mix: 5.3 tokens in for each token out, 1 token in for 3 out."""
    many = rounded(_decimal(max(ratio, 1 / ratio)), TENTH if max(ratio, 1 / ratio) < 10 else Decimal(1))
    shown = figures.plain(many)
    if ratio >= 1:
        return f"{shown} token{'' if many == 1 else 's'} in for each token out"
    return f"1 token in for {shown} out"


def _percent(share: Fraction) -> str:
    """A share with one decimal where it is small, never rounded up to all or down to none."""
    percent = _decimal(100 * share)
    shown = rounded(percent, TENTH if percent < 10 or percent > 90 else Decimal(1))
    return f"{figures.plain(min(max(shown, TENTH), 100 - TENTH))} %"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
