"""Which licences the user has agreed to, and when: ``consents.json`` in the model folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.models.catalogue import Entry


@dataclass(frozen=True)
class Consent:
    licence: str
    url: str
    forbids: tuple[str, ...]
    given: str  # ISO 8601, UTC


class Consents:
    """Per model; void when the catalogue's licence has changed since."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "consents.json"

    def _read(self) -> dict[str, dict[str, object]]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def given(self, entry: Entry) -> bool:
        """Whether the model may be fetched: its licence asks for nothing, or was agreed to."""
        if not entry.licence.consent:
            return True
        note = self._read().get(entry.id, {})
        licence = entry.licence
        return (note.get("licence"), note.get("url"), note.get("forbids")) == (
            licence.name,
            licence.url,
            list(licence.forbids),
        )

    def give(self, entry: Entry) -> None:
        licence = entry.licence
        now = datetime.now(UTC).isoformat(timespec="seconds")
        consent = Consent(licence.name, licence.url, licence.forbids, now)
        content = self._read() | {entry.id: asdict(consent)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
        temporary.replace(self._path)
