"""How often a mark is seen where there is none: many keys on a file, and one key on many files.

    python -m tests.bench.false_alarms [--parts NAME...] [--halves N] [--real N]
        [--files] [--limit N]

Over 1e7 keys on ten unmarked Kodak pictures, against the exact binomial tail; over 1e7 on a
recording. A key's signs on half of each bit's coefficients are drawn ``--halves`` times, and every
first half is combined with every second: each pair is a fair draw of all of a key's signs, dither
and mask. Which coefficients belong to which bit is derived from another real key on each picture.
Pairs that share a half are independent too, unless both halves agree, so the rates are unbiased.

The numbers are those of the product: ``--real`` whole keys are derived and read on each picture as
the product reads them, and what is counted here must come out the same, to the last bit.

``--files``: every unmarked picture and recording of the shared data under one key, as received.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy.fft import dctn
from scipy.stats import binom, chisquare

from engine.media.reading import read_photo
from engine.problems import Problem
from engine.watermark import looks, structure
from engine.watermark.canvas import WORKING_SIDE, Plane, canvas_of
from engine.watermark.keys import Key
from engine.watermark.pixel import PixelScheme, _analyse
from engine.watermark.recordings import frames_of, mono_16k
from engine.watermark.scheme import masked, spread
from engine.watermark.speech_dwt import FRAME, SpeechMark, _loudness, analyse
from engine.watermark.verdict import tail, threshold
from tests.bench.keep import keep

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PAYLOAD = 0x0123456789ABCDEF
LENGTH = 256
ALPHAS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
PICTURES = 10
PARTS = ("pictures", "sharpened", "recording")
FILES_KEY = Key(bytes(range(32)))

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]


def statistic(
    fine: Floats, arms: npt.NDArray[np.complex64], count: Floats, dither: Floats, broad: bool
) -> Floats:
    """(n, 256) soft values of n keys before their masks, as ``PixelScheme.extract`` has them."""
    values = structure.values(arms, count, dither)
    if broad:
        return np.asarray(values, np.float32)
    trust = structure.certainty(values)[:, None]
    return np.asarray(fine / (fine.std(1, keepdims=True) + 1e-9) + trust * values, np.float32)


def key_of(number: int) -> Key:
    return Key(number.to_bytes(32, "big"))


def many_keys(
    canvas: Plane, key: Key, halves: int, random: np.random.Generator, broad: bool
) -> Counts:
    """(257,) of ``halves``^2 keys, how many had so many bits as ``PAYLOAD``; ``broad`` as in
    ``PixelScheme.extract``."""
    carriers = PixelScheme().setup(key).carriers
    order = np.argsort(carriers.bit, kind="stable")
    fine = _halves(random, _analyse(canvas).limited[order].reshape(LENGTH, -1), halves)
    sums = dctn(canvas, norm="ortho").reshape(-1)[carriers.angles.place] / np.sqrt(structure.EACH)
    across, along = (_halves(random, sums[:, arm], halves) for arm in (0, 1))
    mask = random.integers(0, 2, (halves, LENGTH)).astype(bool)
    dither = np.float32(2 * np.pi) * random.random((halves, LENGTH), np.float32)
    count = carriers.angles.count.astype(np.float32)
    counts = np.zeros(LENGTH + 1, np.int64)
    for row in range(halves):
        arms = across[0][row] + across[1] + np.complex64(1j) * (along[0][row] + along[1])
        read = statistic(fine[0][row] + fine[1], arms, count, dither[row], broad)
        counts += _matching((read > 0) ^ mask[row])
    return counts


def same_as_product(canvas: Plane, numbers: range, broad: bool) -> Counts:
    """(257,) as ``many_keys``, of real keys read by the product, which must agree with
    ``statistic`` bit by bit."""
    scheme = PixelScheme()
    limited, spectrum = _analyse(canvas).limited, dctn(canvas, norm="ortho")
    counts = np.zeros(LENGTH + 1, np.int64)
    for number in numbers:
        secrets = scheme.setup(key_of(number))
        carriers = secrets.carriers
        fine = np.bincount(carriers.bit, limited * carriers.sign, LENGTH)[None]
        angles = carriers.angles
        arms = structure._arms(spectrum, angles)[None]
        read = statistic(fine, arms, angles.count, angles.dither, broad)
        bits = masked(read[0], carriers.mask) > 0
        assert np.array_equal(bits, scheme.extract(canvas, secrets, broad) > 0), f"key {number}"
        counts += _matching(bits[None])
    return counts


def sound_of(file: Path) -> npt.NDArray[np.float64]:
    """(30720,) what a recording says about each coefficient, all its frames together: reading is
    a sum of it with a key's signs."""
    total = np.zeros(0)
    for frame in frames_of(mono_16k(file)):
        packets = analyse(np.pad(frame, (0, FRAME - len(frame))))
        limited = np.clip(packets / _loudness(packets), -2.5, 2.5).reshape(-1)
        total = limited if not len(total) else total + limited
    return total


