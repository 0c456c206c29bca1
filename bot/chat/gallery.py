"""Pictures beside answers: with the answer where they are ready soon, else attached to it by an edit."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from bot.charts.drawings import Drawing
from bot.charts.pictures import Pictures

log = structlog.get_logger(__name__)

# Seconds that an answer waits for its picture; one that comes later is attached when it is there.
PATIENCE = 0.4

# A drawing, or how to find out what is to be drawn; None where there is nothing to draw.
Subject = Drawing | Callable[[], Awaitable[Drawing | None]] | None
Attach = Callable[[discord.File], Awaitable[Any]]


@dataclass(frozen=True)
class Picture:
    """A picture that is there, or is being made."""

    task: asyncio.Task[discord.File | None] | None

    @property
    def file(self) -> discord.File | None:
        """What to send, if it is there."""
        ready = self.task and self.task.done() and not self.task.cancelled()
        return self.task.result() if ready and self.task else None


class Gallery:
    """Gets pictures for answers; without ``pictures`` all answers are text alone."""

    def __init__(self, pictures: Pictures | None) -> None:
        self._pictures = pictures
        self._late: dict[int, asyncio.Task[None]] = {}

    @property
    def draws(self) -> bool:
        """Whether answers have pictures at all."""
        return self._pictures is not None

    async def picture(self, subject: Subject) -> Picture:
        """The picture, once it is there or ``PATIENCE`` is over."""
        if subject is None or self._pictures is None:
            return Picture(None)
        task = asyncio.create_task(_file(self._pictures, subject))
        await asyncio.wait({task}, timeout=PATIENCE)
        return Picture(task)

    async def whole(self, subject: Subject) -> discord.File | None:
        """The picture, however long it takes, for what nobody waits for."""
        return await _file(self._pictures, subject) if self._pictures else None

    def attach_later(self, message_id: int | None, picture: Picture, attach: Attach) -> None:
        """Attach a picture that was not there in time, by an edit of the message."""
        if message_id is None or picture.task is None or picture.task.done():
            return
        task = asyncio.create_task(_attached(picture.task, attach))
        self._late[message_id] = task
        task.add_done_callback(lambda _: self._late.pop(message_id, None))

    async def turn_page(self, message_id: int | None) -> None:
        """The message becomes another answer: a picture that is under way to it no longer belongs there."""
        if message_id is not None and (task := self._late.pop(message_id, None)):
            task.cancel()
            await asyncio.wait({task})

    async def close(self) -> None:
        """Give up what is under way, and end the process that draws."""
        for message_id in tuple(self._late):
            await self.turn_page(message_id)
        if self._pictures:
            await self._pictures.close()


async def _file(pictures: Pictures, subject: Subject) -> discord.File | None:
    """Never raises: an answer does without its picture."""
    try:
        drawing = subject if subject is None or isinstance(subject, Drawing) else await subject()
        png = await pictures.png(drawing) if drawing else None
    except Exception:
        log.exception("there is no picture to an answer")
        return None
    if png is None or drawing is None:
        return None
    return discord.File(io.BytesIO(png), drawing.file, description=drawing.alt)


async def _attached(task: asyncio.Task[discord.File | None], attach: Attach) -> None:
    try:
        if file := await task:
            await attach(file)
    except discord.HTTPException as error:
        # The message is gone, or may not have files: its text says everything.
        log.info("a picture could not be attached", status=error.status, code=error.code)
    except Exception:
        log.exception("a picture could not be attached")
