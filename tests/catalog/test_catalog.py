"""A catalog is one moment of all facts, and stays as it was made."""

import pytest

from bot.catalog.abilities import Fit
from bot.catalog.entities import Lane
from tests.worlds import shipped

FIT = Fit(method=7, digest="", lanes={})


def test_other_abilities_make_another_catalog_of_the_same_facts() -> None:
    before = shipped()
    after = before.with_fit(FIT)
    assert (after.fit, after.ability_method, after.abilities(Lane.VERIFIED)) == (FIT, 7, None)
    assert before.fit is not FIT
    assert after.with_fit(None).ability_method is None
    assert after.snapshot == before.snapshot


def test_what_was_indexed_is_shared_with_other_abilities() -> None:
    before = shipped()
    names, verified = before.names, before.scores("gpt-5-5", Lane.VERIFIED)
    after = before.with_fit(FIT)
    assert after.names is names
    assert after.scores("gpt-5-5", Lane.VERIFIED) is verified
    assert after.models is before.models


def test_abilities_of_a_catalog_are_never_replaced() -> None:
    with pytest.raises(AttributeError):
        shipped().fit = FIT  # type: ignore[misc]
