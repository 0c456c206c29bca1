"""Custom ids: everything that a button knows, in at most 100 characters.

`m1` (the version of the format), a letter for the kind of button, then the fields, each after a colon.
Numbers of models and ids of people stand in base 36, lanes and categories as one letter.
"""

import re
from collections.abc import Sequence

from bot.analysis.workload import PRESETS, Workload
from bot.catalog.entities import Category, Lane

LONGEST = 100
_VERSION = "m1"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**63 - 1
_NUMBER = re.compile(r"[0-9a-z]{1,13}")
# The presets keep their numbers for good too: new ones go to the end.
_PRESETS = "0123456789"
_SHARES = re.compile(r"(?:[a-z][0-9a-z]{2}){1,8}")

_LANES = {"p": Lane.PROVISIONAL, "v": Lane.VERIFIED}
# Fixed for good: buttons in old messages carry them.
_CATEGORIES: dict[str, Category | None] = {
    "-": None,
    "a": Category.AGENTIC,
    "c": Category.CODING,
    "r": Category.REASONING,
    "v": Category.MULTIMODAL,
    "k": Category.KNOWLEDGE,
    "l": Category.MULTILINGUAL,
    "i": Category.INSTRUCTION_FOLLOWING,
    "m": Category.MATH,
}
_LANE_LETTERS = {lane: letter for letter, lane in _LANES.items()}
_CATEGORY_LETTERS = {category: letter for letter, category in _CATEGORIES.items()}


def pack(kind: str, fields: Sequence[str]) -> str:
    """The custom id of a button of this kind."""
    return ":".join((_VERSION + kind, *fields))


def unpack(custom_id: str) -> tuple[str, list[str]]:
    """Kind and fields. Raises ``ValueError`` for an id of another version or maker."""
    head, *fields = custom_id.split(":")
    if len(head) != len(_VERSION) + 1 or not head.startswith(_VERSION):
        raise ValueError(custom_id)
    return head[-1], fields


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
    if not _NUMBER.fullmatch(text) or (value := int(text, 36)) > _LARGEST:
        raise ValueError(text)
    return value


def lane_letter(lane: Lane) -> str:
    return _LANE_LETTERS[lane]


def lane(letter: str) -> Lane:
    """Raises ``KeyError`` for another letter."""
    return _LANES[letter]


def category_letter(category: Category | None) -> str:
    return _CATEGORY_LETTERS[category]


def category(letter: str) -> Category | None:
    """Raises ``KeyError`` for another letter."""
    return _CATEGORIES[letter]


def workload_letters(workload: Workload | None) -> str:
    """The number of a preset, or a letter and its percent for each category; at most 24 characters."""
    if workload is None:
        return ""
    if workload in PRESETS:
        return str(PRESETS.index(workload))
    return "".join(category_letter(c) + f"{base36(percent):0>2}" for c, percent in workload.shares)


def workload(letters: str) -> Workload | None:
    """Raises ``ValueError`` or ``KeyError`` for anything that ``workload_letters`` does not make."""
    if not letters:
        return None
    if len(letters) == 1:
        return PRESETS[_PRESETS.index(letters)]
    if not _SHARES.fullmatch(letters):
        raise ValueError(letters)
    shares = [(_CATEGORIES[letters[n]], number(letters[n + 1 : n + 3])) for n in range(0, len(letters), 3)]
    return Workload(shares=tuple((c, percent) for c, percent in shares if c))


def flag_letter(flag: bool) -> str:
    return "y" if flag else "n"


def flag(letter: str) -> bool:
    """Raises ``KeyError`` for another letter."""
    return {"y": True, "n": False}[letter]
