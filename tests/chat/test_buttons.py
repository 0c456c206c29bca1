"""Buttons live in their custom ids alone: they outlive restarts and are never left without an answer."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.fingerprint import LARGEST
from bot.analysis.workload import PRESETS, Workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.chat.completion import zones
from bot.chat.embeds.benchmarks import Order
from bot.chat.views.alert_preview import Preview, PreviewPage
from bot.chat.views.alert_settings import ChangeAlert, Setting, SubscribeAgain, Unsubscribe, What
from bot.chat.views.all_tests import AllTests, PageOfTests
from bot.chat.views.choice import Which
from bot.chat.views.comparison import (
    AllFigures,
    AskSwap,
    InLane,
    Prefer,
    ShareComparison,
    Swap,
    SwapFor,
    WhichToCompare,
    WhichToSwap,
    Why,
)
from bot.chat.views.cost import AskCost, Cost
from bot.chat.views.custom_id import Kind, base36
from bot.chat.views.forget import ForgetServer
from bot.chat.views.history import WhichInHistory
from bot.chat.views.leaderboard import BoardLane, BoardPage, BoardQuestion
from bot.chat.views.model import WhichModel
from bot.chat.views.press import Button, Press
from bot.chat.views.question import Question
from bot.chat.views.share import Share
from bot.chat.views.subscribe import SubscribeHere
from bot.chat.views.watch import WhichToWatch
from bot.errors import OutdatedButton
from bot.news.alert import Event, Frequency, Taste
from tests.chat.conftest import Clock, NewBot, Place, buttons, shown

OUTDATED = "This button is from an older answer and no longer works. Ask again with the command."

ids = st.integers(0, 2**63 - 1)
flags = st.booleans()
lanes = st.sampled_from(Lane)
priorities = st.none() | st.sampled_from(Category)
mixes = st.dictionaries(st.sampled_from(Category), st.integers(10, 100), min_size=1).map(Workload.of)
workloads = st.none() | st.sampled_from(PRESETS) | mixes
slots = st.integers(0, 2**31) | st.lists(st.integers(0, 2**31), min_size=1, max_size=5, unique=True).map(
    tuple
)
# Numbers of models are small: a store counts them up from 1.
numbers = st.integers(0, 36**6 - 1)
compared = st.lists(numbers, min_size=2, max_size=4).map(tuple)
questions = st.builds(
    Question,
    compared,
    workloads,
    lanes,
    flags,
    owner=ids,
    known=st.none() | st.integers(0, LARGEST),
)
boards = st.builds(
    BoardQuestion,
    priorities,
    lanes,
    st.none() | ids,
    flags,
    st.none() | st.decimals(0, 1_000_000, places=6),
    st.integers(0, 100_000),
    ids,
)
pages_of_tests = st.builds(PageOfTests, questions, st.integers(0, 1000), st.sampled_from(Order))
tastes = st.builds(
    Taste,
    events=st.lists(st.sampled_from(Event), min_size=1, unique=True).map(
        lambda some: tuple(e for e in Event if e in some)
    ),
    board=st.sampled_from(["overall", "every", *Category]),
    top=st.integers(1, 100),
    models=st.lists(st.integers(1, 40_000), max_size=2, unique=True).map(tuple),
)
presses = (
    st.builds(InLane, questions)
    | st.builds(AllTests, questions)
    | st.builds(ShareComparison, questions)
    | st.builds(Why, questions)
    | st.builds(AllFigures, questions)
    | st.builds(Prefer, questions)
    | st.builds(AskSwap, questions)
    | st.builds(Swap, questions)
    | st.builds(SwapFor, questions, st.integers(0, 1))
    | st.builds(Share, st.builds(Why, questions))
    | st.builds(Share, pages_of_tests)
    | pages_of_tests
    | st.builds(BoardPage, boards)
    | st.builds(BoardLane, boards)
    | st.builds(WhichModel, st.tuples(ids))
    | st.builds(WhichToWatch, st.tuples(ids))
    | st.builds(
        WhichToSwap, st.lists(numbers, min_size=2, max_size=4).map(tuple), workloads, lanes, flags, ids
    )
    | st.builds(SubscribeHere, st.lists(numbers, min_size=2, max_size=4).map(tuple))
    | st.builds(Preview, ids)
    | st.builds(PreviewPage, ids, st.integers(0, 1000))
    | st.builds(ChangeAlert, ids)
    | st.builds(Setting, ids, st.sampled_from(What))
    | st.builds(Unsubscribe, ids, ids)
    | st.just(ForgetServer())
    | st.builds(
        SubscribeAgain,
        flags,
        ids,
        tastes,
        st.none() | st.integers(0, 2**31),
        st.sampled_from(Frequency),
        st.integers(0, 23),
        st.sampled_from(sorted(zones(), key=len)[-20:]),
        st.none() | ids,
    )
)
kept = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters=":"), max_size=16)
costs = st.builds(
    AskCost,
    st.lists(numbers, min_size=2, max_size=4).map(tuple),
    st.none() | st.integers(0, LARGEST),
    st.none() | ids,
    st.tuples(kept, kept, kept.map(lambda text: text[:8])),
)
presses |= costs | st.builds(Share, costs)
choices = st.builds(
    WhichToCompare, st.lists(slots, min_size=2, max_size=4).map(tuple), workloads, lanes, flags
) | st.builds(
    WhichInHistory, st.lists(slots, min_size=1, max_size=4).map(tuple), priorities, st.none() | st.dates()
)
# Given so far. Messages keep their buttons for ever, so none of them goes or gets another meaning.
LETTERS = {
    "A": "subscribe here",
    "B": "all figures",
    "C": "swap choice",
    "a": "subscribe again",
    "b": "leaderboard page",
    "c": "change alert",
    "d": "forget server",
    "e": "alert setting",
    "f": "comparison priority",
    "g": "watch model",
    "h": "share",
    "i": "swap choice",
    "j": "cost",
    "k": "ask for the cost",
    "l": "comparison lane",
    "m": "history choice",
    "n": "model choice",
    "o": "leaderboard lane",
    "p": "tests page",
    "q": "alert preview page",
    "r": "compare picks",
    "s": "share",
    "t": "all tests",
    "u": "unsubscribe",
    "v": "alert preview",
    "w": "model choice",
    "x": "ask for a swap",
    "y": "why",
    "z": "swap",
}


def test_no_letter_is_given_twice_or_taken_back() -> None:
    given = {letter: kind.name for letter, kind in Press.kinds.items()}
    assert {letter: given.get(letter) for letter in LETTERS} == LETTERS
    assert set(given) == set(Kind)
    assert len(set(Press.kinds.values())) == len(Kind)


def test_a_letter_cannot_be_given_to_another_press() -> None:
    with pytest.raises(TypeError, match="'y'"):
        type("Another", (Press,), {"kind": Kind.WHY})
    assert Press.kinds[Kind.WHY] is Why


@given(presses)
def test_every_button_fits_and_is_read_back_as_it_was(press: Press) -> None:
    assert len(press.custom_id) <= 100
    assert Press.of(press.custom_id) == press


@given(choices, st.integers(0, 3))
def test_every_choice_fits_and_is_read_back_as_it_was(asked: Which, place: int) -> None:
    press = asked.settled(place % len(asked.slots), 2**63 - 1)
    assert len(press.custom_id) <= 100
    assert Press.of(press.custom_id) == press


@given(st.text(max_size=100))
def test_no_other_text_is_a_button(text: str) -> None:
    with pytest.raises(OutdatedButton):
        Press.of(text)


@given(presses | choices, st.integers(0, 99), st.characters())
def test_a_damaged_id_is_another_button_or_none(press: Press, place: int, character: str) -> None:
    damaged = press.custom_id[:place] + character + press.custom_id[place + 1 :]
    try:
        read = Press.of(damaged)
    except OutdatedButton:
        return
    assert Press.of(read.custom_id) == read


def test_no_number_below_0_is_written() -> None:
    with pytest.raises(ValueError, match="-1"):
        base36(-1)


async def test_buttons_work_after_a_restart(place: Place, new_bot: NewBot) -> None:
    comparison = await place.compare("gpt-5-5", "gemma-4-12b")
    board = await place.leaderboard()
    question = await place.compare("gpt-5-5", "gemini")
    await place.env.restart_bot(new_bot())
    assert (await place.press(place.ada, comparison.response, label="All tests")).ephemeral
    await place.press(place.ada, comparison.response, label="Verified lane")
    assert "Provisional lane" in buttons(comparison.response)
    await place.press(place.ada, board.response, label="Next")
    assert "Previous" in buttons(board.response)
    chosen = await place.press(place.ada, question.response, label=next(iter(buttons(question.response))))
    assert chosen.followups[0].embeds


async def test_buttons_answer_with_what_is_known_now(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    renamed = [
        m.model_copy(update={"display_name": "Renamed"}) if m.model_id == "gpt-5-5" else m
        for m in catalog.models.values()
    ]
    place.client.catalog = Catalog(renamed, catalog.benchmarks.values(), [])
    await place.press(place.ada, asked.response, label="Verified lane")
    assert "Renamed" in shown(asked.response)


def _ids(catalog: Catalog) -> list[str]:
    """Custom ids that mean nothing (any more)."""
    known = catalog.models["gpt-5-5"].number
    gone = Question((known, 999_999), None, Lane.VERIFIED, False, 1)
    board = BoardQuestion(None, Lane.VERIFIED, 999_999, False, Decimal(1), 0, 1)
    return [
        "x",
        "m0l:1.2:-pn:1",
        "m1?:1",
        "m1l",
        "m1l:1.2:-pn",
        "m1l:1:-pn:1",
        "m1l:1.2.3.4.5:-pn:1",
        "m1l:A.2:-pn:1",
        "m1l:1.2:-zn:1",
        "m1w:1-.2.3.4.5.6.7.8:-pn",
        "m1w:1-.2.2:-pn",
        "line\nbreak",
        InLane(gone).custom_id,
        AllTests(gone).custom_id,
        ShareComparison(gone).custom_id,
        Why(gone).custom_id,
        Share(Why(gone)).custom_id,
        # Menus and forms, pressed like buttons.
        Prefer(gone).custom_id,
        AskSwap(gone).custom_id,
        Swap(gone).custom_id,
        SwapFor(gone, 0).custom_id,
        AskCost(gone.numbers).custom_id,
        Cost(gone.numbers).custom_id,
        Share(AskCost(gone.numbers, typed=("1", "1", ""))).custom_id,
        "m1k:1.2::",
        "m1k:1.2:::a:b:c:d",
        "m1u:1::::",
        # What is shared has to be something that can be.
        "m1h:b:ppn::::1",
        "m1h:x:1.2:pn:1",
        "m1h:h:y:1.2:pn:1",
        "m1h",
        "m1i:1.2:pn:1:2",
        "m1p:1.2:pn:1:1X",
        PageOfTests(gone, 3).custom_id,
        BoardPage(board).custom_id,
        BoardLane(board).custom_id,
        WhichToCompare((known, 999_999), None, Lane.VERIFIED, False).custom_id,
        WhichToSwap((known, 999_999), None, Lane.VERIFIED, False, 1).custom_id,
        WhichInHistory((known, 999_999), None, None).custom_id,
        WhichModel((999_999,)).custom_id,
        # A field too many, of which each alone may be there or not.
        "m1l:1.2:pn:1:1:1",
        "m1i:1.2:pn:1:1:1:1",
    ]


async def test_a_button_that_means_nothing_any_more_says_to_ask_again(
    place: Place, new_bot: NewBot, catalog: Catalog, clock: Clock
) -> None:
    messages = []
    for custom_id in _ids(catalog):
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button[Any](label="Old", custom_id=custom_id))
        channel = place.client.get_partial_messageable(place.general.id)
        messages.append(await channel.send("An old answer", view=view))
    await place.env.restart_bot(new_bot())
    for message in messages:
        clock.now += 60
        pressed = await place.press(place.ben, message, label="Old")
        assert pressed.ephemeral
        assert shown(pressed.response) == OUTDATED


def test_a_label_that_is_too_long_for_a_button_is_cut() -> None:
    button = Button.of(WhichModel((1,)), "x" * 100)
    assert button.item.label == "x" * 79 + "…"


def test_a_price_limit_survives_the_button_exactly() -> None:
    question = BoardQuestion(None, Lane.PROVISIONAL, None, False, Decimal("0.000001"), 0, 1)
    for price in ("0.000001", "0", "2.5", "999999.999999"):
        press = BoardPage(replace(question, max_price=Decimal(price)))
        assert Press.of(press.custom_id) == press
