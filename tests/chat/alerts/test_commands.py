"""/alerts: what can be set up, by whom, and what is said where it cannot."""

from typing import Any

import discord
import pytest
import simcord

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category
from bot.chat.commands.alerts import alerts as group
from bot.news.alert import Alert, Event, Frequency, Pause, Taste
from bot.store import alerts
from tests.chat.alerts.newsstand import MANAGE, Newsstand, labels
from tests.chat.conftest import NewBot, Reply, shown
from tests.chat.test_hostile import TYPED

DENIED = discord.PermissionOverwrite(manage_channels=False)


def offered(stand: Newsstand, person: simcord.MemberActor, who: bool = True) -> None:
    """The server lets somebody use /alerts, whatever the bot asks for by default."""
    backend = stand.env.backend
    (command,) = [
        c
        for c in backend.visible_commands(user_id=stand.cleo.id, channel_id=stand.general.id)
        if c["name"] == "alerts"
    ]
    stand.guild.set_command_permissions(int(command["id"]), {person: who})


async def refused(stand: Newsstand, result: Reply) -> str:
    """What was said; nothing was kept or changed, and only the person reads it."""
    assert result.ephemeral
    _ = stand.env.errors
    return shown(result.response)


async def test_a_channel_is_subscribed_and_what_it_will_hear_is_read_back(stand: Newsstand) -> None:
    done = await stand.alerts("subscribe")
    assert done.ephemeral
    (held,) = await stand.kept()
    assert shown(done.response) == (
        f"Alert {held.number} tells <#{stand.general.id}> at once of ranking shifts overall (top 10, or by 5 "
        "places and more), new models, price changes, changed context windows and removed models."
    )
    assert labels(done.response) == ["Change", "Unsubscribe", "Preview"]
    assert held == Alert(
        number=held.number, guild=stand.guild.id, channel=stand.general.id, person=stand.cleo.id, snapshot=1
    )


async def test_every_option_is_kept_and_read_back(stand: Newsstand, catalog: Catalog) -> None:
    role = stand.guild.create_role("readers", mentionable=True)
    news = stand.guild.create_news_channel("news")
    done = await stand.alerts(
        "subscribe",
        channel=news,
        events="ranking new",
        category="coding",
        top=5,
        models="gpt 5.5, Claude Opus 4.8, gpt-5-5",
        provider="openai",
        frequency="weekly",
        hour=7,
        timezone="america/new york",
        role=role,
    )
    (held,) = await stand.kept()
    numbers = tuple(catalog.models[m].number for m in ("gpt-5-5", "claude-opus-4-8"))
    assert held.taste == Taste(
        events=(Event.RANKING, Event.NEW), board=Category.CODING, top=5, models=numbers, provider="OpenAI"
    )
    assert (held.channel, held.role, held.hour, held.timezone) == (news.id, role.id, 7, "America/New_York")
    assert held.frequency is Frequency.WEEKLY
    assert held.next_at
    # Monday, 30 November 2026, 12:00 UTC.
    assert held.next_at.timestamp() == 1796040000
    assert shown(done.response) == (
        f"Alert {held.number} tells <#{news.id}> on Mondays at 7:00 America/New_York of ranking shifts in "
        "coding and new models that are better, only from OpenAI, as far as they concern **GPT-5.5** and "
        "**Claude Opus 4.8**. The next brief is due <t:1796040000:F>, if there is something to "
        f"tell by then. It mentions <@&{role.id}>."
    )


async def test_who_names_an_hour_gets_a_daily_brief(stand: Newsstand) -> None:
    await stand.alerts("subscribe", hour=23)
    (held,) = await stand.kept()
    assert (held.frequency, held.hour, held.timezone) == (Frequency.DAILY, 23, "UTC")


async def test_the_commands_are_there_for_those_who_manage_channels_and_in_servers_alone(
    stand: Newsstand,
) -> None:
    assert "alerts subscribe" in stand.cleo.available_commands(stand.general)
    assert not any(name.startswith("alerts") for name in stand.ada.available_commands(stand.general))
    assert {"watch", "unwatch", "forget"} <= set(stand.ada.available_commands(stand.general))
    in_private = stand.ada.user.available_commands()
    assert {"watch", "unwatch", "forget"} <= set(in_private)
    assert not any(name.startswith("alerts") for name in in_private)
    assert group.default_permissions == MANAGE


