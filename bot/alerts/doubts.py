"""Which requests may have arrived although no answer said so."""

from contextvars import ContextVar

import aiohttp

in_doubt: ContextVar[list[object] | None] = ContextVar("in_doubt", default=None)
"""In an attempt to send a message: its requests that may have posted it."""


def trace() -> aiohttp.TraceConfig:
    """For the client's ``http_trace``: discord.py repeats a request by itself and tells of the last answer
    alone, but an earlier one may have arrived."""

    async def answered(_: object, __: object, end: aiohttp.TraceRequestEndParams) -> None:
        if not 400 <= end.response.status < 500:
            note(end.method, end.url.path, end.response.status)

    async def failed(_: object, __: object, end: aiohttp.TraceRequestExceptionParams) -> None:
        if not isinstance(end.exception, aiohttp.ClientConnectorError):
            note(end.method, end.url.path, end.exception)

    def note(method: str, path: str, what: object) -> None:
        doubts = in_doubt.get()
        if doubts is not None and method == "POST" and path.endswith("/messages"):
            doubts.append(what)

    config = aiohttp.TraceConfig()
    config.on_request_end.append(answered)
    config.on_request_exception.append(failed)
    return config
