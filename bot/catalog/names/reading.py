"""What a typed text may mean: its readings, the models that fit each, and when one of them is sure.

A name is a bag of parts (see ``spelling``). Words may be misspelled, numbers never: every part that was typed
has to be in the model's name (or name its maker), and RapidFuzz is only asked about words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import islice, product
from operator import and_, or_

from bot.catalog.names.spelling import (
    FILLER,
    HOSTS,
    OPTIONAL,
    canonical,
    date_keys,
    is_number,
    joinings,
    number_parts,
    plain,
)
from bot.catalog.names.table import Entry, NameTable, loose, ranks

COMPARED = 48
"""Models that are compared in detail; where more fit, none is sure unless its name is just what was typed."""
PARTS = 8
"""Parts of a text that are looked up; a name has no more."""
_READINGS = 8
_BUILT = range(-3, 32)

_O_SERIES = re.compile(r"o\d")
_ZERO = re.compile(r"(?<![\d.])(\d)[ ._-]0(?![\d.])")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: its parts in order, and the models of the makers that were written before a slash."""

    parts: list[str]
    allowed: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the text.

    ``typed`` are its parts, ``guessed`` says that a word was corrected, ``fits`` are the models that have all
    parts, ``loose`` says that letters of numbers were missing, ``sure`` is the rank of the one model that is
    meant, ``exact`` says that its name has nothing more.
    """

    typed: frozenset[str]
    guessed: bool
    fits: int
    loose: bool
    sure: int | None
    exact: bool


class Reader:
    """Reads text against one table of names.

    When a model is sure. Every part that was typed is in its name or names its maker, numbers unchanged, and

    1. nothing else is in its name (in its display name, its id or one of its aliases), or
    2. no other model has all that was typed; if a version was typed, no word that several families use (mini,
       pro, flash) is missing, because such a word tells a model from its base; and without a number the words
       are more than such shared ones, or
    3. several have it, but the names of all others say everything that its name says and more, and what is
       missing in the text is only its family, its maker, "preview" or a mixture's active size.

    A letter before a version may be missing where the family has one such letter (Kimi 2.5), a "b" after a
    size where a version was typed as well. "Instruct" may be added to a model that has no such variant. A
    date that is in no name may be the build of a model without dated versions, from 31 days before to 3 days
    after its release. A misspelled word that is as near to two words is read both ways, and all ways have to
    agree.
    """

    def __init__(self, table: NameTable) -> None:
        self._table = table

    def read(self, text: str) -> Typed:
        """The parts of the text; makers before a slash narrow the models down, hosts there are left out."""
        *before, name = text.split("/")
        allowed = self._table.all
        for prefix in before:
            squeezed = "".join(c for c in plain(prefix) if c.isalnum())
            if not squeezed or squeezed in HOSTS:
                continue
            makes = self._table.maker(squeezed)
            if makes is None:
                name = f"{prefix} {name}"
            else:
                allowed &= makes
        return Typed(self._table.speller.parts(name), allowed)

    def spelled(self, typed: Typed) -> int | None:
        """The model with just these parts in this order as name, id or alias, also after its maker's name."""
        table = self._table
        for parts in (typed.parts, [p for p in typed.parts if p not in FILLER]):
            rank = table.spelled.get(" ".join(parts))
            if rank is not None and typed.allowed >> rank & 1:
                return rank
            rank = table.spelled.get(" ".join(parts[1:]))
            if rank is not None and parts[0] in table.entries[rank].makers and typed.allowed >> rank & 1:
                return rank
        return None

    def settled(self, typed: Typed) -> Typed:
        """Without filler, in one spelling, words joined that are one. ChatGPT is what people call GPT."""
        parts: list[str] = []
        for part in typed.parts:
            joined = parts[-1] + part if parts else ""
            if joined == "chatgpt" or (joined.isalpha() and self._table.knows(joined)):
                parts[-1] = joined
            else:
                parts.append(part)
        parts = ["gpt" if p == "chatgpt" else canonical(p) for p in parts if not self._filler(p)]
        parts = [p for p in parts if p not in HOSTS or any(w[0] == p[0] for w in self._table.near(p))]
        if any(_O_SERIES.fullmatch(p) for p in parts):
            parts = [p for p in parts if p != "gpt"]
        return Typed(parts, typed.allowed)

    def _filler(self, part: str) -> bool:
        return part in FILLER and part not in self._table.families

    def fitting(self, typed: Typed) -> list[Reading]:
        """The readings that models fit. Where one is the name itself, those that need more are left out."""
        fitting = [r for r in self._readings(typed.parts, typed.allowed) if r.fits]
        named = [r for r in fitting if r.exact]
        if len(named) == 1 and not any(r.guessed for r in fitting):
            return named
        if not any(map(is_number, typed.parts)) and not named:
            fitting = [r for r in fitting if "instruct" not in r.typed]
        for fewer in self._without_suffix(typed):
            without = [r for r in self._readings(fewer, typed.allowed) if r.fits]
            if not fitting or (any(r.exact for r in without) and all(r.sure is None for r in fitting)):
                fitting = without
            elif any(r.exact for r in without):
                fitting = fitting + without
        return fitting or self._build(typed)

    def _build(self, typed: Typed) -> list[Reading]:
        """A date after a full name is the build of a model without dated versions that came out about then.

        Makers give such ids to their models: claude-opus-4-5-20251101.
        """
        *rest, day = typed.parts
        if day.count("-") != 2 or not rest:
            return []
        found = [r for r in self._readings(rest, typed.allowed) if r.fits]
        if len(found) != 1 or found[0].sure is None or not found[0].exact:
            return []
        entries = self._table.entries
        released = entries[found[0].sure].model.release_date or ""
        dated = any(
            part.count("-") == 2
            for rank in ranks(found[0].fits, COMPARED)
            for form in entries[rank].forms
            for part in form
        )
        if dated or _days_between(day, released) not in _BUILT:
            return []
        return [replace(found[0], exact=False)]

    def _without_suffix(self, typed: Typed) -> Iterator[list[str]]:
        """The parts without "instruct", or without "chat" in a family that has no chat variant."""
        words = self._table.words
        for suffix in ("instruct", "chat"):
            rest = [p for p in typed.parts if p != suffix]
            if not rest or len(rest) == len(typed.parts):
                continue
            if suffix == "chat" and any(
                words.get(p, 0) & words.get("chat", 0) for p in rest if not self._common(p)
            ):
                continue
            yield rest

    def _common(self, word: str) -> bool:
        return word in self._table.shared or is_number(word)

    def _readings(self, parts: list[str], allowed: int) -> list[Reading]:
        """All ways to join numbers and to correct words, that no other reading repeats."""
        choices = {part: self._spellings(part) for part in parts[:PARTS]}
        readings: dict[frozenset[str], Reading] = {}
        if len(parts) > PARTS or not all(choices.values()):
            return []
        for joined in joinings(parts):
            options = [choices.get(part, ((part,),)) for part in joined]
            for chosen in islice(product(*options), _READINGS):
                typed = frozenset(canonical(p) for some in chosen for p in some)
                if typed not in readings:
                    guessed = not all(
                        len(some) > 1 or some[0] == part for some, part in zip(chosen, joined, strict=True)
                    )
                    readings[typed] = self._reading(typed, guessed, allowed)
        return list(readings.values())

    def _spellings(self, part: str) -> tuple[tuple[str, ...], ...]:
        """The known words that a part may stand for: itself if known or a number, none if nothing is near."""
        if is_number(part) or self._table.knows(part):
            return ((part,),)
        for at in range(3, len(part) - 2):
            if self._table.knows(part[:at]) and self._table.knows(part[at:]):
                return ((part[:at], part[at:]),)
        return tuple((word,) for word in self._table.near(part))

    def _reading(self, typed: frozenset[str], guessed: bool, allowed: int) -> Reading:
        table = self._table
        fits = reduce(and_, (self.having(part) for part in typed), allowed)
        if not fits and not table.rather_names.isdisjoint(typed):
            fits = reduce(and_, (self.having(p) | table.makers.get(p, 0) for p in typed), allowed)
        loose = False
        if not fits and any(map(is_number, typed)):
            loose = True
            fits = reduce(and_, (self.having(part, loose=_several_numbers(typed)) for part in typed), allowed)
        exact = [] if loose else [r for r in table.bags.get(typed, ()) if fits >> r & 1]
        if not exact and not loose:
            named = frozenset(p for p in typed if p not in table.makers)
            exact = [r for r in table.bags.get(named, ()) if fits >> r & 1]
        if exact:
            alone = len(exact) == 1
            return Reading(typed, guessed, fits, loose, exact[0] if alone else None, alone)
        sure, whole = self._only(typed, guessed, fits, loose)
        return Reading(typed, guessed, fits, loose, sure, whole)

    def having(self, part: str, begun: bool = False, loose: bool | None = None) -> int:
        """The models that have the part. ``begun``: it may be the beginning of one.

        ``loose``: a letter before a number may be missing and, if True, the "b" of a size as well.
        """
        table = self._table
        models = table.words.get(part, 0) | table.numbers.get(part, 0)
        if part not in table.rather_names:
            models |= table.makers.get(part, 0)
        if begun:
            models |= table.beginning(part)
            if not models:
                models = reduce(or_, (self.having(w) for some in self._spellings(part) for w in some), 0)
        if loose is not None and is_number(part):
            before, value, after = number_parts(part)
            if before in ("", "v"):
                models |= table.loose.get(value + after, 0)
                if loose and not after:
                    models |= table.sizes.get(value, 0)
        return models

    def _only(self, typed: frozenset[str], guessed: bool, fits: int, loose: bool) -> tuple[int | None, bool]:
        """The one model that is sure by rule 2 or 3, and whether its name says nothing more."""
        table = self._table
        if not fits or fits.bit_count() > COMPARED:
            return None, False
        left = {rank: self.left(rank, typed, loose) for rank in ranks(fits, COMPARED)}
        rank = min(left, key=lambda r: len(left[r]))
        missing, entry = left[rank], table.entries[rank]
        if loose and not self._one_letter(typed, entry):
            return None, False
        words = {p for p in typed if not is_number(p)}
        if not (words & set().union(*entry.forms)) and not any(
            number_parts(p)[0] or number_parts(p)[2] for p in typed
        ):
            return None, False
        if missing and self._others_alike(typed, fits, entry):
            return None, False
        if len(left) == 1:
            if any(map(is_version, typed)) and any(p in table.shared and p not in OPTIONAL for p in missing):
                return None, False
            if len(typed) == 1 and entry.family not in typed and any(map(is_number, missing)):
                word = next(iter(typed))
                if len(word) < 5 or (guessed and len(word) < 6):
                    return None, False
            if words == typed and not (words - table.shared) | (words & table.families):
                return None, False
            return rank, not missing
        if not all(missing <= other and (r == rank or missing != other) for r, other in left.items()):
            return None, False
        sized = any(number_parts(p)[2] == "b" and not number_parts(p)[0] for p in typed)
        for part in missing:
            active = sized and number_parts(part)[0] == "a" and number_parts(part)[2] == "b"
            if not (active or part == entry.family or part in entry.makers or part in OPTIONAL):
                return None, False
        return rank, not missing

    def _others_alike(self, typed: frozenset[str], fits: int, entry: Entry) -> bool:
        """Whether a number typed without a letter may be one with a letter elsewhere.

        "Laguna 2.1" may be S 2.1, "4 mini" o4-mini. Other families only count where none was typed.
        """
        numbers = [p for p in typed if is_number(p)]
        if not numbers:
            return False
        alike = reduce(
            and_, (self.having(p, loose=None if p[0] == "v" else False) for p in typed), self._table.all
        )
        families = {self._table.entries[r].family for r in ranks(alike & ~fits, COMPARED)}
        if entry.family in typed or not all(self._common(p) for p in typed):
            return entry.family in families
        return bool(families) or len({self._table.entries[r].family for r in ranks(fits, COMPARED)}) > 1

    def left(self, rank: int, typed: frozenset[str], loose_numbers: bool) -> frozenset[str]:
        """What the model's name says beyond what was typed, in its shortest form."""
        loosely = {loose(p) for p in typed if is_number(p)} if loose_numbers else set()
        best: frozenset[str] | None = None
        for form in self._table.entries[rank].forms:
            left = form - typed
            if left:
                left = frozenset(
                    p
                    for p in left
                    if not (p.count("-") == 2 and not typed.isdisjoint(date_keys(p)))
                    and not (loosely and (loose(p) in loosely or p.removesuffix("b") in loosely))
                )
            if best is None or len(left) < len(best):
                best = left
        return best or frozenset()

    def _one_letter(self, typed: frozenset[str], entry: Entry) -> bool:
        """Whether a version typed without its letter can only mean the family's one lettered series."""
        name = frozenset().union(*entry.forms)
        for part in typed - name:
            same = (p for p in name if is_number(p) and loose(p) == loose(part))
            letters = {number_parts(p)[0] for p in same} - {"", "v"}
            series = (self._table.letters.get(w) for w in typed if not self._common(w))
            if letters and letters not in series:
                return False
        return True

    def doubtful(self, text: str) -> bool:
        """Whether a zero was typed that may be meant as the letter: "gpt 4.0" beside GPT-4o."""
        text = plain(text)
        letter = _ZERO.sub(r"\1o", text) if "0" in text else text
        if letter == text:
            return False
        typed = self.settled(self.read(letter))
        return any(reading.fits for reading in self._readings(typed.parts, typed.allowed))


def _days_between(first: str, second: str) -> int | None:
    """Days from one date to another, None where either is not a whole date."""
    try:
        return (date.fromisoformat(second) - date.fromisoformat(first)).days
    except ValueError:
        return None


def is_version(number: str) -> bool:
    """Whether it is neither a word, a date nor a size."""
    _, value, after = number_parts(number)
    return bool(value) and after not in ("b", "t", "k")


def _several_numbers(typed: frozenset[str]) -> bool:
    return sum(map(is_number, typed)) > 1
