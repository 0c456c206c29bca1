"""The answer to /history, and the buttons that settle which model was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis import history
from bot.catalog.entities import Category, Model
from bot.charts.subjects import ranks_over_time
from bot.chat.answers import Answer, add, change
from bot.chat.context import Context, Interaction
from bot.chat.embeds.history import history_embed
from bot.chat.embeds.layout import bold
from bot.chat.views.choice import Which
from bot.chat.views.custom_id import Kind


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


@dataclass(frozen=True)
class WhichInHistory(Which):
    """Settles a name of /history."""

    kind = Kind.WHICH_IN_HISTORY
    name = "history choice"
    category: Category | None
    since: date | None

    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        await change(interaction, Answer(f"Looking up {', '.join(bold(m.display_name) for m in models)}."))
        await add(interaction, await history_answer(interaction.client, models, self.category, self.since))
