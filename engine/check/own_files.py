"""Calibrating downloaded detectors on the user's own real files.

The protocol is the same for all: each file is scored as it came, after JPEG 75 or at three quarters
of its size (a recording: as it came, after MP3 or at telephone bandwidth), in turn; the line is the
split-conformal one at 1 % false positives, which needs 99 files. The error rate is measured on each
half with the other half's line. And some of the files are made again by the built-in autoencoders
(a voice by the built-in vocoder), which the detector never saw: how often it ranks a copy above its
original is its worth here. That is less than a generator would tell, but needs nothing from
anywhere. On top of a self-supervised speech network a head is fitted first
(``engine.check.speech_head``).
"""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import torch
from PIL import Image

from engine import api
from engine.check import speech_head, voice
from engine.check.detectors import Detector
from engine.check.downloaded import (
    FEWEST,
    FOLDER,
    PICTURE,
    VOICE,
    Pixels,
    Sound,
    detectors,
    hear,
    see,
    standing,
)
from engine.check.image import SMALLEST, Looked, eight_bit, treated
from engine.check.voice_net import RATE
from engine.context import Context
from engine.media.atomic import atomic
from engine.media.reading import read_photo
from engine.models import builtin
from engine.models.roles import SpeechFeatures
from engine.problems import Problem

COPIES = 30  # files that are made again, at most
# Some built-in autoencoders have no decoder; these have.
_MAKERS = ("autoencoder-kl-builtin", "autoencoder-tiny-builtin", builtin.JUDGE)
_SIDE = 512  # pixels of a side of what is made again
_SECONDS = 10  # of a recording that is made again
_PICTURES = ("", "jpeg-75", "resize-0.75")
_VOICES = ("", "mp3-64", "telephone")

_Pair = tuple[float, float]
_Scored = Iterator[tuple[str, float, _Pair | None]]  # detector, logit, logits of original and copy


@dataclass
class _Scores:
    real: list[float] = field(default_factory=list)
    pairs: list[_Pair] = field(default_factory=list)


def calibrate(
    job: api.CalibrateDetectors, context: Context
) -> Generator[api.Progress, None, api.DetectorsResult]:
    """Score the user's real files with every installed detector and keep the scores.

    Raises ``Problem``: ``detectors.none`` without a downloaded one, ``detectors.few`` for too few
    files that can be read."""
    pictures = [f for f in job.files if f.suffix.lower() in api.PHOTO_SUFFIXES]
    sounds = [f for f in job.files if f.suffix.lower() in api.VOICE_SUFFIXES]
    kinds = [(PICTURE, pictures, "own-photos"), (VOICE, sounds, "own-voices")]
    chosen = [
        (use, files, data, some)
        for use, files, data in kinds
        if files and (some := _classifiers(use, job, context))
    ]
    listeners = list(speech_head.networks(VOICE, context, job.folder)) if sounds else []
    if not chosen and not listeners:
        raise Problem("detectors.none")
    total, done = sum(len(files) for _, files, _, _ in chosen), 0
    total += len(sounds) if listeners else 0
    if listeners:
        yield from _heads(sounds, listeners, total, job, context)
        done = len(sounds)
    for use, files, data, some in chosen:
        scores = {detector.name: _Scores() for detector in some}
        for number, file in enumerate(files):
            yield api.Progress(done, total, "calibrate")
            context.check()
            done += 1
            look = _picture if use == PICTURE else _voice
            for name, value, pair in look(file, number, some, context):
                scores[name].real.append(value)
                if pair is not None:
                    scores[name].pairs.append(pair)
        for detector in some:
            kept = scores[detector.name]
            if len(kept.real) < FEWEST:
                raise Problem("detectors.few", needed=FEWEST, given=len(kept.real))
            _keep(job.home, detector.name, detector.sha256, kept, data)
    return standing(api.ListDetectors(job.home, job.folder), context)


def _classifiers(use: str, job: api.CalibrateDetectors, context: Context) -> list[Detector]:
    """The detectors that are calibrated as they are; a fitted head has its scores already."""
    some = detectors(use, job.home, context, job.folder)
    return [one for one in some if not isinstance(one.network, speech_head.HeadedSpeech)]


