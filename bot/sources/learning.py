"""What is to be remembered of a source after it was read: whether it can be believed, and what it gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.catalog.entities import Model
from bot.catalog.tables import Tables
from bot.errors import SourceRefused
from bot.sources import arena, benchlm, genai, modelprices, modelsdev, openrouter
from bot.sources.fetch import Seen, Whole
from bot.sources.kept import Kept, keep
from bot.sources.merge import merge
from bot.sources.offers import LeftOut, Offer, Reading, Source

SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        modelprices.SOURCE,
        modelsdev.SOURCE,
        genai.SOURCE,
        openrouter.SOURCE,
        benchlm.SOURCE,
        arena.SOURCE,
    )
}
"""By name, the most trusted first."""

READING = 3
"""What was read by an earlier way of reading is read again, even if the source has nothing new."""

MOST_LEFT_OUT = 0.2
"""A source of whose rows a larger share does not fit is refused as a whole."""

MOST_NEW = 30
"""More new models than these in one reading, of a source that was read before, are not believed."""

# A body is stale if it has stood still longer than it ever did, and at least so long; the longer time counts
# while it was never seen to change.
_STILL, _STILL_AT_FIRST = timedelta(days=7), timedelta(days=30)
_LEFT_OUT_KEPT = 20

State = Literal["never read", "good", "failed", "quarantined"]


class Memory(BaseModel):
    """What is remembered of a source: how it went last, and what it gave when it was believed last.

    ``changed_at`` is when its body was last seen to change, ``longest`` the most seconds that it stood still
    before it did. ``left_out`` are the first rows of the last reading that did not fit.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    reading: int = READING
    used: bool = True
    address: str = ""
    seen: tuple[Seen, ...] = ()
    state: State = "never read"
    reason: str = ""
    tried_at: datetime | None = None
    success_at: datetime | None = None
    kept: tuple[Kept, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    digest: str = ""
    changed_at: datetime | None = None
    longest: float | None = None
    stale: bool = False


@dataclass(frozen=True)
class Lesson:
    """A source, its answer, what is remembered of it, and what is known: the tables loaded last, the models
    that sources added to them, and every model as it is now."""

    source: str
    answer: Whole
    before: Memory
    base: Tables
    added: tuple[Model, ...]
    current: Mapping[str, Model]
    now: datetime
    accept: bool


def learn(lesson: Lesson) -> Memory:
    """What is to be remembered; what it gave before, and why, if it is not believed now."""
    before, now = lesson.before, lesson.now
    try:
        learned = _believed(lesson) if lesson.answer.texts else _unchanged(before, now)
    except SourceRefused as error:
        return before.model_copy(update={"state": "quarantined", "reason": str(error)})
    return learned.model_copy(update={"state": "good", "reason": "", "success_at": now})


def _unchanged(before: Memory, now: datetime) -> Memory:
    """The same body again: what was missing in it is missing still, and what was in doubt is said twice."""
    offers = [each.offer for each in before.kept if each.missing is None]
    return _aged(before, before.digest, now).model_copy(update={"kept": keep(offers, before.kept, now)})


def _believed(lesson: Lesson) -> Memory:
    """Raises ``SourceRefused``."""
    before, now, source = lesson.before, lesson.now, SOURCES[lesson.source]
    reading = source.read(lesson.answer.texts, before.address, now.date())
    offers = _once(reading.offers)
    if not lesson.accept:
        _check_rows(reading)
        _check_gone(offers, before.kept)
    # Matched and put into the tables once here, where what takes too long can take no harm.
    dated = keep(offers, before.kept, now, accept=True)
    merged = merge(lesson.base, lesson.added, {source.name: dated}, now.date(), {source.name: source.title})
    there = {model.model_id: model for model in merged.tables.models}
    known = {
        key: lesson.current.get(id_, there[id_]) for key, id_ in merged.models.get(source.name, {}).items()
    }
    came = len(there.keys() - lesson.current.keys())
    if before.kept and came > MOST_NEW and not lesson.accept:
        raise SourceRefused(f"it has {came} new models at once")
    kept = keep(offers, before.kept, now, known, lesson.accept)
    digest = sha256("\n".join(lesson.answer.texts).encode("utf-8", "surrogatepass")).hexdigest()
    update = {
        "seen": lesson.answer.seen,
        "kept": kept,
        "left_out": reading.left_out[:_LEFT_OUT_KEPT],
        "left_out_count": len(reading.left_out),
    }
    return _aged(before, digest, now).model_copy(update=update)


def _once(offers: Sequence[Offer]) -> list[Offer]:
    return list({offer.key: offer for offer in reversed(offers)}.values())[::-1]


def _check_rows(reading: Reading) -> None:
    out, rows = len(reading.left_out), len(reading.left_out) + len(reading.offers)
    if out > MOST_LEFT_OUT * rows:
        first = reading.left_out[0]
        raise SourceRefused(
            f"its shape changed at {first.place}: {first.reason} ({out} of {rows} rows do not fit)"
        )
    if not reading.offers:
        raise SourceRefused("it lists no model")


def _check_gone(offers: Sequence[Offer], before: Sequence[Kept]) -> None:
    keys = {offer.key for offer in offers}
    gone = sum(each.offer.key not in keys for each in before)
    if 2 * gone > len(before):
        raise SourceRefused(f"{gone} of the {len(before)} models it gave last time are gone")


def _aged(before: Memory, digest: str, now: datetime) -> Memory:
    """With how long its body has stood still."""
    if before.changed_at is None:
        return before.model_copy(update={"digest": digest, "changed_at": now, "stale": False})
    still = now - before.changed_at
    if digest != before.digest:
        longest = max(before.longest or 0.0, still.total_seconds())
        update = {"digest": digest, "changed_at": now, "longest": longest, "stale": False}
        return before.model_copy(update=update)
    usual = _STILL_AT_FIRST if before.longest is None else timedelta(seconds=before.longest)
    return before.model_copy(update={"stale": still > max(usual, _STILL)})
