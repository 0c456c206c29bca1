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
from bot.chat.rights import desk_of, managed, server_of, to_mention, to_post_in
from bot.chat.views import custom_id
from bot.chat.views.alert_preview import Preview
from bot.chat.views.custom_id import Form, Kind, base36, letters
from bot.chat.views.press import Button, Control, Press, chosen, menu, view_of
from bot.errors import NoSuchAlert, OutdatedButton
from bot.news.alert import Event, Frequency, Subscription, Taste
from bot.words.alerts import EVENTS, OFTEN, ended, told

if TYPE_CHECKING:
    from bot.catalog.catalog import Catalog


class What(StrEnum):
    EVENTS = "e"
    FREQUENCY = "f"
    HOUR = "h"
    PAUSE = "p"


def described(catalog: Catalog, held: Subscription) -> str:
    """What an alert tells, when and where."""
    models = map(catalog.by_number, held.taste.models)
    names = [bold(m.display_name) if m else "a model that is no longer listed" for m in models]
    due = format_dt(held.next_at, "F") if held.next_at else ""
    return told(held, f"<#{held.place}>", names, escaped, due, f"<@&{held.role}>")


def confirmation(catalog: Catalog, held: Subscription) -> Answer:
    """What an alert does, with the buttons to change, end and preview it."""
    buttons = [
        Button.of(ChangeAlert(held.number), "Change"),
        Button.of(Unsubscribe(held.number, 0), "Unsubscribe"),
        Button.of(Preview(held.number), "Preview"),
    ]
    return Answer(described(catalog, held), buttons=buttons)


def panel(catalog: Catalog, held: Subscription) -> Answer:
    """What an alert does, with menus for what is changed most."""
    events = [
        discord.SelectOption(label=name.capitalize(), value=event, default=event in held.taste.events)
        for event, name in EVENTS.items()
    ]
    often = [
        discord.SelectOption(label=name, value=each, default=each is held.frequency)
        for each, name in OFTEN.items()
    ]
    hours = [
        discord.SelectOption(label=f"{hour}:00 {held.timezone}", value=str(hour), default=hour == held.hour)
        for hour in range(24)
    ]
    menus = [
        menu(Setting(held.number, What.EVENTS), events, several=True),
        menu(Setting(held.number, What.FREQUENCY), often),
    ]
    if held.frequency is not Frequency.INSTANT:
        menus.append(menu(Setting(held.number, What.HOUR), hours))
    buttons = [
        Button.of(Setting(held.number, What.PAUSE), "Resume" if held.paused else "Pause"),
        Button.of(Unsubscribe(held.number, 0), "Unsubscribe"),
        Button.of(Preview(held.number), "Preview"),
    ]
    return Answer(described(catalog, held), buttons=[*menus, *buttons])


async def toggle(interaction: Interaction, held: Subscription) -> Subscription:
    """Silence an alert, or let a silent one speak again. Raises ``CannotPost`` where it could not."""
    desk = desk_of(interaction)
    if held.paused is None:
        await desk.pause(held.number)
    else:
        if held.guild is not None:
            to_post_in(interaction, held.place)
        await desk.resume(held.number)
    return there(await desk.one(held.number), held.number)


def there(held: Subscription | None, number: int) -> Subscription:
    """Raises ``NoSuchAlert`` for one that somebody has removed meanwhile."""
    if held is None:
        raise NoSuchAlert(number)
    return held


