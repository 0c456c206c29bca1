"""Models that a table may hold twice, under two spellings of one name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.catalog.names.spelling import OPTIONAL, Speller, canonical, is_number
from bot.catalog.names.stamps import is_of, is_stamp


class Named(Protocol):
    """What tells whether two rows are one model."""

    @property
    def model_id(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def release_date(self) -> str | None: ...


Each = TypeVar("Each", bound=Named)


@dataclass(frozen=True)
class Twins(Generic[Each]):
    """Pairs of one maker: ``certain`` have the same words, ``likely`` but for a date that is their own,
    the maker's name, "instruct" or a first version 1.0."""

    certain: tuple[tuple[Each, Each], ...]
    likely: tuple[tuple[Each, Each], ...]


def twins(models: Sequence[Each]) -> Twins[Each]:
    """The models that are in the list twice, each with the one that has its name first."""
    speller = Speller()
    certain: list[tuple[Each, Each]] = []
    likely: list[tuple[Each, Each]] = []
    same: dict[tuple[str, tuple[str, ...]], Each] = {}
    alike: dict[tuple[str, frozenset[str]], list[Each]] = defaultdict(list)
    for model in models:
        maker = model.provider.casefold()
        parts = [canonical(part) for part in speller.parts(model.display_name)]
        if first := same.get((maker, tuple(parts))):
            certain.append((first, model))
            continue
        same[maker, tuple(parts)] = model
        bare = frozenset(p for p in parts if not _says_nothing(p, maker, model.release_date or ""))
        bare = bare if any(map(is_number, bare - {"1"})) else bare - {"1"}
        others = alike[maker, bare]
        likely += [(first, model) for first in others if _may_be_of_one_day(first, model)]
        others.append(model)
    return Twins(tuple(certain), tuple(likely))


def _may_be_of_one_day(one: Named, other: Named) -> bool:
    """Whether both came out together, as far as their dates say."""
    days = (one.release_date or "", other.release_date or "")
    return "" in days or days[0][:7] == days[1][:7]


def _says_nothing(part: str, maker: str, released: str) -> bool:
    if part in OPTIONAL - {"preview", "exp"} or part in maker.split():
        return True
    return is_stamp(part) and is_of(part, released)