def many_keys_of_sound(file: Path, halves: int, random: np.random.Generator) -> Counts:
    secrets = SpeechMark().setup(key_of(7))
    order = np.argsort(secrets.bit, kind="stable")
    first, second = _halves(random, sound_of(file)[order].reshape(LENGTH, -1), halves)
    mask = random.integers(0, 2, (halves, LENGTH)).astype(bool)
    counts = np.zeros(LENGTH + 1, np.int64)
    for row in range(halves):
        counts += _matching((first[row] > -second) ^ mask[row])
    return counts


def sound_as_product(file: Path, numbers: range) -> Counts:
    """As ``same_as_product``, of a recording whose frames begin where it begins."""
    scheme, sound = SpeechMark(), sound_of(file)
    counts = np.zeros(LENGTH + 1, np.int64)
    for number in numbers:
        secrets = scheme.setup(key_of(number))
        sums = np.bincount(secrets.bit, sound * secrets.sign, LENGTH)
        bits = masked(sums, secrets.mask) > 0
        assert np.array_equal(bits, scheme.extract(frames_of(mono_16k(file)), secrets) > 0)
        counts += _matching(bits[None])
    return counts


def _matching(bits: npt.NDArray[np.bool_]) -> Counts:
    wanted = spread(PAYLOAD, LENGTH).astype(bool)
    return np.bincount((bits == wanted).sum(1), minlength=LENGTH + 1)


def _halves(random: np.random.Generator, values: Floats, halves: int) -> tuple[Floats, Floats]:
    """(halves, n) sums of either half of ``values`` (n, k), randomly signed."""
    middle = values.shape[1] // 2
    first, second = (
        np.stack([_draw(random, part) for _ in range(halves)])
        for part in (values[:, :middle], values[:, middle:])
    )
    return first, second


def _draw(random: np.random.Generator, part: Floats) -> Floats:
    signs = random.integers(0, 2, part.shape, dtype=np.int8)
    return np.asarray((part * (2 * signs - 1)).sum(1), np.float32)


def fit(counts: Counts) -> float:
    """The chance of counts that are as far from Binomial(256, 1/2) as these (chi square; the ends
    pooled so that ten are expected in each class)."""
    total = counts.sum()
    expected = total * binom.pmf(np.arange(LENGTH + 1), LENGTH, 0.5)
    inside = np.flatnonzero(expected >= 10)
    low, high = int(inside[0]), int(inside[-1]) + 1
    seen = [counts[: low + 1].sum(), *counts[low + 1 : high - 1], counts[high - 1 :].sum()]
    due = [expected[: low + 1].sum(), *expected[low + 1 : high - 1], expected[high - 1 :].sum()]
    return float(chisquare(seen, due).pvalue)


def report(title: str, counts: Counts, **more: object) -> None:
    draws = int(counts.sum())
    rates: dict[str, float] = {}
    exact: dict[str, float] = {}
    print(f"\n{title}: {draws:.3g} draws, {more}", flush=True)
    for alpha in ALPHAS:
        least = threshold(LENGTH, alpha)
        rate = float(counts[least:].sum() / draws)
        print(f"nominal {alpha:.0e}  exact {tail(LENGTH, least):.2e}  seen {rate:.2e}")
        rates[f"{alpha:.0e}"], exact[f"{alpha:.0e}"] = rate, tail(LENGTH, least)
    keep(f"marks-false-alarms {title}", draws=draws, seen=rates, exact=exact, **more)


