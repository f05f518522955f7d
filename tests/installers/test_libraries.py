"""System libraries on Linux: found missing, installed where allowed, otherwise named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import bootstrap
import environment
import libraries
import pytest

from tests.installers.computer import put


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Linux whose PATH holds only what a test puts there, and which lacks two libraries."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        libraries,
        "ITEMS",
        (
            libraries.Item("libcloakroom-window.so.9", "libwindow9", "window"),
            libraries.Item("libcloakroom-sound.so.9", "libsound9", "sound"),
            libraries.Item("libc.so.6", "libc6", "window"),
        ),
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_only_what_is_absent_is_missing(bare: Path) -> None:
    assert [item.apt for item in libraries.missing(["window", "sound"])] == [
        "libwindow9",
        "libsound9",
    ]


def test_nothing_is_missing_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert libraries.missing(["window", "sound", "test"]) == []


def test_a_missing_optional_library_is_said_and_left(
    bare: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bare, "apt-get", "exit 1\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    bootstrap.ensure_libraries(("sound",))
    assert "sudo apt-get install -y libsound9\n" in capsys.readouterr().err


def test_a_missing_needed_library_stops_with_the_line_to_type(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bare, "dnf", "exit 1\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(environment.SetupError) as stopped:
        bootstrap.ensure_libraries(("window",))
    assert "sudo dnf install -y 'libcloakroom-window.so.9()(64bit)'" in str(stopped.value)


def test_apt_is_used_as_root_and_its_lists_are_renewed_when_it_fails(
    bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(bare, "env", 'shift\nexec "$@"\n')
    put(
        bare,
        "apt-get",
        f'echo "$*" >> "{tmp_path}/log"\ncase "$*" in *update*) ;; *) exit 1;; esac',
    )
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert libraries.may_install()
    libraries.install(libraries.missing(["window"]))
    calls = (tmp_path / "log").read_text().splitlines()
    assert "libwindow9" in calls[0]
    assert "update" in calls[1]
    assert "libwindow9" in calls[2]


@pytest.mark.parametrize(("status", "may"), [(0, True), (1, False)])
def test_sudo_is_used_only_where_it_asks_for_no_password(
    bare: Path, monkeypatch: pytest.MonkeyPatch, status: int, may: bool
) -> None:
    put(bare, "apt-get", "")
    put(bare, "sudo", f"exit {status}\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert libraries.may_install() == may
