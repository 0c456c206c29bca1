"""One error type for each thing a person can do something about. Turned into words in words/errors.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Literal

from bot.catalog.names.index import Reason


class MatchupError(Exception):
    """Anything that is told to the person in plain words."""


@dataclass(eq=False)
class WrongModels(MatchupError):
    """Not 2 to 4 different models: ``count`` were given, or ``twice`` is the name given more than once."""

    count: int
    twice: str | None


class WorkloadFault(StrEnum):
    """What is wrong with a workload that somebody typed."""

    EMPTY = "empty"
    LONG = "too long"
    UNKNOWN = "unknown word"
    TWICE = "category named twice"
    PRESET = "preset among shares"
    NO_CATEGORY = "share without a category"
    NO_SHARE = "category without a share"
    OUT_OF_RANGE = "share out of range"


@dataclass(eq=False)
class UnknownWorkload(MatchupError):
    """What was ``typed`` is no workload; ``part`` is the part of it, or the category, with the fault."""

    typed: str
    fault: WorkloadFault
    part: str = ""


class PriorityAndWorkload(MatchupError):
    """A priority and a workload were given, which say the same thing in two ways."""


class UsageField(StrEnum):
    """A figure that somebody gives about their use of models."""

    INPUT = "tokens in"
    OUTPUT = "tokens out"
    CACHED = "cached share"


class UsageFault(StrEnum):
    """What is wrong with such a figure."""

    EMPTY = "empty"
    UNREADABLE = "not a figure"
    AMBIGUOUS = "several readings"
    FRACTION = "not whole"
    RANGE = "too large"


@dataclass(eq=False)
class WrongUsage(MatchupError):
    """What was ``typed`` in a field is no figure for it; ``readings`` are what it could mean."""

    field: UsageField
    typed: str
    fault: UsageFault
    readings: Sequence[int] = ()


class NotWorkedOut(MatchupError):
    """The tables have no abilities, so that nothing can be recommended."""


Limit = Literal["budget", "context", "open weights", "modalities"]


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would fit if a limit were loosened: the name of a model, and for a budget its price in USD per
    million tokens, for a context its window in tokens, for modalities those that it does not take in."""

    limit: Limit
    model: str
    price: Decimal | None = None
    context: int | None = None
    modalities: tuple[str, ...] = ()


@dataclass(eq=False)
class NothingFits(MatchupError):
    """No ranked model is within the limits.

    ``ranked`` models there are. ``nearest`` has the limits that are alone in the way, any of which can be
    loosened. Where it takes ``several`` of them, it has those that no ranked model keeps to at all.
    """

    ranked: int
    nearest: Sequence[Nearest]
    several: bool


class OneSnapshot(MatchupError):
    """The store has no earlier snapshot that the newest could be compared with."""


@dataclass(eq=False)
class UnknownSnapshot(MatchupError):
    """What was ``typed`` is neither a date nor the number of a snapshot, which go from ``oldest`` to
    ``newest``."""

    typed: str
    oldest: int
    newest: int


class FitFailed(MatchupError):
    """The scores of a catalog do not let the ability model be fitted."""


@dataclass(eq=False)
class DataError(MatchupError):
    """Tables that were refused; ``problems`` holds one line each, with file, line, column and what to do."""

    SHOWN: ClassVar[int] = 50

    problems: tuple[str, ...]

    def __str__(self) -> str:
        """One line each, the first 50 of them."""
        lines = list(self.problems[: self.SHOWN])
        if more := len(self.problems) - len(lines):
            lines.append(f"and {more} more")
        return "\n".join(lines)


StoreFault = Literal["newer", "foreign", "locked", "read-only", "full", "damaged", "unreachable", "failed"]


@dataclass(eq=False)
class StoreError(MatchupError):
    """The store at ``path`` cannot be used; ``fault`` says why, ``detail`` what SQLite said."""

    fault: StoreFault
    path: Path
    detail: str = ""


class SettingsError(MatchupError):
    """Settings that cannot be used: one line for each, naming the variable, never the value of a secret."""


class SourceFailed(MatchupError):
    """A source could not be read this time; says why. What it gave before stays."""


