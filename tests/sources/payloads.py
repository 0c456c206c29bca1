"""The real payloads beside the checkout, in the order of their days: ``python -m tests.sources.payloads``.

They are served on loopback and synced into a store of the shipped tables, one step after the other, ten days
apart. Printed are the news of each step, the new models and what hand-judged tables say of both and of the
prices. ``--short`` only reads the first and the last step.
"""

import argparse
import asyncio
import csv
import gzip
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model, Price
from bot.news.changes import changes
from bot.sources.fetch import Fetcher, Limits
from bot.sources.folder import packaged_tables, read_tables
from bot.sources.sync import Report, sync
from bot.store.packaged import PACKAGED
from bot.store.store import Store
from bot.words.news import headline, line
from tests.sources.live import ARENA, GENAI, MODELPRICES, MODELSDEV, OPENROUTER, Live, no_sleep, serving

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"
LABELLED = Path(__file__).parent
# The day on which the shipped tables are known; each step is ten days later.
START = datetime(2026, 11, 27, 12, tzinfo=UTC)
APART = timedelta(days=10)

# What is there to be read at each step: path of the source, and file.
STEPS: tuple[Mapping[str, str], ...] = (
    {
        MODELSDEV: "modelsdev/api-2026-07-17.json.gz",
        OPENROUTER: "openrouter/models-2026-05-12.json",
        ARENA: "arena/text-2026-04-19-as-datasets-server-page.json",
    },
    {
        MODELSDEV: "modelsdev/api-2026-08-21.json.gz",
        GENAI: "genai/data-v2-2026-08-21.json",
        OPENROUTER: "openrouter/derived-from-modelsdev-2026-08-21.json",
    },
    {
        MODELSDEV: "modelsdev/api-2026-09-15.json.gz",
        GENAI: "genai/data-v2-from-wheel-0.1.8.json",
        OPENROUTER: "openrouter/derived-from-modelsdev-2026-09-15.json",
    },
    {MODELPRICES: "modelprices/snapshot-2026-10-26.json"},
)
NAMES = {
    MODELPRICES: "modelprices",
    MODELSDEV: "modelsdev",
    GENAI: "genai",
    OPENROUTER: "openrouter",
    ARENA: "arena",
}


@dataclass
class Step:
    """What one sync did: its report, and the catalogs before and after."""

    report: Report
    before: Catalog
    after: Catalog
    news: list[str] = field(default_factory=list)


def text_of(name: str) -> str:
    path = PAYLOADS / name
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return body.decode()


def serve(live: Live, step: Mapping[str, str]) -> None:
    for path, name in step.items():
        text = text_of(name)
        if path == MODELPRICES:
            live.modelprices(text)
        else:
            live.say(path, text)


async def replayed(folder: Path, steps: tuple[Mapping[str, str], ...] = STEPS) -> list[Step]:
    """Every step, from the shipped tables on."""
    done = []
    addresses: dict[str, str] = {}
    async with serving() as live, await Store.open(folder / "m.db") as store:
        await store.load(read_tables(packaged_tables()), PACKAGED, "1.0", START)
        for number, step in enumerate(steps):
            serve(live, step)
            addresses |= {NAMES[path]: live.origin for path in step}
            now = START + number * APART
            before = await store.catalog()
            async with Fetcher(lambda now=now: now, no_sleep, lambda: 0.5, Limits()) as fetcher:
                report = await sync(store, addresses, fetcher, "1.0", now)
            after = await store.catalog()
            found = changes(before, after, frozenset(after.models))
            done.append(Step(report, before, after, [f"{headline(c)}: {line(c)}" for c in found]))
    return done


def rows(name: str) -> list[dict[str, str]]:
    with (LABELLED / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures(price: Price | None) -> tuple[Decimal, Decimal] | None:
    return (price.input, price.output) if price else None


def prices_judged(catalog: Catalog) -> tuple[int, list[str]]:
    """How many labelled prices are right, and those that are not."""
    right, wrong = 0, []
    for row in rows("prices.csv"):
        model = catalog.models.get(row["model_id"])
        wanted = Decimal(row["input"]), Decimal(row["output"])
        if model and figures(model.price) == wanted:
            right += 1
        else:
            stated = figures(model.price) if model else None
            source = model.price.source if model and model.price else None
            wrong.append(f"{row['model_id']}: {stated} by {source}, not {wanted}; {row['evidence'][:90]}")
    return right, wrong


def replaced(before: Catalog, after: Catalog) -> list[tuple[Model, Price | None, Price]]:
    """Prices that a sync put in place of others, or where there was none."""
    return [
        (model, before.models[id_].price, model.price)
        for id_, model in after.models.items()
        if id_ in before.models and model.price
        if figures(model.price) != figures(before.models[id_].price)
    ]


def new_models(before: Catalog, after: Catalog) -> list[Model]:
    return [model for id_, model in after.models.items() if id_ not in before.models]


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--short", action="store_true")
    asked = reader.parse_args()
    if not PAYLOADS.is_dir():
        sys.stdout.write(f"There are no payloads at {PAYLOADS}.\n")
        return 0
    steps = (STEPS[2], STEPS[3]) if asked.short else STEPS
    with TemporaryDirectory() as folder:
        done = asyncio.run(replayed(Path(folder), steps))
    out: list[str] = []
    verdicts = {row["key"]: (row["verdict"], row["why"]) for row in rows("new_models.csv")}
    for number, step in enumerate(done):
        out.append(f"\n== step {number + 1}: {', '.join(steps[number].values())}")
        for state in step.report.sources:
            out.append(
                f"{state.name}: {state.state} {state.reason}, {state.items} listed, {state.left_out} left out"
            )
        out += [
            f"  left out: {each.place}: {each.reason}"
            for s in step.report.sources
            for each in s.left_out_first
        ]
        out += [f"  held: {each.source} {each.key}: {each.why}" for each in step.report.held]
        for model, was, now in replaced(step.before, step.after):
            day = f"since {now.since}" if now.since else f"read {now.read}"
            out.append(
                f"price {model.model_id}: {figures(was)} -> {figures(now)} {now.kind} {now.source} {day}"
            )
        for model in new_models(step.before, step.after):
            verdict = verdicts.get(model.aliases[0], ("not labelled", ""))
            out.append(
                f"new {model.aliases[0]} {model.display_name} ({model.provider}): {verdict[0]} {verdict[1]}"
            )
        out += [f"NEWS {each}" for each in step.news]
    right, wrong = prices_judged(done[-1].after)
    out.append(f"\nprices right: {right} of {right + len(wrong)}")
    out += [f"  {each}" for each in wrong]
    sys.stdout.write("\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
