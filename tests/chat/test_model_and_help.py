"""/model and /help."""

from bot.catalog.catalog import Catalog
from tests.chat.conftest import Place, shown


async def test_model_shows_one_model_to_everybody(place: Place, catalog: Catalog) -> None:
    result = await place.ask(place.ada, "model", name="gpt 5.5")
    assert not result.ephemeral
    assert "GPT-5.5" in shown(result.response)


async def test_help_names_every_command_to_the_person_alone(place: Place) -> None:
    result = await place.ask(place.ada, "help")
    assert result.ephemeral
    for command in ("/compare", "/recommend", "/leaderboard", "/value", "/model", "/history"):
        assert command in shown(result.response)


async def test_the_commands_work_in_direct_messages(place: Place) -> None:
    result = await place.ada.user.slash("model", name="gpt-5-5")
    assert "GPT-5.5" in shown(result.response)
