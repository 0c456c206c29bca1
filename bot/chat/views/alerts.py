"""The messages of alerts and their buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.alerts.publisher import Message
from bot.catalog.entities import Lane, Price
from bot.charts.subjects import news_drawing
from bot.chat.embeds.alert import alert_embed
from bot.chat.gallery import Gallery
from bot.chat.views.alert_settings import ChangeAlert, Unsubscribe
from bot.chat.views.press import Button, view_of
from bot.chat.views.question import Question
from bot.chat.views.recommend import ComparePicks
from bot.news.kinds import (
    Change,
    MethodChange,
    NewModel,
    NewScores,
    Overtaking,
    PriceChange,
    RankShift,
    importance,
)
from bot.words.alerts import silence_words

if TYPE_CHECKING:
    from bot.news.editions import Edition
    from bot.store.deliveries import Claim


async def alert_message(
    gallery: Gallery, claim: Claim, edition: Edition | None, changes: tuple[Change, ...]
) -> Message:
    """A message of an alert, with a picture of many changes; without an edition the notice to whoever made it
    that it is silent."""
    alert = claim.alert
    if edition is None:
        return Message(content=silence_words(alert, f"<#{alert.channel}>"))
    role = f"<@&{alert.role}>" if alert.role else None
    buttons = [
        # The first one tells this delivery from all others.
        Button.of(Unsubscribe(alert.number, claim.number), "Unsubscribe"),
        Button.of(ChangeAlert(alert.number), "Change"),
        *_compare_buttons(changes),
    ]
    embed = alert_embed(changes, alert, edition.since)
    picture = await gallery.whole(news_drawing(sorted(changes, key=importance, reverse=True)))
    return Message(role, embed, view_of(buttons), picture)


def _compare_buttons(changes: Sequence[Change]) -> list[Button]:
    """Compares two models of the most important change that speaks of two, else the first two of all."""
    ordered = sorted(changes, key=importance, reverse=True)
    pairs = (pair for change in ordered if len(pair := tuple(_models(change))) > 1)
    numbers = next(pairs, tuple(dict.fromkeys(n for change in ordered for n in _models(change))))
    if len(numbers) < 2:
        return []
    question = Question(numbers[:2], None, Lane.PROVISIONAL, True, 0)
    return [Button.of(ComparePicks(question), "Compare these two")]


def _models(change: Change) -> Iterator[int]:
    """The numbers of the model and of the one that the words set beside it, if any."""
    if isinstance(change, MethodChange | NewScores):
        return
    yield change.model.number
    match change:
        case Overtaking(other=other):
            yield other.number
        case RankShift(past=past) if past is not None:
            yield past.number
        case NewModel(ahead_of=(first, *_)):
            yield first.number
        case NewModel(past=past) if past is not None:
            yield past.number
        case NewModel(beside=beside) | PriceChange(beside=beside, after=Price()) if beside is not None:
            yield beside.number
