"""What the marks survive, beside their peers: one table from the same pictures in one run.

    python -m tests.bench.watermarks [--pictures N] [--schemes NAME...] [--rows NAME...]
        [--peers FOLDER] [--editor FOLDER] [--averaging]
        [--times] [--copies] [--keep] [--part K/N --raw FILE] [--merge FILE... [--ending TEXT]]

The rows are those of ``mark_attacks``; without ``--editor`` (a built-in instruction editor) the
regeneration rows are left out. All marks are brought to the same PSNR. Ours are searched for as
the product does and corrected for everything it tries: "blind" with an empty registry, "works"
with the marked works in it (their looks and payloads); "bits" are read where "works" found them.
A peer's 64 bits (rivaGan: 32) count as found at 1e-6 with 51 (30) right, its payload being known
and nothing being corrected for, and resized pictures are brought back to the original size for
it; both favour it. "exact": the payload is read without error. A peer from the package registry
is measured when its module can be imported (``--peers`` names a folder with it).
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from engine.measure import photo as measures
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.models import builtin
from engine.watermark import sketch
from engine.watermark.canvas import WORKING_SIDE, canvas_of
from engine.watermark.channels import Picture
from engine.watermark.identities import Identity
from engine.watermark.keys import Key
from engine.watermark.marking import apply_canvas, psnr_of
from engine.watermark.phasemark import VARIANTS, PhaseMark
from engine.watermark.pixel import PixelScheme
from engine.watermark.registry import Registry
from engine.watermark.scheme import PhotoScheme, spread
from engine.watermark.search import search
from engine.watermark.verdict import ALPHA, threshold
from tests.bench.keep import keep
from tests.bench.mark_attacks import GEOMETRIC, PLAIN, Attack, Models

KODAK = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos" / "kodak"
PAYLOAD = 0x0123456789ABCDEF
KEY = Key(bytes(range(32)))

Outcome = tuple[bool, bool, bool, float]  # blind, with the works, exact, share of bits
Rows = dict[str, list[Outcome]]
Facts = dict[str, list[float]]


def seen(photo: Photo) -> Picture:
    return photo.working(WORKING_SIDE)


def ours(
    scheme: PhotoScheme,
    photos: list[Photo],
    attacks: dict[str, Attack],
    psnr: float,
    rows: Rows,
    facts: Facts,
) -> None:
    """Searched for as the product does: with an empty registry, and with the works in it."""
    secrets = scheme.setup(KEY)
    owner = Identity("bench", "", (KEY,))
    with TemporaryDirectory() as folder:
        empty, registry = Registry(Path(folder) / "empty"), Registry(Path(folder) / "works")
        marked = []
        for number, photo in enumerate(photos):
            began = time.process_time()
            canvas = canvas_of(seen(photo))
            payload = KEY.mark_id(number)
            bits = spread(payload, scheme.length)
            samples = apply_canvas(photo, scheme.generate(canvas, secrets, bits, psnr))
            facts["embed s"].append(time.process_time() - began)
            _quality(photo.samples, samples, facts)
            key = KEY.public_id
            registry.enter("bench", key, payload, scheme.id, photo.path.name, canvas)
            marked.append((payload, seen(Photo(photo.path, photo.format, samples))))
        for (payload, picture), (name, attack) in itertools.product(marked, attacks.items()):
            attacked = attack(picture)
            received = np.rint(np.clip(attacked, 0, 1) * 255) / 255  # a file of 8 bits
            canvas = canvas_of(received.astype(np.float32))
            aspect = received.shape[1] / received.shape[0]
            outcome = []
            for works in (empty, registry):
                began = time.process_time()
                found = search(canvas, aspect, [owner], [scheme], works)
                assert found is not None
                facts["search s"].append(time.process_time() - began)
                outcome.append(found.evidence.found and found.payload == payload)
                bits = spread(payload, scheme.length) > 0
                soft = scheme.extract(found.read(canvas), secrets, broad=found.blur > 0)
            share = float(((soft > 0) == bits).mean())
            rows[name].append((outcome[0], outcome[1], outcome[0], share))


def _quality(original: np.ndarray, marked: np.ndarray, facts: Facts) -> None:
    """SSIM of luma, and the mean of that of red, green and blue: a mark in the colours alone costs
    the first nothing."""
    facts["PSNR"].append(psnr_of(original, marked))
    facts["SSIM"].append(measures.ssim(original, marked))
    colours = [
        measures.ssim(*(np.repeat(x[..., c : c + 1], 3, axis=2) for x in (original, marked)))
        for c in range(3)
    ]
    facts["SSIM RGB"].append(float(np.mean(colours)))


def peer(
    method: str, photo: Photo, attacks: dict[str, Attack], psnr: float, rows: Rows, facts: Facts
) -> None:
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    length = 32 if method == "rivaGan" else 64
    bits = [int(b) for b in f"{PAYLOAD:064b}"][:length]
    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", bits)
    bgr = np.ascontiguousarray(photo.samples[..., ::-1])
    began = time.process_time()
    if method == "rivaGan":
        WatermarkEncoder.loadModel()
        marked = encoder.encode(bgr, method)
        facts["embed s"].append(time.process_time() - began)
        marked, options = _scaled(bgr, marked, psnr), {}
    else:
        scale = 36.0  # its own default; then what brings it to the wanted PSNR
        for _ in range(4):
            began = time.process_time()
            options = {"scales": [0, scale, 0 if method == "dwtDctSvd" else scale]}
            marked = encoder.encode(bgr, method, **options)
            reached = psnr_of(bgr, marked)
            if abs(reached - psnr) < 0.1:
                break
            scale *= 10 ** ((reached - psnr) / 20)
        facts["embed s"].append(time.process_time() - began)
    marked = np.ascontiguousarray(marked[..., ::-1])
    _quality(photo.samples, marked, facts)
    picture = seen(Photo(photo.path, photo.format, marked))
    decoder = WatermarkDecoder("bits", length)
    for name, attack in attacks.items():
        attacked = attack(picture)
        if attacked.shape != picture.shape:  # they know no other size than the original's
            attacked = cv2.resize(attacked, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        pixels = np.clip(attacked[..., ::-1] * 255 + 0.5, 0, 255).astype(np.uint8)
        began = time.process_time()
        read = decoder.decode(np.ascontiguousarray(pixels), method, **options)
        facts["read s"].append(time.process_time() - began)
        right = int((np.array(read, int) == np.array(bits)).sum())
        found = right >= threshold(length, ALPHA)
        rows[name].append((found, found, right == length, right / length))


def _scaled(original: np.ndarray, marked: np.ndarray, psnr: float) -> np.ndarray:
    """The peer's own change, made weaker or stronger until it costs ``psnr``."""
    change = marked.astype(np.float32) - original
    change *= 255 / 10 ** (psnr / 20) / np.sqrt(np.square(change).mean())
    return np.clip(np.rint(original + change), 0, 255).astype(np.uint8)


