"""The live sources as servers on loopback, with small samples in the shapes that they send."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OPENROUTER, MODELSDEV, GENAI = (
    "/api/v1/models",
    "/api.json",
    "/pydantic/genai-prices/main/prices/data.json",
)


def routed(key: str, name: str, prompt: str, completion: str, **more: Any) -> dict[str, Any]:
    """A model as OpenRouter lists it; prices in USD per token."""
    return {
        "id": key,
        "canonical_slug": key,
        "name": name,
        "created": 1_790_000_000,
        "context_length": 400_000,
        "description": "A model",
        "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        "pricing": {"prompt": prompt, "completion": completion, "request": "0"},
        **more,
    }


def listed(key: str, name: str, cost: tuple[float, float] | None = None, **more: Any) -> dict[str, Any]:
    """A model as models.dev lists it; cost in USD per million tokens."""
    return {
        "id": key,
        "name": name,
        "limit": {"context": 400_000, "output": 128_000},
        "release_date": "2026-10-01",
        "open_weights": False,
        "modalities": {"input": ["text"], "output": ["text"]},
        **({"cost": {"input": cost[0], "output": cost[1], "cache_read": 0.1}} if cost else {}),
        **more,
    }


def priced(key: str, name: str, prices: Any) -> dict[str, Any]:
    """A model as genai-prices lists it."""
    return {"id": key, "name": name, "match": {"equals": key}, "context_window": 400_000, "prices": prices}


class Live:
    """What the sources say now, by path, and what each was asked.

    ``faults`` answer instead of the sample where there is one. Texts have an ETag, and 304 for who knows it.
    """

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.faults: dict[str, Handler] = {}
        self.asked: list[web.Request] = []
        self.origin = ""

    def say(self, path: str, sample: Any) -> None:
        self.texts[path] = sample if isinstance(sample, str) else json.dumps(copy.deepcopy(sample))

    def openrouter(self, *models: dict[str, Any]) -> None:
        self.say(OPENROUTER, {"data": list(models)})

    def modelsdev(self, **providers: list[dict[str, Any]]) -> None:
        self.say(
            MODELSDEV,
            {
                name: {"id": name, "models": {m["id"]: m for m in models}}
                for name, models in providers.items()
            },
        )

    def genai(self, **providers: list[dict[str, Any]]) -> None:
        self.say(GENAI, [{"id": name, "name": name, "models": models} for name, models in providers.items()])

    def statuses(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(request.path == path for request in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        if fault := self.faults.get(request.path):
            return await fault(request)
        if request.path not in self.texts:
            raise web.HTTPNotFound
        text = self.texts[request.path]
        etag = f'"{hash(text)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=text, content_type="application/json", headers={"ETag": etag})


@asynccontextmanager
async def serving() -> AsyncIterator[Live]:
    live = Live()
    app = web.Application()
    app.router.add_get("/{path:.*}", live.answer)
    async with TestServer(app) as server:
        live.origin = f"http://127.0.0.1:{server.port}"
        yield live


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)
