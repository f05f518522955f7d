"""A model hub on this computer: its API, its resolve routes, its storage host, and its faults."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

PIECE = 1 << 16
LARGE = 1000  # bytes from which on a file is kept outside git, for these tests


@dataclass
class Content:
    """A file's bytes, or how to make them."""

    size: int
    sha256: str
    git_sha1: str
    read: Callable[[int, int], bytes]  # offset, count

    @classmethod
    def of(cls, data: bytes) -> Content:
        blob = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
        sha = hashlib.sha256(data).hexdigest()
        return cls(len(data), sha, blob, lambda start, count: data[start : start + count])


@dataclass
class Faults:
    """What goes wrong. Lists are used up from the front, one item a request."""

    cuts: list[int] = field(default_factory=list)  # close after this many bytes of a body
    resets: list[int] = field(default_factory=list)  # the same, with a TCP reset
    statuses: list[int] = field(default_factory=list)  # of file requests, instead of an answer
    api_statuses: list[int] = field(default_factory=list)
    gated: bool = False
    no_repo: bool = False
    etag: str | None = None  # announced for every large file
    serves: bytes | None = None  # instead of every large file's content
    short_by: int = 0  # bytes missing from every large file, length header included
    ignores_range: bool = False
    delay: float = 0.0  # seconds after every 64 kB
    page: bytes | None = None  # HTML for everything, as a captive portal has it
    hold: threading.Event | None = None  # bodies wait for it after their first piece


class HubServer:
    """``repos`` maps a repository to its revisions, and each revision to its files."""

    def __init__(self) -> None:
        self.repos: dict[str, dict[str, dict[str, Content]]] = {}
        self.faults = Faults()
        self.log: list[tuple[str, str, str | None]] = []  # method, path, Range
        self.sent = 0  # bytes of bodies of large files
        self.tokens: list[str] = []
        self._hub = _start(self, _Hub)
        self._storage = _start(self, _Storage)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._hub.server_address[1]}"

    @property
    def storage(self) -> str:
        return f"http://127.0.0.1:{self._storage.server_address[1]}"

    def add(self, repo: str, files: dict[str, bytes | Content], revision: str = "a" * 40) -> None:
        contents = {p: c if isinstance(c, Content) else Content.of(c) for p, c in files.items()}
        self.repos.setdefault(repo, {})[revision] = contents

    def files(self, repo: str, revision: str) -> tuple[str, dict[str, Content]] | None:
        revisions = self.repos[repo]
        commit = list(revisions)[-1] if revision == "main" else revision
        return (commit, revisions[commit]) if commit in revisions else None

    def fetched(self, path: str) -> list[str | None]:
        """The Range headers of the requests for a large file's body, in order."""
        return [r for method, where, r in self.log if method == "GET" and where == f"/{path}"]

    def close(self) -> None:
        for server in (self._hub, self._storage):
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    hub: HubServer


def _start(hub: HubServer, handler: type[BaseHTTPRequestHandler]) -> _Server:
    server = _Server(("127.0.0.1", 0), handler)
    server.hub = hub
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="hub server"
    ).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def _note(self) -> str:
        path = unquote(urlsplit(self.path).path)
        self.server.hub.log.append((self.command, path, self.headers["Range"]))
        if token := self.headers["Authorization"]:
            self.server.hub.tokens.append(token)
        return path

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    def _body(self, content: Content, **headers: str) -> None:
        """The file, or the range of it that was asked for, with the faults due."""
        faults = self.server.hub.faults
        size = content.size - (faults.short_by if content.size >= LARGE else 0)
        start = 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        if asked and not faults.ignores_range:
            start = int(asked[1])
            if start >= size:
                self._answer(416, Content_Range=f"bytes */{size}")
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        else:
            self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(size - start))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if self.command == "HEAD":
            return
        large = content.size >= LARGE
        cut = faults.cuts.pop(0) if large and faults.cuts else None
        reset = faults.resets.pop(0) if large and faults.resets else None
        end = min(size, start + min(x for x in (cut, reset, size) if x is not None))
        with contextlib.suppress(ConnectionError):
            for position in range(start, end, PIECE):
                piece = content.read(position, min(PIECE, end - position))
                self.wfile.write(piece)
                self.server.hub.sent += len(piece) if large else 0
                if faults.delay:
                    time.sleep(faults.delay)
                if faults.hold is not None:
                    faults.hold.wait(20)
            if reset is not None:
                self.wfile.flush()
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class _Hub(_Handler):
    """``/api/models/...`` and ``/OWNER/NAME/resolve/...``."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self._note()
        hub, faults = self.server.hub, self.server.hub.faults
        if faults.page is not None:
            self._answer(200, faults.page, Content_Type="text/html")
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
            if faults.api_statuses:
                self._answer(faults.api_statuses.pop(0))
            else:
                self._api(found[1], found[2] or "main")
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            if faults.statuses:
                self._answer(faults.statuses.pop(0), Retry_After="0")
            elif faults.gated:
                self._answer(401, X_Error_Code="GatedRepo", X_Error_Message="gated")
            else:
                self._resolve(hub, found[1], found[2], found[3])
        else:
            self._answer(404)

    def _found(self, repo: str, revision: str) -> tuple[str, dict[str, Content]] | None:
        hub = self.server.hub
        if hub.faults.no_repo or repo not in hub.repos:
            self._answer(401, X_Error_Code="RepoNotFound")
            return None
        files = hub.files(repo, revision)
        if files is None:
            self._answer(404, X_Error_Code="RevisionNotFound")
        return files

    def _api(self, repo: str, revision: str) -> None:
        found = self._found(repo, revision)
        if found is None:
            return
        siblings = []
        for path, content in found[1].items():
            item: dict[str, object] = {
                "rfilename": path, "size": content.size, "blobId": content.git_sha1,
            }  # fmt: skip
            if content.size >= LARGE:
                item["lfs"] = {"sha256": content.sha256, "size": content.size, "pointerSize": 134}
            siblings.append(item)
        body = {"id": repo, "modelId": repo, "sha": found[0], "private": False,
                "gated": False, "tags": [], "downloads": 0, "siblings": siblings}  # fmt: skip
        self._answer(200, json.dumps(body).encode(), Content_Type="application/json")

    def _resolve(self, hub: HubServer, repo: str, revision: str, path: str) -> None:
        found = self._found(repo, revision)
        if found is None:
            return
        content = found[1].get(path)
        if content is None:
            self._answer(404, X_Error_Code="EntryNotFound")
        elif content.size >= LARGE:
            self._answer(
                302,
                Location=f"{hub.storage}/{repo}/{path}?signature=1&commit={found[0]}",
                X_Linked_Etag=f'"{hub.faults.etag or content.sha256}"',
                X_Linked_Size=str(content.size),
                X_Repo_Commit=found[0],
            )
        else:
            self._body(content, ETag=f'"{content.git_sha1}"', X_Repo_Commit=found[0])


class _Storage(_Handler):
    """Where large files really are: another origin, as the hub's storage hosts are."""

    def do_GET(self) -> None:
        owner, name, path = self._note()[1:].split("/", 2)
        hub = self.server.hub
        commit = self.path.rpartition("&commit=")[2]
        content = hub.repos[f"{owner}/{name}"][commit][path]
        if hub.faults.serves is not None:
            content = Content.of(hub.faults.serves)
        self._body(content, ETag='"storage-etag"')


@contextlib.contextmanager
def running() -> Iterator[HubServer]:
    server = HubServer()
    try:
        yield server
    finally:
        server.close()
