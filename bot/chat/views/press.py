"""Press: what a button, menu or form does, rebuilt from its custom id alone. Button: how Discord sees it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import discord

from bot.chat.context import Interaction
from bot.chat.views import custom_id
from bot.chat.views.custom_id import Kind
from bot.errors import OutdatedButton
from bot.words.text import fitted

LONGEST_LABEL, LONGEST_OPTION, LONGEST_HINT = 80, 100, 150


class Press(ABC):
    """One kind of button, menu or form. Subclasses are frozen dataclasses of what it knows, which
    ``custom_id`` writes and reads by the types of their fields; ``name`` stands in the metrics.
    """

    kind: ClassVar[Kind]
    name: ClassVar[str]
    kinds: ClassVar[dict[str, type[Press]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" not in cls.__dict__:
            return
        if cls.kind in Press.kinds:
            raise TypeError(f"two kinds of button with the letter {cls.kind!r}")
        Press.kinds[cls.kind] = cls

    @abstractmethod
    async def pressed(self, interaction: Interaction) -> None:
        """Answer. Raises ``MatchupError`` for what the person can do something about."""

    @property
    def custom_id(self) -> str:
        """At most 100 characters where numbers are as large as they get, and nobody typed more."""
        return custom_id.pack(self.kind, self)

    @staticmethod
    def of(text: str) -> Press:
        """The press of a custom id. Raises ``OutdatedButton`` where there is none (any more)."""
        try:
            kind, fields = custom_id.unpack(text)
            press: Press = custom_id.read(Press.kinds[kind], fields)
        except (ValueError, LookupError) as error:
            raise OutdatedButton from error
        return press


class Button(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r".*", re.DOTALL)):
    """Every button and menu of every message, also those that an older version left: each is answered."""

    @classmethod
    def of(
        cls,
        press: Press,
        label: str,
        *,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        row: int | None = None,
        disabled: bool = False,
    ) -> Self:
        """A button with this label, cut to what Discord shows."""
        shown = fitted(label, LONGEST_LABEL)
        return cls(
            discord.ui.Button(label=shown, custom_id=press.custom_id, style=style, row=row, disabled=disabled)
        )

    @classmethod
    async def from_custom_id(  # type: ignore[override]  # interactions of our own client only
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that somebody pressed, of which the custom id says all."""
        # What is chosen in a menu comes here too; the press reads it from the interaction.
        return cls(discord.ui.Button(custom_id=match.string or "-"))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the press."""
        await interaction.client.press(interaction, self.item.custom_id or "")


# A menu needs no class of its own: what is chosen reaches ``Button`` like a press.
Control = Button | discord.ui.Select[Any]


def menu(
    press: Press,
    options: Sequence[discord.SelectOption],
    hint: str = "",
    row: int | None = None,
    *,
    several: bool = False,
) -> Control:
    """One of at most 25 options, or ``several``, in a row of its own; ``hint`` is shown while none is
    chosen."""
    return discord.ui.Select(
        custom_id=press.custom_id,
        options=list(options),
        placeholder=fitted(hint, LONGEST_HINT) or None,
        max_values=len(options) if several else 1,
        row=row,
    )


def chosen(interaction: Interaction) -> list[str]:
    """The values that were chosen in a menu; empty for a button."""
    given: Mapping[str, Any] = {**(interaction.data or {})}
    return [str(value) for value in given.get("values") or ()]


def chosen_one(interaction: Interaction) -> str:
    """The option that was chosen in a menu. Raises ``OutdatedButton`` where it is not one."""
    match chosen(interaction):
        case [value]:
            return value
    raise OutdatedButton


def option(label: str, value: str, note: str = "", *, chosen: bool = False) -> discord.SelectOption:
    """A choice of a menu, with a smaller ``note`` below it."""
    shown, below = fitted(label, LONGEST_OPTION), fitted(note, LONGEST_OPTION) or None
    return discord.SelectOption(label=shown, value=value, description=below, default=chosen)


def view_of(controls: Sequence[Control]) -> discord.ui.View | None:
    """The buttons and menus as a view that never ends and that nobody has to remember; None without any."""
    if not controls:
        return None
    view = discord.ui.View(timeout=None)
    for control in controls:
        view.add_item(control)
    # Presses reach ``Button`` by its template. A view that listens keeps a timer for every private answer.
    view.stop()
    return view
