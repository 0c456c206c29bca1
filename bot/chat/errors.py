"""What went wrong, in words. The only place for them; knows no Discord, so that the terminal uses it too."""

import unicodedata
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Literal

from bot.analysis.figures import category, counted, listed
from bot.analysis.workload import LARGEST, PRESETS
from bot.catalog.entities import Category
from bot.catalog.names.index import Reason
from bot.chat.nothing_fits import Quote as Quote
from bot.chat.nothing_fits import nothing_fits
from bot.errors import (
    BackupFailed,
    CannotPost,
    FitFailed,
    MatchupError,
    NoAlerts,
    NoDirectMessages,
    NoMessagesThere,
    NoSuchAlert,
    NotAllowed,
    NothingFits,
    NotInServer,
    NotMentionable,
    NotWatched,
    NotWorkedOut,
    OneSnapshot,
    PriorityAndWorkload,
    SameAlert,
    SettingsError,
    StoreError,
    StoreFault,
    TooManyAlerts,
    TooManyModels,
    TooManyWatched,
    UnknownSnapshot,
    UnknownSource,
    UnknownTimezone,
    UnknownWorkload,
    UsageFault,
    UsageField,
    WorkloadFault,
    WrongModels,
    WrongUsage,
)

LONGEST_QUOTE = 60
# Names that are shown of those that were left out.
MOST_LEFT_OUT = 4

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

_WORKLOAD: Mapping[WorkloadFault, str] = {
    WorkloadFault.EMPTY: "The workload is empty.",
    WorkloadFault.LONG: "The workload {typed} is too long.",
    WorkloadFault.UNKNOWN: "{part} in the workload is no category and no preset.",
    WorkloadFault.PRESET: "{part} is a preset and stands alone, without categories beside it.",
    WorkloadFault.TWICE: "The workload names {part} twice.",
    WorkloadFault.NO_CATEGORY: "{part} in the workload is not one share with one category.",
    WorkloadFault.NO_SHARE: "The workload gives no share for {part}, but one for the rest.",
    WorkloadFault.OUT_OF_RANGE: "The share of {part} has to be above 0, at most {largest}, and at least 1 % "
    "of the whole.",
}
_WORKLOADS = (
    "Write shares, such as “70 coding, 30 agentic”, one or more of the categories "
    f"{listed([category(c) for c in Category])}, or one of "
    f"{listed([f'“{preset.name}”' for preset in PRESETS], 'or')}."
)

_TOKENS: Mapping[UsageFault, str] = {
    UsageFault.EMPTY: "{field}: nothing is written there. Write 0 if there are none.",
    UsageFault.UNREADABLE: "{field}: {typed} cannot be read as a number. Write it as 500k, 2M, "
    "1.5 billion or 2,000,000.",
    UsageFault.AMBIGUOUS: "{field}: {typed} could mean {meant}. Write one of these.",
    UsageFault.FRACTION: "{field}: {typed} is no whole number of tokens. For thousands write 1.5k, for "
    "millions 1.5M.",
    UsageFault.RANGE: "{field}: {typed} is too much. Write at most 1,000,000,000,000,000 a month.",
}
_CACHED: Mapping[UsageFault, str] = {
    UsageFault.UNREADABLE: "{field}: {typed} cannot be read as a share. Write percents, such as 30 %, or "
    "nothing.",
    UsageFault.AMBIGUOUS: "{field}: {typed} could mean a part of one percent or a part of all. Write "
    "percents with the sign, such as 30 %.",
    UsageFault.RANGE: "{field}: {typed} is over 100 %. Write how many percent of the input are cached.",
}


class NothingMentioned(MatchupError):
    """A message names no model for certain; ``candidates`` are those that the name ``typed`` may mean."""

    def __init__(self, typed: str = "", candidates: Sequence[str] = ()) -> None:
        super().__init__(typed, candidates)
        self.typed = typed
        self.candidates = tuple(candidates)


