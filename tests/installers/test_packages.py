"""What the packages are made from: licences, the Windows payload, the desktop entry."""

from __future__ import annotations

import email.message
import shutil
import struct
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import build_linux
import build_windows
import licences
import pytest
import smoke

ROOT = Path(__file__).resolve().parents[2]


class Package(metadata.Distribution):
    """A distribution as pip leaves it, without files."""

    def __init__(self, **fields: str) -> None:
        self.fields = fields

    def read_text(self, filename: str) -> str | None:
        message = email.message.Message()
        for name, value in {"Name": "thing", "Version": "1.0", **self.fields}.items():
            message[name.replace("_", "-")] = value
        return str(message) if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def test_a_declared_licence_is_taken_and_none_at_all_stops_the_build() -> None:
    assert licences.licence_of(Package(License_Expression="MIT")).terms == "MIT"
    classified = Package(Classifier="License :: OSI Approved :: BSD License")
    assert licences.licence_of(classified).terms == "BSD License"
    with pytest.raises(licences.LicenceError, match=r"thing 1\.0"):
        licences.licence_of(Package())


def test_every_shipped_package_names_its_licence() -> None:
    found = {item.package.lower(): item for item in licences.collect()}
    assert {"torch", "diffusers", "pyside6_essentials", "numpy"} <= set(found)
    assert "pytest" not in found
    # Copyleft stays out of what is shipped; Qt's LGPL is the one exception.
    strong = {
        name
        for name, item in found.items()
        if "GPL" in item.terms and not name.startswith(("pyside6", "shiboken6"))
    }
    assert {name for name in strong if "LGPL" not in found[name].terms} == set()


def test_texts_of_others_are_escaped() -> None:
    item = licences.Licence("a<b", "1", "MIT", "javascript:x", {"L": "<script>"})
    made = licences.page([item], [("m", "# <card>")])
    assert "<script>" not in made and "a&lt;b" in made and "# &lt;card&gt;" in made
    assert "javascript:" not in made


def test_the_windows_payload_is_what_git_tracks(tmp_path: Path) -> None:
    if subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True).returncode:
        pytest.skip("not a git checkout")
    assert build_windows.payload(tmp_path / "p") > 100
    assert (tmp_path / "p" / "installers" / "bootstrap.py").is_file()
    assert not (tmp_path / "p" / "tests").exists()
    assert not list((tmp_path / "p").rglob("__pycache__"))


def test_the_icon_file_holds_every_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_windows, "BUILD", tmp_path)
    build_windows.ico(tmp_path / "a.ico")
    data = (tmp_path / "a.ico").read_bytes()
    assert struct.unpack_from("<HHH", data) == (0, 1, len(build_windows.ICON_SIDES))
    for number in range(len(build_windows.ICON_SIDES)):
        size, offset = struct.unpack_from("<II", data, 6 + 16 * number + 8)
        assert data[offset : offset + 8] == b"\x89PNG\r\n\x1a\n"
        assert len(data) >= offset + size


def test_the_desktop_entry_opens_what_the_program_reads() -> None:
    lines = (ROOT / "installers" / "linux" / "cloakroom.desktop").read_text("utf-8").splitlines()
    entry = dict(line.split("=", 1) for line in lines if "=" in line)
    assert entry["Exec"].split() == ["cloakroom", "%F"]
    assert {"image/jpeg", "image/png", "audio/flac"} <= set(entry["MimeType"].split(";"))
    if shutil.which("desktop-file-validate"):
        file = ROOT / "installers" / "linux" / "cloakroom.desktop"
        subprocess.run(["desktop-file-validate", str(file)], check=True)


def test_the_debian_control_file_has_its_fields() -> None:
    fields = dict(
        line.split(": ", 1) for line in build_linux.control(10).splitlines() if line[0] != " "
    )
    assert fields["Version"] == build_linux.version()
    assert {"Package", "Architecture", "Depends", "Description"} <= set(fields)


def test_the_smoke_test_names_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "cloakroom"
    broken.write_text("#!/bin/sh\necho nonsense\n")
    broken.chmod(0o755)
    assert smoke.main([str(broken)]) == 1
    assert "no version" in capsys.readouterr().err


def test_the_window_shows_every_page_to_the_smoke_test(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "--every-page"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert [line for line in shown if " " not in line] == [*smoke.PAGES]
    assert {f"mark {tab}" for tab in ("mark", "verify", "works", "clean")} <= set(shown)
