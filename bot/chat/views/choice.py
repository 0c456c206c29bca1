"""Did you mean ...? Asks back which models were meant, and answers once all of them are settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.analysis.comparison import FEWEST, MOST
from bot.analysis.figures import listed
from bot.analysis.workload import Workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model
from bot.catalog.names.index import Reason
from bot.catalog.resolve import Open
from bot.charts.drawings import Drawing
from bot.charts.subjects import prices_over_time
from bot.chat.answers import Answer, add, change
from bot.chat.context import Context, Interaction
from bot.chat.embeds.layout import LETTERS, bold
from bot.chat.embeds.model import model_embed
from bot.chat.failures import quoted
from bot.chat.views import custom_id
from bot.chat.views.comparison import comparison_answer
from bot.chat.views.press import Button, NumberPress, Press
from bot.chat.views.question import Question
from bot.errors import OutdatedButton, WrongModels
from bot.words.names import not_sure

# Models offered for a name, and for the only open name if many models share it.
FEW, MANY = 3, 5
WIDE = (Reason.FAMILY, Reason.AMBIGUOUS)

# A model that is settled, or the models of which one is meant.
Slot = int | tuple[int, ...]


@dataclass(frozen=True)
class Which(Press):
    """Settles one name of /compare. ``slots`` is how the names stand after the press, in the order typed."""

    kind: ClassVar[str] = "w"
    name: ClassVar[str] = "model choice"
    slots: tuple[Slot, ...]
    workload: Workload | None
    lane: Lane
    private: bool

    def fields(self) -> Sequence[str]:
        # A dot before each candidate tells an only one from a settled model.
        slots = [
            custom_id.base36(slot)
            if isinstance(slot, int)
            else "".join("." + custom_id.base36(number) for number in slot)
            for slot in self.slots
        ]
        flags = custom_id.lane_letter(self.lane) + custom_id.flag_letter(self.private)
        return "-".join(slots), flags + custom_id.workload_letters(self.workload)

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        slots, flags = fields
        lane, private, workload = flags[:1], flags[1:2], flags[2:]
        read = tuple(_slot(text) for text in slots.split("-"))
        if not FEWEST <= len(read) <= MOST or not all(map(_fits_a_row, read)):
            raise ValueError(slots)
        return cls(read, custom_id.workload(workload), custom_id.lane(lane), custom_id.flag(private))

    async def pressed(self, interaction: Interaction) -> None:
        client = interaction.client
        settled = [_listed(client.catalog, slot) for slot in self.slots if isinstance(slot, int)]
        refuse_twice(settled)
        if len(settled) < len(self.slots):
            await change(interaction, self._remaining(client.catalog))
            return
        numbers = tuple(model.number for model in settled)
        question = Question(numbers, self.workload, self.lane, self.private, interaction.user.id)
        answer = comparison_answer(client, question)
        if self.private:
            await change(interaction, answer)
            return
        names = listed([bold(model.display_name) for model in settled])
        await change(interaction, Answer(f"Comparing {names}."))
        await add(interaction, answer)

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
        return Answer("\n".join(sentences), buttons=tuple(_choices(catalog, self)))


@dataclass(frozen=True)
class WhichModel(NumberPress):
    """Settles the name of /model."""

    kind: ClassVar[str] = "n"
    name: ClassVar[str] = "model choice"

    async def pressed(self, interaction: Interaction) -> None:
        model = _listed(interaction.client.catalog, self.number)
        answer = model_answer(interaction.client, model)
        await change(interaction, Answer(f"{bold(model.display_name)} it is."))
        await add(interaction, answer)


def model_answer(client: Context, model: Model) -> Answer:
    """All about a model; its picture is that of its prices, where these changed."""

    async def prices() -> Drawing | None:
        return prices_over_time(tuple(await client.past()), model)

    return Answer(embed=model_embed(client.catalog, model, client.today()), picture=prices)


def which_of(
    catalog: Catalog, names: Sequence[Model | Open], workload: Workload | None, lane: Lane, private: bool
) -> Answer:
    """The question for the names of /compare that are not settled."""
    open_ = [name for name in names if isinstance(name, Open)]
    most = _most(open_)
    slots = tuple(
        tuple(model.number for model in name.candidates[:most]) if isinstance(name, Open) else name.number
        for name in names
    )
    # A name without candidates cannot be settled here, so the others are not asked for either.
    asked = all(name.candidates for name in open_)
    sentences = [
        _lettered(place, len(open_) if asked else 1)
        + not_sure(name.typed, name.reason, min(len(name.candidates), most), quoted)
        for place, name in enumerate(names)
        if isinstance(name, Open)
    ]
    buttons = tuple(_choices(catalog, Which(slots, workload, lane, private))) if asked else ()
    return Answer("\n".join(sentences), buttons=buttons)


def which_model(catalog: Catalog, name: Open) -> Answer:
    """The question for the name of /model."""
    candidates = name.candidates[: _most([name])]
    return Answer(
        not_sure(name.typed, name.reason, len(candidates), quoted),
        buttons=[Button.of(WhichModel(m.number), catalog.names.label(m)) for m in candidates],
    )


def _most(names: Sequence[Open]) -> int:
    """Models offered for each open name: the nearest, and more of a family where there is room."""
    return MANY if len(names) == 1 and names[0].reason in WIDE else FEW


def refuse_twice(models: Sequence[Model]) -> None:
    """Raises ``WrongModels`` if one model is there twice."""
    for place, model in enumerate(models):
        if model in models[:place]:
            raise WrongModels(len(models), model.display_name)


def _choices(catalog: Catalog, asked: Which) -> Iterator[Button]:
    """A row of buttons for each open name; models that are no longer listed are left out."""
    open_ = [place for place, slot in enumerate(asked.slots) if isinstance(slot, tuple)]
    for row, place in enumerate(open_):
        slot = asked.slots[place]
        for model in filter(None, map(catalog.by_number, slot if isinstance(slot, tuple) else ())):
            label = _lettered(place, len(open_)) + catalog.names.label(model)
            yield Button.of(_settled(asked, place, model.number), label, row=row)


def _lettered(place: int, open_names: int) -> str:
    """Which model a sentence or button is about, where more than one name is open."""
    return f"{LETTERS[place]}: " if open_names > 1 else ""


def _settled(asked: Which, place: int, number: int) -> Which:
    """The press that settles a place; the others keep as many candidates as a custom id can hold."""

    def press(most: int) -> Which:
        slots = [slot if isinstance(slot, int) else slot[:most] for slot in asked.slots]
        slots[place] = number
        return Which(tuple(slots), asked.workload, asked.lane, asked.private)

    return next((p for p in (press(FEW), press(2)) if len(p.custom_id) <= custom_id.LONGEST), press(1))


def _slot(text: str) -> Slot:
    if text.startswith("."):
        return tuple(custom_id.number(number) for number in text[1:].split("."))
    return custom_id.number(text)


def _fits_a_row(slot: Slot) -> bool:
    return isinstance(slot, int) or len(slot) == len(set(slot)) <= MANY


def _listed(catalog: Catalog, number: int) -> Model:
    model = catalog.by_number(number)
    if model is None:
        raise OutdatedButton
    return model