@pytest.mark.parametrize("command", ["edit", "pause", "unsubscribe", "preview"])
async def test_who_may_use_the_commands_but_not_manage_the_channel_is_refused(
    stand: Newsstand, command: str
) -> None:
    await stand.alerts("subscribe")
    (held,) = await stand.kept()
    offered(stand, stand.ada)
    said = await refused(stand, await stand.alerts(command, stand.ada, alert=held.number))
    assert said == (
        f"Alerts in <#{stand.general.id}> are in the hands of those who have the permission Manage Channels "
        "there."
    )
    assert await stand.kept() == (held,)


async def test_the_channel_that_is_told_decides_not_the_one_where_the_command_is_used(
    stand: Newsstand,
) -> None:
    private = stand.guild.create_text_channel("private", overwrites={stand.cleo: DENIED})
    said = await refused(stand, await stand.alerts("subscribe", channel=private))
    assert "Manage Channels" in said
    assert not await stand.kept()
    own = stand.guild.create_text_channel(
        "own", overwrites={stand.ada: discord.PermissionOverwrite(manage_channels=True)}
    )
    offered(stand, stand.ada)
    assert "Manage Channels" in await refused(stand, await stand.alerts("subscribe", stand.ada))
    await stand.alerts("subscribe", stand.ada, channel=own)
    (held,) = await stand.kept()
    assert held.channel == own.id


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        (
            {"send_messages": False},
            "it lacks Send Messages and Embed Links. Give it these permissions there",
        ),
        ({"embed_links": False}, "it lacks Embed Links. Give it this permission there"),
        (
            {"view_channel": False},
            "it lacks View Channel, Send Messages and Embed Links. Give it these permissions there",
        ),
    ],
)
async def test_where_the_bot_cannot_post_it_says_at_once_what_it_lacks(
    stand: Newsstand, denied: dict[str, bool], said: str
) -> None:
    assert stand.client.user
    closed = stand.guild.create_text_channel(
        "closed", overwrites={stand.client.user: discord.PermissionOverwrite(**denied)}
    )
    text = await refused(stand, await stand.alerts("subscribe", channel=closed))
    assert text == f"The bot may not post in <#{closed.id}>: {said} and try again."
    assert not await stand.kept()


async def test_channels_of_every_kind_that_takes_messages_can_be_told(stand: Newsstand) -> None:
    general = stand.client.get_channel(stand.general.id)
    assert isinstance(general, discord.TextChannel)
    await general.create_thread(name="talk", type=discord.ChannelType.public_thread)
    (thread,) = stand.general.threads
    places = [
        stand.guild.create_news_channel("news"),
        stand.guild.create_voice_channel("voice"),
        stand.guild.create_stage_channel("stage"),
        thread,
    ]
    for place in places:
        await stand.alerts("subscribe", channel=place)
    assert [held.channel for held in await stand.kept()] == [place.id for place in places]
    await stand.dearer()
    await stand.published()
    assert all(len(place.history()) == 1 for place in places[:1] + places[3:])
    inside = Reply(await stand.cleo.slash(thread, "alerts subscribe", events="new"))
    assert f"tells <#{thread.id}>" in shown(inside.response)


async def test_a_thread_needs_its_own_permission(stand: Newsstand) -> None:
    general = stand.client.get_channel(stand.general.id)
    assert isinstance(general, discord.TextChannel)
    thread = await general.create_thread(name="talk", type=discord.ChannelType.public_thread)
    stand.allow_bot(send_messages_in_threads=False)
    (handle,) = stand.general.threads
    said = await refused(stand, await stand.alerts("subscribe", channel=handle))
    assert said.startswith(f"The bot may not post in <#{thread.id}>: it lacks Send Messages in Threads")


async def test_a_forum_and_a_category_are_refused_with_what_to_choose_instead(stand: Newsstand) -> None:
    forum, category = stand.guild.create_forum_channel("forum"), stand.guild.create_category("group")
    said = await refused(stand, await stand.alerts("subscribe", channel=forum))
    assert said == f"Nothing can be posted in <#{forum.id}> itself. Choose one of its threads instead."
    said = await refused(stand, await stand.alerts("subscribe", channel=category))
    assert said == f"Nothing can be posted in <#{category.id}> itself. Choose a channel instead."
    assert not await stand.kept()


