"""The messages of alerts in channels: what they say, who may press what, and what a restart leaves of it."""

from datetime import timedelta
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from bot.alerts.publisher import Publisher
from bot.catalog.catalog import Catalog
from bot.charts.pictures import Pictures
from bot.chat.embeds.alert import alert_embed
from bot.chat.gallery import Gallery
from bot.chat.views.alert_settings import Setting, Unsubscribe, What
from bot.chat.views.alerts import alert_message
from bot.chat.views.press import Button, Press, view_of
from bot.chat.views.recommend import ComparePicks
from bot.news.alert import Alert, Event, Frequency, Pause
from bot.news.changes import changes
from bot.news.editions import Edition
from bot.news.kinds import Change, NewModel, Overtaking, PriceChange, RankShift
from bot.store import alerts
from bot.store.deliveries import Claim
from tests.chat.alerts.newsstand import MANAGE, START, Newsstand, labels
from tests.chat.conftest import NewBot, shown
from tests.news.test_alert import shift
from tests.news.test_changes import ladder, one
from tests.worlds import model, price

HOLDS = "those who have the permission Manage Channels there."


async def told(stand: Newsstand, **options: Any) -> discord.Message:
    """The message about a new price in `#general`, after Cleo has subscribed it."""
    await stand.alerts("subscribe", **options)
    await stand.dearer()
    await stand.published()
    (message,) = stand.posted()
    return message


def read(message: discord.Message) -> str:
    (embed,) = message.embeds
    return f"{embed.title}\n{embed.description}\n{embed.footer.text}".replace("\u00a0", " ").replace(
        "\u2060", ""
    )


async def test_a_change_is_told_once_with_what_changed_and_where_that_is_from(stand: Newsstand) -> None:
    message = await told(stand)
    await stand.published()
    assert len(stand.posted()) == 1
    text = read(message)
    assert text.startswith("GPT-5.5 is 700 % dearer\nInput $5 to $90 (up 1,700 %), output $30 to $90 (up")
    assert "[source](https://example.org/card)" in text
    assert text.endswith("Changed since 24 Nov 2026.")
    assert not message.content
    assert labels(message) == ["Unsubscribe", "Change", "Compare these two"]


