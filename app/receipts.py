"""Receipts and jobs as JSON: what the history, the queue and the exported files hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from app.files import replace_text
from app.typed_json import Mismatch, dump, load
from engine import api
from engine.problems import Problem

JOBS: dict[str, type[Any]] = {job.kind: job for job in get_args(api.Job)}


def receipt_to_json(receipt: api.Receipt) -> dict[str, Any]:
    """Plain JSON data. Figures that are not finite become null."""
    data: dict[str, Any] = dump(receipt)
    return data


def receipt_fields(receipt: api.Receipt) -> dict[str, Any]:
    """The receipt for a command's JSON, which names the file and the output itself."""
    fields = receipt_to_json(receipt)
    return {name: value for name, value in fields.items() if name not in ("file", "output")}


def receipt_from_json(data: Any) -> api.Receipt:
    """Raises ``Problem`` ``receipt.newer`` for another schema, ``receipt.broken`` otherwise."""
    schema = data.get("schema") if isinstance(data, dict) else None
    if isinstance(schema, int) and schema != api.RECEIPT_SCHEMA:
        raise Problem("receipt.newer", schema=schema, known=api.RECEIPT_SCHEMA)
    try:
        return load(api.Receipt, data)
    except Mismatch as mismatch:
        raise Problem("receipt.broken", detail=str(mismatch)) from None


def read_receipt(file: Path) -> api.Receipt:
    """Read an exported receipt; raises ``Problem``."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem("file.missing", file=str(file)) from None
    except OSError:
        raise Problem("file.unreadable", file=str(file)) from None
    except (ValueError, RecursionError) as error:
        raise Problem("receipt.broken", detail=str(error)) from None
    return receipt_from_json(data)


def write_receipts(receipts: tuple[api.Receipt, ...], file: Path) -> None:
    """One receipt as an object, several as an array. Raises ``Problem`` when it cannot."""
    data = [receipt_to_json(receipt) for receipt in receipts]
    text = json.dumps(data[0] if len(data) == 1 else data, indent=2, allow_nan=False)
    try:
        replace_text(file, text + "\n")
    except OSError:
        raise Problem("folder.unwritable", folder=str(file.parent)) from None


def job_to_json(job: api.Job) -> dict[str, Any]:
    return {"kind": job.kind, **dump(job)}


def job_from_json(data: Any) -> api.Job:
    """Raises ``Mismatch`` for a kind or a field this version does not know."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in JOBS:
        raise Mismatch("job: unknown kind")
    job: api.Job = load(JOBS[kind], {k: v for k, v in data.items() if k != "kind"})
    return job