class OutdatedButton(MatchupError):
    """A button of an older version, or about a model that is no longer listed."""


class OutdatedCommand(MatchupError):
    """Discord still shows a command as it was before an update."""


class TooFast(MatchupError):
    """More requests than one person may make; the next is free in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = max(1, ceil(seconds))


class MayNotWrite(MatchupError):
    """Nothing can be posted in the channel, because ``who`` may not write there."""

    def __init__(self, who: Literal["person", "bot"]) -> None:
        super().__init__(who)
        self.who = who


class UnknownProvider(MatchupError):
    """No model is from a provider of that name; ``nearest`` are providers that are there."""

    def __init__(self, typed: str, nearest: Sequence[str]) -> None:
        super().__init__(typed, nearest)
        self.typed = typed
        self.nearest = tuple(nearest)


class UnsureModel(MatchupError):
    """One of several names that were ``typed`` is not surely a model; ``nearest`` are names of models."""

    def __init__(self, typed: str, reason: Reason, nearest: Sequence[str]) -> None:
        super().__init__(typed, reason, nearest)
        self.typed = typed
        self.reason = reason
        self.nearest = tuple(nearest)


class DiscordUnreachable(MatchupError):
    """Discord, or the server set in its place, did not answer at the start."""


class TokenMissing(SettingsError):
    """The bot's token is not set."""


class TokenRefused(SettingsError):
    """Discord does not accept the token that is set."""


