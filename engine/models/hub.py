"""Talks to the hub, or to a mirror of it, through ``huggingface_hub``.

The certificates are the operating system's (truststore), so that a company's own are trusted, and
proxies come from the environment. The user's access token goes to the hub itself and never to a
mirror. Errors come out as ``Problem`` with a sentence.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
import huggingface_hub
import truststore
from huggingface_hub import constants, errors
from huggingface_hub.file_download import get_hf_file_metadata
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils.tqdm import disable_progress_bars

from engine.models.catalogue import UNPINNED, Entry
from engine.models.mirrors import OFFICIAL
from engine.problems import Problem

# The library hands over 10 MB at a time: on a slow line half a minute without a sign of life, and
# as much lost when the line is cut.
CHUNK = 1 << 18
constants.DOWNLOAD_CHUNK_SIZE = CHUNK

disable_progress_bars()
logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


def _client() -> httpx2.Client:
    return httpx2.Client(
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        follow_redirects=True,
        timeout=httpx2.Timeout(30, connect=10),
    )


huggingface_hub.set_client_factory(_client)


@dataclass(frozen=True)
class Remote:
    """One file as the hub has it. Exactly one of the hashes is known before it is fetched."""

    path: str
    size: int
    sha256: str | None  # of a large file, from its LFS pointer
    git_sha1: str | None  # of a small file, kept in git itself


@dataclass(frozen=True)
class Snapshot:
    """The files of an entry at one commit."""

    commit: str
    files: tuple[Remote, ...]


class Hub:
    """One endpoint."""

    def __init__(self, endpoint: str | None = None) -> None:
        """``endpoint``: the base address of a mirror; the hub itself by default.

        Raises ``Problem("store.mirror")`` for one that is no http address.
        """
        self.endpoint = (endpoint or OFFICIAL).rstrip("/")
        parts = urlsplit(self.endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Problem("store.mirror", mirror=self.endpoint)
        self.host = parts.netloc
        # None: the token the user has stored or set; False: none at all.
        self._token: bool | None = None if self.endpoint == OFFICIAL else False

    def snapshot(self, entry: Entry, commit: str | None = None) -> Snapshot:
        """Ask for the entry's files at ``commit``, else at its revision or the newest one."""
        if entry.page is not None:
            raise Problem("store.by-hand", file=entry.files[0].path, url=entry.page)
        revision = commit or (None if entry.revision == UNPINNED else entry.revision)
        with self.problems(entry, revision):
            info = huggingface_hub.HfApi(endpoint=self.endpoint, token=self._token).model_info(
                entry.repo, revision=revision, files_metadata=True, timeout=20
            )
        if info.sha is None:
            raise Problem("store.answer", host=self.host)
        there = {file.rfilename: file for file in info.siblings or ()}
        files = []
        for wanted in entry.files:
            found = there.get(wanted.path)
            if found is None:
                raise Problem("store.file-missing", file=wanted.path, repo=entry.repo)
            sha256 = found.lfs.sha256 if found.lfs else None
            size = found.lfs.size if found.lfs else found.size
            if size is None or (sha256 is None and found.blob_id is None):
                raise Problem("store.answer", host=self.host)
            if wanted.sha256 is not None and wanted.sha256 != sha256:
                raise Problem("store.other-file", file=wanted.path, host=self.host)
            git = None if sha256 else found.blob_id
            files.append(Remote(wanted.path, size, sha256, git))
        return Snapshot(info.sha, tuple(files))

    def address(self, entry: Entry, commit: str, file: Remote) -> str:
        """Where to fetch ``file``, after checking that what is there is what was listed."""
        url = huggingface_hub.hf_hub_url(
            entry.repo, file.path, revision=commit, endpoint=self.endpoint
        )
        with self.problems(entry, commit):
            there = get_hf_file_metadata(url, token=self._token, timeout=20)
        if there.etag != (file.sha256 or file.git_sha1) or there.size not in (None, file.size):
            raise Problem("store.other-file", file=file.path, host=self.host)
        return url

    def headers(self) -> dict[str, str]:
        headers: dict[str, str] = build_hf_headers(token=self._token, library_name="cloakroom")
        return headers

    @contextmanager
    def problems(self, entry: Entry, revision: str | None) -> Iterator[None]:
        """Turn what the library raises into sentences."""
        try:
            yield
        except errors.GatedRepoError as error:
            raise Problem("store.gated", repo=entry.repo, url=f"{OFFICIAL}/{entry.repo}") from error
        except errors.RevisionNotFoundError as error:
            raise Problem(
                "store.revision-missing", repo=entry.repo, revision=revision or "main"
            ) from error
        except errors.RemoteEntryNotFoundError as error:
            raise Problem("store.file-missing", file="?", repo=entry.repo) from error
        except errors.RepositoryNotFoundError as error:
            raise Problem("store.repo-missing", repo=entry.repo, host=self.host) from error
        except errors.HfHubHTTPError as error:
            raise self._of_status(error, entry) from error
        except httpx2.ProxyError as error:
            raise Problem("store.proxy", host=self.host) from error
        except httpx2.HTTPError as error:
            if _is_certificate(error):
                raise Problem("store.certificate", host=self.host) from error
            raise Problem("store.unreachable", host=self.host) from error
        except (httpx2.InvalidURL, ValueError) as error:
            # Not the hub's JSON: a captive portal or a mirror that is none.
            raise Problem("store.answer", host=self.host) from error

    def _of_status(self, error: errors.HfHubHTTPError, entry: Entry) -> Problem:
        status = error.response.status_code
        if status == 429:
            return Problem("store.busy", host=self.host)
        if status in (401, 403):
            return Problem("store.gated", repo=entry.repo, url=f"{OFFICIAL}/{entry.repo}")
        return Problem("store.server", host=self.host, status=status)


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
