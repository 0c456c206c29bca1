"""What the program has stands in docs/, and what the pages point at is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from bot.chat.commands import COMMANDS
from bot.health import Condition, Metrics
from bot.settings import Settings
from tests.docs.commands import PAGE, ROOT, page, registered, terminal_commands

DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
EVERYTHING = "\n".join(DOCS.values())
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "data").glob("*.md")])
README_MOST = 6000

LINK = re.compile(r"\]\(([^)\s]+)\)")
# A path of a file or folder of ours, as the pages write it; patterns and placeholders are none.
PATH = re.compile(r"`((?:bot|tests|data|docs)/[\w./-]+)`")
MODULE = re.compile(r"python -m ((?:bot|tests)(?:\.\w+)+)")


def names_in(options: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for option in options:
        yield option["name"]
        yield from names_in(option.get("options") or ())


def button_labels() -> set[str]:
    """What is written on buttons: every text that `Button.of` gets, and the tables of labels beside them."""
    labels: set[str] = set()
    for path in (ROOT / "bot" / "chat").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(args=[_, label, *_]) if ast.unparse(node.func) == "Button.of":
                    labels |= texts(label)
                case ast.Assign(targets=[ast.Name(id=name)]) if path.parent.name == "views":
                    labels |= texts(node.value) if name.endswith("LABELS") else set()
    return labels


def texts(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    } - {""}


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


def test_the_page_of_commands_is_what_the_program_says_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.docs.commands"


def test_every_command_and_option_of_the_terminal_has_a_place() -> None:
    for name, command in terminal_commands().items():
        (part,) = re.findall(rf"^### matchup {name}\n(.*?)(?=^###? )", DOCS["commands.md"], re.M | re.S)
        for parameter in command.params:
            for option in (o for o in parameter.opts if o.startswith("--")):
                assert option in part, f"{name} {option}"


def test_every_command_and_option_of_discord_has_a_place() -> None:
    assert len(registered()) == len(COMMANDS)
    for command in registered():
        assert command["name"] in DOCS["commands.md"]
        for name in names_in(command.get("options") or ()):
            assert re.search(rf"`{name}`|/{command['name']} {name}\b", DOCS["commands.md"]), name


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_has_a_place(field: str) -> None:
    assert f"`MATCHUP_{field.upper()}`" in DOCS["operations.md"]


def test_every_metric_has_a_place() -> None:
    metrics = Metrics(lambda: Condition(True, 1, 0.0, None, 0.1))
    metrics.observe("compare", "answered", 0.1)
    names = {family.name for family in metrics.registry.collect()}
    assert len(names) >= 11
    assert {name for name in names if f"| `{name}" not in DOCS["operations.md"]} == set()


def test_every_button_has_a_place() -> None:
    labels = button_labels()
    assert {"Share", "Why?", "By gap", "Verified lane", "Resume", "Unsubscribed"} <= labels
    assert {label for label in labels if f"*{label}*" not in DOCS["answers.md"]} == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        led = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert led.exists(), target
        if parts.fragment:
            assert parts.fragment in anchors(led.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_files_and_modules_that_a_page_names_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    placeholders = {named for named in PATH.findall(text) if "NAME" in named}
    gone = [
        named for named in PATH.findall(text) if named not in placeholders and not (ROOT / named).exists()
    ]
    for module in MODULE.findall(text):
        file = ROOT / module.replace(".", "/")
        if not (file.with_suffix(".py").exists() or (file / "__main__.py").exists()):
            gone.append(module)
    assert gone == []


def test_the_readme_is_short_and_begins_with_its_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.encode()) <= README_MOST
    first, second = re.findall(r"^```sh\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    assert "matchup compare" in first
    assert second.endswith("/pytest")
