"""A price says whose it is; what is implausible waits; what changed is news only if one source says so."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.catalog.entities import Price, PriceKind
from bot.news.changes import changes
from bot.sources.sync import accept_held, held_figures
from tests.sources.bench import Bench, of_makers
from tests.sources.live import GENAI, MODELPRICES, MODELSDEV, listed, priced, rates, snapshot


async def price_of(bench: Bench, model_id: str = "gpt-5-5") -> Price:
    price = (await bench.catalog()).models[model_id].price
    assert price
    return price


async def test_what_a_maker_announced_counts_more_than_any_collection(bench: Bench) -> None:
    bench.sources = ("modelprices", "modelsdev")
    of_makers(bench.live, 4, 24)
    entries = [rates(5, 30, "2026-07-09", "models.dev commit"), rates(4.5, 20, "2026-08-21", cache_read=0.4)]
    bench.live.modelprices(snapshot(openai={"gpt-5.5": entries}))
    await bench.sync()
    price = await price_of(bench)
    assert (price.input, price.output, price.cached) == (Decimal("4.5"), 20, Decimal("0.4"))
    assert (price.kind, price.source, str(price.since)) == (PriceKind.MAKER, "modelprices", "2026-08-21")
    assert price.source_url == "https://example.org/announced"


async def test_another_schema_and_another_text_than_the_named_one_are_refused(bench: Bench) -> None:
    bench.sources = ("modelprices",)
    bench.live.modelprices(snapshot(2, openai={"gpt-5.5": [rates(1, 2, "2026-08-21")]}))
    [state] = (await bench.sync()).sources
    assert (state.state, state.reason) == ("quarantined", "its schema is 2, and only 1 is known")
    bench.live.modelprices(snapshot(openai={"gpt-5.5": [rates(1, 2, "2026-08-21")]}))
    name = json.loads(bench.live.texts[MODELPRICES])["sha256"]
    bench.live.texts[MODELPRICES.replace("latest", name)] += " "
    [state] = (await bench.sync()).sources
    assert state.reason == "the snapshot is not the one that its pointer names"


async def test_nothing_is_no_price_and_tiers_are_conditions(bench: Bench) -> None:
    bench.sources = ("modelprices",)
    tiers = [{"above": 200_000, "input": 4, "output": 18}]
    bench.live.modelprices(
        snapshot(
            openai={"gpt-5.5": [rates(2, 12, "2026-11-01", tiers=tiers)]},
            anthropic={"claude-opus-4-8": [rates(0, 0, "2026-11-01")]},
        )
    )
    await bench.sync()
    price = await price_of(bench)
    assert [(band.above, band.input, band.output) for band in price.bands] == [(200_000, 4, 18)]
    assert (await price_of(bench, "claude-opus-4-8")).input == 5


async def test_a_marketplace_s_figure_and_another_currency_are_no_list_price(bench: Bench) -> None:
    bench.sources = ("genai", "modelsdev")
    row = priced("mistral-large-4", "Mistral Large 4", {"input_mtok": 0.1, "output_mtok": 0.3})
    row["price_comments"] = "Taken over from a marketplace; not confirmed by the maker."
    bench.live.say(GENAI, [{"id": "mistral", "models": [row]}])
    bench.live.modelsdev(
        openai=[listed("gpt-5.5", "GPT-5.5") | {"cost": {"input": 9, "output": 27, "currency": "CNY"}}]
    )
    await bench.sync()
    assert (await price_of(bench, "mistral-large-4")).kind is PriceKind.HOST
    assert (await price_of(bench)).input == 5


async def test_a_hundred_times_dearer_waits_for_a_second_reading_a_day_later(bench: Bench) -> None:
    report = await bench.changed(500, 3000)
    assert [(each.model_id, each.why) for each in report.held] == [
        ("gpt-5-5", "its input price went from 5 to 500 dollars")
    ]
    bench.now += timedelta(hours=23)
    await bench.sync()
    assert (await price_of(bench)).input == 5
    bench.now += timedelta(hours=1)
    report = await bench.sync()
    assert not report.held
    assert (await price_of(bench)).input == 500


async def test_a_second_source_or_the_operator_confirms_it(bench: Bench) -> None:
    await bench.changed(500, 3000)
    assert [each.source for each in await held_figures(bench.store)] == ["modelsdev"]
    assert await accept_held(bench.store, "claude-opus-4-8", "1.0", bench.now) is None
    assert await accept_held(bench.store, "gpt-5-5", "1.0", bench.now)
    assert (await price_of(bench)).input == 500
    assert not await held_figures(bench.store)


async def test_a_row_that_does_not_fit_is_left_out_and_counted(bench: Bench) -> None:
    bench.sources = ("modelsdev",)
    rows = [listed(f"some-{n}", f"Some {n}") for n in range(8)]
    bench.live.modelsdev(openai=[*rows, listed("gpt-5.5", "GPT-5.5", open_weights="no")])
    [state] = (await bench.sync()).sources
    assert (state.state, state.items, state.left_out) == ("good", 8, 1)
    assert state.left_out_first[0].place == "openai.models.gpt-5.5.open_weights"


async def test_more_than_thirty_new_models_at_once_are_not_believed(bench: Bench) -> None:
    bench.sources = ("modelsdev",)
    of_makers(bench.live)
    await bench.sync()
    many = [listed(f"zeta-{n}", f"Zeta {n}") for n in range(3, 36)]
    bench.live.modelsdev(
        openai=[listed("gpt-5.5", "GPT-5.5", (5, 30)), *many],
        anthropic=[listed("claude-opus-4-8", "Claude Opus 4.8", (5, 25))],
    )
    [state] = (await bench.sync()).sources
    assert "new models at once" in state.reason


async def test_a_price_is_news_only_if_its_source_stated_the_one_before(bench: Bench) -> None:
    await bench.changed(4, 24)
    first, second, third = [await bench.store.catalog(n) for n in (1, 2, 3)]
    assert changes(first, second) == ()
    assert [change.kind for change in changes(second, third)] == ["price"]
    assert changes(first, third) == ()


async def test_a_model_is_news_if_its_source_was_read_before(bench: Bench) -> None:
    bench.sources = ("modelsdev",)
    of_makers(bench.live)
    gpt, claude = (json.loads(bench.live.texts[MODELSDEV])[p]["models"] for p in ("openai", "anthropic"))
    new = listed("gpt-6", "GPT-6", (7, 40), release_date="2026-11-20")
    bench.live.modelsdev(openai=[*gpt.values(), new], anthropic=[*claude.values()])
    before = await bench.catalog()
    await bench.sync()
    assert changes(before, await bench.catalog()) == ()
    before = await bench.catalog()
    newer = listed("gpt-7", "GPT-7", (7, 40), release_date="2026-11-24")
    bench.live.modelsdev(openai=[*gpt.values(), new, newer], anthropic=[*claude.values()])
    await bench.sync()
    assert [c.kind for c in changes(before, await bench.catalog())] == ["new model"]


async def test_a_renamed_listing_is_the_same_model(bench: Bench) -> None:
    bench.sources = ("modelsdev",)
    of_makers(bench.live)
    known = json.loads(bench.live.texts[MODELSDEV])
    rest = [*known["openai"]["models"].values()]
    claude = [*known["anthropic"]["models"].values()]
    bench.live.modelsdev(openai=[*rest, listed("zeta-one", "Zeta One", (1, 2))], anthropic=claude)
    await bench.sync()
    before = (await bench.catalog()).models["zeta-one"]
    bench.live.modelsdev(openai=[*rest, listed("z1-preview", "Zeta One", (1, 2))], anthropic=claude)
    await bench.sync()
    catalog = await bench.catalog()
    assert catalog.models["zeta-one"].number == before.number
    assert "openai/z1-preview" in catalog.models["zeta-one"].aliases
    assert len(catalog.models) == 5


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("zeta-embed", "Zeta Embed"),
        ("zeta-image-2", "Zeta Image 2"),
        ("zeta-realtime", "Zeta Realtime"),
        ("zeta-guard", "Zeta Guard"),
        ("zeta-router", "Zeta Router"),
        ("zeta-2-ultraspeed", "Zeta 2 UltraSpeed"),
        ("claude-opus-9", "Claude Opus 9 (official)"),
    ],
)
async def test_what_is_no_model_of_ours_does_not_enter(bench: Bench, id_: str, name: str) -> None:
    bench.sources = ("modelsdev",)
    bench.live.modelsdev(openai=[listed(id_, name, (1, 2))])
    await bench.sync()
    assert len((await bench.catalog()).models) == 4
