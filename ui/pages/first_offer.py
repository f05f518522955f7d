"""The first-run card: the small models that make photo protection stronger, offered once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from ui import model_jobs, words
from ui.desk import Desk
from ui.widgets.offer import Offer
from ui.widgets.small import Soon

WIDTH = 560


class FirstOffer(Offer):
    """Gone for good once it was taken or sent away; not there when nothing may be downloaded."""

    wanted = Signal(object)  # tuple[str, ...]: ids to download

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(dismissible=True, parent=parent)
        self._desk = desk
        self.setMaximumWidth(WIDTH)
        self.accepted.connect(self._take)
        self.dismissed.connect(lambda: desk.set_setting("models_offered", True))
        soon = Soon(self.retranslate, self)
        for changed in (desk.models_changed, desk.setting_changed, desk.items_added):
            changed.connect(soon.ask)
        self.retranslate()

    def _ids(self) -> tuple[str, ...]:
        models = self._desk.models()
        found = model_jobs.recommended_photo_models(models) if models else ()
        return tuple(model.id for model in found)

    def _take(self) -> None:
        ids = self._ids()
        self._desk.set_setting("models_offered", True)
        self._desk.notice.emit(self.tr("The download has started. The Models page shows it."))
        self.wanted.emit(ids)

    def retranslate(self) -> None:
        models = self._desk.models()
        missing = model_jobs.recommended_photo_models(models) if models else ()
        refused = self._desk.setting("models_offered") or self._desk.setting("offline")
        busy = model_jobs.any_open(self._desk.items())
        self.setVisible(bool(missing) and not refused and not busy)
        tasks = words.protections(task for model in missing for task in model.used_by)
        effort = words.effort(model_jobs.to_fetch(missing), models.rate if models else None)
        brings = self.tr("Makes protection stronger against {threats}.").format(threats=tasks)
        self.set_words(
            self.tr("Recommended models for this computer"),
            f"{effort}\n{brings}",
            self.tr("Download"),
            self.tr("Not now"),
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
