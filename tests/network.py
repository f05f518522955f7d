"""Bans the network: the product works offline, and its tests prove it."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any


class NetworkBanned(RuntimeError):
    """Not an ``OSError``, so that code which tolerates a missing network does not hide it."""


def _check(host: object) -> None:
    if host in (None, "", "localhost", b"localhost", socket.gethostname()):
        return
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(str(host).partition("%")[0]).is_loopback:
            return
    raise NetworkBanned(f"a test tried to reach {host!r}")


@contextlib.contextmanager
def banned() -> Iterator[None]:
    """Inside, only this computer can be connected to or looked up by name."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    lookup = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(address[0])
        return connect_ex(self, address)

    def guarded_lookup(host: Any, *rest: Any, **options: Any) -> Any:
        _check(host)
        return lookup(host, *rest, **options)

    patch = contextlib.ExitStack()
    with patch:
        for owner, name, guarded, plain in (
            (socket.socket, "connect", guarded_connect, connect),
            (socket.socket, "connect_ex", guarded_connect_ex, connect_ex),
            (socket, "getaddrinfo", guarded_lookup, lookup),
        ):
            setattr(owner, name, guarded)
            patch.callback(setattr, owner, name, plain)
        yield
