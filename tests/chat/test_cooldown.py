"""The cooldown of each person."""

from bot.chat.cooldown import REQUESTS, Cooldowns
from bot.errors import TooFast
from tests.chat.conftest import Clock, Place, shown


async def test_a_person_who_asks_too_fast_is_told_how_long_to_wait(place: Place, clock: Clock) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    for _ in range(REQUESTS - 1):
        asked = await place.press(place.ada, asked.response, custom_id=_lane(asked.response.components))
    clock.now += 48.2
    pressed = await place.press(place.ada, asked.response, custom_id=_lane(asked.response.components))
    assert pressed.ephemeral
    assert shown(pressed.response) == "That was quick. Please try again in 12 seconds."
    clock.now += 11
    typed = await place.leaderboard()
    assert shown(typed.response) == "That was quick. Please try again in 1 second."
    place.refused(TooFast)

    assert (await place.ask(place.ben, "help")).response.embeds
    clock.now += 1
    assert (await place.leaderboard()).response.embeds


async def test_suggestions_do_not_count(place: Place) -> None:
    for _ in range(REQUESTS + 5):
        assert await place.ada.autocomplete(place.general, "model", "name", "gpt")
    assert (await place.leaderboard()).response.embeds


def test_people_who_are_quiet_are_forgotten() -> None:
    clock = Clock()
    cooldowns = Cooldowns(clock=clock)
    for person in range(10_000):
        cooldowns.wait(person)
    clock.now += 61
    cooldowns.wait(10_000)
    assert cooldowns.people == 1


def _lane(components: list[dict]) -> str:  # type: ignore[type-arg]
    return next(
        str(button["custom_id"])
        for row in components
        for button in row["components"]
        if "lane" in button.get("label", "")
    )
