"""Question: which comparison a button, menu or form is about, and how its answer is shown again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot.analysis.comparison import FEWEST, MOST, Comparison, compare
from bot.analysis.fingerprint import fingerprint
from bot.analysis.workload import Workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model
from bot.chat.answers import Answer, change, reply
from bot.chat.context import Context, Interaction
from bot.chat.views import custom_id
from bot.chat.views.press import Press
from bot.errors import OutdatedButton

CHANGED = "The data has changed since the answer before this one. This one is current."


OTHER_LANE = {Lane.PROVISIONAL: Lane.VERIFIED, Lane.VERIFIED: Lane.PROVISIONAL}
LANE_LABELS = {Lane.PROVISIONAL: "Provisional lane", Lane.VERIFIED: "Verified lane"}


@dataclass(frozen=True)
class Question:
    """What was asked: ``numbers`` of models, and by whom (``owner``); ``private`` answers can be shared.

    ``known`` is the fingerprint of what was known of these models at the last answer, None for no answer
    yet and for answers of an older version.
    """

    numbers: tuple[int, ...]
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

    def fields(self) -> tuple[str, ...]:
        known = () if self.known is None else (custom_id.base36(self.known),)
        return (
            ".".join(map(custom_id.base36, self.numbers)),
            custom_id.lane_letter(self.lane)
            + custom_id.flag_letter(self.private)
            + custom_id.workload_letters(self.workload),
            custom_id.base36(self.owner),
            *known,
        )

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        numbers, flags, owner, *known = fields
        lane, private, workload = flags[:1], flags[1:2], flags[2:]
        return cls(
            numbers=model_numbers(numbers),
            workload=custom_id.workload(workload),
            lane=custom_id.lane(lane),
            private=custom_id.flag(private),
            owner=custom_id.number(owner),
            known=custom_id.number(*known) if known else None,
        )


def model_numbers(text: str) -> tuple[int, ...]:
    """Two to four numbers with dots between them. Raises ``ValueError`` for anything else."""
    numbers = tuple(map(custom_id.number, text.split(".")))
    if not FEWEST <= len(numbers) <= MOST:
        raise ValueError(text)
    return numbers


def listed_models(catalog: Catalog, numbers: Sequence[int]) -> list[Model]:
    """Raises ``OutdatedButton`` if one of them is no longer listed."""
    models = [model for model in map(catalog.by_number, numbers) if model]
    if len(models) < len(numbers):
        raise OutdatedButton
    return models


def if_changed(before: int | None, now: int | None) -> str:
    """The line that is due where an answer follows one from other data; empty where that is not known."""
    return CHANGED if before not in (None, now) else ""


@dataclass(frozen=True)
class QuestionPress(Press):
    """A button, menu or form that knows a comparison."""

    question: Question

    def fields(self) -> Sequence[str]:
        return self.question.fields()

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        return cls(Question.read(fields))


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
