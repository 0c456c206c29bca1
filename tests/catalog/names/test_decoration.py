"""Decoration: ids as hosts, clouds, files and boards write them are the models that they name, or a question.

The labelled sets are by somebody who had not read the rules. One ``half`` of each was seen while the rules
were made, the other was only counted. ``doubt`` marks rows that can be judged either way.
"""

import csv
from functools import cache
from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.names.decoration import undecorated
from bot.catalog.names.index import NameIndex
from bot.catalog.names.mentions import mentioned
from bot.catalog.names.setting import Setting
from bot.catalog.names.stamps import is_of, is_stamp
from bot.catalog.resolve import settings_of
from bot.words.names import settings_typed
from tests.worlds import shipped

Row = dict[str, str]


@cache
def listed() -> Catalog:
    return shipped()


@cache
def index() -> NameIndex:
    return NameIndex(listed().models.values())


def rows(name: str) -> list[Row]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(row: Row) -> set[str]:
    """Ids, those of merged models by the ids that they have now."""
    written = filter(None, row["expected"].split("|"))
    kept = {id_: listed().once_called(id_) for id_ in written}
    return {model.model_id if model else id_ for id_, model in kept.items()}


def shares(name: str, column: str, half: str) -> tuple[float, float]:
    """Of the rows that are a model: the share that was taken, and with those asked back with it first."""
    taken = first = total = 0
    for row in rows(name):
        wanted = expected(row)
        if not wanted or row["doubt"] or row["half"] != half:
            continue
        found = index().find(row[column])
        total += 1
        taken += found.model is not None and found.model.model_id in wanted
        first += bool(found.candidates) and found.candidates[0].model_id in wanted
    return taken / total, (taken + first) / total


@pytest.mark.parametrize("half", ["seen", "counted"])
def test_decorated_ids_are_taken_or_asked_back_with_the_right_one_first(half: str) -> None:
    taken, offered = shares("decorated.csv", "typed", half)
    assert taken >= 0.93
    assert offered >= 0.985


@pytest.mark.parametrize("half", ["seen", "counted"])
def test_names_of_the_arena_board_are_taken(half: str) -> None:
    taken, offered = shares("arena.csv", "model_name", half)
    assert taken >= 0.94
    assert offered >= 0.985


@pytest.mark.parametrize(("name", "column"), [("decorated.csv", "typed"), ("arena.csv", "model_name")])
def test_none_is_silently_taken_for_another_model(name: str, column: str) -> None:
    wrong = {}
    for row in rows(name):
        model = index().find(row[column]).model
        if model is not None and model.model_id not in expected(row) and not row["doubt"]:
            wrong[row[column]] = model.model_id
    assert wrong == {}


def test_nonsense_is_offered_nothing_that_is_no_more_alike() -> None:
    for text in ("pizza margherita", "postgresql 17", "stable-diffusion-xl", "asdfghjkl"):
        assert index().find(text).model is None
    assert index().find("asdfghjkl").candidates == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bedrock/eu.anthropic.claude-3-5-haiku-20241022-v1:0", "claude-3-5-haiku"),
        ("eu.amazon.nova-lite-v1:0", "nova-lite"),
        ("o3 (high)", "o3"),
    ],
)
def test_what_no_name_has_does_not_lift_another_model_over_the_one_whose_words_all_fit(
    typed: str, first: str
) -> None:
    found = index().find(typed)
    assert (found.model or found.candidates[0]).model_id == first


# Settings


@pytest.mark.parametrize(
    ("typed", "model", "setting"),
    [
        ("o3-mini-high", "o3-mini", Setting(effort="high")),
        ("claude-opus-4-5-20251101-thinking-16k", "claude-opus-4-5", Setting(thinking=True, budget=16_000)),
        ("claude-opus-4.6 non-reasoning", "claude-opus-4-6", Setting(thinking=False)),
        ("gpt-5.6-sol-xhigh (some-harness)", "gpt-5-6-sol", Setting(effort="xhigh", harness="some-harness")),
        ("deepseek-v3.2-thinking", "deepseek-v3-2-thinking", None),
        ("mistral medium 3.5", "mistral-medium-3-5", None),
        ("qwen3-max", "qwen3-max", None),
    ],
)
def test_an_effort_is_a_setting_unless_a_model_is_called_so(
    typed: str, model: str, setting: Setting | None
) -> None:
    found = index().find(typed)
    assert found.model is not None
    assert (found.model.model_id, found.setting) == (model, setting)


def test_a_max_that_makes_another_model_of_the_line_is_no_effort() -> None:
    assert index().find("qwen3.6-max").model is None or "max" in str(index().find("qwen3.6-max").model)
    assert index().find("mistral-medium-9").model is None


def test_what_is_said_of_a_setting() -> None:
    assert settings_of(listed(), ["o3-mini-high", "gpt-5.5", None]) == ["high"]
    assert settings_typed(["high"]).startswith("“high” is a setting, not a model of its own; the scores are")
    assert settings_typed(["high", "max"]).count("settings") == 1
    assert settings_typed([]) == ""


def test_a_message_names_the_same_models_as_a_command() -> None:
    for typed in ("o3-mini-high", "gpt-5.5-xhigh", "claude-sonnet-4-5-20250929"):
        assert list(mentioned(f"I use {typed} for code", index()).models) == [index().find(typed).model]


# Parts


def test_paths_hosts_and_brackets_are_taken_off() -> None:
    assert undecorated("publishers/google/models/gemini-2.5-pro").path == "google/gemini-2.5-pro"
    assert undecorated("projects/x/locations/y/publishers/a/models/b@default").name == "b default"
    assert undecorated("https://openrouter.ai/openai/gpt-5.5?utm=1").path == "openai/gpt-5.5"
    assert undecorated("gpt-5.5 (Codex CLI)").harness == "codex cli"
    assert undecorated("GPT-4o (2024-11-20)").name == "gpt-4o (2024-11-20)"
    assert undecorated("us.anthropic.claude-opus-4-6-v1").name == "anthropic.claude-opus-4-6-v1"


def test_a_stamp_is_of_a_model_that_came_out_then() -> None:
    assert is_stamp("2512")
    assert is_stamp("0709")
    assert not is_stamp("5.5")
    assert is_of("2512", "2025-12-02")
    assert is_of("0709", "2025-07-09")
    assert is_of("2025-11-01", "2025-11-24")
    assert is_of("2025-03", "2025-03-13")
    assert not is_of("0919", "2025-01-25")
    assert not is_of("2025-11-24", "2025-11-01")
    assert not is_of("2025-11-01", "2025-11-24", strict=True)
    assert not is_of("2512", "")
    assert not is_of("2025-02-30", "2025-02-28")


def test_an_id_with_a_size_alone_is_no_later_version() -> None:
    assert index().find("llama-13b").model is None
    assert index().find("gemma 31b").model == listed().models["gemma-4-31b"]
