"""Look for the marks of several identities in one picture, and judge what was found.

Everything that is tried is counted before looking: keys x schemes x geometries x (blind reading
or a registered payload). The corrected p-value is therefore valid whatever the order, and the
search may stop at the first success.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine.watermark import fingerprint, looks, sketch
from engine.watermark.canvas import Plane, warp
from engine.watermark.identities import Identity
from engine.watermark.keys import WORK_BITS, Key
from engine.watermark.recordings import LONGEST_READ, frames_of, mono_16k, soft_of, speeds_of
from engine.watermark.registry import Registry, Work, same_content
from engine.watermark.scheme import PhotoScheme, Secrets, check_payload, read_payload, spread
from engine.watermark.sketch import Content
from engine.watermark.speech_dwt import OFFSETS, SPEEDS, SpeechMark
from engine.watermark.sync import IDENTITY, Geometry, find, register
from engine.watermark.verdict import Evidence

How = Literal["as received", "sharpened", "registered", "template"]

TEMPLATES = 4  # geometries proposed by the template, per key
ALIKE = 4  # registered works that look most alike, whose geometry and payload are tried
SHARPENED = len(looks.BLURS)  # only as received: a blurred picture shows no template
GEOMETRIES = 1 + SHARPENED + TEMPLATES + ALIKE
READINGS = 1 + ALIKE  # one blind, and one for each registered work's payload
SAME_CONTENT = 0.7


@dataclass(frozen=True)
class Found:
    """The best evidence. ``content`` compares the picture with the registered work that carries
    this payload, or with what the payload itself says of it: a mark copied onto another picture
    "differs"."""

    evidence: Evidence
    identity: str
    key: Key
    scheme: str
    payload: int
    how: How
    geometry: Geometry
    content: Content
    work: Work | None
    start: int = 0  # of the first frame, in a recording
    blur: float = 0.0  # that was undone, see ``looks``
    aspect: float = 1.0  # width / height of the received picture
    speed: float = 1.0  # how many times too fast a recording was

    @property
    def accepted(self) -> bool:
        return self.evidence.found and self.content != "differs"

    def read(self, canvas: Plane) -> Plane:
        """The received canvas as the mark was read in it."""
        return _placed(canvas, self.aspect, self.geometry, self.blur)


@dataclass(frozen=True)
class _Owner:
    identity: str
    key: Key
    scheme: PhotoScheme
    secrets: Secrets


def search(
    canvas: Plane,
    aspect: float,
    identities: Sequence[Identity],
    schemes: Sequence[PhotoScheme],
    registry: Registry,
    check: Callable[[], None] = lambda: None,
    others: int = 0,
) -> Found | None:
    """The strongest mark in a received canvas; ``None`` without any key to look for.

    ``aspect`` is width / height of the received picture; ``check`` is called between steps and
    may raise to stop; ``others`` counts comparisons that are made elsewhere.
    """
    owners = [
        _Owner(identity.name, key, scheme, scheme.setup(key))
        for identity in identities
        for key in identity.keys
        for scheme in schemes
    ]
    trials = float(len(owners) * GEOMETRIES * READINGS + others)
    alike = registry.alike(canvas, ALIKE)
    best: Found | None = None
    for owner, how, geometry, blur in _attempts(canvas, aspect, owners, alike):
        check()
        found = _read(canvas, aspect, geometry, blur, how, owner, alike, trials)
        if best is None or found.evidence.p_value < best.evidence.p_value:
            best = found
        if best.evidence.found:
            break
    return None if best is None else _with_work(best, canvas, registry)


def search_recording(
    file: Path,
    identities: Sequence[Identity],
    registry: Registry,
    check: Callable[[], None] = lambda: None,
) -> Found | None:
    """The strongest mark in a recording, at the frame starts that synchronisation proposes: at
    the recording's own speed, then at those at which it repeats itself.

    Raises ``file.missing`` or ``recording.damaged``.
    """
    scheme = SpeechMark()
    owners = [(identity, key) for identity in identities for key in identity.keys]
    trials = float(len(owners) * OFFSETS * (1 + SPEEDS))
    best: Found | None = None
    for speed in _speeds(file):
        for identity, key in owners:
            secrets = scheme.setup(key)
            for start in scheme.candidates(mono_16k(file, speed), secrets):
                check()
                soft = soft_of(file, scheme, secrets, start, speed)
                payload, evidence = read_payload(soft, trials, key)
                if best is None or evidence.p_value < best.evidence.p_value:
                    best = Found(
                        evidence=evidence,
                        identity=identity.name,
                        key=key,
                        scheme=scheme.id,
                        payload=payload,
                        how="as received" if start == 0 and speed == 1 else "template",
                        geometry=IDENTITY,
                        content="unknown",
                        work=None,
                        start=start,
                        speed=speed,
                    )
            if best is not None and best.evidence.found:
                return _with_recording(best, file, registry)
    return best


def _with_recording(found: Found, file: Path, registry: Registry) -> Found:
    """Compare what the payload was registered for with what was received; where nothing is
    registered, ask the mark itself."""
    works = registry.of_payload(found.key.public_id, found.payload)
    frames = itertools.islice(frames_of(mono_16k(file, found.speed), found.start), LONGEST_READ)
    if not works:
        if not found.key.bound(found.payload):
            return found
        scheme = SpeechMark()
        bits = spread(found.payload, scheme.length)
        return replace(found, content=scheme.belongs(frames, scheme.setup(found.key), bits))
    received = fingerprint.fingerprint(frames)
    content: Content = "unknown"
    nearest, best = works[0], -1.0
    for work in works:
        try:
            stored = fingerprint.unpacked(str(work.reading["sound"]))
        except (KeyError, ValueError):
            continue
        share = fingerprint.alike(received, stored)
        if share is not None and share > best:
            best, nearest = share, work
            content = "matches" if share >= fingerprint.SAME else "differs"
    return replace(found, content=content, work=nearest)


def _speeds(file: Path) -> Iterator[float]:
    yield 1.0
    yield from speeds_of(file)


def _attempts(
    canvas: Plane, aspect: float, owners: Sequence[_Owner], alike: Sequence[Work]
) -> Iterator[tuple[_Owner, How, Geometry, float]]:
    """Cheapest first: as received, registered to look-alikes, sharpened, by the template."""
    for owner in owners:
        yield owner, "as received", IDENTITY, 0.0
    for work in alike:
        stored = work.canvas
        geometry = None if stored is None else register(canvas, stored)
        if geometry is not None:
            for owner in owners:
                if owner.key.public_id == work.public_id:
                    yield owner, "registered", geometry, 0.0
    for blur in looks.BLURS:
        for owner in owners:
            if blur in owner.scheme.blurs:
                yield owner, "sharpened", IDENTITY, blur
    proposed: dict[bytes, list[Geometry]] = {}
    for owner in owners:
        if owner.key.master not in proposed:
            proposed[owner.key.master] = find(canvas, owner.secrets.sync, aspect, TEMPLATES)
        for geometry in proposed[owner.key.master]:
            yield owner, "template", geometry, 0.0


def _placed(canvas: Plane, aspect: float, geometry: Geometry, blur: float) -> Plane:
    if blur:
        canvas = looks.sharpened(canvas, aspect, blur)
    return canvas if geometry is IDENTITY else warp(canvas, geometry)[0]


def _read(
    canvas: Plane,
    aspect: float,
    geometry: Geometry,
    blur: float,
    how: How,
    owner: _Owner,
    alike: Sequence[Work],
    trials: float,
) -> Found:
    seen = _placed(canvas, aspect, geometry, blur)
    soft = owner.scheme.extract(seen, owner.secrets, broad=blur > 0)
    payload, evidence = read_payload(soft, trials, owner.key)
    for work in alike:
        if work.public_id == owner.key.public_id:
            known = check_payload(soft, work.payload, trials)
            if known.p_value < evidence.p_value:
                payload, evidence = work.payload, known
    return Found(
        evidence=evidence,
        identity=owner.identity,
        key=owner.key,
        scheme=owner.scheme.id,
        payload=payload,
        how=how,
        geometry=geometry,
        content="unknown",
        work=None,
        blur=blur,
        aspect=aspect,
    )


def _with_work(found: Found, canvas: Plane, registry: Registry) -> Found:
    """Look the payload up, and compare what it was registered for with what was received; where
    nothing is registered, compare what the payload says of its work."""
    nearest: Work | None = None
    aligned, known = warp(canvas, found.geometry)
    content: Content = "unknown"
    if found.evidence.found and found.key.bound(found.payload):
        content = sketch.compare(aligned, known, found.payload >> WORK_BITS, found.key)
    best = -1.0
    for work in registry.of_payload(found.key.public_id, found.payload):
        stored = work.canvas
        if stored is None:
            continue
        likeness = same_content(aligned, known, stored)
        if likeness > best:
            best, nearest = likeness, work
            content = "matches" if likeness >= SAME_CONTENT else "differs"
    return replace(found, content=content, work=nearest)
