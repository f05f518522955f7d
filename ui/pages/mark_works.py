"""The registry: every work that was marked, searchable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QIcon, QPixmap, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import api
from engine.problems import Problem
from ui.desk import Desk
from ui.reveal import reveal
from ui.widgets.ask import ask_target
from ui.widgets.picture import image_of
from ui.widgets.search_list import Row, SearchList
from ui.widgets.small import button


class WorksTab(QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.save = button("", "receipt")
        self.found = SearchList(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.found)
        self.found.searched.connect(self.refresh)
        self.found.opened.connect(lambda output: reveal(Path(output)))
        self.save.clicked.connect(self._ask_where)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def refresh(self) -> None:
        self._look(None)

    def export(self, target: Path) -> None:
        """What the search shows, as a table or a page with thumbnails."""
        self._look(target)

    def _look(self, out: Path | None) -> None:
        job = api.ListWorks(self.desk.folder("data"), self.found.words, out)
        self.desk.look(self, job, self._seen)

    def _ask_where(self) -> None:
        kinds = {
            "html": self.tr("Page with thumbnails (*.html)"),
            "csv": self.tr("Table (*.csv)"),
        }
        ask_target(self, self.tr("Save the list"), self.export, kinds)

    def _seen(self, answer: Any) -> None:
        if isinstance(answer, Problem):
            self.found.show_rows((), self.desk.sentence(answer.code, answer.details))
            return
        assert isinstance(answer, api.WorksResult)
        nothing = (
            self.tr("Nothing fits.") if self.found.words else self.tr("Nothing is marked yet.")
        )
        self.found.show_rows(map(_row, answer.works), nothing)
        if answer.output is not None:
            saved = self.tr("The list was saved as {file}.").format(file=answer.output)
            self.desk.notice.emit(saved)
        self.save.setEnabled(bool(answer.works))

    def retranslate(self) -> None:
        self.found.set_words(
            self.tr("Search titles, identities, mark ids and files"),
            self.tr("Search your works"),
            self.tr("Your marked works"),
        )
        self.save.setText(self.tr("Save the list…"))
        self.save.setAccessibleName(self.tr("Save the list of works"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _row(work: api.WorkFacts) -> Row:
    picture = work.picture
    icon = None if picture is None else QIcon(QPixmap.fromImage(image_of(picture)))
    text = f"{work.title}\n{work.identity} · {work.created[:10]} · {work.payload}"
    return text, work.output, icon, work.output