async def test_a_role_is_mentioned_only_if_the_bot_and_whoever_asks_may(stand: Newsstand) -> None:
    silent = stand.guild.create_role("silent *readers*")
    said = await refused(stand, await stand.alerts("subscribe", role=stand.guild.default_role))
    assert said == "An alert never mentions everyone. Choose a role of those who want to be told."
    for allowed in (False, True):
        stand.allow_bot(mention_everyone=allowed)
        if not allowed:
            said = await refused(stand, await stand.alerts("subscribe", role=silent))
            assert said.startswith("The bot may not mention the role “silent \\*readers\\*”. Allow anyone")
    said = await refused(stand, await stand.alerts("subscribe", role=silent))
    assert said.startswith("You may not mention the role")
    assert not await stand.kept()
    chief = stand.guild.add_member(
        stand.env.create_user("chief"),
        roles=[
            stand.guild.create_role(
                "chief", permissions=discord.Permissions(manage_channels=True, mention_everyone=True)
            )
        ],
    )
    await stand.alerts("subscribe", chief, role=silent)
    assert [held.role for held in await stand.kept()] == [silent.id]


async def test_an_unknown_time_zone_is_refused_with_those_that_may_be_meant(stand: Newsstand) -> None:
    said = await refused(stand, await stand.alerts("subscribe", hour=9, timezone="Europe/Berln"))
    assert said.startswith("There is no time zone “Europe/Berln”. Did you mean Europe/Berlin")
    said = await refused(stand, await stand.alerts("subscribe", hour=9, timezone="../../etc/passwd"))
    assert said.startswith("There is no time zone")
    assert not await stand.kept()


async def test_a_model_that_is_not_sure_is_refused_with_the_nearest(stand: Newsstand) -> None:
    said = await refused(stand, await stand.alerts("subscribe", models="gpt 5.5, gemma 4 27b"))
    assert "“gemma 4 27b”" in said
    assert "Did you mean" in said
    assert "Gemma 4" in said
    assert said.endswith("Nothing was changed.")
    assert "no model" in await refused(stand, await stand.alerts("subscribe", models=" , ,"))
    said = await refused(stand, await stand.alerts("subscribe", models=", ".join(["gpt-5-5"] * 200)))
    assert said == "An alert follows at most 25 models, and you named 200."
    said = await refused(stand, await stand.alerts("subscribe", provider="opnai"))
    assert "Did you mean “OpenAI”?" in said
    assert not await stand.kept()


async def test_a_part_of_a_provider_is_enough(stand: Newsstand) -> None:
    await stand.alerts("subscribe", provider="mistral")
    (held,) = await stand.kept()
    assert held.taste.provider == "Mistral AI"


@pytest.mark.parametrize("typed", TYPED)
async def test_no_typed_text_breaks_out_of_a_refusal(stand: Newsstand, typed: str) -> None:
    for options in ({"models": typed}, {"provider": typed}, {"timezone": typed}):
        said = await refused(stand, await stand.alerts("subscribe", **options))
        assert said
        assert len(said) < 600
        assert not any(word in said for word in ("@everyone", "<@1", "**bold**", "\u202e", "\n"))
    for option in ("models", "provider", "timezone"):
        found = await stand.cleo.autocomplete(stand.general, "alerts subscribe", option, typed)
        assert len(found) <= 25
    assert not await stand.kept()


async def test_the_same_alert_twice_and_one_too_many_are_refused(stand: Newsstand) -> None:
    await stand.alerts("subscribe", top=1)
    (held,) = await stand.kept()
    said = await refused(stand, await stand.alerts("subscribe", top=1))
    assert said == f"Alert {held.number} does exactly this already."
    for top in range(2, 26):
        stand.client.cooldowns = type(stand.client.cooldowns)()
        await stand.alerts("subscribe", top=top)
    said = await refused(stand, await stand.alerts("subscribe", top=26))
    assert said == "This server has 25 alerts, which is the most it can have. Remove one of them first."
    assert len(await stand.kept()) == 25
    listed = await stand.alerts("list")
    assert listed.response.embeds[0].title == "25 alerts of 25"
    assert len(listed.response.embeds[0].description or "") < 4000