def table(title: str, rows: Rows, facts: Facts) -> None:
    figures = "  ".join(f"{name} {np.mean(values):.3f}" for name, values in facts.items())
    print(f"\n{title}: {figures}")
    print(f"{'':18} {'blind':>7} {'works':>7} {'exact':>7} {'bits':>7}")
    for name, outcomes in rows.items():
        blind, works, exact, bits = np.mean(np.array(outcomes, float), axis=0)
        print(f"{name:18} {blind:7.3f} {works:7.3f} {exact:7.3f} {bits:7.3f}", flush=True)


def keep_all(title: str, rows: Rows, facts: Facts) -> None:
    """The share that was found after each treatment, for the report."""

    def share(place: int) -> dict[str, float]:
        return {
            name: float(np.mean([line[place] for line in lines])) for name, lines in rows.items()
        }

    pictures = max(map(len, rows.values()))
    means = {name: round(float(np.mean(values)), 4) for name, values in facts.items()}
    keep(
        f"marks-{title}",
        pictures=pictures,
        found_blind=share(0),
        found_with_works=share(1),
        means=means,
    )


def merged(files: list[Path], ending: str) -> None:
    """What several runs on parts of the pictures wrote with ``--raw``, as one table each."""
    all_rows: dict[str, Rows] = defaultdict(lambda: defaultdict(list))
    all_facts: dict[str, Facts] = defaultdict(lambda: defaultdict(list))
    for file in files:
        for title, (rows, facts) in json.loads(file.read_text(encoding="utf-8")).items():
            for name, lines in rows.items():
                all_rows[title][name] += lines
            for name, values in facts.items():
                all_facts[title][name] += values
    for title, rows in all_rows.items():
        table(title + ending, rows, all_facts[title])
        keep_all(title + ending, rows, all_facts[title])


