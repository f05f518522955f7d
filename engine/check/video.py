"""Checking a clip: sixteen frames by the picture detector, the sound track apart.

No built-in detector was measured on video, whose compression removes most of what it looks for: its
scores are shown as a strip and never make a verdict. Evidence in the file does.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import api
from engine.check import clip_tags, detectors, provenance, voice
from engine.check.detectors import scan
from engine.check.generators import generator_evidence
from engine.check.image import Looked, Steps
from engine.check.texts import Text
from engine.check.traces import picture
from engine.context import Context
from engine.media import sound_tracks
from engine.models import faces
from engine.problems import Problem

Frame = NDArray[np.uint8]

FRAMES = 16
_CROPS = 12
_MARGIN = 0.25  # of a face's sides around it
_LARGEST = 8192 * 8192  # pixels of a frame
_SOUND_SECONDS = 120


def look(job: api.CheckFile, context: Context) -> Steps:
    """Yields before each stage. Raises ``video.damaged``."""
    found = Looked()
    yield "read", found
    frames = list(frames_of(job.file, found, context))
    if not frames:
        raise Problem("video.damaged", file=job.file.name)
    found.pictures.append(picture("seen", _strip([frame for _, frame in frames])))
    yield "evidence", found
    found.evidence += provenance.credentials_evidence(job.file, job.home)
    texts = texts_of(job.file)
    found.evidence += provenance.label_evidence(texts)
    found.evidence += generator_evidence(texts, None)
    tags = tuple((text.name, text.value[:400]) for text in texts if text.where == "tag")
    if tags:
        found.evidence.append(api.Evidence("clip-tags", "nothing", "explanation", {}, tags))
    found.obstacles.append("domain-video")
    if job.original is not None:
        found.notes.append("original-pictures")
    yield "detect", found
    detector = detectors.load(detectors.IMAGE, context)
    if detector is not None:
        windows, logits = [], []
        length = (frames[-1][0] - frames[0][0]) / max(len(frames) - 1, 1)
        for at, frame in frames:
            grid = scan(detector.network, frame, context.check, _CROPS)
            if grid is not None:
                logits.append(grid.logit)
                score = detector.reading(grid.logit).score
                windows.append(api.Window(round(at, 2), round(at + length, 2), score))
        if logits:
            low, high = np.percentile([w.score for w in windows], (25, 75))
            reading = detector.reading(
                float(np.median(logits)),
                tuple(windows),
                round(float(high - low), 4),
                "video-frames",
            )
            found.readings.append(_untrusted(reading))
        if (of_faces := _faces(frames, detector, length, context)) is not None:
            found.readings.append(of_faces)
    yield from _sound(job, found, context)
    yield "done", found


def _faces(
    frames: list[tuple[float, Frame]], detector: detectors.Detector, length: float, context: Context
) -> api.DetectorReading | None:
    """The largest face of each frame, cut out with a margin; None where none is large enough."""
    import torch

    locator = faces.locator(context)
    windows, logits = [], []
    for at, frame in frames:
        context.check()
        image = torch.from_numpy(frame).permute(2, 0, 1).float().to(context.device) / 255
        boxes = [face.box for face in locator.find(image)]
        if not boxes:
            continue
        left, top, right, bottom = max(boxes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
        wide, high = _MARGIN * (right - left), _MARGIN * (bottom - top)
        rows = slice(max(0, int(top - high)), int(bottom + high))
        part = frame[rows, max(0, int(left - wide)) : int(right + wide)]
        grid = scan(detector.network, np.ascontiguousarray(part), context.check, _CROPS)
        if grid is not None:
            logits.append(grid.logit)
            score = detector.reading(grid.logit).score
            windows.append(api.Window(round(at, 2), round(at + length, 2), score))
    if not logits:
        return None
    low, high_ = np.percentile([w.score for w in windows], (25, 75))
    return _untrusted(
        detector.reading(
            float(np.median(logits)), tuple(windows), round(float(high_ - low), 4), "video-faces"
        )
    )


def _untrusted(reading: api.DetectorReading) -> api.DetectorReading:
    # Its error rate was measured on files of another kind, and says so.
    return replace(reading, weak=True, data=f"{reading.data}-no-clips")


def frames_of(file: Path, found: Looked, context: Context) -> Iterator[tuple[float, Frame]]:
    """(second, RGB frame) spread over the clip."""
    import cv2

    reader = cv2.VideoCapture(str(file))
    try:
        if not reader.isOpened():
            return
        count = int(reader.get(cv2.CAP_PROP_FRAME_COUNT))
        rate = float(reader.get(cv2.CAP_PROP_FPS)) or 25.0
        width = int(reader.get(cv2.CAP_PROP_FRAME_WIDTH))
        height = int(reader.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > _LARGEST:
            return
        found.facts |= {"format": file.suffix.lstrip(".").upper(), "size": f"{width} x {height}"}
        found.facts |= {"duration": f"{max(count, 0) / rate:.1f} s", "rate": f"{rate:.2f} Hz"}
        wanted = np.unique(np.linspace(0, max(count - 1, 0), FRAMES).astype(int))
        for number in wanted:
            context.check()
            reader.set(cv2.CAP_PROP_POS_FRAMES, float(number))
            good, frame = reader.read()
            if good and frame is not None:
                yield float(number) / rate, np.ascontiguousarray(frame[..., ::-1])
    finally:
        reader.release()


def _strip(frames: list[Frame]) -> NDArray[np.float32]:
    """Up to six frames side by side."""
    from PIL import Image

    some = frames[:: max(1, len(frames) // 6)][:6]
    height = 96
    parts = [
        np.asarray(
            Image.fromarray(f).resize((max(1, f.shape[1] * height // f.shape[0]), height)),
            np.float32,
        )
        for f in some
    ]
    joined: NDArray[np.float32] = np.concatenate(parts, 1) / np.float32(255)
    return joined


def texts_of(file: Path) -> tuple[Text, ...]:
    """The container's tags, and labels near the file's beginning and end, wherever they lie."""
    with file.open("rb") as stream:
        head = stream.read(1 << 18)
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - (1 << 18)))
        data = head + stream.read(1 << 18)
    found = list(clip_tags.tags_of(file))
    start = data.find(b"<x:xmpmeta")
    if start >= 0 and not any(text.where == "XMP" for text in found):
        end = data.find(b"</x:xmpmeta>", start)
        found.append(Text("XMP", "XMP", data[start : max(end, start)].decode("utf-8", "replace")))
    label = data.find(b'"AIGC"')
    if label >= 0 and not any("AIGC" in text.name + text.value for text in found):
        found.append(Text("tag", "AIGC", data[label : label + 2000].decode("utf-8", "replace")))
    return tuple(found)


def _sound(job: api.CheckFile, found: Looked, context: Context) -> Steps:
    """The sound track through an ffmpeg on the PATH, if there is one."""
    program = sound_tracks.ffmpeg()
    if program is None:
        found.notes.append("no-ffmpeg")
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sound.wav"
        command = [program, "-nostdin", "-v", "error", *sound_tracks.opened(job.file.absolute())]
        command += ["-vn", "-t", str(_SOUND_SECONDS)]
        command += ["-ac", "1", "-ar", "16000", str(target)]
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=120)
        except (OSError, subprocess.TimeoutExpired):
            return
        if not target.is_file() or target.stat().st_size < 1000:
            found.notes.append("no-sound")
            return
        sound, rate = voice.read(target, Looked())
        found.evidence += voice.signal_evidence(sound, rate)
        apart = Looked()
        for stage, _ in voice.judge(sound, rate, apart, job, context, test=False):
            yield stage, found
        found.readings += [_untrusted(reading) for reading in apart.readings]
