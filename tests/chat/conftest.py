"""The real client on a simulated Discord, answering from the tables that ship with the program."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import discord
import pytest
import simcord

from bot.catalog.catalog import Catalog
from bot.chat.client import MatchupClient
from bot.chat.cooldown import Cooldowns
from bot.sources.fits import read_fitted
from bot.sources.folder import packaged_tables
from bot.store.store import Store
from tests.wire.openapi import DiscordSchema

TODAY = date(2026, 9, 1)
# Discord's numbers of two kinds of component.
BUTTON, MENU = 2, 3


@dataclass
class Memory:
    """A store's memory, which can be made to fail."""

    kept: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    async def recall(self, key: str) -> str | None:
        self._check()
        return self.kept.get(key)

    async def remember(self, key: str, value: str) -> None:
        self._check()
        self.kept[key] = value

    def _check(self) -> None:
        if self.broken:
            raise OSError("the disk is gone")


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return read_fitted(packaged_tables())


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def observed() -> list[tuple[str, str]]:
    """What the metrics were told: what was asked, and how it ended."""
    return []


NewBot = Callable[[], MatchupClient]


@pytest.fixture
def store() -> Store | None:
    """Where alerts are kept; most tests need none."""
    return None


@pytest.fixture
def now() -> Callable[[], datetime]:
    return lambda: datetime.now(UTC)


@pytest.fixture
def new_bot(
    catalog: Catalog,
    memory: Memory,
    clock: Clock,
    store: Store | None,
    now: Callable[[], datetime],
    observed: list[tuple[str, str]],
) -> NewBot:
    """Makes a client as a new start of the process would."""

    def make() -> MatchupClient:
        return MatchupClient(
            catalog,
            today=lambda: TODAY,
            recall=memory.recall,
            remember=memory.remember,
            store=store,
            now=now,
            observe=lambda what, outcome, seconds: observed.append((what, outcome)),
            cooldowns=Cooldowns(clock=clock),
            shard_count=1,
        )

    return make


@pytest.fixture
def simcord_bot(new_bot: NewBot) -> MatchupClient:
    return new_bot()


@pytest.fixture(scope="session")
def schema() -> DiscordSchema:
    return DiscordSchema.published()


@dataclass
class Reply:
    """What the bot made of one command or press."""

    result: simcord.InteractionResult

    @property
    def response(self) -> simcord.ResponseMessage:
        """The new message, or the one whose button was pressed."""
        assert self.result.response
        return self.result.response

    @property
    def ephemeral(self) -> bool:
        return self.result.ephemeral

    @property
    def followups(self) -> list[simcord.ResponseMessage]:
        return self.result.followups


@dataclass
class Place:
    """A server with the channel `#general`, in which Ada and Ben are."""

    env: simcord.Env
    guild: simcord.GuildHandle
    general: simcord.ChannelHandle
    ada: simcord.MemberActor
    ben: simcord.MemberActor

    async def ask(self, person: simcord.MemberActor, command: str, **options: Any) -> Reply:
        """Somebody uses a command in `#general`."""
        return Reply(await person.slash(self.general, command, **options))

    async def compare(self, model_a: str, model_b: str, **options: Any) -> Reply:
        """Ada uses /compare."""
        return await self.ask(self.ada, "compare", model_a=model_a, model_b=model_b, **options)

    async def leaderboard(self, **options: Any) -> Reply:
        """Ada uses /leaderboard."""
        return await self.ask(self.ada, "leaderboard", **options)

    async def press(
        self,
        person: simcord.MemberActor,
        message: simcord.ResponseMessage | discord.Message,
        label: str | None = None,
        custom_id: str | None = None,
    ) -> Reply:
        """Somebody presses a button."""
        return Reply(await person.click(message, label=label, custom_id=custom_id))

    async def choose(
        self, person: simcord.MemberActor, message: simcord.ResponseMessage, label: str
    ) -> Reply:
        """Somebody chooses from the menu below a message."""
        return Reply(
            await person.select(message, [offered(message)[label]], custom_id=menu(message)["custom_id"])
        )

    async def fill(self, person: simcord.MemberActor, opened: Reply, **typed: str | list[str]) -> Reply:
        """Somebody fills in the form that a press has opened, and sends it."""
        return Reply(await person.submit_modal(opened.result, dict(typed)))

    @property
    def client(self) -> MatchupClient:
        """The client that runs now."""
        assert isinstance(self.env.bot, MatchupClient)
        return self.env.bot

    def posted(self) -> list[discord.Message]:
        """What everybody in the channel sees of the bot, oldest first."""
        return [m for m in self.general.history() if not m.flags.ephemeral]

    def refused(self, *kinds: type[Exception]) -> None:
        """The commands so far were refused for these reasons and no other."""
        causes = [getattr(e, "original", e.__cause__) for e in self.env.errors]
        assert tuple(map(type, causes)) == kinds


@pytest.fixture
def place(simcord_env: simcord.Env, schema: DiscordSchema) -> Iterator[Place]:
    """Afterwards everything sent has to fit Discord's description of its API."""
    # Real seconds that an answer may take, its picture among them: far more than it does, for busy machines.
    simcord_env.settle_timeout = 60
    guild = simcord_env.create_guild()
    yield Place(
        env=simcord_env,
        guild=guild,
        general=guild.create_text_channel("general"),
        ada=guild.add_member(simcord_env.create_user("ada")),
        ben=guild.add_member(simcord_env.create_user("ben")),
    )
    wrong = {
        f"{sent.method} {sent.path}": problems
        for sent in simcord_env.http_requests
        if (problems := schema.check(sent.method, sent.path, sent.json))
    }
    assert not wrong


def buttons(message: simcord.ResponseMessage) -> dict[str, str]:
    """The custom ids of the buttons that can be pressed, by label."""
    return {
        button["label"]: button["custom_id"]
        for row in message.components
        for button in row["components"]
        if button["type"] == BUTTON and not button.get("disabled")
    }


def menu(message: simcord.ResponseMessage) -> dict[str, Any]:
    """The menu below a message, of which there is one."""
    (found,) = [part for row in message.components for part in row["components"] if part["type"] == MENU]
    return found


def offered(message: simcord.ResponseMessage) -> dict[str, str]:
    """The values of the menu, by label."""
    return {each["label"]: each["value"] for each in menu(message)["options"]}


def selected(message: simcord.ResponseMessage) -> str:
    """The label that the menu shows as chosen."""
    (label,) = [each["label"] for each in menu(message)["options"] if each.get("default")]
    return str(label)


def shown(message: simcord.ResponseMessage) -> str:
    """All text of a message, with plain spaces."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    return "\n".join(filter(None, parts)).replace("\u00a0", " ").replace("\u2060", "")
