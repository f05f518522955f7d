"""The receipt of one file: what was done to it, with what, and what came out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme, words
from ui.desk import Desk
from ui.widgets.ask import ask_target
from ui.widgets.small import button, ground, label


class ReceiptDialog(QDialog):
    """Shows a receipt and saves it as JSON. Opened anew each time, so it never retranslates."""

    def __init__(self, desk: Desk, receipt: api.Receipt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._receipt = desk, receipt
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Receipt"))
        title = label("heading")
        title.setText(Path(receipt.output).name)
        sheet = QWidget()
        ground(sheet, "panel")
        form = QFormLayout(sheet)
        form.setContentsMargins(theme.Space.L, theme.Space.L, theme.Space.L, theme.Space.L)
        form.setHorizontalSpacing(theme.Space.L)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, value in self._lines():
            key = label("small")
            key.setText(name)
            field = QLabel(value)
            field.setTextFormat(Qt.TextFormat.PlainText)
            field.setWordWrap(True)
            field.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            field.setAccessibleName(f"{name}: {value}")
            form.addRow(key, field)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Receipt"))
        save, close = button("primary"), button()
        save.setText(self.tr("Save as JSON…"))
        close.setText(self.tr("Close"))
        save.clicked.connect(self._save)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.Space.XL, theme.Space.XL, theme.Space.XL, theme.Space.L)
        layout.setSpacing(theme.Space.L)
        layout.addWidget(title)
        layout.addWidget(area, 1)
        layout.addLayout(row)
        self.resize(620, 520)

    def _lines(self) -> list[tuple[str, str]]:
        receipt = self._receipt
        lines = [
            (self.tr("Original"), receipt.file),
            (self.tr("Saved as"), receipt.output),
            (self.tr("Made"), receipt.created),
            (self.tr("Method"), receipt.method),
            (self.tr("Device"), receipt.device),
            (self.tr("Time taken"), words.duration(receipt.seconds)),
            (self.tr("Version"), receipt.app_version),
        ]
        lines += [(name, str(value)) for name, value in receipt.parameters.items()]
        lines += [(name, str(value)) for name, value in receipt.measures.items()]
        lines += [(f"SHA-256 · {name}", value) for name, value in receipt.sha256.items()]
        return lines + [(f"SHA-256 · {name}", value) for name, value in receipt.models.items()]

    def _save(self) -> None:
        output = Path(self._receipt.output)
        ask_target(
            self,
            self.tr("Save the receipt"),
            lambda file: self._desk.export_receipts((self._receipt,), file),
            {"json": "JSON (*.json)"},
            f"{output.stem}-receipt.json",
            output.parent,
        )
