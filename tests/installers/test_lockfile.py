"""The lock file covers what pyproject.toml asks for, on every platform, with sums."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import lockfile
import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

LOCKED = lockfile.sections(lockfile.PATH.read_text(encoding="utf-8"))
PLATFORMS = [
    {"sys_platform": system, "platform_machine": machine, "python_version": minor,
     "python_full_version": f"{minor}.7", "platform_python_implementation": "CPython",
     "implementation_name": "cpython"}
    for system, machine in [("linux", "x86_64"), ("linux", "aarch64"), ("win32", "AMD64"),
                            ("darwin", "arm64")]
    for minor in ("3.11", "3.12")
]  # fmt: skip


def applies(line: str, platform: dict[str, str]) -> bool:
    marker = line.partition(" --hash")[0].partition(";")[2].strip()
    return not marker or Marker(marker).evaluate(platform)


def test_sections_reads_continuation_lines_and_markers() -> None:
    text = (
        "# a comment\n# [tools]\npip==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
        "# [app]\nColour_Lib==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:cc\n"
    )
    found = lockfile.sections(text)
    assert found == {
        "tools": ["pip==1 --hash=sha256:aa --hash=sha256:bb"],
        "app": ["Colour_Lib==2.0 ; sys_platform == 'win32' --hash=sha256:cc"],
    }
    assert lockfile.name(found["app"][0]) == "colour-lib"
    assert lockfile.version(found["app"], "colour-lib") == "2.0"


def test_every_line_is_one_exact_version_with_sums() -> None:
    assert list(LOCKED) == list(lockfile.SECTIONS)
    shape = re.compile(r"[\w.-]+==[\w.]+( ; [^#]+?)?( --hash=sha256:[0-9a-f]{64})+")
    for lines in LOCKED.values():
        assert lines
        assert [line for line in lines if not shape.fullmatch(line)] == []


@pytest.mark.parametrize(
    "platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['platform_machine']}"
)
def test_the_lock_meets_the_project_on_every_platform(platform: dict[str, str], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line for section in LOCKED.values() for line in section if applies(line, platform)]
    locked = {lockfile.name(line): line for line in lines}
    assert len(locked) == len(lines), "one version of each package on any one platform"
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    for requirement in map(Requirement, wanted):
        if requirement.marker is None or requirement.marker.evaluate(platform):
            name = lockfile.name(requirement.name)
            assert requirement.specifier.contains(lockfile.version([locked[name]], name))


def test_the_cuda_packages_are_for_linux_alone() -> None:
    for platform in PLATFORMS:
        wanted = any(applies(line, platform) for line in LOCKED["cuda"])
        assert wanted == (platform["sys_platform"] == "linux")


def test_the_lock_names_no_index() -> None:
    assert "://" not in lockfile.PATH.read_text(encoding="utf-8")
