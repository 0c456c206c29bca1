"""`matchup try`, used as a visitor does: in the browser, from the first command to Ctrl+C."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.analysis.comparison import compare
from bot.chat.embeds.layout import JOINER
from bot.words.verdict import verdict
from tests.screens.browser import (
    CHROMIUM,
    DESKTOP,
    PATIENCE,
    PHONE,
    ROOT,
    Channel,
    Trying,
    chromium,
    command,
    environment,
    trying,
)
from tests.worlds import shipped


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trying]:
    with trying(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None and "REQUIRE_CHROMIUM" not in os.environ:
        pytest.skip("needs Chromium: install it or set CHROMIUM")
    with chromium() as started:
        yield started


def pick(*models: str) -> str:
    """The sentence that says which model to use."""
    return verdict(compare(shipped(), models)).pick


def test_a_visitor_compares_two_models_chosen_from_the_suggestions(tried: Trying, browser: Browser) -> None:
    channel = Channel(browser, tried.address, DESKTOP)

    channel.choose_command("compare")
    channel.fill("model_a", "claude opus 4.8", chosen="Claude Opus 4.8")
    channel.fill("model_b", "gpt 5.5", chosen="GPT-5.5")
    answer = channel.send()

    expect(answer).to_contain_text("You used /compare")
    expect(answer.locator(".embed-title")).to_have_text("Claude Opus 4.8 vs GPT-5.5")
    expect(answer.locator(".embed-description")).to_contain_text(pick("claude-opus-4-8", "gpt-5-5"))

    tests = channel.press(answer, "All tests")

    expect(tests.locator(".embed-title")).to_contain_text("All tests")
    expect(tests).to_contain_text("Only you can see this")
    assert tried.complaints == ""


def test_a_visitor_says_what_they_use_and_sees_what_it_costs(tried: Trying, browser: Browser) -> None:
    channel = Channel(browser, tried.address, PHONE)

    cost = channel.send_form(channel.messages.first, "My cost", "2M", "500k", "30 %")

    expect(cost).to_contain_text(f"GPT-{JOINER}5.5: $22 to $25")
    expect(cost).to_contain_text("Only you can see this")
    assert tried.complaints == ""


def test_the_channel_holds_a_comparison_that_somebody_asked_for(tried: Trying, browser: Browser) -> None:
    sample = Channel(browser, tried.address, DESKTOP).messages.first

    expect(sample).to_contain_text("Robin used /compare")
    expect(sample.locator(".embed-title")).to_have_text("GPT-5.5 vs Gemma 4 12B")


def test_on_a_phone_no_table_or_picture_is_wider_than_its_answer(tried: Trying, browser: Browser) -> None:
    channel = Channel(browser, tried.address, PHONE)
    channel.choose_command("compare")
    for option, typed in zip("abcd", ("gpt 5.5", "claude opus 4.8", "gemma 4 12b", "kimi k2.6"), strict=True):
        channel.fill(f"model_{option}", typed)
    four = channel.send()

    for answer in (channel.messages.first, four):
        picture = answer.locator("img.embed-image")
        expect(picture).to_be_visible()
        assert right_edge(picture) <= right_edge(answer.locator(".embed-card").first)
        figures = channel.press(answer, "All figures")
        tables = figures.locator(".code-block").all()
        assert tables
        for table in tables:
            assert table.evaluate("e => e.scrollWidth <= e.clientWidth"), table.inner_text()
            assert right_edge(table) <= right_edge(figures.locator(".embed-card").last), table.inner_text()
    assert channel.page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_after_a_refusal_the_next_command_can_be_typed(tried: Trying, browser: Browser) -> None:
    channel = Channel(browser, tried.address, DESKTOP)
    channel.choose_command("compare")
    channel.fill("model_a", "gpt 5.5")
    channel.fill("model_b", "openai/gpt-5.5")

    expect(channel.send()).to_contain_text("is named twice")
    channel.choose_command("help")
    expect(channel.send()).to_contain_text("You used /help")


def right_edge(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"]


def test_the_button_on_the_page_ends_it(tmp_path: Path, browser: Browser) -> None:
    with trying(tmp_path) as started:
        page = Channel(browser, started.address, DESKTOP).page
        page.get_by_text("More", exact=True).click()
        page.get_by_role("button", name="End preview session").click()

        assert started.ended() == 0
        assert started.complaints == ""


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "SIGTERM"])
def test_it_is_stopped_without_a_complaint(tmp_path: Path, by: signal.Signals) -> None:
    with trying(tmp_path) as started:
        assert started.asked_to_stop(by) == 0
        assert started.complaints == ""


def test_the_greeting_says_how_to_begin_and_how_to_stop(tried: Trying) -> None:
    assert "type /" in tried.greeting
    assert "Ctrl+C" in tried.greeting


def test_the_page_answers_only_this_computer(tried: Trying) -> None:
    listening = {
        tuple(c.laddr) for c in psutil.Process(tried.pid).net_connections() if c.status == psutil.CONN_LISTEN
    }

    assert listening == {("127.0.0.1", tried.port)}


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = subprocess.run(
            command("--port", str(port)),
            cwd=ROOT,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    assert refused.returncode == 2
    assert refused.stderr == f"--port: {port} cannot be used. Choose another port or leave it out.\n"
