"""The answer to /history, and the buttons that settle which model was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from bot.analysis import history
from bot.analysis.comparison import MOST
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Model
from bot.catalog.resolve import Open
from bot.charts.subjects import ranks_over_time
from bot.chat.answers import Answer, add, change
from bot.chat.context import Context, Interaction
from bot.chat.embeds.history import history_embed
from bot.chat.embeds.layout import bold
from bot.chat.failures import quoted
from bot.chat.views import custom_id
from bot.chat.views.press import Button, Press
from bot.errors import OutdatedButton
from bot.words.names import not_sure

# Models offered for a name that is not settled.
OFFERED = 5


async def history_answer(
    client: Context, models: Sequence[Model], category: Category | None, since: date | None
) -> Answer:
    """The ranks of the models since a day. May take seconds when it is asked for the first time."""
    moments = tuple(await client.past())
    if since is not None:
        moments = history.since(moments, since)
    return Answer(
        embed=history_embed(client.catalog, moments, models, category, client.today()),
        picture=ranks_over_time(moments, models, category),
    )


def which_in_history(
    catalog: Catalog, names: Sequence[Model | Open], category: Category | None, since: date | None
) -> Answer:
    """The question for names that are not settled; with buttons if it is a single one."""
    open_ = [name for name in names if isinstance(name, Open)]
    said = [not_sure(n.typed, n.reason, min(len(n.candidates), OFFERED), quoted) for n in open_]
    if len(open_) > 1:
        return Answer("\n".join((*said, "Ask again with the suggestions that come while you type.")))
    buttons = []
    for model in open_[0].candidates[:OFFERED]:
        numbers = tuple(name.number if isinstance(name, Model) else model.number for name in names)
        if len(set(numbers)) == len(numbers):
            buttons.append(Button.of(HistoryOf(numbers, category, since), catalog.names.label(model)))
    return Answer(said[0], buttons=buttons)


@dataclass(frozen=True)
class HistoryOf(Press):
    """Settles the last name of /history."""

    kind: ClassVar[str] = "m"
    name: ClassVar[str] = "history choice"
    numbers: tuple[int, ...]
    category: Category | None
    since: date | None

    def fields(self) -> Sequence[str]:
        return (
            ".".join(map(custom_id.base36, self.numbers)),
            custom_id.category_letter(self.category),
            custom_id.base36(self.since.toordinal()) if self.since else "",
        )

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        numbers, category, since = fields
        found = tuple(map(custom_id.number, numbers.split(".")))
        if not 1 <= len(found) <= MOST:
            raise ValueError(numbers)
        day = date.fromordinal(min(custom_id.number(since), date.max.toordinal())) if since else None
        return cls(found, custom_id.category(category), day)

    async def pressed(self, interaction: Interaction) -> None:
        client = interaction.client
        models = [client.catalog.by_number(number) for number in self.numbers]
        listed = [model for model in models if model]
        if len(listed) < len(models):
            raise OutdatedButton
        await change(interaction, Answer(f"Looking up {', '.join(bold(m.display_name) for m in listed)}."))
        await add(interaction, await history_answer(client, listed, self.category, self.since))
