"""The middle of the Check page: the answer in one sentence, the file, and the evidence as cards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from engine import api
from engine.wording import checks
from ui import theme, words
from ui.desk import Desk, State
from ui.pages.check_model import Suspect
from ui.pages.check_parts import Finding, Makers, Opinion, Shown
from ui.widgets.small import Segments, ground, label
from ui.words import translate

_ORDER = {"strong": 0, "hint": 1, "explanation": 2}
_VIEWS = ("seen", "heat", "difference")


class CheckResultView(QScrollArea):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._suspect: Suspect | None = None
        self._shown: api.CheckResult | None = None
        self.headline = label("title", wrap=True)
        self.level = label("section")
        self.why = label(wrap=True)
        self.views = Segments(_VIEWS)
        self.picture = Shown(300)
        self._cards = QWidget()
        self._list = QVBoxLayout(self._cards)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.Space.S)
        sheet = QWidget()
        ground(sheet, "canvas")
        layout = QVBoxLayout(sheet)
        space = theme.Space
        layout.setContentsMargins(space.XL, space.L, space.XL, space.XL)
        layout.setSpacing(space.S)
        for part in (self.level, self.headline, self.why):
            layout.addWidget(part)
        layout.addSpacing(space.S)
        layout.addWidget(self.views, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.picture)
        layout.addSpacing(space.S)
        layout.addWidget(self._cards)
        layout.addStretch(1)
        self.setWidget(sheet)
        self.setWidgetResizable(True)
        ground(self, "canvas")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.views.chosen.connect(lambda _: self._show_picture())
        self.retranslate()

    def show_suspect(self, suspect: Suspect | None) -> None:
        fresh = suspect is not self._suspect
        self._suspect = suspect
        result = suspect.result if suspect else None
        state = suspect.state if suspect else None
        if state == State.FAILED and suspect and suspect.item and suspect.item.problem:
            self._say("", self._desk.sentence(*suspect.item.problem), "")
        elif result is None or state == State.RUNNING:
            progress = suspect.item.progress if suspect and suspect.item else None
            stage = words.stage(progress.stage) if progress else ""
            self._say("", stage or self.tr("Waiting"), "")
        else:
            self._say(
                translate("Check", checks.LEVELS[result.level]),
                checks.headline(result, translate),
                "\n".join(checks.reasons(result, translate)),
            )
        if result is not self._shown or fresh:
            self._shown = result
            if fresh:
                self.views.choose("seen")
                self.verticalScrollBar().setValue(0)
            self._show_cards(result)
            self._show_picture()

    def _say(self, level: str, headline: str, why: str) -> None:
        for part, text in ((self.level, level), (self.headline, headline), (self.why, why)):
            part.setText(text)
            part.setVisible(bool(text))

    def show_live(self, pictures: tuple[api.Picture, ...]) -> None:
        """What the engine has already drawn of the file that is being checked."""
        seen = next((picture for picture in pictures if picture.name == "seen"), None)
        if seen is not None and not (self._shown and self._shown.pictures):
            self.picture.show_picture(seen)

    def _show_picture(self) -> None:
        result = self._shown
        there = {picture.name: picture for picture in result.pictures} if result else {}
        self.views.offer(name for name in _VIEWS if name in there)
        chosen = next(
            (name for name, part in self.views.buttons.items() if part.isChecked()), "seen"
        )
        if there or result is None:
            self.picture.show_picture(there.get(chosen, there.get("seen")))

    def _show_cards(self, result: api.CheckResult | None) -> None:
        while (entry := self._list.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if result is None:
            return
        decisive = set(result.reasons)
        for evidence in sorted(
            result.evidence, key=lambda e: (e.key not in decisive, _ORDER[e.strength])
        ):
            places = checks.changes(result, translate) if evidence.picture == "difference" else ()
            self._list.addWidget(Finding(evidence, result.pictures, places))
        for reading in result.detectors:
            self._list.addWidget(Opinion(reading))
        self._list.addWidget(Makers(result.media))
        for note in checks.notes(result, translate):
            line = label("small", wrap=True)
            line.setText(note)
            self._list.addWidget(line)
        limits = label("small", wrap=True)
        limits.setText(translate("Check", checks.LIMITS))
        self._list.addWidget(limits)

    def retranslate(self) -> None:
        self.views.set_texts({name: translate("Check", checks.PICTURES[name]) for name in _VIEWS})
        self._shown = None
        self.show_suspect(self._suspect)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
