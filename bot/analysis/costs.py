"""What models cost and how much they take in, in words; every figure comes from the Comparison."""

from bot.analysis import figures
from bot.analysis.comparison import Comparison
from bot.analysis.figures import listed
from bot.analysis.pick import CONTEXT_FACTOR, stands_out
from bot.analysis.verdict import Written


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