async def test_the_list_has_those_that_one_may_manage(stand: Newsstand) -> None:
    assert shown((await stand.alerts("list")).response) == (
        "No alerts yet\n/alerts subscribe makes the first one."
    )
    private = stand.guild.create_text_channel("private", overwrites={stand.cleo: DENIED})
    await stand.alerts("subscribe", events="price", hour=9, timezone="Europe/Berlin", provider="OpenAI")
    (held,) = await stand.kept()
    await alerts.subscribe(stand.store, held.model_copy(update={"channel": private.id}), stand.now())
    listed = await stand.alerts("list")
    assert listed.ephemeral
    assert shown(listed.response) == (
        f"2 alerts of 25\n**{held.number}** <#{stand.general.id}>: price changes, OpenAI, daily at 9:00 "
        "Europe/Berlin\n"
        "1 alert in channels where you may not manage them."
    )


async def test_an_alert_is_chosen_by_what_it_does(stand: Newsstand) -> None:
    await stand.alerts("subscribe", events="price", hour=9, timezone="Europe/Berlin")
    (held,) = await stand.kept()
    private = stand.guild.create_text_channel("private", overwrites={stand.cleo: DENIED})
    await alerts.subscribe(stand.store, held.model_copy(update={"channel": private.id}), stand.now())

    async def found(typed: str) -> list[dict[str, Any]]:
        return await stand.cleo.autocomplete(stand.general, "alerts edit", "alert", typed)

    name = f"{held.number}: #general, price changes, daily at 9:00 Europe/Berlin"
    assert await found("") == [{"name": name, "value": held.number}]
    assert await found("berlin") == await found("")
    assert await found("weekly") == []


async def test_an_edit_changes_what_is_given_and_leaves_the_rest(stand: Newsstand, catalog: Catalog) -> None:
    role = stand.guild.create_role("readers", mentionable=True)
    await stand.alerts("subscribe", models="gpt 5.5", provider="OpenAI", hour=9, top=3)
    (held,) = await stand.kept()
    done = await stand.alerts(
        "edit", alert=held.number, events="price", timezone="Europe/Berlin", role=role, frequency="weekly"
    )
    (edited,) = await stand.kept()
    assert edited.taste == held.taste.model_copy(update={"events": (Event.PRICE,)})
    assert (edited.hour, edited.timezone, edited.role) == (9, "Europe/Berlin", role.id)
    assert "on Mondays at 9:00 Europe/Berlin of price changes" in shown(done.response)
    for clear in ("models", "provider", "role"):
        await stand.alerts("edit", alert=held.number, clear=clear)
    (cleared,) = await stand.kept()
    assert cleared.taste == Taste(events=(Event.PRICE,), top=3)
    assert cleared.role is None
    await stand.alerts("edit", alert=held.number, category="every", top=20, hour=0)
    (edited,) = await stand.kept()
    assert (edited.taste.board, edited.taste.top, edited.hour) == ("every", 20, 0)


async def test_an_edit_does_not_make_two_alerts_the_same(stand: Newsstand) -> None:
    await stand.alerts("subscribe")
    await stand.alerts("subscribe", top=3)
    first, second = await stand.kept()
    said = await refused(stand, await stand.alerts("edit", alert=second.number, top=10))
    assert said == f"Alert {first.number} does exactly this already."
    assert await stand.kept() == (first, second)


@pytest.mark.parametrize("command", ["edit", "pause", "unsubscribe", "preview"])
async def test_an_alert_of_another_server_is_out_of_reach(stand: Newsstand, command: str) -> None:
    elsewhere = stand.env.create_guild("elsewhere")
    channel = elsewhere.create_text_channel("secret-plans")
    boss = elsewhere.add_member(
        stand.env.create_user("boss"), roles=[elsewhere.create_role("boss", permissions=MANAGE)]
    )
    await boss.slash(channel, "alerts subscribe")
    (held,) = await alerts.of_server(stand.store, elsewhere.id)
    said = await refused(stand, await stand.alerts(command, alert=held.number))
    assert said == f"There is no alert {held.number} here (any more)."
    assert await alerts.of_server(stand.store, elsewhere.id) == (held,)
    assert "secret" not in str(await stand.cleo.autocomplete(stand.general, "alerts edit", "alert", ""))


