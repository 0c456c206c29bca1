"""Every kind of button, menu and form with ordinary and extreme values; and ids that are no button."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.analysis.fingerprint import LARGEST
from bot.analysis.workload import PRESETS, Workload
from bot.catalog.entities import Category, Lane
from bot.chat.embeds.benchmarks import Order
from bot.chat.views.alert_preview import Preview, PreviewPage
from bot.chat.views.alert_settings import ChangeAlert, Setting, SubscribeAgain, Unsubscribe, What
from bot.chat.views.all_tests import AllTests, PageOfTests
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
from bot.chat.views.forget import ForgetServer
from bot.chat.views.history import WhichInHistory
from bot.chat.views.leaderboard import BoardLane, BoardPage, BoardQuestion
from bot.chat.views.model import WhichModel
from bot.chat.views.press import Press
from bot.chat.views.question import Question
from bot.chat.views.recommend import ComparePicks
from bot.chat.views.share import Share
from bot.chat.views.subscribe import SubscribeHere
from bot.chat.views.watch import WhichToWatch
from bot.errors import OutdatedButton
from bot.news.alert import Event, Frequency, Taste
from tests.golden.files import plain, read

FILE, REFUSED = "custom_ids.json", "refused_ids.json"
LONGEST = 100
MOST = 2**63 - 1
# Six digits in base 36: larger numbers of models do not fit four times.
LONG = 36**6 - 1
ADA = 700_000_000_000_000_000
_EVEN = Workload.of(dict.fromkeys(Category, 1))
_SKEWED = Workload.of({c: 50 if c is Category.MATH else 7 for c in Category})
_PAIR, _FOUR, _FAR = (1, 2), (1, 35, 36, 1_000_000_007), (LONG, LONG - 1, LONG - 2, LONG - 3)
_ZONES = ("UTC", "Europe/Berlin", "America/Argentina/ComodRivadavia", "Asia/Kolkata", "Etc/GMT+12")


def _questions() -> Iterator[Question]:
    for lane in Lane:
        for private in (False, True):
            yield Question(_PAIR, None, lane, private, ADA)
    for workload in (*PRESETS, _EVEN, _SKEWED, *(Workload.of({c: 1}) for c in Category)):
        yield Question((3, 400), workload, Lane.PROVISIONAL, False, ADA, 46_655)
    yield Question(_PAIR, Workload.of({Category.CODING: 70, Category.AGENTIC: 30}), Lane.VERIFIED, True, 0, 0)
    yield Question(_FOUR, None, Lane.PROVISIONAL, True, MOST, LARGEST)
    yield Question(_FAR, _SKEWED, Lane.VERIFIED, True, MOST, LARGEST)
    yield Question((MOST, 0), PRESETS[-1], Lane.PROVISIONAL, False, 0)
    yield Question((5, 6, 7), _EVEN, Lane.PROVISIONAL, True, ADA)


def _boards() -> Iterator[BoardQuestion]:
    for lane in Lane:
        for category in (None, *Category):
            yield BoardQuestion(category, lane, None, False, None, 0, ADA)
    prices = ("0", "0.000001", "2", "7.25", "1000000", "9223372036854.775807")
    for price in prices:
        yield BoardQuestion(None, Lane.PROVISIONAL, 12, True, Decimal(price), 3, ADA)
    yield BoardQuestion(Category.MATH, Lane.VERIFIED, MOST, True, Decimal(prices[-1]), MOST, MOST)
    yield BoardQuestion(None, Lane.PROVISIONAL, 0, False, None, 35, 0)


def _costs() -> Iterator[tuple[Any, ...]]:
    yield (_PAIR,)
    yield (_PAIR, 0)
    yield (_FOUR, LARGEST, ADA, ("2M", "500k", "30 %"))
    yield (_PAIR, None, ADA, ("1,500,000", "0", ""))
    yield (_PAIR, 5, MOST, ("12345678901234567890abcd", "x" * 24, "99.99999"))
    yield (_FAR, LARGEST, MOST, ("1,234,567,890", "9.99M", "100 %"))
    yield (_PAIR, None, None, ("zwei Millionen ä", "二百万 tokens \uffff", "½"))


def _slots() -> Iterator[tuple[int | tuple[int, ...], ...]]:
    yield 1, 2
    yield (3,), 2
    yield 0, (3, 4, 5), 36
    yield (1, 2, 3, 4, 5), 7
    yield (1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)
    yield LONG, LONG - 1, (LONG - 2, 1), (LONG - 3,)
    yield MOST, (MOST - 1, MOST - 2)


def _alerts() -> Iterator[SubscribeAgain]:
    for board in ("overall", "every", *Category):
        yield SubscribeAgain(False, ADA, Taste(board=board), None, Frequency.INSTANT, 9, "UTC", None)
    for place, event in enumerate(Event):
        events = tuple(e for e in Event if e is not event) if place % 2 else (event,)
        taste = Taste(events=events, top=place + 1, models=(place + 1,))
        yield SubscribeAgain(True, ADA, taste, None, Frequency.DAILY, 0, _ZONES[place], None)
    for frequency in Frequency:
        taste = Taste(top=100, models=(1, 36, 1_000_000_007))
        yield SubscribeAgain(False, ADA, taste, 12, frequency, 23, "Europe/Berlin", ADA + 1)
    taste = Taste(events=(Event.PRICE, Event.REMOVED), board="every", top=1)
    yield SubscribeAgain(False, MOST, taste, MOST, Frequency.WEEKLY, 12, _ZONES[2], MOST)


def presses() -> Iterator[Press]:
    questions, boards = list(_questions()), list(_boards())
    for kind in (InLane, Prefer, ShareComparison, AllFigures, Why, AskSwap, Swap, AllTests, ComparePicks):
        for question in questions:
            yield kind(question)
    for question in questions:
        for place in range(len(question.numbers)):
            yield SwapFor(question, place)
        for page, order in zip((0, 2, 35), Order, strict=True):
            yield PageOfTests(question, page, order)
    yield PageOfTests(questions[0], MOST, Order.GAP)
    for kind in (BoardPage, BoardLane):
        for board in boards:
            yield kind(board)
    for cost in _costs():
        yield AskCost(*cost)
        yield Cost(*cost)
        yield Share(AskCost(*cost))
        yield Share(Cost(*cost))
    for question in questions:
        yield Share(Why(question))
        yield Share(PageOfTests(question, 36, Order.DATE))
    for slots in _slots():
        for workload, lane in ((None, Lane.PROVISIONAL), (PRESETS[1], Lane.VERIFIED)):
            yield WhichToCompare(slots, workload, lane, lane is Lane.VERIFIED)
    yield WhichToCompare((1, (2, 3)), _SKEWED, Lane.VERIFIED, False)
    yield WhichToSwap(_PAIR, None, Lane.PROVISIONAL, False, ADA)
    yield WhichToSwap(_FAR, _SKEWED, Lane.VERIFIED, True, MOST)
    for number in (0, 1, 35, 36, 1_000_000_007, ADA, MOST):
        for which in (WhichModel, WhichToWatch):
            yield which((number,))
        for kind in (Preview, ChangeAlert):
            yield kind(number)
    for number, page in ((0, 0), (1, 1), (36, 35), (MOST, MOST)):
        yield PreviewPage(number, page)
        yield Unsubscribe(number, page)
        for what in What:
            yield Setting(number, what)
    for numbers in (_PAIR, _FOUR, _FAR, (MOST, 0)):
        yield SubscribeHere(numbers)
        for day in (None, date(2026, 6, 15), date.min, date.max):
            yield WhichInHistory(numbers, None, day)
    for category in Category:
        yield WhichInHistory((7,), category, date(2024, 2, 29))
    yield ForgetServer()
    yield from _alerts()


def form(press: Press) -> Any:
    """What a press knows; one that another holds with what it is called."""
    match press:
        case Share(what=what):
            return {"what": [what.name, plain(what)]}
        case WhichModel(slots=(number,)) | WhichToWatch(slots=(number,)):
            # Until all questions for a model were one press, these knew a number.
            return {"number": number}
    return plain(press)


def as_now(press: Press, text: str) -> str:
    """An id as it is written now: models of /history stood with dots between them."""
    return text.replace(".", "-") if isinstance(press, WhichInHistory) else text


def written() -> Iterator[list[Any]]:
    """Letter, name, custom id and what it knows, by letter; what once was written stays."""
    found: dict[str, list[Any]] = {row[2]: row for row in read(FILE)}
    for press in presses():
        text = press.custom_id
        # What does not fit is offered by no message.
        if len(text) <= LONGEST and text not in found:
            again = Press.of(text)
            assert again == press, text
            found[text] = [press.kind, press.name, text, form(again)]
    missing = set(Press.kinds) - {row[0] for row in found.values()}
    assert not missing, f"no ids of {missing}"
    yield from sorted(found.values(), key=lambda row: row[0])


def refused() -> Iterator[list[str]]:
    """Letter and an id that is no button (any more); without a letter those of no kind."""
    kept = read(REFUSED)
    seen = {text for _, text in kept}
    yield from kept
    whole: dict[str, list[str]] = {}
    for letter, _, text, _ in written():
        whole.setdefault(letter, []).append(text)
    for letter, texts in whole.items():
        for text in dict.fromkeys((texts[0], texts[len(texts) // 2], texts[-1])):
            for damaged in _damaged(text):
                if damaged not in seen and _is_refused(damaged):
                    seen.add(damaged)
                    yield [letter, damaged]
    for text in ("", ":", "m1", "m1:", "m1?:1", "m1l", "m0n:1", "m2n:1", "n:1", "M1n:1", "m1nn:1", "hello"):
        assert _is_refused(text), text
        if text not in seen:
            yield ["", text]


def _damaged(text: str) -> Iterator[str]:
    """Fields lost, added, emptied, swapped, or with what stands in none."""
    head, *fields = text.split(":")
    yield text + ":"
    yield text + ":1"
    yield head + ":"
    for place in range(len(fields)):
        yield _joined(head, fields[:place])
        for other in ("", "?", "-1", "A b", "zzzzzzzzzzzzzz", fields[place] + "!", fields[place][:-1]):
            yield _joined(head, [*fields[:place], other, *fields[place + 1 :]])
    yield _joined(head, fields[::-1])
    yield "m0" + text[2:]
    yield text.upper()
    yield " " + text


def _joined(head: str, fields: Sequence[str]) -> str:
    return ":".join((head, *fields))


def _is_refused(text: str) -> bool:
    try:
        Press.of(text)
    except OutdatedButton:
        return True
    return False
