"""A bot that keeps alerts, in a server where Cleo may manage all channels, and Ada and Ben none."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.store.store import Store
from tests.chat.alerts.newsstand import MANAGE, Newsstand, Now, copied, prepared
from tests.chat.conftest import Place


@pytest.fixture(scope="session")
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
def stand(place: Place, store: Store, now: Now, catalog: Catalog) -> Newsstand:
    role = place.guild.create_role("manager", permissions=MANAGE)
    cleo = place.guild.add_member(place.env.create_user("cleo"), roles=[role])
    given = {field.name: getattr(place, field.name) for field in fields(place)}
    return Newsstand(**given, store=store, now=now, catalog=catalog, cleo=cleo)
