"""One published model: what it is for, what it takes, how it stands, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from engine import api
from ui import icons, theme, words
from ui.desk import Desk, Item, State
from ui.model_jobs import Standing, standing
from ui.widgets.small import Note, button, icon_button, label, name_button, restyle

_LOOKS = {Standing.READY: "good", Standing.DAMAGED: "warning"}


class ModelRow(QWidget):
    """Tells the page what the user wants; does nothing itself."""

    download = Signal(str)  # also resumes and repairs
    pause = Signal(str)
    verify = Signal(str)
    remove = Signal(str)
    use_folder = Signal(str)
    use_file = Signal(str)

    def __init__(self, desk: Desk, model: api.ModelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._item: Item | None = None
        self._locked = False
        self.name = label("strong", wrap=True)
        self._purpose = label("", wrap=True)
        self._facts = label("small", wrap=True)
        self.state = label("small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._problem = Note("warning", "danger")
        self.main = button()
        self.more = icon_button("more")
        self._lay_out()
        self.main.clicked.connect(self._main_clicked)
        self.more.clicked.connect(self._open_menu)
        self.retranslate()

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(theme.Space.XS)
        for part in (self.name, self._purpose, self._facts, self._bar, self.state, self._problem):
            text.addWidget(part)
        keep = self.more.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.more.setSizePolicy(keep)
        self.main.setMinimumWidth(96)
        side = QHBoxLayout()
        side.setSpacing(theme.Space.XS)
        side.addWidget(self.main)
        side.addWidget(self.more)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, theme.Space.M, 0, theme.Space.M)
        layout.setSpacing(theme.Space.L)
        layout.addLayout(text, 1)
        layout.addLayout(side)
        layout.setAlignment(side, Qt.AlignmentFlag.AlignTop)

    def show_model(self, model: api.ModelState, item: Item | None, locked: bool) -> None:
        """``item``: its latest job. ``locked``: nothing can be started now (offline, or the models
        are being moved)."""
        self._model, self._item, self._locked = model, item, locked
        self._show()

    @property
    def standing(self) -> Standing:
        return standing(self._model, self._item)

    def _show(self) -> None:
        now = self.standing
        progress = self._item.progress if self._item and now == Standing.DOWNLOADING else None
        self._bar.setVisible(now in (Standing.DOWNLOADING, Standing.WAITING, Standing.PAUSED))
        model = self._model
        self._bar.setRange(0, 1000)
        done = progress.step if progress else model.on_disk
        of = progress.of if progress and progress.of else model.size
        self._bar.setValue(min(1000, round(1000 * done / max(1, of))))
        text = self._state_words(now)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        restyle(self.state, _LOOKS.get(now, "small"))
        failed = self._item is not None and self._item.state == State.FAILED
        self._problem.setVisible(failed and now != Standing.READY)
        if self._item is not None and self._item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*self._item.problem))
        main = self._main_words(now)
        self.main.setVisible(bool(main))
        self.main.setText(main)
        self.main.setAccessibleName(f"{main}: {self.name.text()}")
        fetches = now in (Standing.ABSENT, Standing.PAUSED, Standing.DAMAGED)
        self.main.setEnabled(not (fetches and self._locked))
        self.more.setVisible(bool(self._choices(now)))

    def _state_words(self, now: Standing) -> str:
        progress = self._item.progress if self._item else None
        model = self._model
        if now == Standing.DOWNLOADING and progress is not None:
            if progress.stage == "download":
                return words.transfer(progress)
            return words.stage(progress.stage)
        if now == Standing.BUSY:
            running = self._item is not None and self._item.state == State.RUNNING
            return words.stage(progress.stage) if running and progress else self.tr("Waiting")
        if now == Standing.PAUSED:
            return self.tr("Paused: {done} of {total} are here").format(
                done=words.size(model.on_disk), total=words.size(model.size)
            )
        return {
            Standing.READY: self.tr("Ready, its files stay where they are")
            if model.linked
            else self.tr("Ready"),
            Standing.DAMAGED: self.tr("Damaged, not used: {files}").format(
                files=", ".join(model.damaged)
            ),
            Standing.WAITING: self.tr("Waiting"),
            Standing.DOWNLOADING: self.tr("Downloading"),
        }.get(now, "")

    def _main_words(self, now: Standing) -> str:
        failed = self._item is not None and self._item.state == State.FAILED
        if failed and now in (Standing.ABSENT, Standing.PAUSED):
            return self.tr("Retry")
        return {
            Standing.ABSENT: self.tr("Download"),
            Standing.PAUSED: self.tr("Resume"),
            Standing.DAMAGED: self.tr("Repair"),
            Standing.WAITING: self.tr("Pause"),
            Standing.DOWNLOADING: self.tr("Pause"),
        }.get(now, "")

    def _main_clicked(self) -> None:
        running = self.standing in (Standing.WAITING, Standing.DOWNLOADING)
        (self.pause if running else self.download).emit(self._model.id)

    def _choices(self, now: Standing) -> list[tuple[str, Signal]]:
        """What the menu offers, in order."""
        files = [
            (self.tr("Use a folder I have…"), self.use_folder),
            (self.tr("Use a file I have…"), self.use_file),
        ]
        check = (self.tr("Check its files"), self.verify)
        remove = (self.tr("Remove…"), self.remove)
        return {
            Standing.ABSENT: files,
            Standing.PAUSED: [*files, remove],
            Standing.DAMAGED: [*files, check, remove],
            Standing.READY: [check, remove],
        }.get(now, [])

    def menu(self) -> QMenu:
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, signal in self._choices(self.standing):
            made.addAction(text, lambda signal=signal: signal.emit(self._model.id))
        return made

    def _open_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _facts_words(self) -> str:
        model = self._model
        parts = [
            words.size(model.size),
            self.tr("{size} of memory").format(size=words.size(model.memory)),
            model.licence,
            *(words.forbidden(key) for key in model.forbids),
        ]
        if model.requires:
            needs = self.tr(", ").join(words.model(id) for id in model.requires)
            parts.append(self.tr("needs {models}").format(models=needs))
        return " · ".join(parts)

    def retranslate(self) -> None:
        name = words.model(self._model.id)
        marked = self.tr("{model} · recommended").format(model=name)
        self.name.setText(marked if self._model.recommended else name)
        chinese = QLocale().language() == QLocale.Language.Chinese
        self._purpose.setText(self._model.purpose["zh" if chinese else "en"])
        self._facts.setText(self._facts_words())
        version = self._model.revision[:8]
        self._facts.setToolTip(f"{self._model.repo} @ {version}\n{self._model.licence_url}")
        self._bar.setAccessibleName(self.tr("Progress of {model}").format(model=name))
        name_button(self.more, self.tr("More for {model}").format(model=name))
        self.more.setIcon(icons.icon("more"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
