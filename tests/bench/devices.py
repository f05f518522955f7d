"""The same photo jobs on every processor of this computer: seconds, and whether they agree.

    python -m tests.bench.devices [PHOTO] [--threats edit personalise] [--sides 512 1024]

Each job runs twice on each device; the first run also loads the models and warms the device up,
and both are printed. The figures beside the seconds are those of the file as re-read: a device
that is quick and wrong would show there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import traceback
from pathlib import Path

from PIL import Image

from engine import api
from engine.context import Context
from engine.device import choose, list_devices, use_cpu_threads
from engine.models.cache import ModelCache
from engine.work import run
from tests.e2e.pictures import photo


def seconds(file: Path, threat: api.Threat, context: Context) -> tuple[float, api.PhotoMeasures]:
    """Protects the file once into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        job = run(api.ProtectPhoto(file, (threat,), out=Path(folder)), context)
        while True:
            try:
                next(job)
            except StopIteration as end:
                return time.perf_counter() - began, end.value.measures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("photo", type=Path, nargs="?", help="one made here when left out")
    parser.add_argument("--threats", nargs="+", choices=api.THREATS, default=["edit"])
    parser.add_argument("--sides", type=int, nargs="+", default=[512, 1024])
    options = parser.parse_args()
    use_cpu_threads()
    picture = Image.open(options.photo).convert("RGB") if options.photo else photo(1024, 1024)
    with tempfile.TemporaryDirectory() as folder:
        for side in options.sides:
            file = Path(folder) / f"{side}.png"
            picture.resize((side, side), Image.Resampling.LANCZOS).save(file)
            for device in list_devices():
                context = Context(choose(device.id), ModelCache(choose(device.id)))
                for threat in options.threats:
                    try:
                        first, _ = seconds(file, threat, context)
                        second, figures = seconds(file, threat, context)
                    except Exception:  # one device that fails must not hide the others' figures
                        traceback.print_exc()
                        continue
                    shift, white = figures.latent_shift, figures.latent_shift_white
                    print(
                        f"{side} px {threat} on {device.id} ({device.name}): {first:.1f} s, again"
                        f" {second:.1f} s; {figures.psnr:.1f} dB, SSIM {figures.ssim:.3f},"
                        f" shift {shift:.3f} (white {white:.3f})",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