def _heads(
    files: list[Path],
    listeners: list[SpeechFeatures],
    total: int,
    job: api.CalibrateDetectors,
    context: Context,
) -> Generator[api.Progress, None, None]:
    """Fit a head for each speech network. Raises ``detectors.few``."""
    of = [speech_head.Examples(network) for network in listeners]
    for number, file in enumerate(files):
        yield api.Progress(number, total, "calibrate")
        context.check()
        wave = _wave(file, context)
        if wave is None:
            continue
        piece = speech_head.piece(wave)
        made = speech_head.copies(piece, number, context)
        treatment = _VOICES[number % 3]
        if treatment:  # the same for all, so that it gives nothing away
            made = {way: voice.treated(copy, treatment) for way, copy in made.items()}
            piece = voice.treated(piece, treatment)
        for examples in of:
            examples.add(piece, made, context)
    for examples in of:
        if len(examples.real) < FEWEST:
            raise Problem("detectors.few", needed=FEWEST, given=len(examples.real))
        fitted = speech_head.fit(examples)
        scores = _Scores(fitted.real, fitted.pairs)
        network = examples.network
        _keep(job.home, network.id, network.sha256, scores, "own-voices", asdict(fitted.head))


def _keep(
    home: Path,
    name: str,
    sha256: str,
    scores: _Scores,
    data: str,
    head: dict[str, Any] | None = None,
) -> None:
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {
        "sha256": sha256,
        "data": data,
        "real": scores.real,
        "pairs": scores.pairs,
    }
    if head is not None:
        content["head"] = head
    with atomic(folder / f"{name}.json") as part:
        part.write_text(json.dumps(content), encoding="utf-8")


def _picture(file: Path, number: int, some: list[Detector], context: Context) -> _Scored:
    """Nothing for a file that cannot be read: the others still count."""
    try:
        pixels = eight_bit(read_photo(file))
    except Problem:
        return
    if min(pixels.shape[:2]) < SMALLEST:
        return
    treatment = _PICTURES[number % 3]
    received = treated(pixels, treatment) if treatment else pixels
    small, copy = _remade(pixels, number, context) if number < COPIES else (None, None)
    for detector in some:
        context.check()
        pair = None
        if small is not None and copy is not None:
            pair = (see(detector, small), see(detector, copy))
        yield detector.name, see(detector, received), pair


@torch.no_grad()
def _remade(pixels: Pixels, number: int, context: Context) -> tuple[Pixels, Pixels]:
    """The middle of a photo and what an autoencoder makes of it, both saved as JPEG 90."""
    height, width = (min(side, _SIDE) // 32 * 32 for side in pixels.shape[:2])
    y, x = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    part = np.ascontiguousarray(pixels[y : y + height, x : x + width])
    model = builtin.autoencoder(_MAKERS[number % len(_MAKERS)], context)
    image = torch.from_numpy(part).permute(2, 0, 1)[None].float().to(context.device) / 255
    made = (model.decode(model.encode(image)).clamp(0, 1) * 255).round().byte()
    copy = made[0].permute(1, 2, 0).cpu().numpy()
    return _saved(part), _saved(copy)


def _saved(pixels: Pixels) -> Pixels:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=90)
    with Image.open(stream) as opened:
        return np.asarray(opened.convert("RGB"))


def _wave(file: Path, context: Context) -> Sound | None:
    """The first minute at 16 kHz; None for what cannot be read or is no speech."""
    try:
        with voice.readable(file, context.check) as decoded:
            sound, rate = voice.read(decoded, Looked())
    except Problem:
        return None
    wave = sound if rate == RATE else soxr.resample(sound, rate, RATE)
    wave = np.asarray(wave, np.float32)[: 60 * RATE]
    return None if voice.obstacles(wave) else wave


def _voice(file: Path, number: int, some: list[Detector], context: Context) -> _Scored:
    wave = _wave(file, context)
    if wave is None:
        return
    treatment = _VOICES[number % 3]
    received = voice.treated(wave, treatment) if treatment else wave
    copy = None
    if number < COPIES:
        part = torch.from_numpy(wave[: _SECONDS * RATE].copy())[None].to(context.device)
        copy = builtin.cloner(builtin.CLONERS[0], context).resynthesise(part)[0].cpu().numpy()
    for detector in some:

        def heard(sound: Sound, by: Detector = detector) -> float:
            return float(np.mean([value for _, _, value in hear(by, sound, context.check)]))

        pair = None if copy is None else (heard(wave[: _SECONDS * RATE]), heard(copy))
        yield detector.name, heard(received), pair
