"""/recommend: which models to use for a workload, within a budget."""

from __future__ import annotations

from decimal import Decimal

from discord import app_commands

from bot.analysis.recommend import recommend as recommended
from bot.analysis.workload import read_workload
from bot.chat import completion
from bot.chat.answers import reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.views.recommend import recommendation_answer
from bot.errors import OutdatedCommand

HIGHEST_BUDGET, LARGEST_CONTEXT = 1_000_000, 1_000_000_000


@options.everywhere
@app_commands.command(description="The best AI models for what you do and what you want to pay")
@app_commands.describe(
    workload="What you want it for: coding assistant, or 70 coding, 30 agentic",
    budget="At most so many US dollars per million tokens",
    context="At least so many tokens of context",
    open_weights="Only models that anybody may run",
    modalities="What it has to take in besides text",
    lane="Which scores count",
    private="Show the answer only to you",
)
@app_commands.choices(modalities=options.MODALITIES, lane=options.LANES)
@app_commands.autocomplete(workload=completion.workloads)
async def recommend(
    interaction: Interaction,
    workload: str,
    budget: app_commands.Range[float, 0, HIGHEST_BUDGET] | None = None,
    context: app_commands.Range[int, 1, LARGEST_CONTEXT] | None = None,
    open_weights: bool = False,
    modalities: str | None = None,
    lane: str | None = None,
    private: bool = False,
) -> None:
    """Answer with the models to use for a task."""
    if not (0 <= (budget or 0) <= HIGHEST_BUDGET and 1 <= (context or 1) <= LARGEST_CONTEXT):
        raise OutdatedCommand
    client = interaction.client
    result = recommended(
        client.catalog,
        read_workload(workload),
        None if budget is None else Decimal(str(budget)),
        context,
        open_weights,
        options.modalities(modalities),
        options.lane(lane),
    )
    await reply(interaction, recommendation_answer(client, result, interaction.user.id), private=private)
