"""The system libraries and programs that pip cannot install, on Linux.

On Windows and macOS the Python packages bring everything with them, so nothing is ever missing.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A shared library (``lib*.so.N``), a program on the PATH, or a font for a language.

    ``apt`` is its package on Debian and Ubuntu; Fedora's dnf finds packages by what they hold.
    """

    name: str
    apt: str
    group: str

    @property
    def needed(self) -> bool:
        return self.group == "window"


# What Qt's libraries and its X11 plugin are linked against beyond the C library, and what
# sounddevice and the tests look for at run time.
ITEMS = (
    Item("libEGL.so.1", "libegl1", "window"),
    Item("libGL.so.1", "libgl1", "window"),
    Item("libglib-2.0.so.0", "libglib2.0-0", "window"),
    Item("libdbus-1.so.3", "libdbus-1-3", "window"),
    Item("libfontconfig.so.1", "libfontconfig1", "window"),
    Item("libfreetype.so.6", "libfreetype6", "window"),
    Item("libX11-xcb.so.1", "libx11-xcb1", "window"),
    Item("libxkbcommon.so.0", "libxkbcommon0", "window"),
    Item("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "window"),
    Item("libxcb-cursor.so.0", "libxcb-cursor0", "window"),
    Item("libxcb-icccm.so.4", "libxcb-icccm4", "window"),
    Item("libxcb-image.so.0", "libxcb-image0", "window"),
    Item("libxcb-keysyms.so.1", "libxcb-keysyms1", "window"),
    Item("libxcb-randr.so.0", "libxcb-randr0", "window"),
    Item("libxcb-render-util.so.0", "libxcb-render-util0", "window"),
    Item("libxcb-shape.so.0", "libxcb-shape0", "window"),
    Item("libxcb-sync.so.1", "libxcb-sync1", "window"),
    Item("libxcb-util.so.1", "libxcb-util1", "window"),
    Item("libxcb-xfixes.so.0", "libxcb-xfixes0", "window"),
    Item("libxcb-xkb.so.1", "libxcb-xkb1", "window"),
    Item("libportaudio.so.2", "libportaudio2", "sound"),
    Item("Xvfb", "xvfb", "test"),
    Item("xdotool", "xdotool", "test"),
    Item(":lang=zh-cn", "fonts-noto-cjk", "test"),
)

WITHOUT = {
    "window": "the window",
    "sound": "listening to recordings",
    "test": "the tests that need a virtual screen or a Chinese font",
}

# In a process of its own, because a running one may not notice libraries installed meanwhile.
_PROBE = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def missing(groups: Iterable[str]) -> list[Item]:
    """The items of ``groups`` that this computer lacks."""
    wanted = [item for item in ITEMS if item.group in set(groups)]
    if not sys.platform.startswith("linux") or not wanted:
        return []
    shared = [item.name for item in wanted if item.name.startswith("lib")]
    probe = subprocess.run(
        [sys.executable, "-c", _PROBE, *shared], capture_output=True, text=True, check=True
    )
    lacking = set(probe.stdout.split())
    for item in wanted:
        if item.name.startswith(":lang="):
            if not _has_font(item.name):
                lacking.add(item.name)
        elif not item.name.startswith("lib") and shutil.which(item.name) is None:
            lacking.add(item.name)
    return [item for item in wanted if item.name in lacking]


def _has_font(pattern: str) -> bool:
    try:
        listed = subprocess.run(["fc-list", pattern], capture_output=True, check=False)
    except OSError:
        return False
    return bool(listed.stdout.strip())


def _privilege() -> list[str] | None:
    """What to put before a command to run it as root without asking, or None."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0
    ):
        return ["sudo", "-n"]
    return None


def may_install() -> bool:
    """Whether apt can be used without asking for a password."""
    return bool(shutil.which("apt-get")) and _privilege() is not None


def install(items: Iterable[Item]) -> None:
    """Install with apt. A package that fails is for the caller to notice, by asking again."""
    prefix = [*(_privilege() or []), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    packages = [item.apt for item in items]
    command = [*prefix, "install", "-y", "--no-install-recommends", *packages]
    if subprocess.call(command, stdout=sys.stderr) == 0:
        return
    # Most often only the package lists are out of date, or were never fetched.
    subprocess.call([*prefix, "update"], stdout=sys.stderr)
    if subprocess.call(command, stdout=sys.stderr) != 0:
        for package in packages:  # one unknown name must not keep the others away
            subprocess.call([*command[: -len(packages)], package], stdout=sys.stderr)


def line_to_type(items: Iterable[Item]) -> str:
    """The command a person types to install ``items`` on this distribution."""
    items = list(items)
    if shutil.which("apt-get"):
        return "sudo apt-get install -y " + " ".join(item.apt for item in items)
    if shutil.which("dnf"):
        return "sudo dnf install -y " + " ".join(shlex.quote(_provided(item)) for item in items)
    names = ", ".join(item.name.replace(":lang=zh-cn", "a Chinese font") for item in items)
    return f"(your package manager, for the packages that hold) {names}"


def _provided(item: Item) -> str:
    """What an RPM package that holds ``item`` says it provides."""
    if item.name.startswith("lib"):
        return f"{item.name}()(64bit)"
    if item.name.startswith(":lang="):
        return f"font({item.name})"
    return f"/usr/bin/{item.name}"
