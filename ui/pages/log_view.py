"""The log, to read and to copy from; never sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.small import button

MOST = 400_000  # characters from the end; what is older is in the files


class LogDialog(QDialog):
    """Opened anew each time, so it never retranslates."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Log"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.windowTitle())
        self.text.setPlainText(tail(folder) or self.tr("The log is empty."))
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.copy, close = button(), button("primary")
        self.copy.setText(self.tr("Copy all"))
        close.setText(self.tr("Close"))
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.text.toPlainText())
        )
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(close)
        space = theme.Space
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.L, space.L, space.L, space.L)
        layout.setSpacing(space.M)
        layout.addWidget(self.text, 1)
        layout.addLayout(row)
        self.resize(820, 560)


def tail(folder: Path, most: int = MOST) -> str:
    """The end of the newest log files in ``folder``, oldest line first; empty without any."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
    texts = []
    for file in files:
        try:
            texts.append(file.read_text(encoding="utf-8", errors="replace")[-most:])
        except OSError:
            continue
    return "\n".join(texts)[-most:]
