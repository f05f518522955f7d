"""One window per user: a second start hands its files to the first and ends.

A lock file decides who is first, so that two starts at the same moment cannot both win; a local
socket, which only the same user can open, carries the file names.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_LIMIT = 4_000_000  # bytes of file names from one start
_PATIENCE_MS = 3000  # for a first window that is itself just starting


class SingleInstance(QObject):
    """``first`` says whether this process is the one with the window."""

    received = Signal(object)  # tuple[Path, ...] from a second start; empty: only come forward

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """``folder`` is where the lock lies; each folder has a first instance of its own."""
        super().__init__(parent)
        self._name = "cloakroom-" + hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        self._lock = QLockFile(str(folder / "window.lock"))
        self._lock.setStaleLockTime(0)  # held for as long as the window lives, however long
        self._server: QLocalServer | None = None
        self._open: dict[QLocalSocket, bytes] = {}  # what has come so far on each connection
        self.first = self._lock.tryLock(0)
        if self.first:
            self._listen()

    def _listen(self) -> None:
        QLocalServer.removeServer(self._name)  # left behind by a crash: the lock is ours
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._server.listen(self._name)

    def hand_over(self, files: Iterable[Path]) -> bool:
        """Give ``files`` to the first instance; False when it does not answer."""
        message = json.dumps([str(file) for file in files]).encode() + b"\n"
        deadline = time.monotonic() + _PATIENCE_MS / 1000
        while time.monotonic() < deadline:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(_PATIENCE_MS):
                socket.write(message)
                # The answer says that the window has them, not just the operating system.
                answered = socket.waitForReadyRead(_PATIENCE_MS)
                socket.disconnectFromServer()
                return answered
            time.sleep(0.05)
        return False

    def close(self) -> None:
        """Let another start be the first."""
        if self._server is not None:
            self._server.newConnection.disconnect(self._accept)
            for socket in tuple(self._open):
                socket.abort()
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _accept(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            self._open[socket] = b""
            # Bound methods, which Qt holds weakly. A lambda would keep this object alive until
            # the socket is destroyed, and then destroy it, and with it the socket a second time.
            socket.readyRead.connect(self._readable)
            socket.disconnected.connect(self._disconnected)
            self._read(socket)

    def _readable(self) -> None:
        self._read(cast(QLocalSocket, self.sender()))

    def _disconnected(self) -> None:
        socket = cast(QLocalSocket, self.sender())
        if self._open.pop(socket, None) is not None:
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        """Wait for a whole line; anything that is not a list of paths is dropped."""
        if socket not in self._open:
            return
        data = self._open[socket] = self._open[socket] + bytes(socket.readAll().data())
        if len(data) > _LIMIT:
            socket.abort()
        elif data.endswith(b"\n"):
            names = _names(data)
            if names is None:
                socket.abort()
                return
            socket.write(b"ok\n")
            socket.flush()
            self.received.emit(tuple(map(Path, names)))


def _names(line: bytes) -> list[str] | None:
    try:
        names = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return names
    return None
