"""A setting that has one of several values."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker

from ui.desk import Desk
from ui.widgets.steady import Choice


class SettingChoice(Choice):
    """Shows and sets one setting of the desk."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self._desk, self._name = desk, name
        self.activated.connect(lambda _: desk.set_setting(name, self.currentData()))
        desk.setting_changed.connect(self._changed)

    def offer(self, texts: Mapping[object, str]) -> None:
        with QSignalBlocker(self):
            self.clear()
            for value, text in texts.items():
                self.addItem(text, value)
        self._select(self._desk.setting(self._name))

    def _changed(self, name: str, value: object) -> None:
        if name == self._name:
            self._select(value)

    def _select(self, value: object) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(value))
