"""The reply to /value: the models that no other one beats in both ability and price."""

from datetime import date

import discord

from bot.analysis import figures
from bot.analysis.recommend import Point
from bot.analysis.value import ValueMap
from bot.chat.embeds.layout import NBSP, Field, bold, embed
from bot.words.footer import footer
from bot.words.scale import BLEND

COLOUR = 0x4C6FFF


def value_embed(found: ValueMap, today: date) -> discord.Embed:
    """A sentence, the list from the strongest to the cheapest, and who could not be placed."""
    best = found.frontier[::-1]
    return embed(
        title=f"Value for money: {figures.category(found.category) if found.category else 'overall'}",
        description=_glance(best),
        fields=[
            Field("Best for every price", "\n".join(map(_line, best))),
            Field("How to read it", _reading(found)),
        ],
        footer=footer(found.provenance, today),
        colour=COLOUR,
    )


def _glance(best: tuple[Point, ...]) -> str:
    if not best:
        return "No ranked model has a known price here, so there is nothing to weigh against ability."
    strongest, cheapest = best[0], best[-1]
    said = f"The highest ability with a known price: {bold(strongest.display_name)}, {_figures(strongest)}."
    shown = figures.whole(strongest.ability.points)
    level = [point for point in best[1:] if figures.whole(point.ability.points) == shown]
    if level:
        said += f" {bold(level[-1].display_name)} comes to the same {shown} for {_cost(level[-1])}."
    if cheapest is not strongest:
        said += f" The least that a ranked model costs: {bold(cheapest.display_name)}, {_figures(cheapest)}."
    return said


def _figures(point: Point) -> str:
    return f"ability {figures.whole(point.ability.points)}, {_cost(point)}".replace(" ", NBSP)


def _cost(point: Point) -> str:
    return figures.usd(point.cost) if point.cost else "free"


def _line(point: Point) -> str:
    shown = f" ·{NBSP}".join((str(figures.whole(point.ability.points)), _cost(point)))
    return f"{bold(point.display_name)} ·{NBSP}{shown}"


def _reading(found: ValueMap) -> str:
    said = [
        "Model; ability from 0 to 100; price. No other ranked model has more ability for as much, or as much "
        f"for less. Abilities come {figures.rests(found.lane)}; those next to each other may be too close to "
        f"call. Price: US dollars per million tokens, {BLEND}."
    ]
    if found.free:
        said.append("A price of 0 does not include the machine that a model runs on.")
    if found.unpriced:
        unpriced = figures.counted(found.unpriced, "ranked model")
        said.append(f"Left out, because no price is known: {unpriced}.")
    return " ".join(said)
