"""What the speech mark survives, beside a peer, on the same recordings in one run.

    python -m tests.bench.audio_marks [--recordings N] [--seconds S] [--peers FOLDER]
        [--ffmpeg PROGRAM] [--schemes NAME...] [--copies]

Ours is searched for as the product does, with the registry empty: "found" at 1e-6 after correction
for everything tried, "exact" with its 64-bit payload right. The peer (``resemble-perth`` of the
package registry, when it can be imported) carries no payload and states no error rate: "found" is
its own verdict, beside its verdict on the unmarked recordings. It is measured as it comes and with
its change scaled to be as loud as ours. "ratio" is signal over mark in dB; PESQ-WB with its
package, where there is one. ``--copies`` puts marks onto other recordings instead.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
import soxr

from engine.watermark import marking
from engine.watermark.identities import Identity
from engine.watermark.keys import Key
from engine.watermark.recordings import mark_recording
from engine.watermark.registry import Registry
from engine.watermark.scheme import spread
from engine.watermark.search import search_recording
from engine.watermark.speech_dwt import SpeechMark
from tests.bench.keep import keep

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech"
SESSIONS, SPEAKERS = SPEECH / "sessions", SPEECH / "speakers"
KEY = Key(bytes(range(32)))
PAYLOAD = 0x0123456789ABCDEF
RATIO = marking.RATIO["balanced"]

USUAL = ("none", "mp3-high", "8 kHz", "crop", "noise 30 dB", "Opus 24")
SCHEMES = ("ours", "perth", "perth-as-loud")

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


def through_ffmpeg(program: str, *options: str, offset: float = 0.0) -> Attack:
    """Coded and decoded by ffmpeg; ``offset`` seconds are cut from the beginning first."""

    def attack(sound: Sound, rate: int) -> Sound:
        with TemporaryDirectory() as folder:
            before, coded, after = (Path(folder) / n for n in ("a.wav", f"b{options[-1]}", "c.wav"))
            soundfile.write(before, sound[int(offset * rate) :], rate, subtype="PCM_16")
            for step in (
                ["-i", before, *options[:-1], coded], ["-i", coded, "-ar", rate, "-ac", 1, after]
            ):  # fmt: skip
                run = [program, "-nostdin", "-v", "error", "-y", *map(str, step)]
                subprocess.run(run, check=True, timeout=60)
            return np.asarray(soundfile.read(after, dtype="float32")[0])

    return attack


def codecs(program: str) -> dict[str, Attack]:
    def ffmpeg(*options: str, offset: float = 0.0) -> Attack:
        return through_ffmpeg(program, *options, offset=offset)

    return {
        "MP3 128": ffmpeg("-c:a", "libmp3lame", "-b:a", "128k", ".mp3"),
        "MP3 64": ffmpeg("-c:a", "libmp3lame", "-b:a", "64k", ".mp3"),
        "AAC 64, offset": ffmpeg("-c:a", "aac", "-b:a", "64k", ".m4a", offset=0.777),
        "AAC 32, offset": ffmpeg("-c:a", "aac", "-b:a", "32k", ".m4a", offset=1.234),
        "Opus 24": ffmpeg("-c:a", "libopus", "-b:a", "24k", ".opus"),
        "Opus 12": ffmpeg("-c:a", "libopus", "-b:a", "12k", ".opus"),
    }


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
    "8 kHz": through(8_000),
    "crop": lambda x, r: x[int(2.345 * r) : -int(1.2 * r)],
    "speed +1 %": lambda x, r: soxr.resample(x, 1.01 * r, r),
    "speed -1 %": lambda x, r: soxr.resample(x, 0.99 * r, r),
    "speed -3 %": lambda x, r: soxr.resample(x, 0.97 * r, r),
    "noise 30 dB": lambda x, r: noisy(x, 30),
    "noise 20 dB": lambda x, r: noisy(x, 20),
    "half as loud": lambda x, r: x / 2,
}


def recordings(count: int, seconds: float) -> list[tuple[Sound, int]]:
    """One speaker each: first those with several sentences, one after the other, then those of
    single clips of about ten seconds."""
    found = []
    folders = [sorted(p.glob("*.flac")) for p in sorted(SESSIONS.iterdir()) if p.is_dir()]
    single = [p for p in sorted(SPEAKERS.rglob("*.flac")) if soundfile.info(p).duration > 9]
    for files in [*folders, *([file] for file in single[:: max(1, len(single) // 40)])][:count]:
        parts: list[Sound] = []
        rate = 16_000
        for file in files:
            sound, rate = soundfile.read(file, dtype="float32")
            parts.append(sound)
            if sum(map(len, parts)) >= seconds * rate:
                break
        found.append((np.concatenate(parts)[: int(seconds * rate)], rate))
    return found


def pesq_of(sound: Sound, marked: Sound, rate: int) -> float:
    try:
        from pesq import pesq
    except ImportError:
        return float("nan")
    length = min(len(sound), len(marked))
    return float(pesq(rate, sound[:length], marked[:length], "wb"))


@dataclass
class Measured:
    rows: dict[str, list[tuple[bool, bool]]] = field(default_factory=dict)  # found, exact
    ratios: list[float] = field(default_factory=list)
    pesq: list[float] = field(default_factory=list)
    seconds: float = 0.0  # of the shortest recording

    def add(self, sound: Sound, marked: Sound, rate: int) -> None:
        length = min(len(marked), len(sound))
        self.seconds = min(self.seconds or length / rate, length / rate)
        change = marked[:length] - sound[:length]
        self.ratios.append(ratio_of(sound, change))
        self.pesq.append(pesq_of(sound, marked, rate))


def ratio_of(sound: Sound, change: Sound) -> float:
    return float(10 * np.log10(np.square(sound).sum() / np.square(change).sum()))


def marked_by_us(file: Path, sound: Sound, rate: int, payload: int) -> Sound:
    soundfile.write(file, sound, rate, subtype="PCM_16")
    scheme = SpeechMark()
    marked, _ = mark_recording(
        file, None, "-marked", scheme, scheme.setup(KEY), spread(payload, 256), RATIO, lambda: None
    )
    return np.asarray(soundfile.read(marked, dtype="float32")[0])


def ours(sounds: list[tuple[Sound, int]], attacks: dict[str, Attack], folder: Path) -> Measured:
    measured = Measured()
    owner = Identity("bench", "", (KEY,))
    for number, (sound, rate) in enumerate(sounds):
        read = marked_by_us(folder / f"{number}.wav", sound, rate, PAYLOAD)
        measured.add(sound, read, rate)
        versions = {name: attack(read, rate) for name, attack in attacks.items()}
        for name, version in {"unmarked": sound, **versions}.items():
            heard = folder / "heard.wav"
            soundfile.write(heard, version, rate, subtype="PCM_16")
            found = search_recording(heard, [owner], Registry(folder / "registry"))
            hit = found is not None and found.evidence.found
            right = found is not None and hit and found.payload == PAYLOAD
            measured.rows.setdefault(name, []).append((hit, right))
    return measured


def peer(
    sounds: list[tuple[Sound, int]], attacks: dict[str, Attack], ratio: list[float] | None
) -> Measured:
    """Its change as it comes, or scaled so that it stays ``ratio`` dB (one for each recording)
    below the sound."""
    from perth.perth_net.perth_net_implicit.perth_watermarker import PerthImplicitWatermarker

    maker = PerthImplicitWatermarker()
    measured = Measured()
    for number, (sound, rate) in enumerate(sounds):
        marked = np.asarray(maker.apply_watermark(sound, sample_rate=rate), np.float32)
        length = min(len(marked), len(sound))
        if ratio is not None:
            change = marked[:length] - sound[:length]
            louder = 10 ** ((ratio_of(sound, change) - ratio[number]) / 20)
            marked = sound[:length] + np.float32(louder) * change
        measured.add(sound, marked, rate)
        versions = {name: attack(marked, rate) for name, attack in attacks.items()}
        for name, version in {"unmarked": sound, **versions}.items():
            heard = np.asarray(version, np.float32)
            hit = bool(np.mean(maker.get_watermark(heard, sample_rate=rate, round=False)) > 0.5)
            measured.rows.setdefault(name, []).append((hit, False))
    return measured


def copies(sounds: list[tuple[Sound, int]], attacks: dict[str, Attack], folder: Path) -> None:
    """How often a mark tells, without the registry, that it was put onto another recording (the
    attacker even has the mark itself, as loud as on its own recording and twice as loud), and what
    it says of its own recording after each of ``attacks``."""
    owner, registry = Identity("bench", "", (KEY,)), Registry(folder / "registry")

    def says(sound: Sound, rate: int) -> str:
        heard = folder / "heard.wav"
        soundfile.write(heard, np.clip(sound, -1, 1), rate, subtype="PCM_16")
        found = search_recording(heard, [owner], registry)
        return found.content if found is not None and found.evidence.found else "not found"

    marked = [
        marked_by_us(folder / f"{number}.wav", sound, rate, KEY.bound_id(number))
        for number, (sound, rate) in enumerate(sounds)
    ]
    own, other = Counter[str](), Counter[str]()
    for place, (sound, rate) in enumerate(sounds):
        own.update(says(attack(marked[place], rate), rate) for attack in attacks.values())
        for ahead in (1, 2, 3):
            target = sounds[(place + ahead) % len(sounds)][0]
            length = min(len(sound), len(target))
            louder = np.sqrt(np.square(target).mean() / np.square(sound).mean())
            mark = louder * (marked[place] - sound)[:length]
            other.update(says(target[:length] + gain * mark, rate) for gain in (1, 2))
    print(f"copied onto another recording: {dict(other)}\nits own recording: {dict(own)}")
    keep("audio-marks-copies", onto_others=dict(other), on_its_own_recording=dict(own))


def table(title: str, measured: Measured) -> None:
    ratio, pesq = float(np.mean(measured.ratios)), float(np.median(measured.pesq))
    print(f"\n{title}: ratio {ratio:.1f} dB, PESQ-WB median {pesq:.2f}")
    shares: dict[str, dict[str, float]] = {"found": {}, "exact": {}}
    for name, outcomes in measured.rows.items():
        found, exact = (float(v) for v in np.mean(np.array(outcomes, float), axis=0))
        print(f"{name:14} found {found:.2f}  exact {exact:.2f}", flush=True)
        shares["found"][name], shares["exact"][name] = found, exact
    keep(
        f"audio-marks-{title}", recordings=len(measured.ratios),
        seconds=round(measured.seconds, 1), ratio_db=round(ratio, 2),
        **({"pesq_wb": round(pesq, 2)} if np.isfinite(pesq) else {}), **shares,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recordings", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--peers", type=Path, nargs="+", default=[], help="folders with packages")
    parser.add_argument("--ffmpeg", help="program that codes MP3, AAC and Opus at a known rate")
    parser.add_argument("--schemes", nargs="+", choices=SCHEMES, default=SCHEMES)
    parser.add_argument("--copies", action="store_true", help="marks put onto other recordings")
    options = parser.parse_args()
    sys.path.extend(map(str, options.peers))
    sounds = recordings(options.recordings, options.seconds)
    attacks = ATTACKS | (codecs(options.ffmpeg) if options.ffmpeg else {})
    with TemporaryDirectory() as folder:
        if options.copies:
            copies(sounds, {n: a for n, a in attacks.items() if n in USUAL}, Path(folder))
            return
        if "ours" in options.schemes:
            table("ours", ours(sounds, attacks, Path(folder)))
        try:
            if "perth" in options.schemes:
                table("perth", peer(sounds, attacks, None))
            if "perth-as-loud" in options.schemes:
                ratios = [
                    ratio_of(sound, marked_by_us(Path(folder) / "a.wav", sound, rate, 1) - sound)
                    for sound, rate in sounds
                ]
                table("perth, as loud as ours", peer(sounds, attacks, ratios))
        except ImportError as missing:
            print(f"\nresemble-perth is not measured: {missing}")


if __name__ == "__main__":
    main()
