"""Sync: read the live sources, doubt them, and take a new snapshot if something changed.

A snapshot is always made of the tables loaded last (the *base*) and of what each source gave last, so it does
not depend on the order in which things became known. What a source gave stays in the store's memory.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model, Price, Score, Value
from bot.catalog.tables import Tables, plain
from bot.errors import SourceFailed, SourceRefused, UnknownSource
from bot.sources import arena, benchlm, doubts, genai, modelsdev, openrouter
from bot.sources.fetch import Fetcher, Seen, Whole
from bot.sources.matching import Unmatched, match
from bot.sources.merge import Disagreement, Kept, Merged, keep, merge
from bot.sources.offers import Offer, Source
from bot.store.store import SYNC, Snapshot, Store

SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (modelsdev.SOURCE, genai.SOURCE, openrouter.SOURCE, benchlm.SOURCE, arena.SOURCE)
}
"""By name, the most trusted first."""

# What was read by an earlier way of reading is read again, even if the source has nothing new.
_READING = 2
_UNMATCHED = "unmatched"

State = Literal["never read", "good", "failed", "quarantined"]


class Memory(BaseModel):
    """What is remembered of a source: how it went last, and what it gave when it was believed last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reading: int = _READING
    used: bool = True
    address: str = ""
    seen: tuple[Seen, ...] = ()
    state: State = "never read"
    reason: str = ""
    tried_at: datetime | None = None
    success_at: datetime | None = None
    kept: tuple[Kept, ...] = ()


class SourceState(Value):
    """How a source is: its address, when it was read, how many models it lists, why it is not believed."""

    name: str
    address: str
    state: State
    reason: str
    tried_at: datetime | None
    success_at: datetime | None
    items: int


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
    fetched = await asyncio.gather(
        *(_fetched(fetcher, source, addresses[source.name], held[source.name]) for source in read)
    )
    for source, answer in zip(read, fetched, strict=True):
        before = held[source.name].model_copy(update={"address": _whole(source, addresses)})
        held[source.name] = await asyncio.to_thread(_learned, source, answer, before, tables, now, accept)
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


def _whole(source: Source, addresses: Mapping[str, str]) -> str:
    return addresses[source.name].rstrip("/") + source.path


async def _memories(store: Store) -> dict[str, Memory]:
    return {name: _memory(await store.recall(f"source {name}")) for name in SOURCES}


def _memory(text: str | None) -> Memory:
    with suppress(ValidationError):
        held = Memory.model_validate_json(text or "{}")
        return held if held.reading == _READING else held.model_copy(update={"seen": ()})
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


def _learned(
    source: Source,
    answer: Whole | SourceFailed | SourceRefused,
    before: Memory,
    base: Tables,
    now: datetime,
    accept: bool,
) -> Memory:
    """What is to be remembered of a source after this answer; what it gave before, unless it is believed."""
    state: State = "failed" if isinstance(answer, SourceFailed) else "quarantined"
    tried = before.model_copy(update={"tried_at": now, "reading": _READING})
    if not isinstance(answer, Whole):
        return tried.model_copy(update={"state": state, "reason": str(answer)})
    good = {"state": "good", "reason": "", "success_at": now}
    if not answer.texts:
        return tried.model_copy(update=good)
    try:
        offers = _once(source.read(answer.texts, before.address, now.date()))
        if not accept:
            known = match(source.name, offers, base.catalog().names).models
            doubts.check(offers, before.kept, known)
    except SourceRefused as error:
        return tried.model_copy(update={"state": "quarantined", "reason": str(error)})
    kept = keep(offers, before.kept, now.date())
    return tried.model_copy(update={**good, "seen": answer.seen, "kept": kept})


def _once(offers: Sequence[Offer]) -> list[Offer]:
    return list({offer.key: offer for offer in reversed(offers)}.values())[::-1]


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
    merged = await asyncio.to_thread(_with_sources, tables, before, held, now.date())
    changes = _changes(before, merged.tables)
    number, new = newest.number if newest else 0, False
    if not dry_run:
        # The snapshot last: it is made of what is remembered, so one that is missed is taken the next time.
        for name, memory in held.items():
            await store.remember(f"source {name}", memory.model_dump_json())
        listed = TypeAdapter(tuple[Unmatched, ...]).dump_json(merged.unmatched)
        await store.remember(_UNMATCHED, listed.decode())
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
    )


def _with_sources(base: Tables, before: Catalog, held: Mapping[str, Memory], today: date) -> Merged:
    listed = {m.model_id for m in base.models}
    added = [m for m in before.models.values() if m.model_id not in listed]
    told = {name: held[name].kept for name in SOURCES if held[name].used}
    return merge(base, added, told, today, {name: source.title for name, source in SOURCES.items()})


def _state(name: str, memory: Memory, address: str) -> SourceState:
    return SourceState(
        name=name,
        address=address,
        state=memory.state,
        reason=memory.reason,
        tried_at=memory.tried_at,
        success_at=memory.success_at,
        items=len(memory.kept),
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
