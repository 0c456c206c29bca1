"""Pictures that take longer than an answer waits: real time, and a small Discord on loopback."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.analysis.history import Moment
from bot.catalog.catalog import Catalog
from bot.charts.pictures import Pictures
from bot.chat.client import MatchupClient
from bot.chat.embeds.comparison import FIGURES
from bot.chat.endpoint import point_at
from tests.chat.conftest import TODAY, Memory
from tests.wire import DiscordSchema, DiscordServer, Interaction, buttons

PAIR = {"model_a": "gpt-5-5", "model_b": "gemma-4-12b"}
ORIGINAL = "/webhooks/*/messages/@original"


@dataclass
class Running:
    """The bot, signed in, whose pictures are made only once ``allowed`` is called."""

    discord: DiscordServer
    client: MatchupClient
    gate: Path

    def allowed(self) -> None:
        self.gate.touch()

    async def compare(self) -> Interaction:
        return await self.discord.slash("compare", PAIR)

    async def attached(self, answer: Interaction) -> dict[str, Any]:
        """Its picture, once it has one."""
        await self.discord.until(lambda: files(answer), "a picture", 30)
        return files(answer)[0]


def files(answer: Interaction) -> list[dict[str, Any]]:
    assert answer.message
    found: list[dict[str, Any]] = answer.message["attachments"]
    return found


@pytest.fixture
async def running(catalog: Catalog, memory: Memory, tmp_path: Path) -> AsyncIterator[Running]:
    gate, script = tmp_path / "gate", tmp_path / "worker.py"
    script.write_text(
        "import pathlib, time\nfrom bot.charts import worker\n"
        f"gate, draw = pathlib.Path({str(gate)!r}), worker.png_of\n"
        "def drawn(drawing):\n    while not gate.exists():\n        time.sleep(0.02)\n"
        "    return draw(drawing)\n"
        "worker.png_of = drawn\nworker.main()\n"
    )
    client = MatchupClient(
        catalog,
        today=lambda: TODAY,
        recall=memory.recall,
        remember=memory.remember,
        pictures=Pictures((sys.executable, str(script))),
        shard_count=1,
    )
    async with DiscordServer("a-token", schema=DiscordSchema.published()) as discord:
        point_at(discord.api, discord.gateway)
        try:
            await client.sign_in("a-token")
            connected = asyncio.create_task(client.stay_connected())
            await discord.ready()
            yield Running(discord, client, gate)
            await client.close()
            await asyncio.gather(connected, return_exceptions=True)
        finally:
            point_at(None, None)


async def test_the_text_comes_without_its_picture_which_is_attached_later(running: Running) -> None:
    answer = await running.compare()

    assert files(answer) == []
    assert len(answer.data["embeds"]) == 1
    running.allowed()
    picture = await running.attached(answer)
    assert picture["filename"] == "comparison.png"
    assert picture["description"].startswith("A chart of abilities")
    assert answer.message
    glance, rest = answer.message["embeds"]
    assert glance["image"]["url"] == "attachment://comparison.png"
    assert rest["fields"] == [f for f in answer.data["embeds"][0]["fields"] if f["name"] not in FIGURES]
    assert buttons(answer.message) == buttons({"components": answer.data["components"]})
    (edit,) = running.discord.seen("PATCH", ORIGINAL)
    assert edit.files["comparison.png"].startswith(b"\x89PNG")


async def test_a_picture_under_way_is_not_attached_to_the_answer_that_took_its_place(
    running: Running,
) -> None:
    answer = await running.compare()
    assert answer.message
    pressed = await running.discord.click(answer.message, buttons(answer.message)["Verified lane"])

    running.allowed()
    await running.attached(pressed)
    # A picture of the first answer would have come before that of the second.
    assert len(running.discord.seen("PATCH", ORIGINAL)) == 1
    assert pressed.message
    assert "Verified lane" in pressed.message["embeds"][1]["footer"]["text"]


async def test_a_new_answer_without_a_picture_keeps_none_of_the_old_one(running: Running) -> None:
    running.allowed()
    answer = await running.compare()
    await running.attached(answer)
    running.gate.unlink()

    assert answer.message
    pressed = await running.discord.click(answer.message, buttons(answer.message)["Verified lane"])

    assert files(pressed) == []
    running.allowed()
    assert len([await running.attached(pressed)]) == len(files(pressed)) == 1


async def test_a_picture_to_a_message_that_is_gone_fails_nothing(running: Running) -> None:
    await running.compare()
    running.discord.fail_next("PATCH", ORIGINAL, status=404)

    running.allowed()
    await running.discord.until(lambda: running.discord.seen("PATCH", ORIGINAL), "the edit", 30)

    answer = await running.compare()
    assert [file["filename"] for file in files(answer)] == ["comparison.png"]


async def test_at_the_end_nothing_is_waited_for(running: Running) -> None:
    await running.compare()
    async with asyncio.timeout(20):
        await running.client.close()
    assert not running.discord.seen("PATCH", ORIGINAL)


async def test_a_history_that_takes_a_while_is_announced(running: Running) -> None:
    async def slow() -> list[Moment]:
        await asyncio.sleep(1.5)
        number = running.client.catalog.models["gpt-5-5"].number
        days = (date(2026, 4, 15), date(2026, 8, 22))
        return [Moment(n, day, (1, 1), {None: {number: (n + 1, 1, 5)}}, {}) for n, day in enumerate(days)]

    running.client.past = slow
    running.allowed()

    answer = await running.discord.slash("history", {"model_a": "gpt-5-5"})

    assert answer.deferred
    assert answer.message
    assert "#1 (1 to 5) on 15 Apr 2026" in answer.message["embeds"][0]["description"]
    assert (await running.attached(answer))["filename"] == "history.png"
