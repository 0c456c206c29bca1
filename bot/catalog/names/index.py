"""What a person typed -> which model: ``NameIndex``."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from itertools import combinations, islice
from operator import and_, or_

from bot.catalog.entities import Model
from bot.catalog.names.decoration import undecorated
from bot.catalog.names.lines import Lines
from bot.catalog.names.reading import COMPARED, PARTS, Reader, Reading, Typed, is_version
from bot.catalog.names.setting import Setting
from bot.catalog.names.spelling import is_number, joinings, number_parts
from bot.catalog.names.table import NameTable, digits, labels, ranks

LONGEST = 200
"""Characters of a text that are looked at; a longer text is never sure."""
MOST = 25
"""Models in one answer."""
NEAREST = 3
"""Models offered where nothing is like the text."""

# A letter after a number and a space may begin the next word: "gpt 5.4 m".
_NEXT_WORD = re.compile(r"\d[\s._-]+[^\W\d_]$")


class Reason(StrEnum):
    """Why ``Found`` holds what it holds."""

    EXACT = "exact"
    """The name itself, in any spelling."""
    CERTAIN = "certain"
    """A shortened or misspelled name that can only be this model."""
    FAMILY = "family"
    """Several models have what was typed in their names."""
    AMBIGUOUS = "ambiguous"
    """The text can be read in several ways."""
    NOT_LISTED = "not listed"
    """A version, size, date, variant or maker was typed that no such model has."""
    UNKNOWN = "unknown"
    """Nothing like it."""
    EMPTY = "empty"
    """There is no model at all."""


@dataclass(frozen=True, slots=True)
class Found:
    """Either ``model`` (sure), or ``candidates``, best first, newest first for a family, at most 25.

    ``setting`` is how the model works, where that was typed and names no model of its own; ``corrected`` says
    that a word had to be.
    """

    reason: Reason
    model: Model | None = None
    candidates: tuple[Model, ...] = ()
    setting: Setting | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """As ``Found``, by the ranks of models."""

    reason: Reason
    rank: int | None = None
    asked: tuple[int, ...] = ()
    setting: Setting | None = None
    corrected: bool = False


class NameIndex:
    """Finds models by what people type; built once per catalog and never changed.

    ``leading`` are model ids, best first: they come first where nothing else tells models apart. When a model
    is sure is said at ``reading.Reader``; everything else is a question back to the person.
    """

    def __init__(self, models: Iterable[Model], leading: Sequence[str] = ()) -> None:
        models = list(models)
        self._lines = Lines(models)
        self._models = self._lines.newest_first(models)
        self._ranks = {model.model_id: rank for rank, model in enumerate(self._models)}
        self._table = NameTable(self._models)
        self._reader = Reader(self._table)
        self._labels = labels(self._models)
        self._shown = {label.casefold(): self._ranks[i] for i, label in self._labels.items()}
        self._first = list(dict.fromkeys(self._ranks[i] for i in leading if i in self._ranks))
        self._leading = self._set(self._first)

    @property
    def table(self) -> NameTable:
        """Which words and numbers there are in names."""
        return self._table

    def label(self, model: Model) -> str:
        """The model's name for lists and buttons: at most 100 characters, unlike that of any other model.

        Raises ``KeyError`` for a model that is not in the index.
        """
        return self._labels[model.model_id]

    def newer(self, model: Model) -> Model | None:
        """The newest plain version of the same line and size, None if there is none or it is unsure."""
        return self._lines.newer(model)

    def find(self, text: str, near: bool = True) -> Found:
        """The model that is meant, or what to ask. Never raises; an empty text is UNKNOWN.

        Without ``near`` there is nothing to ask where no model has all that was typed.
        """
        answer = self._find(text.strip(), near)
        if answer.rank is not None:
            return Found(answer.reason, self._models[answer.rank], (), answer.setting, answer.corrected)
        return Found(answer.reason, None, tuple(self._models[r] for r in islice(answer.asked, MOST)))

    def makes(self, maker: str, word: str) -> bool:
        """Whether the word is in the names of that maker's models."""
        squeezed = "".join(c for c in maker.casefold() if c.isalnum())
        return bool(self._table.words.get(word) & self._table.makers.get(squeezed)) and not is_number(word)

    def within(self, text: str) -> list[Model]:
        """The models whose whole names are in the text, the longest names first."""
        typed = self._reader.settled(self._reader.read(text[:LONGEST]))
        return [self._models[rank] for rank in self._reader.whole_names(typed)]

    def complete(self, text: str, exclude: Collection[str] = ()) -> list[Model]:
        """At most 25 models for a text that is being typed, best first; the leading ones if it is empty.

        Names with just these parts come before names with parts that begin so; with a number typed, short
        names before long ones. ``exclude`` are model ids.
        """
        text = text.strip()[: LONGEST + 1]
        left_out = self._set(self._ranks[i] for i in exclude if i in self._ranks)
        typed = self._reader.settled(self._reader.read(text[:LONGEST]))
        chosen: dict[int, None] = {}
        if not typed.parts:
            self._add(chosen, self._table.all & ~left_out)
            return [self._models[rank] for rank in islice(chosen, MOST)]
        answer = self._find(text)
        rank = answer.rank
        ways = [typed.parts[:PARTS]]
        if text.endswith(".") and is_number(typed.parts[-1]):
            ways, rank = [[*typed.parts[:-1], f"{typed.parts[-1]}."]], None
        elif _NEXT_WORD.search(text):
            ways.append(
                [*self._reader.settled(self._reader.read(text[:-1])).parts[:PARTS], text[-1].casefold()]
            )
        if rank is not None and not left_out >> rank & 1:
            chosen[rank] = None
        for begun in (False, True):
            fits = 0
            for parts in (joined for way in ways for joined in joinings(way, 2)):
                fits |= reduce(and_, (self._reader.having(part, begun) for part in parts), typed.allowed)
            self._add(chosen, fits & ~left_out, shortest=any(map(is_number, typed.parts)))
        if answer.reason is not Reason.UNKNOWN:
            chosen.update(dict.fromkeys(r for r in answer.asked if not left_out >> r & 1))
        return [self._models[rank] for rank in islice(chosen, MOST)]

    def _find(self, text: str, near: bool = True) -> Answer:
        """The model of a name, else of what is left of it without decoration, else a question."""
        folded = text.casefold()
        for known in (self._ranks.get(text), self._table.ids.get(folded), self._shown.get(folded)):
            if known is not None:
                return Answer(Reason.EXACT, known)
        whole = len(text) <= LONGEST
        text = text[:LONGEST]
        spelled = self._reader.spelled(self._reader.read(text))
        if spelled is not None and whole:
            return Answer(Reason.EXACT, spelled)
        if not text:
            return Answer(Reason.UNKNOWN, None, tuple(self._leaders()) if near else ())
        bare = undecorated(text)
        question: Answer | None = None
        ways = [bare.path]
        if not any(map(str.isdecimal, "".join(bare.owners))) and " " not in text:
            ways.append(bare.name)
        made = any(self._table.maker(owner) is not None for owner in bare.owners)
        for way in ways:
            answer = self._read(way, whole)
            if made and way == bare.name and not self._is_made_by(answer.rank, bare.owners):
                break
            if answer.rank is not None and self._reader.is_base(
                self._reader.read(way), bare.owners, answer.rank
            ):
                answer = Answer(Reason.NOT_LISTED, None, (answer.rank,))
            if answer.rank is not None:
                setting = replace(answer.setting or Setting(), harness=bare.harness)
                if bare.budget:
                    setting = replace(setting, budget=bare.budget, thinking=True)
                return replace(answer, setting=setting if setting != Setting() else None)
            if answer.asked and question is None:
                question = answer
        if question is not None:
            return question
        if not near:
            return Answer(Reason.NOT_LISTED)
        return self._nearest(self._reader.settled(self._reader.read(ways[-1])))

    def _is_made_by(self, rank: int | None, owners: Sequence[str]) -> bool:
        """Whether a maker that stood before a slash, or one with part of its name, has the model."""
        makers = self._table.entries[rank].makers if rank is not None else frozenset()
        return any(not makers.isdisjoint((owner, *re.split(r"[^a-z0-9]+", owner))) for owner in owners)

    def _read(self, text: str, whole: bool) -> Answer:
        """The model that is sure or the models that have all that is in the text; nothing where none has."""
        typed = self._reader.read(text)
        spelled = self._reader.spelled(typed)
        if spelled is not None and whole:
            return Answer(Reason.EXACT, spelled)
        typed = self._reader.settled(typed)
        if not typed.parts:
            return Answer(Reason.UNKNOWN)
        fitting = self._reader.fitting(typed)
        if not fitting:
            found = self._reader.bare(typed) if whole else None
            return Answer(Reason.CERTAIN, found[0], (), found[1]) if found else Answer(Reason.NOT_LISTED)
        rank = fitting[0].sure
        if rank is None or any(r.sure != rank for r in fitting) or not whole or self._reader.doubtful(text):
            return self._question(fitting)
        if all(r.exact and not r.guessed and not r.loose for r in fitting):
            return Answer(Reason.EXACT, rank)
        if self._reader.is_later(typed, rank):
            return Answer(Reason.NOT_LISTED, None, (rank,))
        return Answer(Reason.CERTAIN, rank, corrected=any(r.guessed for r in fitting))

    def _question(self, fitting: Sequence[Reading]) -> Answer:
        """Several models fit: those that a reading was sure of, then the others, newest first.

        With a version typed, names that say least beyond it come first.
        """
        chosen = dict.fromkeys(r.sure for r in fitting if r.sure is not None)
        reason = Reason.FAMILY if len(fitting) == 1 else Reason.AMBIGUOUS
        for reading in fitting:
            fits = list(ranks(reading.fits, COMPARED))
            if any(map(is_version, reading.typed)):
                missing = {rank: len(self._reader.left(rank, reading.typed, reading.loose)) for rank in fits}
                fits.sort(key=missing.__getitem__)
                if list(missing.values()).count(0) > 1:
                    reason = Reason.AMBIGUOUS
            chosen.update(dict.fromkeys(fits))
        return Answer(reason if len(chosen) > 1 else Reason.NOT_LISTED, None, tuple(chosen))

    def _nearest(self, typed: Typed) -> Answer:
        """Not all that was typed is in one name: the models with most of it, nearest number first.

        Where more words are strange than known it is UNKNOWN.
        """
        table, having = self._table, self._reader.having
        words = list(dict.fromkeys(p for p in typed.parts if not is_number(p)))[:PARTS]
        ways = [dict.fromkeys(p for p in parts if is_number(p)) for parts in joinings(typed.parts)]
        numbers = list(min(ways, key=lambda way: sum(n not in table.numbers for n in way)))[:PARTS]
        models = {word: having(word, begun=len(word) > 2 and not table.knows(word)) for word in words}
        models |= {number: having(number, loose=False) for number in numbers}
        known = sorted((p for p, of in models.items() if of), key=lambda p: models[p].bit_count())[:PARTS]
        strange = sum(not models[word] for word in words)
        telling = sum(p in table.families or (p not in table.shared and len(p) > 1) for p in known)
        guessed = not numbers and not any(map(table.knows, words))
        if not known or strange > telling or (strange and guessed):
            return Answer(Reason.UNKNOWN, None, tuple(self._unlike(words)))
        named = reduce(or_, (models[word] for word in words if word not in table.shared), 0)
        alike = reduce(or_, (table.digits.get(digits(number), 0) for number in numbers), 0)
        chosen = dict.fromkeys(self._reader.whole_names(typed)[:MOST])
        for size in range(len(known), 0, -1):
            fits = 0
            for some in combinations(known, size):
                fits |= reduce(and_, (models[part] for part in some), table.all)
            more = {*ranks(fits & alike, COMPARED), *ranks(fits, COMPARED)}.difference(chosen)
            away = {rank: (not named >> rank & 1, self._away(numbers, rank), rank) for rank in more}
            chosen.update(dict.fromkeys(sorted(more, key=away.__getitem__)))
            if len(chosen) >= MOST:
                break
        return Answer(Reason.NOT_LISTED, None, tuple(chosen))

    def _unlike(self, words: Sequence[str]) -> Iterator[int]:
        """At most three models, with the words that look most like those typed."""
        chosen: dict[int, None] = {}
        table = self._table
        for word in [w for w in words[:PARTS] if w not in table.shared or w in table.families]:
            for similar in table.similar(word):
                chosen.update(dict.fromkeys(ranks(self._reader.having(similar), NEAREST)))
        return islice(chosen, NEAREST)

    def _leaders(self) -> Iterator[int]:
        """Three models where nothing was typed: the leading ones, else the newest."""
        chosen: dict[int, None] = {}
        self._add(chosen, self._table.all)
        return islice(chosen, NEAREST)

    def _add(self, chosen: dict[int, None], models: int, shortest: bool = False) -> None:
        """Append models that are not chosen yet: the leading, the shortest if wanted, the newest."""
        if models & self._leading:
            chosen.update(dict.fromkeys(rank for rank in self._first if models >> rank & 1))
        newest = ranks(models, COMPARED if shortest else MOST + len(chosen))
        chosen.update(dict.fromkeys(sorted(newest, key=self._length) if shortest else newest))

    def _length(self, rank: int) -> int:
        return min(map(len, self._table.entries[rank].forms), default=0)

    def _away(self, numbers: Sequence[str], rank: int) -> tuple[float, int]:
        """How far the numbers of a name are from those typed (0: all the same), then how long it is."""
        if not numbers:
            return 0.0, 0
        theirs = [part for form in self._table.entries[rank].forms[:2] for part in form if is_number(part)]
        apart = sum(min((_apart(number, other) for other in theirs), default=2.0) for number in numbers)
        return apart, self._length(rank)

    @staticmethod
    def _set(members: Iterable[int]) -> int:
        return reduce(or_, (1 << rank for rank in members), 0)


def _apart(number: str, other: str) -> float:
    if number == other:
        return 0.0
    if digits(number) == digits(other):
        return 0.01
    (_, value, after), (_, other_value, other_after) = number_parts(number), number_parts(other)
    try:
        low, high = sorted((float(value), float(other_value)))
    except ValueError:  # a date, 8x22, 1.2.3
        return 2.0
    # Never as near as equal digits; another unit is another thing.
    return 0.02 + (high - low) / (high or 1.0) + (after != other_after)
