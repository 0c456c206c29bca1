"""``python -m bot`` is the ``matchup`` command."""

from bot.terminal.cli import main

main()
