"""Who marks: choosing an identity, creating one, and the passphrase that opens those in files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine import api
from engine.problems import Problem
from ui import theme
from ui.desk import Desk
from ui.widgets.small import button, label, restyle
from ui.widgets.steady import Choice

WIDTH = 460


class IdentityPicker(QWidget):
    """The identities of this computer. Looks again with ``refresh``."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.known: api.IdentitiesResult | None = None
        self.box = Choice()
        self.new, self.unlock = button(), button("", "lock")
        self.say = label("small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme.Space.S)
        row.addWidget(self.box, 1)
        row.addWidget(self.new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addLayout(row)
        layout.addWidget(self.unlock)
        layout.addWidget(self.say)
        self.box.currentTextChanged.connect(lambda _: self.changed.emit())
        self.new.clicked.connect(self.ask_new)
        self.unlock.clicked.connect(lambda: self.ask_passphrase(lambda: None))
        self.retranslate()

    @property
    def name(self) -> str | None:
        return self.box.currentText() or None

    @property
    def ready(self) -> bool:
        return self.known is not None and not self.known.locked and self.name is not None

    def refresh(self) -> None:
        self._desk.look(self, api.ListIdentities(self._desk.folder("data")), self._seen)

    def ask_new(self) -> None:
        """A name, a passphrase where there is no keychain; then the backup phrase, once."""
        locked = self.known is not None and self.known.locked
        first = self.known is not None and not self.known.identities
        dialog = AskDialog(
            self.tr("New identity"),
            self.tr("Your marks carry its secret key. The name can be seen by those who read "
                    "your signature."),
            [(self.tr("Name"), False)]
            + ([(self.tr("Passphrase"), True)] if locked else []),
            self.tr("Create"),
            self,
        )  # fmt: skip
        if locked:
            dialog.explain(
                self.tr("This computer has no keychain, so the key is kept in a file that only "
                        "this passphrase opens.")
                if first
                else self.tr("Your passphrase opens the identities on this computer.")
            )  # fmt: skip
        dialog.given.connect(lambda words: self._create(words, locked))
        dialog.open()

    def _create(self, given: list[str], locked: bool) -> None:
        name = given[0].strip()

        def make() -> None:
            home = self._desk.folder("data")
            self._desk.look(self, api.ListIdentities(home, create=name), self._created)

        if locked:
            self._open(given[1], make)
        else:
            make()

    def _created(self, answer: Any) -> None:
        self._seen(answer)
        if isinstance(answer, api.IdentitiesResult) and answer.phrase:
            made = max(answer.identities, key=lambda identity: identity.created)
            self.box.setCurrentText(made.name)
            PhraseDialog(made.name, answer.phrase, self).open()

    def ask_passphrase(self, then: Callable[[], None]) -> None:
        dialog = AskDialog(
            self.tr("Passphrase"),
            self.tr("Your passphrase opens the identities on this computer."),
            [(self.tr("Passphrase"), True)],
            self.tr("Unlock"),
            self,
        )
        dialog.given.connect(lambda words: self._open(words[0], then))
        dialog.open()

    def _open(self, passphrase: str, then: Callable[[], None]) -> None:
        def opened(answer: Any) -> None:
            if isinstance(answer, Problem):
                self.say.setText(self._desk.sentence(answer.code, answer.details))
                self.say.show()
            else:
                then()
                self.refresh()

        self._desk.look(self, api.UnlockIdentities(self._desk.folder("data"), passphrase), opened)

    def _seen(self, answer: Any) -> None:
        if isinstance(answer, Problem):
            self.say.setText(self._desk.sentence(answer.code, answer.details))
            self.say.show()
            return
        assert isinstance(answer, api.IdentitiesResult)
        self.known = answer
        chosen = self.name
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItems([identity.name for identity in answer.identities])
        if chosen:
            self.box.setCurrentText(chosen)
        self.box.blockSignals(False)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        known = self.known
        some = known is not None and bool(known.identities)
        self.box.setVisible(some)
        self.unlock.setVisible(some and known is not None and known.locked)
        none = known is not None and not some
        # The first step is what the eye should be led to.
        restyle(self.new, "primary" if none else "")
        self.new.setText(self.tr("Create an identity…") if none else self.tr("New…"))
        self.say.setText(self.tr("A mark says whose it is, so it needs your identity first."))
        self.say.setVisible(none)

    def retranslate(self) -> None:
        for part in (self.box, self.box.view()):
            part.setAccessibleName(self.tr("Identity"))
        self.unlock.setText(self.tr("Unlock…"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class AskDialog(QDialog):
    """A few lines of text; ``secret`` ones are not shown. Opened anew each time."""

    given = Signal(object)  # list[str]

    def __init__(
        self,
        title: str,
        words: str,
        fields: list[tuple[str, bool]],
        accept: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH)
        space = theme.Space
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(space.XL, space.XL, space.XL, space.L)
        self._layout.setSpacing(space.S)
        heading, text = label("heading"), label("muted", wrap=True)
        heading.setText(title)
        text.setText(words)
        self._layout.addWidget(heading)
        self._layout.addWidget(text)
        self.fields = []
        for name, secret in fields:
            above, field = label("small"), QLineEdit()
            above.setText(name)
            field.setAccessibleName(name)
            if secret:
                field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._changed)
            self._layout.addWidget(above)
            self._layout.addWidget(field)
            self.fields.append(field)
        self.accept_button, cancel = button("primary"), button()
        self.accept_button.setText(accept)
        cancel.setText(self.tr("Cancel"))
        self.accept_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.accepted.connect(lambda: self.given.emit([field.text() for field in self.fields]))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        self._layout.addSpacing(space.S)
        self._layout.addLayout(row)
        self.accept_button.setDefault(True)
        self._changed()

    def explain(self, words: str) -> None:
        """One more sentence, below the fields."""
        text = label("small", wrap=True)
        text.setText(words)
        self._layout.insertWidget(self._layout.count() - 2, text)

    def _changed(self) -> None:
        self.accept_button.setEnabled(all(field.text().strip() for field in self.fields))


class PhraseDialog(QDialog):
    """The backup phrase of a new identity. It is shown this once."""

    def __init__(self, name: str, phrase: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Backup phrase"))
        self.setFixedWidth(WIDTH)
        space = theme.Space
        heading, text, words, foot = (
            label("heading", wrap=True),
            label("muted", wrap=True),
            label("strong", wrap=True),
            label("small", wrap=True),
        )
        heading.setText(self.tr("Write down the backup phrase of {name}").format(name=name))
        text.setText(
            self.tr(
                "Whoever has these 18 words can mark and sign as you. Without them, nobody can "
                "prove your marks after this computer is lost."
            )
        )
        words.setText(phrase)
        words.setAccessibleName(self.tr("Backup phrase"))
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        foot.setText(self.tr("Later the command line shows it: cloakroom identity export"))
        copy, done = button(), button("primary")
        copy.setText(self.tr("Copy"))
        done.setText(self.tr("I have written it down"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(phrase))
        done.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.XL, space.XL, space.XL, space.L)
        layout.setSpacing(space.M)
        for part in (heading, text, words, foot):
            layout.addWidget(part)
        layout.addSpacing(space.S)
        layout.addLayout(row)
