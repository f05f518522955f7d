"""What the marks survive, beside their peers: one table from the same pictures in one run.

    python -m tests.bench.watermarks [--pictures N] [--peers FOLDER] [--false-alarms]

Every row is read blind (no registry). "TPR" is the share of pictures whose corrected chance of a
false alarm is at most 1e-6; "exact" the share whose 64-bit payload is read without error. A peer
from the package registry is measured when its module can be imported (``--peers`` names a folder
with it); its fixed payload of 64 bits counts as found at 1e-6 with 51 or more of 64 bits right,
uncorrected, which favours it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from engine.measure import photo as measures
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.watermark import sync
from engine.watermark.canvas import WORKING_SIDE, canvas_of, warp
from engine.watermark.channels import CHANNELS, Picture
from engine.watermark.keys import Key
from engine.watermark.marking import apply_canvas, psnr_of
from engine.watermark.pixel import BAND, PixelScheme, _analyse
from engine.watermark.scheme import read_payload, spread
from engine.watermark.search import GEOMETRIES, READINGS
from engine.watermark.verdict import ALPHA, tail, threshold

KODAK = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos" / "kodak"
PAYLOAD = 0x0123456789ABCDEF
GEOMETRIC = ("crop-0.1", "rotate-2", "mirror")
KEY = Key(bytes(range(32)))

Rows = dict[str, list[tuple[bool, bool, float]]]


def seen(photo: Photo) -> Picture:
    return photo.working(WORKING_SIDE)


def ours(photo: Photo, rows: Rows, facts: dict[str, list[float]], psnr: float) -> None:
    scheme = PixelScheme()
    secrets = scheme.setup(KEY)
    began = time.process_time()
    canvas = canvas_of(seen(photo))
    samples = apply_canvas(photo, scheme.generate(canvas, secrets, spread(PAYLOAD, 256), psnr))
    facts["embed s"].append(time.process_time() - began)
    facts["PSNR"].append(psnr_of(photo.samples, samples))
    facts["SSIM"].append(measures.ssim(photo.samples, samples))
    picture = seen(Photo(photo.path, photo.format, samples))
    for name, channel in {"none": lambda p: p, **CHANNELS}.items():
        attacked = channel(picture)
        canvas = canvas_of(attacked)
        began = time.process_time()
        places = [sync.IDENTITY]
        if name in GEOMETRIC:
            places += sync.find(canvas, secrets.sync, attacked.shape[1] / attacked.shape[0])
        trials = float(GEOMETRIES * READINGS)
        read = [read_payload(scheme.extract(warp(canvas, g)[0], secrets), trials) for g in places]
        payload, evidence = min(read, key=lambda pair: pair[1].p_value)
        facts["search s" if name in GEOMETRIC else "read s"].append(time.process_time() - began)
        share = evidence.matches / evidence.length
        rows[name].append((evidence.p_value <= ALPHA, payload == PAYLOAD, share))


def peer(method: str, photo: Photo, rows: Rows, facts: dict[str, list[float]]) -> None:
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    bits = [int(b) for b in f"{PAYLOAD:064b}"]
    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", bits)
    began = time.process_time()
    marked = encoder.encode(np.ascontiguousarray(photo.samples[..., ::-1]), method)
    facts["embed s"].append(time.process_time() - began)
    marked = np.ascontiguousarray(marked[..., ::-1])
    facts["PSNR"].append(psnr_of(photo.samples, marked))
    facts["SSIM"].append(measures.ssim(photo.samples, marked))
    picture = seen(Photo(photo.path, photo.format, marked))
    decoder = WatermarkDecoder("bits", 64)
    for name, channel in {"none": lambda p: p, **CHANNELS}.items():
        pixels = np.clip(channel(picture)[..., ::-1] * 255 + 0.5, 0, 255).astype(np.uint8)
        began = time.process_time()
        read = decoder.decode(np.ascontiguousarray(pixels), method)
        facts["read s"].append(time.process_time() - began)
        right = int((np.array(read, int) == np.array(bits)).sum())
        rows[name].append((right >= threshold(64, ALPHA), right == 64, right / 64))


def table(title: str, rows: Rows, facts: dict[str, list[float]]) -> None:
    figures = "  ".join(f"{name} {np.mean(values):.3f}" for name, values in facts.items())
    print(f"\n{title}: {figures}")
    print(f"{'':16} {'TPR@1e-6':>9} {'exact':>7} {'bits':>7}")
    for name, outcomes in rows.items():
        found, exact, bits = np.mean(np.array(outcomes, float), axis=0)
        print(f"{name:16} {found:9.3f} {exact:7.3f} {bits:7.3f}", flush=True)


def large(psnr: float) -> None:
    """Time for 24 megapixels, on as many threads as the process may use."""
    small = cv2.imread(str(sorted(KODAK.glob("*.png"))[0]))[..., ::-1]
    samples = cv2.resize(np.ascontiguousarray(small), (6000, 4000), interpolation=cv2.INTER_CUBIC)
    photo = Photo(Path("large.png"), "PNG", samples)
    scheme = PixelScheme()
    secrets = scheme.setup(KEY)
    began, spent = time.perf_counter(), time.process_time()
    canvas = canvas_of(seen(photo))
    apply_canvas(photo, scheme.generate(canvas, secrets, spread(PAYLOAD, 256), psnr))
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    print(f"\n24 MP embed: {wall:.2f} s, {cpu:.2f} CPU-s")


def false_alarms(photo: Photo, halves: int = 3200) -> None:
    """Over 1e7 keys on one unmarked picture, against the exact binomial tail.

    A key's signs on half of each bit's coefficients are drawn ``halves`` times, and every first
    half is combined with every second: each pair is a fair draw of a whole key. Pairs that share
    a half are independent too, unless both halves agree, so the rates are unbiased.
    """
    scheme = PixelScheme()
    values = _analyse(canvas_of(seen(photo))).limited
    owner = scheme.setup(KEY).carriers.bit
    order = np.argsort(owner, kind="stable")
    grouped = values[order].reshape(scheme.length, -1)
    random = np.random.default_rng(1)
    middle = grouped.shape[1] // 2
    first, second = (
        np.stack([draw(random, part) for _ in range(halves)])
        for part in (grouped[:, :middle], grouped[:, middle:])
    )
    wanted = spread(PAYLOAD, scheme.length).astype(bool)
    mask = random.integers(0, 2, (halves, scheme.length)).astype(bool)
    counts = np.zeros(scheme.length + 1, np.int64)
    for row in range(halves):
        bits = ((first[row] + second) > 0) ^ mask
        counts += np.bincount((bits == wanted).sum(1), minlength=scheme.length + 1)
    draws = int(counts.sum())
    print(f"\nfalse alarms over {draws:.3g} keys on {photo.path.name}, {len(BAND)} bands")
    for alpha in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6):
        least = threshold(scheme.length, alpha)
        seen_rate = counts[least:].sum() / draws
        print(f"nominal {alpha:.0e}  exact {tail(scheme.length, least):.2e}  seen {seen_rate:.2e}")


def draw(random: np.random.Generator, part: np.ndarray) -> np.ndarray:
    signs = random.integers(0, 2, part.shape, dtype=np.int8)
    return np.asarray((part * (2 * signs - 1)).sum(1), np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--psnr", type=float, default=38.0)
    parser.add_argument("--peers", type=Path, help="folder with the peer's package")
    parser.add_argument("--false-alarms", action="store_true")
    options = parser.parse_args()
    photos = [read_photo(file) for file in sorted(KODAK.glob("*.png"))[: options.pictures]]
    if options.false_alarms:
        false_alarms(photos[0])
        return
    large(options.psnr)
    if options.peers:
        sys.path.append(str(options.peers))
    measured: dict[str, Callable[[Photo, Rows, dict[str, list[float]]], None]] = {}
    try:
        import imwatermark  # noqa: F401
    except ImportError as missing:
        print(f"invisible-watermark is not measured: {missing}")
    else:
        for method in ("dwtDct", "dwtDctSvd"):
            measured[method] = lambda p, r, f, m=method: peer(m, p, r, f)
    measured["pixel"] = lambda p, r, f: ours(p, r, f, options.psnr)
    for name, measure in measured.items():
        rows: Rows = defaultdict(list)
        facts: dict[str, list[float]] = defaultdict(list)
        for photo in photos:
            measure(photo, rows, facts)
        table(name, rows, facts)


if __name__ == "__main__":
    main()
