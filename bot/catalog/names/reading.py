"""What a typed text may mean: its readings, the models that fit each, and when one of them is sure.

A name is a bag of parts (see ``spelling``). Words may be misspelled, numbers never: every part that was typed
has to be in the model's name (or name its maker), and RapidFuzz is only asked about words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, islice, product
from operator import and_, or_

from bot.catalog.names.setting import EFFORTS, SERVED, THINKING, Setting, read_setting_parts, setting_parts
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
from bot.catalog.names.stamps import has_no_year, is_of, is_stamp
from bot.catalog.names.table import Entry, NameTable, loose, ranks

COMPARED = 48
"""Models that are compared in detail; where more fit, none is sure unless its name is just what was typed."""
PARTS = 8
"""Parts of a text that are looked up; a name has no more."""
_READINGS = 8

_O_SERIES = re.compile(r"o\d")
# How clouds and makers count the revisions of one model: the first is the model itself.
_REVISION, _FIRST_REVISION = re.compile(r"v\d|0\d\d"), frozenset({"v1", "001"})
_ZERO = re.compile(r"(?<![\d.])(\d)[ ._-]0(?![\d.])")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: its parts in order, and the models of the makers that were written before a slash.

    ``solid`` is a text without spaces, as ids are.
    """

    parts: list[str]
    allowed: int
    solid: bool = False


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
    misspelled word that is as near to two words is read both ways, and all ways have to agree.

    Where no model has all that was typed, ``bare`` leaves out settings, dates and revisions.
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
        return Typed(self._table.speller.parts(name), allowed, not any(map(str.isspace, text)))

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
        parts = [
            "gpt" if p == "chatgpt" else canonical(p)
            for n, p in enumerate(parts)
            if not self._filler(p, parts[n - 1] if n else "")
        ]
        parts = [p for p in parts if p not in HOSTS or any(w[0] == p[0] for w in self._table.near(p))]
        if any(_O_SERIES.fullmatch(p) for p in parts):
            parts = [p for p in parts if p != "gpt"]
        return Typed(parts, typed.allowed, typed.solid)

    def _filler(self, part: str, before: str) -> bool:
        """Whether a word says nothing here: not "a" after "command", of which there is a Command A."""
        words = self._table.words
        if part not in FILLER or part in self._table.families:
            return False
        return len(part) > 1 or not words.get(part) & words.get(before)

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
        return fitting

    def bare(self, typed: Typed) -> tuple[int, Setting] | None:
        """The model that is sure without settings, a date that is its own, or a revision; None if none is.

        A word that makes another model in the same line is no setting: Max of Qwen, Medium of Mistral.
        """
        taken: list[int] = []
        for at in (None, *setting_parts(typed.parts)):
            if at is not None:
                taken.append(at)
            rest = [part for n, part in enumerate(typed.parts) if n not in taken]
            words = [typed.parts[n] for n in sorted(taken)]
            if not EFFORTS.isdisjoint(words) and not any(map(is_number, rest)):
                continue  # "Mistral Medium" is a line of models, not Mistral at medium effort.
            rank = self._whole(rest, typed.allowed) if taken else None
            if rank is None:
                rank = self._stamped(rest, typed.allowed)
            if rank is None:
                rank = self._revised(rest, typed.allowed)
            if rank is not None and not any(self._varies(rank, word) for word in words):
                return rank, read_setting_parts(words)
        return None

    def _whole(self, parts: list[str], allowed: int) -> int | None:
        """The one model that all readings of the parts are sure of, without a corrected word."""
        fitting = self.fitting(Typed(parts, allowed)) if parts else []
        sure = {None if reading.guessed else reading.sure for reading in fitting}
        return sure.pop() if len(sure) == 1 else None

    def _stamped(self, parts: list[str], allowed: int) -> int | None:
        """The model of the other parts that came out about the date that is among them."""
        stamps = [part for part in parts if is_stamp(part)]
        rest = [part for part in parts if part not in stamps]
        if len(stamps) != 1 or all(self._common(p) and p not in self._table.families for p in rest):
            return None
        found: dict[int, int] = {}
        plainer = [part for part in rest if part != "preview"]
        for words in [rest] if plainer == rest else [rest, plainer]:
            for reading in self._readings(words, allowed) if not found else ():
                if reading.fits and not reading.guessed and reading.fits.bit_count() <= COMPARED:
                    found |= self._of_date(reading, stamps[0], named=words != rest)
        shortest = [rank for rank, missing in found.items() if missing == min(found.values())]
        return shortest[0] if len(shortest) == 1 else None

    def _of_date(self, reading: Reading, stamp: str, named: bool) -> dict[int, int]:
        """The models of a reading that came out about then, and how many parts of their names are missing.

        Where one of the line is called by its date, or no version was typed, the day has to be theirs; with
        ``named`` it has to stand in the name.
        """
        versioned = any(map(is_version, reading.typed))
        alike: dict[int, frozenset[str]] = {}
        for rank in ranks(reading.fits, COMPARED):
            entry = self._table.entries[rank]
            # GPT-3.5 Turbo of a day is not GPT-3.5 Turbo Instruct.
            unsaid = (OPTIONAL - {"instruct"}) | entry.makers | {entry.family}
            missing = self.left(rank, reading.typed, reading.loose) - unsaid
            if all(is_stamp(p) or (is_version(p) and not versioned) for p in missing):
                alike[rank] = missing
        dated = any(is_stamp(part) for missing in alike.values() for part in missing)
        dates, found = {stamp, *date_keys(stamp)}, {}
        without_year = {key for key in dates if has_no_year(key)}
        for rank, missing in alike.items():
            theirs = [part for part in missing if is_stamp(part)]
            released = self._table.entries[rank].model.release_date or ""
            forms = self._table.entries[rank].forms
            # A month and day in a name are those of a date with its year only if the model is of that year.
            keys = dates if stamp in without_year or is_of(stamp, released) else dates - without_year
            if any(0 < len(form - reading.typed) <= len((form - reading.typed) & keys) for form in forms):
                found[rank] = 0
            elif not (theirs or named) and is_of(stamp, released, strict=dated or bool(missing)):
                found[rank] = len(missing)
        return found

    def _revised(self, parts: list[str], allowed: int) -> int | None:
        """The model of the other parts, where none of its line is called by such a revision."""
        rest = [part for part in parts if part not in _FIRST_REVISION]
        if len(rest) + 1 != len(parts):
            return None
        rank = self._whole(rest, allowed)
        others = reduce(and_, (self.having(part) for part in rest), allowed)
        revised = any(
            _REVISION.fullmatch(part)
            for other in ranks(others, COMPARED)
            for form in self._table.entries[other].forms
            for part in form
        )
        return None if revised else rank

    def _varies(self, rank: int, word: str) -> bool:
        """Whether the word tells one model of the line from another, so that it is no setting of either."""
        entry, words = self._table.entries[rank], self._table.words
        if word in THINKING:
            # A maker that calls one model of a line Instruct calls the other one Thinking.
            named = self._table.speller.parts(entry.model.display_name)
            return THINKING[word] and "instruct" in named
        for other in ranks(words.get(word, 0), COMPARED):
            theirs = self._table.entries[other]
            if theirs.family != entry.family or other == rank:
                continue
            for form in theirs.forms:
                line = {p for p in form if not is_number(p)} - OPTIONAL
                for own in entry.forms:
                    wanted = ({p for p in own if not is_number(p)} - OPTIONAL) | {word}
                    if line == wanted or (word in SERVED and wanted <= line):
                        return True
        return False

    def is_later(self, typed: Typed, rank: int) -> bool:
        """Whether only a size was typed and the model is a version of it that was not: llama-13b, an id.

        People leave a version out ("gemma 31b"), but nothing besides it.
        """
        sizes = [p for p in typed.parts if is_number(p)]
        if not sizes or any(map(is_version, sizes)):
            return False
        missing = self.left(rank, frozenset(typed.parts), False) - OPTIONAL
        versions = {p for p in missing if is_version(p)}
        return bool(versions) and (typed.solid or bool(missing - versions))

    def is_base(self, typed: Typed, owners: Sequence[str], rank: int) -> bool:
        """Whether the maker's own upload was typed without the "Instruct" that the model has in its name.

        Such an upload is the model before it was tuned.
        """
        entry = self._table.entries[rank]
        named = frozenset(self._table.speller.parts(entry.model.display_name))
        if "instruct" not in named or not {"instruct", "chat"}.isdisjoint(typed.parts):
            return False
        path = "/".join((*owners, "")).casefold()
        listed = any(alias.casefold().startswith(path) for alias in entry.model.aliases)
        return bool(owners) and not listed and self._table.maker(owners[-1]) is not None

    def whole_names(self, typed: Typed) -> list[int]:
        """The models whose whole names are among what was typed, the longest names first."""
        found: dict[int, None] = {}
        telling = {p for p in typed.parts if p in self._table.families or not self._common(p)}
        for way in joinings(typed.parts[:PARTS], 3):
            parts = sorted({canonical(p) for p in way})
            for size in range(len(parts), 0, -1):
                for some in combinations(parts, size):
                    if not telling.isdisjoint(some) or any(number_parts(p)[0] for p in some):
                        for rank in self._table.bags.get(frozenset(some), ()):
                            if typed.allowed >> rank & 1:
                                found.setdefault(rank, None)
        return list(found)

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


def is_version(number: str) -> bool:
    """Whether it is neither a word, a date nor a size."""
    _, value, after = number_parts(number)
    return bool(value) and after not in ("b", "t", "k")


def _several_numbers(typed: frozenset[str]) -> bool:
    return sum(map(is_number, typed)) > 1
