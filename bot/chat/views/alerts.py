"""The messages of alerts and their buttons: unsubscribe, change, compare these two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from bot.alerts.editions import silent
from bot.alerts.publisher import Message
from bot.analysis.change_kinds import Change, MethodChange, Overtaking, importance
from bot.catalog.entities import Lane
from bot.chat.answers import Answer, reply
from bot.chat.embeds.alert import alert_embed
from bot.chat.views import custom_id
from bot.chat.views.comparison import Question
from bot.chat.views.press import Button, Press, view_of
from bot.chat.views.recommend import ComparePicks

if TYPE_CHECKING:
    from bot.chat.client import Interaction
    from bot.store.dispatch import Claim
    from bot.store.outbox import Edition


async def alert_message(claim: Claim, edition: Edition | None, heard: tuple[Change, ...]) -> Message:
    """A message of an alert; without an edition the notice to whoever made it that it is silent."""
    subscription = claim.subscription
    if edition is None:
        return Message(content=silent(subscription, f"<#{subscription.place}>"))
    role = f"<@&{subscription.role}>" if subscription.role else None
    buttons = [Button.of(Unsubscribe(subscription.number, claim.number), "Unsubscribe")]
    return Message(
        content=role,
        embed=alert_embed(heard, subscription, edition.since),
        view=view_of([*buttons, *_compared(heard)]),
    )


def _compared(heard: Sequence[Change]) -> list[Button]:
    """Compares the first two models that the message speaks of."""
    numbers: list[int] = []
    for change in sorted(heard, key=importance, reverse=True):
        if not isinstance(change, MethodChange):
            about = [change.model, *([change.other] if isinstance(change, Overtaking) else [])]
            numbers += [m.number for m in about if m.number not in numbers]
    if len(numbers) < 2:
        return []
    question = Question((numbers[0], numbers[1]), None, Lane.PROVISIONAL, True, 0)
    return [Button.of(ComparePicks(question), "Compare these two")]


@dataclass(frozen=True)
class Unsubscribe(Press):
    """Ends an alert. ``delivery`` tells its message from all others."""

    subscription: int
    delivery: int

    kind: ClassVar[str] = "u"
    name: ClassVar[str] = "unsubscribe"

    def fields(self) -> Sequence[str]:
        return custom_id.base36(self.subscription), custom_id.base36(self.delivery)

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        subscription, delivery = map(custom_id.number, fields)
        return cls(subscription, delivery)

    async def pressed(self, interaction: Interaction) -> None:
        await reply(interaction, Answer(content="Not yet."), private=True)
