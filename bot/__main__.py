"""``python -m bot`` is the ``matchup`` command."""

from bot.cli import main

main()
