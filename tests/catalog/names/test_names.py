"""Names: what a person types becomes the model that is meant, or a question, never another model."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.catalog.entities import Model
from bot.catalog.names.index import MOST, NEAREST, NameIndex, Reason
from tests.catalog.names.labelled import ASK, INDEPENDENT, OWN, labelled, tally
from tests.worlds import model, shipped


@cache
def listed() -> Mapping[str, Model]:
    return shipped().models


@cache
def index() -> NameIndex:
    return NameIndex(listed().values())


def found(text: str) -> str:
    answer = index().find(text)
    return answer.model.model_id if answer.model else ASK


def offered(text: str) -> list[str]:
    return [m.model_id for m in index().find(text).candidates]


def completed(text: str, *exclude: str) -> list[str]:
    return [m.model_id for m in index().complete(text, exclude)]


def names_of(one: Model) -> str:
    return " ".join((one.model_id, one.display_name, *one.aliases, one.release_date or "")).casefold()


# The labelled sets


@pytest.mark.parametrize(("name", "bound"), [(OWN, 0.99), (INDEPENDENT, 0.945)])
def test_no_labelled_query_gets_a_wrong_model_and_few_are_asked_needlessly(name: str, bound: float) -> None:
    result = tally(found, labelled(name))
    assert result.wrong == ()
    assert result.accuracy >= bound, result.asked


@pytest.mark.parametrize("name", [OWN, INDEPENDENT])
def test_where_a_query_is_asked_about_the_model_that_was_meant_is_offered(name: str) -> None:
    missing = [q for q in tally(found, labelled(name)).asked if q.answer not in offered(q.text)]
    assert missing == []


@pytest.mark.parametrize("name", [OWN, INDEPENDENT])
def test_a_labelled_set_has_more_than_400_queries_and_only_listed_models(name: str) -> None:
    queries = labelled(name)
    assert len({q.text for q in queries}) == len(queries) > 400
    assert {q.answer for q in queries} - {ASK} <= listed().keys()


# One spelling or another


@pytest.mark.parametrize(
    "text",
    [
        "GPT-5.5", "gpt 5.5", "gpt5.5", "gpt_5_5", "gpt-5-5", "5.5 gpt", "openai/gpt-5.5", "openai gpt 5.5",
        "openrouter/openai/gpt-5.5", "gtp 5.5", "chatgpt 5.5", "gpt 5,5", "  GPT   5.5 ", "ｇｐｔ－５．５",
        "gpt\u200b5.5", "gpt-5.5:free", "gpt-5.5-2026-04-23", "the latest gpt 5.5 model",
    ],
)  # fmt: skip
def test_case_separators_order_maker_and_typos_do_not_matter(text: str) -> None:
    assert found(text) == "gpt-5-5"


def test_every_id_display_name_and_label_is_its_model() -> None:
    for each in listed().values():
        assert found(each.model_id) == found(each.display_name) == each.model_id
        assert found(index().label(each)) == each.model_id


def test_the_id_without_a_date_is_the_answer_to_the_bare_name() -> None:
    assert listed()["gpt-4o"].display_name == "GPT-4o (2024-11-20)"
    assert found("gpt 4o") == found("4o") == found("GPT-4o (2024-11-20)") == "gpt-4o"
    assert found("gpt-4o 2024-08-06") == found("gpt 4o 0806") == "gpt-4o-2024-08-06"


def test_a_name_with_an_exact_match_is_exact_and_a_short_or_misspelled_one_is_certain() -> None:
    assert index().find("claude opus 4.5").reason is Reason.EXACT
    assert index().find("opus 4.5").reason is Reason.CERTAIN
    assert index().find("claude opsu 4.5").reason is Reason.CERTAIN


# What was typed is not changed


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("gemma 4 27b", "gemma-4-26b-a4b"),
        ("opus 4.2", "claude-opus-4-1"),
        ("gpt 5.5 mini", "gpt-5-5"),
        ("gpt 55", "gpt-5-5"),
        ("gpt 40", "gpt-4o"),
        ("grok 4.2", "grok-4-20"),
        ("google/gpt-5.5", "gpt-5-5"),
        ("gpt-4o 2025-01-01", "gpt-4o"),
        ("llama 3.2 1b", "llama-3-2-3b"),
    ],
)
def test_what_is_not_listed_is_said_with_the_nearest_first(text: str, nearest: str) -> None:
    answer = index().find(text)
    assert answer.reason is Reason.NOT_LISTED
    assert offered(text)[0] == nearest


def test_gpt_5_is_neither_5_5_nor_mini() -> None:
    assert (found("gpt 5"), found("gpt 5.5"), found("gpt 5 mini")) == ("gpt-5", "gpt-5-5", "gpt-5-mini")


def test_a_zero_that_may_be_a_letter_is_asked_about() -> None:
    assert found("gpt 5.0") == "gpt-5"
    assert found("gpt 4.0") == ASK
    assert {"gpt-4", "gpt-4o"} <= set(offered("gpt 4.0")) | set(offered("gpt 40"))


VARIANTS = ("mini", "nano", "pro", "lite", "flash", "codex", "think", "max", "turbo", "uncensored")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_that_is_typed_is_in_the_name_of_the_answer(variant: str) -> None:
    for each in listed().values():
        answer = index().find(f"{each.display_name} {variant}")
        assert answer.model is None or answer.setting or variant in names_of(answer.model), each.model_id


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_that_is_not_typed_is_not_added_to_a_version(variant: str) -> None:
    for each in listed().values():
        name = each.display_name.casefold()
        shorter = " ".join(word for word in name.split() if word != variant)
        # A date tells models apart as well as a variant does.
        if shorter != name and re.search(r"\d", shorter) and not re.search(r"20\d\d", shorter):
            answer = index().find(shorter).model
            assert answer is None or variant not in answer.model_id, shorter


NUMBER = re.compile(r"\d+(?:\.\d+)*")


def near(stamp: str, released: str | None) -> bool:
    """Whether a stamp like 2512 or 0709 is within about a month of the release."""
    year, month, day = map(int, ((released or "") + "-01-01")[:10].split("-"))
    first, second = int(stamp[:2]), int(stamp[2:])
    if first == year - 2000:
        return abs(second - month) <= 1
    if not (1 <= first <= 12 and 1 <= second <= 28):
        return False
    return any(
        abs((date(y, first, second) - date(year, month, day)).days) <= 31 for y in (year - 1, year, year + 1)
    )


def numbers_kept(text: str, answer: Model) -> bool:
    """Whether every number of the text is in a name of the model: 5.0 may be 5, a point may be a dash.

    A date may be that on which it was built, within about a month of the release.
    """
    names = names_of(answer)
    built = re.search(r"(\d{4})-?(\d\d)-?(\d\d)\W*$", text)
    if built and answer.release_date and len(answer.release_date) == 10:
        with suppress(ValueError):
            age = date.fromisoformat(answer.release_date) - date(*map(int, built.groups()))
            text = text[: built.start()] if abs(age.days) <= 31 else text
    if answer.release_date:
        text = re.sub(r"(?<!\d)\d{4}(?!\d)", lambda m: "" if near(m[0], answer.release_date) else m[0], text)
    text = re.sub(r"(?<=\d)[\W_]+(?=0(?!\d))", ".", text)
    theirs = {*NUMBER.findall(names), *NUMBER.findall(re.sub(r"(?<=\d)[-_ ](?=\d)", ".", names))}
    theirs |= {run for number in theirs for run in number.split(".")}
    return all(n in theirs or n.removesuffix(".0") in theirs for n in NUMBER.findall(text))


def test_another_digit_is_never_the_same_model() -> None:
    for each in listed().values():
        for digit in re.finditer(r"\d", each.display_name):
            other = str((int(digit[0]) + 1) % 10)
            text = each.display_name[: digit.start()] + other + each.display_name[digit.end() :]
            answer = index().find(text).model
            assert answer is None or numbers_kept(text, answer), (text, answer.model_id)


@st.composite
def near_names(draw: st.DrawFn) -> str:
    """Pieces of real names, of any order and between any separators, with numbers of any kind."""
    words = sorted({word for m in listed().values() for word in m.display_name.split()})
    pieces = st.one_of(
        st.sampled_from(words),
        st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2})?[bokvt]?", fullmatch=True),
        st.text(st.characters(codec="ascii"), max_size=3),
    )
    text = ""
    for piece in draw(st.lists(pieces, min_size=1, max_size=6)):
        text += piece + draw(st.sampled_from([" ", "-", "", "_", ".", "/"]))
    return text


@settings(max_examples=400, deadline=None)
@given(near_names())
@example("llama 3 3 70b")
@example("gpt 5 5")
@example("qwen 3 8")
@example("gemma 31b")
def test_no_answer_differs_in_a_digit_that_was_typed(text: str) -> None:
    answer = index().find(text).model
    assert answer is None or numbers_kept(text.casefold(), answer)


def test_a_missing_letter_never_leads_to_another_model() -> None:
    for each in listed().values():
        for word in re.findall(r"[^\W\d_]{5,}", each.display_name):
            text = each.display_name.replace(word, word[:2] + word[3:])
            assert found(text) in (each.model_id, ASK), text


# Questions


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gemini", "gemini-4"),
        ("claude opus", "claude-opus-5-5"),
        ("gpt", "gpt-6"),
        ("haiku", "claude-haiku-5-5"),
        ("gemma 4", "gemma-4-12b"),
    ],
)
def test_a_family_is_offered_with_the_newest_first(text: str, first: str) -> None:
    assert index().find(text).reason is Reason.FAMILY
    assert offered(text)[0].startswith(first)


def test_a_typo_as_near_to_a_second_name_is_asked_about() -> None:
    assert index().find("grog 1").reason is Reason.AMBIGUOUS
    assert {"grok-1", "greg-1"} <= set(offered("grog 1")[:2])
    assert found("grog 4") == "grok-4"


def test_another_makers_fine_tune_is_not_the_base() -> None:
    assert found("gemma 4 uncensored") == "gemma-4-uncensored"
    assert found("gemma 4 26b") == "gemma-4-26b-a4b"
    assert found("google gemma 4 uncensored") == ASK


def test_a_name_that_fits_one_model_is_enough_without_a_version() -> None:
    assert found("maverick") == "llama-4-maverick"
    assert found("scout") == "llama-4-scout"
    assert found("gemini 3 pro") == "gemini-3-pro-preview"


@pytest.mark.parametrize(
    "text", ["hello", "the best one", "asdfghjkl", "cheap and fast please", "pizza margherita", "🤖"]
)
def test_ordinary_words_and_nonsense_are_unknown_and_nothing_unrelated_is_offered(text: str) -> None:
    answer = index().find(text)
    assert answer.reason is Reason.UNKNOWN
    assert answer.candidates == ()


def test_an_empty_text_is_unknown_and_three_are_offered() -> None:
    assert index().find("").candidates == index().find("   ").candidates
    assert len(index().find("").candidates) == NEAREST


def test_where_a_word_looks_like_one_of_a_name_at_most_three_are_offered() -> None:
    answer = index().find("geminiish")
    assert answer.reason is Reason.UNKNOWN
    assert 0 < len(answer.candidates) <= NEAREST


@pytest.mark.parametrize(
    "text",
    [
        "x" * 6000, "gpt " * 1500, "9" * 6000, "1 2 " * 1500, "'; DROP TABLE models; --", "**gpt**",
        "@everyone", "<@&1>", "\u202egpt", "gpt\x005", "مرحبا", "gpt-" * 40 + "5", "/" * 300, "٤o", "²³",
        "ﷺ" * 100, "\ud800",
    ],
)  # fmt: skip
def test_whatever_is_typed_there_is_an_answer(text: str) -> None:
    answer = index().find(text)
    assert len(answer.candidates) <= MOST
    assert answer.model or answer.candidates or answer.reason is Reason.UNKNOWN
    assert len(index().complete(text)) <= MOST


def test_a_text_too_long_to_be_looked_at_is_never_sure() -> None:
    assert found("gpt 5" + " " * 6000) == "gpt-5"
    assert found("gpt 5" + " " * 6000 + "mini") == ASK


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=260))
def test_no_text_raises(text: str) -> None:
    answer = index().find(text)
    assert answer.model is None or not answer.candidates
    assert answer.model or answer.candidates or answer.reason is Reason.UNKNOWN
    assert len(answer.candidates) == len({m.model_id for m in answer.candidates}) <= MOST
    assert len(index().complete(text)) <= MOST


# Completion


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gpt 5", "gpt-5"), ("gpt-5.", "gpt-5-"), ("gem", "gem"), ("claude op", "claude-opus-5-5"),
        ("4o", "gpt-4o"), ("gemni 2.5 p", "gemini-2-5-pro"), ("opus 4.", "claude-opus-4-"), ("cl", "claude"),
        ("o3-m", "o3-mini"), ("deeps", "deepseek"), ("gemma 4 27b", "gemma-4-26b-a4b"), ("qwen3-", "qwen"),
        ("gpt 5.", "gpt-5-5"), ("gpt 5.4 m", "gpt-5-4-mini"), ("gpt 4 o", "gpt-4o"),
    ],
)  # fmt: skip
def test_completion_helps_while_typing(text: str, first: str) -> None:
    assert completed(text)[0].startswith(first)


def test_the_version_typed_comes_before_versions_that_begin_with_it() -> None:
    versions = [listed()[i].display_name.split()[0] for i in completed("gpt 5")]
    assert versions == sorted(versions, key=lambda name: name != "GPT-5")
    assert "GPT-5" in versions
    assert len(set(versions)) > 1


def test_an_empty_field_offers_the_leading_models_and_leaves_out_those_chosen() -> None:
    leading = ["claude-opus-5", "gpt-5-5", "gone", "grok-4"]
    ready = NameIndex(listed().values(), leading)
    first = [m.model_id for m in ready.complete("")]
    assert first[:3] == ["claude-opus-5", "gpt-5-5", "grok-4"]
    assert len(first) == MOST
    assert [m.model_id for m in ready.complete("", exclude=["claude-opus-5"])][:2] == ["gpt-5-5", "grok-4"]
    assert "gpt-5-5" not in [m.model_id for m in ready.complete("gpt 5.5", exclude={"gpt-5-5"})]
    assert ready.complete("g")[0].model_id == "gpt-5-5"


def test_typing_a_name_letter_by_letter_never_loses_the_model() -> None:
    for model_id in ("gpt-5-5", "claude-opus-4-5", "gemma-4-12b", "deepseek-v3-2", "llama-3-3-70b"):
        name = listed()[model_id].display_name
        for end in range(len(name) * 3 // 4, len(name) + 1):
            assert model_id in completed(name[:end]), name[:end]


# Names are data


HOSTILE = [
    "GPT-5", "gpt 5", "**GPT-5**", "@everyone", "", " ", "\x00", "🤖", "x" * 300, "9" * 300, "a/b/c",
    "'; DROP TABLE", "\u202eGPT", "1.2.3.4.5", "8x22B", "2024-13-45", "2024-08-06", "latest", "the model",
    "مرحبا", "-", "o3 o3 o3",
]  # fmt: skip


def hostile() -> list[Model]:
    return [
        model(f"m{n}", n, display_name=name, provider=f"Maker {n % 3}", aliases=("/", "a/" + name))
        for n, name in enumerate(HOSTILE, start=1)
    ]


def test_hostile_names_can_be_listed_found_and_told_apart() -> None:
    ready = NameIndex(hostile())
    labels = [ready.label(m) for m in hostile()]
    assert all(0 < len(label) <= 100 and label.isprintable() for label in labels)
    assert len({label.casefold() for label in labels}) == len(labels)
    for each in hostile():
        assert ready.find(each.model_id).model == each
        assert ready.find(ready.label(each)).model == each
        assert ready.newer(each) is None
        ready.find(each.display_name)
        ready.complete(each.display_name)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=8), st.text(max_size=40))
def test_any_names_can_be_indexed(names: Sequence[str], text: str) -> None:
    models = [model(f"id-{n}", n + 1, display_name=name, aliases=(name,)) for n, name in enumerate(names)]
    ready = NameIndex(models)
    assert all(ready.find(m.model_id).model == m for m in models)
    assert len({ready.label(m).casefold() for m in models}) == len(models)
    answer = ready.find(text)
    assert answer.model is None or not answer.candidates


def test_two_models_of_one_name_are_told_apart_and_asked_about() -> None:
    twins = [model("a", 1, display_name="Nova 2", provider="Amazon"), model("b", 2, display_name="Nova 2")]
    ready = NameIndex(twins)
    assert [ready.label(m) for m in twins] == ["Nova 2 (Amazon)", "Nova 2 (Maker)"]
    assert ready.find("nova 2").reason is Reason.AMBIGUOUS
    assert ready.find("amazon nova 2").model == twins[0]


def test_without_models_nothing_is_found() -> None:
    ready = NameIndex([])
    assert ready.find("gpt 5").reason is Reason.UNKNOWN
    assert ready.find("gpt 5").candidates == ()
    assert ready.complete("gpt") == []
