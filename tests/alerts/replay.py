"""A history, told to channels with random filters: which channel is told which facts at which snapshot, by
the newsroom and, sharing nothing with ``changes`` and ``Taste``, by the plainest means."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.ability.kept import ABILITY_METHOD
from bot.alerts.newsroom import plan
from bot.analysis.leaderboard import leaderboard
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.catalog.tables import Tables
from bot.news.alert import Alert, Event, Taste
from bot.news.editions import Edition
from bot.news.kinds import Change
from bot.store.deliveries import Outcome, take_turn
from bot.store.editions import read_edition
from bot.store.store import Store
from tests.alerts.world import subscribe_all
from tests.news.test_changes_replay import Facts, naive, of_unmerged, same_models, surely

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(days=40)
Rows = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Channel:
    """What a channel wants to hear, in words of the files."""

    events: frozenset[str]
    board: str
    top: int
    models: frozenset[str]
    provider: str | None


def channels(count: int, first: Rows, seed: int = 1) -> list[Channel]:
    """Random filters over the models of the first state."""
    chance, ids = random.Random(seed), sorted(first)
    kinds = ["ranking", "new", "price", "context", "removed"]
    providers = sorted({row["provider"] for row in first.values()})
    return [
        Channel(
            events=frozenset(chance.sample(kinds, chance.choice((1, 2, 5, 5)))),
            board=chance.choice(["overall", "overall", "every", *(c.value for c in Category)]),
            top=chance.choice((1, 3, 10, 25)),
            models=frozenset(chance.sample(ids, chance.choice((0, 0, 1, 3, 10)))),
            provider=chance.choice([None, None, None, *providers]),
        )
        for _ in range(count)
    ]


async def told(path: Path, states: Sequence[Catalog], wanted: Sequence[Channel]) -> list[list[Facts]]:
    """For each snapshot after the first and each channel the facts that the newsroom has sent there."""
    found: list[list[Facts]] = []
    async with await Store.open(path) as store:
        editions: dict[int, Edition] = {}
        for n, state in enumerate(states):
            at = FIRST + n * APART
            held = Tables.of(state)
            everything = frozenset(m.model_id for m in held.models)
            free = Tables(held.models, held.benchmarks, held.scores, everything)
            number = (await store.load(free, "a test", "1", at)).snapshot
            await store.keep_fit(number, ABILITY_METHOD, state.fit or "none")
            await plan(store, lambda at=at: at)  # type: ignore[misc]
            if n == 0:
                numbers = {m.model_id: m.number for m in (await store.catalog()).models.values()}
                made = [_alert(channel, place, numbers) for place, channel in enumerate(wanted, 1)]
                await subscribe_all(store, made)
                continue
            here: list[Facts] = [set() for _ in wanted]
            claims, _ = await take_turn(store, "one", (), (), at, len(wanted), 1e6, timedelta(1))
            for claim in claims:
                assert claim.edition is not None
                if claim.edition not in editions:
                    editions[claim.edition] = await read_edition(store, claim.edition)
                heard = map(claim.alert.taste.select, editions[claim.edition].changes)
                here[claim.channel - 1] |= of_unmerged({fact_of(change) for change in heard if change})
            sent = [Outcome(claim.number, "sent", message=1) for claim in claims]
            more, _ = await take_turn(store, "one", sent, (), at, len(wanted), 1e6, timedelta(1))
            assert not more
            found.append(here)
    return found


def _alert(channel: Channel, place: int, numbers: Mapping[str, int]) -> Alert:
    board: Any = channel.board
    taste = Taste(
        events=tuple(Event(each) for each in sorted(channel.events)),
        board=board if board in ("overall", "every") else Category(board),
        top=channel.top,
        models=tuple(numbers[m] for m in sorted(channel.models)),
        provider=channel.provider,
    )
    return Alert(guild=1, channel=place, person=None, taste=taste)


def fact_of(c: Change) -> tuple[Any, ...]:
    """A change as the naive re-computation says it."""
    match c.kind:
        case "new model":
            return "new", c.model.model_id
        case "model removed":
            return "gone", c.model.model_id
        case "price":
            return ("price", c.model.model_id, *(p and (p.input, p.output) for p in (c.before, c.after)))
        case "context":
            return "context", c.model.model_id, c.before, c.after
        case "rank":
            spots = (s and (s.rank, s.best, s.worst) for s in (c.before, c.after))
            return (c.board.lane, c.board.category, "rank", c.model.model_id, *spots)
        case "overtaking":
            return c.board.lane, c.board.category, "overtaking", c.model.model_id, c.other.model_id
        case "method":
            return ("method",)


def expected(
    tables: Sequence[Rows], states: Sequence[Catalog], wanted: Sequence[Channel]
) -> Iterator[list[Facts]]:
    """The same by the plainest means."""
    watched = tuple(sorted(set().union(*(channel.models for channel in wanted))))
    for n in range(1, len(states)):
        step = _Step(tables[n - 1], tables[n], states[n - 1], states[n])
        facts = naive(tables[n - 1], tables[n], states[n - 1], states[n], watched)
        yield [{fact for fact in facts if step.hears(channel, fact)} for channel in wanted]


@dataclass
class _Step:
    before: Rows
    after: Rows
    old: Catalog
    new: Catalog

    def __post_init__(self) -> None:
        self._ranked: dict[tuple[int, Any], dict[str, int]] = {}

    def hears(self, channel: Channel, fact: tuple[Any, ...]) -> bool:
        lane, category, kind, *about = fact if fact[0] in set(Lane) else (None, None, *fact)
        event = {"rank": "ranking", "overtaking": "ranking", "gone": "removed"}.get(kind, kind)
        models = about[:2] if kind == "overtaking" else about[:1]
        if event not in channel.events:
            return False
        if kind == "new":
            models += sorted(m for m in channel.models if self._enters_ahead_of(models[0], m))
        if channel.models and not channel.models & set(models):
            return False
        if channel.provider and channel.provider not in {self._provider(m) for m in models}:
            return False
        if event != "ranking":
            return True
        if lane != Lane.PROVISIONAL or channel.board not in ("every", category or "overall"):
            return False
        if channel.models:
            return True
        return kind == "rank" and self._matters(channel.top, category, *about)

    def _provider(self, model: str) -> str:
        return (self.after.get(model) or self.before[model])["provider"]

    def _enters_ahead_of(self, model: str, other: str) -> bool:
        ranked = self._ranks(self.new, None)
        return model in ranked and other in ranked and surely(self.new, Lane.PROVISIONAL, None, model, other)

    def _matters(self, top: int, category: Category | None, model: str, *spots: Any) -> bool:
        """Into or out of the top, to or from the first place, or five places by itself."""
        was, now = spots
        for n in (1, top):
            inside = [spot is not None and spot[0] <= n for spot in spots]
            if inside[0] != inside[1] and ((was and now) or max(s[2] for s in spots if s) <= n):
                return True
        if not was or not now:
            return False
        before, after = self._ranks(self.old, category), self._ranks(self.new, category)
        same = same_models(self.before, self.after)
        back = {new: old for old, new in same.items()}
        entered = sum(rank < now[0] and back.get(m) not in before for m, rank in after.items())
        entered -= sum(rank < was[0] and same.get(m) not in after for m, rank in before.items())
        shown = was[0] - now[0]
        own = shown + entered
        return shown * own > 0 and min(abs(shown), abs(own)) >= 5

    def _ranks(self, catalog: Catalog, category: Category | None) -> dict[str, int]:
        key = (id(catalog), category)
        if key not in self._ranked:
            board = leaderboard(catalog, Lane.PROVISIONAL, category, limit=9999)
            self._ranked[key] = {e.model_id: e.rank for e in board.entries}
        return self._ranked[key]
