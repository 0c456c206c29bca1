"""/value: what one gets for the money."""

import pytest

from bot.analysis.figures import whole
from bot.analysis.value import value
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category
from bot.errors import NotWorkedOut
from tests.chat.conftest import Place, shown
from tests.worlds import catalog as made_of


@pytest.mark.parametrize("category", [None, "coding", "math"])
async def test_value_names_what_nothing_beats(place: Place, catalog: Catalog, category: str | None) -> None:
    options = {"category": category} if category else {}
    reply = await place.ask(place.ada, "value", **options)

    assert not reply.ephemeral
    best = value(catalog, Category(category) if category else None).frontier
    assert len(best) > 2
    for point in best:
        assert f"**{point.display_name}** · " in shown(reply.response)
    assert f"The highest ability with a known price: **{best[-1].display_name}**" in shown(reply.response)


async def test_a_cheaper_model_with_the_same_figure_is_named_at_once(place: Place, catalog: Catalog) -> None:
    *_, second, strongest = value(catalog).frontier
    assert whole(second.ability.points) == whole(strongest.ability.points) == 91
    reply = await place.ask(place.ada, "value")
    assert f"**{second.display_name}** comes to the same 91 for $10." in shown(reply.response)
    coding = await place.ask(place.ada, "value", category="coding")
    assert "comes to the same" not in shown(coding.response)


def test_nothing_on_the_list_is_beaten(catalog: Catalog) -> None:
    found = value(catalog)
    for point in found.frontier:
        for other in (*found.frontier, *found.others):
            cheaper, stronger = other.cost <= point.cost, other.ability.points >= point.ability.points
            same = (other.cost, other.ability.points) == (point.cost, point.ability.points)
            assert same or not (cheaper and stronger)


def test_everything_else_is_beaten(catalog: Catalog) -> None:
    found = value(catalog)
    for point in found.others:
        assert any(
            best.cost <= point.cost and best.ability.points >= point.ability.points for best in found.frontier
        )


class TestWithoutAbilities:
    @pytest.fixture
    def catalog(self) -> Catalog:
        return made_of(["a", "b"], [], [])

    async def test_it_says_why(self, place: Place) -> None:
        reply = await place.ask(place.ada, "value")
        assert reply.ephemeral
        assert "has not been worked out" in shown(reply.response)
        place.refused(NotWorkedOut)
