"""Editions: what is told between two snapshots and to whom, and which changes wait until they have lasted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.news.alert import Alert, Taste
from bot.news.kinds import (
    Change,
    ContextChange,
    Fact,
    MethodChange,
    NewScores,
    Overtaking,
    PriceChange,
    RankShift,
    Retirement,
)

SETTLED_AFTER = timedelta(days=1)
"""A change that takes back what was told is told once it has lasted so long."""

LOOK_BACK = timedelta(days=30)
"""A preview shows what would have been sent in this time."""


@dataclass(frozen=True)
class Edition:
    """What changed between two snapshots, the one ``before`` known since ``since``.

    ``regular`` editions follow one another and are told at once to those who heard all before. Any other one
    catches up those who were told last at another snapshot. ``method`` is that of the abilities of the
    snapshot ``after``, None where it has none. 0 as ``number``: not kept yet.
    """

    number: int
    regular: bool
    before: int
    after: int
    since: datetime
    made_at: datetime
    method: int | None
    changes: tuple[Change, ...]

    def concerns(self, taste: Taste) -> bool:
        """Whether somebody with this taste wants to hear any of it."""
        return any(taste.select(change) for change in self.changes)


@dataclass(frozen=True)
class HeldChange:
    """A change that waits since ``at``."""

    number: int
    at: datetime
    change: Change

    def has_settled(self, now: datetime) -> bool:
        """Whether it has waited long enough; also one that a clock far ahead has written down."""
        return abs(now - self.at) >= SETTLED_AFTER


@dataclass(frozen=True)
class Plan:
    """What one look for news has found out, to be written down all or nothing.

    ``last`` is the number of the regular edition on which it builds (0: there was none), ``newest`` the
    snapshot up to which everybody has been told afterwards. ``regular`` is the next regular edition, if one
    is due; ``catch_up`` are other editions by the snapshot before. ``hold`` are changes that wait from now
    on, ``drop`` the numbers of held ones that wait no longer. ``renumbered`` are numbers of models that
    somebody follows: before and now.
    """

    last: int
    newest: int
    regular: Edition | None = None
    catch_up: Mapping[int, Edition] = field(default_factory=dict)
    hold: tuple[Change, ...] = ()
    drop: tuple[int, ...] = ()
    renumbered: Mapping[int, int] = field(default_factory=dict)

    def edition_for(self, snapshot: int, at_once: bool) -> Edition | None:
        """The edition for those who were told last at a snapshot; None where it is left to the next plan."""
        if self.regular and at_once and snapshot == self.regular.before:
            return self.regular
        return self.catch_up.get(snapshot)


class Settlement(NamedTuple):
    """Changes that are told now, changes that wait from now on, and numbers of those that wait no longer."""

    tell: tuple[Change, ...]
    hold: tuple[Change, ...]
    drop: tuple[int, ...]


def settle(
    happened: Sequence[Change], recent: Sequence[Change], held: Sequence[HeldChange], now: datetime
) -> Settlement:
    """Sort what ``happened`` into what is told now and what waits.

    What takes back or repeats a ``recent`` change, one that was told within a day, waits a day; if it is
    taken back itself meanwhile, nobody hears of either.
    """
    waiting = {_subject(each.change): each for each in held}
    lately = {_subject(change): change for change in recent}
    tell: list[Change] = []
    hold: list[Change] = []
    drop: list[int] = []
    for change in happened:
        earlier = waiting.pop(_subject(change), None)
        if earlier is not None:
            drop.append(earlier.number)
            merged = _join(earlier.change, change)
            if merged is None:
                continue
            change = merged
        last = lately.get(_subject(change))
        (hold if last is not None and _repeats(last, change) else tell).append(change)
    for each in waiting.values():
        if each.has_settled(now):
            drop.append(each.number)
            tell.append(each.change)
    return Settlement(tuple(tell), tuple(hold), tuple(drop))


def by_one_method(happened: Sequence[Change], before: int | None, after: int | None) -> tuple[Change, ...]:
    """The changes with one note in place of all shifts, where the abilities are of a new method."""
    if before is None or after is None or before == after:
        return tuple(happened)
    shifts = (RankShift, Overtaking, MethodChange)
    note = MethodChange(abilities=(before, after))
    return (note, *(c for c in happened if not isinstance(c, shifts)))


@dataclass(frozen=True)
class PreviewedMessage:
    """A message that an alert would have sent ``at``, of what changed ``since``."""

    at: datetime
    since: datetime
    changes: tuple[Change, ...]


def preview(alert: Alert, editions: Sequence[Edition], now: datetime) -> tuple[PreviewedMessage, ...]:
    """What an alert would have sent of these regular editions of the last 30 days, the oldest first."""
    messages: list[PreviewedMessage] = []
    waiting: list[Change] = []
    since = now - LOOK_BACK
    due = alert.next_brief(since)

    def send(at: datetime, since: datetime, changes: Sequence[Change]) -> datetime:
        if changes:
            messages.append(PreviewedMessage(at, since, tuple(changes)))
        return at

    for edition in editions:
        while due is not None and edition.made_at > due:
            since, waiting = send(due, since, waiting), []
            due = alert.next_brief(due)
        wanted = [change for each in edition.changes if (change := alert.taste.select(each))]
        if due is None:
            since = send(edition.made_at, edition.since, wanted)
            continue
        for change in wanted:
            # What took itself back before the brief is not told.
            left = [each for each in waiting if each.fact != change.undone]
            waiting = left if len(left) < len(waiting) else [*waiting, change]
    if due is not None and due <= now:
        send(due, since, waiting)
    return tuple(messages)


def _subject(change: Change) -> Fact:
    """What a change is about, in whichever direction it went."""
    match change:
        case RankShift():
            return "rank", change.model.identity, change.board
        case Overtaking():
            pair = sorted((change.model.identity, change.other.identity))
            return "overtaking", change.board, *pair
        case MethodChange() | NewScores():
            return (change.kind,)
        case PriceChange() | ContextChange() | Retirement():
            return change.kind, change.model.identity
        case _:
            return "listed", change.model.identity


def _repeats(last: Change, change: Change) -> bool:
    """Whether a change says what was told last of its subject, or takes it back."""
    if isinstance(last, RankShift) and isinstance(change, RankShift):
        return last.up != change.up or last.fact == change.fact
    return change.fact in (last.fact, last.undone)


def _join(earlier: Change, later: Change) -> Change | None:
    """Two changes of one subject as one; None where the second takes the first back."""
    if later.fact == earlier.undone:
        return None
    if isinstance(earlier, RankShift) and isinstance(later, RankShift):
        both = later.model_copy(update={"before": earlier.before})
        return None if earlier.up != later.up and not both.moved else both
    if isinstance(earlier, PriceChange | ContextChange) and type(later) is type(earlier):
        return later.model_copy(update={"before": earlier.before})
    return later
