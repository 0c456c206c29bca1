"""The log lines, whoever writes them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs

SECRET = "MTIz.secret.token"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_away_from_a_terminal_every_line_is_json() -> None:
    out = io.StringIO()
    set_up_logs("info", stream=out)
    structlog.get_logger("ours").info("commands synced", commands=4)
    logging.getLogger("discord.client").warning("shard %s is away", 0)
    ours, theirs = map(json.loads, out.getvalue().splitlines())
    assert (ours["event"], ours["commands"], ours["level"]) == ("commands synced", 4, "info")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "shard 0 is away",
        "warning",
        "discord.client",
    )


def test_on_a_terminal_a_line_is_for_people() -> None:
    out = Terminal()
    set_up_logs("info", stream=out)
    structlog.get_logger("ours").info("commands synced", commands=4)
    assert "commands synced" in out.getvalue()
    assert not out.getvalue().startswith("{")


@pytest.mark.parametrize("out", [io.StringIO(), Terminal()])
def test_the_token_is_in_no_line_and_no_traceback(out: io.StringIO) -> None:
    set_up_logs("debug", secret=SECRET, stream=out)
    try:
        raise ValueError(f"Bot {SECRET}")
    except ValueError:
        structlog.get_logger("ours").exception("failed", header=f"Bot {SECRET}")
        logging.getLogger("theirs").exception("failed with %s", SECRET)
    assert "ValueError" in out.getvalue()
    assert SECRET not in out.getvalue()


def test_a_traceback_is_in_the_line_as_text() -> None:
    out = io.StringIO()
    set_up_logs("info", stream=out)
    structlog.get_logger("ours").error("failed", exc_info=ValueError("why"))
    assert "ValueError: why" in json.loads(out.getvalue())["exception"]


def test_what_is_below_the_level_is_left_out() -> None:
    out = io.StringIO()
    set_up_logs("warning", stream=out)
    structlog.get_logger("ours").info("nothing")
    logging.getLogger("discord").info("nothing")
    assert out.getvalue() == ""
