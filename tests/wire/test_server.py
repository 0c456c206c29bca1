"""The small Discord behaves like the real one towards a plain discord.py client."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.chat.endpoint import point_at

from . import (
    ADA,
    BEN,
    CHANNEL_ID,
    GUILD_ID,
    Context,
    DiscordSchema,
    DiscordServer,
    NoAnswer,
    NotOffered,
    Weather,
    buttons,
)
from .channels import READ_HISTORY, SEND, VIEW

NAMES = ["GPT-5.5", "Gemma 4 12B", "Gemini 3 Pro"]


class PlainBot(discord.AutoShardedClient):
    """One command, one autocompletion, one button."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.errors: list[BaseException] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """By default discord.py waits 5 s between two logins; here there is nobody to spare."""

    async def setup_hook(self) -> None:
        @self.tree.command(name="compare", description="Compare two models")
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        @app_commands.allowed_installs(guilds=True, users=True)
        async def compare(
            asked: discord.Interaction, model_a: str, model_b: str, private: bool = False
        ) -> None:
            await self.may_answer.wait()
            if model_a == "later":
                await asked.response.defer(ephemeral=private)
                await asked.followup.send(f"{model_a} and {model_b}")
                return
            await asked.response.send_message(
                embed=discord.Embed(
                    title=f"{model_a} and {model_b}", description=str(asked.context.to_array())
                ),
                view=Buttons(),
                ephemeral=private,
            )

        @compare.autocomplete("model_a")
        async def complete(asked: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            return [
                app_commands.Choice(name=name, value=name) for name in NAMES if typed.lower() in name.lower()
            ]

        @self.tree.command(name="here", description="Only where the app was added")
        async def here(asked: discord.Interaction) -> None:
            await asked.response.send_message("here")

        @self.tree.error
        async def keep(asked: discord.Interaction, error: app_commands.AppCommandError) -> None:
            self.errors.append(getattr(error, "original", error))

        self.add_view(Buttons())
        await self.tree.sync()


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="All benchmarks", custom_id="all")
    async def show_all(self, asked: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        await asked.response.send_message("all of them", ephemeral=True)

    @discord.ui.button(label="Other lane", custom_id="lane")
    async def change_lane(self, asked: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        await asked.response.edit_message(content="the other lane", view=None)


@asynccontextmanager
async def small_discord(**options: Any) -> AsyncIterator[DiscordServer]:
    async with DiscordServer("a token", **options) as server:
        point_at(server.api, server.gateway)
        try:
            yield server
        finally:
            point_at(None, None)


@asynccontextmanager
async def bot_on(server: DiscordServer) -> AsyncIterator[PlainBot]:
    """The bot, once it is online; if it ends before that, its error."""
    async with PlainBot() as bot:
        running = asyncio.create_task(bot.start(server.token))
        online = asyncio.create_task(server.ready())
        await asyncio.wait((online, running), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            online.cancel()
            running.result()
        await online
        yield bot
        await bot.close()
        await running


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with small_discord(schema=DiscordSchema.published()) as server:
        yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[PlainBot]:
    async with bot_on(server) as bot:
        yield bot


PAIR = {"model_a": "GPT-5.5", "model_b": "Gemma 4 12B"}


@pytest.mark.parametrize("context", list(Context))
async def test_a_command_is_answered_in_every_context(
    server: DiscordServer, bot: PlainBot, context: Context
) -> None:
    reply = await server.slash("compare", PAIR, context=context)
    assert (reply.type, reply.ephemeral) == (4, False)
    assert reply.data["embeds"][0]["title"] == "GPT-5.5 and Gemma 4 12B"
    assert reply.data["embeds"][0]["description"] == f"[{context.number}]"
    assert reply.message is not None
    assert reply.message["interaction_metadata"]["user"]["id"] == str(ADA.id)
    assert 0 < reply.elapsed < server.patience_s


async def test_a_command_for_servers_is_offered_in_no_private_channel(
    server: DiscordServer, bot: PlainBot
) -> None:
    assert (await server.slash("here")).data["content"] == "here"
    with pytest.raises(NotOffered):
        await server.slash("here", context=Context.PRIVATE_CHANNEL)


async def test_a_command_that_needs_an_option_is_not_sent_without_it(
    server: DiscordServer, bot: PlainBot
) -> None:
    with pytest.raises(NotOffered, match="model_b"):
        await server.slash("compare", {"model_a": "GPT-5.5"})
    with pytest.raises(NotOffered, match="compare"):
        await server.slash("compere", PAIR)


async def test_typing_brings_choices(server: DiscordServer, bot: PlainBot) -> None:
    typing = await server.autocomplete("compare", "model_a", "gem")
    assert [choice["name"] for choice in typing.choices] == ["Gemma 4 12B", "Gemini 3 Pro"]


async def test_a_button_answers_and_changes_the_message(server: DiscordServer, bot: PlainBot) -> None:
    reply = await server.slash("compare", PAIR, context=Context.PRIVATE_CHANNEL)
    assert reply.message is not None
    assert buttons(reply.message) == {"All benchmarks": "all", "Other lane": "lane"}
    details = await server.click(reply.message, "all", user=BEN)
    assert details.ephemeral
    assert details.data["content"] == "all of them"
    change = await server.click(reply.message, "lane")
    assert change.type == 7
    assert (reply.message["content"], reply.message["components"]) == ("the other lane", [])
    with pytest.raises(NotOffered):
        await server.click(reply.message, "lane")


async def test_only_the_one_who_asked_sees_an_ephemeral_answer(server: DiscordServer, bot: PlainBot) -> None:
    reply = await server.slash("compare", {**PAIR, "private": True})
    assert reply.ephemeral
    assert reply.message is not None
    with pytest.raises(NotOffered):
        await server.click(reply.message, "all", user=BEN)


async def test_after_a_deferral_the_content_is_awaited(server: DiscordServer, bot: PlainBot) -> None:
    reply = await server.slash("compare", {**PAIR, "model_a": "later", "private": True})
    assert reply.deferred
    assert reply.ephemeral
    assert reply.message is not None
    assert reply.message["content"] == "later and Gemma 4 12B"
    assert reply.settled_after is not None
    assert reply.elapsed < reply.settled_after


async def test_many_people_at_once_each_get_their_own_answer(server: DiscordServer, bot: PlainBot) -> None:
    replies = await asyncio.gather(*(server.slash("compare", {**PAIR, "model_a": str(n)}) for n in range(20)))
    assert [reply.data["embeds"][0]["title"] for reply in replies] == [
        f"{n} and Gemma 4 12B" for n in range(20)
    ]


async def test_a_lost_connection_is_resumed_and_nothing_is_missed(
    server: DiscordServer, bot: PlainBot
) -> None:
    server.drop_connection()
    reply = await server.slash("compare", PAIR)
    assert reply.type == 4
    await server.ready()
    assert [login.resumed for login in server.logins] == [False, True]


async def test_a_request_to_reconnect_is_followed_by_a_resume(server: DiscordServer, bot: PlainBot) -> None:
    await server.ask_reconnect()
    await server.until(lambda: len(server.logins) == 2)
    assert server.logins[-1].resumed
    assert (await server.slash("compare", PAIR)).type == 4


async def test_an_invalid_session_starts_a_new_one(server: DiscordServer, bot: PlainBot) -> None:
    await server.invalidate_session()
    await server.until(lambda: len(server.logins) == 2)
    assert not server.logins[-1].resumed
    assert (await server.slash("compare", PAIR)).type == 4


async def test_each_shard_logs_in_and_direct_messages_come_to_the_first() -> None:
    async with small_discord(shards=2) as server, bot_on(server) as bot:
        assert sorted(login.shard for login in server.logins) == [0, 1]
        assert [login.identify["intents"] for login in server.logins] == [
            discord.Intents(guilds=True).value
        ] * 2
        for context in (Context.GUILD, Context.BOT_DM):
            assert (await server.slash("compare", PAIR, context=context)).type == 4
        assert [guild.id for guild in bot.guilds] == [GUILD_ID]


async def test_a_rate_limited_answer_is_sent_again(server: DiscordServer, bot: PlainBot) -> None:
    server.fail_next("POST", "/interactions/*", status=429, retry_after=0.1)
    reply = await server.slash("compare", PAIR)
    first, second = server.seen("POST", "/interactions/*")
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 0.1
    assert reply.elapsed >= 0.1


async def test_a_lost_answer_reaches_the_error_handler(server: DiscordServer, bot: PlainBot) -> None:
    server.cut_next("POST", "/interactions/*")
    asking = asyncio.create_task(server.slash("compare", PAIR))
    await server.until(lambda: bot.errors)
    asking.cancel()
    assert isinstance(bot.errors[0], aiohttp.ClientError)


async def test_a_limit_lets_through_what_it_says(server: DiscordServer, bot: PlainBot) -> None:
    server.limit("POST", "/channels/*/messages", requests=2, per_s=0.3)
    channel = bot.get_partial_messageable(CHANNEL_ID)
    for n in range(4):
        await channel.send(str(n))
    sent = [request for request in server.seen("POST", "/channels/*/messages") if request.status == 200]
    assert [message["content"] for message in server.messages] == ["0", "1", "2", "3"]
    assert sent[2].at - sent[0].at >= 0.3


async def test_a_wrong_token_is_refused_by_both_sides(server: DiscordServer) -> None:
    async with PlainBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.start("another token")
    assert [(request.path, request.status) for request in server.requests] == [("/users/@me", 401)]
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": "another token", "intents": 1, "properties": {}}})
        await socket.receive()
        assert socket.close_code == 4004


async def test_a_revoked_token_ends_the_bot(server: DiscordServer) -> None:
    async with PlainBot() as bot:
        running = asyncio.create_task(bot.start(server.token))
        await server.ready()
        await server.revoke_token()
        with pytest.raises(discord.ConnectionClosed) as closed:
            await running
    assert closed.value.code == 4004


async def test_the_named_gateway_goes_before_the_one_that_the_api_names(server: DiscordServer) -> None:
    async with DiscordServer(server.token) as elsewhere:
        point_at(server.api, elsewhere.gateway)
        async with PlainBot() as bot:
            running = asyncio.create_task(bot.start(server.token))
            await elsewhere.ready()
            await bot.close()
            await running
    assert (len(server.logins), len(elsewhere.logins)) == (0, 1)


async def test_an_answer_that_comes_too_late_is_refused() -> None:
    async with small_discord(patience_s=0.2) as server, bot_on(server) as bot:
        bot.may_answer.clear()
        with pytest.raises(NoAnswer, match="/compare"):
            await server.slash("compare", PAIR)
        bot.may_answer.set()
        await server.until(lambda: bot.errors)
        error = bot.errors[0]
        assert isinstance(error, discord.NotFound)
        assert error.code == 10062


async def test_a_message_with_a_nonce_is_posted_once(server: DiscordServer, bot: PlainBot) -> None:
    channel = bot.get_partial_messageable(CHANNEL_ID)
    first = await channel.send("news", nonce="edition-1")
    again = await channel.send("news", nonce="edition-1")
    await channel.send("more news", nonce="edition-2")
    assert first.id == again.id
    assert [message["content"] for message in server.messages] == ["news", "more news"]


async def test_a_nonce_is_known_for_a_while_and_what_was_posted_can_be_read(
    server: DiscordServer, bot: PlainBot
) -> None:
    channel = bot.get_partial_messageable(CHANNEL_ID)
    first = await channel.send("1", nonce="edition-1")
    server.channels.let_pass(server.channels.nonces_known_s)
    again = await channel.send("2", nonce="edition-1")
    assert first.id != again.id
    await channel.send("3")
    assert [m.content async for m in channel.history()] == ["3", "2", "1"]
    assert [m.content async for m in channel.history(after=discord.Object(first.id), limit=1)] == ["2"]
    assert [m.content async for m in channel.history(before=discord.Object(again.id))] == ["1"]


async def test_what_is_denied_in_a_channel_is_refused_as_discord_does(
    server: DiscordServer, bot: PlainBot
) -> None:
    channel = bot.get_partial_messageable(CHANNEL_ID)
    for denied, code in ((VIEW, 50001), (SEND, 50013)):
        await server.deny(CHANNEL_ID, denied)
        with pytest.raises(discord.Forbidden, match=str(code)):
            await channel.send("news")
    await server.deny(CHANNEL_ID, READ_HISTORY)
    await channel.send("news")
    with pytest.raises(discord.Forbidden):
        [m async for m in channel.history()]
    server.channels.refusing.add(ADA.id)
    person = await bot.create_dm(discord.Object(ADA.id))
    with pytest.raises(discord.Forbidden, match="50007"):
        await person.send("news")


async def test_the_limits_of_discord_and_its_faults(server: DiscordServer, bot: PlainBot) -> None:
    weather = Weather(random.Random(1), a_second=5, too_many=0, broken=0, slowness=0)
    server.weather(weather)
    people = [await bot.create_dm(discord.Object(n)) for n in range(2, 6, 2)]
    await asyncio.gather(*(person.send(str(n)) for n in range(4) for person in people))
    assert weather.met["global limit"]
    assert len(server.messages) == 8
    broken, _ = Weather(random.Random(1), too_many=0, broken=1).refuses("GET", "/gateway")
    assert broken in (500, 502, 503, 504)


async def test_files_are_recorded_and_shown(server: DiscordServer, bot: PlainBot) -> None:
    channel = bot.get_partial_messageable(CHANNEL_ID)
    message = await channel.send("a chart", file=discord.File(io.BytesIO(b"not a picture"), "chart.png"))
    (request,) = server.seen("POST", "/channels/*/messages")
    assert request.files == {"chart.png": b"not a picture"}
    assert request.json["content"] == "a chart"
    await message.edit(content="no chart", attachments=[])
    assert (server.messages[0]["content"], server.messages[0]["attachments"]) == ("no chart", [])


async def test_what_discord_py_sends_fits_the_published_schema(server: DiscordServer, bot: PlainBot) -> None:
    reply = await server.slash("compare", PAIR)
    assert reply.message is not None
    await server.click(reply.message, "lane")
    assert not [request.problems for request in server.requests if request.problems]


async def test_a_body_that_the_schema_refuses_is_refused_by_the_server() -> None:
    class NoTitles:
        def check(self, method: str, path: str, body: Any) -> list[str]:
            return ["no titles"] if path.startswith("/interactions/") and body["data"].get("embeds") else []

    async with small_discord(schema=NoTitles()) as server, bot_on(server) as bot:
        asking = asyncio.create_task(server.slash("compare", PAIR))
        await server.until(lambda: bot.errors, "the refusal")
        asking.cancel()
        error = bot.errors[0]
        assert isinstance(error, discord.HTTPException)
        assert (error.status, error.code) == (400, 50035)
        assert server.requests[-1].problems == ["no titles"]
