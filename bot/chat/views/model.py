"""The answer to /model, and the buttons that settle which model was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog.entities import Model
from bot.charts.drawings import Drawing
from bot.charts.subjects import prices_over_time
from bot.chat.answers import Answer, add, change
from bot.chat.context import Context, Interaction
from bot.chat.embeds.layout import bold
from bot.chat.embeds.model import model_embed
from bot.chat.views.choice import One, Which
from bot.chat.views.custom_id import Kind


def model_answer(client: Context, model: Model) -> Answer:
    """All about a model; its picture is that of its prices, where these changed."""

    async def prices() -> Drawing | None:
        return prices_over_time(tuple(await client.past()), model)

    return Answer(embed=model_embed(client.catalog, model, client.today()), picture=prices)


@dataclass(frozen=True)
class WhichModel(Which):
    """Settles the name of /model."""

    kind = Kind.WHICH_MODEL
    name = "model choice"
    slots: One

    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        (model,) = models
        answer = model_answer(interaction.client, model)
        await change(interaction, Answer(f"{bold(model.display_name)} it is."))
        await add(interaction, answer)
