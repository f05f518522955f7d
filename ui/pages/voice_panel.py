"""The panel at the right of the Voices page: against what, how strongly, with which voice and
ambience, the one button, a preview, and the outcome."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine import api
from ui import theme, voice_words, words
from ui.desk import Desk
from ui.pages.voice_options import ProfileChoice, SceneChoice, VoiceDetails
from ui.pages.voice_result import VoiceOutcome
from ui.widgets.choice import StrengthSlider
from ui.widgets.presets import Presets
from ui.widgets.side_panel import SidePanel, offer_start
from ui.widgets.small import button, ground, label, name_button


class VoicePanel(SidePanel):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._targets = (0, False, False)
        self._asked = False
        self._threat = QWidget()
        ground(self._threat, "card")
        self._threat_name = label("strong", wrap=True)
        self._threat_words = label("small", wrap=True)
        self.strength = StrengthSlider(voice_words.promise)
        self.strength.set_strength(desk.setting("strength"))
        self.strength.changed.connect(lambda value: desk.set_setting("strength", value))
        self.profile = ProfileChoice(desk)
        self.scene = SceneChoice(desk)
        self.details = VoiceDetails(desk)
        self.protect = button("primary")
        self.preview = button("", "play")
        self.outcome = VoiceOutcome(desk)
        self._sections = [label("section") for _ in range(4)]
        self._desk = desk
        self.presets = Presets(desk, api.ProtectVoice.kind, self.choices, self.choose)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        layout, space = self.column, theme.Space
        self.lead_with(self.outcome)
        card = QVBoxLayout(self._threat)
        card.setContentsMargins(space.M, space.S, space.M, space.M)
        card.setSpacing(2)
        card.addWidget(self._threat_name)
        card.addWidget(self._threat_words)
        parts = (self._threat, self.strength, self.profile, self.scene)
        for section, part in zip(self._sections, parts, strict=True):
            if section is self._sections[0]:
                head = QHBoxLayout()
                head.addWidget(section, 1)
                head.addWidget(self.presets)
                layout.addLayout(head)
            else:
                layout.addWidget(section)
            layout.addWidget(part)
            layout.addSpacing(space.XS)
        layout.addWidget(self.details)
        layout.addStretch(1)
        self.keep_in_sight(self.protect, self.forecast, self.preview)

    def showEvent(self, event: QShowEvent) -> None:
        """Which voices and scenes there are is asked for when somebody may want to know."""
        if not self._asked:
            self._asked = True
            self.profile.refresh()
            self.scene.refresh()
        super().showEvent(event)

    def show_targets(self, count: int, *, again: bool, this: bool) -> None:
        self._targets = (count, again, this)
        self._show()

    def choices(self) -> dict[str, Any]:
        """What is chosen here, as plain values for a preset."""
        return {"strength": self.strength.strength} | self.details.choices()

    def choose(self, values: dict[str, Any]) -> None:
        self.strength.set_strength(values.get("strength", self.strength.strength))
        self._desk.set_setting("strength", self.strength.strength)
        self.details.choose(values)

    def show_preview(self, there: bool, *, ready: bool, waiting: bool) -> None:
        """It has its place from the start, so that the button above it stays where it is."""
        self.preview.setVisible(there)
        self.preview.setEnabled(ready and not waiting)
        text = self.tr("Preparing the preview…") if waiting else self.tr("Hear a preview from here")
        self.preview.setText(text)
        name_button(self.preview, text, words.key_text("Ctrl+P"))

    def _show(self) -> None:
        count, again, this = self._targets
        if again:
            text = self.tr("Protect again")
        elif this:
            text = self.tr("Protect this recording")
        else:
            text = self.tr("Protect {recordings}").format(recordings=voice_words.recordings(count))
        offer_start(self.protect, text, count, again=again)

    def retranslate(self) -> None:
        texts = (
            self.tr("Protect against"),
            self.tr("Strength"),
            self.tr("Voice"),
            self.tr("Ambience"),
        )
        for section, text in zip(self._sections, texts, strict=True):
            section.setText(text)
        self._threat_name.setText(self.tr("Voice cloning"))
        self._threat_words.setText(self.tr("Someone has an AI say things in this voice"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
