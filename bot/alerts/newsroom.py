"""Newsroom: from a new snapshot to who is told what. Sends nothing; the publisher does."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.catalog.catalog import Catalog
from bot.news.changes import changes
from bot.news.editions import Edition, Plan, by_one_method, settle
from bot.news.kinds import Change
from bot.news.renames import counterparts
from bot.store.editions import Agenda, keep_plan, read_agenda
from bot.store.store import Snapshot, Store

# A snapshot whose abilities nobody works out is told after so long without them.
ABILITIES_WITHIN = timedelta(minutes=10)


async def plan(store: Store, now: Callable[[], datetime]) -> int:
    """Write down what is to be sent now, if anything is; returns how many messages that are.

    Everything that a person is told of follows from the snapshot at which they were told last, so it does not
    matter how often this is called, by how many processes, or where one of them stops. Raises ``StoreError``.
    """
    made = 0
    # Once more for those whose unsent messages were taken back, to be told of as one difference.
    for _ in range(2):
        moment = now()
        agenda = await read_agenda(store, moment)
        if agenda is not None and not _waits_for_abilities(agenda, moment):
            made += await keep_plan(store, await _decide(store, agenda, moment), moment)
    return made


def _waits_for_abilities(agenda: Agenda, now: datetime) -> bool:
    return agenda.method is None and now - agenda.newest.taken_at < ABILITIES_WITHIN


async def _decide(store: Store, agenda: Agenda, now: datetime) -> Plan:
    """What changed since each snapshot at which somebody was told last, and what is told of it."""
    newest, last = agenda.newest, agenda.last
    if last is None:
        # What was known before there were alerts is nobody's news.
        return Plan(0, newest.number, regular=_edition(agenda, newest, (), now, regular=True))
    changed, renumbered = await _changes_since(store, agenda, {*agenda.behind, last.after})
    catch_up = {
        number: _edition(agenda, agenda.snapshots[number], happened, now, regular=False)
        for number, happened in changed.items()
    }
    if not agenda.needs_edition(now):
        return Plan(last.number, newest.number, catch_up=catch_up, renumbered=renumbered)
    happened = by_one_method(changed.get(last.after, ()), last.method, agenda.method)
    settlement = settle(happened, agenda.recent, agenda.held, now)
    since = agenda.snapshots.get(last.after, newest)
    regular = _edition(agenda, since, settlement.tell, now, regular=True)
    return Plan(
        last.number, newest.number, regular, catch_up, settlement.hold, settlement.drop, renumbered=renumbered
    )


async def _changes_since(
    store: Store, agenda: Agenda, numbers: Collection[int]
) -> tuple[dict[int, tuple[Change, ...]], dict[int, int]]:
    """What changed from each of these snapshots to the newest, as far as they are still there, and which
    followed models have another number now: before and now."""
    changed: dict[int, tuple[Change, ...]] = {}
    renumbered: dict[int, int] = {}
    earlier = sorted((set(numbers) & agenda.snapshots.keys()) - {agenda.newest.number})
    if earlier:
        after = await store.catalog(agenda.newest.number)
        for number in earlier:
            before = await store.catalog(number)
            moved = _renumbered(before, after)
            renumbered |= {old: new for old, new in moved.items() if old in agenda.followed}
            followed = {renumbered.get(n, n) for n in agenda.followed}
            changed[number] = await _between(before, after, followed)
    return changed, renumbered


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


async def _between(before: Catalog, after: Catalog, followed: Collection[int]) -> tuple[Change, ...]:
    ids = {
        model.model_id
        for catalog in (before, after)
        for model in catalog.models.values()
        if model.number in followed
    }
    return await asyncio.to_thread(changes, before, after, ids)


def _edition(
    agenda: Agenda, before: Snapshot, happened: tuple[Change, ...], now: datetime, *, regular: bool
) -> Edition:
    newest = agenda.newest
    return Edition(0, regular, before.number, newest.number, before.taken_at, now, agenda.method, happened)
