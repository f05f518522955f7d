"""Each model of the catalogue as the Models page shows it."""

from __future__ import annotations

from engine.api import ModelState
from engine.models.catalogue import Entry
from engine.models.store import Store

SHARE = 0.6  # of the free memory that one recommended model may take


def suits(entry: Entry, device: str, free: int) -> bool:
    """Whether to recommend ``entry`` for a computer: it runs there at a useful speed, its memory
    is there with room to spare, and nothing in its licence has to be agreed to first."""
    return (
        entry.recommended
        and (entry.needs == "cpu" or device != "cpu")
        and entry.memory <= SHARE * free
        and not entry.licence.consent
    )


def describe(store: Store, entry: Entry, device: str, free: int) -> ModelState:
    """``free``: bytes free on ``device`` (cpu, cuda:N or mps)."""
    record = store.record(entry.id)
    standing, on_disk = store.standing(entry.id)
    installed = set(store.installed())
    licence = entry.licence
    agreed = "given" if store.consents.given(entry) else "needed"
    return ModelState(
        id=entry.id,
        purpose={"en": entry.purpose.en, "zh": entry.purpose.zh},
        roles=entry.roles,
        groups=entry.groups,
        used_by=entry.used_by,
        requires=entry.requires,
        required_by=tuple(
            other.id
            for other in store.catalogue.entries
            if entry.id in other.requires and other.id in installed
        ),
        repo=entry.repo,
        revision=record.commit if record and record.commit else entry.revision,
        pinned=entry.pinned,
        format=entry.format,
        converted=entry.converted,
        size=record.size if record else entry.size,
        on_disk=on_disk,
        memory=entry.memory,
        licence=licence.name,
        licence_url=licence.url,
        forbids=licence.forbids,
        gated=licence.gated,
        consent="not-needed" if not licence.consent else agreed,  # type: ignore[arg-type]
        standing=standing,
        linked=bool(record and record.links),
        damaged=store.damaged(record) if record else (),
        recommended=suits(entry, device, free),
        confirmed=entry.confirmed,
        unconfirmed=entry.unconfirmed,
    )
