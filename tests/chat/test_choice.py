"""Did you mean ...? The questions about names that are not sure."""

from bot.catalog.catalog import Catalog
from bot.errors import WrongModels
from tests.chat.conftest import Place, buttons, shown

NOBODY = "no such model at all"


async def test_an_unknown_name_offers_the_nearest_five_and_posts_nothing(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gpt 5.55")
    assert asked.ephemeral
    assert "“gpt 5.55”" in shown(asked.response)
    assert "Did you mean one of these?" in shown(asked.response)
    assert len(buttons(asked.response)) == 5
    assert not place.posted()


async def test_a_choice_is_answered_with_the_comparison_for_everybody(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "gemini")
    label = next(iter(buttons(asked.response)))
    chosen = await place.press(place.ada, asked.response, label=label)
    assert not buttons(asked.response)
    (posted,) = place.posted()
    assert posted.id == chosen.followups[0].id
    model = next(m for m in catalog.models.values() if catalog.names.label(m) == label)
    direct = await place.compare("gpt-5-5", model.model_id)
    assert shown(chosen.followups[0]) == shown(direct.response)


async def test_a_private_choice_becomes_the_answer_itself(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemini", private=True)
    chosen = await place.press(place.ada, asked.response, label=next(iter(buttons(asked.response))))
    assert chosen.response.id == asked.response.id
    assert chosen.response.embeds
    assert "Share" in buttons(chosen.response)
    assert not place.posted()


async def test_a_family_offers_five_members_when_only_one_name_is_open(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemini")
    assert shown(asked.response) == ("“gemini” is in the names of several models. Which one do you mean?")
    assert len(buttons(asked.response)) == 5


async def test_several_open_names_are_settled_one_by_one(place: Place) -> None:
    asked = await place.compare(
        "gemini", "claude opus", model_c="gpt-5-5", priority="coding", lane="verified"
    )
    assert "“gemini”" in shown(asked.response)
    assert "“claude opus”" in shown(asked.response)
    rows = [[button["label"] for button in row["components"]] for row in asked.response.components]
    assert [len(row) for row in rows] == [5, 5]

    assert all(label.startswith("A: Gemini") for label in rows[0])
    half = await place.press(place.ada, asked.response, label=rows[1][0])
    assert half.response.id == asked.response.id
    assert shown(half.response) == (
        f"Which one do you mean for model A?\nModel B is **{rows[1][0].removeprefix('B: ')}**.\n"
        "Model C is **GPT-5.5**."
    )
    assert list(buttons(half.response)) == [label.removeprefix("A: ") for label in rows[0]]
    assert not place.posted()

    done = await place.press(place.ada, half.response, label=rows[0][1].removeprefix("A: "))
    title = done.followups[0].embeds[0].title or ""
    assert title.index("Gemini") < title.index("Claude") < title.index("GPT-5.5")
    assert "Provisional lane" in buttons(done.followups[0])


async def test_four_open_names_fit_in_one_question(place: Place) -> None:
    asked = await place.compare("gemini", "claude opus", model_c="qwen", model_d="llama")
    assert len(asked.response.components) == 4
    while buttons(asked.response):
        await place.press(place.ada, asked.response, label=list(buttons(asked.response))[-1])
    assert len(place.posted()) == 1


async def test_choosing_the_model_that_is_already_there_gets_a_sentence(place: Place) -> None:
    asked = await place.compare("gemini", "gemini")
    rows = asked.response.components
    await place.press(place.ada, asked.response, custom_id=rows[0]["components"][0]["custom_id"])
    before = buttons(asked.response)
    label = rows[0]["components"][0]["label"].removeprefix("A: ")
    twice = await place.press(place.ada, asked.response, label=label)
    assert twice.ephemeral
    assert "is named twice" in shown(twice.response)
    assert buttons(asked.response) == before
    assert not place.posted()


async def test_a_name_twice_is_said_before_anything_else_is_asked(place: Place) -> None:
    result = await place.compare("gpt-5-5", "GPT-5.5", model_c="gemini")
    assert "is named twice" in shown(result.response)
    assert not buttons(result.response)
    place.refused(WrongModels)


async def test_a_name_that_cannot_be_settled_here_asks_to_type_it_again(place: Place) -> None:
    place.client.catalog = Catalog([], [], [])
    result = await place.compare("gemini", "   ")
    assert result.ephemeral
    assert shown(result.response) == (
        "There is no model by the name “gemini”. No models are loaded yet.\n"
        "The name is empty. No models are loaded yet."
    )
    assert not buttons(result.response)


async def test_an_empty_name_offers_the_leading_models(place: Place) -> None:
    result = await place.compare("gpt-5-5", "   ")
    assert shown(result.response) == "The name is empty. Which one do you mean?"
    assert len(buttons(result.response)) == 3


async def test_model_asks_back_too(place: Place, observed: list[tuple[str, str]]) -> None:
    asked = await place.ask(place.ada, "model", name="claude opus")
    assert asked.ephemeral
    label = next(iter(buttons(asked.response)))
    chosen = await place.press(place.ada, asked.response, label=label)
    assert not buttons(asked.response)
    assert chosen.followups[0].embeds
    assert len(place.posted()) == 1
    assert observed == [("model", "asked back"), ("model choice", "answered")]
