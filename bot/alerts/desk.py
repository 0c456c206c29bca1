"""Desk: where people and Discord's events change who is told what."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import TooManyAlerts, TooManyWatched
from bot.news.alert import MOST_MODELS, Pause, Subscription, Taste
from bot.news.kinds import Change
from bot.store.outbox import Outbox
from bot.store.store import Store
from bot.store.subscriptions import Subscriptions

MOST_ALERTS = 25
"""Alerts of one server."""

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Sent:
    """A message that a subscription would have sent."""

    at: datetime
    since: datetime
    changes: tuple[Change, ...]


class Desk:
    """Every method raises ``StoreError`` if the file fails."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._kept, self._outbox, self._now = Subscriptions(store), Outbox(store), now

    async def subscribe(self, wanted: Subscription) -> Subscription:
        """Keep a new alert of a server. Raises ``TooManyAlerts``; ``SameAlert`` where one does the same."""
        kept = await self._kept.add(wanted, MOST_ALERTS, self._now())
        if kept is None:
            raise TooManyAlerts(MOST_ALERTS)
        return kept

    async def of_guild(self, guild: int) -> tuple[Subscription, ...]:
        """The alerts of a server, the oldest first."""
        return await self._kept.of_guild(guild)

    async def one(self, number: int) -> Subscription | None:
        """None for one that was removed."""
        return await self._kept.one(number)

    async def edit(self, number: int, **fields: Any) -> Subscription | None:
        """Change ``taste``, ``frequency``, ``hour``, ``timezone`` or ``role``; None if it is gone.

        Raises ``SameAlert`` where another alert of the server does the same already.
        """
        return await self._kept.edit(number, self._now(), **fields)

    async def pause(self, number: int) -> None:
        await self._kept.pause((number,), Pause.ASKED, self._now())

    async def resume(self, number: int) -> None:
        """Let it speak again; what happened meanwhile is told in one summary."""
        await self._kept.resume((number,), *Pause)

    async def remove(self, number: int) -> bool:
        """Whether it was there."""
        return bool(await self._kept.remove((number,)))

    async def watched(self, person: int) -> Subscription | None:
        """What a person follows in direct messages; None if nothing."""
        found = await self._kept.of_person(person)
        return found[0] if found else None

    async def watch(self, person: int, model: int) -> Subscription:
        """Tell a person of a model (number) from now on. Raises ``TooManyWatched``."""
        held = await self.watched(person)
        if held is None:
            taste = Taste(board="every", models=(model,))
            fresh = Subscription(guild=None, place=person, person=person, taste=taste)
            added = await self._kept.add(fresh, 1, self._now())
            held = added or await self.watched(person)
        elif held.paused is not None:
            await self._kept.resume((held.number,), *Pause)
        if held is None or model in held.taste.models:
            return held or await self.watch(person, model)
        if len(held.taste.models) >= MOST_MODELS:
            raise TooManyWatched(MOST_MODELS)
        return await self._follow(held, (*held.taste.models, model)) or await self.watch(person, model)

    async def unwatch(self, person: int, model: int | None) -> Subscription | None:
        """Stop telling a person of a model, or (None) of any; returns what they still follow."""
        held = await self.watched(person)
        if held is None:
            return None
        left = tuple(m for m in held.taste.models if model is not None and m != model)
        if not left:
            await self._kept.remove((held.number,))
            return None
        return await self._follow(held, left) or await self.unwatch(person, model)

    async def _follow(self, held: Subscription, models: tuple[int, ...]) -> Subscription | None:
        """None where it was changed or removed meanwhile."""
        taste = held.taste.model_copy(update={"models": models})
        return await self._kept.edit(held.number, self._now(), was=held.taste, taste=taste)

    async def forget(self, person: int) -> int:
        """Delete a person's direct messages and their id at alerts that they made; returns how many rows."""
        return await self._kept.forget(person)

    async def preview(self, wanted: Subscription) -> tuple[Sent, ...]:
        """What it would have sent in the last 30 days, the oldest first."""
        now = self._now()
        told: list[Sent] = []
        due = wanted.next_brief(now - LOOKED_BACK)
        waiting: list[Change] = []
        since = now - LOOKED_BACK
        for news in await self._outbox.news_since(now - LOOKED_BACK):
            while due is not None and news.made_at > due:
                since = _tell(told, due, since, waiting)
                due = wanted.next_brief(due)
            heard = [change for each in news.changes if (change := wanted.taste.heard(each))]
            if due is None:
                since = _tell(told, news.made_at, news.since, heard)
                continue
            for change in heard:
                # What took itself back before the brief is not told.
                undone = [each for each in waiting if each.fact == change.undone]
                waiting = [each for each in waiting if each not in undone]
                if not undone:
                    waiting.append(change)
        if due is not None and due <= now:
            _tell(told, due, since, waiting)
        return tuple(told)

    async def left(self, guild: int) -> None:
        """The bot is no longer in the server; 30 days later its alerts are deleted."""
        await self._kept.left(guild, self._now())

    async def joined(self, guild: int) -> None:
        await self._kept.joined(guild)

    async def place_gone(self, place: int) -> int:
        """Discord says that the channel was deleted; its alerts go with it. Returns how many."""
        return await self._kept.place_gone(place)

    async def compare_guilds(self, there: Collection[int]) -> None:
        """After a start: which servers the bot was added to or removed from while it was away."""
        for guild in await self._kept.guilds() - frozenset(there):
            await self.left(guild)
        for guild in await self._kept.left_guilds() & frozenset(there):
            await self.joined(guild)
        await self._kept.forget_left(self._now())


def _tell(told: list[Sent], at: datetime, since: datetime, waiting: list[Change]) -> datetime:
    if waiting:
        told.append(Sent(at, since, tuple(waiting)))
        waiting.clear()
    return at
