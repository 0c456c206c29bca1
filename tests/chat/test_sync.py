"""Commands are told to Discord only when they have changed."""

import pytest
import simcord
from structlog.testing import capture_logs

from bot.chat.commands import COMMANDS
from tests.chat.conftest import Memory, NewBot, Place


def syncs(env: simcord.Env) -> int:
    return sum(sent.method == "PUT" and sent.path.endswith("/commands") for sent in env.http_requests)


async def test_the_first_start_offers_every_command_everywhere(place: Place) -> None:
    (sent,) = [sent.json or [] for sent in place.env.http_requests if sent.method == "PUT"]
    assert {command["name"] for command in sent} == {
        "compare", "recommend", "leaderboard", "value", "model", "history", "alerts", "watch", "unwatch",
        "forget", "help", "Compare models mentioned here",
    }  # fmt: skip
    for command in sent:
        # Alerts belong to a server and its channels.
        alone = command["name"] == "alerts"
        assert command["integration_types"] == ([0] if alone else [0, 1])
        assert command["contexts"] == ([0] if alone else [0, 1, 2])


async def test_a_second_start_tells_discord_nothing(place: Place, new_bot: NewBot) -> None:
    await place.env.restart_bot(new_bot())
    assert syncs(place.env) == 1


async def test_another_application_gets_the_commands_as_well(
    place: Place, new_bot: NewBot, memory: Memory
) -> None:
    (key,) = memory.kept
    memory.kept[key] = memory.kept[key].replace(str(place.client.application_id), "1")
    await place.env.restart_bot(new_bot())
    assert syncs(place.env) == 2


async def test_a_changed_definition_is_told_to_discord(
    place: Place, new_bot: NewBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(COMMANDS[-1], "description", "Another description")
    await place.env.restart_bot(new_bot())
    assert syncs(place.env) == 2


async def test_a_store_that_fails_stops_nothing(place: Place, new_bot: NewBot, memory: Memory) -> None:
    memory.broken = True
    with capture_logs() as logs:
        await place.env.restart_bot(new_bot())
    assert syncs(place.env) == 2
    assert [line["log_level"] for line in logs] == ["error", "info", "error"]
    assert (await place.compare("gpt-5-5", "gemma-4-12b")).response.embeds


async def test_when_discord_refuses_the_commands_the_bot_goes_on(
    place: Place, new_bot: NewBot, memory: Memory
) -> None:
    memory.kept.clear()
    place.env.inject_error("PUT", "/applications/*/commands", status=400)
    await place.env.restart_bot(new_bot())
    assert not memory.kept
    assert (await place.compare("gpt-5-5", "gemma-4-12b")).response.embeds
