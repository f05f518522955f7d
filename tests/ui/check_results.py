"""Results of checks made up for the window."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from engine import api

ATTACK = "<b>bold</b><script>alert(1)</script> a castle, highly detailed\nSteps: 20, Sampler: Euler"


def picture(name: str, width: int = 320, height: int = 200) -> api.Picture:
    rows = [
        bytes((60 + 150 * x // width, 90 + 110 * y // height, 160 - 60 * x // width))
        for y in range(height)
        for x in range(width)
    ]
    return api.Picture(name, width, height, b"".join(rows))


def no_sign(file: Path) -> api.CheckResult:
    names = ("seen", "heat", "residual", "spectrum", "autocorrelation", "error-level", "ghost")
    reading = api.DetectorReading(
        "image-detector", 0.41, 0.33, 0.83, 0.009, (0.003, 0.021), "photos", 0.81, False,
        sha256="ab" * 32,
    )  # fmt: skip
    rows = [("as-received", 0.41), ("jpeg-75", 0.38), ("resize-0.75", 0.52), ("crop", 0.4)]
    return api.CheckResult(
        file=file,
        sha256="0123456789abcdef" * 4,
        size=482_113,
        media="picture",
        facts={"format": "JPEG", "size": "4032 x 3024", "depth": "8"},
        verdict="no_sign",
        level="hint",
        reasons=("detector-below",),
        evidence=(
            api.Evidence("camera-exif", "camera", "explanation", {"camera": "Canon EOS R6"},
                         (("Make", "Canon"), ("Model", "EOS R6"), ("DateTime", "2026:05:02"))),
            api.Evidence("jpeg-tables-own", "nothing", "explanation", {"quality": 93}, (),
                         "  3   2   2\n  2   2   3"),
            api.Evidence("traces", "nothing", "explanation", picture="spectrum"),
        ),
        detectors=(reading,),
        stability=tuple(api.StabilityRow(t, "image-detector", s, True) for t, s in rows),
        created="2026-11-27T17:00:00+00:00",
        app_version="0.1",
        pictures=tuple(picture(name) for name in names),
    )  # fmt: skip


def generated(file: Path) -> api.CheckResult:
    evidence = api.Evidence(
        "generator-metadata", "generated", "strong",
        {"program": "Stable Diffusion", "where": "PNG parameters"},
        (("prompt", ATTACK.split("\n")[0]), ("seed", "42"), ("sampler", "Euler")), ATTACK,
    )  # fmt: skip
    return dataclasses.replace(
        no_sign(file),
        verdict="generated",
        level="strong",
        reasons=("generator-metadata",),
        evidence=(evidence,),
        facts={"format": "PNG", "size": "1024 x 1024", "depth": "8"},
    )


def voice(file: Path) -> api.CheckResult:
    scores = (0.2, 0.3, 0.25, 0.9, 0.95, 0.4, 0.3)
    reading = api.DetectorReading(
        "voice-detector", 0.47, 0.5, 0.8, 0.01, (0.001, 0.04), "speech", 0.66, True,
        tuple(api.Window(1.5 * i, 1.5 * i + 3, s) for i, s in enumerate(scores)), 0.4,
    )  # fmt: skip
    cliff = api.Evidence("bandwidth-cliff", "nothing", "explanation", {"top": 8.0, "rate": 24.0})
    return dataclasses.replace(
        no_sign(file),
        media="recording",
        verdict="inconclusive",
        level="inconclusive",
        reasons=("unstable",),
        evidence=(cliff,),
        detectors=(reading,),
        stability=(
            api.StabilityRow("as-received", "voice-detector", 0.47, True),
            api.StabilityRow("mp3-64", "voice-detector", 0.86, False),
        ),
        facts={"format": "MP3", "rate": "24000 Hz", "channels": "1", "duration": "10.5 s"},
        pictures=(picture("seen", 384, 160),),
    )


def changed_voice(file: Path) -> api.CheckResult:
    """A recording that was compared with its original."""
    details: dict[str, str | float] = {"count": 2.0, "seconds": 2.3, "gain": -3.0}
    return dataclasses.replace(
        no_sign(file),
        media="recording",
        facts={"format": "MPEG MPEG_LAYER_III", "duration": "70.0 s"},
        verdict="manipulated",
        level="strong",
        reasons=("compare-sound-changed",),
        evidence=(
            api.Evidence("compare-sound-changed", "manipulated", "strong", details,
                         picture="difference"),
        ),
        detectors=(),
        stability=(),
        changes=(api.Change("cut", 3.0, 3.0, 3.0, 3.8),
                 api.Change("added", 62.5, 64.0, 63.3, 63.3)),
        pictures=(picture("seen"), picture("difference")),
    )  # fmt: skip
