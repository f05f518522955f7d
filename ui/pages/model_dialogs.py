"""What is asked before a model is fetched or removed: its licence, and whether it is meant."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from engine import api
from ui import theme, words
from ui.widgets.small import button, hairline, label

WIDTH = 480


class ConsentDialog(QDialog):
    """The licences that have to be agreed to. ``accepted`` is the user's agreement to all of them.

    Opened anew each time, so it never retranslates.
    """

    def __init__(self, models: tuple[api.ModelState, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Licence"))
        space = theme.Space
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.XL, space.XL, space.XL, space.L)
        layout.setSpacing(space.M)
        title = label("heading", wrap=True)
        title.setText(self.tr("Do you agree to this licence?"))
        layout.addWidget(title)
        for model in models:
            layout.addWidget(hairline())
            self._add(layout, model)
        layout.addWidget(hairline())
        note = label("small", wrap=True)
        note.setText(self.tr("Your agreement is recorded on this computer only."))
        layout.addWidget(note)
        self.agree, self.decline = button("primary"), button()
        self.agree.setText(self.tr("I agree"))
        self.decline.setText(self.tr("Cancel"))
        self.agree.clicked.connect(self.accept)
        self.decline.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.decline)
        row.addWidget(self.agree)
        layout.addSpacing(space.S)
        layout.addLayout(row)
        self.setFixedWidth(WIDTH)
        # What is agreed to must be chosen, not hit by the Enter key.
        self.decline.setDefault(True)
        self.decline.setFocus()

    def _add(self, layout: QVBoxLayout, model: api.ModelState) -> None:
        name, licence = label("strong", wrap=True), label("", wrap=True)
        name.setText(words.model(model.id))
        licence.setText(model.licence)
        both = QVBoxLayout()
        both.setSpacing(theme.Space.XS)
        both.addWidget(name)
        both.addWidget(licence)
        layout.addLayout(both)
        lines = [f"•  {words.forbidden(key)}" for key in model.forbids]
        if model.gated:
            lines.append(
                "•  "
                + self.tr(
                    "Its publisher also wants you to agree on their site, and to store an access "
                    "token here with the command hf auth login."
                )
            )
        if lines:
            terms = label("muted", wrap=True)
            terms.setText("\n".join(lines))
            layout.addWidget(terms)
        read = button("plain", "open")
        read.setText(self.tr("Read the licence"))
        read.setAccessibleName(f"{read.text()}: {model.licence}")
        read.setToolTip(model.licence_url)
        read.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(model.licence_url)))
        row = QHBoxLayout()
        row.addWidget(read)
        row.addStretch(1)
        layout.addLayout(row)


class RemovalBox(QMessageBox):
    """Asks before a model is deleted; ``then`` is called on a yes."""

    def __init__(self, model: api.ModelState, then: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Remove a model"))
        self.setText(self.tr("Remove {model}?").format(model=words.model(model.id)))
        lines = [
            self.tr("Its files stay where they are; only Cloakroom forgets them.")
            if model.linked
            else self.tr("This frees {size}. You can download it again.").format(
                size=words.size(model.on_disk)
            )
        ]
        if model.required_by:
            needing = self.tr(", ").join(words.model(id) for id in model.required_by)
            lines.append(self.tr("It is needed by: {models}").format(models=needing))
        self.setInformativeText("\n".join(lines))
        self.remove = self.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        keep = self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(keep)
        self.setEscapeButton(keep)
        self.remove.clicked.connect(then)
