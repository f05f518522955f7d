"""The Mark page: mark what you publish, recognise what you find, the registry of both, and cleaning
what you receive."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import collect, theme
from ui.desk import Desk
from ui.pages.mark_clean import CleanTab
from ui.pages.mark_pane import FilesPane
from ui.pages.mark_tab import MarkTab
from ui.pages.mark_verify import VerifyTab
from ui.pages.mark_works import WorksTab
from ui.pages.page import NOWHERE, Page, Places
from ui.widgets.small import Segments, ground, hairline

TABS = ("mark", "verify", "works", "clean")


class MarksPage(Page):
    icon = "mark"
    suffixes = collect.PHOTOS | collect.RECORDINGS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.mark, self.verify, self.works = MarkTab(desk), VerifyTab(desk), WorksTab(desk)
        self.clean = CleanTab(desk)
        self.tabs = Segments(TABS)
        self.stack = QStackedWidget()
        for tab in (self.mark, self.verify, self.works, self.clean):
            self.stack.addWidget(tab)
        for pane in (self.mark, self.verify, self.clean):
            pane.open_files.connect(self.open_files)
            pane.open_folder.connect(self.open_folder)
            pane.open_sample.connect(self.open_sample)
        head = QWidget()
        ground(head, "panel")
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.Space.M, theme.Space.S, theme.Space.M, theme.Space.S)
        row.addStretch(1)
        row.addWidget(self.tabs)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(hairline())
        layout.addWidget(self.stack, 1)
        self.tabs.chosen.connect(self.show_tab)
        self.retranslate()
        self.show_tab("mark")

    def add(self, files: tuple[Path, ...], places: Places = NOWHERE) -> None:
        """Files go to the tab on screen; dropped on the registry they are verified."""
        if self.stack.currentWidget() is self.works:
            self.show_tab("verify")
        pane = self.stack.currentWidget()
        assert isinstance(pane, FilesPane)
        pane.add(tuple(file for file in files if file.suffix.lower() in pane.suffixes), places)

    def show_tab(self, key: str) -> None:
        self.tabs.choose(key)
        self.stack.setCurrentIndex(TABS.index(key))
        if key == "works":
            self.works.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        self.mark.identity.refresh()
        self.clean.hidden.identity.refresh()
        if self.stack.currentWidget() is self.works:
            self.works.refresh()
        super().showEvent(event)

    def title(self) -> str:
        return self.tr("Marks")

    def retranslate(self) -> None:
        self.tabs.set_texts(
            {
                "mark": self.tr("Mark"),
                "verify": self.tr("Verify"),
                "works": self.tr("Registry"),
                "clean": self.tr("Clean"),
            }
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
