"""The names in a command: each one a model, or open with the models that may be meant."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model
from bot.catalog.names.index import Reason

OFFERED = 5
"""Models from which a person chooses where a name is not settled."""


@dataclass(frozen=True)
class Open:
    """A name that needs a choice: what was typed, why, and the models nearest to it, best first."""

    typed: str
    reason: Reason
    candidates: tuple[Model, ...]

    def nearest(self, catalog: Catalog) -> list[str]:
        """The names of the models that are offered."""
        return [catalog.names.label(model) for model in self.candidates[:OFFERED]]


def resolve(catalog: Catalog, typed: str) -> Model | Open:
    """The model of a completed id or of a name as people type it."""
    if typed in catalog.models:
        return catalog.models[typed]
    found = catalog.names.find(typed)
    if found.model is not None:
        return found.model
    return Open(typed, found.reason if catalog.models else Reason.EMPTY, tuple(found.candidates))


def resolve_all(catalog: Catalog, typed: Iterable[str | None]) -> list[Model | Open]:
    """Likewise for several, leaving out those that were not given."""
    return [resolve(catalog, name) for name in typed if name is not None]


def settings_of(catalog: Catalog, typed: Iterable[str | None]) -> list[str]:
    """The efforts and ways to think that were typed with names, where they name no model of their own."""
    found = [catalog.names.find(name) for name in typed if name is not None and name not in catalog.models]
    return [each.setting.words for each in found if each.setting and each.setting.words]
