"""/leaderboard: which models are ahead."""

from __future__ import annotations

from decimal import Decimal

from discord import app_commands

from bot.catalog.catalog import Catalog
from bot.chat import completion
from bot.chat.answers import reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.views.custom_id import PRICE_STEP
from bot.chat.views.leaderboard import BoardQuestion, leaderboard_answer, provider_number
from bot.errors import OutdatedCommand, UnknownProvider

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
    if max_price is not None and not 0 <= max_price <= HIGHEST_PRICE:
        raise OutdatedCommand
    question = BoardQuestion(
        category=options.category(category),
        lane=options.lane(lane),
        provider=_provider(interaction.client.catalog, provider),
        open_weights=open_weights,
        max_price=None if max_price is None else Decimal(str(max_price)).quantize(PRICE_STEP),
        page=0,
        owner=interaction.user.id,
    )
    await reply(interaction, leaderboard_answer(interaction.client, question), private=False)


def _provider(catalog: Catalog, typed: str | None) -> int | None:
    """What stands for the provider in the buttons. Raises ``UnknownProvider``."""
    name = (typed or "").strip()
    if not name:
        return None
    number = provider_number(catalog, name)
    if number is None:
        raise UnknownProvider(name, completion.nearest_providers(catalog, name))
    return number
