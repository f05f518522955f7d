"""The panel at the right of the Check page: what next, the stability test, the file's data."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.desk import State
from ui.pages.check_model import Suspect
from ui.pages.check_parts import Stability, facts
from ui.widgets.busy import Busy
from ui.widgets.side_panel import SidePanel
from ui.widgets.small import button, label, restyle


class CheckPanel(SidePanel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suspect: Suspect | None = None
        self._several = False
        self.busy = Busy()
        self.check = button("primary")
        self.original, self.save, self.own = button(), button(), button()
        self.all = button()
        self.record, self.references = button("plain", "record"), button("plain", "photos")
        self._original = label("small", wrap=True)
        self.stability = Stability()
        self._facts = QVBoxLayout()
        layout, space = self.column, theme.Space
        for part in (self.busy, self.check, self.original, self._original, self.all):
            layout.addWidget(part)
        for part in (self.save, self.own):
            layout.addWidget(part)
        layout.addWidget(self.record)
        layout.addWidget(self.references)
        layout.addSpacing(space.M)
        layout.addWidget(self.stability)
        layout.addSpacing(space.M)
        layout.addLayout(self._facts)
        layout.addStretch(1)
        self.setMaximumWidth(420)
        self.retranslate()

    def show_suspect(self, suspect: Suspect | None) -> None:
        self._suspect = suspect
        result = suspect.result if suspect else None
        item = suspect.item if suspect else None
        running = bool(suspect and suspect.active)
        done = suspect is not None and suspect.state == State.DONE
        self.busy.setVisible(running)
        if item is not None and running:
            self.busy.show_item(item.state, item.progress)
        self.check.setVisible(suspect is not None and not running)
        restyle(self.check, "" if done else "primary")
        alone = not self._several
        comparable = result is not None and result.media in ("picture", "recording")
        self.original.setVisible(alone and done and comparable)
        self.save.setEnabled(done)
        self.own.setEnabled(done)
        self._original.setVisible(alone and bool(suspect and suspect.original))
        if suspect and suspect.original:
            text = self.tr("Compared with {file}")
            self._original.setText(text.format(file=suspect.original.name))
        rows = result.stability if result and alone else ()
        self.stability.show_rows(rows, None)
        self._show_facts()

    def show_several(self, several: bool) -> None:
        """Of several files at once only what can be done with them is shown."""
        if several != self._several:
            self._several = several
            self.show_suspect(self._suspect)

    def _show_facts(self) -> None:
        while (entry := self._facts.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        result = self._suspect.result if self._suspect else None
        if result is None or self._several:
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
            (self.all, self.tr("All answers as a table")),
            (self.save, self.tr("Save the report…")),
            (self.own, self.tr("Creator's statement…")),
            (self.record, self.tr("Record a voice…")),
            (self.references, self.tr("My camera and my real files…")),
        ):
            made.setText(text)
        self.own.setToolTip(
            self.tr("A report of only what speaks for the file: your mark, camera and credentials.")
        )
        self.show_suspect(self._suspect)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
