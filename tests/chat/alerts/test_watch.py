"""/watch, /unwatch and /forget: direct messages for a person, and the end of what is stored about them."""

import discord
import simcord

from bot.catalog.catalog import Catalog
from bot.news.alert import Event, Frequency
from bot.store import alerts
from tests.chat.alerts.newsstand import Newsstand, labels
from tests.chat.conftest import NewBot, Reply, buttons, shown

HELLO = "Here you will be told when something about **GPT-5.5** changes."


def letters(person: simcord.MemberActor) -> list[discord.Message]:
    """What the bot has written to somebody."""
    return person.user.dm_channel.history()


async def test_a_watched_model_is_told_of_in_a_direct_message(stand: Newsstand, new_bot: NewBot) -> None:
    done = await stand.ask(stand.ada, "watch", model="gpt 5.5")
    assert done.ephemeral
    assert shown(done.response) == (
        "You are told at once in a direct message of ranking shifts in every ranking, new models that are "
        "better, price changes, changed context windows and removal from the list, as far as they "
        "concern **GPT-5.5**."
    )
    assert [letter.content for letter in letters(stand.ada)] == [HELLO]
    await stand.dearer("claude-opus-4-8")
    await stand.dearer("gpt-5-5")
    await stand.published()
    _, letter = letters(stand.ada)
    assert letter.embeds[0].title.startswith("GPT-5.5 is")
    assert not stand.posted()
    await stand.env.restart_bot(new_bot())
    panel = Reply(await stand.ada.user.click(letter, label="Change")).response
    await stand.choose_in_private(stand.ada, panel, 0, "price")
    await stand.choose_in_private(stand.ada, panel, 1, "daily")
    held = await alerts.watch_of(stand.store, stand.ada.id)
    assert held
    assert (held.taste.events, held.frequency) == ((Event.PRICE,), Frequency.DAILY)
    compared = Reply(await stand.ada.user.click(letter, label="Compare these two"))
    assert "GPT-5.5" in shown(compared.response)
    await stand.ada.user.click(letter, label="Unsubscribe")
    assert await alerts.watch_of(stand.store, stand.ada.id) is None
    letter = letters(stand.ada)[1]
    assert labels(letter) == ["(Unsubscribed)", "Subscribe again", "Compare these two"]
    await stand.ada.user.click(letter, label="Subscribe again")
    again = await alerts.watch_of(stand.store, stand.ada.id)
    assert again
    assert (again.taste, again.frequency) == (held.taste, held.frequency)


async def test_a_second_model_needs_no_second_greeting(stand: Newsstand, catalog: Catalog) -> None:
    await stand.ask(stand.ada, "watch", model="gpt 5.5")
    second = await stand.ask(stand.ada, "watch", model="claude-opus-4-8")
    assert "**GPT-5.5** and **Claude Opus 4.8**" in shown(second.response)
    assert len(letters(stand.ada)) == 1
    held = await alerts.watch_of(stand.store, stand.ada.id)
    assert held
    left = await stand.ask(stand.ada, "unwatch", model="gpt 5.5")
    assert "as far as they concern **Claude Opus 4.8**." in shown(left.response)
    said = shown((await stand.ask(stand.ada, "unwatch", model="gpt 5.5")).response)
    assert said == "You do not watch “GPT-5.5”."
    assert shown((await stand.ask(stand.ada, "unwatch")).response) == "You are told of no models any more."
    assert shown((await stand.ask(stand.ada, "unwatch")).response) == "You watch no models."
    _ = stand.env.errors


async def test_it_works_in_direct_messages_too(stand: Newsstand) -> None:
    done = Reply(await stand.ada.user.slash("watch", model="gpt 5.5"))
    assert "**GPT-5.5**" in shown(done.response)
    # The only letter is the answer itself.
    assert HELLO not in [letter.content for letter in letters(stand.ada)]
    (choice,) = await stand.ada.user.autocomplete("unwatch", "model", "")
    assert choice["name"] == "GPT-5.5"
    await stand.ada.user.slash("unwatch", model=choice["value"])
    assert await alerts.watch_of(stand.store, stand.ada.id) is None


