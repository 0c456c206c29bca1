"""Which model of one moment is which of another."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import IntEnum

from bot.catalog.entities import Model
from bot.catalog.names.spelling import plain


class _By(IntEnum):
    """Why a model that is gone and one that is new are one, the surest reason first."""

    NUMBER = 1
    NAME = 2
    ALIAS = 3


def counterparts(before: Mapping[str, Model], after: Mapping[str, Model]) -> dict[str, str]:
    """Id before to id after, for every model that is in both; the same in either direction.

    A model with the same id is the same. Of the rest, one that is gone and one that is new are the same where
    they share the number, else the name, else an alias (the id counts as one), each model once.

    Numbers count only where they are kept: tables without numbers get them in the order of their ids, so that
    a model of both has another one in each, and equal numbers say nothing.
    """
    same = {m: m for m in before if m in after}
    kept = all(before[m].number == after[m].number for m in same)
    gone = {m: model for m, model in before.items() if m not in same}
    new = {m: model for m, model in after.items() if m not in same}
    gone_by, new_by = _known_by(gone, kept), _known_by(new, kept)
    alike = {
        (by, min(one, other), max(one, other), one, other)
        for by, name in gone_by.keys() & new_by.keys()
        for one in gone_by[by, name]
        for other in new_by[by, name]
    }
    taken: set[str] = set()
    for *_, one, other in sorted(alike):
        if one not in taken and other not in taken:
            taken |= {one, other}
            same[one] = other
    return same


def _known_by(models: Mapping[str, Model], numbers: bool) -> Mapping[tuple[_By, str], list[str]]:
    found: dict[tuple[_By, str], list[str]] = defaultdict(list)
    for model_id, model in models.items():
        for key in {*_keys(model, numbers)}:
            found[key].append(model_id)
    return found


def _keys(model: Model, numbers: bool) -> Iterator[tuple[_By, str]]:
    if numbers:
        yield _By.NUMBER, str(model.number)
    yield _By.NAME, _spelled(model.display_name)
    for name in (model.display_name, model.model_id, *model.aliases):
        yield _By.ALIAS, _spelled(name)


def _spelled(name: str) -> str:
    return " ".join(plain(name).split())
