"""/help: what can be asked, and how to read an answer."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.answers import Answer, reply
from bot.chat.commands import options
from bot.chat.context import Interaction

ASK = (
    "`/compare` two to four models: which one to use, how sure that is, and who should choose another\n"
    "`/recommend` the best models for what you do and what you want to pay, and what you give up with each\n"
    "`/leaderboard` the best models, overall or in one category, by provider, price or open weights\n"
    "`/value` the best models for every price, overall or in one category\n"
    "`/model` what is known about one model: price and its past, context, ability, ranks and averages\n"
    "`/history` how the ranks of one to four models changed over time\n"
    "**Compare models mentioned here**, in the Apps menu of a message: the first four models it names\n"
    "A workload is shares of categories, such as 70 coding, 30 agentic, or a preset, such as support chat."
)
READ = (
    "**How good** a model is, from 0 to 100, comes from all its scores. Models that took different tests are "
    "linked through others that took both. Below a chance of 80 % it is too close to call, from 80 % one is "
    "*probably* the stronger model, from 95 % it is called so without that word.\n"
    "**Rank**: models whose order is not known share one. **Averages** are those of published leaderboards, "
    "over each model's own tests; they are shown because people look for them, and decide nothing.\n"
    "The **provisional** lane counts all scores, the **verified** lane only those measured independently "
    "of the model's maker.\n"
    "**Pictures**: a mark is the likeliest figure, the bar around it its 90 % range; bars are striped where "
    "the models took different tests.\n"
    "**Evidence** has one to four dots: the more tests in the more categories, the more dots."
)
ALERTS = (
    "`/alerts subscribe` tells a channel of ranking shifts, new models and price changes, at once or as a "
    "daily or weekly brief, for those who have Manage Channels there. `/alerts` has `list`, `edit`, `pause`, "
    "`preview`, `unsubscribe` and `forget` as well, and each message has a button to end its alert.\n"
    "`/watch` a model to get a direct message when something about it changes; `/unwatch` stops that.\n"
    "`/forget` deletes what is stored about you: which models you watch, and your id at alerts that you made."
)
BUTTONS = (
    "The menu below a comparison ranks the models again for what matters most to you.\n"
    "**All figures** says in numbers what the picture shows. **Why?** names the tests that moved the call. "
    "**All tests** lists every score with its setting, date and source, by category, gap or date.\n"
    "**Swap** puts another model in the place of one. **My cost** says what each model costs for the tokens "
    "you use in a month, and at which mix two cost the same.\n"
    "**Verified lane** and **Provisional lane** show the same answer from the other scores.\n"
    "**Compare them** sets recommended models side by side. **Share** posts what only you can see.\n"
    "**Subscribe here** tells this channel of changes to the models, for those who may manage it.\n"
    "An answer changes for whoever asked for it; anyone else gets a copy of their own."
)


@options.everywhere
@app_commands.command(name="help", description="What you can ask, and how to read the answers")
async def help_(interaction: Interaction) -> None:
    """Answer with what the bot does and how to read it."""
    embed = discord.Embed(title="Which AI model to use", description=ASK)
    embed.add_field(name="How to read an answer", value=READ, inline=False)
    embed.add_field(name="What changes", value=ALERTS, inline=False)
    embed.add_field(name="Buttons", value=BUTTONS, inline=False)
    await reply(interaction, Answer(embed=embed), private=True)
