"""Which addresses of the network a source may lead to: none inside this machine or its own network."""

import socket
from contextlib import suppress
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

set_up: ContextVar[str | None] = ContextVar("set_up", default=None)
"""The host of the address that is being asked for."""


class NotPublic(OSError):
    """A host that only exists inside somebody's network."""

    def __init__(self, host: str) -> None:
        super().__init__(f"it leads to {host[:100]}, which is not a public address")


def is_public(host: str) -> bool:
    """Whether an address can be reached by everybody; True for a name, which has to be resolved first."""
    with suppress(ValueError):
        address = ip_address(host.strip("[]").split("%", 1)[0])
        inner = None
        if isinstance(address, IPv6Address):
            inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        return address.is_global and not address.is_multicast and (inner is None or inner.is_global)
    return True


class PublicOnly(AbstractResolver):
    """Resolves names, and refuses those that lead to an address that is not public, before anything connects.

    The host that somebody has ``set_up`` is trusted: who names one of his own network means it.
    """

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises ``NotPublic`` if only one of the addresses is not."""
        found = await self._resolver.resolve(host, port, family)
        if host != set_up.get() and not all(is_public(each["host"]) for each in found):
            raise NotPublic(host)
        return found

    async def close(self) -> None:
        await self._resolver.close()
