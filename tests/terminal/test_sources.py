"""The commands about sources as a person uses them: whole processes, against servers on loopback."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.sources.folder import packaged_tables
from tests.sources.live import OPENROUTER, Live, rates, routed, row_of, serving, snapshot, voted
from tests.terminal.test_cli import PATIENCE, own_tables

GPT = routed("openai/gpt-5.5", "OpenAI: GPT-5.5", "0.0000041", "0.000024", context_length=None)
FREE = routed("openai/gpt-5.5:free", "OpenAI: GPT-5.5 (free)", "0", "0")


@dataclass
class Matchup:
    """The command with a store of its own and OpenRouter alone, or with what makers say of prices too."""

    live: Live
    store: Path
    priced: bool = False

    async def __call__(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit status, output, errors."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHUP_")}
        sources = {
            "MATCHUP_SOURCE_OPENROUTER": self.live.origin,
            "MATCHUP_SOURCE_MODELPRICES": self.live.origin if self.priced else "off",
            "MATCHUP_SOURCE_MODELSDEV": "",
            "MATCHUP_SOURCE_GENAI": "off",
            "MATCHUP_SOURCE_ARENA": "off",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            env={**kept, "MATCHUP_DATABASE": str(self.store), **sources, **variables},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        return process.returncode or 0, out.decode(), err.decode()

    async def json(self, *arguments: str) -> Any:
        status, out, err = await self(*arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)


@pytest.fixture
async def matchup(tmp_path: Path) -> AsyncIterator[Matchup]:
    async with serving() as live:
        live.openrouter(GPT, FREE)
        live.modelprices(snapshot(openai={"gpt-5.5": [rates(4.1, 24, "2026-11-25")]}))
        yield Matchup(live, tmp_path / "m.db")


@pytest.mark.parametrize("options", [("--dry-run",), ()])
async def test_sync_without_a_network_claims_nothing_about_changes(
    matchup: Matchup, options: tuple[str, ...]
) -> None:
    # Nothing listens there.
    nowhere = {"MATCHUP_SOURCE_OPENROUTER": "http://127.0.0.1:9"}
    _, out, _ = await matchup("sync", *options, **nowhere)
    assert "no connection to the server; check the network and the address" in out
    assert "No source could be read, so it is not known what changed." in out
    assert "Nothing" not in out


async def test_sync_says_what_changed_and_then_that_nothing_does(matchup: Matchup) -> None:
    matchup.priced = True
    status, out, err = await matchup("sync", "--dry-run")
    assert (status, err) == (0, "")
    assert "GPT-5.5: price $5 in, $30 out -> $4.1 in, $24 out" in out
    assert "Nothing was written." in out
    _, out, _ = await matchup("sync")
    assert "Took snapshot 2." in out
    assert "Not matched with a model: 1. See matchup unmatched." in out
    _, out, _ = await matchup("sync")
    assert "Nothing changed: snapshot 2 stays." in out
    assert (await matchup.json("model", "gpt-5.5"))["model"]["price"]["input"] == 4.1


async def test_sources_and_what_is_unmatched_are_listed(matchup: Matchup) -> None:
    _, out, _ = await matchup("sources")
    folder, loaded, *live = out.splitlines()
    assert folder == "folder  the tables of the program"
    assert re.fullmatch(rf"  loaded \d{{4}}-.* UTC by release {re.escape(__version__)}, snapshot 1", loaded)
    assert live == [f"openrouter  {matchup.live.origin}{OPENROUTER}", "  never read, 0 models"]
    await matchup("sync", "--source", "openrouter")
    folder, source = await matchup.json("sources")
    assert (folder["name"], folder["origin"], folder["release"]) == ("folder", "packaged", __version__)
    assert (source["state"], source["items"]) == ("good", 2)
    [unmatched] = await matchup.json("unmatched")
    assert (unmatched["source"], unmatched["key"]) == ("openrouter", "openai/gpt-5.5:free")


async def test_a_source_that_is_not_believed_says_why_until_it_is_accepted(matchup: Matchup) -> None:
    matchup.live.openrouter({**GPT, "pricing": {"prompt": "4.1", "completion": "24"}})
    report = await matchup.json("sync")
    assert report["new"] is False
    _, out, _ = await matchup("sources")
    assert "quarantined, 0 models\n" in out
    assert "it states a price of 4,100,000 dollars per million tokens (1 of 1 rows do not fit)\n" in out


async def test_figures_that_are_held_are_listed_and_can_be_accepted(matchup: Matchup) -> None:
    matchup.priced = True
    matchup.live.modelprices(snapshot(openai={"gpt-5.5": [rates(500, 3000, "2026-11-25")]}))
    status, out, err = await matchup("sync")
    assert (status, err) == (0, "")
    assert "Not believed yet: figures of 1 model. See matchup sources --held." in out
    _, out, _ = await matchup("sources", "--held")
    assert out.startswith("GPT-5.5  modelprices openai/gpt-5.5\n  its input price went from 5 to 500 dollars")
    assert (await matchup("sources", "--accept-held", "gpt-9"))[0] == 2
    assert (await matchup("sources", "--accept-held", "GPT-5.5"))[0] == 0
    assert (await matchup.json("model", "gpt-5.5"))["model"]["price"]["input"] == 500


async def test_a_source_that_is_off_or_unknown_is_wrong_use(matchup: Matchup) -> None:
    status, _, err = await matchup("sync", "--source", "modelsdev")
    assert status == 2
    assert err == "No source that is turned on is called “modelsdev”. Turned on is openrouter.\n"


async def test_a_folder_is_loaded_and_not_synced(matchup: Matchup, tmp_path: Path) -> None:
    status, _, err = await matchup("sync", "--source", "folder")
    assert status == 2
    assert "A folder is not read by itself: load it with matchup load DIR." in err
    await asyncio.to_thread(shutil.copytree, packaged_tables(), tmp_path / "tables")
    await matchup("load", str(tmp_path / "tables"))
    _, out, _ = await matchup("sources")
    assert out.splitlines()[0] == f"folder  {tmp_path / 'tables'}"


async def test_boards_and_other_prices_stand_apart_from_our_own_figures(matchup: Matchup) -> None:
    before = await matchup.json("model", "gpt-5.5")
    matchup.live.arena(voted("gpt-5.5-high", 3, 1450))
    matchup.live.benchlm(
        pricing=[{**row_of("gpt-5-5", "GPT-5.5"), "inputPrice": 3, "outputPrice": 20}],
    )
    variables = dict.fromkeys(("MATCHUP_SOURCE_ARENA", "MATCHUP_SOURCE_BENCHLM"), matchup.live.origin)
    status, out, err = await matchup("sync", **variables)
    assert (status, err) == (0, "")
    assert "Places on boards changed for 1 model." in out
    assert "Other prices changed for 1 model." in out
    status, out, err = await matchup("model", "gpt-5.5", COLUMNS="200")
    assert (status, err) == (0, "")
    assert "BenchLM says $3 in, $20 out (" in out
    assert "rank 3 with 1,450 (1,443 to 1,457), listed as gpt-5.5-high, 20 Nov 2026" in out
    after = await matchup.json("model", "gpt-5.5")
    assert [p["board"] for p in after["places"]] == ["Arena text"]
    assert (after["ability"], after["categories"]) == (before["ability"], before["categories"])


async def test_a_backup_can_be_answered_from(matchup: Matchup, tmp_path: Path) -> None:
    matchup.priced = True
    await matchup("sync")
    copy = tmp_path / "copy.db"
    assert (await matchup("backup", str(copy)))[0] == 0
    matchup.store = copy
    assert (await matchup.json("model", "gpt-5.5"))["model"]["price"]["input"] == 4.1
    status, _, err = await matchup("backup", str(copy))
    assert status == 1
    assert err == f"{copy}: there is a file already. Choose another name.\n"


async def test_a_folder_that_is_loaded_gets_what_the_sources_said(matchup: Matchup, tmp_path: Path) -> None:
    matchup.priced = True
    await matchup("sync")
    folder = own_tables(tmp_path / "tables", "GPT-5.5 Pro", "GPT-5.5 Professional")
    status, out, _ = await matchup("load", str(folder))
    assert status == 0
    assert "as snapshot 3." in out
    data = await matchup.json("model", "gpt-5.5")
    assert data["model"]["price"]["input"] == 4.1