async def test_a_role_is_mentioned_only_where_that_was_asked(stand: Newsstand) -> None:
    role = stand.guild.create_role("readers", mentionable=True)
    message = await told(stand, role=role)
    assert message.content == f"<@&{role.id}>"
    (sent,) = [r.json for r in stand.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent
    assert sent["allowed_mentions"]["roles"] == [role.id]
    assert "everyone" not in sent["allowed_mentions"].get("parse", [])


async def test_those_who_may_not_manage_the_channel_are_told_who_may(
    stand: Newsstand, new_bot: NewBot
) -> None:
    message = await told(stand)
    await stand.env.restart_bot(new_bot())
    for label in ("Unsubscribe", "Change"):
        pressed = await stand.press(stand.ben, message, label=label)
        assert pressed.ephemeral
        assert shown(pressed.response) == f"Alerts in <#{stand.general.id}> are in the hands of {HOLDS}"
    assert len(await stand.kept()) == 1


async def test_everybody_compares_the_two(stand: Newsstand, new_bot: NewBot) -> None:
    message = await told(stand)
    await stand.env.restart_bot(new_bot())
    for person in (stand.ben, stand.cleo):
        compared = await stand.press(person, message, label="Compare these two")
        assert compared.ephemeral
        assert "GPT-5.5" in shown(compared.response)
    assert labels(message) == ["Unsubscribe", "Change", "Compare these two"]


async def test_an_alert_is_ended_and_brought_back_under_its_message(
    stand: Newsstand, new_bot: NewBot
) -> None:
    message = await told(stand, events="price", top=3)
    (held,) = await stand.kept()
    await stand.env.restart_bot(new_bot())
    ended = await stand.press(stand.cleo, message, label="Unsubscribe")
    (message,) = stand.posted()
    assert labels(message) == ["(Unsubscribed)", "Subscribe again", "Compare these two"]
    assert read(message).startswith("GPT-5.5")
    assert ended.followups[0].ephemeral
    assert f"Alert {held.number} has ended" in shown(ended.followups[0])
    assert not await stand.kept()
    await stand.dearer(dollars=200)
    await stand.published()
    assert len(stand.posted()) == 1
    await stand.env.restart_bot(new_bot())
    pressed = await stand.press(stand.ben, message, label="Subscribe again")
    assert HOLDS in shown(pressed.response)
    assert not await stand.kept()
    back = await stand.press(stand.cleo, message, label="Subscribe again")
    (again,) = await stand.kept()
    assert again == held.model_copy(update={"number": again.number, "snapshot": again.snapshot})
    assert f"Alert {again.number} tells" in shown(back.followups[0])
    (message,) = stand.posted()
    assert labels(message) == ["Unsubscribe", "Change", "Compare these two"]
    await stand.press(stand.cleo, message, label="Unsubscribe")
    assert not await stand.kept()


async def test_an_older_message_of_an_alert_that_has_ended_says_so(stand: Newsstand) -> None:
    first = await told(stand)
    await stand.dearer(dollars=200)
    await stand.published()
    _, second = stand.posted()
    (held,) = await stand.kept()
    await stand.press(stand.cleo, second, label="Unsubscribe")
    for label in ("Unsubscribe", "Change"):
        pressed = await stand.press(stand.cleo, first, label=label)
        assert shown(pressed.response).startswith(f"There is no alert {held.number} here (any more)")


async def test_settings_are_changed_in_a_private_answer(stand: Newsstand, new_bot: NewBot) -> None:
    message = await told(stand)
    await stand.env.restart_bot(new_bot())
    panel = (await stand.press(stand.cleo, message, label="Change")).response
    assert panel.ephemeral
    assert labels(panel) == ["Pause", "Unsubscribe", "Preview"]
    await stand.choose(stand.cleo, panel, 0, "price", "removed")
    await stand.choose(stand.cleo, panel, 1, "weekly")
    await stand.choose(stand.cleo, panel, 2, "22")
    (held,) = await stand.kept()
    assert held.taste.events == (Event.PRICE, Event.REMOVED)
    assert (held.frequency, held.hour) == (Frequency.WEEKLY, 22)
    assert "on Mondays at 22:00 UTC of price changes and removed models" in shown(panel)
    await stand.press(stand.cleo, panel, label="Pause")
    (held,) = await stand.kept()
    assert held.paused is Pause.ASKED
    assert labels(panel) == ["Resume", "Unsubscribe", "Preview"]
    await stand.press(stand.cleo, panel, label="Resume")
    (held,) = await stand.kept()
    assert held.paused is None
    seen = await stand.press(stand.cleo, panel, label="Preview")
    assert seen.ephemeral
    assert "would have sent" in shown(seen.response)
    await stand.press(stand.cleo, panel, label="Unsubscribe")
    assert "has ended" in shown(panel)
    await stand.press(stand.cleo, panel, label="Subscribe again")
    assert labels(panel) == ["Change", "Unsubscribe", "Preview"]
    await stand.press(stand.cleo, panel, label="Change")
    assert labels(panel) == ["Pause", "Unsubscribe", "Preview"]
    assert len(stand.posted()) == 1


async def test_a_permission_that_was_taken_away_ends_what_an_open_answer_can_do(stand: Newsstand) -> None:
    message = await told(stand)
    panel = (await stand.press(stand.cleo, message, label="Change")).response
    general = stand.client.get_channel(stand.general.id)
    assert isinstance(general, discord.TextChannel)
    stand.env.backend.get_guild(stand.guild.id).members[stand.cleo.id].role_ids.clear()
    before = await stand.kept()
    assert HOLDS in shown((await stand.choose(stand.cleo, panel, 0, "price")).response)
    for label in ("Pause", "Unsubscribe", "Preview"):
        assert HOLDS in shown((await stand.press(stand.cleo, panel, label=label)).response)
    assert await stand.kept() == before


async def test_a_forged_button_reaches_no_alert_of_another_server(stand: Newsstand) -> None:
    elsewhere = stand.env.create_guild("elsewhere")
    channel = elsewhere.create_text_channel("plans")
    boss = elsewhere.add_member(
        stand.env.create_user("boss"), roles=[elsewhere.create_role("boss", permissions=MANAGE)]
    )
    await boss.slash(channel, "alerts subscribe")
    (held,) = await alerts.of_server(stand.store, elsewhere.id)
    forged: list[Press] = [Unsubscribe(held.number, 0), Setting(held.number, What.PAUSE)]
    view = view_of([Button.of(press, str(n)) for n, press in enumerate(forged)])
    assert view
    message = await stand.client.get_partial_messageable(stand.general.id).send("x", view=view)
    for n in range(len(forged)):
        for person in (stand.ada, stand.cleo):
            pressed = await stand.press(person, message, label=str(n))
            assert shown(pressed.response).startswith(f"There is no alert {held.number} here")
    assert await alerts.of_server(stand.store, elsewhere.id) == (held,)


@pytest.mark.parametrize(
    "custom_id",
    [
        "m1c:",
        "m1c:1:2",
        "m1e:1:z",
        "m1u:1",
        "m1v:x y",
        "m1f:1",
        "m1c:zzzzzzzzzzzzz",
        "m1u:1y2p0ij32e8e8:1",
        "m1a:n-0900:1:a:::UTC",
        "m1a:n-090v:1:a:::Mars:",
    ],
)
async def test_a_damaged_button_is_an_outdated_one(stand: Newsstand, custom_id: str) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button[Any](label="Old", custom_id=custom_id))
    message = await stand.client.get_partial_messageable(stand.general.id).send("x", view=view)
    pressed = await stand.press(stand.cleo, message, label="Old")
    assert "no longer works" in shown(pressed.response)


