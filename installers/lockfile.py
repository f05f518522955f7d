"""``requirements.lock``: exact versions and SHA-256 sums of everything that is installed.

One file serves Linux, Windows and macOS, Python 3.11 and 3.12: lines that belong to one of them
carry an environment marker. It has four sections, because PyTorch comes first and its build
depends on the computer: tools, torch, cuda (what torch's CUDA build needs on Linux), app, test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

PATH = Path(__file__).with_name("requirements.lock")
SECTIONS = ("tools", "torch", "cuda", "app", "test")
TOOLS = ("pip", "setuptools")
# The oldest systems that all packages are built for: Qt asks for glibc 2.34 (2.39 on ARM), torch
# for macOS 14.
PLATFORMS = ("x86_64-manylinux_2_34", "aarch64-manylinux_2_39", "windows", "aarch64-apple-darwin")
PYTHONS = ("3.11", "3.12")
HEADER = """\
# Exact versions and SHA-256 sums of everything Cloakroom installs, for Linux, Windows and macOS
# and Python 3.11 and 3.12. Made by `python3 installers/bootstrap.py lock`; do not edit by hand.
# The sums are those of PyPI. PyTorch's CPU build for Linux and CUDA build for Windows come from
# PyTorch's own index over HTTPS, pinned to the same version but without a sum.
"""


def sections(text: str) -> dict[str, list[str]]:
    """The requirements of each section, each with its ``--hash`` options."""
    found: dict[str, list[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        if heading := re.fullmatch(r"# \[(\w+)\]", line):
            found[heading[1]] = []
        elif line.strip() and not line.startswith("#"):
            found[list(found)[-1]].append(re.sub(r"\s+", " ", line).strip())
    return found


def name(requirement: str) -> str:
    """The normalised project name of a requirement (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=;]", requirement)[0]).lower()


def version(requirements: list[str], project: str) -> str:
    """The version that ``project`` is pinned to."""
    (line,) = [line for line in requirements if name(line) == project]
    return re.split(r"[\s;]", line.partition("==")[2])[0]


def renew(root: Path, installed: list[str]) -> None:
    """Resolve pyproject.toml anew for every platform, keeping ``installed`` versions.

    Needs the network. uv does it, in an environment of its own: pip can only resolve for the
    computer that it runs on. Raises CalledProcessError when there is no solution, or when one of
    ``PLATFORMS`` lacks a wheel.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    torch = [line for line in project["dependencies"] if name(line) == "torch"]
    tests = project["optional-dependencies"]["test"]
    direct = _names([*TOOLS, *project["dependencies"], *tests])  # pinned already
    kept = [line for line in installed if "==" in line and name(line) not in direct]
    with tempfile.TemporaryDirectory() as scratch:
        resolver = _Resolver(Path(scratch))
        everything = resolver.resolve([*TOOLS, *project["dependencies"], *tests], kept)
        pins = [line.partition(" --hash")[0] for line in everything]
        torch_only = _names(resolver.resolve(torch, pins))
        app = _names(resolver.resolve(project["dependencies"], pins))
        resolver.check_wheels(everything)
    belongs = {}
    for line in everything:
        project_name = name(line)
        if project_name in TOOLS:
            belongs[line] = "tools"
        elif project_name == "torch":
            belongs[line] = "torch"
        elif project_name in torch_only and "sys_platform == 'linux'" in line:
            belongs[line] = "cuda"
        else:
            belongs[line] = "app" if project_name in app else "test"
    text = HEADER
    for section in SECTIONS:
        text += f"\n# [{section}]\n"
        lines = [line for line in everything if belongs[line] == section]
        text += "".join(line.replace(" --hash", " \\\n    --hash") + "\n" for line in lines)
    part = PATH.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(PATH)


def _names(requirements: list[str]) -> set[str]:
    return {name(line) for line in requirements}


class _Resolver:
    """uv, installed into a scratch folder."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        venv.create(scratch / "uv", with_pip=True)
        self.programs = scratch / "uv" / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([self.programs / "python", "-m", "pip", "install", "-q", "uv"], check=True)

    def resolve(self, requirements: list[str], constraints: list[str]) -> list[str]:
        wanted, kept = self.scratch / "wanted.in", self.scratch / "kept.txt"
        wanted.write_text("\n".join(requirements), encoding="utf-8")
        kept.write_text("\n".join(constraints), encoding="utf-8")
        done = subprocess.run(
            [self.programs / "uv", "pip", "compile", "--universal", "--python-version", "3.11",
             "--generate-hashes", "--no-annotate", "--no-header", "-q", "-c", kept, wanted],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return sections("# [all]\n" + done.stdout)["all"]

    def check_wheels(self, requirements: list[str]) -> None:
        """See that each platform finds a built package of everything that is for it."""
        locked = self.scratch / "locked.txt"
        locked.write_text("\n".join(requirements), encoding="utf-8")
        for platform in PLATFORMS:
            for python in PYTHONS:
                subprocess.run(
                    [self.programs / "uv", "pip", "install", "-q", "--dry-run", "--no-deps",
                     "--require-hashes", "--only-binary", ":all:", "--python-version", python,
                     "--python-platform", platform, "--target", self.scratch / "target",
                     "-r", locked],
                    check=True, env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"},
                )  # fmt: skip
