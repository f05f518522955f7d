"""The registry: every work that was marked, searchable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine import api
from engine.problems import Problem
from ui import theme
from ui.desk import Desk
from ui.reveal import reveal
from ui.widgets.picture import image_of
from ui.widgets.small import Soon, button, ground, label


class WorksTab(QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "canvas")
        self.desk = desk
        self.search = QLineEdit()
        self.list = QListWidget()
        self.list.setIconSize(QSize(64, 48))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setSpacing(2)
        self._none = label("muted", wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.save = button("", "receipt")
        space = theme.Space
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.XL, space.L, space.XL, space.L)
        layout.setSpacing(space.M)
        row = QHBoxLayout()
        row.setSpacing(space.M)
        row.addWidget(self.search, 1)
        row.addWidget(self.save)
        layout.addLayout(row)
        layout.addWidget(self._none)
        layout.addWidget(self.list, 1)
        layout.addStretch()
        self._soon = Soon(self.refresh, self)
        self.search.textChanged.connect(self._soon.ask)
        self.list.itemActivated.connect(self._reveal)
        self.save.clicked.connect(self._ask_where)
        self.retranslate()

    def refresh(self) -> None:
        self._look(None)

    def export(self, target: Path) -> None:
        """What the search shows, as a table or a page with thumbnails."""
        self._look(target)

    def _look(self, out: Path | None) -> None:
        job = api.ListWorks(self.desk.folder("data"), self.search.text(), out)
        self.desk.look(self, job, self._seen)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the list"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.setNameFilters([self.tr("Page with thumbnails (*.html)"), self.tr("Table (*.csv)")])
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def _seen(self, answer: Any) -> None:
        self.list.clear()
        if isinstance(answer, Problem):
            self._none.setText(self.desk.sentence(answer.code, answer.details))
            self._none.show()
            return
        assert isinstance(answer, api.WorksResult)
        for work in answer.works:
            text = f"{work.title}\n{work.identity} · {work.created[:10]} · {work.payload}"
            row = QListWidgetItem(text)
            if work.picture is not None:
                row.setIcon(QIcon(QPixmap.fromImage(image_of(work.picture))))
            row.setToolTip(work.output)
            row.setData(Qt.ItemDataRole.UserRole, work.output)
            self.list.addItem(row)
        if answer.output is not None:
            saved = self.tr("The list was saved as {file}.").format(file=answer.output)
            self.desk.notice.emit(saved)
        self.save.setEnabled(bool(answer.works))
        self._none.setVisible(not answer.works)
        self.list.setVisible(bool(answer.works))
        self._none.setText(
            self.tr("Nothing fits.") if self.search.text() else self.tr("Nothing is marked yet.")
        )

    def _reveal(self, row: QListWidgetItem) -> None:
        reveal(Path(row.data(Qt.ItemDataRole.UserRole)))

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search titles, identities, mark ids and files"))
        self.search.setAccessibleName(self.tr("Search your works"))
        self.list.setAccessibleName(self.tr("Your marked works"))
        self.save.setText(self.tr("Save the list…"))
        self.save.setAccessibleName(self.tr("Save the list of works"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
