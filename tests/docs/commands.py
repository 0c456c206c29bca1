"""Writes `docs/commands.md` from the program's own help and from what it registers with Discord:
`python -m tests.docs.commands`, after every change of a command or an option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from typer.main import get_command
from typer.testing import CliRunner

from bot.chat.commands import COMMANDS
from bot.terminal.cli import app

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "commands.md"
# As wide as the program writes its help at most, whatever the terminal.
WIDTH = "100"

SUBCOMMAND = 1
MESSAGE_MENU = 3
KINDS = {3: "text", 4: "whole number", 5: "yes or no", 7: "channel", 8: "role", 10: "number"}
# More choices than these are every combination of fewer.
MOST_CHOICES = 10
SERVERS, EVERYWHERE = [0], [0, 1, 2]

HEAD = """# Commands

This page is made by `python -m tests.docs.commands` from the program's own help and from the commands that it
registers with Discord; a test fails where it is stale. What the buttons below an answer do is in
[answers.md](answers.md).
"""
TERMINAL = """## In a terminal

Exit status: 0 an answer, 3 a name needs a choice (`--json` prints the candidates), 2 wrong use or settings,
1 anything else.
"""
IN_DISCORD = """## In Discord

A command works in servers, in direct messages and in group chats, unless it says otherwise here.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, TERMINAL, *_terminal(), IN_DISCORD, *_discord()])


def registered() -> list[dict[str, Any]]:
    """What the bot registers with Discord, as it sends it."""
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    for command in COMMANDS:
        tree.add_command(command)
    return [dict(command.to_dict(tree)) for command in COMMANDS]


def terminal_commands() -> Mapping[str, Any]:
    """The commands of the terminal by name, each with its parameters in ``params``."""
    commands: Mapping[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    return commands


def _terminal() -> Iterator[str]:
    runner = CliRunner(env={"COLUMNS": WIDTH, "NO_COLOR": "1"})
    for name in ("", *terminal_commands()):
        shown = runner.invoke(app, [*name.split(), "--help"], prog_name="matchup")
        lines = "\n".join(line.rstrip() for line in shown.output.strip().splitlines())
        yield f"### {f'matchup {name}'.strip()}\n\n```text\n{lines}\n```\n"


def _discord() -> Iterator[str]:
    for command in registered():
        if command["type"] == MESSAGE_MENU:
            yield f"### {command['name']}\n\nIn the Apps menu of a message.\n"
            continue
        parts = [part for part in command["options"] if part["type"] == SUBCOMMAND]
        yield f"### /{command['name']}\n\n{command['description']}.{_limits(command)}\n"
        for part in parts:
            yield f"#### /{command['name']} {part['name']}\n\n{part['description']}.\n"
            yield from _options(part["options"])
        if not parts:
            yield from _options(command["options"])


def _limits(command: Mapping[str, Any]) -> str:
    """Where it works and for whom, if that is not everywhere and everybody. Raises KeyError for a place that
    has no words here."""
    where = {tuple(EVERYWHERE): "", tuple(SERVERS): " It works in servers alone."}[tuple(command["contexts"])]
    rights = discord.Permissions(int(command["default_member_permissions"] or 0))
    needed = ", ".join(name.replace("_", " ").title() for name, has in rights if has)
    return where + (f" It is for those who have {needed}." if needed else "")


def _options(options: list[dict[str, Any]]) -> Iterator[str]:
    if not options:
        return
    rows = [f"| `{each['name']}` | {_kind(each)} | {each['description']} |" for each in options]
    yield "\n".join(["| option | takes | for |", "|---|---|---|", *rows, ""])


def _kind(option: Mapping[str, Any]) -> str:
    kind = KINDS[option["type"]]
    choices = [choice["name"] for choice in option.get("choices") or ()]
    if choices:
        kind = "; ".join(choices[:MOST_CHOICES]) + ("; and so on" if len(choices) > MOST_CHOICES else "")
    elif "max_value" in option:
        kind = f"{kind}, {option['min_value']:,.10g} to {option['max_value']:,.10g}"
    elif "min_value" in option:
        kind = f"{kind}, at least {option['min_value']:,.10g}"
    elif option.get("autocomplete"):
        kind = f"{kind}, completed as you type"
    return f"{kind} (needed)" if option.get("required") else kind


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
