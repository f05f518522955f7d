"""Tells, through the system, what somebody who looks elsewhere would miss."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

SHOWN_MS = 15_000  # after which the icon in the tray goes


class Notifier:
    """Says nothing while ``window`` is in front: there it can be seen."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._icon: QSystemTrayIcon | None = None
        self._gone = QTimer(window, singleShot=True, interval=SHOWN_MS)
        self._gone.timeout.connect(self._hide)

    def tell(self, sentence: str) -> None:
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(self._window.windowIcon(), self._window)
            self._icon.messageClicked.connect(self._come)
        self._icon.show()
        self._icon.showMessage("Cloakroom", sentence, self._window.windowIcon())
        self._gone.start()

    def _come(self) -> None:
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    def _hide(self) -> None:
        if self._icon is not None:
            self._icon.hide()
