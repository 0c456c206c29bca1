"""Publisher: sends what is due, each delivery once, and says how it went.

A delivery is claimed by one publisher for a short lease. What may have been sent before a crash is sent again
with the same nonce, which Discord knows for some minutes; later the publisher looks for the delivery's own
button among its last messages, and where it may not read those the delivery stays unknown.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import aiohttp
import discord
import structlog

from bot.alerts.access import Place, missing
from bot.analysis.change_kinds import Change
from bot.analysis.subscription import Pause
from bot.catalog.errors import StoreError
from bot.store.outbox import Claim, Edition, Outbox, Outcome
from bot.store.store import Store
from bot.store.subscriptions import Subscriptions

log = structlog.get_logger(__name__)

# Requests a second of all publishers; Discord allows 50, of which some are repeated.
PACE = 48.5
LEASE = timedelta(seconds=15)
# Discord says that it knows a nonce for a few minutes.
NONCE_KNOWN = timedelta(minutes=2)
# Our clock and Discord's may differ by so much.
CLOCKS = timedelta(seconds=60)
LOOKED_THROUGH = 100
# Seconds for one attempt, with all the waiting that Discord asks for.
SEND_WITHIN = 60.0
LONGEST_WAIT = timedelta(minutes=10)
MOST_UNDER_WAY = 200
# Seconds between two looks: while something is sent, and else.
BUSY, IDLE = 0.25, 3.0
# Seconds between two looks whether places that were out of reach are back.
LOOK_AGAIN = 60.0
ASK_AGAIN = timedelta(days=1)
KEPT_EDITIONS = 16

MISSING_ACCESS, MISSING_PERMISSIONS, NOT_TO_THEM, UNKNOWN_CHANNEL = 50001, 50013, 50007, 10003


@dataclass(frozen=True)
class Message:
    """What is sent. The custom id of the first button tells this delivery from all others."""

    content: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    files: tuple[discord.File, ...] = ()


Render = Callable[[Claim, Edition | None, tuple[Change, ...]], Awaitable[Message]]
"""From a claim, its edition (None: the notice that the subscription is silent) and what is heard of it."""


@dataclass
class Counts:
    """What a publisher has done since it began."""

    sent: int = 0
    retried: int = 0
    unknown: int = 0


@dataclass
class Publisher:
    """Sends through ``client``, which has to be logged in. ``name`` tells it from all other publishers."""

    store: Store
    client: discord.Client
    render: Render
    now: Callable[[], datetime]
    name: str
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    lease: timedelta = LEASE
    pace: float = PACE
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self._outbox, self._subscriptions = Outbox(self.store), Subscriptions(self.store)
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._outcomes: list[Outcome] = []
        self._editions: dict[int, asyncio.Task[Edition]] = {}
        self._mark = ""
        self._free: datetime | None = None
        self._failing = False

    async def run(self) -> None:
        """Publish until cancelled; what is under way then is sent again by whoever comes next."""
        looked = -math.inf
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    busy = await self.turn()
                    if loop.time() - looked > LOOK_AGAIN:
                        looked = loop.time()
                        await self.look_again()
                    self._failing = False
                except StoreError as error:
                    busy = False
                    if not self._failing:
                        log.error("nothing is sent: the store fails", why=str(error))
                    self._failing = True
                await self.sleep(BUSY if busy else IDLE)
        finally:
            for task in self._under_way.values():
                task.cancel()

    async def turn(self) -> bool:
        """Note what was sent, and begin to send what is due; whether there was anything to do."""
        self._mark = self._mark or await self._outbox.mark()
        now, outcomes = self.now(), self._outcomes
        self._outcomes = []
        ahead = self._free is not None and self._free - now > timedelta(seconds=2 * BUSY)
        room = 0 if ahead else min(MOST_UNDER_WAY - len(self._under_way), math.ceil(self.pace * BUSY) + 1)
        try:
            claims, self._free = await self._outbox.turn(
                self.name, outcomes, tuple(self._under_way), now, room, self.pace, self.lease
            )
        except StoreError:
            self._outcomes = outcomes + self._outcomes
            raise
        for claim in claims:
            task = asyncio.create_task(self._attempt(claim))
            self._under_way[claim.number] = task
            task.add_done_callback(partial(self._over, claim.number))
        return bool(claims or outcomes or self._under_way)

    def _over(self, number: int, task: asyncio.Task[None]) -> None:
        self._under_way.pop(number, None)

    async def _attempt(self, claim: Claim) -> None:
        await self.sleep(max(0.0, (claim.at - self.now()).total_seconds()))
        try:
            outcome = await asyncio.wait_for(self._sent(claim), SEND_WITHIN)
        except (discord.HTTPException, discord.RateLimited) as error:
            outcome = self._refused(claim, error)
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("a delivery is tried again", delivery=claim.number, why=repr(error))
            outcome = self._later(claim, certain=False)
        except StoreError:
            outcome = self._later(claim, certain=True)
        except Exception:
            log.exception("a delivery failed", delivery=claim.number)
            outcome = Outcome(claim.number, "unknown", certain=False)
        self.counts.sent += outcome.kind == "sent"
        self.counts.retried += outcome.kind == "later"
        self.counts.unknown += outcome.kind == "unknown"
        self._outcomes.append(outcome)

    async def _sent(self, claim: Claim) -> Outcome:
        """Raises what discord.py raises."""
        message = await self._written(claim)
        if message is None:
            return Outcome(claim.number, "nothing", certain=True)
        to = await self._place(claim)
        if claim.tried_at is not None and self.now() - claim.tried_at > NONCE_KNOWN:
            arrived = await self._arrived(claim, message, to)
            if arrived is None:
                log.warning("whether a delivery arrived stays unknown", delivery=claim.number)
                return Outcome(claim.number, "unknown")
            if arrived:
                return Outcome(claim.number, "sent", message=arrived)
        role = claim.subscription.role if claim.edition is not None else None
        mentions = discord.AllowedMentions(
            everyone=False, users=False, roles=[discord.Object(role)] if role else False
        )
        sent = await to.send(
            message.content or None,
            embed=message.embed or discord.utils.MISSING,
            view=message.view or discord.utils.MISSING,
            files=list(message.files) or discord.utils.MISSING,
            nonce=f"{self._mark}-{claim.number}",
            allowed_mentions=mentions,
        )
        return Outcome(claim.number, "sent", message=sent.id)

    async def _written(self, claim: Claim) -> Message | None:
        """None where nothing of the edition is for this subscription any more."""
        if claim.edition is None:
            return await self.render(claim, None, ())
        edition = await self._edition(claim.edition)
        taste = claim.subscription.taste
        heard = tuple(heard for change in edition.changes if (heard := taste.heard(change)))
        return await self.render(claim, edition, heard) if heard else None

    async def _edition(self, number: int) -> Edition:
        """Read once for all that are told of it."""
        task = self._editions.get(number)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            while len(self._editions) >= KEPT_EDITIONS:
                del self._editions[next(iter(self._editions))]
            task = self._editions[number] = asyncio.create_task(self._outbox.edition(number))
        return await asyncio.shield(task)

    async def _place(self, claim: Claim) -> discord.abc.Messageable:
        direct = claim.edition is None or claim.subscription.guild is None
        if direct:
            return await self.client.create_dm(discord.Object(claim.place))
        return self.client.get_partial_messageable(claim.place, guild_id=claim.subscription.guild)

    async def _arrived(self, claim: Claim, message: Message, to: discord.abc.Messageable) -> int | None:
        """The id of the message if it is there, 0 if it surely is not, None if that cannot be known."""
        ours = next(_custom_ids(message.view), None)
        if ours is None or claim.tried_at is None or not self._may_read(claim):
            return None
        looked = 0
        try:
            async for each in to.history(limit=LOOKED_THROUGH):
                looked += 1
                if each.author.id == self.client.application_id and ours in _custom_ids(each):
                    return each.id
                if each.created_at < claim.tried_at - CLOCKS:
                    return 0
        except (discord.Forbidden, discord.NotFound):
            return None
        return 0 if looked < LOOKED_THROUGH else None

    def _may_read(self, claim: Claim) -> bool:
        if claim.subscription.guild is None:
            return True
        place = self._known(claim.place)
        return place is not None and place.permissions_for(place.guild.me).read_message_history

    def _refused(self, claim: Claim, error: discord.HTTPException | discord.RateLimited) -> Outcome:
        """What follows from Discord's no."""
        first = claim.tried_at is None
        if isinstance(error, discord.RateLimited):
            return self._later(claim, certain=True, wait=timedelta(seconds=error.retry_after))
        if error.status == 429:
            return self._later(claim, certain=True)
        if error.status >= 500 or error.status == 401:
            return self._later(claim, certain=error.status == 401)
        direct = claim.edition is None or claim.subscription.guild is None
        if error.code == UNKNOWN_CHANNEL and not direct:
            return Outcome(claim.number, "gone", certain=first)
        if error.status in (403, 404):
            log.info("a place is out of reach", delivery=claim.number, status=error.status, code=error.code)
            return Outcome(claim.number, "refused" if direct else "no access", certain=first)
        log.error("Discord does not take a delivery", delivery=claim.number, why=str(error))
        return Outcome(claim.number, "unknown")

    def _later(self, claim: Claim, *, certain: bool, wait: timedelta | None = None) -> Outcome:
        wait = wait or min(LONGEST_WAIT, timedelta(seconds=2 ** min(claim.tries, 12)))
        certain = certain and claim.tried_at is None
        return Outcome(claim.number, "later", at=self.now() + wait, certain=certain)

    async def look_again(self) -> None:
        """Let those speak again that the bot can reach again."""
        now = self.now()
        for each in await self._subscriptions.silent(Pause.NO_ACCESS, Pause.REFUSED):
            place = self._known(each.place) if each.paused is Pause.NO_ACCESS else None
            if place is None:
                # Nothing tells that a person takes messages again, or that a closed thread is open.
                back = each.silent_since is not None and now - each.silent_since > ASK_AGAIN
            else:
                back = not missing(place)
            if back:
                await self._subscriptions.resume((each.number,), Pause.NO_ACCESS, Pause.REFUSED)

    def _known(self, place: int) -> Place | None:
        """A channel of a server; None where it, or the channel of a thread, is not known."""
        channel = self.client.get_channel(place)
        if channel is None or isinstance(channel, discord.abc.PrivateChannel):
            return None
        return None if isinstance(channel, discord.Thread) and channel.parent is None else channel


def _custom_ids(shown: discord.ui.View | discord.Message | None) -> Iterator[str]:
    """Of all buttons of a view or a message."""
    if isinstance(shown, discord.Message):
        shown = discord.ui.View.from_message(shown)
    for each in shown.walk_children() if shown else ():
        custom_id = getattr(each, "custom_id", None)
        if custom_id:
            yield custom_id
