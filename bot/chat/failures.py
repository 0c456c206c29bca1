"""What a person reads in Discord when something goes wrong: always something, for their eyes alone."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.chat.context import Interaction
from bot.chat.embeds.layout import escaped
from bot.errors import MatchupError, OutdatedCommand, TooFast
from bot.words.errors import unexpected, words
from bot.words.text import LONGEST_QUOTE, framed

log = structlog.get_logger(__name__)

UNKNOWN_INTERACTION, ALREADY_ANSWERED = 10062, 40060


def quoted(text: str) -> str:
    """What somebody typed, inert and short, in quotation marks."""
    return framed(escaped(text, LONGEST_QUOTE))


def worth_logging(record: logging.LogRecord) -> bool:
    """Filters what discord.py logs of suggestions: one too late for somebody who types fast is no error."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, discord.HTTPException) and error.code == UNKNOWN_INTERACTION)


async def explain(interaction: Interaction, what: str, error: BaseException) -> str:
    """Tell the person, log what nobody foresaw, and return the outcome for the metrics."""
    while isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        error = OutdatedCommand()
    if isinstance(error, TooFast):
        await _tell(interaction, words(error, quoted))
        return "cooldown"
    if isinstance(error, MatchupError):
        await _tell(interaction, words(error, quoted))
        return "refused"
    if isinstance(error, discord.HTTPException) and error.code == UNKNOWN_INTERACTION:
        log.info("interaction expired before its answer", what=what)
        return "expired"
    if isinstance(error, discord.HTTPException) and error.code == ALREADY_ANSWERED:
        # The answer arrived, its receipt got lost, and discord.py sent it again.
        log.info("interaction was answered already", what=what)
        return "answered"
    reference = secrets.token_hex(4)
    log.error("interaction failed", what=what, reference=reference, exc_info=error, **_where(interaction))
    answered = await _tell(interaction, unexpected(reference))
    return "answered" if answered else "failed"


async def _tell(interaction: Interaction, sentence: str) -> bool:
    """Say it whether or not the interaction has been answered or deferred; never raises.

    True if there was nothing to say: an answer had arrived although sending it failed.
    """
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException as error:
        if error.code == ALREADY_ANSWERED:
            log.info("the answer had arrived")
            return True
        expired = error.code == UNKNOWN_INTERACTION
        log.log(
            logging.INFO if expired else logging.WARNING,
            "could not tell the person",
            status=error.status,
            code=error.code,
        )
    except Exception:
        log.exception("could not tell the person")
    return False


def _where(interaction: Interaction) -> dict[str, Any]:
    return {"interaction": interaction.id, "guild": interaction.guild_id, "user": interaction.user.id}
