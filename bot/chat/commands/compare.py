"""/compare: which of two to four models to use."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands

from bot.analysis.workload import asked_workload
from bot.catalog.entities import Model
from bot.catalog.resolve import resolve_all, settings_of
from bot.chat import completion
from bot.chat.answers import ask_back, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.failures import quoted
from bot.chat.views.choice import refuse_twice
from bot.chat.views.comparison import WhichToCompare, comparison_answer
from bot.chat.views.question import Question
from bot.words.names import settings_typed


@options.everywhere
@app_commands.command(description="Compare two to four AI models: which one to use, and how sure that is")
@app_commands.describe(
    model_a="A model",
    model_b="The model to compare it with",
    model_c="A third model",
    model_d="A fourth model",
    priority="One category that matters most to you",
    workload="What you want it for: coding assistant, or 70 coding, 30 agentic",
    lane="Which scores count",
    private="Show the answer only to you",
)
@app_commands.choices(priority=options.CATEGORIES, lane=options.LANES)
@app_commands.autocomplete(
    model_a=completion.models("model_a"),
    model_b=completion.models("model_b"),
    model_c=completion.models("model_c"),
    model_d=completion.models("model_d"),
    workload=completion.workloads,
)
async def compare(
    interaction: Interaction,
    model_a: str,
    model_b: str,
    model_c: str | None = None,
    model_d: str | None = None,
    priority: str | None = None,
    workload: str | None = None,
    lane: str | None = None,
    private: bool = False,
) -> None:
    """Compare the models, or ask which ones are meant. Raises ``WrongModels`` and what ``wanted`` raises."""
    client = interaction.client
    mix, which = asked_workload(options.category(priority), workload), options.lane(lane)
    typed = (model_a, model_b, model_c, model_d)
    names = resolve_all(client.catalog, typed)
    settled = [name for name in names if isinstance(name, Model)]
    refuse_twice(settled)
    if len(settled) < len(names):
        await ask_back(interaction, WhichToCompare((), mix, which, private).asked(client.catalog, names))
        return
    numbers = tuple(model.number for model in settled)
    question = Question(numbers, mix, which, private, interaction.user.id)
    said = settings_typed(settings_of(client.catalog, typed), quoted)
    answer = comparison_answer(client, question)
    await reply(interaction, replace(answer, content=answer.content or said), private=private)
