"""Named identities: where master keys live, and how they are backed up, restored and rotated.

The secret lies in the system's keychain (``keyring``) where there is one, else in a file that is
encrypted with a passphrase (scrypt, ChaCha20-Poly1305). Beside it stands an open index with names,
dates and public ids only. Nothing here ever writes a key or a passphrase to a log.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from engine.problems import Problem
from engine.watermark.keys import Key, key_of, new_key, phrase_of

Place = Literal["keychain", "file"]

SERVICE = "Cloakroom"
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1  # 32 MiB, about 0.1 s


@dataclass(frozen=True)
class Identity:
    """A name and its keys, newest first; older generations stay valid for verification."""

    name: str
    created: str  # ISO 8601, UTC
    keys: tuple[Key, ...] = field(repr=False)

    @property
    def key(self) -> Key:
        return self.keys[0]


@dataclass(frozen=True)
class IdentityFacts:
    """What may be shown: no secret."""

    name: str
    created: str
    place: Place
    public_ids: tuple[str, ...]  # newest first; more than one after a rotation


class Identities:
    """The identities of one data folder.

    ``passphrase`` opens those kept in files; ``place`` says where a new one goes (``None``:
    the keychain if the system has one).
    """

    def __init__(
        self, folder: Path, passphrase: str | None = None, place: Place | None = None
    ) -> None:
        self.folder = folder
        self._index = folder / "identities.json"
        self._passphrase = passphrase
        self._place = place

    @property
    def open(self) -> bool:
        """True when a passphrase was given, which may still be the wrong one."""
        return self._passphrase is not None

    def facts(self) -> tuple[IdentityFacts, ...]:
        """All identities by name. Needs no passphrase."""
        return tuple(
            IdentityFacts(name, entry["created"], entry["place"], tuple(entry["public_ids"]))
            for name, entry in sorted(self._entries().items())
        )

    def create(self, name: str) -> Identity:
        """A new identity with a fresh key. Raises ``identity.exists``."""
        return self._add(name, (new_key(),))

    def get(self, name: str) -> Identity:
        """Raises ``identity.unknown``, ``identity.locked`` or ``identity.passphrase``."""
        entry = self._entries().get(name)
        if entry is None:
            raise Problem("identity.unknown", name=name)
        secret = self._read_secret(name, entry["place"])
        keys = tuple(Key(base64.b64decode(k)) for k in json.loads(secret)["keys"])
        return Identity(name, entry["created"], keys)

    def rotate(self, name: str) -> Identity:
        """Give the identity a new key for future marks; the old ones still verify."""
        with self._locked():
            old = self.get(name)
            entries = self._entries()
            changed = Identity(name, old.created, (new_key(), *old.keys))
            self._store(changed, entries, entries[name]["place"])
            return changed

    def remove(self, name: str) -> None:
        """Forget an identity and its keys. Raises ``identity.unknown``."""
        with self._locked():
            entries = self._entries()
            entry = entries.pop(name, None)
            if entry is None:
                raise Problem("identity.unknown", name=name)
            self._write_index(entries)
            if entry["place"] == "keychain":
                _keychain().delete_password(SERVICE, self._account(name))
            else:
                self._file(name).unlink(missing_ok=True)

    def phrase(self, name: str) -> str:
        """The printable backup of the newest key."""
        return phrase_of(self.get(name).key)

    def restore_phrase(self, name: str, phrase: str) -> Identity:
        """Raises ``identity.phrase`` when a word is wrong, ``identity.exists``."""
        try:
            key = key_of(phrase)
        except ValueError as wrong:
            raise Problem("identity.phrase", detail=str(wrong)) from wrong
        return self._add(name, (key,))

    def export(self, name: str, file: Path, passphrase: str) -> None:
        """All generations into one encrypted file."""
        _write(file, _seal(_secret_of(self.get(name)), name, passphrase))

    def restore_file(self, file: Path, passphrase: str, name: str | None = None) -> Identity:
        """Raises ``identity.passphrase``, ``identity.backup`` or ``identity.exists``."""
        try:
            box = json.loads(file.read_text("utf-8"))
            name = name or str(box["name"])
            keys = json.loads(_unseal(box, passphrase))["keys"]
        except (OSError, ValueError, KeyError, TypeError) as unreadable:
            raise Problem("identity.backup", file=str(file)) from unreadable
        return self._add(name, tuple(Key(base64.b64decode(k)) for k in keys))

    def _add(self, name: str, keys: tuple[Key, ...]) -> Identity:
        if not name.strip() or any(c in name for c in "/\\\0\n"):
            raise Problem("identity.name", name=name)
        with self._locked():
            entries = self._entries()
            if name in entries:
                raise Problem("identity.exists", name=name)
            identity = Identity(name, datetime.now(UTC).isoformat(timespec="seconds"), keys)
            place = self._place or ("keychain" if keychain_available() else "file")
            self._store(identity, entries, place)
            return identity

    def _store(self, identity: Identity, entries: dict[str, Any], place: Place) -> None:
        secret = _secret_of(identity)
        if place == "keychain":
            _keychain().set_password(SERVICE, self._account(identity.name), secret)
        else:
            if self._passphrase is None:
                raise Problem("identity.locked", name=identity.name)
            _write(self._file(identity.name), _seal(secret, identity.name, self._passphrase))
        entries[identity.name] = {
            "created": identity.created,
            "place": place,
            "public_ids": [key.public_id for key in identity.keys],
        }
        self._write_index(entries)

    def _read_secret(self, name: str, place: Place) -> str:
        if place == "keychain":
            secret = _keychain().get_password(SERVICE, self._account(name))
            if secret is None:
                raise Problem("identity.lost", name=name)
            return str(secret)
        if self._passphrase is None:
            raise Problem("identity.locked", name=name)
        try:
            box = json.loads(self._file(name).read_text("utf-8"))
        except (OSError, ValueError) as unreadable:
            raise Problem("identity.lost", name=name) from unreadable
        return _unseal(box, self._passphrase)

    def _account(self, name: str) -> str:
        return f"{name} @ {self.folder.resolve()}"

    def _file(self, name: str) -> Path:
        # The name may hold any characters, so the file is named by its UTF-8 in base 32.
        return self.folder / f"{base64.b32encode(name.encode()).decode().rstrip('=')}.key"

    def _entries(self) -> dict[str, Any]:
        if not self._index.exists():
            return {}
        try:
            entries: dict[str, Any] = json.loads(self._index.read_text("utf-8"))
            for entry in entries.values():
                strings = [entry["created"], *entry["public_ids"]]
                if entry["place"] not in get_args(Place) or not all(
                    isinstance(text, str) for text in strings
                ):
                    raise ValueError("another type was expected")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as damaged:
            raise Problem("identity.damaged", file=str(self._index)) from damaged
        return entries

    def _write_index(self, entries: dict[str, Any]) -> None:
        _write(self._index, json.dumps(entries, indent=2, ensure_ascii=False))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time across processes: a lock file that the system releases."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "identities.lock").open("a+b") as lock:
            _lock(lock.fileno())
            yield


def keychain_available() -> bool:
    """False where the system has no keychain or ``keyring`` has no backend for it."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def _keychain() -> Any:
    import keyring

    return keyring


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _secret_of(identity: Identity) -> str:
    return json.dumps({"keys": [base64.b64encode(k.master).decode() for k in identity.keys]})


