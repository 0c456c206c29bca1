"""Workloads: what somebody wants a model for, as shares of the categories, read from what people type."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Self, TypeVar

from pydantic import model_validator
from rapidfuzz.distance import OSA

from bot.analysis import figures
from bot.catalog.entities import CATEGORY_WEIGHTS, Category, Price, Value
from bot.catalog.names.spelling import plain
from bot.errors import PriorityAndWorkload, UnknownWorkload, WorkloadFault

T = TypeVar("T")

# More than anybody types for eight categories, and the largest number that is a share of something.
LONGEST, LARGEST = 300, 1000
# A shorter beginning of a word could be too many things.
SHORTEST_BEGINNING = 3
# Wrong letters that are forgiven in a word of at least so many.
FORGIVEN = ((8, 2), (4, 1))


class Workload(Value):
    """Shares of categories in whole percent: they add up to 100, the largest comes first.

    ``name`` is that of a preset. ``cheapest`` asks for the cheapest model that is not surely weaker than the
    best one, instead of the best. Prices for the workload are stated for ``input_parts`` tokens that are read
    to ``output_parts`` that are written.
    """

    shares: tuple[tuple[Category, int], ...]
    name: str | None = None
    cheapest: bool = False
    input_parts: int = 3
    output_parts: int = 1

    @classmethod
    def of(cls, weights: Mapping[Category, Fraction | int]) -> Self:
        """The mix with these weights, rounded to whole percents by largest remainder.

        Raises ``ValueError`` without weights, for one that is not above 0, and for one too small for 1 %.
        """
        if not weights or min(weights.values()) <= 0:
            raise ValueError("every share has to be above 0")
        total = sum(weights.values())
        exact = {c: Fraction(100 * w) / total for c, w in weights.items()}
        shares = {c: int(percent) for c, percent in exact.items()}
        places = list(Category)
        by_rest = sorted(exact, key=lambda c: (shares[c] - exact[c], places.index(c)))
        for category in by_rest[: 100 - sum(shares.values())]:
            shares[category] += 1
        return cls(shares=tuple(sorted(shares.items(), key=lambda s: (-s[1], places.index(s[0])))))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        percents = [percent for _, percent in self.shares]
        if sum(percents) != 100 or min(percents) < 1 or len(dict(self.shares)) != len(self.shares):
            raise ValueError("shares of different categories, in whole percent, add up to 100")
        if self.input_parts < 0 or self.output_parts < 0 or not self.input_parts + self.output_parts:
            raise ValueError("a token mix has parts from 0 on, and at least one")
        return self

    def cost(self, price: Price | None) -> Decimal | None:
        """USD per million tokens of its mix; None where no price is known."""
        if price is None:
            return None
        total = self.input_parts * price.input + self.output_parts * price.output
        return total / (self.input_parts + self.output_parts)

    @property
    def weights(self) -> dict[Category, float]:
        """As ``Abilities`` takes them; they add up to 1."""
        return {category: percent / 100 for category, percent in self.shares}

    @property
    def only(self) -> Category | None:
        """The category that is all of it, if one is."""
        return self.shares[0][0] if len(self.shares) == 1 else None


def _preset(name: str, input_parts: int, cheapest: bool = False, /, **percents: int) -> Workload:
    return Workload.of({Category(c.replace("_", "-")): p for c, p in percents.items()}).model_copy(
        update={"name": name, "cheapest": cheapest, "input_parts": input_parts}
    )


OVERALL = Workload.of({c: Fraction(w) for c, w in CATEGORY_WEIGHTS.items()})
"""All categories with their weights in the overall score."""

# Shares and token mixes are conventions of ours, and every answer states them. A mix is the parts that are
# read for each part that is written, and all such work reads more than it writes (openrouter.ai/state-of-ai):
# an assistant sends files and its own steps again and again, document work is long texts and short answers, a
# chat sends its instructions and what was said before with each turn, research reads pages and writes
# reports. Without such a reason it is 3, as in all other answers.
PRESETS = (
    _preset("coding assistant", 8, coding=60, agentic=30, instruction_following=10),
    _preset("research", 5, knowledge=35, reasoning=35, agentic=30),
    _preset("support chat", 5, instruction_following=40, knowledge=25, multilingual=20, agentic=15),
    _preset("document work", 10, multimodal=35, instruction_following=25, reasoning=25, knowledge=15),
    OVERALL.model_copy(update={"name": "cheapest good enough", "cheapest": True}),
)
"""Workloads by name, in the order in which they are offered."""

_PRESET_WORDS: dict[str, Workload] = {
    word: preset
    for preset, words in zip(
        PRESETS,
        (
            ("coding agent", "code assistant", "programming assistant", "pair programming"),
            ("researcher", "deep research", "research assistant"),
            ("support", "chat", "chatbot", "customer support", "customer service", "support bot"),
            ("documents", "docs", "document analysis", "document processing", "paperwork"),
            ("cheapest", "cheap", "good enough", "cheap and good enough", "budget"),
        ),
        strict=True,
    )
    for word in (str(preset.name), *words)
}
_CATEGORY_WORDS: dict[str, Category] = {
    word: category
    for category, words in {
        Category.AGENTIC: ("agents", "agent", "tools", "tool use", "tool calling", "computer use"),
        Category.CODING: ("code", "coder", "programming", "software", "development", "swe"),
        Category.REASONING: ("reason", "logic"),
        Category.MULTIMODAL: ("vision", "images", "visual", "pictures"),
        Category.KNOWLEDGE: ("facts", "general knowledge"),
        Category.MULTILINGUAL: ("languages", "language", "translation"),
        Category.INSTRUCTION_FOLLOWING: ("instructions", "following instructions"),
        Category.MATH: ("maths", "mathematics"),
    }.items()
    for word in (figures.category(category), *words)
}
_OVERALL_WORDS = frozenset({"all categories", "all", "everything", "overall", "general"})
_FILLER = frozenset({"percent", "per cent", "of", "for", "part", "parts", "tasks", "work"})

# What stands between two parts; a number with or without its sign, a word, a sign that says nothing.
_BETWEEN = re.compile(r"[,;+&/]|\b(?:and|plus)\b")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,9}(?:\.\d{1,9})?)(?![\d.])\s*%?|(?P<word>[a-z]+(?:-[a-z]+)*)|[:=])\s*"
)
_NUMBERS, _LAST_WORD = re.compile(r"\d+(?:\.\d+)?"), re.compile(r"^(.*?)([a-z]*)$")
_NAMED = re.compile(r"([^()]+) \([^()]*\)")


def read_workload(text: str) -> Workload:
    """What somebody typed: shares ("70 coding, 30 agentic"), one category or several, or a preset.

    Raises ``UnknownWorkload``.
    """
    if len(text) > LONGEST:
        raise UnknownWorkload(text, WorkloadFault.LONG)
    typed = " ".join(plain(text).split())
    if not typed:
        raise UnknownWorkload(text, WorkloadFault.EMPTY)
    if named := _NAMED.fullmatch(typed):
        preset = _PRESET_WORDS.get(named[1])
        if preset and typed == description(preset):
            return preset
    if typed in _PRESET_WORDS:
        return _PRESET_WORDS[typed]
    if typed in _OVERALL_WORDS:
        return OVERALL
    try:
        return _read_mix(typed)
    except UnknownWorkload:
        if preset := _meant(typed, _PRESET_WORDS):
            return preset
        raise


def asked_workload(priority: Category | None, typed: str | None) -> Workload | None:
    """One category as a priority, or a workload as it was typed; None for neither.

    Raises ``UnknownWorkload``, and ``PriorityAndWorkload`` for both.
    """
    if typed is None:
        return Workload.of({priority: 1}) if priority else None
    if priority:
        raise PriorityAndWorkload
    return read_workload(typed)


def suggestions(typed: str) -> list[Workload]:
    """What somebody who has typed so much may be going to say: presets, and mixes that add up to 100.

    Empty for what can become neither.
    """
    text = " ".join(plain(typed[:LONGEST]).split()).rstrip(" ,;+&/")
    alone = [figures.category(c) for c in Category]
    names = [str(preset.name) for preset in PRESETS]
    if not text:
        return _readable([*names, "everything", *alone])
    before, word = _LAST_WORD.findall(text)[0]
    begun = [f"{before}{c}" for c in alone if word and c.startswith(word)]
    numbers = [Fraction(n) for n in _NUMBERS.findall(text)]
    if not numbers:
        mixes = begun or [text]
        known = [name for name in names if f" {text}" in f" {name}"]
        return _readable([*known, *mixes, *(f"70 {each}, 30 {c}" for each in mixes for c in alone)])
    mixes = begun or ([text] if word else [f"{text} {c}" for c in alone])
    if 0 < (rest := 100 - sum(numbers)) < 100:
        return _readable([*(f"{each}, {float(rest):g} {c}" for each in mixes for c in alone), *mixes])
    return _readable(mixes)


def _readable(texts: Iterable[str]) -> list[Workload]:
    found = []
    for text in texts:
        with suppress(UnknownWorkload):
            found.append(read_workload(text))
    return list(dict.fromkeys(found))


def description(workload: Workload) -> str:
    """The name, if it has one, and the mix: "70 % coding, 30 % agentic". ``read_workload`` reads it back."""
    return f"{workload.name} ({mix(workload)})" if workload.name else mix(workload)


def mix(workload: Workload) -> str:
    """The shares alone: "70 % coding, 30 % agentic", and "all categories" for those of the overall score."""
    if workload.shares == OVERALL.shares:
        return "all categories"
    return ", ".join(f"{percent} % {figures.category(category)}" for category, percent in workload.shares)


def _read_mix(typed: str) -> Workload:
    numbers: dict[Category, Fraction | None] = {}
    for words, number in _parts(typed):
        category = _meant(words, _CATEGORY_WORDS)
        if category is None:
            preset = words in _PRESET_WORDS
            raise UnknownWorkload(typed, WorkloadFault.PRESET if preset else WorkloadFault.UNKNOWN, words)
        name = figures.category(category)
        if category in numbers:
            raise UnknownWorkload(typed, WorkloadFault.TWICE, name)
        if number is not None and not 0 < number <= LARGEST:
            raise UnknownWorkload(typed, WorkloadFault.OUT_OF_RANGE, name)
        numbers[category] = number
    shares = {c: n for c, n in numbers.items() if n is not None}
    if shares and len(shares) < len(numbers):
        without = next(c for c, n in numbers.items() if n is None)
        raise UnknownWorkload(typed, WorkloadFault.NO_SHARE, figures.category(without))
    if not numbers:
        raise UnknownWorkload(typed, WorkloadFault.EMPTY)
    try:
        return Workload.of(shares or dict.fromkeys(numbers, 1))
    except ValueError:
        smallest = min(shares, key=lambda c: shares[c])
        raise UnknownWorkload(typed, WorkloadFault.OUT_OF_RANGE, figures.category(smallest)) from None


def _parts(typed: str) -> Iterator[tuple[str, Fraction | None]]:
    """Each category as it was typed, with the number before it or behind it, if there is one."""
    for part in filter(str.strip, _BETWEEN.split(typed)):
        found = _tokens(part)
        if len(found) == 1 and isinstance(found[0], str):
            yield found[0], None
            continue
        if not found or len(found) % 2:
            raise UnknownWorkload(typed, WorkloadFault.NO_CATEGORY, part.strip())
        for one, other in zip(found[::2], found[1::2], strict=True):
            if isinstance(one, str) and isinstance(other, Fraction):
                yield one, other
            elif isinstance(one, Fraction) and isinstance(other, str):
                yield other, one
            else:
                raise UnknownWorkload(typed, WorkloadFault.NO_CATEGORY, part.strip())


def _tokens(part: str) -> list[str | Fraction]:
    """Numbers, and the words that stand together as one text, without those that say nothing."""
    found: list[str | Fraction] = []
    end = 0
    while end < len(part):
        token = _TOKEN.match(part, end)
        if token is None:
            raise UnknownWorkload(part, WorkloadFault.UNKNOWN, part.strip())
        end = token.end()
        if token["number"]:
            found.append(Fraction(token["number"]))
        elif (word := token["word"]) and word not in _FILLER:
            word = word.replace("-", " ")
            if found and isinstance(found[-1], str):
                word = f"{found.pop()} {word}"
            found.append(word)
    return found


def _meant(typed: str, words: Mapping[str, T]) -> T | None:
    """What a word stands for: as it is, as the beginning of one, or with a wrong letter; None if unclear."""
    if typed in words:
        return words[typed]
    begun = {
        id(m): m for word, m in words.items() if len(typed) >= SHORTEST_BEGINNING and word.startswith(typed)
    }
    if begun:
        return next(iter(begun.values())) if len(begun) == 1 else None
    forgiven = next((wrong for length, wrong in FORGIVEN if len(typed) >= length), 0)
    apart = {word: OSA.distance(typed, word, score_cutoff=forgiven) for word in words}
    nearest = min(apart.values())
    near = {id(words[word]): words[word] for word, wrong in apart.items() if wrong == nearest}
    return next(iter(near.values())) if nearest <= forgiven and len(near) == 1 else None
