"""The marking job: put an identity's mark into a picture or a recording, and prove it holds."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine import api
from engine.context import Context
from engine.digests import file_sha256
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.optimise.budget import PEAK_OVER_RMS, Budget, limits
from engine.problems import Problem
from engine.receipts import receipt_of
from engine.watermark import channels, credentials, fingerprint, session, sketch
from engine.watermark.canvas import WORKING_SIDE, Plane, canvas_of, coloured, colourless
from engine.watermark.identities import Identity
from engine.watermark.keys import new_work
from engine.watermark.recordings import (
    frames_of,
    is_recording,
    mark_recording,
    mono_16k,
    soft_of,
)
from engine.watermark.registry import Registry
from engine.watermark.scheme import PhotoScheme, Secrets, check_payload, spread
from engine.watermark.schemes import model_of, scheme_of
from engine.watermark.speech_dwt import SpeechMark
from engine.watermark.verdict import ALPHA

# Where the closed loop starts for a photo, and where it stops, in dB; the stop is what is promised.
START: dict[api.Strength, float] = {"invisible": 42.0, "balanced": 38.0, "strong": 35.0}
PROMISED: dict[api.Strength, float] = {"invisible": 40.0, "balanced": 36.0, "strong": 32.0}
STEP = 1.0
# How far the mark of a recording stays below the sound around it, in dB on the mean of all places.
RATIO: dict[api.Strength, float] = {"invisible": 20.0, "balanced": 17.0, "strong": 14.0}
SUFFIX = "-marked"


def mark(job: api.MarkFile, context: Context) -> Generator[api.Progress, None, api.MarkResult]:
    """Mark one picture or recording. Raises ``Problem`` for what the user can act on.

    The work is registered before its file appears and finished after (see ``registry``).
    """
    began = time.monotonic()
    yield api.Progress(0, 3, "read")
    (identity,) = session.chosen(job.home, (job.identity,))
    chosen = None if job.payload is None else _payload(job.payload)
    for name in job.channels:
        if name not in channels.RIGID:
            raise Problem("mark.channel", channel=name, choices=", ".join(channels.RIGID))
    recording = is_recording(job.file)
    if recording != (job.scheme == "dwt") and job.scheme != "auto":
        raise Problem("mark.scheme", scheme=job.scheme)
    make = _recording if recording else _picture
    yield api.Progress(1, 3, "mark")
    made = make(job, identity, chosen, context)
    yield api.Progress(2, 3, "measure")
    notes = (*made.notes, "mark-weak") if made.survival["as-saved"] > ALPHA else made.notes
    receipt = receipt_of(
        job,
        made.output,
        context,
        began,
        method=f"watermark {made.scheme}",
        parameters={
            "identity": identity.name,
            "key": identity.key.public_id,
            "payload": f"{made.payload:016x}",
            "strength": job.strength,
        },
        models={made.scheme: made.model} if made.model else {},
        measures={"psnr": round(made.psnr, 2), "p_values": made.survival},
        notes=notes,
    )
    return api.MarkResult(
        output=made.output,
        identity=identity.name,
        payload=f"{made.payload:016x}",
        work=made.work,
        scheme=made.scheme,
        psnr=round(made.psnr, 2),
        survival=made.survival,
        receipt=receipt,
        notes=notes,
    )


@dataclass(frozen=True)
class _Made:
    output: Path
    payload: int
    work: int
    scheme: str
    model: str
    psnr: float
    survival: dict[str, float]
    notes: tuple[str, ...]


def _picture(job: api.MarkFile, identity: Identity, chosen: int | None, context: Context) -> _Made:
    photo = read_photo(job.file)
    scheme = scheme_of(job.scheme, job.model, job.folder, context)
    secrets = scheme.setup(identity.key)
    rgb = photo.working(WORKING_SIDE)
    canvas = canvas_of(rgb)
    payload = chosen
    if payload is None:
        payload = identity.key.bound_id(sketch.number_of(canvas, identity.key))
    samples, psnr = _strong_enough(
        job, photo, canvas, colourless(rgb), scheme, secrets, payload, context
    )
    width, height = photo.upright_size
    reading: dict[str, Any] = {"aspect": round(width / height, 4)}
    if model := model_of(scheme, job.model):
        reading["model"] = model
    with _registered(job, identity, payload, scheme.id, canvas, reading) as finish:
        written = write_photo(photo, samples, job.out, suffix=SUFFIX)
        if job.sign:
            _sign(job, identity, written.path, f"{payload:016x}")
        work = finish(written.path)
    survival = _survival(read_photo(written.path), scheme, secrets, payload, job.channels)
    notes = (*photo.notes, *written.notes)
    return _Made(written.path, payload, work, scheme.id, scheme.model, psnr, survival, notes)


def _recording(
    job: api.MarkFile, identity: Identity, chosen: int | None, context: Context
) -> _Made:
    scheme = SpeechMark()
    payload = identity.key.bound_id(new_work()) if chosen is None else chosen
    secrets = scheme.setup(identity.key)
    bits = spread(payload, scheme.length)
    frames = itertools.islice(frames_of(mono_16k(job.file)), fingerprint.LONGEST)
    reading = {"sound": fingerprint.packed(fingerprint.fingerprint(frames))}
    with _registered(job, identity, payload, scheme.id, None, reading) as finish:
        path, ratio = mark_recording(
            job.file,
            job.out,
            SUFFIX,
            scheme,
            secrets,
            bits,
            RATIO[job.strength],
            context.check,
        )
        if job.sign:
            _sign(job, identity, path, f"{payload:016x}")
        work = finish(path)
    evidence = check_payload(soft_of(path, scheme, secrets, 0), payload, 1.0)
    return _Made(path, payload, work, scheme.id, "", ratio, {"as-saved": evidence.p_value}, ())


@contextmanager
def _registered(
    job: api.MarkFile,
    identity: Identity,
    payload: int,
    scheme: str,
    canvas: Plane | None,
    reading: dict[str, Any] | None = None,
) -> Iterator[Callable[[Path], int]]:
    """Enter the work; the body calls what it is given when the file is written."""
    registry = Registry(job.home)
    title = job.title or job.file.name
    key = identity.key.public_id
    entry = registry.enter(identity.name, key, payload, scheme, title, canvas, reading)

    def finish(output: Path) -> int:
        registry.finish(entry, output, file_sha256(output))
        return entry

    try:
        yield finish
    except BaseException:
        registry.withdraw(entry)
        raise


def _sign(job: api.MarkFile, identity: Identity, marked: Path, payload: str) -> None:
    """Put credentials into the marked file: a signed copy takes its place in one step."""
    signed = credentials.signed_copy(
        marked,
        marked.with_stem(marked.stem + credentials.SUFFIX),
        identity,
        job.home,
        do_not_train=job.do_not_train,
        mark=payload,
        original=job.file,
    )
    signed.replace(marked)
    if credentials.sidecar_of(signed).exists():
        credentials.sidecar_of(signed).replace(credentials.sidecar_of(marked))


def _payload(digits: str) -> int:
    try:
        payload = int(digits, 16)
    except ValueError as wrong:
        raise Problem("mark.payload", payload=digits) from wrong
    if not 0 <= payload < 2**64:
        raise Problem("mark.payload", payload=digits)
    return payload


def _strong_enough(
    job: api.MarkFile,
    photo: Photo,
    canvas: Plane,
    grey: bool,
    scheme: PhotoScheme,
    secrets: Secrets,
    payload: int,
    context: Context,
) -> tuple[npt.NDArray[np.unsignedinteger], float]:
    """The closed loop: strengthen until the mark survives the required channels.

    Returns the marked samples and their PSNR in dB. Stops at the promised PSNR, then with
    whatever survives.
    """
    bits = spread(payload, scheme.length)
    wanted = _softest(photo, START[job.strength])
    while True:
        context.check()
        delta = scheme.generate(canvas, secrets, bits, wanted, grey)
        samples = apply_canvas(photo, delta, grey)
        psnr = psnr_of(photo.samples, samples)
        marked = Photo(photo.path, photo.format, samples, photo.alpha, photo.orientation, photo.icc)
        seen = marked.working(WORKING_SIDE)
        held = all(
            _p_value(channels.CHANNELS[name](seen), scheme, secrets, payload) <= ALPHA
            for name in job.channels
        )
        if held or wanted - STEP < PROMISED[job.strength]:
            return samples, psnr
        wanted -= STEP


def _softest(photo: Photo, start: float) -> float:
    """Where the closed loop starts, in dB: ``start`` where texture hides a change, more where a
    picture is flat throughout, as a drawing is (``optimise.budget.PLAIN``)."""
    rms = 10 ** (-start / 20)
    image = torch.from_numpy(photo.working(WORKING_SIDE)).permute(2, 0, 1)[None]
    hidden = limits(image, Budget(PEAK_OVER_RMS * rms, rms))
    return -10 * float(hidden.square().mean().log10())


def apply_canvas(photo: Photo, delta: Plane, grey: bool = False) -> npt.NDArray[np.unsignedinteger]:
    """The photo's samples with a canvas delta (0..255 units) added at their own size, as
    ``canvas.coloured``."""
    return photo.apply(coloured(delta / np.float32(255), grey), epsilon=1.0)


def _survival(
    photo: Photo,
    scheme: PhotoScheme,
    secrets: Secrets,
    payload: int,
    names: tuple[str, ...],
) -> dict[str, float]:
    """p-values of the saved file, as it is and after each channel of ``names``."""
    seen = photo.working(WORKING_SIDE)
    found = {"as-saved": _p_value(seen, scheme, secrets, payload)}
    for name in names:
        found[name] = _p_value(channels.CHANNELS[name](seen), scheme, secrets, payload)
    return found


def _p_value(seen: Plane, scheme: PhotoScheme, secrets: Secrets, payload: int) -> float:
    return check_payload(scheme.extract(canvas_of(seen), secrets), payload, 1.0).p_value


def psnr_of(a: npt.NDArray[np.unsignedinteger], b: npt.NDArray[np.unsignedinteger]) -> float:
    """Over all samples, in strips so that a large photo is not copied as floats."""
    total = 0.0
    for top in range(0, a.shape[0], 256):
        rows = slice(top, top + 256)
        total += float(np.square(a[rows].astype(np.float32) - b[rows]).sum(dtype=np.float64))
    if total == 0:
        return 100.0
    return float(10 * np.log10(float(np.iinfo(a.dtype).max) ** 2 / (total / a.size)))
