"""The live sources as servers on loopback, with small samples in the shapes that they send."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OPENROUTER, MODELSDEV, GENAI = (
    "/api/v1/models",
    "/api.json",
    "/pydantic/genai-prices/main/prices/new_data/v2/data.json",
)
MODELPRICES = "/wakamex/model-prices/data/v1/latest.json"
BENCHLM = tuple(f"/data/{name}.json" for name in ("models", "leaderboard", "benchmarks", "pricing", "speed"))
# A page is known by the place of its first row.
ARENA, ARENA_2, ARENA_3 = "/rows 0", "/rows 100", "/rows 200"


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


def voted(name: str, rank: int, rating: float, organization: str = "openai", **more: Any) -> dict[str, Any]:
    """A row of an Arena board."""
    return {
        "model_name": name,
        "organization": organization,
        "license": "Proprietary",
        "rating": rating,
        "rating_lower": rating - 7,
        "rating_upper": rating + 7,
        "variance": 12.5,
        "vote_count": 4_000,
        "rank": rank,
        "category": "overall",
        "leaderboard_publish_date": "2026-11-20",
        **more,
    }


def crowd(count: int, category: str = "overall") -> list[dict[str, Any]]:
    """Rows of models that nobody knows."""
    return [voted(f"nobody-{n}", n + 50, 1000, "nobody", category=category) for n in range(count)]


def row_of(slug: str, name: str, creator: str = "OpenAI", **more: Any) -> dict[str, Any]:
    """An item of any file of BenchLM but that of its tests."""
    return {
        "slug": slug,
        "canonicalModelKey": slug,
        "model": name,
        "creator": creator,
        "sourceType": "Proprietary",
        "url": f"https://benchlm.ai/models/{slug}",
        **more,
    }


def rates(given: float, taken: float, day: str, basis: str = "documented", **more: Any) -> dict[str, Any]:
    """An entry of model-prices."""
    stated = {
        "input": given,
        "output": taken,
        "source": "https://example.org/announced",
        "valid_from": f"{day}T00:00:00Z",
        "valid_from_basis": basis,
        **more,
    }
    return {"start": f"{day}T00:00:00Z", "rates": stated}


def snapshot(schema: int = 1, **providers: dict[str, Any]) -> str:
    """A snapshot of model-prices: entries by model by provider."""
    prices = {
        name: {id_: {"standard": entries} for id_, entries in models.items()}
        for name, models in providers.items()
    }
    return json.dumps(
        {"schema": schema, "updated_at": "2026-11-20T00:00:00Z", "prices": prices, "status": {}}
    )


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

    def modelprices(self, text: str) -> None:
        """The snapshot, and the pointer that names it by its hash."""
        name = sha256(text.encode()).hexdigest()
        for key in [key for key in self.texts if key.startswith("/wakamex/")]:
            del self.texts[key]
        self.say(MODELPRICES, {"sha256": name, "published_at": "2026-10-26T18:46:35Z"})
        self.texts[MODELPRICES.replace("latest", name)] = text

    def arena(self, *rows: dict[str, Any]) -> None:
        """The rows as pages of 100."""
        for key in [key for key in self.texts if key.startswith("/rows")]:
            del self.texts[key]
        for offset in range(0, max(len(rows), 1), 100):
            cells = [
                {"row_idx": offset + n, "row": row, "truncated_cells": []}
                for n, row in enumerate(rows[offset : offset + 100])
            ]
            page = {
                "features": [{"feature_idx": 0, "name": "model_name", "type": {"dtype": "string"}}],
                "rows": cells,
                "num_rows_total": len(rows),
                "num_rows_per_page": 100,
                "partial": False,
            }
            self.say(f"/rows {offset}", page)

    def benchlm(self, **files: list[dict[str, Any]]) -> None:
        """The items of the files by name; what is not named says nothing of any known model."""
        nobody = row_of("nobody", "Nobody", "Nobody Inc.")
        items = {
            "models": [{**nobody, "benchmarks": {}}],
            "leaderboard": [{**nobody, "rank": 99, "score": 1.5, "category": None}],
            "benchmarks": [{"category": "math", "benchmarkKey": "none", "name": "None", "fullName": None}],
            "pricing": [{**nobody, "inputPrice": None, "outputPrice": None}],
            "speed": [{**nobody, "tokensPerSecond": 0, "ttft": None}],
            **files,
        }
        for name, listed_there in items.items():
            envelope = {"schemaVersion": "1.0", "generatedAt": "2026-11-20T06:26:40.869Z", "counts": {}}
            self.say(f"/data/{name}.json", {**envelope, "items": listed_there})

    def statuses(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(_key(request) == path for request in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        key = _key(request)
        if fault := self.faults.get(key):
            return await fault(request)
        if key not in self.texts:
            raise web.HTTPNotFound
        text = self.texts[key]
        etag = f'"{hash(text)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=text, content_type="application/json", headers={"ETag": etag})


def _key(request: web.Request) -> str:
    return f"{request.path} {request.query['offset']}" if "offset" in request.query else request.path


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
