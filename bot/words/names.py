"""Names that are not settled, in words: why, what is asked back, and what is left out."""

from collections.abc import Sequence

from bot.analysis.figures import counted, listed
from bot.catalog.names.index import Reason
from bot.words.text import Quote, one_line, plain

# Names that are shown of those that were left out.
MOST_LEFT_OUT = 4

_REASONS = {
    Reason.FAMILY: "{name} is in the names of several models.",
    Reason.NOT_LISTED: "{name} is not in the list of models.",
    Reason.AMBIGUOUS: "{name} could mean more than one model.",
    Reason.UNKNOWN: "There is no model by the name {name}.",
    Reason.EMPTY: "There is no model by the name {name}.",
}


def why_unsure(typed: str, reason: Reason, quote: Quote) -> str:
    """Why a name is not surely a model."""
    return _REASONS[reason].format(name=quote(typed))


def only_one(name: str) -> str:
    """With the facts of the one model that a message names; ``name`` is fit to be shown."""
    return f"{name} is the only model named for certain in this message. `/compare` sets another beside it."


def only_perhaps(name: str) -> str:
    """With the facts of a model that a message names, if it is about models at all."""
    return f"This message may mean {name}, though nothing else in it is about models."


def left_out(more: Sequence[str], unclear: Sequence[str]) -> str:
    """What a comparison of the models of a message leaves out, below 2,000 characters; often nothing.

    ``more`` are models beyond the most that are compared, ``unclear`` names of several; fit to be shown.
    """
    sentences = []
    if more:
        sentences.append(f"Four models are the most in one comparison. Also named: {_some(more)}.")
    if unclear:
        verb = "is left out: it" if len(unclear) == 1 else "are left out: each"
        sentences.append(f"{_some(unclear)} {verb} could be one of several models.")
    return " ".join(sentences)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_LEFT_OUT
    shown = names if more <= 0 else [*names[:MOST_LEFT_OUT], counted(more, "other")]
    return listed(shown)


def not_sure(typed: str, reason: Reason, choices: int, quote: Quote = plain) -> str:
    """Why a name needs a choice, and the question; ``choices`` is how many models are offered."""
    sentence = why_unsure(typed, reason, quote) if one_line(typed) else "The name is empty."
    if reason is Reason.EMPTY:
        return f"{sentence} No models are loaded yet."
    if not choices:
        return f"{sentence} Write more of the name, such as GPT-5.5 or Llama 3.3 70B."
    if reason is Reason.FAMILY or reason is Reason.AMBIGUOUS or not one_line(typed):
        return f"{sentence} Which one do you mean?"
    return f"{sentence} Did you mean {'this one' if choices == 1 else 'one of these'}?"


def settings_typed(settings: Sequence[str], quote: Quote = plain) -> str:
    """That efforts and thinking in a name are no models of their own; empty where none was typed."""
    if not settings:
        return ""
    once = dict.fromkeys(settings)
    verb = (
        "is a setting, not a model of its own" if len(once) == 1 else "are settings, not models of their own"
    )
    return f"{listed([quote(each) for each in once])} {verb}; the scores are those of the best setting."
