"""The reply to /leaderboard: one page of a board."""

from datetime import date
from decimal import Decimal

import discord

from bot.analysis import figures
from bot.analysis.leaderboard import Entry, Leaderboard
from bot.catalog.entities import Category
from bot.chat.embeds.layout import NBSP, Field, bold, embed, escaped
from bot.words.footer import footer
from bot.words.scale import BLEND, linked
from bot.words.verdict import board_counts

PAGE = 10
COLOUR = 0x4C6FFF


def leaderboard_embed(
    board: Leaderboard,
    provider: str | None,
    open_weights: bool,
    max_price: Decimal | None,
    today: date,
) -> discord.Embed:
    """One page with rank, name, score and price; the filters are said in the first line."""
    filters = _filters(board, provider, open_weights, max_price)
    lines = [*([filters, ""] if filters else []), *(_line(e) for e in board.entries)]
    return embed(
        title=f"Leaderboard: {_subject(board.category)}",
        description="\n".join(lines).strip(),
        fields=[Field("How to read it" if board.entries else "Nothing to show", _reading(board))],
        footer=_footer(board, today),
        colour=COLOUR,
    )


def _subject(category: Category | None) -> str:
    return figures.category(category) if category else "overall"


def _filters(board: Leaderboard, provider: str | None, open_weights: bool, max_price: Decimal | None) -> str:
    kept = [
        f"by {escaped(provider)}" if provider else "",
        "with open weights" if open_weights else "",
        f"for at most {figures.usd(max_price)} per million tokens" if max_price is not None else "",
    ]
    kept = [k for k in kept if k]
    return f"Only models {figures.listed(kept)}." if kept else ""


def _line(entry: Entry) -> str:
    """Rank with its interval, name, ability and price; the name in full, because cut ones look alike."""
    cost = entry.blended_usd_per_mtok
    interval = "" if entry.best == entry.worst else f" ({entry.best}–{entry.worst})"
    price = f"no{NBSP}price" if cost is None else figures.usd(cost)
    shown = f" ·{NBSP}".join((str(figures.whole(entry.ability.points)), price))
    return f"#{entry.rank}{interval} {bold(entry.model.display_name)} ·{NBSP}{shown}"


def _reading(board: Leaderboard) -> str:
    explained = (
        "Rank (1 + the number of models that are better, 90 % sure), in brackets the ranks it may really "
        f"have; model; ability from 0 to 100; price. Abilities come {linked(board.lane)}. "
        f"Price: US dollars per million tokens, {BLEND}."
    )
    return f"{explained}\n{board_counts(board)}" if board.entries else board_counts(board)


def _footer(board: Leaderboard, today: date) -> str:
    rests = footer(board.provenance, today)
    if board.total <= PAGE:
        return rests
    return f"Page {board.start // PAGE + 1} of {-(-board.total // PAGE)} · {rests}"
