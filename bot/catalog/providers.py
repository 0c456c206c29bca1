"""Providers: which one is meant by what somebody typed, and what stands for it in a button."""

from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.catalog.catalog import Catalog

# Characters of a text that are looked at.
LONGEST = 100
NEAREST = 3


@lru_cache(maxsize=2)
def provider_names(catalog: Catalog) -> tuple[str, ...]:
    """The providers, those with most models first."""
    counts: dict[str, int] = {}
    for model in catalog.models.values():
        counts[model.provider] = counts.get(model.provider, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def find_provider(catalog: Catalog, typed: str) -> str | list[str]:
    """The provider as the catalog writes it, or the nearest ones where that is not sure.

    Its name is enough in any case, or else a part of it that is in no other name.
    """
    wanted = typed.strip().casefold()
    alike = _with_part(catalog, wanted) if wanted else {}
    if wanted in alike:
        return alike[wanted]
    if len(alike) == 1:
        return next(iter(alike.values()))
    return nearest_providers(catalog, typed)[:NEAREST]


def nearest_providers(catalog: Catalog, typed: str) -> list[str]:
    """The providers with what was typed in their names, those that begin with it first; where there are none
    up to three with a name like it, best first."""
    wanted = typed.strip().casefold()
    if found := _with_part(catalog, wanted):
        return [found[folded] for folded in sorted(found, key=lambda folded: not folded.startswith(wanted))]
    squeezed = {name: name.casefold().replace(" ", "") for name in provider_names(catalog)}
    wanted = typed[:LONGEST].casefold().replace(" ", "")
    alike = process.extract(wanted, squeezed, scorer=fuzz.ratio, limit=NEAREST, score_cutoff=60)
    return [name for _, _, name in alike]


def provider_number(catalog: Catalog, provider: str) -> int | None:
    """What stands for a provider in a button: the lowest number of its models; None for an unknown name."""
    wanted = provider.casefold()
    return min((m.number for m in catalog.models.values() if m.provider.casefold() == wanted), default=None)


def _with_part(catalog: Catalog, part: str) -> dict[str, str]:
    """Providers by their casefolded names, of which those with most models stand for all spellings."""
    found: dict[str, str] = {}
    for name in provider_names(catalog):
        if part in name.casefold():
            found.setdefault(name.casefold(), name)
    return found
