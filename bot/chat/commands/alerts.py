"""/alerts: what the channels of a server are told of the news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.analysis.figures import counted
from bot.catalog.catalog import Catalog
from bot.catalog.names.index import Reason
from bot.catalog.resolve import Open, resolve
from bot.chat import completion
from bot.chat.answers import Answer, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.embeds.layout import embed, escaped
from bot.chat.rights import alert_to_manage, may_manage, require_channel, require_role, server_of, store_of
from bot.chat.views.alert_preview import preview_answer
from bot.chat.views.alert_settings import Unsubscribe, confirmation, toggle
from bot.chat.views.forget import ForgetServer
from bot.chat.views.press import Button
from bot.errors import TooManyModels, UnknownTimezone, UnsureModel
from bot.news.alert import MOST_ALERTS, MOST_MODELS, Alert, Frequency, Taste
from bot.store import alerts as alert_store
from bot.words.alerts import in_short

Command = TypeVar("Command", bound=Callable[..., Any])

# Offered as well as the kinds of channel that can be told something, so that the answer can say why not.
KINDS = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
    discord.ChannelType.forum,
    discord.ChannelType.category,
)


class Destination(app_commands.Transformer):
    """A channel as Discord states it, whether or not the bot can see it."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Discord offers channels."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channel that are offered."""
        return list(KINDS)

    async def transform(self, interaction: Interaction, value: Any, /) -> int:  # type: ignore[override]
        """The id of the channel."""
        return int(value.id)


def with_settings(command: Command) -> Command:
    """The options that say what an alert tells and when."""
    for decorator in (
        app_commands.describe(
            events="What to tell (all events if left out)",
            category="Which ranking to follow",
            top="How many ranks to follow (10)",
            models="Only about these models, with commas between them",
            provider="Only about models of this provider",
            frequency="At once, or as a brief",
            hour="At what hour a brief comes (9)",
            timezone="Of which time zone that hour is (UTC)",
            role="A role to mention with each message",
        ),
        app_commands.choices(
            events=options.EVENT_SETS, category=options.BOARDS, frequency=options.FREQUENCIES
        ),
        app_commands.autocomplete(
            models=completion.several_models,
            provider=completion.providers,
            timezone=completion.timezones,
        ),
    ):
        command = decorator(command)
    return command


alerts = app_commands.Group(
    name="alerts",
    description="Tell a channel what changes: rankings, new models, prices",
    default_permissions=discord.Permissions(manage_channels=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@alerts.command(description="Tell a channel what changes: rankings, new models, prices")
@with_settings
@app_commands.describe(channel="The channel to tell (this one if left out)")
async def subscribe(
    interaction: Interaction,
    channel: app_commands.Transform[int, Destination] | None = None,
    events: str | None = None,
    category: str | None = None,
    top: app_commands.Range[int, 1, 100] | None = None,
    models: str | None = None,
    provider: str | None = None,
    frequency: str | None = None,
    hour: app_commands.Range[int, 0, 23] | None = None,
    timezone: str | None = None,
    role: discord.Role | None = None,
) -> None:
    """Set up an alert. Raises ``CannotPost`` and what ``taste_of`` and ``zone_of`` raise."""
    catalog, number = interaction.client.catalog, channel or interaction.channel_id or 0
    store, guild = store_of(interaction), server_of(interaction)
    require_channel(interaction, number)
    # Who names an hour wants a brief.
    often = Frequency.INSTANT if hour is None else Frequency.DAILY
    wanted = Alert(
        guild=guild.id,
        channel=number,
        person=interaction.user.id,
        taste=taste_of(catalog, Taste(), events, category, top, models, provider),
        frequency=often if frequency is None else options.frequency(frequency),
        hour=9 if hour is None else hour,
        timezone="UTC" if timezone is None else zone_of(timezone),
        role=None if role is None else require_role(interaction, number, role),
    )
    made = await alert_store.subscribe(store, wanted, interaction.client.now())
    await reply(interaction, confirmation(catalog, made), private=True)


@alerts.command(name="list", description="The alerts of this server")
async def list_(interaction: Interaction) -> None:
    """Answer with the alerts of the server, those that the person may manage one by one."""
    all_ = await alert_store.of_server(store_of(interaction), server_of(interaction).id)
    mine = [each for each in all_ if may_manage(interaction, each)]
    lines = [f"**{each.number}** <#{each.channel}>: {escaped(in_short(each), 300)}" for each in mine]
    if others := len(all_) - len(mine):
        lines.append(f"{counted(others, 'alert')} in channels where you may not manage them.")
    title = f"{counted(len(all_), 'alert')} of {MOST_ALERTS}" if all_ else "No alerts yet"
    answer = Answer(embed=embed(title, "\n".join(lines) or "/alerts subscribe makes the first one."))
    await reply(interaction, answer, private=True)


@alerts.command(description="Change what an alert tells and when; what is left out stays")
@with_settings
@app_commands.describe(alert="The alert to change", clear="Take this off the alert")
@app_commands.autocomplete(alert=completion.alerts)
@app_commands.choices(
    clear=[Choice(name=each.capitalize(), value=each) for each in ("models", "provider", "role")]
)
async def edit(
    interaction: Interaction,
    alert: int,
    events: str | None = None,
    category: str | None = None,
    top: app_commands.Range[int, 1, 100] | None = None,
    models: str | None = None,
    provider: str | None = None,
    frequency: str | None = None,
    hour: app_commands.Range[int, 0, 23] | None = None,
    timezone: str | None = None,
    role: discord.Role | None = None,
    clear: str | None = None,
) -> None:
    """Change an alert. Raises as ``alert_to_manage`` and ``subscribe``."""
    client, known = interaction.client, await alert_to_manage(interaction, alert)
    taste = taste_of(client.catalog, _without(known.taste, clear), events, category, top, models, provider)
    wanted: dict[str, Any] = {"taste": taste}
    if frequency is not None:
        wanted["frequency"] = options.frequency(frequency)
    if hour is not None:
        wanted["hour"] = hour
    if timezone is not None:
        wanted["timezone"] = zone_of(timezone)
    if role is not None:
        wanted["role"] = require_role(interaction, known.channel, role)
    elif clear == "role":
        wanted["role"] = None
    edited = await alert_store.edit(store_of(interaction), alert, client.now(), **wanted)
    await reply(interaction, confirmation(client.catalog, edited), private=True)


@alerts.command(description="Silence an alert for a while; used again, it goes on")
@app_commands.describe(alert="The alert to pause, or to go on with")
@app_commands.autocomplete(alert=completion.alerts)
async def pause(interaction: Interaction, alert: int) -> None:
    """Silence an alert, or let it speak again. Raises as ``alert_to_manage`` and ``toggle``."""
    changed = await toggle(interaction, await alert_to_manage(interaction, alert))
    await reply(interaction, confirmation(interaction.client.catalog, changed), private=True)


@alerts.command(description="End an alert")
@app_commands.describe(alert="The alert to end")
@app_commands.autocomplete(alert=completion.alerts)
async def unsubscribe(interaction: Interaction, alert: int) -> None:
    """End an alert. Raises as ``alert_to_manage``."""
    await reply(interaction, await Unsubscribe(alert, 0).end(interaction), private=True)


@alerts.command(description="What an alert would have sent in the last 30 days")
@app_commands.describe(alert="The alert (if left out: one without any options)")
@app_commands.autocomplete(alert=completion.alerts)
async def preview(interaction: Interaction, alert: int = 0) -> None:
    """Show what an alert would have sent. Raises as ``alert_to_manage``."""
    await reply(interaction, await preview_answer(interaction, alert), private=True)


@alerts.command(description="Delete all alerts of this server; /forget deletes what is stored about you")
async def forget(interaction: Interaction) -> None:
    """Ask whether all alerts that the person may manage are to be deleted."""
    all_ = await alert_store.of_server(store_of(interaction), server_of(interaction).id)
    mine = [each for each in all_ if may_manage(interaction, each)]
    if not mine:
        await reply(interaction, Answer("There is no alert here that you may delete."), private=True)
        return
    question = f"Delete {counted(len(mine), 'alert')} of this server for good? Nothing of them is kept."
    await reply(interaction, Answer(question, buttons=[Button.of(ForgetServer(), "Delete")]), private=True)


def taste_of(
    catalog: Catalog,
    taste: Taste,
    events: str | None,
    category: str | None,
    top: int | None,
    models: str | None,
    provider: str | None,
) -> Taste:
    """The taste with what is given in place of what was there. Raises ``UnsureModel``, ``TooManyModels``,
    ``UnknownProvider``."""
    given: dict[str, Any] = {}
    if events is not None:
        given["events"] = options.events(events)
    if category is not None:
        given["board"] = options.board(category)
    if top is not None:
        given["top"] = top
    if models is not None:
        given["models"] = _numbers(catalog, models)
    if provider is not None:
        given["provider"] = options.provider(catalog, provider)
    return Taste(**{**dict(taste), **given})


def zone_of(typed: str) -> str:
    """The name of a time zone, however it is written. Raises ``UnknownTimezone``."""
    wanted = typed.strip().casefold().replace(" ", "_")
    for name in completion.zones():
        if name.casefold() == wanted:
            return name
    raise UnknownTimezone(typed, completion.nearest_zones(typed))


def _without(taste: Taste, cleared: str | None) -> Taste:
    empty: dict[str, Any] = {"models": {"models": ()}, "provider": {"provider": None}}
    return taste.model_copy(update=empty.get(cleared or "", {}))


def _numbers(catalog: Catalog, typed: str) -> tuple[int, ...]:
    names = [name.strip() for name in typed.split(",") if name.strip()]
    if len(names) > MOST_MODELS:
        raise TooManyModels(len(names), MOST_MODELS)
    if not names:
        raise UnsureModel(typed, Reason.UNKNOWN, ())
    found = [resolve(catalog, name) for name in names]
    for each in found:
        if isinstance(each, Open):
            raise UnsureModel(each.typed, each.reason, each.nearest(catalog))
    return tuple(dict.fromkeys(each.number for each in found if not isinstance(each, Open)))
