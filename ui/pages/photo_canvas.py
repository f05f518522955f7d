"""The middle of the Photos page: the photo with its comparison, or what an attacker gets of it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine import api
from ui import words
from ui.pages.photo_rehearsal import Rehearsal
from ui.widgets.canvas_bar import CanvasBar
from ui.widgets.compare import CompareView
from ui.widgets.pair_view import PairView
from ui.widgets.small import ground

LIVE = "as-saved"  # what an attack shows while it runs


class PhotoCanvas(QWidget):
    """Shows the pair of the rehearsal that was chosen; any other mode of the bar ends that."""

    def __init__(self, bar: CanvasBar, compare: CompareView, rehearsal: Rehearsal) -> None:
        super().__init__()
        ground(self, "canvas")
        self._bar, self._compare, self._rehearsal = bar, compare, rehearsal
        self.pair = PairView()
        self._chosen = ("", "")  # attack and treatment
        self._live: dict[str, api.Picture] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(compare)
        self._stack.addWidget(self.pair)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        bar.attack_chosen.connect(self._show_attack)
        rehearsal.chosen.connect(self._choose)
        rehearsal.started.connect(self._started)

    def show_rehearsal(self) -> None:
        """The photo, or how its rehearsal stands, has changed."""
        result = self._rehearsal.result
        something = result is not None or (self._rehearsal.running and bool(self._live))
        if not self._rehearsal.running:
            self._live = {}
        self._bar.offer_attack(something)
        if not something:
            self._show_attack(False)
        elif self.attacking:
            self._show_pair()

    def show_live(self, pictures: Iterable[api.Picture]) -> None:
        self._live.update((picture.name, picture) for picture in pictures)
        if not self._bar.attack_offered:
            self._bar.offer_attack(True)
            self._show_attack(True)
        self._show_pair()

    @property
    def attacking(self) -> bool:
        return self._stack.currentWidget() is self.pair

    def _started(self) -> None:
        self._live = {}
        self._chosen = ("", "")

    def _choose(self, attack: str, treatment: str) -> None:
        self._chosen = (attack, treatment)
        self._show_attack(True)
        self._show_pair()

    def _show_attack(self, wanted: bool) -> None:
        self._bar.choose_attack(wanted)
        self._stack.setCurrentWidget(self.pair if wanted else self._compare)
        if wanted:
            self._show_pair()

    def _show_pair(self) -> None:
        result = self._rehearsal.result
        if result is None:
            # Whatever came last: an edit while it develops, then each treatment.
            names = [name.partition(":")[2] for name in self._live]
            treatment = names[-1] if names else LIVE
            pair = [self._live.get(f"{side}:{treatment}") for side in ("control", "attacked")]
            self.pair.set_heading(words.treatment(treatment) if treatment != LIVE else "")
            self.pair.show_pair(*pair, self._names(edit=treatment == LIVE))
            return
        outcomes = {outcome.attack: outcome for outcome in result.outcomes}
        attack, treatment = self._chosen
        outcome = outcomes.get(attack) or next(iter(outcomes.values()), None)
        if outcome is None:
            return
        treatment = treatment or LIVE
        self.pair.set_heading("" if treatment == LIVE else words.treatment(treatment))
        self.pair.show_pair(
            outcome.picture("control", treatment),
            outcome.picture("attacked", treatment),
            self._names(edit=outcome.attack == "edit"),
        )

    def _names(self, *, edit: bool) -> tuple[str, str]:
        if edit:
            return (self.tr("AI edit of the original"), self.tr("AI edit of yours"))
        return (self.tr("Original, treated alike"), self.tr("Yours"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_rehearsal()
        super().changeEvent(event)
