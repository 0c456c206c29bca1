"""The bench for every test of this folder."""

import multiprocessing
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.packaged import PACKAGED
from bot.store.store import Store
from tests.sources.bench import CLAUDE, FOLDER, GPT, Bench
from tests.sources.live import serving
from tests.store.facts import NOW

# Each process that reads a source imports the same: here that is done once for hundreds of them.
if "forkserver" in multiprocessing.get_all_start_methods():
    multiprocessing.set_forkserver_preload(["__main__", "bot.sources.sync"])


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with serving() as live, await Store.open(tmp_path / "m.db") as store:
        await store.load(FOLDER, PACKAGED, "1.0", NOW)
        live.openrouter(GPT, CLAUDE)
        yield Bench(store, live)
