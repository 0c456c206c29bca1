"""Every embed stays within Discord's limits and its data stays inert, whatever the data is."""

import re
from datetime import date
from decimal import Decimal

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis.comparison import compare
from bot.analysis.leaderboard import leaderboard
from bot.analysis.usage import Usage
from bot.analysis.workload import PRESETS, Workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.chat.embeds.benchmarks import Order, benchmark_pages
from bot.chat.embeds.comparison import comparison_embed
from bot.chat.embeds.layout import COLUMNS, JOINER, Field, beginning, code, embed, escaped, link, shown_width
from bot.chat.embeds.leaderboard import leaderboard_embed
from bot.chat.embeds.model import model_embed
from bot.chat.embeds.usage import usage_embed
from bot.words.text import one_line
from tests.worlds import MARKS, benchmark, catalog, model, reference, score, shipped, worlds

TODAY = date(2026, 11, 24)
NAMES = st.text(MARKS, min_size=1, max_size=120)


def texts(shown: discord.Embed) -> list[str]:
    fields = [text for f in shown.fields for text in (f.name or "", f.value or "")]
    return [shown.title or "", shown.description or "", *fields, shown.footer.text or ""]


def fits(shown: discord.Embed) -> None:
    assert 1 <= len(shown.title or "") <= 256
    assert len(shown.description or "") <= 4096
    assert len(shown.fields) <= 25
    for field in shown.fields:
        assert 1 <= len(field.name or "") <= 256
        assert 1 <= len(field.value or "") <= 1024
    assert len(shown.footer.text or "") <= 2048
    assert sum(map(len, texts(shown))) <= 6000


def inert(shown: discord.Embed) -> None:
    """No mention or link that is not ours, no direction override; code blocks close and fit a phone."""
    for text in texts(shown):
        assert "@everyone" not in text
        assert "@here" not in text
        assert "\u202e" not in text
        fences = [line for line in text.split("\n") if "```" in line]
        assert set(fences) <= {"```"}
        assert len(fences) % 2 == 0
        for block in re.findall(r"```\n(.*?)\n```(?:\n|$)", text, re.S):
            assert "`" not in block
            assert [line for line in block.split("\n") if shown_width(line) > COLUMNS] == []
        outside = re.sub(r"```.*?```", "", text, flags=re.S)
        for target in re.findall(r"(?<!\\)\]\((.*?)\)", outside):
            assert target.startswith("https://example.org/")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(worlds(hostile=True), st.sampled_from(Lane), st.sampled_from([None, *PRESETS]))
def test_comparisons_of_hostile_names_fit_and_are_inert(
    world: Catalog, lane: Lane, workload: Workload | None
) -> None:
    result = compare(world, list(world.models), workload, lane)
    usage = Usage(input_tokens=10**15, output_tokens=3, cached_percent=Decimal("12.5"))
    tests = [page for order in Order for page in benchmark_pages(result, order)]
    for shown in (comparison_embed(result, TODAY), usage_embed(result.models, usage, TODAY), *tests):
        fits(shown)
        inert(shown)


def test_a_field_whose_name_has_nothing_to_show_still_has_one() -> None:
    fits(embed("title", "", [Field(escaped("\u202e"), "value")]))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(worlds(hostile=True), NAMES, st.sampled_from([None, *Category]))
def test_boards_and_models_with_hostile_names_fit_and_are_inert(
    world: Catalog, provider: str, category: Category | None
) -> None:
    board = leaderboard(world, category=category)
    shown = leaderboard_embed(board, provider, True, Decimal("2.50"), TODAY)
    fits(shown)
    inert(shown)
    for each in world.models.values():
        fits(model_embed(world, each, TODAY))
        inert(model_embed(world, each, TODAY))


@given(st.text(max_size=400), st.text(max_size=6000), st.lists(st.text(max_size=2000), max_size=30), NAMES)
def test_an_embed_is_cut_to_the_limits(title: str, text: str, values: list[str], footer: str) -> None:
    fits(embed(title or "Title", text, [Field("Name " * 60, v) for v in values], footer * 30))


