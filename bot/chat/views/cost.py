"""My cost: what the models of a comparison cost for the use that a person states in a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.analysis.fingerprint import fingerprint
from bot.analysis.usage import read_usage
from bot.chat.answers import Answer, change, reply
from bot.chat.context import Context, Interaction
from bot.chat.embeds.usage import usage_embed
from bot.chat.failures import quoted
from bot.chat.views import custom_id, form
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Button
from bot.chat.views.question import Compared, if_changed, listed_models
from bot.chat.views.share import Shareable, share_button
from bot.errors import WrongUsage
from bot.words.errors import words
from bot.words.text import one_line

KEYS = ("in", "out", "cached")
# Characters that can be typed, and those that are kept where a custom id has no room for more.
LONGEST, KEPT, LONGEST_SHARE = 24, 16, 8
# Stands between the fields of a custom id; higher characters count twice there.
SEPARATOR, LAST_OF_ONE_UNIT = ":", "\uffff"


@dataclass(frozen=True)
class CostPress(Shareable):
    """A button or form that knows the models and the use.

    ``typed`` is what stands in the form: tokens in, tokens out, the cached share. ``owner`` is the person
    whose answer the button is below, None below a comparison. ``known`` is as in ``Question``.
    """

    numbers: Compared
    known: int | None = None
    owner: int | None = None
    typed: tuple[str, str, str] = ("", "", "")

    def shared(self, client: Context, person: int) -> Answer:
        return self.answer(client, person, private=False)

    def answer(self, client: Context, owner: int, *, private: bool) -> Answer:
        """The bills with their buttons. Raises ``OutdatedButton`` and ``WrongUsage``."""
        usage = read_usage(*self.typed)
        models = listed_models(client.catalog, self.numbers)
        known = fingerprint(client.catalog, [m.model_id for m in models])
        ask = AskCost(self.numbers, known, owner, self.typed)
        return Answer(
            if_changed(self.known, known),
            embed=usage_embed(models, usage, client.today()),
            buttons=[Button.of(ask, "Change the figures"), *([share_button(ask)] if private else [])],
        )


@dataclass(frozen=True)
class AskCost(CostPress):
    """Asks for the use, with what was typed before."""

    kind = Kind.ASK_COST
    name = "ask for the cost"

    async def pressed(self, interaction: Interaction) -> None:
        listed_models(interaction.client.catalog, self.numbers)
        tokens_in, tokens_out, cached = self.typed
        await form.ask(
            interaction,
            Cost(self.numbers, self.known, self.owner),
            "What it costs you",
            form.text(
                "in",
                "Tokens in a month",
                note="What the model reads, with instructions and what was said before",
                hint="2M, 1,500,000 or 2M in requests of 300k",
                most=LONGEST,
                held=tokens_in,
            ),
            form.text(
                "out",
                "Tokens out a month",
                note="What the model writes, with its thinking",
                hint="500k",
                most=LONGEST,
                held=tokens_out,
            ),
            form.text(
                "cached",
                "Cached share of the input",
                note="In percent; leave it empty if you do not know",
                hint="30 %",
                most=LONGEST_SHARE,
                held=cached,
                needed=False,
            ),
        )


@dataclass(frozen=True)
class Cost(CostPress):
    """Answers with the cost of the use that the form states, for the eyes of the person alone."""

    kind = Kind.COST
    name = "cost"

    async def pressed(self, interaction: Interaction) -> None:
        said, person, message = form.sent(interaction), interaction.user.id, interaction.message
        tokens_in, tokens_out, cached = (said.get(key, "") for key in KEYS)
        try:
            usage = read_usage(tokens_in, tokens_out, cached)
        except WrongUsage as error:
            interaction.extras["outcome"] = "refused"
            again = _to_correct(AskCost(self.numbers, self.known, person), (tokens_in, tokens_out, cached))
            answer = Answer(words(error, quoted), buttons=[Button.of(again, "Correct it")])
            await reply(interaction, answer, private=True)
            return
        typed = (
            _held(tokens_in, usage.input_tokens, usage.request_tokens),
            _held(tokens_out, usage.output_tokens),
            _held(cached, usage.cached_percent),
        )
        asked, mine = replace(self, typed=typed), bool(message and message.flags.ephemeral)
        answer = asked.answer(interaction.client, person, private=mine or self.owner != person)
        if self.owner is not None and (mine or self.owner == person):
            await change(interaction, answer)
        else:
            await reply(interaction, answer, private=True)


def _held(typed: str, read: Decimal | int | None, request: int | None = None) -> str:
    """A figure as it was typed, or plainly where that is long or uses other signs."""
    text = one_line(typed)
    if text.isascii() and len(text) <= KEPT:
        return text
    plainly = "" if read is None else f"{Decimal(read):f}"
    return f"{plainly}@{request}" if request else plainly


def _to_correct(ask: AskCost, typed: tuple[str, str, str]) -> AskCost:
    """With what was typed, so that nobody types it again; cut only where the models leave no room."""
    tokens_in, tokens_out, cached = (
        "".join(c for c in one_line(text) if c != SEPARATOR and c <= LAST_OF_ONE_UNIT) for text in typed
    )

    def press(most: int) -> AskCost:
        return replace(ask, typed=(tokens_in[:most], tokens_out[:most], cached[:LONGEST_SHARE]))

    whole = press(LONGEST)
    return whole if len(whole.custom_id) <= custom_id.LONGEST else press(KEPT)
