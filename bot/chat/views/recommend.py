"""The answer to /recommend and its button: compare the picks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.analysis.comparison import FEWEST
from bot.analysis.recommend import Recommendation
from bot.chat.answers import Answer, reply
from bot.chat.context import Context, Interaction
from bot.chat.embeds.recommend import recommendation_embed
from bot.chat.views.comparison import comparison_answer
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Button, Press
from bot.chat.views.question import Question


def recommendation_answer(client: Context, result: Recommendation, owner: int) -> Answer:
    """The recommendation; with a button to compare the picks where there are several."""
    numbers = tuple(choice.model.number for choice in result.picks)
    question = Question(numbers, result.workload, result.lane, True, owner)
    return Answer(
        embed=recommendation_embed(result, client.today()),
        buttons=[Button.of(ComparePicks(question), "Compare them")] if len(numbers) >= FEWEST else [],
    )


@dataclass(frozen=True)
class ComparePicks(Press):
    """Compares the picks in a new message, for the eyes of whoever asks; the recommendation stays."""

    kind = Kind.COMPARE_PICKS
    name = "compare picks"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        question = replace(self.question, owner=interaction.user.id)
        await reply(interaction, comparison_answer(interaction.client, question), private=True)
