"""Builds the Windows installer with NSIS (``makensis``; on Debian the package nsis).

    .venv/bin/python installers/build_windows.py      writes dist/Cloakroom-VERSION-setup.exe

The installer carries the program's own files and fetches Python packages at the first start, so
that each computer gets the PyTorch that fits its GPU. What it carries is what git tracks, without
tests. It is built here and was never run on Windows.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

from build_linux import BUILD, DIST, ROOT, draw_icon, run, version

CARRIED = ("app", "ui", "engine", "assets", "installers", "pyproject.toml", "README.md")
ICON_SIDES = (16, 32, 48, 256)


def payload(folder: Path) -> int:
    """Copy the tracked files that users need into ``folder``; returns how many."""
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", *CARRIED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return len(names)


def ico(file: Path) -> None:
    """The application's icon as .ico: PNG images of several sizes behind a small directory."""
    pictures = []
    for side in ICON_SIDES:
        picture = BUILD / "icons" / f"cloakroom-{side}.png"
        draw_icon(picture, side)
        pictures.append(picture.read_bytes())
    offset = 6 + 16 * len(pictures)
    entries = b""
    for side, data in zip(ICON_SIDES, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    file.write_bytes(struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(pictures))


def main() -> int:
    if shutil.which("makensis") is None:
        print("makensis is not installed. On Debian: apt-get install nsis", file=sys.stderr)
        return 1
    folder, icon = BUILD / "windows", BUILD / "icons" / "cloakroom.ico"
    print(f"{payload(folder)} files")
    ico(icon)
    DIST.mkdir(exist_ok=True)
    output = DIST / f"Cloakroom-{version()}-setup.exe"
    defined = {"VERSION": version(), "PAYLOAD": folder, "OUTPUT": output, "ICON": icon}
    run(
        *("makensis", "-V2", "-INPUTCHARSET", "UTF8"),
        *(f"-D{name}={value}" for name, value in defined.items()),
        str(ROOT / "installers" / "windows" / "cloakroom.nsi"),
    )
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
