"""What the speech mark survives, beside a peer, on the same recordings in one run.

    python -m tests.bench.audio_marks [--recordings N] [--seconds S] [--peers FOLDER]

Ours is searched for as the product does, with the registry empty: "found" at 1e-6 after correction
for everything tried, "exact" with its 64-bit payload right. The peer (``resemble-perth`` of the
package registry, when it can be imported) carries no payload and states no error rate: "found" is
its own verdict, beside its verdict on the unmarked recordings. "ratio" is signal over mark in dB.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
import soxr

from engine.watermark.identities import Identity
from engine.watermark.keys import Key
from engine.watermark.recordings import mark_recording
from engine.watermark.registry import Registry
from engine.watermark.scheme import spread
from engine.watermark.search import search_recording
from engine.watermark.speech_dwt import SpeechMark
from tests.bench.keep import keep

SESSIONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech" / "sessions"
KEY = Key(bytes(range(32)))
PAYLOAD = 0x0123456789ABCDEF
RATIO = 20.0  # dB, "balanced"

Sound = np.ndarray
Attack = Callable[[Sound, int], Sound]


def coded(kind: str, subtype: str, level: float) -> Attack:
    def attack(sound: Sound, rate: int) -> Sound:
        file = io.BytesIO()
        soundfile.write(
            file, sound, rate, format=kind, subtype=subtype, compression_level=level,
            **({"bitrate_mode": "CONSTANT"} if kind == "MP3" else {}),
        )  # fmt: skip
        file.seek(0)
        return np.asarray(soundfile.read(file, dtype="float32")[0])

    return attack


def noisy(sound: Sound, decibels: float) -> Sound:
    noise = np.random.default_rng(0).normal(size=sound.shape)
    level = np.sqrt(np.square(sound).mean()) / 10 ** (decibels / 20)
    return np.asarray(np.clip(sound + level * noise, -1, 1), np.float32)


def through(rate: int) -> Attack:
    return lambda sound, own: soxr.resample(soxr.resample(sound, own, rate), rate, own)


ATTACKS: dict[str, Attack] = {
    "none": lambda x, r: x,
    "mp3-high": coded("MP3", "MPEG_LAYER_III", 0.4),
    "mp3-low": coded("MP3", "MPEG_LAYER_III", 0.9),
    "opus-low": coded("OGG", "OPUS", 0.9),
    "8 kHz": through(8_000),
    "crop": lambda x, r: x[int(2.345 * r) : -int(1.2 * r)],
    "speed +1 %": lambda x, r: soxr.resample(x, 1.01 * r, r),
    "speed -3 %": lambda x, r: soxr.resample(x, 0.97 * r, r),
    "noise 20 dB": lambda x, r: noisy(x, 20),
    "half as loud": lambda x, r: x / 2,
}


def recordings(count: int, seconds: float) -> list[tuple[Sound, int]]:
    """One speaker each, sentences one after the other."""
    found = []
    for folder in sorted(p for p in SESSIONS.iterdir() if p.is_dir())[:count]:
        parts: list[Sound] = []
        rate = 16_000
        for file in sorted(folder.glob("*.flac")):
            sound, rate = soundfile.read(file, dtype="float32")
            parts.append(sound)
            if sum(map(len, parts)) >= seconds * rate:
                break
        found.append((np.concatenate(parts)[: int(seconds * rate)], rate))
    return found


def ours(sounds: list[tuple[Sound, int]], folder: Path) -> dict[str, list[tuple[bool, bool]]]:
    scheme = SpeechMark()
    rows: dict[str, list[tuple[bool, bool]]] = {}
    ratios = []
    owner = Identity("bench", "", (KEY,))
    for number, (sound, rate) in enumerate(sounds):
        file = folder / f"{number}.wav"
        soundfile.write(file, sound, rate, subtype="PCM_16")
        marked, ratio = mark_recording(
            file, None, "-marked", scheme, scheme.setup(KEY), spread(PAYLOAD, 256), RATIO,
            lambda: None,
        )  # fmt: skip
        ratios.append(ratio)
        read = np.asarray(soundfile.read(marked, dtype="float32")[0])
        versions = {name: attack(read, rate) for name, attack in ATTACKS.items()}
        for name, version in {"unmarked": sound, **versions}.items():
            heard = folder / "heard.wav"
            soundfile.write(heard, version, rate, subtype="PCM_16")
            found = search_recording(heard, [owner], Registry(folder / "registry"))
            hit = found is not None and found.evidence.found
            right = found is not None and hit and found.payload == PAYLOAD
            rows.setdefault(name, []).append((hit, right))
    print(f"\nspeech mark: ratio {np.mean(ratios):.1f} dB")
    return rows


def peer(sounds: list[tuple[Sound, int]]) -> dict[str, list[tuple[bool, bool]]]:
    from perth.perth_net.perth_net_implicit.perth_watermarker import PerthImplicitWatermarker

    maker = PerthImplicitWatermarker()
    rows: dict[str, list[tuple[bool, bool]]] = {}
    ratios = []
    for sound, rate in sounds:
        marked = np.asarray(maker.apply_watermark(sound, sample_rate=rate), np.float32)
        length = min(len(marked), len(sound))
        change = marked[:length] - sound[:length]
        ratios.append(10 * np.log10(np.square(sound).sum() / np.square(change).sum()))
        versions = {name: attack(marked, rate) for name, attack in ATTACKS.items()}
        for name, version in {"unmarked": sound, **versions}.items():
            heard = np.asarray(version, np.float32)
            hit = bool(np.mean(maker.get_watermark(heard, sample_rate=rate, round=False)) > 0.5)
            rows.setdefault(name, []).append((hit, False))
    print(f"\nresemble-perth: ratio {np.mean(ratios):.1f} dB (zero-bit)")
    return rows


def table(title: str, rows: dict[str, list[tuple[bool, bool]]]) -> None:
    for name, outcomes in rows.items():
        found, exact = np.mean(np.array(outcomes, float), axis=0)
        print(f"{name:14} found {found:.2f}  exact {exact:.2f}", flush=True)
    found = {name: float(np.mean([hit for hit, _ in outcomes])) for name, outcomes in rows.items()}
    keep(f"audio-marks-{title}", recordings=max(map(len, rows.values())), found=found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recordings", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--peers", type=Path, help="folder with the peer's package")
    options = parser.parse_args()
    sounds = recordings(options.recordings, options.seconds)
    with TemporaryDirectory() as folder:
        table("ours", ours(sounds, Path(folder)))
    if options.peers:
        sys.path.append(str(options.peers))
    try:
        rows = peer(sounds)
    except ImportError as missing:
        print(f"\nresemble-perth is not measured: {missing}")
        return
    table("perth", rows)


if __name__ == "__main__":
    main()
