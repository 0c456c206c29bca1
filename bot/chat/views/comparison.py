"""The answer to /compare and what can be done with it: other priorities, lanes and models, why, share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import discord

from bot.analysis import figures
from bot.analysis.comparison import FEWEST, Comparison
from bot.analysis.explain import explain
from bot.analysis.workload import OVERALL, PRESETS, Workload, mix
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model
from bot.catalog.resolve import Open, resolve
from bot.charts.subjects import comparison_drawing
from bot.chat.answers import Answer, add, change, reply
from bot.chat.context import Context, Interaction
from bot.chat.embeds.comparison import FIGURES, comparison_embed
from bot.chat.embeds.explain import explanation_embed
from bot.chat.embeds.layout import bold
from bot.chat.views import custom_id, form
from bot.chat.views.all_tests import AllTests
from bot.chat.views.choice import AtLeastTwo, Which
from bot.chat.views.cost import AskCost
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Button, Control, Press, chosen_one, menu, option
from bot.chat.views.question import (
    LANE_LABELS,
    OTHER_LANE,
    Question,
    if_changed,
    listed_models,
    show,
)
from bot.chat.views.share import Shareable, post, share_button
from bot.chat.views.subscribe import SubscribeHere
from bot.errors import OutdatedButton

# Stands for no workload in the menu, which knows no empty values.
OVERALL_VALUE = "-"
# The rows below an answer: the menu, what to do with the models, what to do with the answer.
PLAY, SHOW = 1, 2
LONGEST_NAME = 100


def comparison_answer(client: Context, question: Question) -> Answer:
    """The comparison with all that can be done with it. Raises as ``Question.compared`` does."""
    comparison = question.compared(client.catalog)
    current = question.current(client.catalog)
    return Answer(
        if_changed(question.known, current.known),
        embed=comparison_embed(comparison, client.today()),
        buttons=list(_controls(comparison, current, client)),
        picture=comparison_drawing(comparison),
        drawn=FIGURES,
    )


def _controls(comparison: Comparison, question: Question, client: Context) -> Iterator[Control]:
    if comparison.categories:
        yield menu(Prefer(question), list(_priorities(question.workload)))
    if comparison.pick.call:
        yield Button.of(Why(question), "Why?", row=PLAY)
    if comparison.categories:
        yield Button.of(AllTests(question), "All tests", row=PLAY)
    yield Button.of(AskSwap(question), "Swap", row=PLAY)
    if any(model.price for model in comparison.models):
        yield Button.of(AskCost(question.numbers, question.known), "My cost", row=PLAY)
    other = replace(question, lane=OTHER_LANE[question.lane])
    yield Button.of(InLane(other), LANE_LABELS[other.lane], row=SHOW)
    if question.private:
        yield Button.of(ShareComparison(question), "Share", row=SHOW)
    if client.gallery.draws and any(comparison.abilities):
        yield Button.of(AllFigures(question), "All figures", row=SHOW)
    if client.store is not None:
        yield Button.of(SubscribeHere(question.numbers), "Subscribe here", row=SHOW)


def _value(workload: Workload | None) -> str:
    return OVERALL_VALUE if workload in (None, OVERALL) else custom_id.workload_letters(workload)


# What is always offered, by value: label and note.
_PRIORITIES = (
    {OVERALL_VALUE: ("Priority: overall", "All categories")}
    | {_value(Workload.of({c: 1})): (f"Priority: {figures.category(c)}", "") for c in Category}
    | {_value(preset): (f"Workload: {preset.name}", mix(preset)) for preset in PRESETS}
)


def _priorities(workload: Workload | None) -> Iterator[discord.SelectOption]:
    """What is always offered, and the mix that was asked for if it is none of it."""
    now, offered = _value(workload), _PRIORITIES
    if workload and now not in offered:
        offered = offered | {now: ("Workload: your mix", mix(workload))}
    for value, (label, note) in offered.items():
        yield option(label, value, note, chosen=value == now)


@dataclass(frozen=True)
class WhichToCompare(Which):
    """Settles a name of /compare."""

    kind = Kind.WHICH_TO_COMPARE
    name = "model choice"
    layout = "slots lane+private+workload"
    slots: AtLeastTwo
    workload: Workload | None
    lane: Lane
    private: bool

    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        numbers = tuple(model.number for model in models)
        question = Question(numbers, self.workload, self.lane, self.private, interaction.user.id)
        answer = comparison_answer(interaction.client, question)
        if self.private:
            await change(interaction, answer)
            return
        names = figures.listed([bold(model.display_name) for model in models])
        await change(interaction, Answer(f"Comparing {names}."))
        await add(interaction, answer)


@dataclass(frozen=True)
class Prefer(Press):
    """Ranks again for what was chosen in the menu."""

    kind = Kind.PREFER
    name = "comparison priority"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        value = chosen_one(interaction)
        try:
            workload = None if value == OVERALL_VALUE else custom_id.workload(value)
        except (ValueError, LookupError) as error:
            raise OutdatedButton from error
        await show(interaction, replace(self.question, workload=workload), comparison_answer)


@dataclass(frozen=True)
class InLane(Press):
    """Shows the answer in its lane."""

    kind = Kind.IN_LANE
    name = "comparison lane"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        await show(interaction, self.question, comparison_answer)


@dataclass(frozen=True)
class ShareComparison(Press):
    """Posts a private answer for everybody in the channel."""

    kind = Kind.SHARE_COMPARISON
    name = "share"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        public = replace(self.question, owner=interaction.user.id, private=False)
        await post(interaction, self, comparison_answer(interaction.client, public))


@dataclass(frozen=True)
class AllFigures(Press):
    """Opens what the picture shows, in figures, and all else that is known of the comparison."""

    kind = Kind.ALL_FIGURES
    name = "all figures"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        client = interaction.client
        comparison = self.question.compared(client.catalog)
        current = self.question.current(client.catalog)
        content = if_changed(self.question.known, current.known)
        await reply(
            interaction, Answer(content, embed=comparison_embed(comparison, client.today())), private=True
        )


@dataclass(frozen=True)
class Why(Shareable):
    """Opens why the call came out so; of several models, for the first one against the runner-up."""

    kind = Kind.WHY
    name = "why"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        answer = self._answer(interaction.client)
        await reply(interaction, replace(answer, buttons=[share_button(self)]), private=True)

    def shared(self, client: Context, person: int) -> Answer:
        return self._answer(client)

    def _answer(self, client: Context) -> Answer:
        question, catalog = self.question, client.catalog
        comparison = question.compared(catalog)
        one, other = (m.model_id for m in comparison.models[:FEWEST])
        if len(comparison.models) > FEWEST and (call := comparison.pick.call):
            one, other = call.ahead, call.rival
        result = explain(catalog, one, other, question.workload, question.lane)
        content = if_changed(question.known, question.current(catalog).known)
        return Answer(content, embed=explanation_embed(result, client.today()))


@dataclass(frozen=True)
class AskSwap(Press):
    """Asks which model to replace, and by which one."""

    kind = Kind.ASK_SWAP
    name = "ask for a swap"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        catalog = interaction.client.catalog
        models = listed_models(catalog, self.question.numbers)
        options = [option(catalog.names.label(m), str(place)) for place, m in enumerate(models)]
        await form.ask(
            interaction,
            Swap(self.question),
            "Swap a model",
            form.choice("place", "Take out", options),
            form.text(
                "name", "Put in", hint="A model, as you would say it: opus 4.8, gpt 5.5", most=LONGEST_NAME
            ),
        )


@dataclass(frozen=True)
class Swap(Press):
    """Swaps the model as the form says, or asks which one was meant."""

    kind = Kind.SWAP
    name = "swap"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        said = form.sent(interaction)
        places = {str(place): place for place in range(len(self.question.numbers))}
        if said.get("place") not in places or "name" not in said:
            raise OutdatedButton
        place, name = places[said["place"]], resolve(interaction.client.catalog, said["name"])
        if isinstance(name, Model):
            await show(interaction, _swapped(self.question, place, name.number), comparison_answer)
            return

        def asked(client: Context, question: Question) -> Answer:
            return _which(client.catalog, comparison_answer(client, question), question, place, name)

        interaction.extras["outcome"] = "asked back"
        await show(interaction, self.question, asked)


@dataclass(frozen=True)
class WhichToSwap(Which):
    """Settles the name of a swap, with the models as they are once it is made."""

    kind = Kind.WHICH_TO_SWAP
    name = "swap choice"
    layout = "slots lane+private+workload owner"
    slots: AtLeastTwo
    workload: Workload | None
    lane: Lane
    private: bool
    owner: int

    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        numbers = tuple(model.number for model in models)
        question = Question(numbers, self.workload, self.lane, self.private, self.owner)
        await show(interaction, question, comparison_answer)


@dataclass(frozen=True)
class SwapFor(Press):
    """Swaps a model for the one that was chosen in a menu, as messages of older versions have it."""

    kind = Kind.SWAP_FOR
    name = "swap choice"
    question: Question
    place: int

    def __post_init__(self) -> None:
        if self.place >= len(self.question.numbers):
            raise ValueError(self.place)

    async def pressed(self, interaction: Interaction) -> None:
        try:
            number = custom_id.number(chosen_one(interaction))
        except ValueError as error:
            raise OutdatedButton from error
        await show(interaction, _swapped(self.question, self.place, number), comparison_answer)


def _swapped(question: Question, place: int, number: int) -> Question:
    """With another model in this place; a new answer, of which nothing can have changed."""
    numbers = (*question.numbers[:place], number, *question.numbers[place + 1 :])
    return replace(question, numbers=numbers, known=None)


def _which(catalog: Catalog, answer: Answer, question: Question, place: int, name: Open) -> Answer:
    """The answer with the question which model was meant, in place of its menu."""
    names: list[Model | Open] = [*listed_models(catalog, question.numbers)]
    names[place] = name
    which = WhichToSwap((), question.workload, question.lane, question.private, question.owner)
    asked = which.asked(catalog, names)
    others = [control for control in answer.buttons if isinstance(control, Button)]
    return replace(answer, content=asked.content, buttons=[*asked.buttons, *others])
