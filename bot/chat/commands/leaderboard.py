"""/leaderboard: which models are ahead."""

from __future__ import annotations

from decimal import Decimal

from discord import app_commands

from bot.catalog.providers import provider_number
from bot.chat import completion
from bot.chat.answers import reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.views.custom_id import PRICE_STEP
from bot.chat.views.leaderboard import BoardQuestion, leaderboard_answer
from bot.errors import OutdatedCommand

HIGHEST_PRICE = 1_000_000


@options.everywhere
@app_commands.command(description="The best AI models, overall or in one category")
@app_commands.describe(
    category="What the models are measured by",
    lane="Which scores count",
    provider="Only models of one provider",
    open_weights="Only models that anybody may run",
    max_price="At most so many US dollars per million tokens (3 parts input, 1 part output)",
)
@app_commands.choices(category=options.CATEGORIES, lane=options.LANES)
@app_commands.autocomplete(provider=completion.providers)
async def leaderboard(
    interaction: Interaction,
    category: str | None = None,
    lane: str | None = None,
    provider: str | None = None,
    open_weights: bool = False,
    max_price: app_commands.Range[float, 0, HIGHEST_PRICE] | None = None,
) -> None:
    """Answer with the first page. Raises ``UnknownProvider``, ``OutdatedCommand``."""
    if max_price is not None and not 0 <= max_price <= HIGHEST_PRICE:
        raise OutdatedCommand
    catalog = interaction.client.catalog
    chosen = options.provider(catalog, provider) if provider and provider.strip() else None
    question = BoardQuestion(
        category=options.category(category),
        lane=options.lane(lane),
        provider=None if chosen is None else provider_number(catalog, chosen),
        open_weights=open_weights,
        max_price=None if max_price is None else Decimal(str(max_price)).quantize(PRICE_STEP),
        page=0,
        owner=interaction.user.id,
    )
    await reply(interaction, leaderboard_answer(interaction.client, question), private=False)
