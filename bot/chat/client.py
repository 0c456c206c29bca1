"""The bot on Discord: one client, the commands it offers, and what happens around every answer."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.alerts.doubts import trace
from bot.alerts.publisher import LONGEST_WAIT_WITHIN
from bot.analysis.history import Moment
from bot.catalog.catalog import Catalog
from bot.charts.pictures import Pictures
from bot.chat import failures
from bot.chat.commands import COMMANDS
from bot.chat.context import Context, Interaction, PastMoments
from bot.chat.cooldown import Cooldowns
from bot.chat.gallery import Gallery
from bot.chat.views.press import Button, Press
from bot.errors import DiscordUnreachable, StoreError, TokenRefused, TooFast
from bot.store import alerts
from bot.store.store import Store
from bot.words.errors import words

log = structlog.get_logger(__name__)

Recall = Callable[[str], Awaitable[str | None]]
Remember = Callable[[str, str], Awaitable[None]]
# What was asked (a command or a kind of button), how it ended, and the seconds it took.
Observe = Callable[[str, str, float], None]

# Under which key the store holds what Discord knows of our commands.
SYNCED = "commands"
# The code with which the gateway refuses a token.
AUTHENTICATION_FAILED = 4004
# Seconds that a client which closes leaves to the answers under way.
LAST_ANSWERS = 1.0
# Answers of which it is remembered that they were shared.
MOST_SHARED = 1000

# Without this discord.py warns at every start that it cannot speak, which nobody asked of it.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
logging.getLogger("discord.app_commands.tree").addFilter(failures.worth_logging)


async def no_past() -> Sequence[Moment]:
    """Of a catalog that is not in a store nothing else is known."""
    return ()


class MatchupClient(Context):
    """Answers from ``catalog``, which may be replaced by assignment at any time.

    ``today`` gives the date that ages are counted from. ``recall`` and ``remember`` keep a text under a key
    across starts; when they fail the bot goes on without. ``store`` keeps alerts, by the clock ``now``;
    without it there are none. ``observe`` is told of every interaction. Without ``pictures``, which are
    closed with the client, answers are text alone.
    """

    def __init__(
        self,
        catalog: Catalog,
        *,
        today: Callable[[], date],
        recall: Recall,
        remember: Remember,
        store: Store | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        observe: Observe = lambda what, outcome, seconds: None,
        cooldowns: Cooldowns | None = None,
        pictures: Pictures | None = None,
        past: PastMoments = no_past,
        shard_count: int | None = None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT_WITHIN,
            http_trace=trace(),
            shard_count=shard_count,
        )
        self.catalog = catalog
        self.today = today
        self.observe = observe
        self.store = store
        self.now = now
        self.cooldowns = cooldowns or Cooldowns()
        self.past = past
        self.gallery = Gallery(pictures)
        self.tree = _Tree(self)
        self._recall = recall
        self._remember = remember
        self._shared: deque[tuple[int, str]] = deque(maxlen=MOST_SHARED)
        self._under_way: set[int] = set()
        self._all_answered = asyncio.Event()
        self._all_answered.set()

    async def setup_hook(self) -> None:
        """Offer the commands and listen to every button, before the client connects."""
        for command in COMMANDS:
            self.tree.add_command(command)
        self.add_dynamic_items(Button)
        await self._sync_commands()

    async def _sync_commands(self) -> None:
        """Tell Discord about the commands, unless it knows them already: it allows few changes a day."""
        definition = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
        current = f"{self.application_id} {digest}"
        try:
            known = await self._recall(SYNCED)
        except Exception:
            log.exception("The store does not say whether Discord knows the commands: they are offered again")
            known = None
        if known == current:
            return
        try:
            await self.tree.sync()
        except (discord.HTTPException, discord.RateLimited):
            log.exception("Discord did not take the commands and keeps those that it has")
            return
        log.info("Discord knows the commands now", commands=len(definition))
        try:
            await self._remember(SYNCED, current)
        except Exception:
            log.exception(
                "The store does not keep that Discord knows the commands: the next start offers them again"
            )

    async def sign_in(self, token: str) -> None:
        """Log in and offer the commands. Raises ``TokenRefused`` or ``DiscordUnreachable``."""
        try:
            await self.login(token)
        except discord.LoginFailure:
            raise TokenRefused from None
        except (OSError, aiohttp.ClientError, discord.HTTPException, discord.RateLimited) as error:
            raise DiscordUnreachable from error

    async def stay_connected(self) -> None:
        """Answer until the client is closed, reconnecting when the connection is lost.

        Raises ``TokenRefused`` if the token is withdrawn meanwhile.
        """
        try:
            await self.connect()
        except discord.ConnectionClosed as error:
            if error.code == AUTHENTICATION_FAILED:
                raise TokenRefused from None
            raise

    async def close(self) -> None:
        """Disconnect, once the answers under way are there or a second has passed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_answered.wait(), LAST_ANSWERS)
        await self.gallery.close()
        await super().close()

    @property
    def connected(self) -> bool:
        """Whether every shard can receive interactions now."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    @property
    def install_link(self) -> str:
        """Where a person adds the bot to a server, with no more permissions than answers and alerts need:
        by its message history the bot sees after a crash what it has sent."""
        permissions = discord.Permissions(
            view_channel=True,
            send_messages=True,
            embed_links=True,
            attach_files=True,
            read_message_history=True,
        )
        return discord.utils.oauth_url(
            self.application_id or 0, permissions=permissions, scopes=("bot", "applications.commands")
        )

    def admit(self, interaction: Interaction) -> None:
        """A request came in. Raises ``TooFast`` for a person who asks more than anybody reads."""
        interaction.extras["started"] = perf_counter()
        self._under_way.add(interaction.id)
        self._all_answered.clear()
        # A form was counted when it was opened; to refuse it now would lose what was typed.
        if interaction.type is discord.InteractionType.modal_submit:
            return
        if seconds := self.cooldowns.wait(interaction.user.id):
            raise TooFast(seconds)

    def first_share(self, message: int, custom_id: str) -> bool:
        """Whether this answer in this message is shared for the first time, as far as is remembered."""
        first = (message, custom_id) not in self._shared
        self._shared.append((message, custom_id))
        return first

    async def press(self, interaction: Interaction, custom_id: str) -> None:
        """Answer a press on any button, a choice in a menu or a form that was sent; never raises."""
        what = "button"
        try:
            self.admit(interaction)
            press = Press.of(custom_id)
            what = press.name
            await press.pressed(interaction)
        except Exception as error:
            outcome = await failures.explain(interaction, what, error)
        else:
            outcome = interaction.extras.get("outcome", "answered")
        self.finished(interaction, what, outcome)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a form that was sent; commands and buttons are answered by discord.py."""
        # Forms are answered by their custom ids alone, so that those opened before a restart are too.
        if interaction.type is discord.InteractionType.modal_submit and interaction.data:
            await self.press(interaction, str(interaction.data.get("custom_id", "")))

    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """Count a command that was answered."""
        self.finished(interaction, command.qualified_name, interaction.extras.get("outcome", "answered"))

    async def on_ready(self) -> None:
        """Compare the servers of alerts with those that the bot is in."""
        await self._keep(lambda store: alerts.compare_servers(store, {g.id for g in self.guilds}, self.now()))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep that the bot is in a server, again perhaps."""
        await self._keep(lambda store: alerts.join_server(store, guild.id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Keep that the bot has left a server."""
        await self._keep(lambda store: alerts.leave_server(store, guild.id, self.now()))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """End what is told to a channel that is gone."""
        await self._keep(lambda store: alerts.remove_channel(store, channel.id))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """End what is told to a thread that is gone."""
        await self._keep(lambda store: alerts.remove_channel(store, payload.thread_id))

    async def _keep(self, event: Callable[[Store], Awaitable[object]]) -> None:
        """Keep what happened to a server or a channel, where there are alerts. What is missed shows at the
        next start, or when something is sent there."""
        if self.store is None:
            return
        try:
            await event(self.store)
        except StoreError as error:
            log.error("The store fails and does not keep what happened to a server", why=words(error))
        except Exception:
            log.exception("The bot could not keep what happened to a server")

    def finished(self, interaction: Interaction, what: str, outcome: str) -> None:
        """A request came to an end."""
        self._under_way.discard(interaction.id)
        if not self._under_way:
            self._all_answered.set()
        started = interaction.extras.get("started", perf_counter())
        self.observe(what, outcome, perf_counter() - started)


class _Tree(app_commands.CommandTree[MatchupClient]):
    """The commands; starts the clock before each and lets no failure end in silence."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Admit a command. Raises ``AppCommandError`` for a person who asks too much."""
        if interaction.type is not discord.InteractionType.autocomplete:
            try:
                self.client.admit(interaction)
            except TooFast as error:
                raise app_commands.AppCommandError from error
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Say in words why a command failed."""
        if interaction.type is discord.InteractionType.autocomplete:
            log.info("Somebody was typing a command that is no longer there", error=str(error))
            return
        cause = error.__cause__ if isinstance(error.__cause__, TooFast) else error
        command = interaction.command
        what = command.qualified_name if command else "unknown"
        outcome = await failures.explain(interaction, what, cause)
        self.client.finished(interaction, what, outcome)
