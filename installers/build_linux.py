"""Builds what Linux users install: the frozen program, an AppDir and a .deb package.

    .venv/bin/python installers/build_linux.py            everything, into dist/
    .venv/bin/python installers/build_linux.py --reuse    package the frozen program that is there

Needs the set-up of ``bootstrap.py run`` and, for the .deb, Debian's dpkg-deb. PyInstaller is
fetched into build/pyinstaller, so that the environment stays as the lock file says.
Ends with the smoke test of installers/smoke.py; its exit code is this program's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD, DIST = ROOT / "build", ROOT / "dist"
FROZEN = DIST / "cloakroom"
PYINSTALLER = "pyinstaller==6.22.3"
LINUX = ROOT / "installers" / "linux"
# What the frozen program still takes from the system: Qt's X11 side and PortAudio.
DEPENDS = (
    *(
        "libc6 (>= 2.34)",
        "libegl1",
        "libgl1",
        "libdbus-1-3",
        "libfontconfig1",
        "libxkbcommon-x11-0",
    ),
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0"),
    *("libxcb-render-util0", "libxcb-shape0", "libxcb-xkb1", "libportaudio2"),
)


def version() -> str:
    text = (ROOT / "engine" / "__init__.py").read_text("utf-8")
    return next(line.split('"')[1] for line in text.splitlines() if line.startswith("__version__"))


def freeze() -> None:
    """PyInstaller's one-dir build in ``dist/cloakroom``, with the licences of what is in it."""
    tools = BUILD / "pyinstaller"
    if not (tools / "PyInstaller").exists():
        run(sys.executable, "-m", "pip", "install", "-q", "--target", str(tools), PYINSTALLER)
    draw_icon(BUILD / "icons" / "cloakroom.png", 256)
    run(
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--distpath", str(DIST), "--workpath", str(BUILD / "frozen")),
        str(ROOT / "installers" / "cloakroom.spec"),
        environment={"PYTHONPATH": os.pathsep.join((str(tools), str(ROOT)))},
    )
    run(sys.executable, str(ROOT / "installers" / "licences.py"), str(FROZEN / "licences.html"))


def draw_icon(file: Path, side: int) -> None:
    """Render the application's icon as PNG."""
    file.parent.mkdir(parents=True, exist_ok=True)
    program = (
        "import sys\n"
        "from PySide6.QtGui import QImage, QPainter\n"
        "from PySide6.QtSvg import QSvgRenderer\n"
        "side = int(sys.argv[3])\n"
        "image = QImage(side, side, QImage.Format.Format_ARGB32)\n"
        "image.fill(0)\n"
        "painter = QPainter(image)\n"
        "QSvgRenderer(sys.argv[1]).render(painter)\n"
        "painter.end()\n"
        "sys.exit(0 if image.save(sys.argv[2]) else 1)\n"
    )
    source = ROOT / "assets" / "app" / "cloakroom.svg"
    run(sys.executable, "-c", program, str(source), str(file), str(side))


def tree(root: Path, *, link: bool) -> None:
    """The installed files below ``root``/usr."""
    shutil.rmtree(root, ignore_errors=True)
    library = root / "usr" / "lib" / "cloakroom"
    shutil.copytree(FROZEN, library, symlinks=True)
    programs, applications = root / "usr" / "bin", root / "usr" / "share" / "applications"
    for folder in (programs, applications):
        folder.mkdir(parents=True)
    if link:
        (programs / "cloakroom").symlink_to("../lib/cloakroom/cloakroom")
    shutil.copy(LINUX / "cloakroom.desktop", applications)
    icons = root / "usr" / "share" / "icons" / "hicolor"
    for side in (48, 128, 256):
        draw_icon(icons / f"{side}x{side}" / "apps" / "cloakroom.png", side)
    scalable = icons / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copy(ROOT / "assets" / "app" / "cloakroom.svg", scalable)


def app_dir() -> Path:
    root = DIST / "Cloakroom.AppDir"
    tree(root, link=True)
    shutil.copy(LINUX / "AppRun", root)
    shutil.copy(LINUX / "cloakroom.desktop", root)
    shutil.copy(root / "usr/share/icons/hicolor/256x256/apps/cloakroom.png", root)
    return root


def control(size: int) -> str:
    """The package's control file; ``size`` in KiB."""
    return (
        f"Package: cloakroom\nVersion: {version()}\nArchitecture: amd64\n"
        f"Maintainer: Cloakroom <maintainers@cloakroom.invalid>\nInstalled-Size: {size}\n"
        f"Depends: {', '.join(DEPENDS)}\nRecommends: ffmpeg\n"
        "Section: graphics\nPriority: optional\n"
        "Description: Protect photos and voices against AI misuse\n"
        " Cloaks photos and voices, marks what you publish and checks suspected fakes.\n"
        " Everything happens on this computer.\n"
    )


def deb() -> Path:
    root = BUILD / "deb"
    tree(root, link=True)
    size = sum(f.stat().st_size for f in root.rglob("*") if f.is_file() and not f.is_symlink())
    folder = root / "DEBIAN"
    folder.mkdir()
    (folder / "control").write_text(control(size // 1024), encoding="utf-8")
    file = DIST / f"cloakroom_{version()}_amd64.deb"
    # Light compression: most of it is compiled code and weights, and an hour of xz gains little.
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(root), str(file))
    shutil.rmtree(root)
    return file


def run(*command: str, environment: dict[str, str] | None = None) -> None:
    """Raises ``subprocess.CalledProcessError``."""
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **(environment or {})})


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--reuse"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not arguments:
        freeze()
    print(f"AppDir: {app_dir()}")
    if shutil.which("dpkg-deb"):
        print(f"Debian package: {deb()}")
    smoke = [sys.executable, str(ROOT / "installers" / "smoke.py"), str(FROZEN / "cloakroom")]
    return subprocess.call(smoke)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