async def test_a_watch_of_a_person_is_out_of_reach_of_a_server(stand: Newsstand) -> None:
    await stand.ask(stand.ada, "watch", model="gpt-5-5")
    held = await alerts.watch_of(stand.store, stand.ada.id)
    assert held
    said = await refused(stand, await stand.alerts("unsubscribe", alert=held.number))
    assert said.startswith("There is no alert")
    assert await alerts.watch_of(stand.store, stand.ada.id)


async def test_a_pause_is_taken_back_by_using_it_again_and_then_all_is_told(stand: Newsstand) -> None:
    await stand.alerts("subscribe")
    (held,) = await stand.kept()
    paused = await stand.alerts("pause", alert=held.number)
    assert "It is silent now: it was paused by hand" in shown(paused.response)
    assert "paused" in shown((await stand.alerts("list")).response)
    await stand.dearer()
    await stand.published()
    assert not stand.posted()
    resumed = await stand.alerts("pause", alert=held.number)
    assert "silent" not in shown(resumed.response)
    await stand.published()
    assert len(stand.posted()) == 1


async def test_an_alert_is_not_resumed_where_the_bot_cannot_post(stand: Newsstand) -> None:
    await stand.alerts("subscribe")
    (held,) = await stand.kept()
    await stand.alerts("pause", alert=held.number)
    stand.allow_bot(embed_links=False)
    said = await refused(stand, await stand.alerts("pause", alert=held.number))
    assert "it lacks Embed Links" in said
    (held,) = await stand.kept()
    assert held.paused is Pause.ASKED


async def test_an_alert_is_ended_by_its_command_and_comes_back_by_its_button(
    stand: Newsstand, new_bot: NewBot
) -> None:
    role = stand.guild.create_role("readers", mentionable=True)
    settings = {"models": "gpt 5.5, opus 4.8", "provider": "OpenAI", "hour": 7, "timezone": "Europe/Berlin"}
    await stand.alerts("subscribe", category="every", top=4, role=role, events="new price", **settings)
    (held,) = await stand.kept()
    ended = await stand.alerts("unsubscribe", alert=held.number)
    assert f"Alert {held.number} has ended (new models and price changes, 2 models" in shown(ended.response)
    assert not await stand.kept()
    await stand.env.restart_bot(new_bot())
    await stand.press(stand.cleo, ended.response, label="Subscribe again")
    (again,) = await stand.kept()
    assert again == held.model_copy(update={"number": again.number})
    said = await refused(stand, await stand.alerts("unsubscribe", alert=held.number))
    assert said.startswith(f"There is no alert {held.number} here")


async def test_all_alerts_of_a_server_are_deleted_once_that_is_confirmed(stand: Newsstand) -> None:
    assert "no alert" in shown((await stand.alerts("forget")).response)
    private = stand.guild.create_text_channel("private", overwrites={stand.cleo: DENIED})
    await stand.alerts("subscribe")
    await stand.alerts("subscribe", top=3)
    held, _ = await stand.kept()
    await alerts.subscribe(stand.store, held.model_copy(update={"channel": private.id}), stand.now())
    asked = await stand.alerts("forget")
    assert shown(asked.response) == "Delete 2 alerts of this server for good? Nothing of them is kept."
    assert len(await stand.kept()) == 3
    done = await stand.press(stand.cleo, asked.response, label="Delete")
    assert shown(done.response) == "2 alerts deleted, with all that was kept of them."
    assert [held.channel for held in await stand.kept()] == [private.id]


async def test_a_preview_shows_what_would_have_been_sent(stand: Newsstand) -> None:
    await stand.alerts("subscribe", events="price")
    (held,) = await stand.kept()
    nothing = await stand.alerts("preview", alert=held.number)
    assert "would have sent nothing" in shown(nothing.response)
    for hours, dollars in ((1, 90), (30, 200)):
        stand.now.later(hours=hours)
        await stand.dearer(dollars=dollars)
        await stand.published()
    seen = await stand.alerts("preview", alert=held.number)
    assert seen.ephemeral
    assert "would have sent 2 messages. The newest is from <t:" in shown(seen.response)
    assert "GPT-5.5" in shown(seen.response)
    assert "to $200" in shown(seen.response)
    await stand.press(stand.cleo, seen.response, label="Next")
    assert "Number 2, counted back" in shown(seen.response)
    assert "to $90" in shown(seen.response)
    anybody = await stand.alerts("preview")
    assert "2 messages" in shown(anybody.response)
    stand.now.later(days=31)
    assert "nothing" in shown((await stand.alerts("preview", alert=held.number)).response)