class NoDay(MatchupError):
    """What was ``typed`` is no day."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


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
        case UnknownSource(name=name, known=known):
            offer = (
                f"Turned on {'is' if len(known) == 1 else 'are'} {listed(known)}"
                if known
                else "All are turned off"
            )
            return f"No source that is turned on is called {quote(name)}. {offer}."
        case BackupFailed(path=path, why=why):
            return f"{one_line(str(path))}: {why}."
        case PriorityAndWorkload():
            return "Give one category or a workload, not both: one category is a workload by itself."
        case UnknownWorkload(typed=typed, fault=fault, part=part):
            said = _WORKLOAD[fault].format(typed=quote(typed), part=quote(part), largest=LARGEST)
            return f"{said} {_WORKLOADS}"
        case WrongUsage(field=field, typed=typed, fault=fault, readings=readings):
            said = (_CACHED if field is UsageField.CACHED else _TOKENS)[fault]
            meant = listed([f"{each:,}" for each in readings], "or")
            return said.format(field=field.capitalize(), typed=quote(typed), meant=meant)
        case NotWorkedOut():
            return (
                "What the scores say about the models has not been worked out for these tables, so none "
                "can be recommended."
            )
        case NothingFits():
            return nothing_fits(error, quote)
        case NoDay(typed=typed):
            return f"{quote(typed)} is no day. Write it as in 2026-06-15."
        case OneSnapshot():
            return (
                "There is only one snapshot so far, so there is nothing to compare it with. The next one is "
                "taken when other tables are loaded: matchup load FOLDER."
            )
        case UnknownSnapshot(typed=typed, oldest=oldest, newest=newest):
            return (
                f"{quote(typed)} is no snapshot. Give a number from {oldest} to {newest}, or a date such as "
                "2026-08-22."
            )
        case FitFailed():
            return (
                "The abilities could not be worked out from these scores. Look for odd figures in the tables."
            )
        case NothingMentioned(typed=typed, candidates=candidates) if typed:
            return (
                f"The only model named in this message is {quote(typed)}, which could be one of "
                f"several, such as {listed([quote(name) for name in candidates], 'or')}. "
                "Use `/compare` with the one you mean."
            )
        case NothingMentioned():
            return (
                "No model is named for certain in this message. A name counts with its version or size, such "
                "as GPT-5.5, Opus 4.8 or Llama 3.3 70B. “Claude” or “Flash” alone could be many models."
            )
        case OutdatedButton():
            return "This button is from an older answer and no longer works. Ask again with the command."
        case OutdatedCommand():
            return "This command has changed since Discord loaded it. Restart Discord (Ctrl+R) and try again."
        case MayNotWrite(who="person"):
            return "You may not write in this channel, so nothing can be shared here."
        case MayNotWrite():
            return (
                "Matchup may not write in this channel, so nothing can be shared here. Whoever manages the "
                "server can allow it."
            )
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
            return _of_alerts(error, quote) or str(error)


def _of_alerts(error: MatchupError, quote: Quote) -> str:
    """Likewise for alerts and watched models; empty for any other error."""
    match error:
        case UnsureModel(typed=typed, reason=reason, nearest=nearest):
            said = _REASONS[reason].format(name=quote(typed))
            offer = f" Did you mean {listed([quote(n) for n in nearest], 'or')}?" if nearest else ""
            return f"{said}{offer} Nothing was changed."
        case TooManyModels(count=count, most=most):
            return f"An alert follows at most {most} models, and you named {count:,}."
        case TooManyAlerts(most=most):
            return f"This server has {most} alerts, which is the most it can have. Remove one of them first."
        case SameAlert(number=number):
            return f"Alert {number} does exactly this already."
        case TooManyWatched(most=most):
            return f"You watch {most} models, which is the most one can. Take one off with /unwatch first."
        case NotWatched(model=None):
            return "You watch no models."
        case NotWatched(model=str() as name):
            return f"You do not watch {quote(name)}."
        case NoAlerts():
            return "There are no alerts here: this is a trial of the bot, which keeps nothing."
        case NoSuchAlert(number=number):
            return f"There is no alert {number} here (any more)."
        case NotAllowed(place=place):
            return (
                f"Alerts in {place} are in the hands of those who have the permission Manage Channels there."
            )
        case NotInServer(link=link):
            return (
                f"The bot itself is not in this server, so it cannot post. Add it with {link} and try again."
            )
        case NoMessagesThere(place=place, forum=forum):
            instead = "one of its threads" if forum else "a channel"
            return f"Nothing can be posted in {place} itself. Choose {instead} instead."
        case CannotPost(place=place, permissions=permissions):
            there = f"Give it {'this permission' if len(permissions) == 1 else 'these permissions'} there"
            return f"The bot may not post in {place}: it lacks {listed(permissions)}. {there} and try again."
        case NotMentionable(everyone=True):
            return "An alert never mentions everyone. Choose a role of those who want to be told."
        case NotMentionable(role=role, bot=bot):
            who = "The bot" if bot else "You"
            return (
                f"{who} may not mention the role {quote(role)}. Allow anyone to mention it, in the settings "
                f"of the role, or give {'the bot' if bot else 'yourself'} Mention Everyone in that channel."
            )
        case UnknownTimezone(typed=typed, nearest=nearest):
            offer = (
                f"Did you mean {listed(nearest, 'or')}?" if nearest else "Write it like Europe/Berlin or UTC."
            )
            return f"There is no time zone {quote(typed)}. {offer}"
        case NoDirectMessages():
            return (
                "Discord does not let the bot write to you. Allow direct messages in the privacy settings of "
                "a server that you share with it, or add it as an app of your own, and try again."
            )
        case _:
            return ""


def unexpected(reference: str) -> str:
    """What the person reads when something failed that nobody foresaw."""
    return (
        "Something went wrong on our side, and your request was not answered. Please try again in a moment. "
        f"If it happens again, report it with the reference `{reference}`."
    )


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
    sentence = _REASONS[reason].format(name=quote(typed)) if one_line(typed) else "The name is empty."
    if not choices:
        return f"{sentence} No models are loaded yet."
    if reason is Reason.FAMILY or reason is Reason.AMBIGUOUS or not one_line(typed):
        return f"{sentence} Which one do you mean?"
    return f"{sentence} Did you mean {'this one' if choices == 1 else 'one of these'}?"
