"""The options that several commands offer, and where all of them can be used."""

from collections.abc import Callable
from itertools import combinations
from typing import Any, Literal, TypeVar

from discord import app_commands
from discord.app_commands import Choice

from bot.analysis.figures import listed, taken_in
from bot.analysis.limits import Modality
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.catalog.providers import find_provider
from bot.errors import OutdatedCommand, UnknownProvider
from bot.news.alert import Event, Frequency
from bot.words.alerts import EVENTS, OFTEN

Command = TypeVar("Command", bound=app_commands.Command[Any, ..., Any] | app_commands.ContextMenu)

CATEGORIES = [Choice(name=c.value.replace("-", " ").capitalize(), value=c.value) for c in Category]
LANES = [
    Choice(name="Provisional: all scores", value=Lane.PROVISIONAL.value),
    Choice(name="Verified: independent scores only", value=Lane.VERIFIED.value),
]

# Every set of what a model can take in besides text: Discord lets people choose only one choice.
MODALITIES = [
    Choice(name=listed([taken_in(m) for m in several]), value=" ".join(several))
    for count in range(1, len(Modality) + 1)
    for several in combinations(Modality, count)
]


# Likewise, of the events that most people want; all five can be chosen one by one with the Change button.
_WANTED = (Event.RANKING, Event.NEW, Event.PRICE)
ALL_EVENTS = Choice(name="All: also context windows and removed models", value=" ".join(Event))
EVENT_SETS = [
    ALL_EVENTS,
    *(
        Choice(name=listed([EVENTS[e] for e in several]).capitalize(), value=" ".join(several))
        for count in range(1, len(_WANTED) + 1)
        for several in combinations(_WANTED, count)
    ),
]
BOARDS = [
    Choice(name="Overall", value="overall"),
    *CATEGORIES,
    Choice(name="Every ranking", value="every"),
]
FREQUENCIES = [Choice(name=name, value=each.value) for each, name in OFTEN.items()]


def everywhere(command: Command) -> Command:
    """In servers, direct messages and group chats, added to a server or to a person."""
    anywhere: Callable[[Command], Command] = app_commands.allowed_contexts(
        guilds=True, dms=True, private_channels=True
    )
    return app_commands.allowed_installs(guilds=True, users=True)(anywhere(command))


def category(value: str | None) -> Category | None:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return Category(value) if value else None
    except ValueError as error:
        raise OutdatedCommand from error


def lane(value: str | None) -> Lane:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return Lane(value) if value else Lane.PROVISIONAL
    except ValueError as error:
        raise OutdatedCommand from error


def provider(catalog: Catalog, typed: str) -> str:
    """The provider as the catalog writes it. Raises ``UnknownProvider``."""
    found = find_provider(catalog, typed)
    if not isinstance(found, str):
        raise UnknownProvider(typed.strip(), found)
    return found


def events(value: str) -> tuple[Event, ...]:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return tuple(dict.fromkeys(map(Event, value.split())))
    except ValueError as error:
        raise OutdatedCommand from error


def board(value: str) -> Literal["overall", "every"] | Category:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    if value == "overall":
        return "overall"
    if value == "every":
        return "every"
    try:
        return Category(value)
    except ValueError as error:
        raise OutdatedCommand from error


def frequency(value: str) -> Frequency:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return Frequency(value)
    except ValueError as error:
        raise OutdatedCommand from error


def modalities(value: str | None) -> tuple[Modality, ...]:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return tuple(map(Modality, (value or "").split()))
    except ValueError as error:
        raise OutdatedCommand from error
