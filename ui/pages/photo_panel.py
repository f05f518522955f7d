"""The panel at the right: the outcome; against what, how strongly, where; the one button."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine import api
from ui import theme, words
from ui.desk import Desk
from ui.pages.face_rehearsal import FaceRehearsal
from ui.pages.photo_faces import FacesRow
from ui.pages.photo_options import PhotoDetails
from ui.pages.photo_rehearsal import Rehearsal
from ui.pages.photo_result import PhotoFigures
from ui.widgets.choice import StrengthSlider, ThreatCard
from ui.widgets.outcome import Outcome
from ui.widgets.presets import Presets
from ui.widgets.side_panel import SidePanel, offer_start
from ui.widgets.small import button, label


class PhotoPanel(SidePanel):
    threats_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._targets = (0, False, False)
        self._painted = False
        self._painting = False
        self.cards = [ThreatCard(threat) for threat in api.THREATS]
        wanted = set(desk.setting("threats"))
        for card in self.cards:
            card.setChecked(card.threat in wanted)
            card.toggled.connect(self._threats_changed)
        self.strength = StrengthSlider()
        self.strength.set_strength(desk.setting("strength"))
        self.strength.changed.connect(lambda value: desk.set_setting("strength", value))
        self.area = label()
        self.paint = button("plain", "brush")
        self.paint.setCheckable(True)
        self.faces = FacesRow()
        self.details = PhotoDetails(desk)
        self.protect = button("primary")
        self._why = label("small", wrap=True)
        self.outcome = Outcome(desk, PhotoFigures())
        self.rehearsal = Rehearsal(desk)
        self.face_rehearsal = FaceRehearsal(desk)
        self._sections = [label("section") for _ in range(3)]
        self.presets = Presets(desk, api.ProtectPhoto.kind, self.choices, self.choose)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        layout, space = self.column, theme.Space
        self.lead_with(self.outcome, self.rehearsal, self.face_rehearsal)
        head = QHBoxLayout()
        head.addWidget(self._sections[0], 1)
        head.addWidget(self.presets)
        layout.addLayout(head)
        for card in self.cards:
            layout.addWidget(card)
        layout.addSpacing(space.S)
        layout.addWidget(self._sections[1])
        layout.addWidget(self.strength)
        layout.addSpacing(space.XS)
        area = QHBoxLayout()
        area.setSpacing(space.S)
        area.addWidget(self._sections[2])
        area.addWidget(self.area, 1)
        area.addWidget(self.paint)
        layout.addLayout(area)
        layout.addWidget(self.faces)
        layout.addWidget(self.details)
        layout.addStretch(1)
        self.keep_in_sight(self.protect, self._why, self.forecast)

    def threats(self) -> tuple[api.Threat, ...]:
        chosen = {card.threat for card in self.cards if card.isChecked()}
        return tuple(threat for threat in api.THREATS if threat in chosen)

    def choices(self) -> dict[str, Any]:
        """What is chosen here, as plain values for a preset."""
        chosen = {"threats": list(self.threats()), "strength": self.strength.strength}
        return chosen | self.details.choices()

    def choose(self, values: dict[str, Any]) -> None:
        threats = values.get("threats", self.threats())
        for card in self.cards:
            card.setChecked(card.threat in threats)
        self.strength.set_strength(values.get("strength", self.strength.strength))
        self._desk.set_setting("strength", self.strength.strength)
        self.details.choose(values)

    def _threats_changed(self) -> None:
        self._desk.set_setting("threats", self.threats())
        self._show()
        self.threats_changed.emit()

    def show_targets(self, count: int, *, again: bool, this: bool) -> None:
        self._targets = (count, again, this)
        self._show()

    def show_area(self, painted: bool) -> None:
        self._painted = painted
        self._show()

    def set_painting(self, painting: bool) -> None:
        self._painting = painting
        self._show()

    def allow_painting(self, allowed: bool) -> None:
        self.paint.setEnabled(allowed)

    def _show(self) -> None:
        count, again, this = self._targets
        threats = bool(self.threats())
        if again:
            text = self.tr("Protect again")
        elif this:
            text = self.tr("Protect this photo")
        else:
            text = self.tr("Protect {photos}").format(photos=words.photos(count))
        offer_start(self.protect, text, count, again=again)
        self.protect.setEnabled(threats)
        self._why.setText(self.tr("Choose at least one thing to protect against."))
        self._why.setVisible(count > 0 and not threats)
        self.faces.set_wanted("faceswap" in self.threats(), alone=self.threats() == ("faceswap",))
        whole = self.tr("Faces only") if self.threats() == ("faceswap",) else self.tr("Whole photo")
        self.area.setText(self.tr("Painted area") if self._painted else whole)
        self.paint.setChecked(self._painting)
        self.paint.setText(self.tr("Paint…"))
        self.paint.setAccessibleName(self.tr("Paint where the cloak may go"))
        self.paint.setToolTip(self.tr("Paint where the cloak may go"))

    def retranslate(self) -> None:
        for section, text in zip(
            self._sections,
            (self.tr("Protect against"), self.tr("Strength"), self.tr("Where")),
            strict=True,
        ):
            section.setText(text)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
