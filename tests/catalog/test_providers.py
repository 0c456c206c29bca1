"""Which provider is meant: the same rule for both faces."""

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.providers import find_provider, nearest_providers
from tests.worlds import model

NAMES = ("OpenAI", "Mistral AI", "Meta", "MetaAI Labs", "xAI", "OpenAI", "openai")


@pytest.fixture
def catalog() -> Catalog:
    return Catalog([model(f"m{n}", n, provider=name) for n, name in enumerate(NAMES, 1)], [], [])


@pytest.mark.parametrize(
    ("typed", "provider"),
    [
        ("mistral", "Mistral AI"),
        (" MISTRAL AI ", "Mistral AI"),
        ("openai", "OpenAI"),
        ("labs", "MetaAI Labs"),
    ],
)
def test_a_part_that_is_in_one_name_alone_is_enough(catalog: Catalog, typed: str, provider: str) -> None:
    assert find_provider(catalog, typed) == provider


def test_the_whole_name_comes_before_a_part_of_others(catalog: Catalog) -> None:
    assert find_provider(catalog, "meta") == "Meta"


def test_a_part_of_several_names_is_answered_with_them(catalog: Catalog) -> None:
    assert find_provider(catalog, "met") == ["Meta", "MetaAI Labs"]
    assert len(find_provider(catalog, "ai")) == 3


def test_a_name_like_none_of_them_is_answered_with_the_nearest(catalog: Catalog) -> None:
    assert find_provider(catalog, "opnai")[0] == "OpenAI"
    assert find_provider(catalog, "wholly unknown") == []


def test_nothing_typed_is_no_provider(catalog: Catalog) -> None:
    assert isinstance(find_provider(catalog, "  "), list)


def test_names_that_begin_with_it_come_first(catalog: Catalog) -> None:
    assert nearest_providers(catalog, "x") == ["xAI"]
    assert nearest_providers(catalog, "m")[0].startswith("M")
