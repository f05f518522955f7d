from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from app import translations, words
from app.translations import Translations, build, lookup, unfinished
from ui.languages import OF_QT, spoken

SOURCE = """
from app.words import translate
def greet():
    return translate("Cli", "Good morning, {name}.")
class Page:
    def retranslate(self):
        self.tr("Two "
                "lines")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program with one sentence translated, built into a folder that is in force."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "greeting.py").write_text(SOURCE)
    made = tmp_path / "translations"
    assert build(tmp_path, made, "zh_CN") == ("Cli: Good morning, {name}.", "Page: Two lines")
    ts = made / "cloakroom_zh_CN.ts"
    text = ts.read_text(encoding="utf-8")
    empty = '{name}.</source>\n        <translation type="unfinished"></translation>'
    assert empty in text
    ts.write_text(
        text.replace(empty, "{name}.</source>\n<translation>{name},早上好。</translation>"),
        encoding="utf-8",
    )
    assert build(tmp_path, made, "zh_CN") == ("Page: Two lines",)
    monkeypatch.setattr(translations, "FOLDER", made)
    return made


def messages(file: Path) -> list[tuple[str, str]]:
    """Source and translation of every message."""
    return [
        (message.findtext("source", ""), message.findtext("translation", ""))
        for message in ElementTree.parse(file).getroot().iter("message")
    ]


def test_every_translation_is_complete_and_up_to_date() -> None:
    assert translations.main(["--check"]) == 0


def test_qts_own_file_dialog_speaks_the_language(qapp: QCoreApplication) -> None:
    made = Translations(qapp)
    made.choose("zh_CN")
    try:
        for context, texts in OF_QT.items():
            for text in texts:
                assert QCoreApplication.translate(context, text) != text
    finally:
        made.choose("en")


def test_a_language_is_added_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    monkeypatch.setattr(translations, "LANGUAGES", {"en": "English", "de": "Deutsch"})
    assert translations.main([]) == 0
    assert (tmp_path / "cloakroom_de.ts").is_file() and (tmp_path / "cloakroom_de.qm").is_file()
    assert "de: 0 unfinished" not in capsys.readouterr().out
    assert translations.main(["--check"]) == 1


@pytest.mark.parametrize(
    ("system", "language"),
    [
        ("zh-Hans-CN", "zh_CN"),
        ("zh_TW.UTF-8", "zh_CN"),
        ("en_GB", "en"),
        ("zh_CN", "zh_CN"),
        ("xx", None),
        ("C.UTF-8", None),
    ],
)
def test_a_language_is_known_by_the_systems_name_of_it(system: str, language: str | None) -> None:
    assert spoken(system) == language


def test_the_chinese_translation_fills_in_the_same_places() -> None:
    place = re.compile(r"\{[^}]*\}")
    found = messages(translations.FOLDER / "cloakroom_zh_CN.ts")
    assert len(found) > 300
    wrong = [
        source
        for source, translated in found
        if sorted(place.findall(source)) != sorted(place.findall(translated))
    ]
    assert wrong == []


def test_the_filters_of_file_dialogs_stay_readable_to_qt() -> None:
    """Qt finds the patterns between its own brackets; between Chinese ones it finds none."""
    patterns = re.compile(r" \((?:\{patterns\}|\*[^)]*)\)$")
    for file in sorted(translations.FOLDER.glob("*.ts")):
        filters = [pair for pair in messages(file) if patterns.search(pair[0])]
        assert len(filters) > 5
        assert [pair for pair in filters if not patterns.search(pair[1])] == []


def test_the_built_file_says_what_the_source_of_it_says() -> None:
    found = lookup("zh_CN")
    assert found is not None
    root = ElementTree.parse(translations.FOLDER / "cloakroom_zh_CN.ts").getroot()
    for context in root.iter("context"):
        for message in context.iter("message"):
            source, name = message.findtext("source", ""), context.findtext("name", "")
            assert found(name, source) == message.findtext("translation")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    locale = QLocale()
    yield
    words.use(None)
    QLocale.setDefault(locale)


def test_what_is_translated_stays_and_what_is_gone_goes(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "app" / "greeting.py").write_text(SOURCE.replace("Two ", "Three "))
    assert build(tmp_path, folder, "zh_CN") == ("Page: Three lines",)
    text = (folder / "cloakroom_zh_CN.ts").read_text(encoding="utf-8")
    assert "早上好" in text
    assert "Two lines" not in text
    assert str(tmp_path) not in text
    assert "<location" not in text


def test_the_command_line_needs_no_application(folder: Path) -> None:
    found = lookup("zh_CN")
    assert found is not None
    assert found("Cli", "Good morning, {name}.") == "{name},早上好。"
    assert found("Cli", "Something else.") == "Something else."
    assert lookup("en") is None


def test_without_its_file_a_language_is_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    assert lookup("zh_CN") is None


class Window(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.changes = 0

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.changes += 1
            self.setText(words.translate("Cli", "Good morning, {name}."))
        super().changeEvent(event)


def test_windows_change_at_once_and_back(
    folder: Path, qtbot: QtBot, qapp: QCoreApplication
) -> None:
    window = Window()
    qtbot.addWidget(window)
    chosen = Translations(qapp)
    chosen.choose("en")
    assert window.changes == 0
    chosen.choose("zh_CN")
    qtbot.wait(1)
    assert window.text() == "{name},早上好。"
    assert window.changes == 1
    assert QLocale().language() == QLocale.Language.Chinese
    # Qt's own words too
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    assert buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"
    chosen.choose("en")
    qtbot.wait(1)
    assert window.text() == "Good morning, {name}."
    assert window.changes == 2


@pytest.mark.parametrize(("environment", "language"), [("zh_CN", "zh_CN"), ("en", "en")])
def test_the_system_language_is_followed(
    folder: Path,
    qapp: QCoreApplication,
    monkeypatch: pytest.MonkeyPatch,
    environment: str,
    language: str,
) -> None:
    monkeypatch.setenv("CLOAKROOM_LANGUAGE", environment)
    chosen = Translations(qapp)
    chosen.choose("system")
    assert chosen.language == language
    chosen.choose("en")


def test_checking_changes_nothing_and_fails_on_unfinished_strings(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(translations.paths, "ASSETS", tmp_path / "assets")
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert translations.main(["--check"]) == 1
    assert "Page: Two lines" in capsys.readouterr().out
    ts = folder / "cloakroom_zh_CN.ts"
    finished = ts.read_text(encoding="utf-8").replace(
        '<translation type="unfinished"></translation>', "<translation>两行</translation>"
    )
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    ts.write_text(finished, encoding="utf-8")
    assert unfinished(ts) == ()
    assert translations.main(["--check"]) == 0
