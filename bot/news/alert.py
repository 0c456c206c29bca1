"""Alert: what somebody wants to hear of the news, where and how often."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.catalog.entities import Category, Lane, Value
from bot.news.kinds import (
    Board,
    Change,
    ContextChange,
    Interest,
    MethodChange,
    ModelRemoved,
    NewModel,
    NewScores,
    Overtaking,
    PriceChange,
    RankShift,
    Retirement,
)

MOST_TOLD = 10
"""Entries of one message."""

MOST_ALERTS = 25
"""Alerts of one server."""

MOST_MODELS = 25
"""Models that one alert follows."""


class Event(StrEnum):
    """What can happen, as people choose it."""

    RANKING = "ranking"
    NEW = "new"
    PRICE = "price"
    CONTEXT = "context"
    REMOVED = "removed"


class Frequency(StrEnum):
    """How often somebody is told: at once, or in a brief."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


class Pause(StrEnum):
    """Why an alert is silent: somebody asked, or the bot cannot send there."""

    ASKED = "asked"
    NO_ACCESS = "no access"
    REFUSED = "refused"
    LEFT = "left"


WINDOWS = {
    Frequency.INSTANT: timedelta(days=1),
    Frequency.DAILY: timedelta(days=1),
    Frequency.WEEKLY: timedelta(days=7),
}
"""What could not be sent for so long is told as one difference instead."""

_EVENTS = {
    RankShift: Event.RANKING,
    Overtaking: Event.RANKING,
    MethodChange: Event.RANKING,
    NewModel: Event.NEW,
    PriceChange: Event.PRICE,
    ContextChange: Event.CONTEXT,
    ModelRemoved: Event.REMOVED,
    Retirement: Event.REMOVED,
    NewScores: Event.RANKING,
}


class Taste(Value):
    """Which changes somebody wants to hear.

    ``board`` is the ranking that is followed, by all scores: the overall one, that of a category, or all of
    them. With ``models`` (numbers) or a ``provider`` only what is about these; shifts of a followed model are
    told wherever it stands, those of others where they cross the first ``top`` ranks or are large.
    """

    events: tuple[Event, ...] = tuple(Event)
    board: Literal["overall", "every"] | Category = "overall"
    top: Annotated[int, Field(ge=1, le=100)] = 10
    models: Annotated[tuple[int, ...], Field(max_length=MOST_MODELS)] = ()
    provider: str | None = None

    def select(self, change: Change) -> Change | None:
        """The change without what only others follow; None if this taste does not want it."""
        if _EVENTS[type(change)] not in self.events:
            return None
        if isinstance(change, MethodChange | NewScores):
            return change
        about = [change.model, *([change.other] if isinstance(change, Overtaking) else ())]
        if isinstance(change, NewModel):
            followed = tuple(m for m in change.ahead_of if m.number in self.models)
            about += followed
            change = change.model_copy(update={"ahead_of": followed})
        if self.models and not any(model.number in self.models for model in about):
            return None
        if self.provider and not any(model.provider == self.provider for model in about):
            return None
        if isinstance(change, RankShift | Overtaking) and not self._follows(change.board):
            return None
        watched = frozenset(i for m in about if m.number in self.models for i in m.identity)
        return change if Interest(top=self.top, watched=watched).wants(change) else None

    def _follows(self, board: Board) -> bool:
        if board.lane is not Lane.PROVISIONAL:
            return False
        return self.board == "every" or self.board == (board.category or "overall")


class Alert(Value):
    """Where something is told, what of, and when. Ids are Discord's; ``number`` is ours, 0 before it is kept.

    ``channel`` is one of the server ``guild``; a watch has no server, and its channel is the person who reads
    it in direct messages. ``person`` made it, None once that is forgotten. ``role`` is mentioned. ``hour`` is
    one of ``timezone``. ``snapshot`` is the one up to which everything was told, ``next_at`` when a brief is
    due, ``silent_since`` when it was paused.
    """

    number: int = 0
    guild: int | None
    channel: int
    person: int | None
    taste: Taste = Taste()
    frequency: Frequency = Frequency.INSTANT
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    timezone: str = "UTC"
    role: int | None = None
    paused: Pause | None = None
    snapshot: int = 0
    next_at: datetime | None = None
    silent_since: datetime | None = None

    def same_as(self, other: Alert) -> bool:
        """Whether both tell a channel the same at the same time."""
        return self._settings == other._settings

    @property
    def _settings(self) -> object:
        brief = None if self.frequency is Frequency.INSTANT else (self.hour, self.timezone)
        return self.guild, self.channel, self.taste, self.frequency, brief, self.role

    def next_brief(self, now: datetime) -> datetime | None:
        """When the next brief after ``now`` is due; None for one that is told at once."""
        return next_brief(self.frequency, self.hour, self.timezone, now)


def next_brief(frequency: Frequency, hour: int, timezone: str, now: datetime) -> datetime | None:
    """When the next brief after ``now`` is due, in UTC: at the hour of each day, or of each Monday."""
    if frequency is Frequency.INSTANT:
        return None
    try:
        zone: tzinfo = ZoneInfo(timezone)
    except (LookupError, ValueError, OSError):
        # Names come and go with the system's list of zones: a brief at another hour is better than none.
        zone = UTC
    day = now.astimezone(zone).date()
    while True:
        at = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if at > now and (frequency is Frequency.DAILY or day.weekday() == 0):
            return at
        day += timedelta(days=1)