def averaging(scheme: PhotoScheme, psnr: float, works: int = 50, tried: int = 6) -> None:
    """What somebody does with ``works`` marked works of one key: the mean of what a denoiser takes
    from them is taken off marked pictures or put onto strangers' pictures, and what it takes from
    a single work is put onto those as well (the copy attack).

    "found" is the mark's own evidence; "accepted" with the works registered, as the product says.
    """
    folder = KODAK.parent / "things"
    secrets, key = scheme.setup(KEY), KEY.public_id
    owner = Identity("bench", "", (KEY,))
    with TemporaryDirectory() as place:
        empty, registry = Registry(Path(place) / "empty"), Registry(Path(place) / "works")
        marked, taken = [], []
        for number, file in enumerate(sorted(folder.glob("*"))[:works]):
            canvas = canvas_of(seen(read_photo(file)))
            payload = KEY.mark_id(1000003 * number)
            mark = scheme.generate(canvas, secrets, spread(payload, scheme.length), psnr)
            marked.append(np.clip(np.rint(canvas + mark), 0, 255).astype(np.float32))
            taken.append(marked[-1] - cv2.fastNlMeansDenoising(marked[-1].astype(np.uint8), h=6))
            registry.enter("bench", key, payload, scheme.id, file.name, canvas)
        learned = np.mean(taken, axis=0)
        others = [canvas_of(seen(read_photo(f))) for f in sorted(KODAK.glob("*.png"))[:tried]]
        attacks = {
            "taken off x1": [m - learned for m in marked[:tried]],
            "taken off x3": [m - 3 * learned for m in marked[:tried]],
            "average put on x1": [c + learned for c in others],
            "average put on x10": [c + 10 * learned for c in others],
            "one copied x1": [c + t for c, t in zip(others, taken, strict=False)],
            "one copied x3": [c + 3 * t for c, t in zip(others, taken, strict=False)],
        }
        shares: dict[str, dict[str, float]] = {"found": {}, "accepted": {}}
        for name, canvases in attacks.items():
            found = accepted = 0
            for attacked in canvases:
                received = np.clip(np.rint(attacked), 0, 255).astype(np.float32)
                blind = search(received, 1.0, [owner], [scheme], empty)
                known = search(received, 1.0, [owner], [scheme], registry)
                assert blind is not None and known is not None
                found += blind.evidence.found
                accepted += known.accepted
            shares["found"][name], shares["accepted"][name] = found / tried, accepted / tried
            print(f"{scheme.id} {name:20} found {found}/{tried}  accepted {accepted}/{tried}")
    keep(f"marks-averaging {scheme.id}", works=works, tried=tried, **shares)


def copies() -> None:
    """How often what a payload says of its picture (``sketch``) unmasks a mark that was copied onto
    another of the Kodak pictures, and how often it accuses the picture itself after ``PLAIN``."""
    pictures = [seen(read_photo(file)) for file in sorted(KODAK.glob("*.png"))]
    canvases = [canvas_of(picture) for picture in pictures]
    everywhere = np.ones_like(canvases[0])
    others, own = Counter[str](), Counter[str]()
    for place, picture in enumerate(pictures):
        key = Key(bytes([place]) * 32)
        number = sketch.number_of(canvases[place], key)
        for other, canvas in enumerate(canvases):
            if other != place:
                others[sketch.compare(canvas, everywhere, number, key)] += 1
        for attack in PLAIN.values():
            own[sketch.compare(canvas_of(attack(picture)), everywhere, number, key)] += 1
    print(f"copied onto another picture: {dict(others)}\nits own picture: {dict(own)}")
    keep("marks-copies", onto_others=dict(others), on_its_own_picture=dict(own))


def times(psnr: float, peers: tuple[str, ...]) -> None:
    """Wall-clock seconds at 512 px and at 24 megapixels, on as many threads as the process may
    use: to mark, to find a mark as received, and to look everywhere for one that is not there
    (peers only read). From pixels to pixels: reading and writing files is not in it."""
    file = sorted(KODAK.glob("*.png"))[0]
    small = np.ascontiguousarray(cv2.imread(str(file))[:512, :512, ::-1])
    grown = cv2.resize(small, (6000, 4000), interpolation=cv2.INTER_CUBIC)
    for size, samples in (("512 px", small), ("24 MP", grown)):
        found = {"pixel": _our_times(Photo(file, "PNG", samples), psnr)}
        found |= {method: _peer_times(method, samples) for method in peers}
        for name, taken in found.items():
            figures = {key: round(value, 3) for key, value in taken.items()}
            print(f"{size:7} {name:10} {figures}", flush=True)
            keep(f"marks-time {name}, {size}", **{f"{key}_s": v for key, v in figures.items()})


