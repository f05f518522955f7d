"""The Models page: published models that make Cloakroom stronger, and how they stand here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import model_jobs, theme, words
from ui.desk import Desk, Item, State
from ui.pages import MODELS
from ui.pages.compute_settings import ComputeSettings
from ui.pages.model_dialogs import ConsentDialog, RemovalBox
from ui.pages.model_row import ModelRow
from ui.pages.model_settings import ModelSettings
from ui.pages.page import Page
from ui.widgets.ask import ask_file, ask_folder
from ui.widgets.offer import Offer
from ui.widgets.sheet import scrolling_sheet
from ui.widgets.small import Note, Soon, announce, hairline, label

D = TypeVar("D", bound=QDialog)

WIDTH = 760
ROWS_AT_ONCE = 2
GROUPS = ("photo", "voice", "check")
# The files of models, for the dialog that asks for one.
FILES = "*.safetensors *.ckpt *.bin *.pt *.pth *.onnx"


class ModelsPage(Page):
    """Its rows are made some at a time once the models are known, so that they hold nothing up."""

    entry = MODELS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.rows: dict[str, ModelRow] = {}
        self._to_make: deque[api.ModelState] | None = None
        self._making = QTimer(self, interval=10)
        self._making.timeout.connect(self._make_some)
        self.dialog: QDialog | None = None  # the one that is open
        self._announced: set[int] = {
            item.id for item in desk.items() if item.state not in model_jobs.OPEN
        }
        self._title = label("title")
        self._intro = label("muted", wrap=True)
        self.offer = Offer()
        self.problem = Note("warning", "danger")
        self.settings = ModelSettings(desk)
        self.compute = ComputeSettings(desk)
        self._sections: dict[str, QLabel] = {group: label("heading") for group in GROUPS}
        self._places = {group: QVBoxLayout() for group in GROUPS}
        self._settings_title, self._compute_title = label("heading"), label("heading")
        self._lay_out()
        self.offer.accepted.connect(self._download_recommended)
        self.settings.use_folder.connect(lambda: self._ask_own(folder=True))
        self.settings.use_file.connect(lambda: self._ask_own(folder=False))
        self.settings.move.connect(lambda target: desk.submit((api.MoveModels(target),)))
        desk.models_changed.connect(self._make_rows)
        soon = Soon(self._show, self)
        for changed in (
            *(desk.items_added, desk.item_changed, desk.item_removed),
            *(desk.models_changed, desk.setting_changed),
        ):
            changed.connect(soon.ask)
        desk.item_changed.connect(self._heed)
        models = desk.models()
        if models is not None:
            self._make_rows(models)
        self.retranslate()

    def _lay_out(self) -> None:
        space = theme.Space
        column = QVBoxLayout()
        column.setSpacing(space.M)
        for part in (self._title, self._intro, self.offer, self.problem):
            column.addWidget(part)
        for title, settings in (
            (self._settings_title, self.settings),
            (self._compute_title, self.compute),
        ):
            column.addSpacing(space.M)
            column.addWidget(title)
            column.addWidget(hairline())
            column.addWidget(settings)
        for group in GROUPS:
            column.addSpacing(space.L)
            column.addWidget(self._sections[group])
            self._places[group].setSpacing(0)
            column.addLayout(self._places[group])
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling_sheet(column, WIDTH))
        for part in (self.problem, *self._sections.values()):
            part.hide()

    def showEvent(self, event: QShowEvent) -> None:
        self.desk.refresh_models()
        self.desk.refresh_devices()
        self._show()
        super().showEvent(event)

    # ---- what is wanted ---------------------------------------------------------------------

    def download(self, *ids: str) -> None:
        """Fetch, resume or repair models and what they need; asks about licences first."""
        models = self.desk.models()
        if models is None:
            return
        wanted = model_jobs.with_needed(models, ids)
        busy = model_jobs.latest(self.desk.items())
        wanted = tuple(
            model
            for model in wanted
            if model.id not in busy or busy[model.id].state not in model_jobs.OPEN
        )
        self._agreed(
            wanted,
            lambda: self.desk.submit(
                tuple(api.DownloadModel(m.id, accept=m.consent == "needed") for m in wanted)
            ),
        )

    def _agreed(self, models: tuple[api.ModelState, ...], then: Callable[[], object]) -> None:
        """Call ``then`` once the user has agreed to every licence that asks for it."""
        asking = tuple(model for model in models if model.consent == "needed")
        if asking:
            self._open(ConsentDialog(asking, self)).accepted.connect(then)
        elif models:
            then()

    def _open(self, dialog: D) -> D:
        self.dialog = dialog
        dialog.destroyed.connect(lambda: setattr(self, "dialog", None))
        dialog.open()
        return dialog

    def _download_recommended(self) -> None:
        models = self.desk.models()
        if models is not None:
            self.download(*(model.id for model in models.models if model.recommended))

    def pause(self, id: str) -> None:
        item = model_jobs.latest(self.desk.items()).get(id)
        if item is not None:
            self.desk.cancel(item.id)

    def remove(self, id: str) -> None:
        model = self._model(id)
        if model is not None:
            self._open(RemovalBox(model, lambda: self.desk.submit((api.RemoveModel(id),)), self))

    def _ask_own(self, id: str | None = None, *, folder: bool) -> None:
        """Ask for the files of model ``id``, or of whichever model they turn out to be."""
        title = self.tr("Files you have")
        if folder:
            ask_folder(self, title, lambda path: self.use_own(path, id))
        else:
            models = self.tr("Models ({patterns})").format(patterns=FILES)
            ask_file(self, title, lambda path: self.use_own(path, id), models)

    def use_own(self, source: Path, id: str | None = None) -> None:
        """Copy files the user has into the store; their licence holds all the same."""
        model = self._model(id) if id else None
        job = api.ImportModel(source, id, accept=model is not None and model.consent == "needed")
        if model is None:
            self.desk.submit((job,))
        else:
            self._agreed((model,), lambda: self.desk.submit((job,)))

    def _model(self, id: str) -> api.ModelState | None:
        models = self.desk.models()
        found = models.models if models else ()
        return next((model for model in found if model.id == id), None)

    # ---- what is on screen ------------------------------------------------------------------

    def _heed(self, item: Item) -> None:
        """Announce the end of a model's job once, and ask for the licence of own files."""
        if not isinstance(item.job, model_jobs.ModelJob) or item.state in model_jobs.OPEN:
            self._announced.discard(item.id)
            return
        if item.id in self._announced:
            return
        self._announced.add(item.id)
        if item.problem is not None:
            code, details = item.problem
            model = self._model(str(details.get("id", "")))
            if isinstance(item.job, api.ImportModel) and code == "store.consent" and model:
                self.desk.remove(item.id)
                self.use_own(item.job.source, model.id)
            else:
                announce(self, self.desk.sentence(code, details))
        elif item.state == State.DONE:
            notes = item.result.notes if isinstance(item.result, api.ModelResult) else ()
            said = [
                f"{words.job(item.job)}: {words.status(item)}",
                *filter(None, map(words.note, notes)),
            ]
            announce(self, " ".join(said))

    def _show(self) -> None:
        models = self.desk.models()
        if not self.isVisible() or models is None:
            return
        items = self.desk.items()
        busy = model_jobs.latest(items)
        moving = any(
            isinstance(item.job, api.MoveModels) and item.state in model_jobs.OPEN for item in items
        )
        locked = moving or self.desk.setting("offline")
        for model in models.models:
            if model.id in self.rows:
                self.rows[model.id].show_model(model, busy.get(model.id), locked)
        self.settings.show_models(models, model_jobs.any_open(items))
        self._show_offer(models, busy)
        self._show_problem(items)

    def _make_rows(self, models: api.ModelsResult) -> None:
        """Once: the catalogue stays the same while the program runs."""
        if self._to_make is None:
            self._to_make = deque(sorted(models.models, key=lambda model: not model.recommended))
            self._making.start()

    def _make_some(self) -> None:
        assert self._to_make is not None
        for _ in range(min(ROWS_AT_ONCE, len(self._to_make))):
            model = self._to_make.popleft()
            row = ModelRow(self.desk, model)
            row.download.connect(self.download)
            row.pause.connect(self.pause)
            row.remove.connect(self.remove)
            row.verify.connect(lambda id: self.desk.submit((api.VerifyModel(id),)))
            row.use_folder.connect(lambda id: self._ask_own(id, folder=True))
            row.use_file.connect(lambda id: self._ask_own(id, folder=False))
            self._sections[model.groups[0]].show()
            place = self._places[model.groups[0]]
            place.addWidget(hairline())
            place.addWidget(row)
            self.rows[model.id] = row
        if not self._to_make:
            self._making.stop()
        self._show()

    def _show_offer(self, models: api.ModelsResult, busy: dict[str, Item]) -> None:
        """The recommended set, or that it is here, or that nothing may be fetched."""
        recommended = [model for model in models.models if model.recommended]
        missing = [m for m in recommended if m.standing != "installed"]
        tasks = words.protections(task for model in recommended for task in model.used_by)
        text = self.tr("Makes protection stronger against {threats}.").format(threats=tasks)
        title, offered = self.tr("Recommended for this computer"), False
        started = [m for m in missing if m.id in busy and busy[m.id].state in model_jobs.OPEN]
        if not missing:
            title = self.tr("The recommended models are here")
        elif self.desk.setting("offline"):
            text = self.tr("Offline mode is on. You can still use files you have.")
        elif len(started) == len(missing):
            title = self.tr("The recommended models are on their way")
        else:
            text = f"{words.effort(model_jobs.to_fetch(missing), models.rate)}\n{text}"
            offered = True
        self.offer.set_words(title, text, self.tr("Download"), offered=offered)

    def _show_problem(self, items: tuple[Item, ...]) -> None:
        """What went wrong with a job that belongs to no row."""
        last = [item for item in items if isinstance(item.job, api.ImportModel | api.MoveModels)]
        failed = last[-1] if last and last[-1].problem is not None else None
        self.problem.setVisible(failed is not None)
        if failed is not None and failed.problem is not None:
            self.problem.text.setText(self.desk.sentence(*failed.problem))

    def retranslate(self) -> None:
        self._title.setText(self.tr("Models"))
        self._intro.setText(
            self.tr(
                "Cloakroom works without these. Each is made by others and published; it is "
                "downloaded only when you say so, checked, and used on this computer alone."
            )
        )
        self._settings_title.setText(self.tr("Models on this computer"))
        self._compute_title.setText(self.tr("Computing"))
        for group, text in (
            ("photo", self.tr("For photos")),
            ("voice", self.tr("For voices")),
            ("check", self.tr("For checking")),
        ):
            self._sections[group].setText(text)
        self.offer.set_words(
            self.tr("Recommended for this computer"),
            self.tr("Getting ready…"),
            self.tr("Download"),
            offered=False,
        )
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
