"""The identities that this process may use: opened with the passphrase the user gave, if any.

The passphrase lives in memory only. It reaches the engine through ``api.UnlockIdentities``, which
is never queued or stored, or through the environment variable for scripts.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

from engine import api
from engine.context import Context
from engine.problems import Problem
from engine.watermark.identities import Identities, Identity, keychain_available

PASSPHRASE = "CLOAKROOM_PASSPHRASE"

_passphrases: dict[Path, str] = {}


def identities(home: Path) -> Identities:
    """The identities of a data folder, unlocked if ``unlock`` was called for it."""
    return Identities(home, _passphrases.get(home.resolve()) or os.environ.get(PASSPHRASE))


def remember(home: Path, passphrase: str) -> None:
    _passphrases[home.resolve()] = passphrase


def chosen(home: Path, names: tuple[str, ...]) -> tuple[Identity, ...]:
    """The identities called ``names``, all of them for none. Raises ``identity.none``."""
    store = identities(home)
    wanted = names or tuple(facts.name for facts in store.facts())
    if not wanted:
        raise Problem("identity.none")
    return tuple(store.get(name) for name in wanted)


def unlock(
    job: api.UnlockIdentities, context: Context
) -> Generator[api.Progress, None, api.Unlocked]:
    """Remember the passphrase after trying it. Raises ``identity.passphrase``."""
    yield api.Progress(0, 1, "load")
    store = Identities(job.home, job.passphrase)
    context.check()
    names = tuple(facts.name for facts in store.facts() if facts.place == "file")
    for name in names:
        store.get(name)
    remember(job.home, job.passphrase)
    return api.Unlocked(names)


def list_identities(
    job: api.ListIdentities, context: Context
) -> Generator[api.Progress, None, api.IdentitiesResult]:
    """All identities, after creating ``job.create``. Raises what creating raises."""
    yield api.Progress(0, 1, "load")
    store = identities(job.home)
    phrase = None
    if job.create is not None:
        store.create(job.create)
        phrase = store.phrase(job.create)
    return _listed(job.home, phrase)


def restore(
    job: api.RestoreIdentity, context: Context
) -> Generator[api.Progress, None, api.IdentitiesResult]:
    """Raises ``identity.phrase``, ``identity.exists``, ``identity.locked``."""
    yield api.Progress(0, 1, "load")
    identities(job.home).restore_phrase(job.name, job.phrase)
    return _listed(job.home, None)


def _listed(home: Path, phrase: str | None) -> api.IdentitiesResult:
    store = identities(home)
    facts = store.facts()
    keychain = keychain_available()
    in_files = any(entry.place == "file" for entry in facts)
    return api.IdentitiesResult(
        tuple(api.IdentityFacts(f.name, f.created, f.place, f.public_ids) for f in facts),
        keychain=keychain,
        locked=(in_files or not keychain) and not store.open,
        phrase=phrase,
    )