def keys(parts: list[str], halves: int, real: int) -> None:
    random = np.random.default_rng(1)
    photos = [read_photo(f) for f in sorted((DATA / "photos" / "kodak").glob("*.png"))[:PICTURES]]
    received = [canvas_of(photo.working(WORKING_SIDE)) for photo in photos]
    if "pictures" in parts:
        on_pictures("keys on pictures", received, False, halves, real, random)
    if "sharpened" in parts:
        width, height = photos[0].upright_size
        sharpened = looks.sharpened(received[0], width / height, looks.BLURS[6])
        on_pictures("keys on a sharpened picture", [sharpened], True, halves, 10 * real, random)
    if "recording" in parts:
        recording = sorted((DATA / "speech" / "speakers").rglob("*.flac"))[0]
        product = sound_as_product(recording, range(10 * real))
        total = many_keys_of_sound(recording, round(halves * np.sqrt(PICTURES)), random)
        report("keys on a recording", total, checked=int(product.sum()), checked_fit=fit(product))


def on_pictures(
    title: str,
    canvases: list[Plane],
    broad: bool,
    halves: int,
    real: int,
    random: np.random.Generator,
) -> None:
    total, product = np.zeros(LENGTH + 1, np.int64), np.zeros(LENGTH + 1, np.int64)
    for place, canvas in enumerate(canvases):
        product += same_as_product(canvas, range(place * real, (place + 1) * real), broad)
        total += many_keys(canvas, key_of(10**6 + place), halves, random, broad)
    report(title, total, checked=int(product.sum()), checked_fit=fit(product))


def files(limit: int) -> None:
    """One key, every unmarked file, as received: how many bits are those of ``PAYLOAD``."""
    scheme, speech = PixelScheme(), SpeechMark()
    secrets, heard = scheme.setup(FILES_KEY), speech.setup(FILES_KEY)

    def picture(file: Path) -> npt.NDArray[np.bool_]:
        return scheme.extract(canvas_of(read_photo(file).working(WORKING_SIDE)), secrets) > 0

    def recording(file: Path) -> npt.NDArray[np.bool_]:
        return speech.extract(frames_of(mono_16k(file)), heard) > 0

    for title, read, found in (
        ("one key, pictures", picture, pictures()),
        ("one key, recordings", recording, recordings()),
    ):
        counts, unread = counted(read, list(found)[:: limit or 1])
        most = int(np.flatnonzero(counts)[-1])
        report(title, counts, unread=unread, fit=fit(counts), most_agreeing=most)


def counted(read: Callable[[Path], npt.NDArray[np.bool_]], found: list[Path]) -> tuple[Counts, int]:
    counts, unread = np.zeros(LENGTH + 1, np.int64), 0
    for file in found:
        try:
            counts += _matching(read(file)[None])
        except Problem:
            unread += 1
    return counts, unread


def pictures() -> Iterator[Path]:
    for folder in ("photos", "fakes/images"):
        for file in sorted((DATA / folder).rglob("*")):
            if file.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"):
                yield file


def recordings() -> Iterator[Path]:
    for folder in ("speech", "scenes/events", "fakes/speech"):
        for file in sorted((DATA / folder).rglob("*")):
            if file.suffix.lower() in (".flac", ".wav", ".opus", ".ogg", ".mp3"):
                yield file


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--halves", type=int, default=1000)
    parser.add_argument("--real", type=int, default=100, help="whole keys on each picture")
    parser.add_argument("--files", action="store_true", help="one key on all files instead")
    parser.add_argument("--limit", type=int, default=1, help="only every so many-th file")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.files:
        files(options.limit)
    else:
        keys(options.parts, options.halves, options.real)


if __name__ == "__main__":
    main()
