"""/alerts, /watch and the messages of alerts, as people meet them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import discord
import pytest

from bot.alerts.desk import Desk
from bot.analysis.subscription import Subscription
from bot.catalog.catalog import Catalog
from bot.chat.client import MatchupClient
from bot.chat.cooldown import Cooldowns
from bot.store.store import Store
from tests.chat.conftest import TODAY, Clock, Memory, NewBot, Place, shown
from tests.chat.newsstand import MANAGE, Newsstand, Now, copied, labels, prepared


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Path:
    path = tmp_path_factory.mktemp("known") / "m.db"
    asyncio.run(prepared(path, catalog))
    return path


@pytest.fixture
async def store(known: Path, tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(copied(known, tmp_path / "m.db")) as store:
        yield store


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def new_bot(
    catalog: Catalog,
    memory: Memory,
    clock: Clock,
    observed: list[tuple[str, str]],
    store: Store,
    now: Now,
) -> NewBot:
    def make() -> MatchupClient:
        clock.now += 1000
        return MatchupClient(
            catalog,
            today=lambda: TODAY,
            recall=memory.recall,
            remember=memory.remember,
            desk=Desk(store, now),
            observe=lambda what, outcome, seconds: observed.append((what, outcome)),
            cooldowns=Cooldowns(clock=clock),
            shard_count=1,
        )

    return make


@pytest.fixture
def stand(place: Place, store: Store, now: Now, catalog: Catalog) -> Newsstand:
    guild = place.guild
    cleo = guild.add_member(
        place.env.create_user("cleo"), roles=[guild.create_role("manager", permissions=MANAGE)]
    )
    given = {field.name: getattr(place, field.name) for field in fields(place)}
    return Newsstand(**given, store=store, now=now, catalog=catalog, cleo=cleo)


async def test_a_channel_is_subscribed_and_what_it_will_hear_is_read_back(stand: Newsstand) -> None:
    done = await stand.alerts("subscribe")
    assert done.ephemeral
    (held,) = await stand.kept()
    assert shown(done.response) == (
        f"Alert {held.number} tells <#{stand.general.id}> at once of ranking shifts overall (top 10), new models, "
        "price changes, changed context windows and removed models."
    )
    assert labels(done.response) == ["Change", "Unsubscribe", "Preview"]
    assert held == Subscription(
        number=held.number,
        guild=stand.guild.id,
        place=stand.general.id,
        person=stand.cleo.id,
        told=1,
    )


async def test_news_are_sent_once_and_their_buttons_work_after_a_restart(
    stand: Newsstand, new_bot: NewBot
) -> None:
    await stand.alerts("subscribe")
    await stand.published()
    assert not stand.posted()
    await stand.dearer()
    await stand.published()
    await stand.published()
    (message,) = stand.posted()
    assert "GPT-5.5" in shown_message(message)
    assert labels(message) == ["Unsubscribe", "Change", "Compare these two"]
    await stand.env.restart_bot(new_bot())
    compared = await stand.press(stand.ben, message, label="Compare these two")
    assert compared.ephemeral
    assert "GPT-5.5" in shown(compared.response)
    ended = await stand.press(stand.cleo, message, label="Unsubscribe")
    assert "has ended" in shown(ended.followups[0])
    assert not await stand.kept()


def shown_message(message: discord.Message) -> str:
    (embed,) = message.embeds
    return f"{embed.title}\n{embed.description}"
