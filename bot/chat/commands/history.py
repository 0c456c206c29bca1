"""/history: where models stood, then and now."""

from __future__ import annotations

from datetime import date

from discord import app_commands

from bot.catalog.entities import Model
from bot.catalog.resolve import resolve_all
from bot.chat import completion
from bot.chat.answers import ask_back, reply_soon
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.views.choice import refuse_twice
from bot.chat.views.history import WhichInHistory, history_answer
from bot.errors import NoDay


@options.everywhere
@app_commands.command(description="How the ranks of one to four AI models changed over time")
@app_commands.describe(
    model_a="A model",
    model_b="A second model",
    model_c="A third model",
    model_d="A fourth model",
    category="What the models are ranked by",
    since="From which day on, such as 2026-06-15",
)
@app_commands.choices(category=options.CATEGORIES)
@app_commands.autocomplete(
    model_a=completion.models("model_a"),
    model_b=completion.models("model_b"),
    model_c=completion.models("model_c"),
    model_d=completion.models("model_d"),
)
async def history(
    interaction: Interaction,
    model_a: str,
    model_b: str | None = None,
    model_c: str | None = None,
    model_d: str | None = None,
    category: str | None = None,
    since: str | None = None,
) -> None:
    """Answer with the ranks over time, or ask which models are meant. Raises ``WrongModels``, ``NoDay``."""
    client, about, day = interaction.client, options.category(category), _day(since)
    names = resolve_all(client.catalog, (model_a, model_b, model_c, model_d))
    settled = [name for name in names if isinstance(name, Model)]
    refuse_twice(settled)
    if len(settled) < len(names):
        await ask_back(interaction, WhichInHistory((), about, day).asked(client.catalog, names))
        return
    await reply_soon(interaction, history_answer(client, settled, about, day))


def _day(typed: str | None) -> date | None:
    """Raises ``NoDay``."""
    if not (typed or "").strip():
        return None
    try:
        return date.fromisoformat(str(typed).strip())
    except ValueError:
        raise NoDay(str(typed)) from None
