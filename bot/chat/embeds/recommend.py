"""The reply to /recommend: the picks with what each gives and costs, then the best for every price."""

from datetime import date

import discord

from bot.analysis import figures
from bot.analysis.recommend import Recommendation
from bot.chat.embeds.comparison import COLOURS
from bot.chat.embeds.layout import COLUMNS, NBSP, Field, bold, code, embed, escaped, left, right
from bot.words.advice import FRONTIER, GIVES_UP, WHY, Advice, PickWords, advice, subject
from bot.words.footer import footer
from bot.words.text import one_line

# Columns of the table before the name, and so many lines that all of it is read.
PRICE, ABILITY = 7, 5
NAME = COLUMNS - PRICE - ABILITY - 2
MOST_POINTS = 12


def recommendation_embed(result: Recommendation, today: date) -> discord.Embed:
    """The whole answer as one embed, within Discord's limits for any names."""
    said = advice(result, bold, escaped)
    picks = [
        Field(f"{place}. {escaped(choice.model.display_name)}", _pick(words))
        for place, (choice, words) in enumerate(zip(result.picks, said.picks, strict=True), start=1)
    ]
    return embed(
        title=f"Recommendation: {subject(result.workload)}",
        description=f"{said.pick}\n\n{said.asked}",
        fields=[*picks, Field(FRONTIER, _frontier(result, said))],
        footer=footer(result.provenance, today, result.outdated, one_line),
        colour=COLOURS[result.sureness],
    )


def _pick(words: PickWords) -> str:
    """Figures that stay whole where a line ends, then why, then what one gives up."""
    lines = [" · ".join(each.replace(" ", NBSP) for each in words.figures), f"**{WHY}:** {words.why}"]
    return "\n".join([*lines, *([f"**{GIVES_UP}:** {words.gives_up}"] if words.gives_up else [])])


def _frontier(result: Recommendation, said: Advice) -> str:
    """Price, ability and name, cheapest first; of many the strongest, since the picks are among them."""
    shown = result.frontier[-MOST_POINTS:]
    lines = [right("$/M", PRICE) + right("Abil", ABILITY) + "  Model"]
    for point in shown:
        ability = str(figures.whole(point.ability.points))
        name = left(one_line(point.display_name), NAME)
        lines.append(right(figures.usd(point.cost), PRICE) + right(ability, ABILITY) + "  " + name)
    hidden = len(result.frontier) - len(shown)
    more = f"{figures.counted(hidden, 'cheaper one')} not shown." if hidden else ""
    notes = " ".join(filter(None, (said.frontier, more)))
    return f"{code(lines) if shown else ''}{notes}\n{said.counts}"
