"""`matchup try` as its visitor meets it: the process, and its page in Chromium."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
# No sandbox, because tests run as root in containers; nothing that looks for a network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Seconds: far more than anything takes, so that a slow machine fails nothing.
PATIENCE = 180
PHONE, DESKTOP = 400, 1000

expect.set_options(timeout=PATIENCE * 1000)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", "try", "--no-open", *arguments]


def environment(folder: Path) -> dict[str, str]:
    """With a store of its own in ``folder``."""
    return {**os.environ, "MATCHUP_DATABASE": str(folder / "matchup.db")}


class Trying:
    """A running `matchup try --no-open`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            command(*arguments),
            cwd=ROOT,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        self.pid = self._process.pid
        assert self._process.stdout
        limit = Timer(PATIENCE, self._process.kill)
        limit.start()
        self.greeting = self._process.stdout.readline() + self._process.stdout.readline()
        limit.cancel()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#\S+", self.greeting)
        assert found, self.complaints
        self.address, self.port = found[0], int(found[1])

    @property
    def complaints(self) -> str:
        """What it has written to stderr so far."""
        self._said.seek(0)
        return self._said.read()

    def asked_to_stop(self, by: signal.Signals) -> int:
        """The exit status after a signal."""
        self._process.send_signal(by)
        return self.ended()

    def ended(self) -> int:
        """The exit status, once it has ended by itself."""
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._said.close()


@contextmanager
def trying(folder: Path, *arguments: str) -> Iterator[Trying]:
    """Starts it with a store in ``folder``; at the end it is gone in any case."""
    started = Trying(folder, *arguments)
    try:
        yield started
    finally:
        started.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "no Chromium: install it or set CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


BRIEF = "Weekly brief."
# What Robin has asked.
QUESTIONS = 4


class Channel:
    """The page with the conversation."""

    def __init__(self, browser: Browser, address: str, width: int, height: int = 900) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.goto(address)
        self.messages.first.wait_for()
        if self.messages.count() == QUESTIONS:
            # The brief comes by itself, and the page turns away what is done at that moment.
            self.messages.filter(has_text=BRIEF).wait_for()
        self._settle()

    @property
    def messages(self) -> Locator:
        return self.page.locator(".channel-message")

    def choose_command(self, name: str) -> None:
        """Types it into the box and takes it from the list."""
        self.page.get_by_label("Message", exact=True).press_sequentially(f"/{name}")
        self.page.get_by_role("option").filter(has_text=f"/{name}").click()

    def field(self, option: str) -> Locator:
        """The field of an option, opened first if it is not among those that are needed."""
        field = self.page.locator(f'.command-option-input[data-option="{option}"]')
        if not field.count():
            self.page.locator(".command-ghost").click()
            self.suggestion(option).click()
        return field

    def suggestion(self, label: str) -> Locator:
        """A suggestion with this text, and nothing else."""
        exactly = re.compile(f"^{re.escape(label)}…?$")
        return self.page.locator(".command-suggestion").filter(has_text=exactly)

    def fill(self, option: str, typed: str, chosen: str | None = None) -> None:
        """Types into a field and takes the suggestion, or leaves what was typed."""
        field = self.field(option)
        field.fill(typed)
        if chosen is not None:
            self.suggestion(chosen).click()
            # Unlike Discord, the page then shows the id behind the choice.
            expect(field).not_to_have_value(typed)

    def send(self) -> Locator:
        """Sends the command; the message that answers it."""
        return self._answered(self.page.get_by_role("button", name="Send", exact=True))

    def press(self, message: Locator, label: str) -> Locator:
        """Presses a button of a message; the message that answers it."""
        return self._answered(message.get_by_role("button", name=label, exact=True))

    def send_form(self, message: Locator, label: str, *typed: str) -> Locator:
        """Presses a button that opens a form, fills it in and sends it; the message that answers it."""
        message.get_by_role("button", name=label, exact=True).click()
        lines = self.page.locator(".modal-input")
        expect(lines).to_have_count(len(typed))
        for line, text in zip(lines.all(), typed, strict=True):
            line.fill(text)
        return self._answered(self.page.get_by_role("button", name="Submit", exact=True))

    def _answered(self, button: Locator) -> Locator:
        known = {message.get_attribute("data-message-id") for message in self.messages.all()}
        fresh = "".join(f':not([data-message-id="{each}"])' for each in known)
        button.click()
        answer = self.page.locator(f".channel-message{fresh}")
        answer.wait_for()
        self._settle()
        # By its id, so that it stays the same message when others follow.
        known_as = answer.get_attribute("data-message-id")
        return self.page.locator(f'.channel-message[data-message-id="{known_as}"]')

    def _settle(self) -> None:
        """Waits until the last step is done and drawn; only then the page takes the next one."""
        expect(self.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
        expect(self.page.get_by_label("Preview viewport")).to_have_attribute("aria-busy", "false")
