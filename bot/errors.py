"""One error type for each thing a person can do something about. Turned into words in chat/errors.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal


class MatchupError(Exception):
    """Anything that is told to the person in plain words."""


class WrongModels(MatchupError):
    """Not 2 to 4 different models: ``count`` were given, or ``twice`` is the name given more than once."""

    def __init__(self, count: int, twice: str | None) -> None:
        super().__init__(count, twice)
        self.count = count
        self.twice = twice


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


class UnknownWorkload(MatchupError):
    """What was ``typed`` is no workload; ``part`` is the part of it, or the category, with the fault."""

    def __init__(self, typed: str, fault: WorkloadFault, part: str = "") -> None:
        super().__init__(typed, fault, part)
        self.typed = typed
        self.fault = fault
        self.part = part


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


class WrongUsage(MatchupError):
    """What was ``typed`` in a field is no figure for it; ``readings`` are what it could mean."""

    def __init__(
        self, field: UsageField, typed: str, fault: UsageFault, readings: Sequence[int] = ()
    ) -> None:
        super().__init__(field, typed, fault, readings)
        self.field = field
        self.typed = typed
        self.fault = fault
        self.readings = tuple(readings)


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


class NothingFits(MatchupError):
    """No ranked model is within the limits.

    ``ranked`` models there are. ``nearest`` has the limits that are alone in the way, any of which can be
    loosened. Where it takes ``several`` of them, it has those that no ranked model keeps to at all.
    """

    def __init__(self, ranked: int, nearest: Sequence[Nearest], several: bool) -> None:
        super().__init__(ranked, nearest, several)
        self.ranked = ranked
        self.nearest = tuple(nearest)
        self.several = several


class OneSnapshot(MatchupError):
    """The store has no earlier snapshot that the newest could be compared with."""


class UnknownSnapshot(MatchupError):
    """What was ``typed`` is neither a date nor the number of a snapshot, which go from ``oldest`` to
    ``newest``."""

    def __init__(self, typed: str, oldest: int, newest: int) -> None:
        super().__init__(typed, oldest, newest)
        self.typed = typed
        self.oldest = oldest
        self.newest = newest


class FitFailed(MatchupError):
    """The scores of a catalog do not let the ability model be fitted."""


class DataError(MatchupError):
    """Tables that were refused; ``problems`` holds one line each, with file, line, column and what to do."""

    SHOWN = 50

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """One line each, the first 50 of them."""
        lines = list(self.problems[: self.SHOWN])
        if more := len(self.problems) - len(lines):
            lines.append(f"and {more} more")
        return "\n".join(lines)


StoreFault = Literal["newer", "foreign", "locked", "read-only", "full", "damaged", "unreachable", "failed"]


class StoreError(MatchupError):
    """The store at ``path`` cannot be used; ``fault`` says why, ``detail`` what SQLite said."""

    def __init__(self, fault: StoreFault, path: Path, detail: str = "") -> None:
        super().__init__(fault, str(path), detail)
        self.fault = fault
        self.path = path
        self.detail = detail


class SettingsError(MatchupError):
    """Settings that cannot be used: one line for each, naming the variable, never the value of a secret."""


class SourceFailed(MatchupError):
    """A source could not be read this time; says why. What it gave before stays."""


class SourceRefused(MatchupError):
    """What a source gives is not to be believed; says why. What it gave before stays."""


class UnknownSource(MatchupError):
    """No source that is turned on is called so; ``known`` are those that are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, *known)
        self.name = name
        self.known = tuple(known)


class BackupFailed(MatchupError):
    """The store could not be copied to ``path``."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(str(path), why)
        self.path = path
        self.why = why


class TooManyAlerts(MatchupError):
    """A server has as many alerts as it may have, ``most``."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class SameAlert(MatchupError):
    """The alert ``number`` already does the same."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class TooManyWatched(MatchupError):
    """A person watches as many models as one may, ``most``."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyModels(MatchupError):
    """An alert follows at most ``most`` models; ``count`` were named."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(count, most)
        self.count = count
        self.most = most


class NoAlerts(MatchupError):
    """This bot keeps no alerts."""


class NoSuchAlert(MatchupError):
    """There is no alert of this number here (any more)."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class NotAllowed(MatchupError):
    """Alerts of the channel ``place``, as it is written for the reader, need Manage Channels there."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class CannotPost(MatchupError):
    """The bot lacks these permissions in ``place``; both as they are written for the reader."""

    def __init__(self, place: str, permissions: Sequence[str]) -> None:
        super().__init__(place, *permissions)
        self.place = place
        self.permissions = tuple(permissions)


class NoMessagesThere(MatchupError):
    """``place`` takes no messages of its own, only threads (``forum``) or channels."""

    def __init__(self, place: str, forum: bool) -> None:
        super().__init__(place, forum)
        self.place = place
        self.forum = forum


class NotInServer(MatchupError):
    """The server has the commands but not the bot; it is added with ``link``."""

    def __init__(self, link: str) -> None:
        super().__init__(link)
        self.link = link


class NotMentionable(MatchupError):
    """``role`` may not be mentioned: by the bot, or else by whoever asks for it. ``everyone`` never is."""

    def __init__(self, role: str, everyone: bool, bot: bool) -> None:
        super().__init__(role, everyone, bot)
        self.role = role
        self.everyone = everyone
        self.bot = bot


class UnknownTimezone(MatchupError):
    """There is no time zone of the name that was ``typed``; ``nearest`` are some that there are."""

    def __init__(self, typed: str, nearest: Sequence[str]) -> None:
        super().__init__(typed, nearest)
        self.typed = typed
        self.nearest = tuple(nearest)


class NoDirectMessages(MatchupError):
    """Discord does not let the bot write to this person."""


class NotWatched(MatchupError):
    """The person does not watch the model of this name; None: any model."""

    def __init__(self, model: str | None) -> None:
        super().__init__(model)
        self.model = model
