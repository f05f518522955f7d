"""Choices of a panel that are kept under a name, and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from engine import api
from ui.desk import Desk
from ui.widgets.small import name_button

Values = dict[str, Any]


class Presets(QPushButton):
    """A button with a menu, for one kind of job. ``read`` gives the panel's choices as plain
    values, ``apply`` takes such values up; what it does not know it leaves alone."""

    def __init__(
        self,
        desk: Desk,
        kind: str,
        read: Callable[[], Values],
        apply: Callable[[Values], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._kind = desk, kind
        self._read, self._apply = read, apply
        self.setProperty("look", "plain")
        self.clicked.connect(self._open)
        self.retranslate()

    def known(self) -> tuple[api.Preset, ...]:
        presets: tuple[api.Preset, ...] = self._desk.setting("presets")
        return tuple(preset for preset in presets if preset.kind == self._kind)

    def _open(self) -> None:
        self.menu_of().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def menu_of(self) -> QMenu:
        """The menu as it is now: those that are known, one more, and to forget one."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        known = self.known()
        for preset in known:
            menu.addAction(preset.name, lambda values=preset.values: self._apply(values))
        if known:
            menu.addSeparator()
        menu.addAction(self.tr("Keep these choices…"), self.ask_name)
        if known:
            forget = menu.addMenu(self.tr("Forget"))
            for preset in known:
                forget.addAction(preset.name, lambda name=preset.name: self.forget(name))
        return menu

    def ask_name(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Keep these choices"))
        dialog.setLabelText(self.tr("Name"))
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    def keep(self, name: str) -> None:
        """Under ``name``, in place of what had it before; an empty name keeps nothing."""
        name = name.strip()
        if name:
            made = api.Preset(name, self._kind, self._read())
            self._desk.set_setting("presets", (*self._without(name), made))

    def forget(self, name: str) -> None:
        self._desk.set_setting("presets", self._without(name))

    def _without(self, name: str) -> tuple[api.Preset, ...]:
        presets: tuple[api.Preset, ...] = self._desk.setting("presets")
        return tuple(p for p in presets if (p.kind, p.name) != (self._kind, name))

    def retranslate(self) -> None:
        self.setText(self.tr("Presets"))
        name_button(self, self.tr("Presets"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