async def test_an_alert_is_ended_also_beside_a_button_of_another_release(stand: Newsstand) -> None:
    await stand.alerts("subscribe")
    (held,) = await stand.kept()
    view = discord.ui.View(timeout=None)
    for label, custom_id in (("End", Unsubscribe(held.number, 3).custom_id), ("Old", "m0x:1")):
        view.add_item(discord.ui.Button[Any](label=label, custom_id=custom_id))
    view.stop()
    message = await stand.client.get_partial_messageable(stand.general.id).send("x", view=view)
    pressed = await stand.press(stand.cleo, message, label="End")
    assert labels(pressed.response) == ["(Unsubscribed)", "Subscribe again"]
    assert not await stand.kept()


async def test_a_value_that_a_menu_does_not_offer_is_refused(stand: Newsstand) -> None:
    message = await told(stand)
    (held,) = await stand.kept()
    view = discord.ui.View(timeout=None)
    odd = {What.EVENTS: "gossip", What.FREQUENCY: "hourly", What.HOUR: "24"}
    for what, value in odd.items():
        options = [discord.SelectOption(label=value, value=value)]
        view.add_item(discord.ui.Select[Any](custom_id=Setting(held.number, what).custom_id, options=options))
    view.stop()
    message = await stand.client.get_partial_messageable(stand.general.id).send("x", view=view)
    for what, value in odd.items():
        pressed = await stand.cleo.select(message, [value], custom_id=Setting(held.number, what).custom_id)
        assert pressed.response
        assert "no longer works" in shown(pressed.response)
    assert await stand.kept() == (held,)


def compared(heard: tuple[Change, ...]) -> tuple[int, ...]:
    """The numbers of the models that the button of a message sets beside each other."""
    presses = [Press.of(str(button["custom_id"])) for button in _buttons(heard)]
    found = [press.question.numbers for press in presses if isinstance(press, ComparePicks)]
    return found[0] if found else ()


def _buttons(heard: tuple[Change, ...]) -> list[dict[str, Any]]:
    subscription = Alert(number=1, guild=1, channel=2, person=3)
    claim = Claim(9, subscription, 1, 2, START, 0, None, START)
    message = alert_message(Gallery(None), claim, Edition(1, True, 1, 2, START, START, 1, heard), heard)
    try:
        message.send(None)
    except StopIteration as done:
        view: discord.ui.View = done.value.view
    return [button for row in view.to_components() for button in row["components"]]  # type: ignore[misc]