class SourceRefused(MatchupError):
    """What a source gives is not to be believed; says why. What it gave before stays."""


@dataclass(eq=False)
class UnknownSource(MatchupError):
    """No source that is turned on is called so; ``known`` are those that are."""

    name: str
    known: Sequence[str]


@dataclass(eq=False)
class BackupFailed(MatchupError):
    """The store could not be copied to ``path``."""

    path: Path
    why: str


@dataclass(eq=False)
class TooManyAlerts(MatchupError):
    """A server has as many alerts as it may have, ``most``."""

    most: int


@dataclass(eq=False)
class SameAlert(MatchupError):
    """The alert ``number`` already does the same."""

    number: int


@dataclass(eq=False)
class TooManyWatched(MatchupError):
    """A person watches as many models as one may, ``most``."""

    most: int


@dataclass(eq=False)
class TooManyModels(MatchupError):
    """An alert follows at most ``most`` models; ``count`` were named."""

    count: int
    most: int


class NoAlerts(MatchupError):
    """This bot keeps no alerts."""


@dataclass(eq=False)
class NoSuchAlert(MatchupError):
    """There is no alert of this number here (any more)."""

    number: int


@dataclass(eq=False)
class NotAllowed(MatchupError):
    """Alerts of the channel ``place``, as it is written for the reader, need Manage Channels there."""

    place: str


@dataclass(eq=False)
class CannotPost(MatchupError):
    """The bot lacks these permissions in ``place``; both as they are written for the reader."""

    place: str
    permissions: Sequence[str]


@dataclass(eq=False)
class NoMessagesThere(MatchupError):
    """``place`` takes no messages of its own, only threads (``forum``) or channels."""

    place: str
    forum: bool


@dataclass(eq=False)
class NotInServer(MatchupError):
    """The server has the commands but not the bot; it is added with ``link``."""

    link: str


@dataclass(eq=False)
class NotMentionable(MatchupError):
    """``role`` may not be mentioned: by the bot, or else by whoever asks for it. ``everyone`` never is."""

    role: str
    everyone: bool
    bot: bool


@dataclass(eq=False)
class UnknownTimezone(MatchupError):
    """There is no time zone of the name that was ``typed``; ``nearest`` are some that there are."""

    typed: str
    nearest: Sequence[str]


class NoDirectMessages(MatchupError):
    """Discord does not let the bot write to this person."""


@dataclass(eq=False)
class NotWatched(MatchupError):
    """The person does not watch the model of this name; None: any model."""

    model: str | None


@dataclass(eq=False)
class NothingMentioned(MatchupError):
    """A message names no model for certain; ``candidates`` are those that the name ``typed`` may mean."""

    typed: str = ""
    candidates: Sequence[str] = ()


class OutdatedButton(MatchupError):
    """A button of an older version, or about a model that is no longer listed."""


class OutdatedCommand(MatchupError):
    """Discord still shows a command as it was before an update."""


@dataclass(eq=False)
class TooFast(MatchupError):
    """More requests than one person may make; the next is free in ``seconds``."""

    seconds: float


@dataclass(eq=False)
class MayNotWrite(MatchupError):
    """Nothing can be posted in the channel, because ``who`` may not write there."""

    who: Literal["person", "bot"]


@dataclass(eq=False)
class UnknownProvider(MatchupError):
    """No model is from a provider of that name; ``nearest`` are providers that are there."""

    typed: str
    nearest: Sequence[str]


@dataclass(eq=False)
class UnsureModel(MatchupError):
    """One of several names that were ``typed`` is not surely a model; ``nearest`` are names of models."""

    typed: str
    reason: Reason
    nearest: Sequence[str]


class DiscordUnreachable(MatchupError):
    """Discord, or the server set in its place, did not answer at the start."""


class TokenMissing(SettingsError):
    """The bot's token is not set."""


class TokenRefused(SettingsError):
    """Discord does not accept the token that is set."""


@dataclass(eq=False)
class NoDay(MatchupError):
    """What was ``typed`` is no day."""

    typed: str


class PortTaken(SettingsError):
    """The port for the health pages is in use or may not be used."""