@given(NAMES)
def test_an_escaped_name_has_no_live_markdown(name: str) -> None:
    text = escaped(name)
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`~|\[\]<>]", text)
    assert not re.match(r"\s*[#>-]", text)
    assert "\n" not in text
    assert not re.search(r"@(?!\u200b)", text)


def test_ordinary_names_are_left_as_they_are() -> None:
    for name in ("GPT-5.5", "Gemma 4 12B", "Command R+ (2024-08-30)", "Qwen 3 235B A22B Thinking 2507"):
        assert escaped(name) == name


@given(NAMES)
def test_a_heading_is_whole_words_that_fit_a_column(name: str) -> None:
    short = beginning(name, 7)
    assert shown_width(short) <= 7
    assert one_line(name).startswith(short)


@pytest.mark.parametrize(
    ("names", "headings"),
    [
        (("GPT-5.5", "Gemma 4 12B"), "GPT-5.5    Gemma"),
        # No part of a name may be the name of another model.
        (("GPT-4.1 Mini", "Gemma 4 12B"), "      A        B"),
        (("Claude Opus 4.8", "Claude Opus 5"), "      A        B"),
        (("Grok 4", "Grok 4.5"), "      A        B"),
        (("Extraordinary", "o3"), "      A        B"),
    ],
)
def test_columns_are_headed_by_names_that_tell_the_models_apart(names: list[str], headings: str) -> None:
    world = catalog([model(n) for n in names], [benchmark("x")], [score(n, "x", 50) for n in names])
    shown = comparison_embed(compare(world, names), TODAY)
    assert headings in (shown.fields[0].value or "")
    assert ("In the table: A" in (shown.description or "")) == ("A" in headings.split())


def test_a_source_address_cannot_break_out_of_its_link() -> None:
    assert link("x", "https://example.org/a)b(c") == "[x](https://example.org/a%29b%28c)"
    assert link("x", "javascript:alert(1)") == "x"
    assert link("x", "https://example.org/ [y](https://evil.example)") == "x"


def test_a_backtick_in_the_data_cannot_close_a_block() -> None:
    assert code(["a```b"]) == "```\na'''b\n```\n"


def test_the_reply_has_pick_gaps_facts_and_reason_in_this_order() -> None:
    shown = comparison_embed(compare(reference(), ["gpt-5-5", "gemma-4-12b"]), TODAY)
    assert shown.title == "GPT-5.5 vs Gemma 4 12B"
    assert (shown.description or "").startswith(f"**GPT-{JOINER}5.5** is the stronger model")
    assert [f.name for f in shown.fields] == [
        "How good they are, from 0 to 100",
        "Means over the tests they share",
        "Averages over each one's own tests",
        "Price, context and more",
        "Why",
    ]
    abilities, gaps, different, facts, why = (f.value or "" for f in shown.fields)
    assert re.search(r"^Knowledge +\d+±\d+ > +\d+±\d+ >99%$", abilities, re.M)
    assert "Knowledge    67.5     42.0 25.5" in gaps
    assert re.search(r"^Coding       58.6 /   72.0 +0/2$", different, re.M)
    assert "Price in       $5        –" in facts
    assert "Context        1M     256K" in facts
    assert "HLE without tools" in why


def test_no_benchmark_scores_yet_stands_where_scores_would() -> None:
    world = catalog([model("New"), model("Old")], [benchmark("x")], [score("Old", "x", 50)])
    shown = comparison_embed(compare(world, ["New", "Old"]), TODAY)
    assert "No benchmark scores yet for **New**." in (shown.fields[0].value or "")


def test_every_shipped_model_can_be_shown() -> None:
    world = shipped()
    for each in world.models.values():
        shown = model_embed(world, each, TODAY)
        fits(shown)
        inert_but_for_links = " ".join(texts(shown))
        assert "None" not in inert_but_for_links


def test_a_name_stays_on_one_line_and_addresses_stay_as_they_are() -> None:
    text = (
        "**GPT-5.5** of 2026-08-22, **[page](https://example.org/gpt-5)**, [source](https://example.org/o-3)"
    )
    shown = embed("GPT-5.5", text, [Field("Why", "**Preview (2025-05-20)** at 5 %")])
    assert shown.description == text.replace("GPT-5.5", f"GPT-{JOINER}5.5", 1)
    assert shown.fields[0].value == f"**Preview (2025-{JOINER}05-{JOINER}20)** at 5\u00a0%"
