"""Language, look, device, where results go, and what leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.desk import Desk
from ui.languages import LANGUAGES
from ui.pages import SETTINGS
from ui.pages.log_view import LogDialog
from ui.pages.page import Page
from ui.pages.photo_options import DeviceChoice
from ui.pages.threats import ThreatsDialog
from ui.reveal import reveal
from ui.widgets.ask import ask_folder
from ui.widgets.fields import side_by_side
from ui.widgets.setting_choice import SettingChoice
from ui.widgets.sheet import scrolling_sheet
from ui.widgets.small import button, hairline, label
from ui.widgets.steady import Choice

WIDTH = 640


class _Switch(QCheckBox):
    """One setting that is on or off."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self.setChecked(desk.setting(name))
        self.toggled.connect(lambda on: desk.set_setting(name, on))


class SettingsPage(Page):
    entry = SETTINGS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.language = SettingChoice(desk, "language")
        self.theme = SettingChoice(desk, "theme")
        self.device = DeviceChoice(desk)
        self.beside = Choice()
        self.folder = button()
        self.watched = Choice()
        self._watched_path = label("small", wrap=True)
        self.notify = _Switch(desk, "notify")
        self.strip = _Switch(desk, "strip_location")
        self._strip_words = label("small", wrap=True)
        self._folder_path = label("small", wrap=True)
        self._privacy = [label("", wrap=True) for _ in range(3)]
        self._log_words = label("", wrap=True)
        self._log_path = label("small", wrap=True)
        self._log_path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.log = button("", "folder")
        self.read_log = button()
        self.worth = button()
        self._worth_words = label("", wrap=True)
        self._title = label("title")
        self._sections = [label("heading") for _ in range(5)]
        self._names: list[QLabel] = [label() for _ in range(5)]
        self._lay_out()
        self.beside.activated.connect(self._place_chosen)
        self.folder.clicked.connect(self._ask_folder)
        self.watched.activated.connect(self._watching_chosen)
        self.log.clicked.connect(lambda: reveal(desk.folder("log")))
        self.read_log.clicked.connect(lambda: LogDialog(desk.folder("log"), self).open())
        self.worth.clicked.connect(lambda: ThreatsDialog(self).open())
        desk.setting_changed.connect(self._setting_changed)
        self.retranslate()

    def _lay_out(self) -> None:
        space = theme.Space
        column = QVBoxLayout()
        column.setSpacing(space.M)
        column.addWidget(self._title)
        appearance: list[list[QWidget]] = [[self.language], [self.theme]]
        work: list[list[QWidget]] = [
            [self.device],
            [self.beside, self._folder_path, self.folder],
            [self.watched, self._watched_path],
        ]
        for section, names, fields in (
            (self._sections[0], self._names[:2], appearance),
            (self._sections[1], self._names[2:], work),
        ):
            column.addSpacing(space.M)
            column.addWidget(section)
            column.addWidget(hairline())
            column.addLayout(_form(names, fields))
        column.addWidget(self.strip)
        column.addWidget(self._strip_words)
        column.addWidget(self.notify)
        column.addSpacing(space.M)
        column.addWidget(self._sections[2])
        column.addWidget(hairline())
        for words in self._privacy:
            column.addWidget(words)
        column.addSpacing(space.M)
        column.addWidget(self._sections[3])
        column.addWidget(hairline())
        column.addWidget(self._worth_words)
        column.addLayout(side_by_side(self.worth))
        column.addSpacing(space.M)
        column.addWidget(self._sections[4])
        column.addWidget(hairline())
        column.addWidget(self._log_words)
        column.addWidget(self._log_path)
        column.addLayout(side_by_side(self.read_log, self.log))
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling_sheet(column, WIDTH))

    def _setting_changed(self, name: str, value: object) -> None:
        if name in ("output", "watched"):
            self._show_place()

    def _place_chosen(self) -> None:
        if self.beside.currentData() == "beside":
            self.desk.set_setting("output", None)
        elif self.desk.setting("output") is None:
            self._ask_folder()
        self._show_place()

    def _ask_folder(self) -> None:
        self._ask("output", self.tr("Folder for the results"))

    def _watching_chosen(self) -> None:
        if self.watched.currentData():
            self._ask("watched", self.tr("Folder to watch"))
        else:
            self.desk.set_setting("watched", None)

    def _ask(self, setting: str, title: str) -> None:
        """Ask for a folder and keep it as the setting."""
        dialog = ask_folder(self, title, lambda path: self.desk.set_setting(setting, path))
        dialog.finished.connect(self._show_place)

    def _show_place(self) -> None:
        output = self.desk.setting("output")
        with QSignalBlocker(self.beside):
            self.beside.setCurrentIndex(0 if output is None else 1)
        self._folder_path.setText(
            self.tr("Each result is saved next to its original, under a name of its own.")
            if output is None
            else str(output)
        )
        self.folder.setVisible(output is not None)
        watched = self.desk.setting("watched")
        with QSignalBlocker(self.watched):
            self.watched.setCurrentIndex(0 if watched is None else 1)
        self._watched_path.setText(
            self.tr(
                "New photos and recordings in a folder of your choice can be protected as they "
                "come, while Cloakroom is open."
            )
            if watched is None
            else str(watched)
        )

    def retranslate(self) -> None:
        self._title.setText(self.tr("Settings"))
        texts = (
            self.tr("Appearance"),
            self.tr("Work"),
            self.tr("What leaves this computer"),
            self.tr("What the protection is worth"),
            self.tr("If something goes wrong"),
        )
        for section, text in zip(self._sections, texts, strict=True):
            section.setText(text)
        names = (
            *(self.tr("Language"), self.tr("Theme"), self.tr("Device"), self.tr("Results")),
            self.tr("Watched folder"),
        )
        fields = (self.language, self.theme, self.device, self.beside, self.watched)
        for made, text, field in zip(self._names, names, fields, strict=True):
            made.setText(text)
            made.setBuddy(field)
            field.setAccessibleName(text)
            field.view().setAccessibleName(text)
        self.language.offer({"system": self.tr("As the system")} | LANGUAGES)
        self.theme.offer(
            {
                "system": self.tr("As the system"),
                "light": self.tr("Light"),
                "dark": self.tr("Dark"),
                "contrast": self.tr("High contrast"),
            }
        )
        with QSignalBlocker(self.beside):
            self.beside.clear()
            self.beside.addItem(self.tr("Beside the original"), "beside")
            self.beside.addItem(self.tr("In one folder"), "folder")
        with QSignalBlocker(self.watched):
            self.watched.clear()
            self.watched.addItem(self.tr("None"), False)
            self.watched.addItem(self.tr("Protect what appears in a folder…"), True)
        self.notify.setText(self.tr("Tell me through the system when all jobs have ended"))
        self.folder.setText(self.tr("Choose a folder…"))
        self.strip.setText(self.tr("Remove the place where a photo was taken"))
        self._strip_words.setText(
            self.tr("Everything else a photo says about itself is kept, such as date and camera.")
        )
        self.strip.setAccessibleDescription(self._strip_words.text())
        self._privacy[0].setText(
            self.tr("Nothing, unless you start a download yourself. Your files are never uploaded.")
        )
        self._privacy[1].setText(
            self.tr("There is no account, no usage statistics and no automatic update check.")
        )
        self._privacy[2].setText(
            self.tr("Receipts and the history of your work are kept on this computer only.")
        )
        self._log_words.setText(
            self.tr("Cloakroom keeps a log here. It is never sent; attach it if you ask for help.")
        )
        self._log_path.setText(str(self.desk.folder("log")))
        self._log_path.setAccessibleName(self.tr("Folder of the log"))
        self.log.setText(self.tr("Show in folder"))
        self.read_log.setText(self.tr("Read the log…"))
        self._worth_words.setText(
            self.tr(
                "Each protection helps against some people and not against others. What was "
                "measured, and how, is written down in plain words."
            )
        )
        self.worth.setText(self.tr("What it protects against…"))
        for control in (self.strip, self.notify):
            control.setAccessibleName(control.text())
        self._show_place()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _form(names: list[QLabel], fields: list[list[QWidget]]) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(theme.Space.XL)
    form.setVerticalSpacing(theme.Space.M)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    for name, parts in zip(names, fields, strict=True):
        name.setMinimumWidth(120)
        column = QVBoxLayout()
        column.setSpacing(theme.Space.S)
        for part in parts:
            if isinstance(part, QComboBox):
                part.setMinimumWidth(260)
            if isinstance(part, QLabel):
                column.addWidget(part)
            else:
                column.addLayout(side_by_side(part))
        form.addRow(name, column)
    return form