async def test_more_than_three_changes_have_a_picture() -> None:
    claim = Claim(9, Alert(number=1, guild=1, channel=2, person=3), 1, 2, START, 0, None, START)
    gallery = Gallery(Pictures())
    try:
        for count in (3, 4):
            heard = tuple(shift(9, n, number=n) for n in range(1, count + 1))
            message = await alert_message(
                gallery, claim, Edition(1, True, 1, 2, START, START, 1, heard), heard
            )
            assert bool(message.picture) is (count == 4)
        assert message.picture
        assert "model-4: 9 to 4." in (message.picture.description or "")
    finally:
        await gallery.close()


async def test_the_picture_goes_where_the_bot_may_attach_files(stand: Newsstand) -> None:
    stand.client.gallery = Gallery(Pictures())
    try:
        await stand.alerts("subscribe")
        for dollars, attach_files in ((90, True), (70, False)):
            stand.allow_bot(attach_files=attach_files)
            models = ("gpt_5_5", "gemma_4_12b", "gpt_5", "o3")
            await stand.changed(**{m: {"price": price(dollars, dollars)} for m in models})
            await stand.published()
            told = stand.general.history()[-1]
            assert told.embeds[0].title == "4 changes in AI models"
            assert bool(told.attachments) is bool(told.embeds[0].image.url) is attach_files
    finally:
        await stand.client.gallery.close()


async def test_the_two_are_those_that_the_words_set_beside_each_other() -> None:
    found = changes(ladder("abcd"), ladder("bacd"), watched=["a"])
    shift = next(c for c in found if isinstance(c, RankShift) and c.past)
    assert shift.past
    assert compared((shift,)) == (shift.model.number, shift.past.number)
    overtaking = next(c for c in found if isinstance(c, Overtaking))
    assert compared((overtaking,)) == (overtaking.model.number, overtaking.other.number)
    new = one(NewModel, changes(ladder("abcd"), ladder("anbcd")))
    assert new.past
    assert compared((new,)) == (new.model.number, new.past.number)
    rival = model("b", number=98, provider="Rival", price=price(10, 10))
    before = ladder("abcd", models=[rival])
    cheap = changes(before, ladder("abcd", models=[rival.model_copy(update={"price": price(1, 1)})]))
    alone = one(PriceChange, cheap)
    assert alone.beside is None
    assert compared((alone,)) == ()
    assert compared((alone, new)) == (new.model.number, new.past.number)


def test_a_brief_has_at_most_ten_entries_none_of_them_cut(catalog: Catalog) -> None:
    models = list(catalog.models.values())
    wide = "https://example.org/" + "x" * 470
    found = tuple(
        PriceChange(
            model=one_.model_copy(),
            before=price(1, 1),
            after=price(2, 2).model_copy(update={"source_url": wide}),
            beside=None,
        )
        for one_ in [_named(m.number, m.display_name) for m in models[:60]]
    )
    subscription = Alert(number=1, guild=1, channel=2, person=3)
    embed = alert_embed(found, subscription, START)
    assert embed.title == "60 changes in AI models"
    *entries, more = (embed.description or "").split("\n\n")
    assert 5 <= len(entries) <= 10
    assert all(entry.endswith(f"([source]({wide}))") for entry in entries)
    assert more == f"And {60 - len(entries)} more changes."
    near = tuple(c.model_copy(update={"after": price(2, 2)}) for c in found)
    *entries, more = (alert_embed(near, subscription, START).description or "").split("\n\n")
    assert (len(entries), more) == (10, "And 50 more changes.")


def _named(number: int, name: str) -> Any:
    from bot.news.kinds import Named

    return Named(number=number, model_id=name, display_name=name, provider="Maker", was=name, rank=None)


