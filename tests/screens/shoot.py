"""Pictures of the answers, to be looked at by a person: `python -m tests.screens.shoot [OUT_DIR [NAME ...]]`.

Each answer is asked for on the page of `matchup try`, as wide as a phone and as a desktop window. Without a
folder they take the place of those in `gallery`, which README shows: a change in look is seen in review.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, TimeoutError, expect

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model
from tests.screens.browser import BRIEF, CHROMIUM, DESKTOP, PHONE, Channel, chromium, trying
from tests.screens.days import fill
from tests.worlds import shipped

# So high that every answer is seen whole.
HEIGHT, MARGIN = 2600, 8
COLOURS = 128
GALLERY = Path(__file__).parent / "gallery"
FOUR = ("gpt 5.5", "claude opus 4.8", "gemma 4 12b", "kimi k2.6")

CATALOG = shipped()


def sample(channel: Channel) -> Locator:
    return channel.messages.first


def compare(*models: str) -> Callable[[Channel], Locator]:
    def ask(channel: Channel) -> Locator:
        channel.choose_command("compare")
        for option, typed in zip(("model_a", "model_b", "model_c", "model_d"), models, strict=False):
            channel.fill(option, typed)
        return channel.send()

    return ask


def leaderboard(channel: Channel) -> Locator:
    channel.choose_command("leaderboard")
    return channel.send()


def value(category: str | None = None) -> Callable[[Channel], Locator]:
    def ask(channel: Channel) -> Locator:
        channel.choose_command("value")
        if category:
            channel.fill("category", category, chosen=category)
        return channel.send()

    return ask


def history(*models: str) -> Callable[[Channel], Locator]:
    def ask(channel: Channel) -> Locator:
        channel.choose_command("history")
        for option, typed in zip(("model_a", "model_b", "model_c", "model_d"), models, strict=False):
            channel.fill(option, typed)
        return channel.send()

    return ask


def model(name: str) -> Callable[[Channel], Locator]:
    def ask(channel: Channel) -> Locator:
        channel.choose_command("model")
        channel.fill("name", name)
        return channel.send()

    return ask


def recommend(workload: str, budget: str) -> Callable[[Channel], Locator]:
    def ask(channel: Channel) -> Locator:
        channel.choose_command("recommend")
        channel.fill("workload", workload)
        channel.fill("budget", budget)
        return channel.send()

    return ask


def why(channel: Channel) -> Locator:
    return channel.press(channel.messages.first, "Why?")


def all_tests(channel: Channel) -> Locator:
    return channel.press(channel.messages.first, "All tests")


def by_gap(channel: Channel) -> Locator:
    tests = all_tests(channel)
    tests.get_by_role("button", name="By gap", exact=True).click()
    expect(tests).to_contain_text("largest gaps first")
    return tests


def my_cost(channel: Channel) -> Locator:
    answer = compare("gpt 5.5", "claude opus 4.8", "deepseek v3.2")(channel)
    settled(channel, answer)
    return channel.send_form(answer, "My cost", "2M", "500k", "30 %")


def without_scores(catalog: Catalog) -> Model:
    """The newest model of which no score is known."""
    unscored = [m for m in catalog.models.values() if not catalog.scores(m.model_id)]
    return max(unscored, key=lambda m: m.release_date or "")


def brief(channel: Channel) -> Locator:
    message = channel.messages.filter(has_text=BRIEF)
    message.wait_for()
    return message


def subscribe(channel: Channel) -> Locator:
    channel.choose_command("alerts subscribe")
    channel.fill("frequency", "A daily brief", chosen="A daily brief")
    return channel.send()


def help_(channel: Channel) -> Locator:
    channel.choose_command("help")
    return channel.send()


SHOTS: dict[str, Callable[[Channel], Locator]] = {
    "sample": sample,
    "why": why,
    "all-tests": all_tests,
    "all-tests-by-gap": by_gap,
    "my-cost": my_cost,
    "close": compare("gpt 5.5", "claude opus 4.7"),
    "three-models": compare(*FOUR[:3]),
    "recommend": recommend("coding assistant", "5"),
    "four-models": compare(*FOUR),
    "without-scores": compare("gpt 5.5", without_scores(CATALOG).model_id),
    "did-you-mean": compare("gemma 4 27b", "gemini"),
    "did-you-mean-one": compare("opus 4.9", "gpt-5.5"),
    "leaderboard": leaderboard,
    "model": model("claude opus 4.8"),
    "model-cheaper": model("claude mythos preview"),
    "value": value(),
    "value-coding": value("Coding"),
    "history": history("gpt-5.4", "claude opus 4.6", "gemini 3 pro preview"),
    "model-without-scores": model(without_scores(CATALOG).model_id),
    "brief": brief,
    "subscribe": subscribe,
    "help": help_,
}


def settled(channel: Channel, answer: Locator) -> None:
    """Waits until a picture that comes later is there too; none at all takes the whole second."""
    with suppress(TimeoutError):
        answer.locator(".embed-image").first.wait_for(timeout=1000)
    channel.page.wait_for_timeout(200)


def main(folder: Path, names: Collection[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        filled = Path(scratch) / "filled.db"
        asyncio.run(fill(filled))
        with chromium() as browser:
            _shoot(browser, folder, Path(scratch), filled, names)


def _shoot(browser: Browser, folder: Path, scratch: Path, filled: Path, names: Collection[str]) -> None:
    for width, (name, ask) in product((PHONE, DESKTOP), SHOTS.items()):
        if names and name not in names:
            continue
        # A new start each time: a short conversation fits the window, so that nothing scrolls.
        store = scratch / f"{name}-{width}"
        store.mkdir()
        shutil.copy(filled, store / "matchup.db")
        with trying(store) as started:
            channel = Channel(browser, started.address, width, HEIGHT)
            answer = ask(channel)
            settled(channel, answer)
            answer.scroll_into_view_if_needed()
            channel.page.mouse.move(0, 0)
            seen = answer.bounding_box()
            assert seen
            path = folder / f"{name}-{width}.png"
            channel.page.screenshot(path=path, clip={**seen, "height": seen["height"] + MARGIN})
            # A quarter of the size, and no difference to be seen.
            with Image.open(path) as taken:
                taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
            channel.page.close()
        print(path)


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("This needs Chromium: install it or set CHROMIUM.")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else GALLERY, sys.argv[2:])
