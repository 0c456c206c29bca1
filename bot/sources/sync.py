"""Sync: read the live sources, doubt them, and take a new snapshot if something changed.

A snapshot is always made of the tables loaded last (the *base*) and of what each source gave last, so it does
not depend on the order in which things became known. What a source gave stays in the store's memory.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model, Price, Score, Value
from bot.catalog.tables import Tables, plain
from bot.errors import SourceFailed, SourceRefused, UnknownSource
from bot.sources.fetch import Fetcher, Whole
from bot.sources.kept import Kept
from bot.sources.learning import READING, SOURCES, Lesson, Memory, State, learn
from bot.sources.matching import Unmatched
from bot.sources.merge import Disagreement, Held, Merged, merge
from bot.sources.offers import LeftOut, Source
from bot.sources.process import Overrun, in_process
from bot.store.store import SYNC, Snapshot, Store

_UNMATCHED, _HELD = "unmatched", "held figures"
# Seconds that the child process has for a source, and for putting all of them together.
SOURCE_SECONDS, MERGE_SECONDS = 60.0, 300.0


class SourceState(Value):
    """How a source is: its address, when it was read, how many models it lists, why it is not believed.

    ``left_out`` counts the rows that did not fit, of which ``left_out_first`` are some; ``stale`` says that
    it has stood still longer than it ever did.
    """

    name: str
    address: str
    state: State
    reason: str
    tried_at: datetime | None
    success_at: datetime | None
    items: int
    left_out: int = 0
    left_out_first: tuple[LeftOut, ...] = ()
    stale: bool = False


class Changed(Value):
    """One figure of a model before and after; None where there is none. ``what`` is 'new' or 'gone' for the
    whole model."""

    model_id: str
    name: str
    what: Literal[
        "new", "gone", "price", "context", "output limit", "weights", "modalities", "release date", "speed"
    ]
    before: str | None = None
    after: str | None = None


class Report(Value):
    """What a sync did. ``snapshot`` is the newest one afterwards; it is ``new`` if this sync took it.

    ``scores``, ``places`` and ``quotes`` count the models for which those changed.
    """

    dry_run: bool
    new: bool
    snapshot: int
    sources: tuple[SourceState, ...]
    changes: tuple[Changed, ...]
    scores: int
    places: int
    quotes: int
    disagreements: tuple[Disagreement, ...]
    unmatched: int
    held: tuple[Held, ...] = ()


async def sync(
    store: Store,
    addresses: Mapping[str, str],
    fetcher: Fetcher,
    release: str,
    now: datetime,
    only: str | None = None,
    dry_run: bool = False,
    accept: bool = False,
) -> Report:
    """Read the sources that have an address (or one of them, ``only``) and take a snapshot if they change it.

    A source that fails or is not believed keeps what it gave before and stops no other. ``accept`` believes
    what is well-formed, whatever it gave before. ``dry_run`` writes nothing. Raises ``UnknownSource``,
    ``StoreError``.
    """
    if only is not None and only not in addresses:
        raise UnknownSource(only, tuple(addresses))
    held = await _memories(store)
    read = [SOURCES[name] for name in SOURCES if name in addresses and only in (None, name)]
    base = await store.base()
    tables = Tables.of(await store.catalog(base.number if base else None))
    current = await store.catalog()

    async def known(source: Source) -> Memory:
        before = held[source.name].model_copy(update={"address": _whole(source, addresses)})
        answer = await _fetched(fetcher, source, addresses[source.name], held[source.name])
        return await _learned(source, answer, before, tables, current, now, accept)

    for source, memory in zip(read, await asyncio.gather(*map(known, read)), strict=True):
        held[source.name] = memory
    for name in SOURCES:
        held[name] = held[name].model_copy(update={"used": name in addresses})
    return await _merged(store, held, base, tables, release, now, dry_run)


async def merge_again(store: Store, release: str, now: datetime) -> Report:
    """Put what the sources gave before into tables that were just loaded. Raises ``StoreError``."""
    base = await store.base()
    tables = Tables.of(await store.catalog(base.number if base else None))
    return await _merged(store, await _memories(store), base, tables, release, now, dry_run=False)


async def states(store: Store, addresses: Mapping[str, str]) -> tuple[SourceState, ...]:
    """How the sources that are turned on are, the most trusted first. Raises ``StoreError``."""
    held = await _memories(store)
    return tuple(
        _state(name, held[name], _whole(SOURCES[name], addresses)) for name in SOURCES if name in addresses
    )


async def unmatched(store: Store) -> tuple[Unmatched, ...]:
    """What the sources list and no model of ours surely is. Raises ``StoreError``."""
    with suppress(ValidationError):
        return TypeAdapter(tuple[Unmatched, ...]).validate_json(await store.recall(_UNMATCHED) or "[]")
    return ()


async def held_figures(store: Store) -> tuple[Held, ...]:
    """Listings with figures that are not believed yet. Raises ``StoreError``."""
    with suppress(ValidationError):
        return TypeAdapter(tuple[Held, ...]).validate_json(await store.recall(_HELD) or "[]")
    return ()


async def accept_held(store: Store, model_id: str, release: str, now: datetime) -> Report | None:
    """Believe the figures of a model that are held, from whichever source; None where none are.

    Raises ``StoreError``.
    """
    wanted = {(each.source, each.key) for each in await held_figures(store) if each.model_id == model_id}
    if not wanted:
        return None
    for name, memory in (await _memories(store)).items():
        kept = tuple(
            each.model_copy(update={"doubt": None}) if (name, each.offer.key) in wanted else each
            for each in memory.kept
        )
        if kept != memory.kept:
            await store.remember(_key(name), memory.model_copy(update={"kept": kept}).model_dump_json())
    return await merge_again(store, release, now)


def _key(source: str) -> str:
    return f"source {source}"


def _whole(source: Source, addresses: Mapping[str, str]) -> str:
    return addresses[source.name].rstrip("/") + source.path


async def _memories(store: Store) -> dict[str, Memory]:
    return {name: _memory(await store.recall(_key(name))) for name in SOURCES}


def _memory(text: str | None) -> Memory:
    with suppress(ValidationError):
        held = Memory.model_validate_json(text or "{}")
        return held if held.reading == READING else held.model_copy(update={"seen": ()})
    return Memory()


async def _fetched(
    fetcher: Fetcher, source: Source, root: str, held: Memory
) -> Whole | SourceFailed | SourceRefused:
    root = root.rstrip("/")

    def more(texts: Sequence[str]) -> str | None:
        path = source.more(texts)
        return None if path is None else root + path

    try:
        return await fetcher.whole(root + source.path, more, held.seen)
    except (SourceFailed, SourceRefused) as error:
        return error
    except Exception as error:  # Whatever goes wrong in one source is that source's failure.
        return SourceFailed(f"it could not be read ({type(error).__name__})")


async def _learned(
    source: Source,
    answer: Whole | SourceFailed | SourceRefused,
    before: Memory,
    base: Tables,
    current: Catalog,
    now: datetime,
    accept: bool,
) -> Memory:
    """What is to be remembered of a source after this answer; what it gave before, unless it is believed."""
    tried = before.model_copy(update={"tried_at": now, "reading": READING})
    if not isinstance(answer, Whole):
        state: State = "failed" if isinstance(answer, SourceFailed) else "quarantined"
        return tried.model_copy(update={"state": state, "reason": str(answer)})
    added = _added(base, current)
    lesson = Lesson(source.name, answer, tried, base, tuple(added), dict(current.models), now, accept)
    try:
        return await in_process(learn, lesson, SOURCE_SECONDS)
    except Overrun as error:
        return tried.model_copy(update={"state": "quarantined", "reason": str(error)})


def _added(base: Tables, current: Catalog) -> list[Model]:
    """The models that sources brought."""
    listed = {m.model_id for m in base.models}
    return [m for m in current.models.values() if m.model_id not in listed]


async def _merged(
    store: Store,
    held: Mapping[str, Memory],
    base: Snapshot | None,
    tables: Tables,
    release: str,
    now: datetime,
    dry_run: bool,
) -> Report:
    newest = await store.snapshot()
    before = await store.catalog(newest.number if newest else None)
    told = {name: held[name].kept for name in SOURCES if held[name].used}
    stale = frozenset(name for name in told if held[name].stale)
    together = tables, _added(tables, before), told, now.date(), stale
    merged = await in_process(_together, together, MERGE_SECONDS)
    changes = _changes(before, merged.tables)
    number, new = newest.number if newest else 0, False
    if not dry_run:
        # The snapshot last: it is made of what is remembered, so one that is missed is taken the next time.
        for name, memory in held.items():
            await store.remember(_key(name), memory.model_dump_json())
        listed = TypeAdapter(tuple[Unmatched, ...]).dump_json(merged.unmatched)
        await store.remember(_UNMATCHED, listed.decode())
        await store.remember(_HELD, TypeAdapter(tuple[Held, ...]).dump_json(merged.held).decode())
        if base is not None:
            result = await store.load(
                merged.tables, SYNC, release, now, only_if=lambda loaded: loaded == base
            )
            number, new = result.snapshot, result.changed
    return Report(
        dry_run=dry_run,
        new=new,
        snapshot=number,
        sources=tuple(_state(name, memory, memory.address) for name, memory in held.items() if memory.used),
        changes=changes,
        scores=_differing(_scores_of(Tables.of(before)), _scores_of(merged.tables)),
        places=_differing(before.places, merged.tables.places),
        quotes=_differing(before.quotes, merged.tables.quotes),
        disagreements=merged.disagreements,
        unmatched=len(merged.unmatched),
        held=merged.held,
    )


def _together(
    given: tuple[Tables, Sequence[Model], Mapping[str, Sequence[Kept]], date, Collection[str]],
) -> Merged:
    base, added, told, today, stale = given
    return merge(base, added, told, today, {name: source.title for name, source in SOURCES.items()}, stale)


def _state(name: str, memory: Memory, address: str) -> SourceState:
    return SourceState(
        name=name,
        address=address,
        state=memory.state,
        reason=memory.reason,
        tried_at=memory.tried_at,
        success_at=memory.success_at,
        items=len(memory.kept),
        left_out=memory.left_out_count,
        left_out_first=memory.left_out[:3],
        stale=memory.stale,
    )


def _scores_of(tables: Tables) -> dict[str, set[Score]]:
    found: dict[str, set[Score]] = {}
    for score in tables.scores:
        found.setdefault(score.model_id, set()).add(score)
    return found


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> int:
    return sum(before.get(id_) != after.get(id_) for id_ in before.keys() | after.keys())


def _changes(before: Catalog, after: Tables) -> tuple[Changed, ...]:
    now = {m.model_id: m for m in after.models}
    found = [
        Changed(model_id=m.model_id, name=m.display_name, what="gone")
        for m in before.models.values()
        if m.model_id not in now
    ]
    for id_, model in sorted(now.items()):
        held = before.models.get(id_)
        if held is None:
            found.append(Changed(model_id=id_, name=model.display_name, what="new"))
        elif held != model:
            found += _differences(held, model)
    return tuple(found)


def _differences(held: Model, model: Model) -> list[Changed]:
    pairs: tuple[tuple[Literal["price", "context", "output limit"], str | None, str | None], ...] = (
        ("price", _told(held.price), _told(model.price)),
        ("context", _told(held.context_window_tokens), _told(model.context_window_tokens)),
        ("output limit", _told(held.max_output_tokens), _told(model.max_output_tokens)),
    )
    rest: tuple[
        tuple[Literal["weights", "modalities", "release date", "speed"], str | None, str | None], ...
    ] = (
        ("weights", _told(held.open_weights), _told(model.open_weights)),
        ("modalities", held.modalities, model.modalities),
        ("release date", held.release_date, model.release_date),
        ("speed", _speed(held), _speed(model)),
    )
    return [
        Changed(model_id=model.model_id, name=model.display_name, what=what, before=old, after=new)
        for what, old, new in (*pairs, *rest)
        if old != new
    ]


def _told(figure: Price | int | bool | None) -> str | None:
    match figure:
        case Price():
            return f"${plain(figure.input)} in, ${plain(figure.output)} out"
        case bool():
            return "open" if figure else "closed"
        case int():
            return f"{figure:,}"
    return None


def _speed(model: Model) -> str | None:
    told = [
        f"{plain(model.speed_tps)} tokens a second" if model.speed_tps is not None else "",
        f"first token after {plain(model.ttft_s)} s" if model.ttft_s is not None else "",
    ]
    return ", ".join(filter(None, told)) or None