def test_hostile_names_stay_inside_their_message() -> None:
    hostile = "@everyone **a** [d](https://example.org) <@1>"
    change = PriceChange(model=_named(1, hostile), before=price(1, 1), after=price(2, 2), beside=None)
    embed = alert_embed((change, change), Alert(number=1, guild=1, channel=2, person=3), START)
    assert "@everyone" not in str(embed.to_dict())
    assert "<@1>" not in str(embed.to_dict())


async def test_a_channel_that_is_deleted_takes_its_alerts_with_it(stand: Newsstand) -> None:
    news = stand.guild.create_text_channel("news")
    await stand.alerts("subscribe", channel=news)
    await stand.alerts("subscribe")
    stand.env.backend.delete_channel(news.id)
    await stand.env.settle()
    assert [held.channel for held in await stand.kept()] == [stand.general.id]


async def test_a_thread_that_is_deleted_takes_its_alerts_with_it(stand: Newsstand) -> None:
    general = stand.client.get_channel(stand.general.id)
    assert isinstance(general, discord.TextChannel)
    await general.create_thread(name="talk", type=discord.ChannelType.public_thread)
    (thread,) = stand.general.threads
    await stand.alerts("subscribe", channel=thread)
    assert await stand.kept()
    stand.env.backend.delete_channel(thread.id)
    await stand.env.settle()
    assert not await stand.kept()


async def test_a_server_that_the_bot_left_is_silent_and_forgotten_after_30_days(
    stand: Newsstand, new_bot: NewBot
) -> None:
    await stand.alerts("subscribe")
    stand.env.backend.remove_guild(stand.guild.id)
    await stand.env.settle()
    (held,) = await stand.kept()
    assert held.paused is Pause.LEFT
    stand.now.later(days=31)
    await stand.env.restart_bot(new_bot())
    await stand.env.settle()
    assert not await stand.kept()


async def test_a_server_that_was_left_or_came_back_while_the_bot_was_away_is_noticed(
    stand: Newsstand, new_bot: NewBot
) -> None:
    await stand.alerts("subscribe")
    (held,) = await stand.kept()
    gone = await alerts.subscribe(stand.store, Alert(guild=77, channel=78, person=79), stand.now())
    await alerts.leave_server(stand.store, stand.guild.id, stand.now())
    await stand.env.restart_bot(new_bot())
    await stand.env.settle()
    assert (await stand.kept()) == (held,)
    there = await alerts.find(stand.store, gone.number)
    assert there
    assert there.paused is Pause.LEFT


async def test_a_store_that_fails_when_a_channel_goes_is_logged_and_stops_nothing(stand: Newsstand) -> None:
    news = stand.guild.create_text_channel("news")
    await stand.store.close()
    stand.store.path.write_bytes(b"no database" * 1000)
    with capture_logs() as logs:
        stand.env.backend.delete_channel(news.id)
        await stand.env.settle()
    assert [line["event"] for line in logs] == ["The store fails and does not keep what happened to a server"]
    assert (await stand.compare("gpt-5-5", "gemma-4-12b")).response.embeds


async def test_an_alert_in_a_thread_speaks_again_once_the_bot_may_write_in_threads(
    stand: Newsstand,
) -> None:
    general = stand.client.get_channel(stand.general.id)
    assert isinstance(general, discord.TextChannel)
    await general.create_thread(name="talk", type=discord.ChannelType.public_thread)
    (thread,) = stand.general.threads
    await stand.alerts("subscribe", channel=thread)
    (held,) = await stand.kept()
    stand.allow_bot(send_messages=False, send_messages_in_threads=False)
    await stand.dearer()
    await stand.published()
    (silent,) = await stand.kept()
    assert silent.paused is Pause.NO_ACCESS
    publisher = Publisher(stand.store, stand.client, alert_message, stand.now, name="two")
    await publisher.look_again()
    assert (await stand.kept()) == (silent,)
    # In a thread it matters not whether the bot may write in the channel itself.
    stand.allow_bot(send_messages=False, send_messages_in_threads=True)
    stand.now.at += timedelta(minutes=5)
    await publisher.look_again()
    assert [each.paused for each in await stand.kept()] == [None]
    await stand.published()
    assert any(message.embeds for message in thread.history())
    assert [each.number for each in await stand.kept()] == [held.number]
