"""Did you mean ...? Asks back which models were meant, and goes on once all of them are settled."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Self

from bot.analysis.comparison import FEWEST, MOST
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model
from bot.catalog.resolve import OFFERED, Open
from bot.chat.answers import Answer, change
from bot.chat.context import Interaction
from bot.chat.embeds.layout import LETTERS, bold
from bot.chat.failures import quoted
from bot.chat.views.custom_id import LONGEST, Form, base36, number
from bot.chat.views.press import Button, Press
from bot.errors import OutdatedButton, WrongModels
from bot.words.names import not_sure

# A model that is settled, or the models of which one is meant.
Slot = int | tuple[int, ...]


def slots(least: int, most: int) -> Form:
    """The form of so many slots."""

    def read(text: str) -> tuple[Slot, ...]:
        # Until there was one question for all, settled models alone stood with dots between them.
        apart = text if "-" in text or text.startswith(".") else text.replace(".", "-")
        found = tuple(map(_slot, apart.split("-")))
        if not least <= len(found) <= most or not all(map(_fits_a_row, found)):
            raise ValueError(text)
        return found

    return Form("[0-9a-z.-]+", _written, read)


def _written(several: Sequence[Slot]) -> str:
    # A dot before each candidate tells an only one from a settled model.
    return "-".join(
        base36(slot) if isinstance(slot, int) else "".join(f".{base36(model)}" for model in slot)
        for slot in several
    )


def _slot(text: str) -> Slot:
    return tuple(map(number, text[1:].split("."))) if text.startswith(".") else number(text)


def _fits_a_row(slot: Slot) -> bool:
    return isinstance(slot, int) or len(slot) == len(set(slot)) <= OFFERED


AtLeastTwo = Annotated[tuple[Slot, ...], slots(FEWEST, MOST)]
Several = Annotated[tuple[Slot, ...], slots(1, MOST)]
One = Annotated[tuple[Slot, ...], slots(1, 1)]


@dataclass(frozen=True)
class Which(Press):
    """Settles one name of a question, whichever that is. ``slots`` is how its models stand after the press,
    in the order typed."""

    slots: Several

    @abstractmethod
    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        """Answer what was asked, of these models."""

    async def pressed(self, interaction: Interaction) -> None:
        catalog = interaction.client.catalog
        settled = [_listed(catalog, slot) for slot in self.slots if isinstance(slot, int)]
        refuse_twice(settled)
        if len(settled) < len(self.slots):
            await change(interaction, self._remaining(catalog))
        else:
            await self.complete(interaction, settled)

    def asked(self, catalog: Catalog, names: Sequence[Model | Open]) -> Answer:
        """The question for the names that are not settled, whatever ``slots`` are now."""
        settled = {name.number for name in names if isinstance(name, Model)}
        offered = [_offered(name, settled) if isinstance(name, Open) else name.number for name in names]
        open_ = [place for place, name in enumerate(names) if isinstance(name, Open)]
        # A name without candidates cannot be settled here, so the others are not asked for either.
        whole = all(slot != () for slot in offered)
        sentences = [
            _lettered(place, len(open_) if whole else 1)
            + not_sure(name.typed, name.reason, len(_candidates(offered[place])), quoted)
            for place, name in enumerate(names)
            if isinstance(name, Open)
        ]
        buttons = replace(self, slots=tuple(offered)).choices(catalog) if whole else ()
        return Answer("\n".join(sentences), buttons=tuple(buttons))

    def choices(self, catalog: Catalog) -> Iterator[Button]:
        """A row of buttons for each open name; models that are no longer listed are left out."""
        open_ = [place for place, slot in enumerate(self.slots) if isinstance(slot, tuple)]
        for row, place in enumerate(open_):
            for model in filter(None, map(catalog.by_number, _candidates(self.slots[place]))):
                label = _lettered(place, len(open_)) + catalog.names.label(model)
                yield Button.of(self.settled(place, model.number), label, row=row)

    def settled(self, place: int, model: int) -> Self:
        """The press that settles a place; the others keep as many candidates as a custom id can hold."""

        for most in range(OFFERED, 0, -1):
            kept = [slot if isinstance(slot, int) else slot[:most] for slot in self.slots]
            kept[place] = model
            press = replace(self, slots=tuple(kept))
            if len(press.custom_id) <= LONGEST:
                break
        return press

    def _remaining(self, catalog: Catalog) -> Answer:
        """The question for the names that are still open; what was typed for them is no longer known."""
        open_ = [slot for slot in self.slots if isinstance(slot, tuple)]
        if not all(any(map(catalog.by_number, slot)) for slot in open_):
            raise OutdatedButton
        sentences = [
            f"Which one do you mean for model {LETTERS[place]}?"
            if isinstance(slot, tuple)
            else f"Model {LETTERS[place]} is {bold(_listed(catalog, slot).display_name)}."
            for place, slot in enumerate(self.slots)
        ]
        return Answer("\n".join(sentences), buttons=tuple(self.choices(catalog)))


def refuse_twice(models: Sequence[Model]) -> None:
    """Raises ``WrongModels`` if one model is there twice."""
    for place, model in enumerate(models):
        if model in models[:place]:
            raise WrongModels(len(models), model.display_name)


def _offered(name: Open, settled: set[int]) -> tuple[int, ...]:
    """The models that may be meant: none that another name is settled for, where there are others."""
    nearest = [model.number for model in name.candidates]
    return tuple([each for each in nearest if each not in settled] or nearest)[:OFFERED]


def _candidates(slot: Slot) -> tuple[int, ...]:
    return slot if isinstance(slot, tuple) else ()


def _lettered(place: int, open_names: int) -> str:
    """Which model a sentence or button is about, where more than one name is open."""
    return f"{LETTERS[place]}: " if open_names > 1 else ""


def _listed(catalog: Catalog, model: int) -> Model:
    listed = catalog.by_number(model)
    if listed is None:
        raise OutdatedButton
    return listed
