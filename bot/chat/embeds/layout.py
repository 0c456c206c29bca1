"""How data becomes text in Discord: escaped, fitted and laid out in columns that a phone can show.

Every embed is built here, so that Discord's limits hold for any data.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import discord

from bot.words.text import fitted, one_line

TITLE, DESCRIPTION, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, TOTAL = 256, 4096, 25, 256, 1024, 2048, 6000
# Columns of monospaced text that a phone of 400 px shows without cutting.
COLUMNS = 31
# Names (up to this length) and cells of which the text is kept: the same come up in answer after answer.
LONGEST_NAME, MOST_KEPT = 200, 4096

# Longer addresses would leave no room for what they are the source of.
LONGEST_ADDRESS = 500
# What stands for a model where its name has no room.
LETTERS = "ABCD"
# Keeps what belongs together on one line.
NBSP = "\u00a0"
JOINER = "\u2060"
# For a name that has nothing to show in it.
UNNAMED = "(no name)"

_SPECIAL = re.compile(r"([\\`*_~|\[\]<>])")
_BOLD, _DASH = re.compile(r"\*\*[^*\n]+\*\*"), re.compile(r"-(?=[0-9])")
_LINE_START = re.compile(r"^(\s*)([#>-])")


def escaped(name: str, most: int = 100) -> str:
    """A name from the data as inert text: no Markdown, mention, link, line break or change of direction."""
    return _escaped(name, most) if len(name) <= LONGEST_NAME else _escaped.__wrapped__(name, most)


@lru_cache(maxsize=MOST_KEPT)
def _escaped(name: str, most: int) -> str:
    text = _SPECIAL.sub(r"\\\1", fitted(one_line(name), most))
    text = _LINE_START.sub(r"\1\\\2", text)
    return text.replace("@", "@\u200b").replace("://", ":\u200b//")


def bold(name: str) -> str:
    """An escaped name in bold."""
    return f"**{escaped(name) or UNNAMED}**"


def link(label: str, url: str) -> str:
    """A masked link; the address is validated data, brackets in it are encoded all the same."""
    safe = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    if len(safe) > LONGEST_ADDRESS or not re.fullmatch(r"(?i:https?)://[^\s\\`]+", safe):
        return label
    return f"[{label}]({safe})"


def code(lines: Iterable[str]) -> str:
    """Monospaced lines as a block of its own; a backtick in the data cannot close it."""
    text = "\n".join(map(str.rstrip, lines))
    return "```\n" + text.replace("`", "'").replace("@", "@\u200b") + "\n```\n"


@lru_cache(maxsize=MOST_KEPT)
def left(text: str, width: int) -> str:
    """Cut and padded to the width on screen."""
    text = narrowed(text, width)
    return text + " " * (width - shown_width(text))


@lru_cache(maxsize=MOST_KEPT)
def right(text: str, width: int) -> str:
    """Like ``left``, with the text at the right edge."""
    text = narrowed(text, width)
    return " " * (width - shown_width(text)) + text


def shown_width(text: str) -> int:
    """Columns on screen: wide characters take two, combining and invisible ones none."""
    if text.isascii():
        return len(text)
    shown = (c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def narrowed(text: str, width: int) -> str:
    """At most so many columns, with an ellipsis where it was cut."""
    if shown_width(text) <= width:
        return text
    while text and shown_width(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


@lru_cache(maxsize=MOST_KEPT)
def beginning(name: str, width: int) -> str:
    """As many whole words of a name as fit a column; empty if not even the first does."""
    kept = ""
    for word in one_line(name).split():
        longer = f"{kept} {word}".strip()
        if shown_width(longer) > width:
            break
        kept = longer
    return kept


class Field(NamedTuple):
    """One field of an embed; an empty value leaves it out."""

    name: str
    value: str


def embed(
    title: str,
    description: str,
    fields: Sequence[Field] = (),
    footer: str = "",
    colour: int | None = None,
) -> discord.Embed:
    """An embed within all limits of Discord. What does not fit is cut at a line, last fields first."""
    title, footer = fitted(title, TITLE) or UNNAMED, fitted(footer, FOOTER)
    description = _unbroken(description)
    room = TOTAL - len(title) - len(footer)
    description = cut_at_line(description, min(DESCRIPTION, room))
    room -= len(description)
    result = discord.Embed(title=title, description=description or None, colour=colour)
    for field in [f for f in fields if f.value][:FIELDS]:
        name = fitted(field.name, FIELD_NAME) or UNNAMED
        if len(name) + len(field.value) > room and room < FIELD_NAME:
            break
        value = cut_at_line(_unbroken(field.value), min(FIELD_VALUE, room - len(name)))
        if not value:
            break
        result.add_field(name=name, value=value, inline=False)
        room -= len(name) + len(value)
    if footer:
        result.set_footer(text=footer)
    return result


def _unbroken(text: str) -> str:
    """A number stays on the line of its sign, and a name such as GPT-5.5 on one; names stand in bold."""

    def joined(found: re.Match[str]) -> str:
        return found[0] if "://" in found[0] else _DASH.sub(f"-{JOINER}", found[0])

    return _BOLD.sub(joined, text).replace(" %", f"{NBSP}%")


def cut_at_line(text: str, most: int) -> str:
    """At most so many characters, whole lines where there are several; an open code block is closed."""
    if len(text) <= most:
        return text
    end = "\n```" if text.startswith("```") else ""
    kept = text[: max(0, most - len(end) - 2)]
    kept = kept.rsplit("\n", 1)[0] if "\n" in kept.strip("`\n") else kept
    return f"{kept}\n…{end}" if kept.strip("`\n ") else ""
