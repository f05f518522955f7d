"""The history: what was made on this computer, with a receipt for each file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import api
from ui import words
from ui.desk import Desk
from ui.pages import HISTORY
from ui.pages.page import Page
from ui.pages.receipt import ReceiptDialog
from ui.reveal import reveal
from ui.widgets.ask import ask_target
from ui.widgets.search_list import Row, SearchList
from ui.widgets.small import Soon, button

SHOWN = 500  # receipts at the most; a search finds the older ones


class HistoryPage(Page):
    entry = HISTORY

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.receipts: tuple[api.Receipt, ...] = ()
        self.show_file, self.receipt, self.save = button("", "folder"), button(), button()
        self.found = SearchList(self.show_file, self.receipt, self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.found)
        self.found.searched.connect(self.refresh)
        self.found.opened.connect(self._open)
        self.found.list.currentRowChanged.connect(self._show_buttons)
        self.show_file.clicked.connect(lambda: reveal(Path(self.found.chosen().output)))
        self.receipt.clicked.connect(lambda: self._open(self.found.chosen()))
        self.save.clicked.connect(self._ask_where)
        soon = Soon(lambda: self.isVisible() and self.refresh(), self)
        desk.item_changed.connect(soon.ask)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def refresh(self) -> None:
        """Look again, with the words that are being searched for."""
        chosen = self.found.list.currentRow()
        receipts = self.desk.history(self.found.words, SHOWN)
        if receipts != self.receipts or not self.found.list.count():
            self.receipts = receipts
            nothing = self.tr("Nothing fits.")
            if not self.found.words:
                nothing = self.tr(
                    "Nothing yet. Every file that you protect or mark gets a receipt here."
                )
            self.found.show_rows(map(self._row, receipts), nothing)
            self.found.list.setCurrentRow(max(0, min(chosen, len(receipts) - 1)))
        self._show_buttons()

    def _row(self, receipt: api.Receipt) -> Row:
        parts = (_when(receipt.created), words.made(receipt.kind), words.duration(receipt.seconds))
        text = f"{Path(receipt.output).name}\n{' · '.join(part for part in parts if part)}"
        return text, receipt.output, None, receipt

    def _show_buttons(self) -> None:
        chosen = self.found.chosen()
        self.receipt.setEnabled(chosen is not None)
        self.show_file.setEnabled(chosen is not None)
        self.save.setEnabled(bool(self.receipts))

    def _open(self, receipt: api.Receipt) -> None:
        ReceiptDialog(self.desk, receipt, self).open()

    def _ask_where(self) -> None:
        ask_target(self, self.tr("Save the receipts"), self.export, {"json": "JSON (*.json)"})

    def export(self, target: Path) -> None:
        """Save the receipts that the search shows."""
        self.desk.export_receipts(self.receipts, target)

    def retranslate(self) -> None:
        self.found.set_words(
            self.tr("Search files and folders"), self.tr("Search the history"), self.tr("History")
        )
        self.show_file.setText(self.tr("Show in folder"))
        self.receipt.setText(self.tr("Receipt…"))
        self.save.setText(self.tr("Save these receipts…"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.receipts = ()
            if self.isVisible():
                self.refresh()
        super().changeEvent(event)


def _when(created: str) -> str:
    """The time in the reader's zone and writing; what cannot be read is shown as it is."""
    try:
        moment = datetime.fromisoformat(created).astimezone()
    except ValueError:
        return created
    return QLocale().toString(moment.replace(tzinfo=None), QLocale.FormatType.ShortFormat)
