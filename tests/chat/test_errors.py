"""What a person reads when something goes wrong: always something."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import discord
import pytest
import structlog
from discord import app_commands
from structlog.testing import capture_logs

from bot.catalog.catalog import Catalog
from bot.errors import StoreError, StoreFault, WrongModels
from bot.words.errors import words
from bot.words.text import plain
from tests.chat.conftest import Place, buttons, shown

CALLBACK = "/interactions/*/callback"


def reference(text: str) -> str:
    found = re.fullmatch(r"Something went wrong .* with the reference `([0-9a-f]{8})`\.", text)
    assert found, text
    return found[1]


def logged(logs: list[structlog.typing.EventDict], wanted: str) -> Mapping[str, Any]:
    (line,) = [line for line in logs if line.get("reference") == wanted]
    return line


async def test_a_command_that_fails_says_so_with_a_reference_that_is_in_the_log(place: Place) -> None:
    place.client.catalog = None  # type: ignore[assignment]
    with capture_logs() as logs:
        result = await place.compare("gpt-5-5", "gemma-4-12b")
    assert result.ephemeral
    line = logged(logs, reference(shown(result.response)))
    assert line["what"] == "compare"
    assert isinstance(line["exc_info"], AttributeError)
    place.refused(AttributeError)


async def test_a_button_that_fails_says_so_too(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    before = shown(asked.response)
    place.client.catalog = None  # type: ignore[assignment]
    with capture_logs() as logs:
        result = await place.press(place.ada, asked.response, label="Verified lane")
    assert result.ephemeral
    assert logged(logs, reference(shown(result.response)))["what"] == "comparison lane"
    assert shown(asked.response) == before


async def test_when_discord_refuses_the_answer_the_person_is_told(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    place.env.inject_error("POST", CALLBACK, status=400, code=50035)
    result = await place.compare("gpt-5-5", "gemma-4-12b")
    assert reference(shown(result.response))
    assert observed == [("compare", "failed")]
    place.refused(discord.HTTPException)


async def test_what_fails_after_the_answer_is_told_in_a_second_message(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemini")
    place.env.inject_error("POST", "/webhooks/*", status=400)
    chosen = await place.press(place.ada, asked.response, label=next(iter(buttons(asked.response))))
    (told,) = chosen.followups
    assert told.ephemeral
    assert reference(shown(told))
    assert not place.posted()


async def test_an_answer_that_arrived_although_its_receipt_got_lost_is_no_failure(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    place.env.inject_error("POST", CALLBACK, status=400, code=40060)
    result = await place.compare("gpt-5-5", "gemma-4-12b")
    assert not result.followups
    assert observed == [("compare", "answered")]
    place.refused(discord.HTTPException)


async def test_a_failure_after_which_the_answer_turns_out_to_be_there_is_none(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    place.env.inject_error("POST", CALLBACK, status=500)
    place.env.inject_error("POST", CALLBACK, status=400, code=40060)
    result = await place.compare("gpt-5-5", "gemma-4-12b")
    assert not result.followups
    assert observed == [("compare", "answered")]
    place.refused(discord.HTTPException)


async def test_an_interaction_that_expired_is_logged_quietly(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    place.env.inject_error("POST", CALLBACK, status=404, code=10062)
    with capture_logs() as logs:
        await place.compare("gpt-5-5", "gemma-4-12b")
    assert [line["log_level"] for line in logs] == ["info"]
    assert observed == [("compare", "expired")]
    place.refused(discord.NotFound)


async def test_when_nothing_can_be_said_the_bot_goes_on(place: Place) -> None:
    place.env.inject_error("POST", "*", status=500, times=None)
    with capture_logs() as logs:
        await place.compare("gpt-5-5", "gemma-4-12b")
    assert [line["log_level"] for line in logs] == ["error", "warning"]
    place.env.backend.faults.clear()
    place.refused(discord.HTTPException)
    assert (await place.compare("gpt-5-5", "gemma-4-12b")).response.embeds


async def test_a_command_that_is_gone_says_so(place: Place, observed: list[tuple[str, str]]) -> None:
    place.client.tree.remove_command("model")
    result = await place.ask(place.ada, "model", name="gpt-5-5")
    assert "has changed since Discord loaded it" in shown(result.response)
    assert result.ephemeral
    assert observed == [("unknown", "refused")]
    (error,) = place.env.errors
    assert isinstance(error, app_commands.CommandNotFound)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (WrongModels(1, None), "1 model cannot be compared. Choose 2 to 4."),
        (WrongModels(0, None), "No models cannot be compared. Choose 2 to 4."),
        (WrongModels(5, None), "5 models are too many to compare. Choose 2 to 4."),
        (WrongModels(2, "GPT-5.5"), "“GPT-5.5” is named twice. Choose two different models to compare."),
    ],
)
def test_a_wrong_number_of_models_is_said_in_words(error: WrongModels, sentence: str) -> None:
    assert words(error) == sentence


@pytest.mark.parametrize("fault", get_args(StoreFault))
def test_what_is_wrong_with_the_store_is_said_with_its_path(fault: StoreFault, tmp_path: Path) -> None:
    said = words(StoreError(fault, tmp_path / "matchup.db", detail="disk I/O error"))
    assert str(tmp_path / "matchup.db") in said
    assert said.endswith(".")
    assert "{" not in said


def test_the_path_of_a_store_is_safe_for_a_terminal() -> None:
    assert "\x1b" not in words(StoreError("unreachable", Path("\x1b[31m\udcff.db")))


def test_a_quoted_name_stays_on_one_line_and_short() -> None:
    assert plain("a\nb\tc\u202e") == "“a b c”"
    assert len(plain("x" * 6000)) == 62
