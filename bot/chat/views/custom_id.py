"""Custom ids: everything that a button knows, in at most 100 characters.

`m1` (the version of the format), the letter of the kind of button, then the fields, each after a colon. Each
type of field has its ``Form``; a class whose fields do not stand one after the other says so in ``layout``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum, unique
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from bot.analysis.workload import PRESETS, Workload
from bot.catalog.entities import Category, Lane
from bot.news.alert import Event, Frequency

LONGEST = 100
# Prices are kept as whole millionths of a dollar.
PRICE_STEP = Decimal("0.000001")
VERSION = "m1"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**63 - 1
_NUMBER = "[0-9a-z]{1,13}"
_SHARE = "[a-z][0-9a-z]{2}"


@unique
class Kind(StrEnum):
    """The letter of each kind of button, menu and form. Messages keep their buttons for ever: a letter is
    never taken back nor given to another kind."""

    SUBSCRIBE_HERE = "A"
    ALL_FIGURES = "B"
    WHICH_TO_SWAP = "C"
    SUBSCRIBE_AGAIN = "a"
    BOARD_PAGE = "b"
    CHANGE_ALERT = "c"
    FORGET_SERVER = "d"
    SETTING = "e"
    PREFER = "f"
    WHICH_TO_WATCH = "g"
    SHARE = "h"
    SWAP_FOR = "i"
    COST = "j"
    ASK_COST = "k"
    IN_LANE = "l"
    WHICH_IN_HISTORY = "m"
    WHICH_MODEL = "n"
    BOARD_LANE = "o"
    PAGE_OF_TESTS = "p"
    PREVIEW_PAGE = "q"
    COMPARE_PICKS = "r"
    SHARE_COMPARISON = "s"
    ALL_TESTS = "t"
    UNSUBSCRIBE = "u"
    PREVIEW = "v"
    WHICH_TO_COMPARE = "w"
    ASK_SWAP = "x"
    WHY = "y"
    SWAP = "z"


@dataclass(frozen=True)
class Form:
    """How the values of a field are written: ``pattern`` fits all that ``write`` makes, has no groups, and
    no colon but between parts. ``read`` is the reverse of ``write`` and raises ``ValueError`` or
    ``LookupError``.

    Stands in ``Annotated`` where the type of a field alone does not say it.
    """

    pattern: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]


def base36(number: int) -> str:
    """A number from 0 on. Raises ``ValueError`` for one below."""
    if number < 0:
        raise ValueError(number)
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


def number(text: str) -> int:
    """The reverse of ``base36``. Raises ``ValueError`` for anything that it does not make, and for what is
    larger than any number of ours or id of Discord."""
    if not re.fullmatch(_NUMBER, text) or (value := int(text, 36)) > _LARGEST:
        raise ValueError(text)
    return value


def letters(meaning: Mapping[str, Any]) -> Form:
    """A form of one letter, or none, for each value."""
    written = {value: letter for letter, value in meaning.items()}
    return Form("|".join(map(re.escape, meaning)), written.__getitem__, meaning.__getitem__)


def numbers(least: int, most: int | None = None) -> Form:
    """A form of at least one number, with dots between them."""
    further = f"{{{least - 1},{'' if most is None else most - 1}}}"
    return Form(rf"{_NUMBER}(?:\.{_NUMBER}){further}", _with_dots, _between_dots)


def _with_dots(values: tuple[int, ...]) -> str:
    return ".".join(map(base36, values))


def _between_dots(text: str) -> tuple[int, ...]:
    return tuple(map(number, text.split("."))) if text else ()


def workload_letters(workload: Workload | None) -> str:
    """The number of a preset, or a letter and its percent for each category; at most 24 characters."""
    if workload is None:
        return ""
    if workload in PRESETS:
        return str(PRESETS.index(workload))
    return "".join(_LETTERS[c] + f"{base36(percent):0>2}" for c, percent in workload.shares)


def workload(text: str) -> Workload | None:
    """Raises ``ValueError`` or ``LookupError`` for anything that ``workload_letters`` does not make."""
    if not text:
        return None
    if len(text) == 1:
        # The presets keep their numbers for good: new ones go to the end.
        return PRESETS["0123456789".index(text)]
    if not re.fullmatch(f"(?:{_SHARE}){{1,8}}", text):
        raise ValueError(text)
    return Workload(
        shares=tuple((_CATEGORIES[text[n]], number(text[n + 1 : n + 3])) for n in range(0, len(text), 3))
    )


def _events(text: str) -> tuple[Event, ...]:
    wanted = tuple(event for place, event in enumerate(Event) if number(text) >> place & 1)
    if not wanted:
        raise ValueError(text)
    return wanted


def _event_bits(events: tuple[Event, ...]) -> str:
    return base36(sum(1 << place for place, event in enumerate(Event) if event in events))


_CATEGORIES = {
    "a": Category.AGENTIC,
    "c": Category.CODING,
    "r": Category.REASONING,
    "v": Category.MULTIMODAL,
    "k": Category.KNOWLEDGE,
    "l": Category.MULTILINGUAL,
    "i": Category.INSTRUCTION_FOLLOWING,
    "m": Category.MATH,
}
_LETTERS = {category: letter for letter, category in _CATEGORIES.items()}
# Of each type, fixed for good like the letters of the kinds.
_FORMS: dict[Any, Form] = {
    bool: letters({"y": True, "n": False}),
    int: Form(_NUMBER, base36, number),
    str: Form("[^:]*", str, str),
    tuple[int, ...]: replace(numbers(1), pattern=f"(?:{numbers(1).pattern})?"),
    date: Form(
        _NUMBER,
        lambda day: base36(day.toordinal()),
        lambda text: date.fromordinal(min(number(text), date.max.toordinal())),
    ),
    Decimal: Form(
        _NUMBER, lambda price: base36(int(price / PRICE_STEP)), lambda text: number(text) * PRICE_STEP
    ),
    Lane: letters({"p": Lane.PROVISIONAL, "v": Lane.VERIFIED}),
    Category | None: letters({"-": None, **_CATEGORIES}),
    Workload | None: Form(f"[0-9]?|(?:{_SHARE}){{1,8}}", workload_letters, workload),
    Literal["overall", "every"] | Category: letters({"-": "overall", "e": "every", **_CATEGORIES}),
    tuple[Event, ...]: Form("[0-9a-z]", _event_bits, _events),
    Frequency: letters(dict(zip("012", Frequency, strict=True))),
}


@dataclass(frozen=True)
class _Field:
    """A value, by the names that lead to it with dots between them, and what stands before it."""

    path: str
    form: Form
    colon: bool
    optional: bool = False
    """Left out together with its colon where there is none."""

    @property
    def pattern(self) -> str:
        """What fits the field with what stands before it; one group."""
        pattern = (":" if self.colon else "") + f"({self.form.pattern})"
        return f"(?:{pattern})?" if self.optional else pattern

    def write(self, owner: object) -> str:
        """The field of a value, with what stands before it."""
        value = attrgetter(self.path)(owner)
        if self.optional and value is None:
            return ""
        return (":" if self.colon else "") + self.form.write(value)


def pack(kind: str, value: Any) -> str:
    """The custom id of a button of this kind that knows what is in a dataclass."""
    return VERSION + kind + "".join(field.write(value) for field in _layout(value.__class__))


def unpack(custom_id: str) -> tuple[str, str]:
    """The kind, and its fields with a colon before each. Raises ``ValueError`` for an id of another version
    or maker."""
    head, colon, rest = custom_id.partition(":")
    if len(head) != len(VERSION) + 1 or not head.startswith(VERSION):
        raise ValueError(custom_id)
    return head[-1], colon + rest


def read(kind: Any, text: str) -> Any:
    """The dataclass of which ``pack`` made these fields. Raises ``ValueError`` or ``LookupError`` for
    anything else."""
    layout = _layout(kind)
    fitting = re.fullmatch("".join(field.pattern for field in layout), text)
    if fitting is None:
        raise ValueError(text)
    values = {
        field.path: None if field.optional and found is None else field.form.read(found)
        for field, found in zip(layout, fitting.groups(), strict=True)
    }
    return _built(kind, values)


def _built(kind: Any, values: Mapping[str, Any]) -> Any:
    own: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        name, dot, rest = path.partition(".")
        if dot:
            inner.setdefault(name, {})[rest] = value
        else:
            own[name] = value
    own |= {name: _built(_hints(kind)[name], some) for name, some in inner.items()}
    return kind(**own)


@cache
def _layout(kind: Any) -> tuple[_Field, ...]:
    return tuple(_fields(kind))


def _fields(kind: Any) -> Iterator[_Field]:
    """The fields of a class as its ``layout`` has them, else in order: a space stands for a colon, a plus for
    nothing between two fields, a question mark after one that is left out with its colon if it is None."""
    words: str = getattr(kind, "layout", "") or " ".join(field.name for field in fields(kind))
    for word in words.split():
        for place, name in enumerate(word.removesuffix("?").split("+")):
            hint: Any = kind
            for part in name.split("."):
                hint = _hints(hint)[part]
            if is_dataclass(hint) and isinstance(hint, type):
                for field in _layout(hint):
                    yield replace(field, path=f"{name}.{field.path}")
            else:
                optional = word.endswith("?")
                # Written at all, it is a value.
                form = _form(_value(hint) if optional else hint)
                yield _Field(name, form, not place, optional)


def _form(hint: Any) -> Form:
    """Raises ``TypeError`` for a type that has none."""
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        for note in notes:
            if isinstance(note, Form):
                return note
    if hint in _FORMS:
        return _FORMS[hint]
    if get_origin(hint) is UnionType:
        some = _form(_value(hint))
        return Form(
            f"(?:{some.pattern})?",
            lambda value: "" if value is None else some.write(value),
            lambda text: some.read(text) if text else None,
        )
    if get_origin(hint) is tuple:
        parts = [_form(part) for part in get_args(hint)]
        return Form(
            ":".join(part.pattern for part in parts),
            lambda values: ":".join(p.write(v) for p, v in zip(parts, values, strict=True)),
            lambda text: tuple(p.read(t) for p, t in zip(parts, text.split(":"), strict=True)),
        )
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return letters({each.value: each for each in hint})
    raise TypeError(f"{hint} has no form in a custom id")


def _value(hint: Any) -> Any:
    """The type of a value that may be None as well."""
    value, *others = get_args(hint)
    if others != [NoneType]:
        raise TypeError(f"{hint} is not one type or None")
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
