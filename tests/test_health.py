"""The health pages."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.health import HOST, Condition, HealthServer, Metrics
from bot.store.deliveries import DeliveryCounts

DELIVERIES = DeliveryCounts(due=3, unknown=1, sent=70, paused=2)
WELL = Condition(
    ready=True, snapshot=7, catalog_age=12.34, fit_failed=None, latency=0.0421, alerts=DELIVERIES
)


class Bot:
    """Something whose condition changes."""

    condition = WELL


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def metrics(bot: Bot) -> Metrics:
    return Metrics(lambda: bot.condition)


@pytest.fixture
async def address(metrics: Metrics) -> AsyncIterator[str]:
    async with HealthServer(metrics, 0) as server:
        yield f"http://{HOST}:{server.port}"


async def test_a_connected_bot_is_well(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {
            "ready": True,
            "snapshot": 7,
            "catalog_age_s": 12.3,
            "abilities": "current",
            "quarantined": {},
            "alerts": {"due": 3, "unknown": 1, "sent": 70, "paused": 2},
            "latency_ms": 42.1,
        }


async def test_a_bot_without_connection_is_not(address: str, bot: Bot) -> None:
    bot.condition = replace(WELL, ready=False, latency=None)
    async with aiohttp.ClientSession() as session, session.get(f"{address}/healthz") as answer:
        assert answer.status == 503
        assert (await answer.json())["latency_ms"] is None


async def test_a_source_that_is_not_believed_is_told(address: str, bot: Bot) -> None:
    bot.condition = replace(WELL, quarantined={"openrouter": "it lists no model"})
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/healthz") as answer:
            assert answer.status == 200
            assert (await answer.json())["quarantined"] == {"openrouter": "it lists no model"}
        async with session.get(f"{address}/metrics") as answer:
            assert "matchup_sources_quarantined 1.0" in await answer.text()


async def test_abilities_that_could_not_be_worked_out_are_told(address: str, bot: Bot) -> None:
    bot.condition = replace(WELL, fit_failed="values that are not finite")
    async with aiohttp.ClientSession() as session, session.get(f"{address}/healthz") as answer:
        assert answer.status == 200
        assert (await answer.json())["abilities"] == "of an earlier snapshot: values that are not finite"


async def test_the_metrics_count_interactions_by_command_and_outcome(address: str, metrics: Metrics) -> None:
    metrics.observe("compare", "answered", 0.003)
    metrics.observe("compare", "answered", 0.2)
    metrics.observe("all tests", "failed", 0.001)
    async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    assert 'matchup_interactions_total{command="compare",outcome="answered"} 2.0' in lines
    assert 'matchup_interactions_total{command="all tests",outcome="failed"} 1.0' in lines
    assert 'matchup_interaction_seconds_bucket{command="compare",le="0.1"} 1.0' in lines
    assert "matchup_catalog_age_seconds 12.34" in lines
    assert "matchup_catalog_snapshot 7.0" in lines
    assert "matchup_ready 1.0" in lines
    alerts = {line for line in lines if line.startswith("matchup_alerts")}
    assert alerts == {
        "matchup_alerts_due 3.0",
        "matchup_alerts_unknown 1.0",
        "matchup_alerts_sent 70.0",
        "matchup_alerts_paused 2.0",
    }


async def test_the_pages_are_for_this_machine_only(metrics: Metrics) -> None:
    async with HealthServer(metrics, 0) as server:
        assert server._runner.addresses == [("127.0.0.1", server.port)]


async def test_a_port_that_is_taken_is_an_error_of_the_system(metrics: Metrics) -> None:
    async with HealthServer(metrics, 0) as server:
        with pytest.raises(OSError, match="address already in use"):
            await HealthServer(metrics, server.port).__aenter__()
