"""Newsroom: from a new snapshot to who is told what. Sends nothing; the publisher does."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from bot.catalog.catalog import Catalog
from bot.news.changes import changes
from bot.news.kinds import (
    Change,
    ContextChange,
    Fact,
    MethodChange,
    Overtaking,
    PriceChange,
    RankShift,
)
from bot.news.renames import counterparts
from bot.store.outbox import SETTLED_AFTER, Edition, Held, Outbox
from bot.store.store import Snapshot, Store

# A snapshot whose abilities nobody works out is told after so long without them.
ABILITIES_WITHIN = timedelta(minutes=10)


async def plan(store: Store, now: Callable[[], datetime]) -> int:
    """Write down what is to be sent now, if anything is; returns how many messages that are.

    Everything that a person is told of follows from the snapshot at which they were told last, so it does not
    matter how often this is called, by how many processes, or where one of them stops. Raises ``StoreError``.
    """
    made = 0
    # Once more for those whose unsent messages were taken back for a summary.
    for _ in range(2):
        made += await _plan_once(store, now())
    return made


async def _plan_once(store: Store, now: datetime) -> int:
    outbox, newest = Outbox(store), await store.snapshot()
    if newest is None:
        return 0
    state = await store.fit_state(newest.number)
    if state is None and now - newest.taken_at < ABILITIES_WITHIN:
        return 0
    last, held, waiting = (
        await outbox.newest_news(),
        await outbox.held(),
        await outbox.waiting(newest.number, now),
    )
    method = state.method if state else None
    if last is None:
        # What was known before there were alerts is nobody's news.
        first = _edition(newest, newest, (), now, news=True, method=method)
        return (await outbox.plan(0, first, {}, (), (), newest.number, now)).made
    new = newest.number != last.after or (method is not None and method != last.method)
    settled = any(_lasted(each, now) for each in held)
    if not (new or settled or waiting.told or waiting.more):
        return 0
    taken = {each.number: each for each in await store.snapshots()}
    before = {n: taken[n] for n in {*waiting.told, last.after} if n in taken and n != newest.number}
    watched = await outbox.followed()
    after = await store.catalog(newest.number)
    found = {}
    for number in before:
        then = await store.catalog(number)
        renumbered = _renumbered(then, after)
        if watched & renumbered.keys():
            await outbox.renumber(renumbered)
            watched = await outbox.followed()
        found[number] = await _between(then, after, watched)
    summaries = {
        n: _edition(before[n], newest, all_, now, news=False, method=method) for n, all_ in found.items()
    }
    if not (new or settled):
        return (await outbox.plan(last.number, None, summaries, (), (), newest.number, now)).made
    recent = await outbox.news_since(now - SETTLED_AFTER)
    happened = _by_one_method(found.get(last.after, ()), last.method, method)
    told, hold, drop = settle(happened, [c for each in recent for c in each.changes], held, now)
    since = before.get(last.after, newest)
    news = _edition(since, newest, told, now, news=True, method=method)
    planned = await outbox.plan(last.number, news, summaries, hold, drop, newest.number, now)
    return planned.made


def settle(
    happened: Sequence[Change], told: Sequence[Change], held: Sequence[Held], now: datetime
) -> tuple[tuple[Change, ...], tuple[Change, ...], tuple[int, ...]]:
    """What of it is told now, what waits from now on, and the numbers of those that wait no longer.

    What takes back or repeats what was ``told`` within a day waits a day; if it is taken back itself
    meanwhile, nobody hears of either.
    """
    waiting = {_subject(each.change): each for each in held}
    lately = {_subject(change): change for change in told}
    tell: list[Change] = []
    hold: list[Change] = []
    drop: list[int] = []
    for change in happened:
        earlier = waiting.pop(_subject(change), None)
        if earlier is not None:
            drop.append(earlier.number)
            merged = _joined(earlier.change, change)
            if merged is None:
                continue
            change = merged
        last = lately.get(_subject(change))
        (hold if last is not None and _repeats(last, change) else tell).append(change)
    for each in waiting.values():
        if _lasted(each, now):
            drop.append(each.number)
            tell.append(each.change)
    return tuple(tell), tuple(hold), tuple(drop)


def _lasted(each: Held, now: datetime) -> bool:
    """Also one that a clock far ahead has written down."""
    return abs(now - each.at) >= SETTLED_AFTER


def _subject(change: Change) -> Fact:
    """What a change is about, in whichever direction it went."""
    match change:
        case RankShift():
            return "rank", change.model.identity, change.board
        case Overtaking():
            pair = sorted((change.model.identity, change.other.identity))
            return "overtaking", change.board, *pair
        case MethodChange():
            return ("method",)
        case PriceChange() | ContextChange():
            return change.kind, change.model.identity
        case _:
            return "listed", change.model.identity


def _repeats(last: Change, change: Change) -> bool:
    """Whether a change says what was told last of its subject, or takes it back."""
    if isinstance(last, RankShift) and isinstance(change, RankShift):
        return last.up != change.up or last.fact == change.fact
    return change.fact in (last.fact, last.undone)


def _joined(earlier: Change, later: Change) -> Change | None:
    """Two changes of one subject as one; None where the second takes the first back."""
    if later.fact == earlier.undone:
        return None
    if isinstance(earlier, RankShift) and isinstance(later, RankShift):
        both = later.model_copy(update={"before": earlier.before})
        return None if earlier.up != later.up and not both.moved else both
    if isinstance(earlier, PriceChange | ContextChange) and type(later) is type(earlier):
        return later.model_copy(update={"before": earlier.before})
    return later


def _by_one_method(happened: Sequence[Change], before: int | None, after: int | None) -> tuple[Change, ...]:
    """With abilities of a new method, one note in place of all shifts."""
    if before is None or after is None or before == after:
        return tuple(happened)
    shifts = (RankShift, Overtaking, MethodChange)
    note = MethodChange(abilities=(before, after))
    return (note, *(c for c in happened if not isinstance(c, shifts)))


def _renumbered(before: Catalog, after: Catalog) -> dict[int, int]:
    """Number before to number after, of renamed models for which a folder without numbers got another one."""
    pairs = [
        (before.models[old].number, after.models[new].number)
        for old, new in counterparts(before.models, after.models).items()
    ]
    pairs += [
        (model.number, kept.number)
        for id_, model in before.models.items()
        if id_ not in after.models and (kept := after.once_called(id_))
    ]
    return {old: new for old, new in pairs if old != new}


async def _between(before: Catalog, after: Catalog, watched: Collection[int]) -> tuple[Change, ...]:
    ids = {
        model.model_id
        for catalog in (before, after)
        for model in catalog.models.values()
        if model.number in watched
    }
    return await asyncio.to_thread(changes, before, after, ids)


def _edition(
    before: Snapshot,
    after: Snapshot,
    told: tuple[Change, ...],
    now: datetime,
    *,
    news: bool,
    method: int | None,
) -> Edition:
    return Edition(0, news, before.number, after.number, before.taken_at, now, method, told)
