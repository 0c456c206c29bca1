"""Logs: one line for each happening, for people on a terminal and as JSON anywhere else."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

import structlog
from structlog.typing import Processor, WrappedLogger

from bot.errors import StoreError
from bot.words.errors import words

HIDDEN = "[hidden]"


def set_up_logs(level: str, secret: str | None = None, stream: TextIO | None = None) -> None:
    """Route structlog and the standard library's logs (discord.py's among them) to ``stream`` (stderr).

    ``level`` is a name like "info". ``secret`` never appears in a line, whoever logs it.
    """
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    root = logging.getLogger()
    root.handlers[:] = [_handler(out, shared, secret)]
    root.setLevel(level.upper())
    # discord.py at debug level logs whole payloads, tokens of interactions among them.
    for noisy in ("discord", "aiosqlite", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.INFO, root.level))
    # Alembic names each of its own parts whenever it is imported.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _handler(out: TextIO, shared: Sequence[Processor], secret: str | None) -> logging.Handler:
    """Writes lines of both kinds of logger to ``out``, never with the ``secret`` in them."""
    if out.isatty():
        # Rich would show the values of all variables, with the token cut in pieces that nothing can hide.
        rendering: list[Processor] = [
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        ]
    else:
        rendering = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]

    def hide(logger: WrappedLogger, name: str, line: str) -> str:
        return line.replace(secret, HIDDEN) if secret else line

    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *rendering,
                hide,  # type: ignore[list-item]  # comes last, when the line is text
            ],
        )
    )
    return handler


class Outage:
    """Something that is tried again and again: the first failure of a row is logged, and that it is over."""

    def __init__(self, log: structlog.stdlib.BoundLogger, failure: str, recovery: str) -> None:
        """``log`` is the logger of whoever tries. ``failure`` says what does not work and what follows,
        ``recovery`` that it works again."""
        self._log, self._failure, self._recovery = log, failure, recovery
        self._lasts = False

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Around one attempt: lets no exception out, and says why only where the last attempt went well."""
        try:
            yield
        except Exception as error:
            if not self._lasts:
                foreseen = isinstance(error, StoreError)
                why = words(error) if isinstance(error, StoreError) else str(error)
                self._log.error(self._failure, exc_info=None if foreseen else error, why=why)
            self._lasts = True
        else:
            if self._lasts:
                self._log.info(self._recovery)
            self._lasts = False
