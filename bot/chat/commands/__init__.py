"""What people can ask for, one command a file."""

from typing import Any

from discord import app_commands

from bot.chat.commands.alerts import alerts
from bot.chat.commands.compare import compare
from bot.chat.commands.help import help_
from bot.chat.commands.history import history
from bot.chat.commands.leaderboard import leaderboard
from bot.chat.commands.mentioned import compare_mentioned
from bot.chat.commands.model import model
from bot.chat.commands.recommend import recommend
from bot.chat.commands.value import value
from bot.chat.commands.watch import forget, unwatch, watch

COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu, ...] = (
    compare,
    recommend,
    leaderboard,
    value,
    model,
    history,
    compare_mentioned,
    alerts,
    watch,
    unwatch,
    forget,
    help_,
)
