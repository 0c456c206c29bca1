"""Matching: a listing is the model that its names surely mean, and no other; a table holds no model twice."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from bot.catalog.entities import Model
from bot.catalog.names.index import NameIndex
from bot.catalog.tables import Tables
from bot.errors import DataError
from bot.news.changes import changes
from bot.sources.folder import packaged_tables, read_tables
from bot.sources.kept import keep
from bot.sources.makers import maker_of, maker_of_listing
from bot.sources.matching import match, why_not_new
from bot.sources.merge import merge
from bot.sources.offers import Offer, tail
from bot.sources.twins import twins
from tests.catalog.names.test_decoration import expected, listed
from tests.worlds import model

ADDRESS = "https://source.test/list"


@cache
def index() -> NameIndex:
    return NameIndex(listed().models.values())


def offer(key: str, name: str, maker: str | None) -> Offer:
    names = tuple(filter(None, (tail(key), name)))
    return Offer(key=key, names=names, name=name or key, maker=maker, source_url=ADDRESS)


def labelled() -> list[dict[str, str]]:
    with (Path(__file__).parent / "listings.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["doubt"]]


def answered() -> list[tuple[set[str], str | None]]:
    answers = []
    for row in labelled():
        wanted = expected(row)
        maker = listed().models[min(wanted)].provider if wanted else None
        maker = maker or next(filter(None, map(maker_of, row["key"].split("/"))), None)
        found = match("x", [offer(row["key"], row["name"], maker)], index()).models.get(row["key"])
        answers.append((wanted, found.model_id if found else None))
    return answers


def test_listings_are_found_by_their_names_and_none_is_another_model() -> None:
    answers = answered()
    own = [(wanted, found) for wanted, found in answers if wanted]
    assert [(wanted, found) for wanted, found in answers if found and found not in wanted] == []
    assert sum(found in wanted for wanted, found in own) / len(own) >= 0.9


@pytest.mark.parametrize(
    ("key", "name", "maker", "wanted"),
    [
        ("mistral/mistral-large-2512", "Mistral Large 3", "Mistral AI", "mistral-large-3"),
        ("mistral/mistral-medium-2508", "Mistral Medium 3.1", "Mistral AI", "mistral-medium-3-1"),
        ("mistral/mistral-medium-2604", "Mistral Medium 3.5", "Mistral AI", "mistral-medium-3-5"),
        ("cohere/command-a-03-2025", "Command A", "Cohere", "command-a"),
        ("xai/grok-4-0709", "Grok 4", "xAI", "grok-4"),
    ],
)
def test_a_listing_with_a_date_that_is_the_models_own_is_that_models(
    key: str, name: str, maker: str, wanted: str
) -> None:
    assert match("x", [offer(key, name, maker)], index()).models[key].model_id == wanted


def test_a_name_with_a_listed_model_of_another_maker_is_no_new_model() -> None:
    today = date(2026, 11, 27)
    dated = offer("xiaomi/claude-opus-4.8-official", "Claude Opus 4.8 (official)", "Xiaomi")
    dated = dated.model_copy(update={"released": today})
    assert why_not_new(dated, index(), today, today) is not None
    own = offer("nvidia/llama-3.3-nemotron-giant-90b", "Llama 3.3 Nemotron Giant 90B", "NVIDIA")
    own = own.model_copy(update={"released": today})
    assert why_not_new(own, index(), today, today) is None


def test_makers_are_known_by_the_names_that_sources_give_them() -> None:
    written = {
        "zhipu": "Z.ai", "zai-org": "Z.ai", "meta-llama": "Meta", "sakana": "Sakana AI", "ai21": "AI21 Labs",
        "thinkingmachines": "Thinking Machines Lab", "bytedance": "ByteDance", "arcee-ai": "Arcee AI",
        "longcat": "Meituan", "MiniMaxAI": "MiniMax", "inception": "Inception", "poolside": "Poolside",
    }  # fmt: skip
    assert {name: maker_of(name) for name in written} == written
    assert maker_of_listing("venice", "qwen-3-8", "alibaba/qwen3.8-2.4t-a95b") == "Alibaba Qwen"
    assert maker_of_listing("nvidia", "meta/llama-3.3", None) == "Meta"
    assert maker_of_listing("venice", "venice-uncensored", None) is None
    assert maker_of_listing("mistral", "mistral-large-2512", None) == "Mistral AI"


def test_many_unknown_listings_all_come_in() -> None:
    base, now = Tables.of(listed()), datetime(2026, 11, 27, tzinfo=UTC)
    new = [offer(f"acme/brandnew-{n}x", f"Brandnew {n}x", "xAI") for n in range(400)]
    kept = keep([each.model_copy(update={"released": now.date()}) for each in new], [], now)
    merged = merge(base, [], {"x": kept}, now.date(), {"x": "X"})
    assert len(merged.tables.models) == len(base.models) + len(new)


# One model, once


def test_the_shipped_tables_hold_no_certain_twins_and_merged_numbers_lead_to_the_kept_model() -> None:
    tables = read_tables(packaged_tables())
    assert twins(tables.models).certain == ()
    catalog = tables.catalog()
    assert len(tables.merged) >= 20
    for number, id_ in tables.merged.items():
        kept = catalog.by_number(number)
        assert kept is not None
        assert index().find(id_).model == index().find(kept.display_name).model == kept
    large = catalog.models["mistral-large-3"]
    assert large.price is not None
    assert len(catalog.scores("mistral-large-3")) == 8
    medium = catalog.models["mistral-medium-3-0"].price
    assert medium is not None
    assert (medium.input, medium.output) == (Decimal("0.4"), Decimal(2))


def named(id_: str, number: int, name: str, *aliases: str, day: str | None = None) -> Model:
    return model(id_, number, display_name=name, aliases=aliases, release_date=day)


def test_twins_have_the_same_words_or_all_but_a_date_of_their_own() -> None:
    rows = [
        named("a", 1, "Nova 3"), named("b", 2, "Nova 3.0"), named("c", 3, "Orca 4", day="2025-09-23"),
        named("d", 4, "Orca 4 2025-09-23", day="2025-09-23"), named("e", 5, "Orca 4 Mini"),
    ]  # fmt: skip
    found = twins(rows)
    assert [(a.model_id, b.model_id) for a, b in found.certain] == [("a", "b")]
    assert [(a.model_id, b.model_id) for a, b in found.likely] == [("c", "d")]


def test_nobody_hears_of_a_merge() -> None:
    apart = Tables((named("a", 1, "Nova 3"), named("b", 2, "Nova 3.0")), (), ())
    merged = Tables((named("a", 1, "Nova 3", "b"),), (), (), merged={2: "b"})
    before, after = apart.catalog(), merged.catalog()
    assert changes(before, after) == ()
    assert after.by_number(2) == after.models["a"]


def test_a_table_with_certain_twins_is_refused(tmp_path: Path) -> None:
    for name in ("benchmarks.csv", "scores.csv", "models.csv"):
        (tmp_path / name).write_bytes((packaged_tables() / name).read_bytes())
    with (tmp_path / "models.csv").open("a", encoding="utf-8") as file:
        file.write("gpt-5-dot-0,GPT-5.0,OpenAI,,,,,,,,,,,,999\n")
    with pytest.raises(DataError, match="in another spelling"):
        read_tables(tmp_path)