def _our_times(photo: Photo, psnr: float) -> dict[str, float]:
    scheme, owner = PixelScheme(), Identity("bench", "", (KEY,))
    aspect = photo.samples.shape[1] / photo.samples.shape[0]
    taken: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        registry = Registry(Path(folder))
        began = time.perf_counter()
        mark = scheme.generate(
            canvas_of(seen(photo)), scheme.setup(KEY), spread(KEY.mark_id(1), 256), psnr
        )
        marked = Photo(photo.path, photo.format, apply_canvas(photo, mark))
        taken["embed"] = time.perf_counter() - began
        for name, one in (("find", marked), ("find nothing", photo)):
            began = time.perf_counter()
            found = search(canvas_of(seen(one)), aspect, [owner], [scheme], registry)
            taken[name] = time.perf_counter() - began
            assert found is not None and found.evidence.found == (name == "find")
    return taken


def _peer_times(method: str, samples: np.ndarray) -> dict[str, float]:
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    length = 32 if method == "rivaGan" else 64
    if method == "rivaGan":
        WatermarkEncoder.loadModel()
    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", [int(b) for b in f"{PAYLOAD:064b}"][:length])
    bgr = np.ascontiguousarray(samples[..., ::-1])
    began = time.perf_counter()
    marked = encoder.encode(bgr, method)
    embedded = time.perf_counter()
    WatermarkDecoder("bits", length).decode(np.ascontiguousarray(marked), method)
    return {"embed": embedded - began, "find": time.perf_counter() - embedded}


def schemes(models: Models) -> dict[str, Callable[[], PhotoScheme]]:
    def phasemark(variant: str) -> PhotoScheme:
        autoencoder = models.autoencoder(builtin.SURROGATES[0])
        return PhaseMark(autoencoder, models.context.device, variant)  # type: ignore[arg-type]

    return {
        "pixel": PixelScheme,
        **{f"phasemark-{v}": lambda v=v: phasemark(v) for v in VARIANTS},  # type: ignore[misc]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--psnr", type=float, default=38.0)
    parser.add_argument("--schemes", nargs="+", help="of ours and of the peers; all without it")
    parser.add_argument("--rows", nargs="+", help="attacks; all without it")
    parser.add_argument("--peers", type=Path, help="folder with the peers' packages")
    parser.add_argument("--editor", type=Path, help="folder of a built-in editor")
    parser.add_argument("--times", action="store_true", help="seconds to mark and to find")
    parser.add_argument("--copies", action="store_true", help="marks copied onto other pictures")
    parser.add_argument("--averaging", action="store_true", help="attack with 50 marked works")
    parser.add_argument("--part", default="0/1", help="K/N: every N-th of the pictures from K on")
    parser.add_argument("--raw", type=Path, help="write every outcome here, for --merge")
    parser.add_argument("--merge", type=Path, nargs="+", help="files of --raw: print, keep, stop")
    parser.add_argument("--ending", default="", help="of the names under which --merge keeps")
    parser.add_argument("--keep", action="store_true", help="keep figures of some rows as well")
    options = parser.parse_args()
    files = sorted(KODAK.glob("*.png"))[:: max(1, 24 // options.pictures)][: options.pictures]
    if options.merge:
        merged(options.merge, options.ending)
        return
    part, parts = (int(number) for number in options.part.split("/"))
    photos = [read_photo(file) for file in files[part::parts]]
    if options.copies:
        copies()
        return
    models = Models(options.editor)
    if options.averaging:
        for name in options.schemes or ("pixel",):
            averaging(schemes(models)[name](), options.psnr)
        return
    attacks = {**PLAIN, **GEOMETRIC, **models.round_trips()}
    if options.editor:
        attacks |= {**models.regenerations(), **models.purified()}
    attacks = {n: a for n, a in attacks.items() if not options.rows or n in options.rows}
    wanted = {**schemes(models)}
    if options.peers:
        sys.path.append(str(options.peers))
    try:
        import imwatermark  # noqa: F401

        peers = ("dwtDct", "dwtDctSvd", "rivaGan")
    except ImportError as missing:
        print(f"invisible-watermark is not measured: {missing}")
        peers = ()
    if options.times:
        times(options.psnr, peers)
        return
    raw: dict[str, tuple[Rows, Facts]] = {}
    for name in (*wanted, *peers):
        if options.schemes and name not in options.schemes:
            continue
        rows: Rows = defaultdict(list)
        facts: Facts = defaultdict(list)
        if name in wanted:
            ours(wanted[name](), photos, attacks, options.psnr, rows, facts)
        else:
            for photo in photos:
                peer(name, photo, attacks, options.psnr, rows, facts)
        table(name, rows, facts)
        raw[name] = rows, facts
        if options.raw:
            options.raw.write_text(json.dumps(raw), encoding="utf-8")
        elif options.keep or not options.rows:  # some rows alone are a trial, not the table
            keep_all(name, rows, facts)


if __name__ == "__main__":
    main()
