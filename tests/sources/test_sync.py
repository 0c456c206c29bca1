"""What live sources say becomes a snapshot if it can be believed and changes something."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model, Price, PriceKind
from bot.catalog.names.index import NameIndex
from bot.catalog.names.setting import EFFORTS, SERVED, THINKING
from bot.catalog.names.stamps import is_stamp
from bot.catalog.tables import ADDED_FROM
from bot.errors import UnknownSource
from bot.sources.folder import packaged_tables, read_tables
from bot.sources.matching import match
from bot.sources.offers import Offer, tail
from bot.sources.sync import merge_again, states
from bot.store.packaged import ensure_filled
from tests.sources.bench import ALPHA, CLAUDE, FOLDER, GPT, PAGE, Bench, folder_price, known, of_makers
from tests.sources.live import GENAI, MODELSDEV, OPENROUTER, listed, priced, routed
from tests.store.facts import NOW


def cost(catalog: Catalog, model_id: str) -> tuple[Decimal, Decimal] | None:
    price = catalog.models[model_id].price
    return (price.input, price.output) if price else None


async def test_sources_that_say_the_same_take_no_snapshot(bench: Bench) -> None:
    report = await bench.sync()
    assert (report.new, report.snapshot, report.changes) == (False, 1, ())
    assert [(s.name, s.state, s.items) for s in report.sources] == [("openrouter", "good", 2)]


async def test_a_changed_price_becomes_a_snapshot_with_source_and_day(bench: Bench) -> None:
    report = await bench.changed(4, 24)
    assert (report.new, report.snapshot) == (True, 3)
    assert [(c.model_id, c.what, c.before, c.after) for c in report.changes] == [
        ("gpt-5-5", "price", "$5 in, $30 out", "$4 in, $24 out")
    ]
    price = (await bench.catalog()).models["gpt-5-5"].price
    assert price == Price(
        input=Decimal(4),
        output=Decimal(24),
        source_url=f"{bench.live.origin}{MODELSDEV}",
        as_of=bench.now.date(),
        source="modelsdev",
        listing="openai/gpt-5.5",
        kind=PriceKind.COLLECTION,
        since=bench.now.date(),
        read=bench.now.date(),
        cached=Decimal("0.1"),
    )
    assert (await bench.store.catalog(1)).models["gpt-5-5"] == ALPHA


async def test_the_same_again_on_another_day_is_no_change(bench: Bench) -> None:
    await bench.changed(4, 24)
    bench.now += timedelta(days=3)
    assert not (await bench.sync()).new
    of_makers(bench.live, 4, 24, description="The same, told otherwise")
    assert not (await bench.sync()).new


async def test_a_304_keeps_what_was_given_before(bench: Bench) -> None:
    await bench.changed(4, 24)
    report = await bench.sync()
    assert bench.live.asked[-1].headers["If-None-Match"]
    assert (report.new, report.sources[0].state) == (False, "good")
    assert cost(await bench.catalog(), "gpt-5-5") == (4, 24)


async def test_a_dry_run_writes_nothing(bench: Bench) -> None:
    bench.live.openrouter({**GPT, "context_length": None}, CLAUDE, NEXT)
    report = await bench.sync(dry_run=True)
    assert (report.dry_run, report.new, len(report.changes)) == (True, False, 1)
    assert (await bench.catalog()).snapshot == 1
    assert [s.state for s in await states(bench.store, {"openrouter": "http://x"})] == ["never read"]


async def test_a_missing_price_and_context_are_filled_in(bench: Bench) -> None:
    bench.live.openrouter(
        routed(
            "mistralai/mistral-large-4",
            "Mistral: Mistral Large 4",
            "0.000002",
            "0.000006",
            context_length=256_000,
        )
    )
    await bench.sync()
    model = (await bench.catalog()).models["mistral-large-4"]
    assert (model.price and model.price.input, model.context_window_tokens) == (2, 256_000)
    assert model.modalities == "text|image->text"


async def test_a_folder_that_is_newer_is_believed_more(bench: Bench) -> None:
    newer = replace(
        FOLDER, models=(ALPHA.model_copy(update={"price": folder_price("6", "31", date(2027, 1, 1))}),)
    )
    await bench.store.load(newer, "folder", "1.0", NOW)
    bench.live.openrouter({**GPT, "context_length": 900_000})
    await bench.sync()
    model = (await bench.catalog()).models["gpt-5-5"]
    assert cost(await bench.catalog(), "gpt-5-5") == (6, 31)
    assert model.context_window_tokens == 400_000


async def test_of_several_sources_the_most_trusted_speaks_and_the_others_are_told(bench: Bench) -> None:
    bench.sources = ("openrouter", "genai", "modelsdev")
    large = ("mistral-large-4", "Mistral Large 4")
    bench.live.openrouter(GPT, CLAUDE, routed("mistralai/mistral-large-4", large[1], "0.000001", "0.000002"))
    bench.live.genai(mistral=[priced(*large, {"input_mtok": 3, "output_mtok": 20})])
    bench.live.modelsdev(mistral=[listed(*large, (4.5, 25))])
    report = await bench.sync()
    assert cost(await bench.catalog(), "mistral-large-4") == (Decimal("4.5"), 25)
    assert [(d.model_id, [name for name, *_ in d.prices]) for d in report.disagreements] == [
        ("mistral-large-4", ["modelsdev", "genai", "openrouter"])
    ]
    bench.sources = ("openrouter", "genai")
    await bench.sync()
    assert cost(await bench.catalog(), "mistral-large-4") == (3, 20)
    bench.sources = ("openrouter",)
    await bench.sync()
    price = (await bench.catalog()).models["mistral-large-4"].price
    assert price
    assert (price.input, price.kind) == (1, PriceKind.HOST)


async def test_a_price_is_of_the_day_that_the_source_names(bench: Bench) -> None:
    bench.sources = ("genai",)
    cheap, dear = (
        {"input_mtok": 2, "output_mtok": 10},
        {"input_mtok": {"base": 9, "tiers": []}, "output_mtok": 90},
    )
    bench.live.genai(
        anthropic=[
            priced(
                "claude-opus-4-8",
                "Claude Opus 4.8",
                [
                    {"prices": dear},
                    {"constraint": {"start_date": "2026-11-23"}, "prices": cheap},
                    {"constraint": {"start_date": "2027-03-01"}, "prices": dear},
                ],
            )
        ]
    )
    await bench.sync()
    price = (await bench.catalog()).models["claude-opus-4-8"].price
    assert price
    assert (price.input, price.as_of) == (2, date(2026, 11, 23))


async def test_only_the_maker_s_own_offer_counts(bench: Bench) -> None:
    bench.sources = ("modelsdev",)
    bench.live.modelsdev(
        azure=[listed("gpt-5.5", "GPT-5.5", (7, 40))],
        nvidia=[listed("openai/gpt-5.5", "GPT-5.5", (1, 1)), listed("gpt-5.5", "GPT-5.5", (2, 2))],
        openai=[listed("gpt-5.5", "GPT-5.5", (5, 30))],
    )
    await bench.sync()
    assert cost(await bench.catalog(), "gpt-5-5") == (5, 30)
    assert await bench.reasons() == {
        "nvidia/openai/gpt-5.5": "its maker is not known",
        "nvidia/gpt-5.5": "that model is made by OpenAI",
    }


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("openai/gpt-5.5:free", "OpenAI: GPT-5.5 (free)"),
        ("openai/gpt-5.5:thinking", "OpenAI: GPT-5.5 (thinking)"),
        ("openai/gpt-5.5-fast", "OpenAI: GPT-5.5 Fast"),
        ("openai/gpt-5-latest", "OpenAI: GPT-5 (latest)"),
        ("openai/gpt-5.5", "OpenAI: GPT-5.5 Pro"),
        ("openai/gpt-5.5-instruct", "OpenAI: GPT-5.5 Instruct"),
        ("openai/chatgpt-5.5", "OpenAI: ChatGPT 5.5"),
        ("openai/gpt-5.5", "OpenAI: GPT-6"),
        ("openai/gpt", "OpenAI: GPT"),
        ("azure/gpt-5.5", "GPT-5.5"),
        ("anthropic/gpt-5.5", "GPT-5.5"),
        ("openrouter/auto", "Auto Router"),
    ],
)
async def test_a_name_that_is_not_sure_changes_no_model_and_is_listed(
    bench: Bench, key: str, name: str
) -> None:
    bench.live.openrouter(routed(key, name, "0.000001", "0.000002"), CLAUDE)
    report = await bench.sync()
    assert not report.new
    assert (await bench.catalog()).models == {m.model_id: m for m in FOLDER.models}
    assert list(await bench.reasons()) == [key]


async def test_a_dated_id_beside_the_plain_one_leaves_the_plain_one_its_price(bench: Bench) -> None:
    dated = routed("openai/gpt-5.5-2026-04-23", "OpenAI: GPT-5.5", "0.000001", "0.000002")
    bench.live.openrouter(dated, GPT)
    await bench.sync()
    assert cost(await bench.catalog(), "gpt-5-5") == (5, 30)
    assert list(await bench.reasons()) == ["openai/gpt-5.5-2026-04-23"]


NEXT = routed("openai/gpt-6", "OpenAI: GPT-6", "0.000007", "0.00004")


async def test_a_new_model_is_added_with_a_number_that_no_folder_gives(bench: Bench) -> None:
    bench.live.openrouter(GPT, CLAUDE, NEXT)
    report = await bench.sync()
    assert [(c.model_id, c.what) for c in report.changes] == [("gpt-6", "new")]
    model = (await bench.catalog()).models["gpt-6"]
    assert (model.number, model.display_name, model.provider) == (ADDED_FROM, "GPT-6", "OpenAI")
    assert model.release_date == "2026-09-21"
    assert not (await bench.sync()).new


async def test_one_new_model_of_two_sources_is_one(bench: Bench) -> None:
    bench.live.openrouter(GPT, CLAUDE, NEXT)
    await bench.sync()
    bench.sources = ("openrouter", "modelsdev")
    bench.live.modelsdev(openai=[listed("gpt-6", "GPT-6", (7, 40))])
    await bench.sync()
    models = (await bench.catalog()).models
    assert models.keys() - {m.model_id for m in FOLDER.models} == {"gpt-6"}
    assert models["gpt-6"].number == ADDED_FROM
    assert models["gpt-6"].open_weights is False


async def test_a_new_model_that_its_source_drops_is_gone_and_comes_back_with_its_number(bench: Bench) -> None:
    bench.live.openrouter(GPT, CLAUDE, NEXT)
    await bench.sync()
    bench.live.openrouter(GPT, CLAUDE, routed("openai/gpt-7", "OpenAI: GPT-7", "0.000007", "0.00004"))
    report = await bench.sync()
    assert {(c.model_id, c.what) for c in report.changes} == {("gpt-7", "new")}
    bench.now += timedelta(hours=23)
    assert not (await bench.sync()).new
    bench.now += timedelta(hours=1)
    report = await bench.sync()
    assert {(c.model_id, c.what) for c in report.changes} == {("gpt-6", "gone")}
    bench.live.openrouter(GPT, CLAUDE, NEXT)
    await bench.sync()
    assert (await bench.catalog()).models["gpt-6"].number == ADDED_FROM


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"created": 1_600_000_000}, "no such model is listed, and it is not new"),
        ({"created": 0}, "no such model is listed, and it has no date"),
        ({"created": 1_890_000_000}, "it is dated in the future"),
        ({"name": "OpenAI: GPT\u202e-6"}, "its name cannot be shown"),
        ({"id": "unheard-of/gpt-6"}, "its maker is not known"),
        ({"id": "openai/gpt\u202e-6"}, "its id cannot be shown"),
        ({"id": "openai/" + "gpt" * 50}, "its id cannot be shown"),
    ],
)
async def test_a_new_model_that_is_not_stated_well_enough_is_not_added(
    bench: Bench, change: dict[str, Any], reason: str
) -> None:
    bench.live.openrouter(GPT, CLAUDE, {**NEXT, **change})
    assert not (await bench.sync()).new
    assert list((await bench.reasons()).values()) == [reason]


async def quarantined(bench: Bench) -> str:
    report = await bench.sync()
    assert not report.new
    assert (await bench.catalog()).models == {m.model_id: m for m in FOLDER.models}
    state = report.sources[-1]
    assert state.state == "quarantined"
    assert await states(bench.store, {state.name: bench.live.origin}) == (state,)
    return state.reason


async def test_a_source_that_drops_most_of_its_models_is_not_believed_until_it_is_accepted(
    bench: Bench,
) -> None:
    more = [routed(f"openai/old-{n}", f"OpenAI: Old {n}", "0", "0", created=1) for n in range(3)]
    bench.live.openrouter(GPT, CLAUDE, *more)
    await bench.sync()
    bench.live.openrouter(NEXT)
    assert await quarantined(bench) == "5 of the 5 models it gave last time are gone"
    assert await quarantined(bench)
    assert (await bench.sync(accept=True)).sources[0].state == "good"
    assert cost(await bench.catalog(), "gpt-6") == (7, 40)


async def test_a_source_that_is_itself_again_is_good_again(bench: Bench) -> None:
    await bench.sync()
    bench.live.openrouter()
    assert await quarantined(bench) == "it lists no model"
    bench.live.openrouter(GPT, CLAUDE)
    report = await bench.sync()
    assert (report.sources[0].state, report.sources[0].reason) == ("good", "")


async def test_a_price_out_of_all_reason_is_left_out_even_if_none_was_known(bench: Bench) -> None:
    key, more = "mistralai/mistral-large-4", [routed(f"nobody/{n}", f"N {n}", "0", "0") for n in range(3)]
    bench.live.openrouter(GPT, CLAUDE, routed(key, "Mistral: Mistral Large 4", "2", "6"), *more)
    [state] = (await bench.sync()).sources
    assert (state.state, state.left_out) == ("good", 1)
    assert state.left_out_first[0].reason == "it states a price of 2,000,000 dollars per million tokens"
    assert cost(await bench.catalog(), "mistral-large-4") is None


async def test_a_price_that_depends_is_none(bench: Bench) -> None:
    bench.live.openrouter({**GPT, "pricing": {"prompt": "-1", "completion": "-1"}}, CLAUDE)
    report = await bench.sync()
    assert (report.new, report.sources[0].state) == (False, "good")


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        (
            {"data": [{**GPT, "pricing": {"prompt": 0.000005, "completion": "0.00003"}}]},
            "data.0.pricing.prompt",
        ),
        ({"data": [{**GPT, "pricing": {"prompt": "NaN", "completion": "0.00003"}}]}, "data.0.pricing.prompt"),
        ({"data": [{**GPT, "context_length": "400000"}]}, "data.0.context_length"),
        ({"data": [GPT, {"id": "openai/gpt-6"}]}, "data.1.name: Field required and 2 more"),
        ({"models": []}, "data: Field required"),
        ([], "the beginning"),
        ("", "the beginning"),
        ("<html>We are back soon</html>", "the beginning"),
        ('{"data": [', "the beginning"),
        ("[" * 100_000, "the beginning"),
        ('{"data": [{"id": "\\ud800"}]}', "the beginning"),
    ],
)
async def test_a_changed_shape_is_not_believed_and_its_place_is_told(
    bench: Bench, sample: Any, reason: str
) -> None:
    bench.live.say(OPENROUTER, sample)
    assert f"its shape changed at {reason}" in await quarantined(bench)


def of_maker(**more: Any) -> dict[str, Any]:
    return {"openai": {"models": {"a": {**listed("a", "A"), **more}}}}


@pytest.mark.parametrize(
    ("source", "path", "sample", "reason"),
    [
        ("modelsdev", MODELSDEV, of_maker(cost={"input": "5", "output": 1}), "openai.models.a.cost.input"),
        ("modelsdev", MODELSDEV, of_maker(open_weights="no"), "openai.models.a.open_weights"),
        ("modelsdev", MODELSDEV, {"openai": {"models": []}}, "openai.models"),
        ("genai", GENAI, [{"id": "openai", "models": [priced("a", "A", {"input_mtok": "5"})]}], "0.models.0"),
        ("genai", GENAI, {"openai": []}, "the beginning"),
    ],
)
async def test_so_it_is_for_every_source(
    bench: Bench, source: str, path: str, sample: Any, reason: str
) -> None:
    bench.sources = (source,)
    bench.live.say(path, sample)
    assert f"its shape changed at {reason}" in await quarantined(bench)


async def test_fields_that_nobody_asked_for_are_no_change_of_shape(bench: Bench) -> None:
    bench.live.say(OPENROUTER, {"data": [{**GPT, "new": {"deep": [1]}}, CLAUDE], "more": 1})
    assert (await bench.sync()).sources[0].state == "good"


async def test_one_source_that_fails_stops_no_other(bench: Bench) -> None:
    bench.sources = ("openrouter", "genai", "modelsdev")

    async def broken(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    async def latin(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b'{"data": "\xff"}')

    bench.live.faults[MODELSDEV], bench.live.faults[GENAI] = broken, latin
    bench.live.openrouter(GPT, CLAUDE, NEXT)
    report = await bench.sync()
    assert [(s.name, s.state, s.reason) for s in report.sources] == [
        ("modelsdev", "failed", "the server answered 500"),
        ("genai", "quarantined", "the answer is no UTF-8 (byte 10)"),
        ("openrouter", "good", ""),
    ]
    assert cost(await bench.catalog(), "gpt-6") == (7, 40)


async def test_a_source_that_fails_keeps_what_it_gave(bench: Bench) -> None:
    await bench.changed(4, 24)
    del bench.live.texts[MODELSDEV]
    report = await bench.sync()
    assert (report.new, report.sources[0].state, report.sources[0].items) == (False, "failed", 2)
    assert cost(await bench.catalog(), "gpt-5-5") == (4, 24)


async def test_one_source_alone_can_be_read(bench: Bench) -> None:
    bench.sources = ("openrouter", "modelsdev")
    report = await bench.sync(only="openrouter")
    assert {s.name: s.state for s in report.sources} == {"modelsdev": "never read", "openrouter": "good"}
    assert bench.live.statuses(MODELSDEV) == 0
    with pytest.raises(UnknownSource):
        await bench.sync(only="genai")


async def test_what_a_source_said_goes_into_the_tables_of_a_newer_release(bench: Bench) -> None:
    bench.live.openrouter(GPT, CLAUDE, NEXT)
    await bench.sync()
    await bench.changed(4, 24)
    bench.sources = ("openrouter", "modelsdev")
    await bench.sync()
    assert await ensure_filled(bench.store, lambda: FOLDER, "1.0", bench.now) is None
    more = replace(FOLDER, models=(*FOLDER.models, known(5, "gpt-6", "GPT-6"), known(6, "gpt-7", "GPT-7")))
    filled = await ensure_filled(bench.store, lambda: more, "2.0", bench.now)
    assert filled
    assert filled.changed
    await merge_again(bench.store, "2.0", bench.now)
    catalog = await bench.catalog()
    assert cost(catalog, "gpt-5-5") == (4, 24)
    assert cost(catalog, "gpt-6") == (7, 40)
    assert {m.model_id: m.number for m in catalog.models.values() if "gpt" in m.model_id} == {
        "gpt-5-5": 1, "gpt-5-5-pro": 2, "gpt-6": ADDED_FROM, "gpt-7": 6,
    }  # fmt: skip
    assert not (await bench.sync()).new


async def test_a_newer_release_with_the_same_tables_changes_nothing(bench: Bench) -> None:
    await bench.changed(4, 24)
    filled = await ensure_filled(bench.store, lambda: FOLDER, "2.0", bench.now)
    assert filled
    assert (filled.changed, filled.snapshot) == (False, 3)
    assert await ensure_filled(bench.store, lambda: FOLDER, "2.0", bench.now) is None
    assert cost(await bench.catalog(), "gpt-5-5") == (4, 24)


def listing(model: Model) -> Offer:
    """A model as its maker might list it."""
    key = model.aliases[0] if model.aliases else model.model_id
    return Offer(
        key=key,
        names=(tail(key), model.display_name),
        name=model.display_name,
        maker=model.provider,
        source_url=PAGE,
    )


# Two rows of one model each: 3 and 3.0, the words in another order, the maker's name once more, or the tuned
# version of open weights beside the plain one.
ALIKE = (
    "jamba-",
    "ministral-3-",
    "mistral-large-3",
    "mistral-medium-3",
    "nvidia-nemotron-nano-9b-v2",
    "qwen3-next-80b-a3b-instruct",
    "qwen3-vl-235b-a22b-instruct",
    "qwen3-vl-30b-a3b-instruct",
)


def _says_setting(rest: str) -> bool:
    return rest in EFFORTS | SERVED | THINKING.keys() | {"preview"} or is_stamp(rest)


def test_every_shipped_model_is_matched_with_itself_and_none_with_another_when_it_is_not_there() -> None:
    models = read_tables(packaged_tables()).models
    keys = {listing(m).key: m.model_id for m in models}
    found = match("openrouter", [listing(m) for m in models], NameIndex(models))
    assert {key: m.model_id for key, m in found.models.items()} == keys
    # Each is missing once, together with others that are far from it in the list and so no relatives of it.
    for missing in (models[n::20] for n in range(20)):
        others = NameIndex([m for m in models if m not in missing])
        for model in missing:
            wrong = match("openrouter", [listing(model)], others).models
            # A board and a host call a preview by its plain name, and so any longer name of a line.
            longer = all(m.model_id.startswith(f"{model.model_id}-") for m in wrong.values())
            # Nor does an effort, a way to serve or the day of the release make a model of its own.
            rests = [model.model_id.removeprefix(f"{m.model_id}-") for m in wrong.values()]
            longer |= all(map(_says_setting, rests))
            assert longer or model.model_id.startswith(ALIKE), (model.model_id, wrong)
