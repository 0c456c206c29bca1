"""What went wrong, in words: one sentence or two for each error type, what is wrong and what to do next."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from functools import singledispatch
from math import ceil

from bot import errors
from bot.analysis.figures import category, counted, listed, taken_in, usd
from bot.analysis.limits import Modality
from bot.analysis.workload import LARGEST, PRESETS
from bot.catalog.entities import Category
from bot.errors import MatchupError, Nearest, StoreFault, UsageFault, UsageField, WorkloadFault
from bot.words.names import why_unsure
from bot.words.text import Quote, one_line, plain

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

# Errors that know nothing but their type.
_FIXED: Mapping[type[MatchupError], str] = {
    errors.PriorityAndWorkload: "Give one category or a workload, not both: one category is a workload by "
    "itself.",
    errors.NotWorkedOut: "What the scores say about the models has not been worked out for these tables, so "
    "none can be recommended.",
    errors.OneSnapshot: "There is only one snapshot so far, so there is nothing to compare it with. The next "
    "one is taken when other tables are loaded: matchup load FOLDER.",
    errors.FitFailed: "The abilities could not be worked out from these scores. Look for odd figures in the "
    "tables.",
    errors.OutdatedButton: "This button is from an older answer and no longer works. Ask again with the "
    "command.",
    errors.OutdatedCommand: "This command has changed since Discord loaded it. Restart Discord (Ctrl+R) and "
    "try again.",
    errors.DiscordUnreachable: "Discord could not be reached. Check the network, and MATCHUP_DISCORD_API and "
    "MATCHUP_DISCORD_GATEWAY if they are set.",
    errors.TokenMissing: "MATCHUP_TOKEN: set it to the token of your bot, from its page at "
    "https://discord.com/developers/applications.",
    errors.TokenRefused: "MATCHUP_TOKEN: Discord does not accept this token. Copy it again from your bot's "
    "page.",
    errors.PortTaken: "MATCHUP_HEALTH_PORT: this port cannot be used. Choose another one, or stop what uses "
    "it.",
    errors.NoAlerts: "There are no alerts here: this is a trial of the bot, which keeps nothing.",
    errors.NoDirectMessages: "Discord does not let the bot write to you. Allow direct messages in the "
    "privacy settings of a server that you share with it, or add it as an app of your own, and try again.",
}


@singledispatch
def words(error: MatchupError, quote: Quote = plain) -> str:
    """The sentence for an error: what is wrong and what to do next. ``quote`` writes what somebody typed."""
    return _FIXED.get(type(error)) or str(error)


def _offer(nearest: Sequence[str], quote: Quote) -> str:
    """Names that may have been meant; empty without any."""
    return f" Did you mean {listed([quote(n) for n in nearest], 'or')}?" if nearest else ""


@words.register
def _(error: errors.WrongModels, quote: Quote = plain) -> str:
    if error.twice is not None:
        return f"{quote(error.twice)} is named twice. Choose two different models to compare."
    if error.count > 1:
        return f"{error.count} models are too many to compare. Choose 2 to 4."
    return f"{error.count or 'No'} model{'' if error.count == 1 else 's'} cannot be compared. Choose 2 to 4."


@words.register
def _(error: errors.UnknownProvider, quote: Quote = plain) -> str:
    offer = _offer(error.nearest, quote) or " Leave it out to see all of them."
    return f"No provider is called {quote(error.typed)}.{offer}"


@words.register
def _(error: errors.UnknownSource, quote: Quote = plain) -> str:
    known = error.known
    on = f"Turned on {'is' if len(known) == 1 else 'are'} {listed(known)}" if known else "All are turned off"
    return f"No source that is turned on is called {quote(error.name)}. {on}."


@words.register
def _(error: errors.BackupFailed, quote: Quote = plain) -> str:
    return f"{one_line(str(error.path))}: {error.why}."


@words.register
def _(error: errors.UnknownWorkload, quote: Quote = plain) -> str:
    said = _WORKLOAD[error.fault].format(typed=quote(error.typed), part=quote(error.part), largest=LARGEST)
    return f"{said} {_WORKLOADS}"


@words.register
def _(error: errors.WrongUsage, quote: Quote = plain) -> str:
    said = (_CACHED if error.field is UsageField.CACHED else _TOKENS)[error.fault]
    meant = listed([f"{each:,}" for each in error.readings], "or")
    return said.format(field=error.field.capitalize(), typed=quote(error.typed), meant=meant)


@words.register
def _(error: errors.NothingFits, quote: Quote = plain) -> str:
    if not error.ranked:
        return "No model has enough scores in this lane to be ranked, so none can be recommended."
    if not error.nearest:
        return "No ranked model fits, and loosening one limit is not enough. Loosen several of them."
    if error.several:
        reasons = [_out_of_reach(nearest, quote) for nearest in error.nearest]
        return f"No ranked model fits, and loosening one limit is not enough. {' '.join(reasons)}"
    ways = [_loosened(nearest, quote) for nearest in error.nearest]
    return f"No ranked model fits. {' '.join(ways)}"


@words.register
def _(error: errors.NoDay, quote: Quote = plain) -> str:
    return f"{quote(error.typed)} is no day. Write it as in 2026-06-15."


@words.register
def _(error: errors.UnknownSnapshot, quote: Quote = plain) -> str:
    return (
        f"{quote(error.typed)} is no snapshot. Give a number from {error.oldest} to {error.newest}, or a "
        "date such as 2026-08-22."
    )


@words.register
def _(error: errors.NothingMentioned, quote: Quote = plain) -> str:
    if error.typed:
        return (
            f"The only model named in this message is {quote(error.typed)}, which could be one of "
            f"several, such as {listed([quote(name) for name in error.candidates], 'or')}. "
            "Use `/compare` with the one you mean."
        )
    return (
        "No model is named for certain in this message. A name counts with its version or size, such "
        "as GPT-5.5, Opus 4.8 or Llama 3.3 70B. “Claude” or “Flash” alone could be many models."
    )


@words.register
def _(error: errors.MayNotWrite, quote: Quote = plain) -> str:
    if error.who == "person":
        return "You may not write in this channel, so nothing can be shared here."
    return (
        "Matchup may not write in this channel, so nothing can be shared here. Whoever manages the "
        "server can allow it."
    )


@words.register
def _(error: errors.TooFast, quote: Quote = plain) -> str:
    return f"That was quick. Please try again in {counted(max(1, ceil(error.seconds)), 'second')}."


@words.register
def _(error: errors.StoreError, quote: Quote = plain) -> str:
    return _STORE[error.fault].format(path=one_line(str(error.path)), detail=error.detail)


@words.register
def _(error: errors.UnsureModel, quote: Quote = plain) -> str:
    said = why_unsure(error.typed, error.reason, quote)
    return f"{said}{_offer(error.nearest, quote)} Nothing was changed."


@words.register
def _(error: errors.TooManyModels, quote: Quote = plain) -> str:
    return f"An alert follows at most {error.most} models, and you named {error.count:,}."


@words.register
def _(error: errors.TooManyAlerts, quote: Quote = plain) -> str:
    return f"This server has {error.most} alerts, which is the most it can have. Remove one of them first."


@words.register
def _(error: errors.SameAlert, quote: Quote = plain) -> str:
    return f"Alert {error.number} does exactly this already."


@words.register
def _(error: errors.TooManyWatched, quote: Quote = plain) -> str:
    return f"You watch {error.most} models, which is the most one can. Take one off with /unwatch first."


@words.register
def _(error: errors.NotWatched, quote: Quote = plain) -> str:
    return "You watch no models." if error.model is None else f"You do not watch {quote(error.model)}."


@words.register
def _(error: errors.NoSuchAlert, quote: Quote = plain) -> str:
    return f"There is no alert {error.number} here (any more)."


@words.register
def _(error: errors.NotAllowed, quote: Quote = plain) -> str:
    return f"Alerts in {error.place} are in the hands of those who have the permission Manage Channels there."


@words.register
def _(error: errors.NotInServer, quote: Quote = plain) -> str:
    return f"The bot itself is not in this server, so it cannot post. Add it with {error.link} and try again."


@words.register
def _(error: errors.NoMessagesThere, quote: Quote = plain) -> str:
    instead = "one of its threads" if error.forum else "a channel"
    return f"Nothing can be posted in {error.place} itself. Choose {instead} instead."


@words.register
def _(error: errors.CannotPost, quote: Quote = plain) -> str:
    give = f"Give it {'this permission' if len(error.permissions) == 1 else 'these permissions'} there"
    lacks = f"it lacks {listed(error.permissions)}"
    return f"The bot may not post in {error.place}: {lacks}. {give} and try again."


@words.register
def _(error: errors.NotMentionable, quote: Quote = plain) -> str:
    if error.everyone:
        return "An alert never mentions everyone. Choose a role of those who want to be told."
    who = "The bot" if error.bot else "You"
    return (
        f"{who} may not mention the role {quote(error.role)}. Allow anyone to mention it, in the settings "
        f"of the role, or give {'the bot' if error.bot else 'yourself'} Mention Everyone in that channel."
    )


@words.register
def _(error: errors.UnknownTimezone, quote: Quote = plain) -> str:
    offer = _offer(error.nearest, str) or " Write it like Europe/Berlin or UTC."
    return f"There is no time zone {quote(error.typed)}.{offer}"


def unexpected(reference: str) -> str:
    """What the person reads when something failed that nobody foresaw."""
    return (
        "Something went wrong on our side, and your request was not answered. Please try again in a moment. "
        f"If it happens again, report it with the reference `{reference}`."
    )


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
