"""An alert as those see it who may manage it: what it does, and the buttons and menus to change or end it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

import discord
from discord.utils import format_dt

from bot.catalog.providers import provider_number
from bot.chat.answers import Answer, change, reply
from bot.chat.completion import zones
from bot.chat.context import Interaction
from bot.chat.embeds.layout import bold, escaped
from bot.chat.rights import alert_to_manage, require_channel, require_role, server_of, store_of
from bot.chat.views import custom_id
from bot.chat.views.alert_preview import Preview
from bot.chat.views.custom_id import Form, Kind, base36, letters
from bot.chat.views.press import Button, Control, Press, chosen, menu, view_of
from bot.errors import OutdatedButton
from bot.news.alert import Alert, Event, Frequency, Taste
from bot.store import alerts
from bot.words.alerts import EVENTS, OFTEN, alert_words, ending_words

if TYPE_CHECKING:
    from bot.catalog.catalog import Catalog


class What(StrEnum):
    """What a menu or button of the settings changes."""

    EVENTS = "e"
    FREQUENCY = "f"
    HOUR = "h"
    PAUSE = "p"


def description(catalog: Catalog, alert: Alert) -> str:
    """What an alert tells, when and where."""
    models = map(catalog.by_number, alert.taste.models)
    names = [bold(m.display_name) if m else "a model that is no longer listed" for m in models]
    due = format_dt(alert.next_at, "F") if alert.next_at else ""
    return alert_words(alert, f"<#{alert.channel}>", names, escaped, due, f"<@&{alert.role}>")


def confirmation(catalog: Catalog, alert: Alert) -> Answer:
    """What an alert does, with the buttons to change, end and preview it."""
    buttons = [
        Button.of(ChangeAlert(alert.number), "Change"),
        Button.of(Unsubscribe(alert.number, 0), "Unsubscribe"),
        Button.of(Preview(alert.number), "Preview"),
    ]
    return Answer(description(catalog, alert), buttons=buttons)


def panel(catalog: Catalog, alert: Alert) -> Answer:
    """What an alert does, with menus for what is changed most."""
    events = [
        discord.SelectOption(label=name.capitalize(), value=event, default=event in alert.taste.events)
        for event, name in EVENTS.items()
    ]
    often = [
        discord.SelectOption(label=name, value=each, default=each is alert.frequency)
        for each, name in OFTEN.items()
    ]
    hours = [
        discord.SelectOption(label=f"{hour}:00 {alert.timezone}", value=str(hour), default=hour == alert.hour)
        for hour in range(24)
    ]
    menus = [
        menu(Setting(alert.number, What.EVENTS), events, several=True),
        menu(Setting(alert.number, What.FREQUENCY), often),
    ]
    if alert.frequency is not Frequency.INSTANT:
        menus.append(menu(Setting(alert.number, What.HOUR), hours))
    buttons = [
        Button.of(Setting(alert.number, What.PAUSE), "Resume" if alert.paused else "Pause"),
        Button.of(Unsubscribe(alert.number, 0), "Unsubscribe"),
        Button.of(Preview(alert.number), "Preview"),
    ]
    return Answer(description(catalog, alert), buttons=[*menus, *buttons])


async def toggle(interaction: Interaction, alert: Alert) -> Alert:
    """Silence an alert, or let a silent one speak again. Raises ``CannotPost`` where it could not, and
    ``NoSuchAlert`` where somebody has removed it meanwhile."""
    store = store_of(interaction)
    if alert.paused is None:
        return await alerts.pause(store, alert.number, interaction.client.now())
    if alert.guild is not None:
        require_channel(interaction, alert.channel)
    return await alerts.resume(store, alert.number)


@dataclass(frozen=True)
class ChangeAlert(Press):
    """Opens the settings for the eyes of whoever may change them."""

    kind = Kind.CHANGE_ALERT
    name = "change alert"
    number: int

    async def pressed(self, interaction: Interaction) -> None:
        answer = panel(interaction.client.catalog, await alert_to_manage(interaction, self.number))
        if _is_private(interaction):
            await change(interaction, answer)
        else:
            await reply(interaction, answer, private=True)


@dataclass(frozen=True)
class Setting(Press):
    """A menu of the settings (events, frequency, hour), or the button that pauses and resumes."""

    kind = Kind.SETTING
    name = "alert setting"
    number: int
    what: What

    async def pressed(self, interaction: Interaction) -> None:
        alert = await alert_to_manage(interaction, self.number)
        if self.what is What.PAUSE:
            alert = await toggle(interaction, alert)
        else:
            wanted = self._wanted(alert, chosen(interaction))
            now = interaction.client.now()
            alert = await alerts.edit(store_of(interaction), self.number, now, **wanted)
        await change(interaction, panel(interaction.client.catalog, alert))

    def _wanted(self, alert: Alert, values: Sequence[str]) -> dict[str, object]:
        """Raises ``OutdatedButton`` for what is not offered."""
        try:
            if self.what is What.EVENTS:
                events = tuple(event for event in Event if event in set(map(Event, values)))
                if not events:
                    raise OutdatedButton
                return {"taste": alert.taste.model_copy(update={"events": events})}
            (value,) = values
            if self.what is What.FREQUENCY:
                return {"frequency": Frequency(value)}
            return {"hour": range(24)[int(value)]}
        except (ValueError, LookupError) as error:
            raise OutdatedButton from error


@dataclass(frozen=True)
class Unsubscribe(Press):
    """Ends an alert. ``delivery`` tells its message from all others."""

    kind = Kind.UNSUBSCRIBE
    name = "unsubscribe"
    subscription: int
    delivery: int

    async def pressed(self, interaction: Interaction) -> None:
        answer = await self.end(interaction)
        if _is_private(interaction):
            await change(interaction, answer)
            return
        done = Button.of(self, "Unsubscribed", disabled=True)
        await _show_buttons(interaction, [done, *answer.buttons, *_other_buttons(interaction)])
        await interaction.followup.send(answer.content, ephemeral=True)

    async def end(self, interaction: Interaction) -> Answer:
        """Ends it; the answer says so and has the way back. Raises as ``alert_to_manage``."""
        alert = await alert_to_manage(interaction, self.subscription)
        await alerts.remove(store_of(interaction), self.subscription)
        return Answer(ending_words(alert, _short), buttons=_ways_back(interaction.client.catalog, alert))


def _zone(name: str) -> str:
    """Raises ``ValueError`` for one that is not (any more)."""
    if name not in zones():
        raise ValueError(name)
    return name


_HOUR = letters({base36(hour): hour for hour in range(24)})
_ZONE = Form("[^:]+", str, _zone)


@dataclass(frozen=True)
class SubscribeAgain(Press):
    """Brings an alert back that was ended, with what it was set to.

    ``direct``: to the person ``place``, else to the channel ``place`` of the server where it is pressed.
    ``provider`` is as in ``BoardQuestion``.
    """

    kind = Kind.SUBSCRIBE_AGAIN
    name = "subscribe again"
    layout = (
        "direct+taste.board+frequency+hour+taste.events place taste.top taste.models provider timezone role"
    )
    direct: bool
    place: int
    taste: Taste
    provider: int | None
    frequency: Frequency
    hour: Annotated[int, _HOUR]
    timezone: Annotated[str, _ZONE]
    role: int | None

    @classmethod
    def of_alert(cls, catalog: Catalog, alert: Alert) -> Self:
        """The button that brings this alert back."""
        taste, provider = alert.taste, None
        if taste.provider is not None:
            provider = provider_number(catalog, taste.provider)
            taste = taste.model_copy(update={"provider": None})
        direct = alert.guild is None
        return cls(
            direct, alert.channel, taste, provider, alert.frequency, alert.hour, alert.timezone, alert.role
        )

    async def pressed(self, interaction: Interaction) -> None:
        client = interaction.client
        alert = await (self._watch(interaction) if self.direct else self._subscribe(interaction))
        if _is_private(interaction):
            await change(interaction, confirmation(client.catalog, alert))
            return
        buttons = [
            Button.of(Unsubscribe(alert.number, 0), "Unsubscribe"),
            Button.of(ChangeAlert(alert.number), "Change"),
        ]
        await _show_buttons(interaction, [*buttons, *_other_buttons(interaction)])
        await interaction.followup.send(description(client.catalog, alert), ephemeral=True)

    async def _subscribe(self, interaction: Interaction) -> Alert:
        taste, guild = self.taste, server_of(interaction)
        if self.provider is not None:
            model = interaction.client.catalog.by_number(self.provider)
            if model is None:
                raise OutdatedButton
            taste = taste.model_copy(update={"provider": model.provider})
        require_channel(interaction, self.place)
        role = guild.get_role(self.role) if self.role is not None else None
        wanted = Alert(
            guild=guild.id,
            channel=self.place,
            person=interaction.user.id,
            taste=taste,
            frequency=self.frequency,
            hour=self.hour,
            timezone=self.timezone,
            role=require_role(interaction, self.place, role) if role else None,
        )
        return await alerts.subscribe(store_of(interaction), wanted, interaction.client.now())

    async def _watch(self, interaction: Interaction) -> Alert:
        store, person, now = store_of(interaction), interaction.user.id, interaction.client.now()
        if person != self.place or not self.taste.models:
            raise OutdatedButton
        for model in self.taste.models:
            alert = await alerts.watch(store, person, model, now)
        taste = alert.taste.model_copy(update={"events": self.taste.events})
        settings = {"frequency": self.frequency, "hour": self.hour, "timezone": self.timezone}
        return await alerts.edit(store, alert.number, now, taste=taste, **settings)


def _short(text: str) -> str:
    return escaped(text, 300)


def _ways_back(catalog: Catalog, alert: Alert) -> list[Button]:
    """A button that brings the alert back, where all that was set fits one."""
    again = SubscribeAgain.of_alert(catalog, alert)
    return [Button.of(again, "Subscribe again")] if len(again.custom_id) <= custom_id.LONGEST else []


def _is_private(interaction: Interaction) -> bool:
    """Whether the button is on a message that only this person sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _other_buttons(interaction: Interaction) -> Iterator[Button]:
    """The buttons of the message that have nothing to do with the alert."""
    shown = discord.ui.View.from_message(interaction.message) if interaction.message else None
    for each in shown.walk_children() if shown else ():
        if isinstance(each, discord.ui.Button) and each.custom_id:
            # One of another release, which would not work, has no reason to stay.
            with suppress(OutdatedButton):
                press = Press.of(each.custom_id)
                if not isinstance(press, Unsubscribe | ChangeAlert | SubscribeAgain):
                    yield Button.of(press, each.label or "")


async def _show_buttons(interaction: Interaction, buttons: Sequence[Control]) -> None:
    """Below a message for everybody, which stays otherwise as it is."""
    await interaction.response.edit_message(view=view_of(buttons))
