"""A photo of 24 million pixels must not need a large computer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.engine.media import pictures

# ru_maxrss of a fresh process starts at its parent's; the kernel's own mark can be reset.
PROGRAM = """
import re, sys
from pathlib import Path
Path("/proc/self/clear_refs").write_text("5")
import numpy as np
from engine.media.reading import read_photo
from engine.media.writing import write_photo
photo = read_photo(Path(sys.argv[1]))
seen = photo.working(1024)
delta = np.random.default_rng(0).uniform(-0.03, 0.03, seen.shape).astype(np.float32)
write_photo(photo, photo.apply(delta, 8 / 255))
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_peak_memory_at_24_megapixels(tmp_path: Path, root: Path) -> None:
    pixels = np.tile(pictures.scene(400, 600), (10, 10, 1))
    icc = pictures.PROFILES["Display P3"]
    Image.fromarray(pixels).save(tmp_path / "a.jpg", icc_profile=icc)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "a.jpg")],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert float(done.stdout) < 600  # MiB
    assert (tmp_path / "a-cloaked.jpg").exists()
