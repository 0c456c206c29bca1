"""Lines: which model is the newer version of another."""

import time
from functools import cache

import pytest

from bot.catalog.entities import Model
from bot.catalog.names.lines import Lines
from tests.worlds import model, shipped


@cache
def listed() -> dict[str, Model]:
    return dict(shipped().models)


@cache
def lines() -> Lines:
    return Lines(list(listed().values()))


def newer(model_id: str) -> str | None:
    higher = lines().newer(listed()[model_id])
    return higher.model_id if higher else None


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("gpt-5", "gpt-5-5"),
        ("claude-opus-4-1", "claude-opus-5-5"),
        ("claude-3-5-sonnet-2024-10-22", "claude-sonnet-5-5"),
        ("gemma-3-12b", "gemma-4-12b"),
        ("gemma-3-27b", "gemma-4-31b"),
        ("gemma-3-1b", None),
        ("gemini-2-5-pro", None),
        ("gemini-3-pro-preview", "gemini-3-1-pro-preview"),
        ("gpt-5-mini", "gpt-5-4-mini"),
        ("gpt-5-5", None),
        ("gpt-4o", None),
        ("o1", "o3"),
        ("o1-mini", "o4-mini"),
        ("kimi-k2", "kimi-k3"),
        ("grok-4-20", "grok-4-7"),
        ("qwen-max", None),
        ("gemma-4-uncensored", None),
    ],
)
def test_the_newer_version_is_of_the_same_line(model_id: str, expected: str | None) -> None:
    assert newer(model_id) == expected


def test_a_preview_is_not_newer_than_the_plain_release_and_nothing_is_newer_than_itself() -> None:
    for each in listed().values():
        higher = lines().newer(each)
        if higher:
            assert higher.provider == each.provider
            assert higher.model_id != each.model_id
            assert (
                "preview" in each.display_name.casefold() or "preview" not in higher.display_name.casefold()
            )
            assert (
                not higher.release_date or not each.release_date or higher.release_date >= each.release_date
            )


def test_the_newest_of_very_many_versions_is_found_at_once() -> None:
    many = [model(f"m{n}", n, display_name=f"M {n // 100}.{n % 100 + 100}") for n in range(100, 3_100)]
    sized = [
        model(f"s{n}", n, display_name=f"S {n // 100}.{n % 100 + 100} {9 + n / 10_000}B")
        for n in range(100, 3_100)
    ]
    index = Lines([*many, *sized])
    started = time.monotonic()
    assert (index.newer(many[0]), index.newer(sized[0])) == (many[-1], sized[-1])
    assert time.monotonic() - started < 0.5


def test_a_model_without_a_date_stands_beside_the_versions_it_follows() -> None:
    models = [
        model("old", 1, display_name="Nova 1", release_date="2024-01-01"),
        model("new", 2, display_name="Nova 3", release_date="2026-01-01"),
        model("between", 3, display_name="Nova 2"),
        model("newest", 4, display_name="Nova 4"),
    ]
    order = [m.model_id for m in Lines(models).newest_first(models)]
    assert order == ["newest", "new", "between", "old"]