@dataclass(frozen=True)
class ChangeAlert(Press):
    """Opens the settings for the eyes of whoever may change them."""

    kind = Kind.CHANGE_ALERT
    name = "change alert"
    number: int

    async def pressed(self, interaction: Interaction) -> None:
        answer = panel(interaction.client.catalog, await managed(interaction, self.number))
        if _private(interaction):
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
        held = await managed(interaction, self.number)
        if self.what is What.PAUSE:
            held = await toggle(interaction, held)
        else:
            wanted = self._wanted(held, chosen(interaction))
            held = there(await desk_of(interaction).edit(self.number, **wanted), self.number)
        await change(interaction, panel(interaction.client.catalog, held))

    def _wanted(self, held: Subscription, values: Sequence[str]) -> dict[str, object]:
        """Raises ``OutdatedButton`` for what is not offered."""
        try:
            if self.what is What.EVENTS:
                events = tuple(event for event in Event if event in set(map(Event, values)))
                if not events:
                    raise OutdatedButton
                return {"taste": held.taste.model_copy(update={"events": events})}
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
        answer = await self.ended(interaction)
        if _private(interaction):
            await change(interaction, answer)
            return
        done = Button.of(self, "Unsubscribed", disabled=True)
        await _show_buttons(interaction, [done, *answer.buttons, *_others(interaction)])
        await interaction.followup.send(answer.content, ephemeral=True)

    async def ended(self, interaction: Interaction) -> Answer:
        """Ends it; the answer says so and has the way back. Raises as ``managed``."""
        held = await managed(interaction, self.subscription)
        await desk_of(interaction).remove(self.subscription)
        return Answer(ended(held, _short), buttons=_back(interaction.client.catalog, held))


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
    def of_alert(cls, catalog: Catalog, held: Subscription) -> Self:
        """What brings an alert back."""
        taste, provider = held.taste, None
        if taste.provider is not None:
            provider = provider_number(catalog, taste.provider)
            taste = taste.model_copy(update={"provider": None})
        direct = held.guild is None
        return cls(direct, held.place, taste, provider, held.frequency, held.hour, held.timezone, held.role)

    async def pressed(self, interaction: Interaction) -> None:
        client = interaction.client
        held = await (self._watched(interaction) if self.direct else self._subscribed(interaction))
        if _private(interaction):
            await change(interaction, confirmation(client.catalog, held))
            return
        buttons = [
            Button.of(Unsubscribe(held.number, 0), "Unsubscribe"),
            Button.of(ChangeAlert(held.number), "Change"),
        ]
        await _show_buttons(interaction, [*buttons, *_others(interaction)])
        await interaction.followup.send(described(client.catalog, held), ephemeral=True)

    async def _subscribed(self, interaction: Interaction) -> Subscription:
        taste, guild = self.taste, server_of(interaction)
        if self.provider is not None:
            model = interaction.client.catalog.by_number(self.provider)
            if model is None:
                raise OutdatedButton
            taste = taste.model_copy(update={"provider": model.provider})
        to_post_in(interaction, self.place)
        role = guild.get_role(self.role) if self.role is not None else None
        return await desk_of(interaction).subscribe(
            Subscription(
                guild=guild.id,
                place=self.place,
                person=interaction.user.id,
                taste=taste,
                frequency=self.frequency,
                hour=self.hour,
                timezone=self.timezone,
                role=to_mention(interaction, self.place, role) if role else None,
            )
        )

    async def _watched(self, interaction: Interaction) -> Subscription:
        desk, person = desk_of(interaction), interaction.user.id
        if person != self.place or not self.taste.models:
            raise OutdatedButton
        for model in self.taste.models:
            held = await desk.watch(person, model)
        taste = held.taste.model_copy(update={"events": self.taste.events})
        settings = {"frequency": self.frequency, "hour": self.hour, "timezone": self.timezone}
        return there(await desk.edit(held.number, taste=taste, **settings), held.number)


def _short(text: str) -> str:
    return escaped(text, 300)


def _back(catalog: Catalog, held: Subscription) -> list[Button]:
    """The way back, where all that was set fits a button."""
    again = SubscribeAgain.of_alert(catalog, held)
    return [Button.of(again, "Subscribe again")] if len(again.custom_id) <= custom_id.LONGEST else []


def _private(interaction: Interaction) -> bool:
    """Whether the button is on a message that only this person sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _others(interaction: Interaction) -> Iterator[Button]:
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
