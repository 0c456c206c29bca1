"""What went wrong, in words. The only place for them; knows no Discord, so that the terminal uses it too."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from math import ceil

from bot.analysis.figures import counted, listed
from bot.catalog.errors import FitFailed, MatchupError, SettingsError, StoreError, StoreFault, WrongModels
from bot.catalog.names import Reason

Quote = Callable[[str], str]

LONGEST_QUOTE = 60

_REASONS = {
    Reason.FAMILY: "{name} is in the names of several models.",
    Reason.NOT_LISTED: "{name} is not in the list of models.",
    Reason.AMBIGUOUS: "{name} could mean more than one model.",
    Reason.UNKNOWN: "There is no model by the name {name}.",
}


_STORE: Mapping[StoreFault, str] = {
    "newer": "The store {path} was written by a newer version of Matchup and was left as it is. "
    "Update Matchup, or set MATCHUP_DATABASE to another file.",
    "foreign": "The file {path} is a database of another program and was left as it is. "
    "Set MATCHUP_DATABASE to another file.",
    "locked": "The store {path} is in use by another program. Try again in a moment, or stop that program.",
    "read-only": "The store {path} cannot be written. Allow writing to the file and its folder, or set "
    "MATCHUP_DATABASE to another file.",
    "full": "The store {path} could not be written: the disk is full or failing. Free some space and "
    "try again; what was in the store is still there.",
    "damaged": "The file {path} is damaged or not a Matchup store. Put a backup in its place, or "
    "move it away and a new one is made.",
    "unreachable": "The store {path} cannot be opened. Check that its folder exists and may be read, "
    "or set MATCHUP_DATABASE to another file.",
    "failed": "The store {path} could not be used: {detail}.",
}


class OutdatedButton(MatchupError):
    """A button of an older version, or about a model that is no longer listed."""


class OutdatedCommand(MatchupError):
    """Discord still shows a command as it was before an update."""


class TooFast(MatchupError):
    """More requests than one person may make; the next is free in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = max(1, ceil(seconds))


class UnknownProvider(MatchupError):
    """No model is from a provider of that name; ``nearest`` are providers that are there."""

    def __init__(self, typed: str, nearest: Sequence[str]) -> None:
        super().__init__(typed, nearest)
        self.typed = typed
        self.nearest = tuple(nearest)


class DiscordUnreachable(MatchupError):
    """Discord, or the server set in its place, did not answer at the start."""


class TokenMissing(SettingsError):
    """The bot's token is not set."""


class TokenRefused(SettingsError):
    """Discord does not accept the token that is set."""


class PortTaken(SettingsError):
    """The port for the health pages is in use or may not be used."""


def one_line(text: str) -> str:
    """What somebody typed, without line breaks and characters that would turn or hide the text around it."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " " for c in text)
    return " ".join("".join(kept).split())


def fitted(text: str, most: int) -> str:
    """At most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Quoted for a terminal."""
    return framed(fitted(one_line(text), LONGEST_QUOTE))


def framed(text: str) -> str:
    """In quotation marks; text that runs from right to left is kept from turning the sentence around it."""
    turns = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"“\u2068{text}\u2069”" if turns else f"“{text}”"


def words(error: MatchupError, quote: Quote = plain) -> str:
    """The sentence for an error: what is wrong and what to do next."""
    match error:
        case WrongModels(twice=str() as name):
            return f"{quote(name)} is named twice. Choose two different models to compare."
        case WrongModels(count=count) if count > 1:
            return f"{count} models are too many to compare. Choose 2 to 4."
        case WrongModels(count=count):
            return f"{count or 'No'} model{'' if count == 1 else 's'} cannot be compared. Choose 2 to 4."
        case UnknownProvider(typed=typed, nearest=nearest):
            offer = f" Did you mean {listed([quote(n) for n in nearest], 'or')}?" if nearest else ""
            return f"No provider is called {quote(typed)}.{offer or ' Leave it out to see all of them.'}"
        case FitFailed():
            return (
                "The abilities could not be worked out from these scores. Look for odd figures in the tables."
            )
        case OutdatedButton():
            return "This button is from an older answer and no longer works. Ask again with the command."
        case OutdatedCommand():
            return "This command has changed since Discord loaded it. Restart Discord (Ctrl+R) and try again."
        case TooFast(seconds=seconds):
            return f"That was quick. Please try again in {counted(seconds, 'second')}."
        case DiscordUnreachable():
            return (
                "Discord could not be reached. Check the network, and MATCHUP_DISCORD_API and "
                "MATCHUP_DISCORD_GATEWAY if they are set."
            )
        case TokenMissing():
            return (
                "MATCHUP_TOKEN: set it to the token of your bot, from its page at "
                "https://discord.com/developers/applications."
            )
        case TokenRefused():
            return "MATCHUP_TOKEN: Discord does not accept this token. Copy it again from your bot's page."
        case PortTaken():
            return "MATCHUP_HEALTH_PORT: this port cannot be used. Choose another one, or stop what uses it."
        case StoreError(fault=fault, path=path, detail=detail):
            return _STORE[fault].format(path=one_line(str(path)), detail=detail)
        case _:
            return str(error)


def unexpected(reference: str) -> str:
    """What the person reads when something failed that nobody foresaw."""
    return (
        "Something went wrong on our side, and your request was not answered. Please try again in a moment. "
        f"If it happens again, report it with the reference `{reference}`."
    )


def not_sure(typed: str, reason: Reason, choices: int, quote: Quote = plain) -> str:
    """Why a name needs a choice, and the question; ``choices`` is how many models are offered."""
    sentence = _REASONS[reason].format(name=quote(typed)) if one_line(typed) else "The name is empty."
    if not choices:
        return f"{sentence} No models are loaded yet."
    if reason is Reason.FAMILY or reason is Reason.AMBIGUOUS or not one_line(typed):
        return f"{sentence} Which one do you mean?"
    return f"{sentence} Did you mean {'this one' if choices == 1 else 'one of these'}?"