def _seal(secret: str, name: str, passphrase: str) -> str:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = Scrypt(salt, 32, SCRYPT_N, SCRYPT_R, SCRYPT_P).derive(passphrase.encode())
    box = ChaCha20Poly1305(key).encrypt(nonce, secret.encode(), name.encode())
    return json.dumps(
        {
            "format": "cloakroom identity 1",
            "name": name,
            "scrypt": {"n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P},
            "salt": base64.b64encode(salt).decode(),
            "nonce": base64.b64encode(nonce).decode(),
            "box": base64.b64encode(box).decode(),
        }
    )


def _unseal(box: dict[str, Any], passphrase: str) -> str:
    costs = box["scrypt"]
    # A file from elsewhere must not make us spend gigabytes: accept what we write, no more.
    if not (costs["n"] <= SCRYPT_N and costs["r"] <= SCRYPT_R and costs["p"] <= SCRYPT_P):
        raise ValueError("scrypt costs out of range")
    salt = base64.b64decode(box["salt"])
    key = Scrypt(salt, 32, costs["n"], costs["r"], costs["p"]).derive(passphrase.encode())
    try:
        opened = ChaCha20Poly1305(key).decrypt(
            base64.b64decode(box["nonce"]), base64.b64decode(box["box"]), box["name"].encode()
        )
    except InvalidTag as wrong:
        raise Problem("identity.passphrase", name=str(box["name"])) from wrong
    return opened.decode()


def _write(file: Path, text: str) -> None:
    """Replace ``file`` in one step, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=file.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
