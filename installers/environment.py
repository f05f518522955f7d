"""The virtual environment in ``.venv``: made, filled from the lock file, stamped when complete."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import urllib.request
import venv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import lockfile

ROOT = Path(__file__).resolve().parents[1]
PYTORCH_INDEX = "https://download.pytorch.org/whl"
PYTORCH_CUDA = "cu130"  # the CUDA version of the lock file's nvidia packages
# Free space that a first set-up needs: about 3 GB installed (9 GB with CUDA), and the downloads.
SPACE = {"cpu": 5e9, "cuda": 14e9}
# Settings of the caller's own pip or Python that would send packages somewhere else.
UNWANTED = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH")


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Stamp:
    """What a complete set-up holds: parts of the lock file and groups of system libraries."""

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def has_nvidia_gpu() -> bool:
    """Whether the NVIDIA driver is installed and sees a GPU."""
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return listed.returncode == 0 and "GPU 0" in listed.stdout


def reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (OSError, ValueError):
        return False


class Venv:
    """``.venv`` in the top of the checkout."""

    def __init__(self, root: Path = ROOT, mirror: str = "", torch_index: str = "") -> None:
        self.root = root
        self.folder = root / ".venv"
        self.mirror = mirror
        self.torch_index = (torch_index or PYTORCH_INDEX).rstrip("/")
        self._lock = root / "installers" / lockfile.PATH.name
        self._stamp_file = self.folder / "cloakroom-setup.json"

    def script(self, name: str) -> Path:
        """The path of an installed command; ``python`` is one of them."""
        if sys.platform == "win32":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name

    # ---- is it complete? ----------------------------------------------------------------

    def stamp(self) -> Stamp:
        """What was installed for the lock file as it is now; empty if anything changed."""
        try:
            stored = json.loads(self._stamp_file.read_text(encoding="utf-8"))
            if stored["key"] == self._key() and self.script("python").exists():
                return Stamp(tuple(stored["extras"]), tuple(stored["groups"]))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return Stamp()

    def is_ready(self, extras: Iterable[str], groups: Iterable[str]) -> bool:
        stamp = self.stamp()
        return set(extras) <= set(stamp.extras) and set(groups) <= set(stamp.groups)

    def write_stamp(self, extras: Iterable[str], groups: Iterable[str]) -> None:
        """Written last, in one move, so that an interrupted set-up is never taken for done."""
        text = json.dumps(
            {"key": self._key(), "extras": sorted(extras), "groups": sorted(groups)}, indent=1
        )
        part = self._stamp_file.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(self._stamp_file)

    def _key(self) -> str:
        """Changes with the lock file, what the project declares, its folder and the Python."""
        project = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        parts = (
            self._lock.read_text(encoding="utf-8"),
            json.dumps(project["project"], sort_keys=True),
            str(self.root),  # the installed commands name it
            (self.folder / "pyvenv.cfg").read_text(encoding="utf-8"),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    # ---- filling it ---------------------------------------------------------------------

    def remove(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def install(self, extras: Iterable[str], say: Callable[[str], None]) -> None:
        """Make the environment if needed and install the lock file's ``extras`` and the app.

        Whatever is already there in the right version stays, so an interrupted call goes on
        where it stopped. Raises SetupError.
        """
        self._stamp_file.unlink(missing_ok=True)
        self._check_computer()
        if not self._works():
            self.remove()
            say("Creating .venv ...")
            self._create()
        sections = lockfile.sections(self._lock.read_text(encoding="utf-8"))
        self._install_locked("tools", sections["tools"])
        say("Installing PyTorch ...")
        self._install_torch(sections, say)
        for extra in sorted(extras):
            say(f"Installing the packages of the {extra} ...")
            self._install_locked(extra, sections[extra])
        self._pip_quietly("install", "--no-deps", "--no-build-isolation", "-e", str(self.root))
        self._pip_quietly("check")

    def frozen(self) -> list[str]:
        """``name==version`` of every package that is installed."""
        listed = subprocess.run(
            [self.script("python"), "-m", "pip", "freeze", "--all", "--exclude-editable"],
            capture_output=True, text=True, check=True, env=self._environment(),
        )  # fmt: skip
        return listed.stdout.split("\n")

    def _check_computer(self) -> None:
        if sys.platform == "darwin" and platform.machine() != "arm64":
            raise SetupError(
                "PyTorch is no longer made for Macs with Intel processors. On a Mac with Apple "
                "silicon, install the arm64 build of Python 3.12 and run the same command with it."
            )
        space = SPACE["cuda" if has_nvidia_gpu() else "cpu"]
        free = shutil.disk_usage(self.root).free
        if not self._works() and free < space:
            raise SetupError(
                f"Set-up needs {space / 1e9:.0f} GB of free disk space in {self.root}; "
                f"there are {free / 1e9:.1f} GB. Free some and run the same command again."
            )

    def _works(self) -> bool:
        """Whether the environment's Python starts, is one we support, and has a working pip."""
        probe = "import sys, pip._internal; assert (3, 11) <= sys.version_info[:2] <= (3, 12)"
        try:
            done = subprocess.run(
                [self.script("python"), "-c", probe], capture_output=True, check=False,
                env=self._environment(),
            )  # fmt: skip
        except OSError:
            return False
        return done.returncode == 0

    def _create(self) -> None:
        try:
            import ensurepip  # noqa: F401 - Debian leaves it out of python3
        except ImportError:
            package = f"python3.{sys.version_info[1]}-venv"
            raise SetupError(
                f"This Python cannot make virtual environments. Please type:\n"
                f"  sudo apt-get install -y {package}\nand run the same command again."
            ) from None
        try:
            venv.create(self.folder, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise SetupError(f"Cannot create {self.folder}: {error}") from None

    # ---- PyTorch ------------------------------------------------------------------------

    def _install_torch(self, sections: dict[str, list[str]], say: Callable[[str], None]) -> None:
        """Installed first and never replaced: each computer needs a different build of it.

        macOS has one. Otherwise the CUDA build where there is an NVIDIA GPU and the much smaller
        CPU build where there is none. PyPI carries CUDA for Linux and CPU for Windows; PyTorch's
        own index has the rest, and so may whatever this computer's pip is configured to use.
        """
        pinned = lockfile.version(sections["torch"], "torch")
        cuda = sys.platform != "darwin" and has_nvidia_gpu()
        if self._has_torch(pinned, cuda):
            return
        if sys.platform == "win32" and cuda:
            self._install_from_pytorch(f"{pinned}+{PYTORCH_CUDA}", PYTORCH_CUDA)
        elif sys.platform.startswith("linux") and not cuda:
            if self._pip_offers_cpu_build(pinned):
                self._pip("install", "--no-deps", f"torch=={pinned}")
            elif reachable(f"{self.torch_index}/cpu/torch/"):
                self._install_from_pytorch(f"{pinned}+cpu", "cpu")
            else:
                say(f"{self.torch_index} cannot be reached: taking the larger CUDA build.")
                self._install_locked("torch", sections["torch"] + sections["cuda"])
        elif sys.platform.startswith("linux"):
            self._install_locked("torch", sections["torch"] + sections["cuda"])
        else:
            self._install_locked("torch", sections["torch"])

    def _has_torch(self, pinned: str, cuda: bool) -> bool:
        """Whether a fitting build is there: any of the version, but no CPU build for a GPU."""
        probe = "import importlib.metadata as m; print(m.version('torch'))"
        done = subprocess.run(
            [self.script("python"), "-c", probe], capture_output=True, text=True, check=False,
            env=self._environment(),
        )  # fmt: skip
        version, _, build = done.stdout.strip().partition("+")
        if cuda and sys.platform == "win32":
            return version == pinned and build.startswith("cu")
        return version == pinned and not (cuda and build == "cpu")

    def _pip_offers_cpu_build(self, pinned: str) -> bool:
        """Whether pip, configured as it is, would install a ``+cpu`` build."""
        settings = self._pip_captured("config", "list").stdout
        if not any(name in settings for name in ("find-links", "index-url")):
            return False  # plain PyPI, which has none: spare it the question
        report = self._pip_captured(
            "install", "--dry-run", "--ignore-installed", "--no-deps", "-q", "--report", "-",
            f"torch=={pinned}",
        )  # fmt: skip
        try:
            chosen = json.loads(report.stdout)["install"][0]["metadata"]["version"]
        except (ValueError, LookupError):
            return False
        return str(chosen).endswith("+cpu")

    def _install_from_pytorch(self, version: str, build: str) -> None:
        index = f"{self.torch_index}/{build}"
        self._pip("install", "--no-deps", "--index-url", index, f"torch=={version}")

    # ---- pip ----------------------------------------------------------------------------

    def _install_locked(self, name: str, requirements: list[str]) -> None:
        """Install exactly these, each file checked against its SHA-256 sum."""
        listing = self.folder / f"locked-{name}.txt"
        listing.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        self._pip("install", "--no-deps", "--require-hashes", "-r", str(listing))

    def _pip(self, *arguments: str) -> None:
        """Run pip with its output on standard error, for a person to follow. Raises SetupError."""
        command = [str(self.script("python")), "-m", "pip", *arguments]
        if subprocess.call(command, stdout=sys.stderr, env=self._environment()) != 0:
            raise SetupError(
                f"Set-up stopped: 'pip {arguments[0]}' failed, see above. Check the internet "
                "connection and run the same command again; what is done is kept. A nearer "
                "package index may help: put --mirror URL before the command."
            )

    def _pip_quietly(self, *arguments: str) -> None:
        """Run pip and show its output only if it fails. Raises SetupError."""
        done = self._pip_captured(*arguments)
        if done.returncode != 0:
            raise SetupError(f"{done.stdout}{done.stderr}Set-up stopped: see above.")

    def _pip_captured(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.script("python")), "-m", "pip", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env=self._environment()
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
        kept |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
        if self.mirror:
            kept["PIP_INDEX_URL"] = self.mirror
        return kept
