"""The panel at the right of the Check page: what next, the stability test, the file's data."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QScrollArea, QVBoxLayout, QWidget

from ui import theme, words
from ui.desk import State
from ui.pages.check_model import Suspect
from ui.pages.check_parts import Stability, facts
from ui.widgets.small import button, ground, label


class CheckPanel(QScrollArea):
    again = Signal()
    compare = Signal()
    report = Signal()
    statement = Signal()
    cancel = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suspect: Suspect | None = None
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._stage = label("muted", wrap=True)
        self.stop = button("plain")
        self.check = button("primary")
        self.original = button("")
        self.save = button("")
        self.own = button("")
        self._original = label("small", wrap=True)
        self.stability = Stability()
        self._facts = QVBoxLayout()
        sheet = QWidget()
        ground(sheet, "panel")
        layout = QVBoxLayout(sheet)
        space = theme.Space
        layout.setContentsMargins(space.L, space.L, space.L, space.L)
        layout.setSpacing(space.S)
        for part in (self._stage, self._bar, self.stop, self.check, self.original, self._original):
            layout.addWidget(part)
        layout.addWidget(self.save)
        layout.addWidget(self.own)
        layout.addSpacing(space.M)
        layout.addWidget(self.stability)
        layout.addSpacing(space.M)
        layout.addLayout(self._facts)
        layout.addStretch(1)
        self.setWidget(sheet)
        self.setWidgetResizable(True)
        ground(self, "side")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(260)
        self.setMaximumWidth(420)
        for made, signal in (
            (self.check, self.again),
            (self.original, self.compare),
            (self.save, self.report),
            (self.own, self.statement),
            (self.stop, self.cancel),
        ):
            made.clicked.connect(signal)
        self.retranslate()

    def show_suspect(self, suspect: Suspect | None) -> None:
        self._suspect = suspect
        result = suspect.result if suspect else None
        running = bool(suspect and suspect.active)
        done = suspect is not None and suspect.state == State.DONE
        for part in (self._bar, self._stage, self.stop):
            part.setVisible(running)
        progress = suspect.item.progress if suspect and suspect.item else None
        if progress is not None:
            self._bar.setRange(0, progress.of)
            self._bar.setValue(progress.step)
            self._stage.setText(words.stage(progress.stage))
        elif running:
            self._stage.setText(self.tr("Waiting"))
        self.check.setVisible(suspect is not None and not running)
        self.original.setVisible(done and bool(result and result.media == "picture"))
        self.save.setEnabled(done)
        self.own.setEnabled(done)
        self._original.setVisible(bool(suspect and suspect.original))
        if suspect and suspect.original:
            text = self.tr("Compared with {file}")
            self._original.setText(text.format(file=suspect.original.name))
        rows = result.stability if result else ()
        self.stability.show_rows(rows, None)
        self._show_facts()

    def _show_facts(self) -> None:
        while (entry := self._facts.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        result = self._suspect.result if self._suspect else None
        if result is None:
            return
        head = label("section")
        head.setText(self.tr("What was looked at"))
        self._facts.addWidget(head)
        names = {
            "format": self.tr("Format"),
            "size": self.tr("Size"),
            "depth": self.tr("Bits"),
            "rate": self.tr("Rate"),
            "channels": self.tr("Channels"),
            "duration": self.tr("Length"),
        }
        rows = [(names.get(name, name), value) for name, value in result.facts.items()]
        # In groups, since a line cannot break inside 64 digits.
        digest = " ".join(result.sha256[at : at + 16] for at in range(0, 64, 16))
        self._facts.addWidget(facts([*rows, ("SHA-256", digest)]))

    def retranslate(self) -> None:
        for made, text in (
            (self.check, self.tr("Check again")),
            (self.original, self.tr("Compare with the original…")),
            (self.save, self.tr("Save the report…")),
            (self.own, self.tr("Creator's statement…")),
            (self.stop, self.tr("Cancel")),
        ):
            made.setText(text)
            made.setAccessibleName(text)
        self.own.setToolTip(
            self.tr("A report of only what speaks for the file: your mark, camera and credentials.")
        )
        self.show_suspect(self._suspect)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
