"""Which models have which parts in their names: the table that ``names`` looks things up in.

A set of models is an ``int`` whose bit n stands for the model of rank n, the newest first: sets of 50,000
models are cut and joined in a microsecond, and the newest members are the lowest bits.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from bot.catalog.entities import Model
from bot.catalog.names.spelling import (
    Speller,
    bag_of,
    canonical,
    date_keys,
    is_number,
    number_parts,
    plain,
    with_points,
)

_LABEL = 100
_FORM = 200
_NEAR = 8
_DECIMAL = re.compile(r"\d+\.\d+")
# Words of a maker's name that do not name it.
# From this share of common letters on, two words look alike.
_ALIKE = 0.78
_NOT_A_MAKER = frozenset({"ai", "labs", "lab", "research", "institute", "for", "agi", "the", "of"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A model as the table sees it; ``forms`` are the bags of parts of its display name, id and aliases."""

    model: Model
    forms: tuple[frozenset[str], ...]
    family: str
    makers: frozenset[str]


def ranks(models: int, most: int) -> Iterator[int]:
    """The first members of a set of models, newest first."""
    while models and most > 0:
        low = models & -models
        yield low.bit_length() - 1
        models ^= low
        most -= 1


def loose(number: str) -> str:
    """A number without the letter before it: ``k2.5`` is loosely 2.5."""
    _, value, after = number_parts(number)
    return value + after if value else number


@lru_cache(maxsize=4096)
def digits(number: str) -> str:
    """What is left of a number when it is typed carelessly: 5.5 and 55 are alike, and so are 4o and 40."""
    return "".join(c for c in number.replace("o", "0") if c.isdecimal())


def _set(members: Sequence[int]) -> int:
    field = bytearray(max(members) // 8 + 1)
    for rank in members:
        field[rank >> 3] |= 1 << (rank & 7)
    return int.from_bytes(field, "little")


class Sets:
    """Part to the set of the models that have it: kept as an ``int``, or as ranks where those are smaller.

    So a part that stands in one of 50,000 names does not take a bit for each of them.
    """

    def __init__(self, places: dict[str, list[int]]) -> None:
        self._places = {part: _smaller(members) for part, members in places.items()}

    def get(self, part: str, default: int = 0) -> int:
        """The models whose names have the part, as bits by rank; ``default`` where none has it."""
        found = self._places.get(part, default)
        return found if isinstance(found, int) else _set(found)

    def __contains__(self, part: object) -> bool:
        return part in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)


def _smaller(members: list[int]) -> int | list[int]:
    """Bytes of the two forms, roughly: one for eight ranks, or forty for each member."""
    return _set(members) if max(members) // 8 <= 40 * (1 + len(members)) else members