async def test_a_name_that_is_not_sure_is_asked_back(stand: Newsstand, new_bot: NewBot) -> None:
    asked = await stand.ask(stand.ada, "watch", model="gemma 4 27b")
    assert asked.ephemeral
    assert "Did you mean" in shown(asked.response)
    assert await alerts.watch_of(stand.store, stand.ada.id) is None
    await stand.env.restart_bot(new_bot())
    label = next(iter(buttons(asked.response)))
    await stand.press(stand.ada, asked.response, label=label)
    assert f"as far as they concern **{label}**" in shown(asked.response)
    held = await alerts.watch_of(stand.store, stand.ada.id)
    assert held
    said = shown((await stand.ask(stand.ada, "unwatch", model="gemma 4 27b")).response)
    assert said.endswith("Nothing was changed.")
    _ = stand.env.errors


async def test_somebody_who_takes_no_messages_is_told_so_and_nothing_is_kept(stand: Newsstand) -> None:
    stand.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    said = await stand.ask(stand.ada, "watch", model="gpt 5.5")
    assert shown(said.response).startswith("Discord does not let the bot write to you.")
    assert await alerts.watch_of(stand.store, stand.ada.id) is None
    _ = stand.env.errors


async def test_at_most_25_models_are_watched(stand: Newsstand, catalog: Catalog) -> None:
    for each in list(catalog.models.values())[300:325]:
        await alerts.watch(stand.store, stand.ada.id, each.number, stand.now())
    said = await stand.ask(stand.ada, "watch", model=next(iter(catalog.models)))
    assert shown(said.response).startswith("You watch 25 models, which is the most one can.")
    again = await stand.ask(stand.ada, "watch", model=list(catalog.models)[303])
    assert "and 22 more" in shown(again.response)
    assert len(await stand.ada.autocomplete(stand.general, "unwatch", "model", "")) == 25
    ended = await stand.press(stand.ada, again.response, label="Unsubscribe")
    # 25 models do not fit a button.
    assert not buttons(ended.response)
    _ = stand.env.errors


async def test_nobody_reaches_what_somebody_else_watches(stand: Newsstand) -> None:
    done = await stand.ask(stand.ada, "watch", model="gpt 5.5")
    held = await alerts.watch_of(stand.store, stand.ada.id)
    assert held
    view = discord.ui.View.from_message(done.response.message)
    view.stop()
    message = await stand.client.get_partial_messageable(stand.general.id).send("x", view=view)
    for label in ("Change", "Unsubscribe", "Preview"):
        pressed = await stand.press(stand.cleo, message, label=label)
        assert shown(pressed.response).startswith("There is no alert")
    assert await alerts.watch_of(stand.store, stand.ada.id) == held
    await stand.press(stand.ada, done.response, label="Unsubscribe")
    view = discord.ui.View.from_message(done.response.message)
    view.stop()
    message = await stand.client.get_partial_messageable(stand.general.id).send("x", view=view)
    pressed = await stand.press(stand.cleo, message, label="Subscribe again")
    assert "no longer works" in shown(pressed.response)
    assert await alerts.watch_of(stand.store, stand.cleo.id) is None


async def test_all_that_is_stored_about_a_person_is_deleted_when_they_ask(stand: Newsstand) -> None:
    nothing = await stand.ask(stand.cleo, "forget")
    assert shown(nothing.response) == "Nothing is stored about you."
    await stand.ask(stand.cleo, "watch", model="gpt 5.5")
    await stand.alerts("subscribe")
    await stand.ask(stand.ada, "watch", model="gpt 5.5")
    await stand.dearer()
    await stand.published()
    stand.env.inject_error("POST", f"/channels/{stand.general.id}/messages", status=403, code=50013)
    await stand.dearer(dollars=200)
    await stand.published()
    # Told that the alert is silent.
    assert any("is silent: the bot may no longer write there" in each.content for each in letters(stand.cleo))
    assert str(stand.cleo.id) in await stand.stored()
    done = await stand.ask(stand.cleo, "forget")
    assert done.ephemeral
    assert shown(done.response).startswith("All that was stored about you is deleted")
    assert str(stand.cleo.id) not in await stand.stored()
    assert str(stand.ada.id) in await stand.stored()
    (held,) = await stand.kept()
    assert held.person is None
    await stand.press(stand.cleo, (await stand.alerts("pause", alert=held.number)).response, label="Change")
    _ = stand.env.errors
