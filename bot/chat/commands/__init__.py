"""What people can type, one command a file."""

from typing import Any

from discord import app_commands

from bot.chat.commands.compare import compare
from bot.chat.commands.help import help_
from bot.chat.commands.leaderboard import leaderboard
from bot.chat.commands.model import model

COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (compare, leaderboard, model, help_)
