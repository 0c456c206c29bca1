"""The abilities of the tables that ship with the program are worked out beforehand, so that a first answer
need not wait for them: ``python -m bot.sources.fits`` writes them anew after every change of the tables.
"""

from contextlib import suppress
from datetime import date
from pathlib import Path

from bot.ability.kept import ABILITY_METHOD, fit
from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.errors import FitFailed
from bot.sources.folder import packaged_tables, read_tables


def fit_of(catalog: Catalog, digest: str) -> Fit:
    """The abilities of a catalog with this digest: the shipped ones if they are those, else a fit.

    Raises ``FitFailed``.
    """
    try:
        shipped = Fit.unpacked(_file().read_bytes())
    except (OSError, ValueError):
        shipped = None
    if shipped and (shipped.method, shipped.digest) == (ABILITY_METHOD, digest):
        return shipped
    return fit(catalog, digest)


def read_fitted(folder: Path, today: date | None = None) -> Catalog:
    """``read_catalog`` with abilities; without them where they cannot be worked out."""
    tables = read_tables(folder, today)
    catalog = tables.catalog()
    with suppress(FitFailed, MemoryError):
        return catalog.with_fit(fit_of(catalog, tables.digest))
    return catalog


def _file() -> Path:
    return packaged_tables() / "abilities.npz"


if __name__ == "__main__":
    shipped_tables = read_tables(packaged_tables())
    _file().write_bytes(fit(shipped_tables.catalog(), shipped_tables.digest).packed())
