"""Smoke test of a frozen or installed program: it starts, protects a picture and a recording,
checks a file with a report, opens its window and every page in it.

    python installers/smoke.py PATH/TO/cloakroom

Uses a home of its own, so nothing of the user's is touched, and no display. Exit code 0 when all
of it worked; otherwise what the program printed.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "assets" / "samples"
SIDE = 96  # pixels of the test picture
PAGES = ("photos", "voices", "mark", "search", "receipt", "models", "settings")
WINDOW_SECONDS = 20  # after which the window must be there and still live


def picture(file: Path) -> None:
    """A small PNG with some texture, written without any library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(
        b"\0" + bytes(v for x in range(SIDE) for v in ((x * y) % 251, (x * 2) % 256, (y * 2) % 256))
        for y in range(SIDE)
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def smoke(program: str) -> None:
    """Raises ``AssertionError`` or ``subprocess.CalledProcessError`` for what does not work."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "CLOAKROOM_HOME": home, "QT_QPA_PLATFORM": "offscreen"}

        def said(*arguments: str) -> str:
            done = subprocess.run(
                [program, *arguments], env=environment, text=True, check=True,
                stdout=subprocess.PIPE, timeout=600,
            )  # fmt: skip
            return done.stdout

        assert said("--version").startswith("cloakroom "), "no version"
        photo = Path(home) / "photo.png"
        picture(photo)
        (outcome,) = json.loads(said("protect", "photo", str(photo), "--json"))
        assert outcome["ok"] and Path(outcome["output"]).is_file(), outcome
        print(f"picture protected: PSNR {outcome['measures']['psnr']} dB")
        voice = Path(shutil.copy(SAMPLES / "words.flac", home))
        (outcome,) = json.loads(said("protect", "voice", str(voice), "--quality", "fast", "--json"))
        assert outcome["ok"] and Path(outcome["output"]).is_file(), outcome
        print(f"recording protected: STOI {outcome['measures']['stoi']}")
        report = Path(home) / "report.pdf"
        check = ("check", str(photo), "--no-stability", "--json", "--report", str(report))
        (outcome,) = json.loads(said(*check))
        assert outcome["ok"] and report.read_bytes().startswith(b"%PDF"), outcome
        print(f"checked: {outcome['verdict']}")
        pages = said("--every-page").splitlines()
        assert set(PAGES) <= set(pages), f"only these pages opened: {pages}"
        print(f"opened: {', '.join(pages)}")
        window = subprocess.Popen([program], env=environment)
        try:
            time.sleep(WINDOW_SECONDS)
            assert window.poll() is None, f"the window ended with {window.returncode}"
        finally:
            window.terminate()
        # Windows ends a process at once, with 1.
        closed = window.wait(30)
        assert closed == 0 or os.name == "nt", f"the window closed with {closed}"
        print("window: opened and closed")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        smoke(arguments[0])
    except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
