"""Content Credentials: signed statements about a file that travel with it (C2PA, CAWG).

A mark survives what destroys credentials, and credentials say what a mark cannot; so the
``c2pa.soft-binding`` assertion names the mark, and the mark is put in before signing. Formats that
cannot hold a manifest get a sidecar NAME.c2pa.
"""

from __future__ import annotations

import io
import json
import mimetypes
import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from engine import __version__, api
from engine.context import Context
from engine.media.atomic import atomic, free_name, make_folder
from engine.problems import Problem
from engine.watermark import session
from engine.watermark.authority import authority, trusted_roots
from engine.watermark.identities import Identity

SOFT_BINDING = "c2pa.soft-binding"
TRAINING = "cawg.training-mining"
MARK_ALGORITHM = "cloakroom.mark.1"
SUFFIX = "-signed"
_USES = ("ai_inference", "ai_generative_training", "ai_training", "data_mining")
_SETTINGS: dict[str, Any] = {
    # Nothing is fetched: a manifest that lives elsewhere is reported, not downloaded.
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
    "builder": {"thumbnail": {"enabled": False}},
}


def sign(
    job: api.SignFile, context: Context
) -> Generator[api.Progress, None, api.CredentialsResult]:
    """Copy a file with the identity's credentials. Raises ``Problem``."""
    yield api.Progress(0, 1, "sign")
    (identity,) = session.chosen(job.home, (job.identity,))
    context.check()
    output = signed_copy(
        job.file, _target(job.file, job.out), identity, job.home, do_not_train=job.do_not_train
    )
    return api.CredentialsResult(job.file, read_credentials(output, job.home), output)


def show(
    job: api.ReadCredentials, context: Context
) -> Generator[api.Progress, None, api.CredentialsResult]:
    """What a file's credentials say. Raises ``Problem`` if the file cannot be read."""
    yield api.Progress(0, 1, "read")
    return api.CredentialsResult(job.file, read_credentials(job.file, job.home))


def write_report(
    job: api.WriteReport, context: Context
) -> Generator[api.Progress, None, api.CredentialsResult]:
    """Write a report and its signature. Raises ``Problem``."""
    yield api.Progress(0, 1, "write")
    (identity,) = session.chosen(job.home, (job.identity,))
    context.check()
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / job.out.name
        draft.write_bytes(job.content)
        output = signed_copy(draft, job.out, identity, job.home, do_not_train=False)
    return api.CredentialsResult(output, read_credentials(output, job.home), output)


def signed_copy(
    source: Path,
    target: Path,
    identity: Identity,
    home: Path,
    *,
    do_not_train: bool = True,
    mark: str | None = None,
    original: Path | None = None,
) -> Path:
    """Write ``source`` with credentials to the first free name like ``target``; returns it.

    ``mark`` is the payload of a watermark to bind to, ``original`` the file that ``source`` was
    made from, named as its parent. Raises ``credentials.sign`` and what writing raises.
    """
    import c2pa

    kind = _mime(source)
    embeds = kind in c2pa.Builder.get_supported_mime_types()
    issuer = authority(identity, home)
    make_folder(target.parent)
    free = free_name(target) if embeds else _free_with_sidecar(target)
    try:
        # The signer belongs to this one use: the context would otherwise own and close it.
        with (
            c2pa.Context.from_dict(_settings(home)) as context,
            c2pa.Signer.from_callback(
                issuer.sign, c2pa.C2paSigningAlg.ES256, issuer.chain, None
            ) as signer,
            c2pa.Builder(_manifest(source, kind, do_not_train, mark), context) as builder,
            source.open("rb") as data,
            atomic(free) as part,
        ):
            # An edit opens a parent: the original, or else the source itself as it is.
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
            if original is not None:
                _add_parent(builder, original)
            if not embeds:
                builder.set_no_embed()
            with part.open("w+b") as out:
                manifest = builder.sign(
                    signer, kind if embeds else "application/octet-stream", data, out
                )
                if not embeds:
                    out.seek(0)
                    out.truncate()
                    out.write(source.read_bytes())
        if not embeds:
            with atomic(sidecar_of(free)) as part:
                part.write_bytes(manifest)
    except c2pa.C2paError as refused:
        raise Problem("credentials.sign", file=source.name, detail=str(refused)[:200]) from refused
    return free


def read_credentials(file: Path, home: Path) -> api.Credentials:
    """Embedded credentials or those of a sidecar; ``state`` "none" where there are none.

    Raises ``Problem`` ``file.missing`` or ``file.unreadable``.
    """
    store, sidecar, failure = manifest_store(file, home)
    if failure:
        return api.Credentials("Invalid", failures=(failure,), sidecar=sidecar)
    return _summary(store, sidecar) if store else api.Credentials("none")


