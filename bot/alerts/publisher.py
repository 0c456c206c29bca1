"""Publisher: sends what is due, each delivery once, and says how it went.

A delivery is claimed by one publisher for a short lease. What may have been sent before a crash is sent again
with the same nonce, which Discord knows for some minutes; later the publisher looks for the delivery's own
button among its last messages, and where it may not read those the delivery stays unknown.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import discord
import structlog

from bot.alerts.access import Channel, missing_permissions
from bot.alerts.doubts import in_doubt
from bot.errors import StoreError
from bot.logs import Outage
from bot.news.alert import Alert, Pause
from bot.news.editions import Edition
from bot.news.kinds import Change
from bot.store.alerts import resume_reachable, unreachable
from bot.store.deliveries import FARTHEST, Claim, Outcome, nonce_prefix, take_turn
from bot.store.editions import read_edition
from bot.store.store import Store
from bot.words.errors import words

log = structlog.get_logger(__name__)

# Requests a second. Discord allows 50, of which some are repeated: all publishers together plan for fewer,
# and one that is late catches up a little faster, in bursts of at most so much.
PACE, FASTEST = 48.2, 49
BURST = timedelta(seconds=0.04)
LEASE = timedelta(seconds=15)
# Discord says that it knows a nonce for a few minutes.
NONCE_KNOWN = timedelta(minutes=2)
# Our clock and Discord's may differ by so much.
CLOCKS = timedelta(seconds=60)
LOOKED_THROUGH = 300
# Seconds for one attempt, with all the waiting that Discord asks for; a longer wait ends the attempt.
SEND_WITHIN = 60.0
LONGEST_WAIT_WITHIN = 30.0
LONGEST_WAIT = timedelta(minutes=10)
# After so many failures in a row one delivery at a time is tried, at last so many seconds apart.
TROUBLE_AFTER = 5
LONGEST_PROBE = 60.0
BANNED_FOR = timedelta(minutes=1)
MOST_UNDER_WAY = 100
# Seconds between two looks: while something is sent, and else.
BUSY, IDLE = 0.25, 3.0
# Seconds between two looks whether channels that were out of reach are back.
LOOK_AGAIN = 60.0
ASK_AGAIN = timedelta(days=1)
# What was refused although the bot seems to have all permissions is not tried at once again.
SILENT_FOR = timedelta(minutes=5)
KEPT_EDITIONS = 16

UNKNOWN_CHANNEL = 10003


@dataclass(frozen=True)
class Message:
    """What is sent, the picture inside the embed and only where the bot may. The custom id of the first
    button tells this delivery from all others."""

    content: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    picture: discord.File | None = None


Render = Callable[[Claim, Edition | None, tuple[Change, ...]], Awaitable[Message]]
"""From a claim, its edition (None: the notice that the alert is silent) and those of its changes that
the alert tells of."""


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
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._outcomes: list[Outcome] = []
        self._editions: dict[tuple[int, datetime], asyncio.Task[Edition]] = {}
        self._nonces = ""
        # When the next request of all is free, up to when all has to wait, until when the claims are ours,
        # and when the next request of this publisher is free.
        self._free = self._wait = self._ours = self._next = datetime.min.replace(tzinfo=UTC)
        self._failed_in_a_row = 0
        # Channels where a permission is seen to be missing, so that it is seen when it is back.
        self._blocked: set[int] = set()
        self._gate = asyncio.Lock()

    async def run(self) -> None:
        """Publish until cancelled; what is under way then is sent again by whoever comes next."""
        looked_at = -math.inf
        outage = Outage(log, "The bot cannot send alerts, and tries again", "The bot sends alerts again")
        loop = asyncio.get_running_loop()
        try:
            while True:
                busy = False
                with outage.noted():
                    busy = await self.turn()
                    if loop.time() - looked_at > LOOK_AGAIN:
                        looked_at = loop.time()
                        await self.look_again()
                await self.sleep(BUSY if busy else IDLE)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """Note what is known of the last attempts."""
        tasks = tuple(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(StoreError):
            await take_turn(self.store, self.name, self._outcomes, (), self.now(), 0, self.pace, self.lease)

    async def turn(self) -> bool:
        """Note what was sent, and begin to send what is due; whether there was anything to do."""
        self._nonces = self._nonces or await nonce_prefix(self.store)
        now, outcomes = self.now(), self._outcomes
        self._outcomes = []
        try:
            claims, self._free = await take_turn(
                self.store,
                self.name,
                outcomes,
                tuple(self._under_way),
                now,
                self._room(now),
                self.pace,
                self.lease,
            )
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        self._ours = now + self.lease
        for claim in claims:
            task = asyncio.create_task(self._attempt(claim))
            self._under_way[claim.number] = task
            task.add_done_callback(partial(self._finish, claim.number))
        return bool(claims or outcomes or self._under_way or self._outcomes)

    def _room(self, now: datetime) -> int:
        """How many deliveries to begin in this turn, so that the next turn may be late."""
        if now < self._wait <= now + FARTHEST:
            return 0
        if self._failed_in_a_row >= TROUBLE_AFTER:
            return 1 - len(self._under_way)
        ahead = max(0.0, (self._free - now).total_seconds())
        return min(MOST_UNDER_WAY - len(self._under_way), math.ceil(self.pace * (3 * BUSY - ahead)))

    def _finish(self, number: int, task: asyncio.Task[None]) -> None:
        self._under_way.pop(number, None)

    async def _attempt(self, claim: Claim) -> None:
        doubts: list[object] = []
        in_doubt.set(doubts)
        try:
            await self._wait_for_turn(claim)
            if self.now() >= self._ours:
                # This process stood still, and another one may have it now.
                outcome = self._postpone(claim, doubts)
            else:
                outcome = await asyncio.wait_for(self._send(claim), SEND_WITHIN)
        except (discord.HTTPException, discord.RateLimited) as error:
            outcome = self._after_refusal(claim, error, doubts)
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            if not isinstance(error, aiohttp.ClientConnectorError):
                doubts.append(error)
            if isinstance(error, TimeoutError):
                # discord.py would hold back all requests for good if this one waited for the global limit.
                self.client.http._global_over.set()
            log.warning(
                "A delivery may not have arrived and is tried again", delivery=claim.number, why=repr(error)
            )
            self._in_trouble()
            outcome = self._postpone(claim, doubts)
        except asyncio.CancelledError:
            self._outcomes.append(self._postpone(claim, doubts))
            raise
        except Exception as error:
            known = isinstance(error, StoreError)
            log.error(
                "A delivery failed and is tried again",
                delivery=claim.number,
                exc_info=None if known else error,
                why=words(error) if isinstance(error, StoreError) else str(error),
            )
            outcome = self._postpone(claim, doubts)
        else:
            self._failed_in_a_row = 0
        self.counts.sent += outcome.kind == "sent"
        self.counts.retried += outcome.kind == "later"
        self.counts.unknown += outcome.kind == "unknown"
        self._outcomes.append(outcome)

    async def _wait_for_turn(self, claim: Claim) -> None:
        """Those that are late go one by one too: a burst would meet the limit, and meet it again after it."""
        async with self._gate:
            with suppress(AttributeError):  # discord.py is not logged in
                await self.client.http._global_over.wait()
            at, now = max(claim.at, self._next), self.now()
            if at > now + self.lease:
                at = now  # The clock was turned back.
            await self.sleep(max(0.0, (at - now).total_seconds()))
            self._next = max(at, self.now() - BURST) + timedelta(seconds=claim.requests / FASTEST)

    async def _send(self, claim: Claim) -> Outcome:
        """Raises what discord.py raises."""
        message = await self._write(claim)
        if message is None:
            return Outcome(claim.number, "nothing", certain=True)
        to = await self._destination(claim)
        if claim.tried_at is not None and not -CLOCKS <= self.now() - claim.tried_at <= NONCE_KNOWN:
            arrived = await self._find_message(claim, message, to)
            if arrived is None:
                log.warning(
                    "Nothing shows whether a delivery arrived, and it is not sent again",
                    delivery=claim.number,
                )
                return Outcome(claim.number, "unknown")
            if arrived:
                return Outcome(claim.number, "sent", message=arrived)
            # As if it had never been tried: it may be too old by now.
            return Outcome(claim.number, "later", at=self.now(), certain=True)
        role = claim.alert.role if claim.edition is not None else None
        mentions = discord.AllowedMentions(
            everyone=False, users=False, roles=[discord.Object(role)] if role else False
        )
        embed, picture = message.embed, message.picture if self._may(claim, "attach_files") else None
        if embed and picture:
            embed = embed.copy().set_image(url=f"attachment://{picture.filename}")
        sent = await to.send(
            message.content or None,
            embed=embed or discord.utils.MISSING,
            view=message.view or discord.utils.MISSING,
            file=picture or discord.utils.MISSING,
            nonce=f"{self._nonces}-{claim.number}",
            allowed_mentions=mentions,
        )
        return Outcome(claim.number, "sent", message=sent.id)

    async def _write(self, claim: Claim) -> Message | None:
        """None where nothing of the edition is for this alert any more."""
        if claim.edition is None:
            return await self.render(claim, None, ())
        edition = await self._edition(claim.edition, claim.made_at)
        taste = claim.alert.taste
        wanted = tuple(change for each in edition.changes if (change := taste.select(each)))
        return await self.render(claim, edition, wanted) if wanted else None

    async def _edition(self, number: int, made_at: datetime) -> Edition:
        """Read once for all that are told of it. A store that was replaced gives its number again."""
        key = number, made_at
        task = self._editions.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            while len(self._editions) >= KEPT_EDITIONS:
                del self._editions[next(iter(self._editions))]
            task = self._editions[key] = asyncio.create_task(read_edition(self.store, number))
        return await asyncio.shield(task)

    async def _destination(self, claim: Claim) -> discord.abc.Messageable:
        if claim.direct:
            return await self.client.create_dm(discord.Object(claim.channel))
        return self.client.get_partial_messageable(claim.channel, guild_id=claim.alert.guild)

    async def _find_message(self, claim: Claim, message: Message, to: discord.abc.Messageable) -> int | None:
        """The id of the message if it is there, 0 if it surely is not, None if that cannot be known."""
        ours = next(_custom_ids(message.view), None)
        if (
            ours is None
            or claim.tried_at is None
            or self.client.user is None
            or not self._may(claim, "read_message_history")
        ):
            return None
        looked = 0
        # A moment that is still to come was written by a clock that was wrong.
        since = claim.tried_at - CLOCKS if claim.tried_at - CLOCKS <= self.now() else None
        try:
            async for each in to.history(limit=LOOKED_THROUGH, after=since):
                looked += 1
                if each.author.id == self.client.user.id and ours in _custom_ids(each):
                    return each.id
        except (discord.Forbidden, discord.NotFound):
            return None
        return 0 if looked < LOOKED_THROUGH else None

    def _may(self, claim: Claim, permission: str) -> bool:
        """Whether the bot surely may do that where a delivery goes."""
        if claim.direct:
            return True
        channel = self._channel(claim.channel)
        return channel is not None and getattr(channel.permissions_for(channel.guild.me), permission)

    def _after_refusal(
        self, claim: Claim, error: discord.HTTPException | discord.RateLimited, doubts: list[object]
    ) -> Outcome:
        """What follows from Discord's no."""
        if isinstance(error, discord.RateLimited):
            # It does not say whether the wait is for this channel alone.
            self._wait = self.now() + min(FARTHEST, timedelta(seconds=error.retry_after))
            return self._postpone(claim, doubts, at=self._wait)
        if error.status == 429:
            self._wait = self.now() + BANNED_FOR
            return self._postpone(claim, doubts, at=self._wait)
        if error.status >= 500 or error.status == 401:
            doubts += [error.status] if error.status >= 500 else []
            self._in_trouble()
            return self._postpone(claim, doubts)
        self._failed_in_a_row = 0
        certain = claim.tried_at is None and not doubts
        if error.code == UNKNOWN_CHANNEL and not claim.direct:
            return Outcome(claim.number, "gone", certain=certain)
        if error.status in (403, 404):
            channel = self._channel(claim.channel)
            blocked = channel is not None and missing_permissions(channel)
            (self._blocked.add if blocked else self._blocked.discard)(claim.channel)
            log.info(
                "Discord does not let the bot write in a channel, whose alerts fall silent",
                delivery=claim.number,
                status=error.status,
                code=error.code,
            )
            return Outcome(claim.number, "refused" if claim.direct else "no access", certain=certain)
        log.error(
            "Discord does not take a delivery, and it is not sent again",
            delivery=claim.number,
            why=str(error),
        )
        return Outcome(claim.number, "unknown")

    def _in_trouble(self) -> None:
        """Where nothing comes through, everything waits: what was never tried cannot be in doubt."""
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= TROUBLE_AFTER:
            seconds = min(LONGEST_PROBE, 2.0 ** (self._failed_in_a_row - TROUBLE_AFTER))
            self._wait = max(self._wait, self.now() + timedelta(seconds=seconds))

    def _postpone(self, claim: Claim, doubts: list[object], at: datetime | None = None) -> Outcome:
        at = at or self.now() + min(LONGEST_WAIT, timedelta(seconds=2 ** min(claim.tries, 12)))
        return Outcome(claim.number, "later", at=at, certain=claim.tried_at is None and not doubts)

    async def look_again(self) -> None:
        """Let those alerts speak again whose channel the bot can reach again."""
        now = self.now()
        alerts = await unreachable(self.store)
        if back := [alert.number for alert in alerts if self._may_be_back(alert, now)]:
            await resume_reachable(self.store, back)

    def _may_be_back(self, alert: Alert, now: datetime) -> bool:
        channel = self._channel(alert.channel) if alert.paused is Pause.NO_ACCESS else None
        silent_for = abs(now - alert.silent_since) if alert.silent_since else ASK_AGAIN
        if channel is None:
            # Nothing tells that a person takes messages again, or that a closed thread is open.
            return silent_for >= ASK_AGAIN
        if missing_permissions(channel):
            self._blocked.add(alert.channel)
            return False
        return alert.channel in self._blocked or silent_for >= SILENT_FOR

    def _channel(self, number: int) -> Channel | None:
        """A channel of a server; None where it, or the channel of a thread, is not known."""
        channel = self.client.get_channel(number)
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
