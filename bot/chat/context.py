"""What a command or a press may ask of the client that it was sent to."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

import discord

from bot.analysis.history import Moment
from bot.catalog.catalog import Catalog
from bot.chat.gallery import Gallery
from bot.store.store import Store

# What is known of earlier days, the oldest first; may take seconds when it is asked for the first time.
PastMoments = Callable[[], Awaitable[Sequence[Moment]]]


class Context(discord.AutoShardedClient):
    """The client as its handlers see it.

    ``catalog`` is what is known now, ``today`` the date that ages are counted from, ``store`` keeps alerts
    (None where there are none), ``now`` is the moment with its zone, ``gallery`` gets pictures.
    """

    catalog: Catalog
    today: Callable[[], date]
    now: Callable[[], datetime]
    store: Store | None
    gallery: Gallery
    past: PastMoments

    @property
    @abstractmethod
    def install_link(self) -> str:
        """Where a person adds the bot to a server."""

    @abstractmethod
    def first_share(self, message: int, custom_id: str) -> bool:
        """Whether this answer in this message is shared for the first time, as far as is remembered."""

    @abstractmethod
    async def press(self, interaction: "Interaction", custom_id: str) -> None:
        """Answer a press on any button, a choice in a menu or a form that was sent; never raises."""


Interaction = discord.Interaction[Context]