async def test_what_is_typed_completes_models_with_commas_between_them(stand: Newsstand) -> None:
    async def found(typed: str) -> list[str]:
        choices = await stand.cleo.autocomplete(stand.general, "alerts subscribe", "models", typed)
        assert all(choice["name"] == choice["value"] for choice in choices)
        return [choice["value"] for choice in choices]

    assert len(await found("")) == 25
    first = (await found("gpt 5.5"))[0]
    assert first == "GPT-5.5"
    both = (await found(f"{first}, opus 4.8"))[0]
    assert both == "GPT-5.5, Claude Opus 4.8"
    assert "GPT-5.5, GPT-5.5" not in await found("GPT-5.5, gpt 5.5")
    await stand.alerts("subscribe", models=both)
    (held,) = await stand.kept()
    assert len(held.taste.models) == 2


async def test_a_time_zone_is_found_by_any_part_of_its_name(stand: Newsstand) -> None:
    async def found(typed: str) -> list[str]:
        choices = await stand.cleo.autocomplete(stand.general, "alerts subscribe", "timezone", typed)
        return [choice["value"] for choice in choices]

    assert (await found(""))[0] == "UTC"
    assert await found("berlin") == ["Europe/Berlin"]
    assert "America/New_York" in await found("new york")
    assert "Europe/Berlin" in await found("europe/berln")


async def test_a_trial_without_a_store_says_that_it_keeps_no_alerts(stand: Newsstand) -> None:
    stand.client.store = None
    for command in ("subscribe", "list", "preview"):
        said = await refused(stand, await stand.alerts(command))
        assert said == "There are no alerts here: this is a trial of the bot, which keeps nothing."
    for command in ("watch", "unwatch", "forget"):
        options = {"model": "gpt-5-5"} if command == "watch" else {}
        assert "no alerts here" in await refused(stand, await stand.ask(stand.ada, command, **options))
    assert await stand.cleo.autocomplete(stand.general, "alerts edit", "alert", "") == []
    assert await stand.ada.autocomplete(stand.general, "unwatch", "model", "") == []


async def test_a_store_that_fails_is_said_in_words(stand: Newsstand) -> None:
    stand.store.path.write_bytes(b"not a database" * 1000)
    said = await refused(stand, await stand.alerts("subscribe"))
    assert "store" in said or "damaged" in said
    assert await stand.cleo.autocomplete(stand.general, "alerts edit", "alert", "") == []


async def test_a_hostile_provider_stays_inside_what_is_read_back(stand: Newsstand) -> None:
    hostile = "@everyone **a** [d](https://example.org) <@1>"
    changed = {"provider": hostile}
    await stand.changed(gpt_5_5=changed)
    done = await stand.alerts("subscribe", provider=hostile)
    (held,) = await stand.kept()
    assert held.taste.provider == hostile
    texts = [shown(done.response), shown((await stand.alerts("list")).response)]
    texts.append(shown((await stand.alerts("unsubscribe", alert=held.number)).response))
    for text in texts:
        assert "everyone" in text
        assert not any(bad in text for bad in ("@everyone", "**a**", "[d](", "<@1>"))


async def test_commands_without_the_bot_say_how_to_add_it(stand: Newsstand) -> None:
    guild = stand.client.get_guild(stand.guild.id)
    assert guild
    # As where only the commands were added to a server: Discord tells nothing of it.
    stand.client._connection._remove_guild(guild)
    said = await refused(stand, await stand.alerts("subscribe"))
    assert said.startswith("The bot itself is not in this server, so it cannot post. Add it with https://")
    needed = discord.Permissions(
        view_channel=True,
        send_messages=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
    )
    assert f"permissions={needed.value}" in said
