"""Why a call came out so: in words, then the tests that speak for either side and the models that link."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import discord

from bot.analysis import figures
from bot.analysis.averages import rounded
from bot.analysis.explain import Explanation, Linked, Moved
from bot.chat.embeds.comparison import COLOURS
from bot.chat.embeds.layout import COLUMNS, LETTERS, Field, bold, code, embed, escaped, left, right
from bot.words.explain import NOTE, explanation_words
from bot.words.footer import footer
from bot.words.text import one_line

# Tests that are read: more for the model ahead than against it.
MOST_FOR, MOST_AGAINST = 6, 4
# Two values and what the chance would be, under the name of each test.
VALUE, WITHOUT = 10, 11


def explanation_embed(result: Explanation, today: date) -> discord.Embed:
    """The whole answer as one embed, within Discord's limits for any names."""
    ahead, behind = result.ahead, 1 - result.ahead
    fields = [
        Field(_speaks_for(result, ahead), _table(result, result.speaking_for(ahead), MOST_FOR)),
        Field(_speaks_for(result, behind), _table(result, result.speaking_for(behind), MOST_AGAINST)),
        Field("Models that link them", "\n".join(_link(result, link) for link in result.links)),
    ]
    said = list(explanation_words(result, model=bold, term=escaped))
    if result.tests:
        named = " and ".join(f"{letter} {bold(n)}" for letter, n in zip(LETTERS, result.names, strict=False))
        chance = figures.chance(result.of_ahead(result.probability or 0.0))
        said.append(
            f"\n{NOTE} Below: {named}, and what the chance of {bold(result.names[ahead])}, now {chance}, "
            "would be without the test."
        )
    return embed(
        title=f"Why: {' vs '.join(escaped(name) for name in result.names)}",
        description="\n".join(said),
        fields=fields,
        footer=footer(result.provenance, today),
        colour=COLOURS[result.sureness],
    )


def _speaks_for(result: Explanation, place: int) -> str:
    return f"Speaks for {escaped(result.names[place])}"


def _table(result: Explanation, tests: Sequence[Moved], most: int) -> str:
    """Two lines a test, so that its name has room: the name, then the figures."""
    if not tests:
        return ""
    lines = [right(LETTERS[0], VALUE) + right(LETTERS[1], VALUE) + right("without", WITHOUT)]
    for test in tests[:most]:
        lower = "" if test.higher_is_better else " (lower wins)"
        lines.append(left(one_line(test.display_name), COLUMNS - len(lower)).rstrip() + lower)
        first, second = (right(_value(value), VALUE) for value in test.values)
        lines.append(first + second + right(figures.chance(result.of_ahead(test.without)), WITHOUT))
    more = len(tests) - most
    return code(lines) + (f"{figures.counted(more, 'test')} moved it less." if more > 0 else "")


def _value(value: Decimal | None) -> str:
    """With one decimal where there is room for it."""
    shown = figures.MISSING if value is None else figures.points(value)
    return shown if value is None or len(shown) < VALUE else f"{rounded(value, Decimal(1)):,f}"


def _link(result: Explanation, link: Linked) -> str:
    """The tests that a model has in common with each of the two."""
    one, other = (figures.listed([escaped(name, 40) for name in sorted(tests)]) for tests in link.tests)
    first, second = (escaped(name, 40) for name in result.names)
    shared = f"{one} with both" if one == other else f"{one} with {first}; {other} with {second}"
    return f"{bold(link.display_name)}: {shared}"
