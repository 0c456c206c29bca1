"""All tests of a comparison, page by page, in an order of choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from bot.chat.answers import Answer, reply
from bot.chat.context import Context, Interaction
from bot.chat.embeds.benchmarks import Order, benchmark_pages
from bot.chat.views.custom_id import Kind, letters
from bot.chat.views.paging import page_buttons
from bot.chat.views.press import Button, Press
from bot.chat.views.question import Question, if_changed, show
from bot.chat.views.share import Shareable, share_button

# Capital letters, which no number has.
_ORDER = letters({"": Order.CATEGORY, "G": Order.GAP, "D": Order.DATE})
_ORDER_LABELS = {Order.CATEGORY: "By category", Order.GAP: "By gap", Order.DATE: "By date"}


@dataclass(frozen=True)
class AllTests(Press):
    """Opens the list of all tests for the eyes of the person alone."""

    kind = Kind.ALL_TESTS
    name = "all tests"
    question: Question

    async def pressed(self, interaction: Interaction) -> None:
        question = replace(self.question, owner=interaction.user.id, private=True)
        await reply(interaction, PageOfTests(question, 0).answer(interaction.client), private=True)


@dataclass(frozen=True)
class PageOfTests(Shareable):
    """Turns to a page of that list, from 0 on; the last page where there are fewer."""

    kind = Kind.PAGE_OF_TESTS
    name = "tests page"
    layout = "question page+order"
    question: Question
    page: int
    order: Annotated[Order, _ORDER] = Order.CATEGORY

    async def pressed(self, interaction: Interaction) -> None:
        def turned(client: Context, question: Question) -> Answer:
            return replace(self, question=question).answer(client)

        await show(interaction, self.question, turned)

    def shared(self, client: Context, person: int) -> Answer:
        return replace(self, question=replace(self.question, owner=person, private=False)).answer(client)

    def answer(self, client: Context) -> Answer:
        """The page with its buttons. Raises as ``Question.compared`` does."""
        pages = benchmark_pages(self.question.compared(client.catalog), self.order)
        page = min(self.page, len(pages) - 1)
        here = replace(self, question=self.question.current(client.catalog), page=page)
        buttons = page_buttons(lambda number: replace(here, page=number), page, len(pages))
        buttons += [
            Button.of(replace(here, page=0, order=order), label, row=1)
            for order, label in _ORDER_LABELS.items()
            if order is not self.order
        ]
        if here.question.private:
            buttons.append(share_button(here, row=1))
        content = if_changed(self.question.known, here.question.known)
        return Answer(content, embed=pages[page], buttons=buttons)
