"""The answer to /leaderboard and its buttons: pages and the other lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Self

from bot.analysis.leaderboard import Leaderboard, leaderboard
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.charts.subjects import leaderboard_drawing
from bot.chat.answers import Answer, change, reply
from bot.chat.context import Context, Interaction
from bot.chat.embeds.leaderboard import PAGE, leaderboard_embed
from bot.chat.views import custom_id
from bot.chat.views.paging import page_buttons
from bot.chat.views.press import Button, Press
from bot.chat.views.question import LANE_LABELS, OTHER_LANE
from bot.errors import OutdatedButton

# Prices are kept in custom ids as whole millionths of a dollar.
PRICE_STEP = Decimal("0.000001")


@dataclass(frozen=True)
class BoardQuestion:
    """What was asked, and by whom (``owner``).

    ``provider`` is the number of one of its models: names are too long for a button. ``max_price`` is the
    blended price in USD per million tokens, in steps of ``PRICE_STEP``. ``page`` counts from 0 on.
    """

    category: Category | None
    lane: Lane
    provider: int | None
    open_weights: bool
    max_price: Decimal | None
    page: int
    owner: int

    def fields(self) -> tuple[str, ...]:
        price = None if self.max_price is None else int(self.max_price / PRICE_STEP)
        return (
            custom_id.category_letter(self.category)
            + custom_id.lane_letter(self.lane)
            + custom_id.flag_letter(self.open_weights),
            "" if self.provider is None else custom_id.base36(self.provider),
            "" if price is None else custom_id.base36(price),
            custom_id.base36(self.page),
            custom_id.base36(self.owner),
        )

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        flags, provider, price, page, owner = fields
        category, lane, open_weights = list(flags)
        return cls(
            category=custom_id.category(category),
            lane=custom_id.lane(lane),
            provider=custom_id.number(provider) if provider else None,
            open_weights=custom_id.flag(open_weights),
            max_price=custom_id.number(price) * PRICE_STEP if price else None,
            page=custom_id.number(page),
            owner=custom_id.number(owner),
        )


def provider_number(catalog: Catalog, provider: str) -> int | None:
    """What stands for a provider in a button: the lowest number of its models; None for an unknown name."""
    wanted = provider.casefold()
    return min((m.number for m in catalog.models.values() if m.provider.casefold() == wanted), default=None)


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

    def fields(self) -> Sequence[str]:
        return self.question.fields()

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        return cls(BoardQuestion.read(fields))

    async def pressed(self, interaction: Interaction) -> None:
        if interaction.user.id == self.question.owner:
            await change(interaction, leaderboard_answer(interaction.client, self.question))
            return
        copy = replace(self.question, owner=interaction.user.id)
        await reply(interaction, leaderboard_answer(interaction.client, copy), private=True)


@dataclass(frozen=True)
class BoardPage(_BoardPress):
    """Turns the page for the person who asked; anyone else gets a copy of their own."""

    kind: ClassVar[str] = "b"
    name: ClassVar[str] = "leaderboard page"


@dataclass(frozen=True)
class BoardLane(_BoardPress):
    """Changes the lane for the person who asked; anyone else gets a copy of their own."""

    kind: ClassVar[str] = "o"
    name: ClassVar[str] = "leaderboard lane"
