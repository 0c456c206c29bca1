"""The answer to /leaderboard and its buttons: pages and the other lane."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.analysis.leaderboard import Leaderboard, leaderboard
from bot.catalog.entities import Category, Lane
from bot.charts.subjects import leaderboard_drawing
from bot.chat.answers import Answer, change, reply
from bot.chat.context import Context, Interaction
from bot.chat.embeds.leaderboard import PAGE, leaderboard_embed
from bot.chat.views.custom_id import Kind
from bot.chat.views.paging import page_buttons
from bot.chat.views.press import Button, Press
from bot.chat.views.question import LANE_LABELS, OTHER_LANE
from bot.errors import OutdatedButton


@dataclass(frozen=True)
class BoardQuestion:
    """What was asked, and by whom (``owner``).

    ``provider`` is the number of one of its models: names are too long for a button. ``max_price`` is the
    blended price in USD per million tokens, in steps of ``PRICE_STEP``. ``page`` counts from 0 on.
    """

    layout = "category+lane+open_weights provider max_price page owner"
    category: Category | None
    lane: Lane
    provider: int | None
    open_weights: bool
    max_price: Decimal | None
    page: int
    owner: int


def leaderboard_answer(client: Context, question: BoardQuestion) -> Answer:
    """A page of the board with its buttons; the last page where there are fewer.

    Raises ``OutdatedButton`` if the model that stands for the provider is no longer listed.
    """
    catalog, provider = client.catalog, None
    if question.provider is not None:
        model = catalog.by_number(question.provider)
        if model is None:
            raise OutdatedButton
        provider = model.provider

    def page_of(page: int) -> Leaderboard:
        return leaderboard(
            catalog,
            question.lane,
            question.category,
            open_weights=question.open_weights,
            provider=provider,
            max_price=question.max_price,
            start=page * PAGE,
            limit=PAGE,
        )

    board = page_of(question.page)
    pages = max(1, -(-board.total // PAGE))
    if question.page >= pages:
        question = replace(question, page=pages - 1)
        board = page_of(question.page)
    embed = leaderboard_embed(board, provider, question.open_weights, question.max_price, client.today())
    buttons = page_buttons(lambda page: BoardPage(replace(question, page=page)), question.page, pages)
    other = replace(question, lane=OTHER_LANE[question.lane], page=0)
    buttons.append(Button.of(BoardLane(other), LANE_LABELS[other.lane]))
    return Answer(embed=embed, buttons=buttons, picture=leaderboard_drawing(board))


@dataclass(frozen=True)
class _BoardPress(Press):
    question: BoardQuestion

    async def pressed(self, interaction: Interaction) -> None:
        if interaction.user.id == self.question.owner:
            await change(interaction, leaderboard_answer(interaction.client, self.question))
            return
        copy = replace(self.question, owner=interaction.user.id)
        await reply(interaction, leaderboard_answer(interaction.client, copy), private=True)


@dataclass(frozen=True)
class BoardPage(_BoardPress):
    """Turns the page for the person who asked; anyone else gets a copy of their own."""

    kind = Kind.BOARD_PAGE
    name = "leaderboard page"


@dataclass(frozen=True)
class BoardLane(_BoardPress):
    """Changes the lane for the person who asked; anyone else gets a copy of their own."""

    kind = Kind.BOARD_LANE
    name = "leaderboard lane"
