"""Question: which comparison a button, menu or form is about, and how its answer is shown again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Self

from bot.analysis.comparison import FEWEST, MOST, Comparison, compare
from bot.analysis.fingerprint import fingerprint
from bot.analysis.workload import Workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model
from bot.chat.answers import Answer, change, reply
from bot.chat.context import Context, Interaction
from bot.chat.views.custom_id import numbers
from bot.errors import OutdatedButton

CHANGED = "The data has changed since the answer before this one. This one is current."


OTHER_LANE = {Lane.PROVISIONAL: Lane.VERIFIED, Lane.VERIFIED: Lane.PROVISIONAL}
LANE_LABELS = {Lane.PROVISIONAL: "Provisional lane", Lane.VERIFIED: "Verified lane"}


Compared = Annotated[tuple[int, ...], numbers(FEWEST, MOST)]
"""The numbers of models that are compared."""


@dataclass(frozen=True)
class Question:
    """What was asked: ``numbers`` of models, and by whom (``owner``); ``private`` answers can be shared.

    ``known`` is the fingerprint of what was known of these models at the last answer, None for no answer
    yet and for answers of an older version.
    """

    layout = "numbers lane+private+workload owner known?"
    numbers: Compared
    workload: Workload | None
    lane: Lane
    private: bool
    owner: int
    known: int | None = None

    def compared(self, catalog: Catalog) -> Comparison:
        """Raises ``WrongModels`` for one model named twice, ``OutdatedButton`` for one that is not listed."""
        models = listed_models(catalog, self.numbers)
        return compare(catalog, [model.model_id for model in models], self.workload, self.lane)

    def current(self, catalog: Catalog) -> Self:
        """The same question, to be put below an answer from what is known now."""
        models = [model.model_id for model in listed_models(catalog, self.numbers)]
        return replace(self, known=fingerprint(catalog, models))


def listed_models(catalog: Catalog, numbers: Sequence[int]) -> list[Model]:
    """Raises ``OutdatedButton`` if one of them is no longer listed."""
    models = [model for model in map(catalog.by_number, numbers) if model]
    if len(models) < len(numbers):
        raise OutdatedButton
    return models


def if_changed(before: int | None, now: int | None) -> str:
    """The line that is due where an answer follows one from other data; empty where that is not known."""
    return CHANGED if before not in (None, now) else ""


async def show(
    interaction: Interaction, question: Question, answer: Callable[[Context, Question], Answer]
) -> None:
    """Changes the message for the person who asked; anyone else gets a copy of their own."""
    message = interaction.message
    # Whoever can press a button of a private message is the one it is for.
    if interaction.user.id == question.owner or (message and message.flags.ephemeral):
        await change(interaction, answer(interaction.client, question))
        return
    copy = replace(question, owner=interaction.user.id, private=True)
    await reply(interaction, answer(interaction.client, copy), private=True)
