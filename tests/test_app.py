"""The whole program as a process of its own, against a small Discord on loopback."""

import asyncio
import functools
import json
import os
import pty
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.app import open_store
from bot.sources.folder import packaged_tables, read_tables
from bot.store.store import Store
from tests.sources.live import MODELSDEV, OPENROUTER, Live, routed, serving
from tests.wire import BEN, Context, DiscordSchema, DiscordServer, User, buttons, components

TOKEN = "MTIzNDU2Nzg5.secret.of-the-bot"
MENU = 3
CALLBACK = "/interactions/*/callback"
# `matchup run`, only that it looks for new data more often.
IMPATIENT = (
    "import asyncio; from bot.app import run; from bot.settings import read_settings; "
    "asyncio.run(run(read_settings(), watch_every=0.2, sync_after=0.1))"
)


@dataclass
class Program:
    """The running bot: what it has written so far, and its exit status at the end."""

    process: asyncio.subprocess.Process
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return await self.ended()

    async def ended(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 20)

    async def logs(self, wanted: str) -> None:
        """Wait for a line of the log with these words."""
        async with asyncio.timeout(60):
            while not any(wanted in line for line in self.err):
                await self._more.wait()
                self._more.clear()

    async def read(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream
        async for line in stream:
            lines.append(line.decode().rstrip("\n"))
            self._more.set()

    def events(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self.err if line.startswith("{")]


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(TOKEN, schema=DiscordSchema.published()) as server:
        yield server


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as the first start leaves it."""
    path = tmp_path_factory.mktemp("filled") / "matchup.db"

    async def fill() -> None:
        await (await open_store(path)).close()

    asyncio.run(fill())
    return path


@pytest.fixture
def database(tmp_path: Path, filled: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path))


@pytest.fixture
def environment(discord: DiscordServer, database: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MATCHUP_")}
    return {**kept, **discord.environment, "MATCHUP_DATABASE": str(database), "MATCHUP_SYNC_EVERY": "0"}


@asynccontextmanager
async def started(environment: Mapping[str, str], *command: str) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(command or ("-m", "bot", "run")),
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    program = Program(process)
    readers = [
        asyncio.create_task(program.read(process.stdout, program.out)),
        asyncio.create_task(program.read(process.stderr, program.err)),
    ]
    try:
        yield program
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await asyncio.gather(*readers)
    assert TOKEN not in "\n".join(program.out + program.err)


def text(message: dict[str, Any] | None) -> str:
    return json.dumps(message, ensure_ascii=False)


async def test_it_answers_everywhere_and_says_goodbye(
    discord: DiscordServer, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["MATCHUP_DATABASE"] = str(tmp_path / "a new folder" / "matchup.db")
    async with started(environment) as program:
        await discord.ready()
        for context in Context:
            answer = await discord.slash(
                "compare", {"model_a": "gpt 5.5", "model_b": "gemma-4-12b"}, context=context
            )
            assert answer.type == 4
            assert "GPT-5.5" in text(answer.message)
            pressed = await discord.click(answer.message or {}, buttons(answer.message or {})["All tests"])
            assert pressed.ephemeral
            asked = await discord.slash(
                "compare", {"model_a": "gpt 5.5", "model_b": "gemini"}, context=context
            )
            assert asked.ephemeral
            candidate = next(iter(buttons(asked.message or {}).values()))
            chosen = await discord.click(asked.message or {}, candidate)
            await discord.until(functools.partial(getattr, chosen, "followups"))
            assert "Gemini" in text(chosen.followups[0])
        link = next(line for line in program.out if "https://" in line)
        assert "client_id=900000000000000000" in link
        assert "scope=bot+applications.commands" in link
        assert await program.stop() == 0
    assert {line["level"] for line in program.events()} == {"info"}


@pytest.mark.parametrize("context", Context)
async def test_a_form_is_answered_and_its_answer_shared_everywhere(
    discord: DiscordServer, environment: dict[str, str], context: Context
) -> None:
    async with started(environment) as program:
        await discord.ready()
        answer = await discord.slash(
            "compare", {"model_a": "gpt 5.5", "model_b": "gemma-4-12b"}, context=context
        )
        opened = await discord.click(answer.message or {}, buttons(answer.message or {})["My cost"])
        cost = await discord.send_form(opened, {"in": "2M", "out": "500k", "cached": "30 %"})
        assert cost.ephemeral
        assert "$22 to $25" in text(cost.message)
        shared = await discord.click(cost.message or {}, buttons(cost.message or {})["Share"])
        await discord.until(lambda: shared.followups)
        assert "$22 to $25" in text(shared.followups[0])
        assert not shared.followups[0]["flags"]
        assert await program.stop() == 0


async def test_a_form_that_was_open_at_a_restart_is_answered(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        answer = await discord.slash("compare", {"model_a": "gpt 5.5", "model_b": "gemma-4-12b"})
        message = answer.message or {}
        opened = await discord.click(message, buttons(message)["Swap"])
        assert await program.stop() == 0
    async with started(environment) as program:
        await discord.until(lambda: len(discord.logins) == 2)
        await discord.ready()
        swapped = await discord.send_form(opened, {"place": "1", "name": "opus 4.8"})
        assert swapped.type == 7
        assert "GPT-5.5 vs Claude Opus 4.8" in text(message)
        menu = next(c for c in components(message) if c["type"] == MENU)
        coding = next(o["value"] for o in menu["options"] if o["label"] == "Priority: coding")
        forged = await discord.click(message, menu["custom_id"], values=["no such priority"])
        assert forged.ephemeral
        chosen = await discord.click(message, menu["custom_id"], values=[coding])
        assert chosen.type == 7
        assert await program.stop() == 0


async def test_it_asks_for_no_more_than_guilds(discord: DiscordServer, environment: dict[str, str]) -> None:
    async with started(environment) as program:
        await discord.ready()
        assert discord.logins[0].identify["intents"] == 1
        assert await program.stop(signal.SIGINT) == 0


async def test_commands_are_synced_once_over_two_starts(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    for _ in range(2):
        async with started(environment) as program:
            await discord.ready()
            await discord.until(lambda: len(discord.seen("PUT", "/applications/*/commands")) == 1)
            assert (await discord.slash("help")).ephemeral
            assert await program.stop() == 0
    assert len(discord.seen("PUT", "/applications/*/commands")) == 1


async def test_buttons_of_the_last_run_work(discord: DiscordServer, environment: dict[str, str]) -> None:
    async with started(environment):
        await discord.ready()
        answer = await discord.slash("leaderboard")
    async with started(environment):
        await discord.until(lambda: len(discord.logins) == 2)
        await discord.ready()
        message = answer.message or {}
        copy = await discord.click(message, buttons(message)["Next"], user=BEN)
        assert copy.ephemeral
        turned = await discord.click(message, buttons(message)["Next"])
        assert turned.type == 7


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_a_missing_or_wrong_token_is_one_line_that_names_the_setting(
    environment: dict[str, str], token: str | None
) -> None:
    environment.pop("MATCHUP_TOKEN")
    if token is not None:
        environment["MATCHUP_TOKEN"] = token
    async with started(environment) as program:
        assert await program.ended() == 2
    (line,) = [line for line in program.err if not line.startswith("{")]
    assert line.startswith("MATCHUP_TOKEN: ")
    assert not program.out
    assert "Traceback" not in "".join(program.err)


async def test_a_token_that_is_withdrawn_ends_it_likewise(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        await discord.revoke_token()
        assert await program.ended() == 2
    assert program.err[-1].startswith("MATCHUP_TOKEN: ")


async def test_an_unreachable_discord_is_one_line(environment: dict[str, str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        environment["MATCHUP_DISCORD_API"] = f"http://127.0.0.1:{unused.getsockname()[1]}/api/v10"
        async with started(environment) as program:
            assert await program.ended() == 1
    assert program.err[-1].startswith("Discord could not be reached.")
    assert "Traceback" not in "".join(program.err)


async def test_a_new_snapshot_is_answered_from_while_it_runs(
    discord: DiscordServer, environment: dict[str, str], database: Path
) -> None:
    async with started(environment, "-c", IMPATIENT) as program:
        await discord.ready()
        before = await discord.slash("model", {"name": "gpt-5-5"})
        assert "Renamed" not in text(before.message)
        await _rename(database)
        await program.logs("answers from a new snapshot")
        after = await discord.slash("model", {"name": "gpt-5-5"})
        assert "Renamed" in text(after.message)
        assert await program.stop() == 0


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with serving() as live:
        live.openrouter(routed("openai/gpt-5.5", "OpenAI: GPT-5.5", "0.0000041", "0.000024"))
        live.say(MODELSDEV, [])
        yield live


def synced(environment: dict[str, str], live: Live) -> dict[str, str]:
    addresses = {f"MATCHUP_SOURCE_{name}": live.origin for name in ("OPENROUTER", "MODELSDEV")}
    off = {f"MATCHUP_SOURCE_{name}": "off" for name in ("MODELPRICES", "GENAI", "ARENA")}
    return {**environment, **addresses, **off, "MATCHUP_SYNC_EVERY": "1h"}


async def test_it_reads_the_live_sources_by_itself_and_answers_from_what_they_say(
    discord: DiscordServer, environment: dict[str, str], live: Live
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment["MATCHUP_HEALTH_PORT"] = str(port)
    async with started(synced(environment, live), "-c", IMPATIENT) as program:
        await discord.ready()
        await program.logs("answers from a new snapshot")
        answer = await discord.slash("model", {"name": "gpt-5-5"})
        assert "$4.10" in text(answer.message)
        healthz = f"http://127.0.0.1:{port}/healthz"
        async with aiohttp.ClientSession() as session, session.get(healthz) as health:
            assert "its shape changed" in (await health.json())["quarantined"]["modelsdev"]
        assert any(
            line["event"] == "A source is not believed and changes nothing" for line in program.events()
        )
        assert await program.stop() == 0
    async with started(synced(environment, live), "-c", IMPATIENT) as program:
        await discord.ready()
        await asyncio.sleep(1)  # A restart does not read them again before the hour is over.
        assert await program.stop() == 0
    assert live.statuses(OPENROUTER) == 1


async def test_a_source_that_hangs_does_not_keep_it_from_stopping(
    discord: DiscordServer, environment: dict[str, str], live: Live
) -> None:
    asked = asyncio.Event()

    async def hang(request: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.sleep(3600)
        raise web.HTTPGone

    live.faults[OPENROUTER] = hang
    async with started(synced(environment, live), "-c", IMPATIENT) as program:
        await discord.ready()
        await asyncio.wait_for(asked.wait(), 60)
        assert (await discord.slash("model", {"name": "gpt-5-5"})).type == 4
        assert await program.stop() == 0


async def _rename(database: Path) -> None:
    tables = read_tables(packaged_tables())
    models = tuple(
        m.model_copy(update={"display_name": "Renamed"}) if m.model_id == "gpt-5-5" else m
        for m in tables.models
    )
    async with await Store.open(database) as store:
        changed = type(tables)(models, tables.benchmarks, tables.scores, tables.unnumbered)
        await store.load(changed, "a test", "1", datetime.now(UTC))


async def test_a_store_put_in_the_place_of_the_old_one_is_answered_from_too(
    discord: DiscordServer, environment: dict[str, str], database: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    await _rename(other)  # Its newest snapshot is number 1, as that of the store in use.
    async with started(environment, "-c", IMPATIENT) as program:
        await discord.ready()
        other.replace(database)
        await program.logs("answers from a new snapshot")
        after = await discord.slash("model", {"name": "gpt-5-5"})
        assert "Renamed" in text(after.message)
        await asyncio.to_thread(database.unlink)
        await program.logs("The bot cannot look for")
        assert "Renamed" in text((await discord.slash("model", {"name": "gpt-5-5"})).message)
        assert await program.stop() == 0


async def test_it_answers_from_memory_while_the_store_fails(
    discord: DiscordServer, environment: dict[str, str], database: Path
) -> None:
    async with started(environment, "-c", IMPATIENT) as program:
        await discord.ready()
        _spoil(database)
        await program.logs("The bot cannot look for")
        await asyncio.sleep(1)  # Several more looks, none of them logged.
        answer = await discord.slash("compare", {"model_a": "gpt-5-5", "model_b": "gemma-4-12b"})
        assert "GPT-5.5" in text(answer.message)
        failures = [line["event"] for line in program.events() if line["level"] == "error"]
        assert len(failures) == len(set(failures)) >= 1
        assert await program.stop() == 0


async def test_a_store_that_is_no_store_is_one_line(environment: dict[str, str], database: Path) -> None:
    spoilt = _spoil(database)
    async with started(environment) as program:
        assert await program.ended() == 1
    assert str(database) in program.err[-1]
    assert "Traceback" not in "".join(program.err)
    assert _content(database) == spoilt


def _spoil(database: Path) -> bytes:
    """The store is overwritten with something else, which is returned."""
    spoilt = b"not a database" * 1000
    for file in database.parent.iterdir():
        file.write_bytes(spoilt)
    return spoilt


def _content(database: Path) -> bytes:
    return database.read_bytes()


async def test_the_health_pages_tell_how_it_is(discord: DiscordServer, environment: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment["MATCHUP_HEALTH_PORT"] = str(port)
    async with started(environment) as program, aiohttp.ClientSession() as web:
        await discord.ready()
        await discord.slash("help")
        health: dict[str, Any] = {}
        async with asyncio.timeout(60):
            while not health.get("ready"):  # discord.py waits a little for servers that come late.
                async with web.get(f"http://127.0.0.1:{port}/healthz") as page:
                    health = await page.json()
                    assert page.status == (200 if health["ready"] else 503)
        assert health["snapshot"] == 1
        async with web.get(f"http://127.0.0.1:{port}/metrics") as page:
            assert 'command="help",outcome="answered"} 1.0' in await page.text()
        async with started(environment) as second:
            assert await second.ended() == 2
        assert second.err[-1].startswith("MATCHUP_HEALTH_PORT: ")
        assert await program.stop() == 0


async def test_fifty_at_once_are_all_answered_in_time(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        people = [User(f"person-{n}") for n in range(50)]
        answers = await asyncio.gather(
            *(
                discord.slash("compare", {"model_a": "gpt-5-5", "model_b": "gemma 4 12b"}, user=person)
                for person in people
            )
        )
        assert all("GPT-5.5" in text(answer.message) for answer in answers)
        assert await program.stop() == 0


async def test_answers_under_way_arrive_before_it_stops(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        discord.fail_next("POST", CALLBACK, status=429, retry_after=0.5)
        asking = asyncio.create_task(discord.slash("help"))
        await discord.until(lambda: discord.seen("POST", CALLBACK))
        assert await program.stop() == 0
        assert (await asking).ephemeral


async def test_an_answer_whose_receipt_is_lost_is_not_followed_by_an_apology(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        discord.lose_next("POST", CALLBACK)
        answer = await discord.slash("compare", {"model_a": "gpt-5-5", "model_b": "gemma-4-12b"})
        await program.logs("the answer had arrived")
        assert "GPT-5.5" in text(answer.message)
        assert not answer.followups
        assert not discord.seen("POST", "/webhooks/*")
        assert await program.stop() == 0


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("leaderboard", {"max_price": -1}),
        ("leaderboard", {"max_price": 1e308}),
        ("leaderboard", {"category": "sports"}),
        ("leaderboard", {"lane": "x"}),
        ("compare", {"model_a": "gpt-5-5", "model_b": "gemma-4-12b", "priority": "sports"}),
    ],
)
async def test_what_only_an_older_command_offered_is_said_to_have_changed(
    discord: DiscordServer, environment: dict[str, str], command: str, options: dict[str, Any]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        await discord.until(lambda: discord.commands.get(None))
        for offered in discord.commands[None]:
            for option in offered["options"]:
                for limit in ("choices", "min_value", "max_value"):
                    option.pop(limit, None)
        answer = await discord.slash(command, options)
        assert answer.ephemeral
        assert "has changed since Discord loaded it" in text(answer.message)
        assert await program.stop() == 0


@pytest.mark.parametrize("columns", [80, 104])
async def test_on_a_terminal_the_token_is_in_no_traceback(
    discord: DiscordServer, environment: dict[str, str], columns: int
) -> None:
    discord.token = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GhIjKl.abcdefghijklmnopqrstuvwxyz0123456789ABCD"
    discord.fail_next("PUT", "/applications/*/commands", status=403)
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=asyncio.subprocess.DEVNULL, stderr=theirs,
        env={**environment, "MATCHUP_TOKEN": discord.token, "COLUMNS": str(columns)},
    )  # fmt: skip
    os.close(theirs)
    reading = asyncio.create_task(asyncio.to_thread(_read_terminal, ours))
    try:
        await discord.ready()
        process.terminate()
        shown = await asyncio.wait_for(reading, 60)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    assert "Traceback" in shown
    assert discord.token[:20] not in shown


def _read_terminal(terminal: int) -> str:
    shown = b""
    with suppress(OSError):  # what Linux says at the end
        while more := os.read(terminal, 65536):
            shown += more
    os.close(terminal)
    return shown.decode()


async def test_it_stops_while_it_is_still_connecting(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    environment["MATCHUP_DISCORD_GATEWAY"] = "ws://127.0.0.1:1"
    async with started(environment) as program:
        await program.logs("Failed to connect")
        assert await program.stop() == 0


async def test_it_comes_back_after_a_lost_connection(
    discord: DiscordServer, environment: dict[str, str]
) -> None:
    async with started(environment) as program:
        await discord.ready()
        discord.drop_connection()
        await discord.until(lambda: len(discord.logins) == 2)
        assert (await discord.slash("help")).ephemeral
        assert await program.stop() == 0
