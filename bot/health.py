"""Is it well? `GET /healthz` and Prometheus' `/metrics`, for this machine only."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Self

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from bot.errors import PortTaken
from bot.store.deliveries import DeliveryCounts

HOST = "127.0.0.1"
SLOWEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)


@dataclass(frozen=True)
class Condition:
    """Connected to Discord or not; from which snapshot it answers, taken how many seconds ago.

    ``latency`` is the gateway's, in seconds; None while not connected. ``fit_failed`` says why the abilities
    of the snapshot could not be worked out, so that those of an earlier one stand in; None if they could.
    ``quarantined`` are the live sources that are not believed, with the reason.
    """

    ready: bool
    snapshot: int
    catalog_age: float
    fit_failed: str | None
    latency: float | None
    quarantined: Mapping[str, str] = field(default_factory=dict)
    alerts: DeliveryCounts = field(default_factory=DeliveryCounts)


class Metrics:
    """Counts what ``MatchupClient`` observes; labels are names of commands and buttons, and outcomes."""

    def __init__(self, condition: Callable[[], Condition]) -> None:
        self.condition = condition
        self.registry = CollectorRegistry()
        self._interactions = Counter(
            "matchup_interactions",
            "Commands and presses of buttons by what was asked and how it ended",
            ("command", "outcome"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "matchup_interaction_seconds",
            "Seconds from receiving an interaction to having answered it",
            ("command",),
            buckets=SLOWEST,
            registry=self.registry,
        )
        readings: dict[tuple[str, str], Callable[[Condition], float]] = {
            ("matchup_ready", "1 while connected to Discord"): lambda now: now.ready,
            ("matchup_catalog_snapshot", "Snapshot that answers come from"): lambda now: now.snapshot,
            ("matchup_catalog_age_seconds", "Seconds since it was taken"): lambda now: now.catalog_age,
            ("matchup_sources_quarantined", "Live sources that are not believed"): (
                lambda now: len(now.quarantined)
            ),
            ("matchup_alerts_due", "Messages of alerts that are to be sent"): lambda now: now.alerts.due,
            ("matchup_alerts_unknown", "Messages that may or may not have arrived"): (
                lambda now: now.alerts.unknown
            ),
            ("matchup_alerts_sent", "Messages sent in the last 35 days"): lambda now: now.alerts.sent,
            ("matchup_alerts_paused", "Alerts that the bot cannot deliver"): lambda now: now.alerts.paused,
            ("matchup_gateway_latency_seconds", "Seconds from heartbeat to reply, 0 without a connection"): (
                lambda now: now.latency or 0
            ),
        }
        for (name, text), reading in readings.items():
            self._show(Gauge(name, text, registry=self.registry), reading)

    def _show(self, gauge: Gauge, reading: Callable[[Condition], float]) -> None:
        gauge.set_function(lambda: reading(self.condition()))

    def observe(self, what: str, outcome: str, seconds: float) -> None:
        """Count an interaction: what was asked, how it ended, and the seconds that it took."""
        self._interactions.labels(what, outcome).inc()
        self._seconds.labels(what).observe(seconds)

    def text(self) -> bytes:
        """All metrics as Prometheus reads them."""
        return generate_latest(self.registry)


@asynccontextmanager
async def health_pages(metrics: Metrics, port: int) -> AsyncIterator[None]:
    """Serve both pages while inside. Raises ``PortTaken``."""
    server = HealthServer(metrics, port)
    try:
        await server.__aenter__()
    except OSError as error:
        raise PortTaken from error
    try:
        yield
    finally:
        await server.__aexit__()


class HealthServer:
    """Serves both pages on a port of the loopback address; as a context manager it is open inside."""

    def __init__(self, metrics: Metrics, port: int) -> None:
        self._metrics = metrics
        self._asked_port = port
        app = web.Application()
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/metrics", self._show_metrics)
        self._runner = web.AppRunner(app, access_log=None)

    async def __aenter__(self) -> Self:
        """Raises ``OSError`` if the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._asked_port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port in use; the system chose it if 0 was asked for."""
        return int(self._runner.addresses[0][1])

    async def _health(self, request: web.Request) -> web.Response:
        now = self._metrics.condition()
        body = {
            "ready": now.ready,
            "snapshot": now.snapshot,
            "catalog_age_s": round(now.catalog_age, 1),
            "abilities": "current" if now.fit_failed is None else f"of an earlier snapshot: {now.fit_failed}",
            "quarantined": dict(now.quarantined),
            "alerts": asdict(now.alerts),
            "latency_ms": None if now.latency is None else round(now.latency * 1000, 1),
        }
        return web.json_response(body, status=200 if now.ready else 503)

    async def _show_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
