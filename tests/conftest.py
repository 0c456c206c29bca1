"""Drawn examples are never timed: machines are shared. Where all is checked they are the same each time."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import bot  # noqa: F401 (it limits the threads of NumPy, which has to be done before NumPy is imported)
from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.sources.fits import fit_of
from bot.sources.folder import read_tables

settings.register_profile(
    "steady",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")

FitOnce = Callable[[Catalog, str], Fit]
State = Callable[[Path], Catalog]


@pytest.fixture(scope="session")
def fit_once(tmp_path_factory: pytest.TempPathFactory) -> FitOnce:
    """``fit_of`` that fits the same facts once a run, whichever process of it comes first."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of the whole run

    def fit(catalog: Catalog, digest: str) -> Fit:
        kept = folder / f"{_facts(catalog)}.npz"
        with (folder / "fits.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_bytes(fit_of(catalog, digest).packed())
            return replace(Fit.unpacked(kept.read_bytes()), digest=digest)

    return fit


def _facts(catalog: Catalog) -> str:
    """A digest of all that a fit could read, in this order; the numbers of models are nothing to it."""
    facts = sha256()
    for model in catalog.models.values():
        facts.update(model.model_dump_json(exclude={"number"}).encode())
    for benchmark in catalog.benchmarks.values():
        facts.update(benchmark.model_dump_json().encode())
    for model_id in catalog.models:
        for scores in catalog.scores(model_id).values():
            for score in scores:
                facts.update(score.model_dump_json().encode())
    return facts.hexdigest()


@pytest.fixture(scope="session")
def state(fit_once: FitOnce) -> State:
    """The catalog of a folder of tables, with abilities."""

    @cache
    def read(folder: Path) -> Catalog:
        tables = read_tables(folder)
        catalog = tables.catalog()
        return catalog.with_fit(fit_once(catalog, tables.digest))

    return read
