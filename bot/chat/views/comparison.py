"""The answer to /compare and its buttons: all tests, the other lane, share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from bot.analysis.comparison import FEWEST, MOST, Comparison, compare
from bot.analysis.explain import explain
from bot.analysis.workload import Workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from bot.charts.subjects import compared
from bot.chat.answers import Answer, add, change, reply
from bot.chat.embeds.benchmarks import benchmark_pages
from bot.chat.embeds.comparison import comparison_embed
from bot.chat.embeds.explain import explanation_embed
from bot.chat.errors import OutdatedButton
from bot.chat.views import custom_id
from bot.chat.views.paging import page_buttons
from bot.chat.views.press import Button, Press

if TYPE_CHECKING:
    from bot.chat.client import Interaction, MatchupClient

OTHER_LANE = {Lane.PROVISIONAL: Lane.VERIFIED, Lane.VERIFIED: Lane.PROVISIONAL}
LANE_LABELS = {Lane.PROVISIONAL: "Provisional lane", Lane.VERIFIED: "Verified lane"}


@dataclass(frozen=True)
class Question:
    """What was asked: ``numbers`` of models, and by whom (``owner``); ``private`` answers can be shared."""

    numbers: tuple[int, ...]
    workload: Workload | None
    lane: Lane
    private: bool
    owner: int

    def compared(self, catalog: Catalog) -> Comparison:
        """Raises ``WrongModels`` for one model named twice, ``OutdatedButton`` for one that is not listed."""
        models = [catalog.by_number(number) for number in self.numbers]
        listed = [model.model_id for model in models if model]
        if len(listed) < len(models):
            raise OutdatedButton
        return compare(catalog, listed, self.workload, self.lane)

    def fields(self) -> tuple[str, ...]:
        return (
            ".".join(map(custom_id.base36, self.numbers)),
            custom_id.lane_letter(self.lane)
            + custom_id.flag_letter(self.private)
            + custom_id.workload_letters(self.workload),
            custom_id.base36(self.owner),
        )

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        numbers, flags, owner = fields
        lane, private, workload = flags[:1], flags[1:2], flags[2:]
        found = tuple(map(custom_id.number, numbers.split(".")))
        if not FEWEST <= len(found) <= MOST:
            raise ValueError(numbers)
        return cls(
            numbers=found,
            workload=custom_id.workload(workload),
            lane=custom_id.lane(lane),
            private=custom_id.flag(private),
            owner=custom_id.number(owner),
        )


def comparison_answer(client: MatchupClient, question: Question) -> Answer:
    """The comparison with its buttons. Raises as ``Question.compared`` does."""
    comparison = question.compared(client.catalog)
    other = replace(question, lane=OTHER_LANE[question.lane])
    buttons = [Button.of(Why(question), "Why?")] if comparison.pick.call else []
    if comparison.categories:
        buttons.append(Button.of(AllTests(question), "All tests"))
    buttons.append(Button.of(InLane(other), LANE_LABELS[other.lane]))
    if question.private:
        buttons.append(Button.of(Share(question), "Share"))
    embed = comparison_embed(comparison, client.today())
    return Answer(embed=embed, buttons=buttons, picture=compared(comparison))


@dataclass(frozen=True)
class ComparisonPress(Press):
    """A button that knows a comparison."""

    question: Question

    def fields(self) -> Sequence[str]:
        return self.question.fields()

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        return cls(Question.read(fields))


@dataclass(frozen=True)
class InLane(ComparisonPress):
    """Shows the answer in its lane: changed for the person who asked, a copy of their own for anyone else."""

    kind: ClassVar[str] = "l"
    name: ClassVar[str] = "comparison lane"

    async def pressed(self, interaction: Interaction) -> None:
        if interaction.user.id == self.question.owner:
            await change(interaction, comparison_answer(interaction.client, self.question))
            return
        copy = replace(self.question, owner=interaction.user.id, private=True)
        await reply(interaction, comparison_answer(interaction.client, copy), private=True)


@dataclass(frozen=True)
class Share(ComparisonPress):
    """Posts a private answer for everybody in the channel."""

    kind: ClassVar[str] = "s"
    name: ClassVar[str] = "share"

    async def pressed(self, interaction: Interaction) -> None:
        public = replace(self.question, owner=interaction.user.id, private=False)
        answer = comparison_answer(interaction.client, public)
        # The private copy loses its button, so that nobody posts the same answer twice.
        await change(interaction, answer)
        await add(interaction, answer)


@dataclass(frozen=True)
class AllTests(ComparisonPress):
    """Opens the list of all tests for the eyes of the person alone."""

    kind: ClassVar[str] = "t"
    name: ClassVar[str] = "all tests"

    async def pressed(self, interaction: Interaction) -> None:
        await reply(interaction, _tests_answer(interaction.client, self.question, 0), private=True)


@dataclass(frozen=True)
class Why(ComparisonPress):
    """Opens why the call came out so; of several models, for the first one against the runner-up."""

    kind: ClassVar[str] = "y"
    name: ClassVar[str] = "why"

    async def pressed(self, interaction: Interaction) -> None:
        client, question = interaction.client, self.question
        comparison = question.compared(client.catalog)
        one, other = (m.model_id for m in comparison.models[:FEWEST])
        if len(comparison.models) > FEWEST and (call := comparison.pick.call):
            one, other = call.ahead, call.rival
        result = explain(client.catalog, one, other, question.workload, question.lane)
        answer = Answer(embed=explanation_embed(result, client.today()))
        await reply(interaction, answer, private=True)


@dataclass(frozen=True)
class PageOfTests(Press):
    """Turns to a page of that list, from 0 on."""

    kind: ClassVar[str] = "p"
    name: ClassVar[str] = "tests page"
    question: Question
    page: int

    def fields(self) -> Sequence[str]:
        return (*self.question.fields(), custom_id.base36(self.page))

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        *question, page = fields
        return cls(Question.read(question), custom_id.number(page))

    async def pressed(self, interaction: Interaction) -> None:
        await change(interaction, _tests_answer(interaction.client, self.question, self.page))


def _tests_answer(client: MatchupClient, question: Question, page: int) -> Answer:
    pages = benchmark_pages(question.compared(client.catalog))
    page = min(page, len(pages) - 1)
    return Answer(
        embed=pages[page],
        buttons=page_buttons(lambda number: PageOfTests(question, number), page, len(pages)),
    )
