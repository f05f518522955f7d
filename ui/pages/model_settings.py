"""Where models come from and where they lie."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme, words
from ui.desk import Desk
from ui.widgets.ask import ask_folder
from ui.widgets.fields import field, side_by_side
from ui.widgets.small import button, label
from ui.widgets.steady import Choice

HUB, OTHER = "", "other"


class MirrorChoice(QWidget):
    """The hub itself, a known mirror, or an address of the user's."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._known: tuple[str, ...] = ()
        self.choice = Choice()
        self.address = QLineEdit()
        self._wrong = label("danger", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme.Space.S)
        self.choice.setMinimumWidth(310)
        self.choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.address, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.XS)
        layout.addLayout(row)
        layout.addWidget(self._wrong)
        self.choice.activated.connect(self._chosen)
        self.address.editingFinished.connect(self._entered)
        self.retranslate()

    def offer(self, mirrors: tuple[str, ...]) -> None:
        if mirrors != self._known:
            self._known = mirrors
            self.retranslate()

    def _chosen(self) -> None:
        value = self.choice.currentData()
        if value == OTHER:
            self._show(own=True)
            self.address.setFocus()
        else:
            self._desk.set_setting("mirror", value)
            self._show()

    def _entered(self) -> None:
        """Keep an address that can be one; say so of any other and keep the setting."""
        text = self.address.text().strip().rstrip("/")
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.netloc)
        if good:
            self._desk.set_setting("mirror", text)
        self._wrong.setText(self._desk.sentence("store.mirror", {"mirror": text}))
        self._wrong.setVisible(bool(text) and not good)

    def _show(self, own: bool = False) -> None:
        mirror = self._desk.setting("mirror")
        own = own or (mirror != HUB and mirror not in self._known)
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self.choice.findData(OTHER if own else mirror))
        # The text first: a field that is hidden loses the focus, and then counts as entered.
        self.address.setText(mirror)
        self.address.setVisible(own)
        self._wrong.hide()

    def retranslate(self) -> None:
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItem(self.tr("The model hub itself"), HUB)
            for mirror in self._known:
                name = self.tr("Mirror {host}").format(host=urlsplit(mirror).netloc)
                self.choice.addItem(name, mirror)
            self.choice.addItem(self.tr("Another address…"), OTHER)
        self.choice.setAccessibleName(self.tr("Where models come from"))
        self.choice.view().setAccessibleName(self.tr("Where models come from"))
        self.address.setAccessibleName(self.tr("Address of the mirror"))
        self.address.setPlaceholderText("https://")
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class ModelSettings(QWidget):
    use_folder = Signal()
    use_file = Signal()
    move = Signal(Path)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._models: api.ModelsResult | None = None
        self.mirror = MirrorChoice(desk)
        self.offline = QCheckBox()
        self.offline.setChecked(desk.setting("offline"))
        self._folder = label("", wrap=True)
        self._disk = label("small", wrap=True)
        self.move_folder = button("", "folder")
        self.own_folder, self.own_file = button(), button()
        self._own = label("small", wrap=True)
        self._names = [label() for _ in range(3)]
        self._lay_out()
        self.offline.toggled.connect(lambda on: desk.set_setting("offline", on))
        desk.setting_changed.connect(self._setting_changed)
        self.own_folder.clicked.connect(self.use_folder)
        self.own_file.clicked.connect(self.use_file)
        self.move_folder.clicked.connect(self._ask_folder)
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.Space.L)
        for name, parts in zip(
            self._names,
            (
                [self.mirror, self.offline],
                [self._folder, self._disk, side_by_side(self.move_folder)],
                [self._own, side_by_side(self.own_folder, self.own_file)],
            ),
            strict=True,
        ):
            column.addLayout(field(name, parts))

    def show_models(self, models: api.ModelsResult, locked: bool) -> None:
        """``locked``: a job that changes models waits or runs, so the folder must stay."""
        self._models = models
        self.mirror.offer(models.mirrors)
        self._folder.setText(str(models.folder))
        self._disk.setText(
            self.tr("{size} free on its disk").format(size=words.size(models.free_disk))
        )
        self.move_folder.setEnabled(not locked)

    def _setting_changed(self, name: str, value: object) -> None:
        if name == "offline":
            with QSignalBlocker(self.offline):
                self.offline.setChecked(bool(value))
        elif name == "mirror":
            self.mirror.retranslate()

    def _ask_folder(self) -> None:
        ask_folder(self, self.tr("New folder for the models"), self.move.emit)

    def retranslate(self) -> None:
        texts = (
            self.tr("Downloads"),
            self.tr("Folder"),
            self.tr("Files you have"),
        )
        for name, text in zip(self._names, texts, strict=True):
            name.setText(text)
        self.offline.setText(self.tr("Offline: nothing tries the network"))
        self.move_folder.setText(self.tr("Move to another folder…"))
        self._own.setText(
            self.tr("Cloakroom recognises a model by what is in its files, whatever their names.")
        )
        self.own_folder.setText(self.tr("Use a folder…"))
        self.own_file.setText(self.tr("Use a file…"))
        self.offline.setAccessibleName(self.offline.text())
        if self._models is not None:
            self.show_models(self._models, not self.move_folder.isEnabled())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
