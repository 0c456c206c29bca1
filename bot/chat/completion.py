"""What Discord suggests while somebody types: from memory, at most 25 choices, and never an error."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import lru_cache
from itertools import chain
from typing import Any
from zoneinfo import available_timezones

import structlog
from discord.app_commands import Choice
from rapidfuzz import fuzz, process

from bot.analysis.leaderboard import ranking
from bot.analysis.workload import PRESETS, description, mix, suggestions
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model
from bot.catalog.providers import nearest_providers
from bot.chat.context import Interaction
from bot.chat.rights import may_manage
from bot.store.alerts import of_server, watch_of
from bot.words.alerts import in_short
from bot.words.text import fitted, one_line

log = structlog.get_logger(__name__)

MOST, LONGEST = 25, 100
MODEL_FIELDS = ("model_a", "model_b", "model_c", "model_d")

Completion = Callable[["Interaction", str], Coroutine[Any, Any, list[Choice[str]]]]


def models(field: str) -> Completion:
    """Completes a field with models: the leading ones if it is empty, and none that another field holds."""

    async def complete(interaction: Interaction, typed: str) -> list[Choice[str]]:
        try:
            catalog = interaction.client.catalog
            given = {name: str(value) for name, value in interaction.namespace if value is not None}
            taken = {
                model.model_id
                for name in MODEL_FIELDS
                if name != field and (model := _chosen(catalog, given.get(name, "")))
            }
            lane = Lane.VERIFIED if given.get("lane") == Lane.VERIFIED else Lane.PROVISIONAL
            found = catalog.names.complete(typed, exclude=taken) if typed.strip() else leading(catalog, lane)
            return [_choice(catalog, m) for m in found if m.model_id not in taken][:MOST]
        except Exception:
            log.exception("models could not be suggested")
            return []

    return complete


async def providers(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes a provider: on an empty field those with most models."""
    try:
        catalog = interaction.client.catalog
        found = nearest_providers(catalog, typed)
        # One choice that shows nothing, and Discord refuses them all.
        fitting = (name for name in found if one_line(name) and len(name) <= LONGEST)
        return [Choice(name=one_line(name), value=name) for name in fitting][:MOST]
    except Exception:
        log.exception("providers could not be suggested")
        return []


async def workloads(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes a workload: mixes that go on from what is typed, and the presets before and instead."""
    try:
        found = [(fitted(description(w), LONGEST), w.name or mix(w)) for w in suggestions(typed) or PRESETS]
        return [Choice(name=name, value=value) for name, value in found if len(value) <= LONGEST][:MOST]
    except Exception:
        log.exception("workloads could not be suggested")
        return []


async def several_models(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes the last of several names with commas between them."""
    try:
        catalog = interaction.client.catalog
        *before, last = typed.split(",")
        taken = {model.model_id for name in before if (model := _chosen(catalog, name.strip()))}
        found = (
            catalog.names.complete(last, exclude=taken)
            if last.strip()
            else leading(catalog, Lane.PROVISIONAL)
        )
        labels = [catalog.names.label(m) for m in found if m.model_id not in taken]
        texts = [", ".join([*map(str.strip, before), label]) for label in labels]
        return [Choice(name=one_line(text), value=text) for text in texts if len(text) <= LONGEST][:MOST]
    except Exception:
        log.exception("models could not be suggested")
        return []


async def watched(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes a model among those that the person watches."""
    try:
        client = interaction.client
        watch = await watch_of(client.store, interaction.user.id) if client.store else None
        models = filter(None, map(client.catalog.by_number, watch.taste.models if watch else ()))
        wanted = typed.strip().casefold()
        return [c for m in models if wanted in (c := _choice(client.catalog, m)).name.casefold()][:MOST]
    except Exception:
        log.exception("watched models could not be suggested")
        return []


async def alerts(interaction: Interaction, typed: str) -> list[Choice[int]]:
    """Completes an alert among those of the server that the person may manage."""
    try:
        store, guild, choices = interaction.client.store, interaction.guild, []
        for alert in await of_server(store, guild.id) if store and guild else ():
            if may_manage(interaction, alert):
                channel = guild.get_channel_or_thread(alert.channel) if guild else None
                where = f"#{channel.name}" if channel else "a channel out of sight"
                name = fitted(one_line(f"{alert.number}: {where}, {in_short(alert)}"), LONGEST)
                if typed.strip().casefold() in name.casefold():
                    choices.append(Choice(name=name, value=alert.number))
        return choices[:MOST]
    except Exception:
        log.exception("alerts could not be suggested")
        return []


async def timezones(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes a time zone by any part of its name: berlin, new york."""
    try:
        wanted = typed.strip().casefold().replace(" ", "_")
        names = [name for name in zones() if wanted in name.casefold()] or nearest_zones(typed)
        return [Choice(name=name, value=name) for name in names[:MOST]]
    except Exception:
        log.exception("time zones could not be suggested")
        return []


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The names of all time zones, UTC and the places before other names for them."""
    known = available_timezones() - {"Factory", "localtime"}
    return tuple(
        sorted(known, key=lambda name: (name != "UTC", "/" not in name or name.startswith("Etc/"), name))
    )


def nearest_zones(typed: str) -> list[str]:
    """Up to three time zones with a name like the one typed, best first."""
    wanted = typed[:LONGEST].casefold().replace(" ", "_")
    found = process.extract(
        wanted, {z: z.casefold() for z in zones()}, scorer=fuzz.WRatio, limit=3, score_cutoff=70
    )
    return [name for _, _, name in found]


@lru_cache(maxsize=4)
def leading(catalog: Catalog, lane: Lane) -> tuple[Model, ...]:
    """The models to offer before anything is typed: the leaders of the lane, then the newest.

    Enough of them that those in the other fields can be left out.
    """
    entries, _ = ranking(catalog, lane, None)
    newest = sorted(catalog.models.values(), key=lambda m: m.release_date or "", reverse=True)
    unique = {m.model_id: m for m in chain((e.model for e in entries), newest)}
    return tuple(unique.values())[: MOST + len(MODEL_FIELDS)]


def _chosen(catalog: Catalog, typed: str) -> Model | None:
    """The model in another field, which holds an id or what somebody typed."""
    if not typed.strip():
        return None
    return catalog.models.get(typed) or catalog.names.find(typed).model


def _choice(catalog: Catalog, model: Model) -> Choice[str]:
    label = catalog.names.label(model)
    return Choice(name=label, value=model.model_id if len(model.model_id) <= LONGEST else label)
