"""Why no model can be recommended, and which limit to loosen, in words; a part of ``chat/errors.py``."""

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal

from bot.analysis.figures import listed, taken_in, usd
from bot.analysis.limits import Modality
from bot.errors import Nearest, NothingFits

Quote = Callable[[str], str]


def nothing_fits(error: NothingFits, quote: Quote) -> str:
    if not error.ranked:
        return "No model has enough scores in this lane to be ranked, so none can be recommended."
    if not error.nearest:
        return "No ranked model fits, and loosening one limit is not enough. Loosen several of them."
    if error.several:
        reasons = [_out_of_reach(nearest, quote) for nearest in error.nearest]
        return f"No ranked model fits, and loosening one limit is not enough. {' '.join(reasons)}"
    ways = [_loosened(nearest, quote) for nearest in error.nearest]
    return f"No ranked model fits. {' '.join(ways)}"


def _loosened(nearest: Nearest, quote: Quote) -> str:
    match nearest.limit:
        case "budget":
            way = f"With a budget of {usd(_enough(nearest.price or Decimal(0)))} per million tokens"
        case "context":
            way = f"With a context of {nearest.context or 0:,} tokens"
        case "open weights":
            way = "If closed weights were allowed"
        case "modalities":
            way = f"Without input of {_inputs(nearest)}"
    return f"{way}, {quote(nearest.model)} would fit."


def _out_of_reach(nearest: Nearest, quote: Quote) -> str:
    name = quote(nearest.model)
    match nearest.limit:
        case "budget":
            cost = usd(_enough(nearest.price or Decimal(0)))
            return f"The cheapest, {name}, costs {cost} per million tokens."
        case "context":
            return f"The largest context window is that of {name}, {nearest.context or 0:,} tokens."
        case "open weights":
            return "None is known to have open weights."
        case "modalities":
            return f"{name} comes nearest in what it takes in, but not {_inputs(nearest)}."


def _inputs(nearest: Nearest) -> str:
    return listed([taken_in(Modality(m)) for m in nearest.modalities], "or")


def _enough(price: Decimal) -> Decimal:
    """Rounded up as prices are shown, so that a budget of what is read is enough."""
    step = Decimal("0.01") if price >= 1 else Decimal(1).scaleb(min(-2, price.adjusted() - 1))
    return price.quantize(step, rounding=ROUND_CEILING)