class NameTable:
    """Built once from models in the order of their rank (newest first); never changed."""

    def __init__(self, models: Sequence[Model]) -> None:
        self.all = (1 << len(models)) - 1
        self.ids = {m.model_id.casefold(): rank for rank, m in enumerate(models)}
        self.entries: list[Entry] = []
        self.spelled: dict[str, int] = {}
        in_name: dict[str, list[int]] = defaultdict(list)
        in_number: dict[str, list[int]] = defaultdict(list)
        in_loose: dict[str, list[int]] = defaultdict(list)
        in_size: dict[str, list[int]] = defaultdict(list)
        in_digits: dict[str, list[int]] = defaultdict(list)
        in_maker: dict[str, list[int]] = defaultdict(list)
        by_bag: dict[frozenset[str], list[int]] = defaultdict(list)
        family_of: dict[str, str] = {}
        shared: set[str] = set()
        letters: dict[str, set[str]] = defaultdict(set)
        solid = {
            chunk
            for name in {
                n for m in models for n in (m.provider, *(a.partition("/")[0] for a in m.aliases if "/" in a))
            }
            for chunk in re.findall(r"[a-z]+\d+\b", plain(name[:_FORM]))
        }
        speller = Speller(solid=solid)
        makers_of: dict[tuple[str, ...], frozenset[str]] = {}
        spelled_by: dict[str, tuple[int, int]] = {}
        for rank, model in enumerate(models):
            sources = tuple(
                sorted({model.provider, *(a.partition("/")[0] for a in model.aliases if "/" in a)})
            )
            if sources not in makers_of:
                makers_of[sources] = frozenset(w for s in sources for w in _maker_words(s[:_FORM]))
            makers = makers_of[sources]
            tails = [a.rpartition("/")[2] for a in model.aliases]
            decimals = set(_DECIMAL.findall(" ".join((model.display_name[:_FORM], *tails))))
            forms = []
            atoms: set[str] = set()
            family = ""
            for kind, text in enumerate((model.model_id, model.display_name, *tails)):
                parts = speller.parts(with_points(text[:_FORM], decimals))
                if not parts:
                    continue
                bag = frozenset(bag_of(parts))
                if kind == 1:
                    family = "gpt" if parts[0] == "chatgpt" else canonical(parts[0])
                importance = min(kind, 2)
                spelling = " ".join(parts)
                known = spelled_by.get(spelling)
                if known is None or (known[0] == 2 > importance):
                    spelled_by[spelling] = importance, rank
                elif known[1] != rank and importance < 2:
                    spelled_by[spelling] = importance, -1
                if bag not in forms:
                    forms.append(bag)
                    by_bag[bag].append(rank)
                    atoms |= bag
            self.entries.append(Entry(model, tuple(forms), family, makers))
            for maker in makers:
                in_maker[maker].append(rank)
            version_letters = set()
            keys: dict[str, None] = {}
            for part in atoms:
                if not is_number(part):
                    in_name[part].append(rank)
                    if family_of.setdefault(part, family) != family:
                        shared.add(part)
                elif "-" in part:
                    keys |= dict.fromkeys(date_keys(part))
                else:
                    keys[part] = None
                    before, value, after = number_parts(part)
                    if not value:
                        continue
                    in_loose[value + after].append(rank)
                    in_digits[digits(part)].append(rank)
                    if after == "b" and not before:
                        in_size[value].append(rank)
                    elif before and after not in ("b", "t", "k"):
                        version_letters.add(before)
            for part in keys:
                in_number[part].append(rank)
            for part in atoms:
                if version_letters and not is_number(part):
                    letters[part] |= version_letters
        self.words, self.numbers = Sets(in_name), Sets(in_number)
        self.loose, self.sizes, self.digits = Sets(in_loose), Sets(in_size), Sets(in_digits)
        self.bags = dict(by_bag)
        self.spelled = {spelling: rank for spelling, (_, rank) in spelled_by.items() if rank >= 0}
        self.shared = frozenset(shared)
        self.letters = dict(letters)
        self.makers = Sets({word: of for word, of in in_maker.items() if word not in self.shared})
        # Words that stand in most names of a maker: Gemini is a name first, whoever lists it as a maker.
        self.rather_names = frozenset(
            w for w in self.makers if 2 * self.words.get(w).bit_count() > self.makers.get(w).bit_count()
        )
        self.families = frozenset(entry.family for entry in self.entries)
        self.speller = Speller(self.knows, solid)
        self._guessable = sorted(w for w in {*self.words, *self.makers} if len(w) > 2)
        self._sorted = sorted({*self.words, *self.makers, *self.numbers})

    def knows(self, word: str) -> bool:
        """Whether any name or maker has the word."""
        return word in self.words or word in self.makers

    def maker(self, name: str) -> int | None:
        """The models of the maker that was written before a slash, None if there is no such maker."""
        squeezed = "".join(c for c in plain(name) if c.isalnum())
        if squeezed in self.makers:
            return self.makers.get(squeezed)
        # Uploads carry the maker in front: meta-llama, mistralai, zai-org.
        begins = [w for w in self.makers if len(w) > 1 and squeezed.startswith(w)]
        return self.makers.get(max(begins, key=len)) if begins else None

    def near(self, word: str) -> list[str]:
        """The known words least far from a misspelled one, within what is plausible for its length."""
        limit = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
        if not limit:
            return []
        found = process.extract(word, self._guessable, scorer=OSA.distance, score_cutoff=limit, limit=_NEAR)
        least = min((distance for _, distance, _ in found), default=0)
        return [w for w, distance, _ in found if distance == least and (distance == 1 or w[0] == word[0])]

    def similar(self, word: str) -> list[str]:
        """The known word that looks most like any word at all; none if nothing looks like it."""
        scorer = Indel.normalized_similarity
        found = process.extractOne(word, self._guessable, scorer=scorer, score_cutoff=_ALIKE)
        return [found[0]] if found else []

    def beginning(self, start: str) -> int:
        """The models with a part that begins like this; a digit is only continued by a point or a letter.

        A maker has to be written with three letters at least.
        """
        models = 0
        for at in range(bisect_left(self._sorted, start), len(self._sorted)):
            part = self._sorted[at]
            if not part.startswith(start):
                break
            if part[len(start) : len(start) + 1].isdecimal() and start[-1].isdecimal():
                continue
            models |= self.words.get(part, 0) | self.numbers.get(part, 0)
            if len(start) > 2:
                models |= self.makers.get(part, 0)
        return models


def _maker_words(name: str) -> Iterator[str]:
    words = re.findall(r"[^\W_]+", plain(name))
    yield "".join(words)
    for word in words:
        if len(word) > 1 and word not in _NOT_A_MAKER:
            yield word


def _shown(text: str, most: int = _LABEL) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def labels(models: Iterable[Model]) -> dict[str, str]:
    """Model id to a name for lists: at most 100 characters, never empty, never the same for two models.

    Models of one name are told apart by provider, else release date, else id.
    """
    named: dict[str, list[Model]] = defaultdict(list)
    for model in models:
        named[(_shown(model.display_name) or _shown(model.model_id)).casefold()].append(model)
    made: dict[str, str] = {}
    taken = {name for name, same in named.items() if len(same) == 1}
    for same in named.values():
        for told in (
            [""] if len(same) == 1 else [],
            [m.provider for m in same],
            [m.release_date or "" for m in same],
            [m.model_id for m in same],
            [f"#{m.number}" for m in same],
        ):
            tails = [_shown(tail, 40) for tail in told]
            if len(set(tails)) < len(same) or ("" in tails and len(same) > 1):
                continue
            names = [_told_apart(m, tail) for m, tail in zip(same, tails, strict=True)]
            if len(same) > 1 and any(name.casefold() in taken for name in names):
                continue
            taken.update(name.casefold() for name in names)
            made.update((m.model_id, name) for m, name in zip(same, names, strict=True))
            break
    return made


def _told_apart(model: Model, tail: str) -> str:
    tail = f" ({tail})" if tail else ""
    name = _shown(model.display_name) or _shown(model.model_id)
    return _shown(name, _LABEL - len(tail)) + tail