def manifest_store(file: Path, home: Path) -> tuple[dict[str, Any], bool, str]:
    """Everything the manifests of a file say, as C2PA's JSON; whether it comes from a sidecar; and
    why it could not be read. All empty where there are no credentials.

    Raises ``Problem`` ``file.missing`` or ``file.unreadable``.
    """
    import c2pa

    try:
        content = file.read_bytes()
        beside = sidecar_of(file)
        manifest = beside.read_bytes() if beside.is_file() else None
    except FileNotFoundError as missing:
        raise Problem("file.missing", file=file.name) from missing
    except OSError as unreadable:
        raise Problem("file.unreadable", file=file.name) from unreadable
    # Inside first: a sidecar of the same stem may belong to another file.
    store: dict[str, Any] = {}
    failure = ""
    kind = _mime(file)
    if kind in c2pa.Reader.get_supported_mime_types():
        store, failure = _read(kind, content, None, home)
    if store or failure or manifest is None:
        return store, False, failure
    store, failure = _read("application/octet-stream", content, manifest, home)
    return store, True, failure


def _read(
    kind: str, content: bytes, manifest: bytes | None, home: Path
) -> tuple[dict[str, Any], str]:
    """What the manifest says, inside ``content`` or given, and why it could not be read."""
    import c2pa

    try:
        with (
            c2pa.Context.from_dict(_settings(home)) as context,
            c2pa.Reader(kind, io.BytesIO(content), manifest, context=context) as reader,
        ):
            return json.loads(reader.json()), ""
    except c2pa.C2paError as refused:
        if "ManifestNotFound" in type(refused).__name__ or "ManifestNotFound" in str(refused):
            return {}, ""
        return {}, str(refused)[:200] or "unreadable"


def _settings(home: Path) -> dict[str, Any]:
    roots = trusted_roots(home)
    return {**_SETTINGS, "trust": {"user_anchors": roots}} if roots else dict(_SETTINGS)


def _manifest(source: Path, kind: str, do_not_train: bool, mark: str | None) -> dict[str, Any]:
    assertions: list[dict[str, Any]] = []
    if mark is not None:
        actions = [{"action": "c2pa.watermarked.bound"}]
        assertions.append({"label": "c2pa.actions.v2", "data": {"actions": actions}})
        binding = {"alg": MARK_ALGORITHM, "blocks": [{"scope": {}, "value": mark}]}
        assertions.append({"label": SOFT_BINDING, "data": binding})
    if do_not_train:
        entries = {f"cawg.{use}": {"use": "notAllowed"} for use in _USES}
        assertions.append({"label": TRAINING, "data": {"entries": entries}})
    return {
        "claim_generator_info": [{"name": "Cloakroom", "version": __version__}],
        "title": source.name,
        "format": kind,
        "assertions": assertions,
    }


def _add_parent(builder: Any, original: Path) -> None:
    ingredient = {"title": original.name, "relationship": "parentOf"}
    with original.open("rb") as data:
        builder.add_ingredient(ingredient, _mime(original), data)


def _summary(store: dict[str, Any], sidecar: bool) -> api.Credentials:
    active = store.get("manifests", {}).get(store.get("active_manifest"), {})
    claims = {a["label"]: a.get("data", {}) for a in active.get("assertions", [])}
    signature = active.get("signature_info", {})
    results = store.get("validation_results", {}).get("activeManifest", {})
    training = {
        use.removeprefix("cawg."): str(entry.get("use", ""))
        for use, entry in claims.get(TRAINING, {}).get("entries", {}).items()
    }
    binding = claims.get(SOFT_BINDING, {})
    blocks = binding.get("blocks", []) if binding.get("alg") == MARK_ALGORITHM else []
    return api.Credentials(
        state=str(store.get("validation_state", "Invalid")),
        issuer=signature.get("common_name") or signature.get("issuer"),
        signed=signature.get("time"),
        claims=tuple(claims),
        training=training,
        mark=str(blocks[0].get("value")) if blocks else None,
        failures=tuple(dict.fromkeys(f["code"] for f in results.get("failure", []))),
        sidecar=sidecar,
    )


def _mime(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def sidecar_of(file: Path) -> Path:
    """Where the manifest of a file lies whose format cannot hold it."""
    return file.with_suffix(".c2pa")


def _free_with_sidecar(target: Path) -> Path:
    """The first free name like ``target`` whose sidecar's name is free too."""
    number = 1
    while True:
        free = free_name(target if number == 1 else target.with_stem(f"{target.stem}-{number}"))
        if not os.path.lexists(sidecar_of(free)):
            return free
        number += 1


def _target(file: Path, out: Path | None) -> Path:
    if out is None:
        return file.with_stem(file.stem + SUFFIX)
    return out / file.name if out.is_dir() or not out.suffix else out
