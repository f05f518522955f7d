"""The real window with the real engine behind it, in this process and in one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import paths
from app.desk import ApplicationDesk
from app.history import History
from app.settings import SettingsFile
from engine.host import EngineHost
from tests.e2e.display import Display, virtual_display
from tests.e2e.pictures import photo
from ui import theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(1500))


@pytest.fixture
def built_in_models() -> None:
    """Skips where the weights are not there, as in a checkout before they are trained."""
    if not any((paths.ASSETS / "models").glob("*/*.safetensors")):
        pytest.skip("the built-in models are not in assets/models")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo in a folder whose name nobody would choose in a test, but people do."""
    folder = tmp_path / "Ferien 2024 – Fjorde ü 照片"
    folder.mkdir()
    file = folder / "IMG 0001.png"
    photo(240, 160).save(file, dpi=(300, 300))
    return file


@pytest.fixture
def desk(qapp: QApplication, built_in_models: None) -> Iterator[ApplicationDesk]:
    with History() as history:
        made = ApplicationDesk(SettingsFile(), history)
        theme.install(qapp, made.setting("theme"))
        made.start(EngineHost)
        try:
            yield made
        finally:
            made.shut_down()()
            made.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, desk: ApplicationDesk) -> QWidget:
    from ui.shell import MainWindow

    made = MainWindow(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def display() -> Iterator[Display]:
    with virtual_display() as made:
        yield made
