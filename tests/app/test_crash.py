from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app import crash
from app.crash_offer import CrashOffer


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[crash.CrashReports]:
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/alice"))
    made = crash.CrashReports(tmp_path)
    made.install()
    yield made
    made.remove()


def fail(message: str) -> None:
    secret = "a value of a variable"
    raise ValueError(message + secret[:0])


def text(folder: Path) -> str:
    (report,) = crash.pending(folder)
    return report.read_text(encoding="utf-8")


def test_what_nobody_caught_becomes_a_report(reports: crash.CrashReports, tmp_path: Path) -> None:
    try:
        fail("cannot open /home/alice/photo.png")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    report = text(tmp_path)
    assert "in fail" in report
    assert "cannot open ~/photo.png" in report
    assert "a value of a variable" not in report.replace('secret = "a value of a variable"', "")
    assert "alice" not in report
    assert "Cloakroom" in report
    assert "Python" in report


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_errors_of_threads_too(reports: crash.CrashReports, tmp_path: Path) -> None:
    thread = threading.Thread(target=fail, args=("in a thread",))
    thread.start()
    thread.join()
    assert "in a thread" in text(tmp_path)


def test_ctrl_c_is_no_crash(reports: crash.CrashReports, tmp_path: Path) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert crash.pending(tmp_path) == ()


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    hook = sys.excepthook
    made = crash.CrashReports(tmp_path)
    made.install()
    made.remove()
    assert list(tmp_path.iterdir()) == []
    assert sys.excepthook is hook


def test_a_native_crash_is_a_report_at_the_next_start(root: Path, tmp_path: Path) -> None:
    code = f"""
import faulthandler
from pathlib import Path
from app.crash import CrashReports
CrashReports(Path({str(tmp_path)!r})).install()
def here(): faulthandler._sigsegv()
here()
"""
    child = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False)
    assert child.returncode != 0
    assert crash.pending(tmp_path) == ()
    later = crash.CrashReports(tmp_path)
    later.install()
    later.remove()
    assert "in here" in text(tmp_path)


def test_a_kill_is_no_crash(root: Path, tmp_path: Path) -> None:
    (tmp_path / "fault.txt").touch()
    later = crash.CrashReports(tmp_path)
    later.install()
    later.remove()
    assert crash.pending(tmp_path) == ()


def test_only_the_latest_reports_are_kept(tmp_path: Path) -> None:
    for number in range(crash.KEEP + 3):
        crash.write(f"number {number}", tmp_path)
    kept = crash.pending(tmp_path)
    assert len(kept) == crash.KEEP
    assert f"number {crash.KEEP + 2}" in kept[0].read_text()


def test_the_offer_saves_or_forgets(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    crash.write("first", tmp_path)
    crash.write("second", tmp_path)
    offer = CrashOffer(crash.pending(tmp_path), window)
    target = tmp_path / "saved.txt"
    offer.save(str(target))
    assert "first" in target.read_text()
    assert "second" in target.read_text()
    assert crash.pending(tmp_path) == ()

    crash.write("third", tmp_path)
    offer = CrashOffer(crash.pending(tmp_path), window)
    offer.open()
    assert "third" in offer.detailedText()
    (discard,) = [
        button
        for button in offer.buttons()
        if offer.buttonRole(button) == QMessageBox.ButtonRole.RejectRole
    ]
    discard.click()
    assert crash.pending(tmp_path) == ()


def test_a_report_that_cannot_be_saved_is_offered_again(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    crash.write("first", tmp_path)
    CrashOffer(crash.pending(tmp_path), window).save(str(tmp_path / "nowhere" / "x.txt"))
    assert len(crash.pending(tmp_path)) == 1
