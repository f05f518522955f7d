"""What leaves the computer, the log, and what the protection is worth: read in the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.bench import compared, report
from tests.ui.fake_desk import FakeDesk
from ui.pages.log_view import LogDialog, tail
from ui.pages.settings import SettingsPage
from ui.pages.threats import FILE, ThreatsDialog, measured
from ui.shell import MainWindow

FIGURES = {
    "transfer": {"pictures": 24, "cloak": 0.81, "white": 0.29, "blocks_4px": 0.55},
    "immunisation": {"none / known / sifm": {"counted": 41, "isr": "0.000 [0.000, 0.086]"}},
    "voice-cloneshield-standard": {
        "judge_drop": 0.36,
        "judge_drop_low": 0.3,
        "judge_drop_high": 0.4,
        "speech_noise_drop": 0.06,
        "stoi": 0.976,
        "published GE2E, as-saved": {"ours": 0.86, "clean": 0.88, "speech": 0.77},
    },
    "marks-pixel": {"pictures": 24, "found_blind": {"jpeg-50": 1.0, "blur-5": 0.0}},
    "check-photos-kodak": {"count": 0, "of": 24},
    "check-photos": {"count": 1, "of": 50, "interval": [0.0005, 0.1065]},
    "check-generated-a": {"count": 0, "of": 10},
    "check-generated-b": {"count": 3, "of": 14},
}


@pytest.fixture
def settings(window: MainWindow) -> SettingsPage:
    return window.page(SettingsPage)


def texts(dialog: ThreatsDialog) -> str:
    return "\n".join(made.text() for made in dialog.findChildren(QLabel))


def test_every_protection_says_against_whom_and_what_it_does_not_do(look: object) -> None:
    dialog = ThreatsDialog(figures=FIGURES)
    for section in dialog.sections:
        assert section.does and section.against and section.limits
    said = texts(dialog)
    assert "On 24 photos an encoder was moved by 0.81" in said and "coarse noise by 0.55" in said
    assert "Of 41 edits" in said and "0.000 [0.000, 0.086]" in said
    assert "fell by 0.36 (95 % interval 0.30 to 0.40)" in said
    assert "0.86 alike, before 0.88, with noise like speech of the same strength 0.77" in said
    assert "JPEG 50 100 %" in said and "blur 5 0 %" in said
    assert "Real photos called fake: 1 of 50 (at most 10.7 %)." in said
    assert "Generated files called generated: 3 of 24." in said
    dialog.close()


def test_what_was_not_measured_is_said_to_be_so(look: object, tmp_path: Path) -> None:
    assert measured(tmp_path / "none.json") == {}
    dialog = ThreatsDialog(figures={})
    assert all(not section.found for section in dialog.sections)
    assert texts(dialog).count("Not measured for this version yet.") == len(dialog.sections)
    dialog.close()


def test_the_figures_that_are_shipped_can_be_shown(look: object) -> None:
    assert FILE == report.MEASURED
    dialog = ThreatsDialog()
    assert len(dialog.sections) >= 5
    dialog.close()


def test_the_log_is_read_and_copied(settings: SettingsPage, desk: FakeDesk) -> None:
    folder = desk.folder("log")
    (folder / "cloakroom.log").write_text("first\nlast line\n", encoding="utf-8")
    settings.read_log.click()
    (dialog,) = settings.findChildren(LogDialog)
    assert dialog.text.toPlainText().endswith("last line\n") and dialog.text.isReadOnly()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "first\nlast line\n"
    dialog.close()
    assert tail(folder, 5) == "line\n"


def test_the_threats_are_one_click_from_the_settings(settings: SettingsPage) -> None:
    settings.worth.click()
    (dialog,) = settings.findChildren(ThreatsDialog)
    assert dialog.isVisible()
    dialog.close()


def test_the_readme_compares_by_what_was_measured(root: Path) -> None:
    kept = {f.stem: json.loads(f.read_text("utf-8")) for f in report.KEPT.glob("*.json")}
    readme = (root / "README.md").read_text("utf-8")
    assert compared.placed(readme, kept) == readme, "run: python -m tests.bench.report"
    assert "dwtDctSvd" in readme and "MobileFace" in readme


def test_a_report_holds_every_figure_with_its_date(tmp_path: Path) -> None:
    kept = {
        "transfer": {"when": "2026-01-02T03:04:05", "machine": {"cores": 2}, "cloak": 0.8125},
        "marks-pixel": {"when": "2026-01-03T03:04", "found_blind": {"JPEG 50": 1.0}},
    }
    text, page = report.markdown(kept), report.page(kept)
    for made in (text, page):
        assert "0.812" in made and "2026-01-02T03:04, cores 2" in made and "JPEG 50 1" in made
        assert "Not measured yet." in made
    facts = json.loads(report.measured(kept))
    assert facts["transfer"] == {"when": "2026-01-02T03:04:05", "cloak": 0.8125}
