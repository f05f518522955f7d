"""Whose voice it is, which ambience may be added, and the details few need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine import api
from engine.problems import Problem
from ui import theme, voice_words
from ui.desk import Desk
from ui.pages.photo_options import DeviceChoice
from ui.player import Track
from ui.widgets.small import Disclosure, button, icon_button, label, name_button
from ui.widgets.steady import Choice, WholeNumber


class _Combo(Choice):
    """Narrow enough for the panel, whatever its entries are."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)

    def fill(self, entries: list[tuple[str, str]], chosen: str) -> None:
        """Pairs of key and text."""
        with QSignalBlocker(self):
            self.clear()
            for key, text in entries:
                self.addItem(text, key)
            self.setCurrentIndex(max(0, self.findData(chosen)))

    def name(self, text: str) -> None:
        self.setAccessibleName(text)
        self.view().setAccessibleName(text)


class ProfileChoice(QWidget):
    """The voices that were learnt; without one the recording itself is learnt from."""

    enrol = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._profiles: tuple[api.VoiceProfile, ...] = ()
        self.combo = _Combo()
        self.learn = button()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.Space.S)
        row.addWidget(self.combo, 1)
        row.addWidget(self.learn)
        self.learn.clicked.connect(self.enrol)
        self.combo.activated.connect(
            lambda _: desk.set_setting("voice_profile", self.combo.currentData())
        )
        self.retranslate()

    @property
    def profile(self) -> str | None:
        return self.combo.currentData() or None

    def refresh(self) -> None:
        job = api.ListProfiles(self._desk.folder("data"))
        self._desk.look(self, job, self._listed)

    def _listed(self, got: api.ProfilesResult | Problem) -> None:
        if isinstance(got, api.ProfilesResult):
            self._profiles = got.profiles
            self._fill()

    def _fill(self) -> None:
        entries = [("", self.tr("From this recording"))]
        entries += [(profile.name, profile.name) for profile in self._profiles]
        self.combo.fill(entries, self._desk.setting("voice_profile"))

    def retranslate(self) -> None:
        self.combo.name(self.tr("Voice"))
        self.combo.setToolTip(
            self.tr("A voice that was learnt once protects every recording of it faster.")
        )
        self.learn.setText(self.tr("Learn…"))
        name_button(self.learn, self.tr("Learn my voice"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class SceneChoice(QWidget):
    """An ambience that may be added, and a way to hear just that."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._scenes: tuple[api.Scene, ...] = ()
        self.combo = _Combo()
        self.listen = icon_button("speaker")
        self._words = label("small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme.Space.XS)
        row.addWidget(self.combo, 1)
        row.addWidget(self.listen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.XS)
        layout.addLayout(row)
        layout.addWidget(self._words)
        self.combo.activated.connect(self._chosen)
        self.listen.clicked.connect(self._listen)
        self.retranslate()

    def refresh(self) -> None:
        job = api.ListScenes(self._desk.folder("data"))
        self._desk.look(self, job, self._listed)

    @property
    def scene(self) -> str | None:
        return self.combo.currentData() or None

    def _listed(self, got: api.ScenesResult | Problem) -> None:
        if isinstance(got, api.ScenesResult):
            self._scenes = got.scenes
            self._fill()

    def _fill(self) -> None:
        entries = [("", self.tr("None"))]
        entries += [
            (scene.id, scene.id if scene.own else voice_words.scene(scene.id))
            for scene in self._scenes
        ]
        self.combo.fill(entries, self._desk.setting("voice_scene"))
        self._show()

    def _chosen(self) -> None:
        self._desk.set_setting("voice_scene", self.combo.currentData())
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        there = self.scene is not None
        self.listen.setEnabled(there)
        self._words.setText(
            self.tr("Everybody hears it: quiet background sound below the voice.")
            if there
            else self.tr("No sound is added that a listener would notice as such.")
        )

    def _listen(self) -> None:
        scene = self.scene
        if scene is not None:
            out = self._desk.folder("sounds") / f"scene-{len(scene)}-{abs(hash(scene))}.wav"
            job = api.PlayScene(self._desk.folder("data"), scene, out)
            self._desk.look(self, job, self._play)

    def _play(self, got: api.SoundClip | Problem) -> None:
        if isinstance(got, Problem):
            self._desk.notice.emit(self._desk.sentence(got.code, got.details))
        else:
            player = self._desk.player()
            player.set_loop(None)
            player.load(Track(Path(got.file)), at=0)
            player.play()

    def retranslate(self) -> None:
        self.combo.name(self.tr("Ambience"))
        name_button(self.listen, self.tr("Listen to just the ambience"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class VoiceDetails(Disclosure):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.method, self.quality = _Combo(), _Combo()
        self._method_words = label("small", wrap=True)
        self._seed = WholeNumber()
        self._seed.setRange(0, 2**31 - 1)
        self._seed.lineEdit().setTextMargins(theme.Space.S, 0, theme.Space.S, 0)
        self.device = DeviceChoice(desk)
        self._rows = [label("small") for _ in range(4)]
        form = QFormLayout(self.body)
        form.setContentsMargins(0, 0, 0, theme.Space.S)
        form.setHorizontalSpacing(theme.Space.M)
        form.setVerticalSpacing(theme.Space.S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._rows[0], self.method)
        form.addRow(self._method_words)
        fields: tuple[QWidget, ...] = (self.quality, self._seed, self.device)
        for name, field in zip(self._rows[1:], fields, strict=True):
            form.addRow(name, field)
        self.method.activated.connect(lambda _: self._set("voice_method", self.method))
        self.quality.activated.connect(lambda _: self._set("voice_quality", self.quality))
        self.retranslate()

    def _set(self, setting: str, combo: QComboBox) -> None:
        self._desk.set_setting(setting, combo.currentData())
        self._explain()

    @property
    def seed(self) -> int:
        return self._seed.value()

    def choices(self) -> dict[str, Any]:
        """What is chosen here, but for the device, as plain values."""
        chosen = (self.method.currentData(), self.quality.currentData())
        return {"method": chosen[0], "quality": chosen[1], "seed": self.seed}

    def choose(self, values: dict[str, Any]) -> None:
        for combo, name in ((self.method, "method"), (self.quality, "quality")):
            row = combo.findData(values.get(name, combo.currentData()))
            if row >= 0:
                combo.setCurrentIndex(row)
                self._set(f"voice_{name}", combo)
        self._seed.setValue(values.get("seed", self.seed))

    def methods(self, scene: str | None) -> tuple[api.VoiceMethod, ...]:
        """What was chosen; an ambience is always SceneGuard's."""
        chosen: api.VoiceMethod = self.method.currentData()
        if scene is None or chosen == "sceneguard":
            return (chosen,)
        return ("cloneshield" if chosen == "auto" else chosen, "sceneguard")

    def _explain(self) -> None:
        self._method_words.setText(voice_words.method(self.method.currentData())[1])

    def retranslate(self) -> None:
        self.set_title(self.tr("Details"))
        names = (self.tr("Method"), self.tr("Speed"), self.tr("Seed"), self.tr("Device"))
        for row, name in zip(self._rows, names, strict=True):
            row.setText(name)
        self.method.name(names[0])
        self.quality.name(names[1])
        self._seed.setAccessibleName(names[2])
        self._seed.setToolTip(self.tr("The same seed and device give the same file"))
        methods = [(key, voice_words.method(key)[0]) for key in api.VOICE_METHODS]
        self.method.fill(methods, self._desk.setting("voice_method"))
        qualities = [(key, voice_words.quality(key)) for key in api.VOICE_QUALITIES]
        self.quality.fill(qualities, self._desk.setting("voice_quality"))
        self._explain()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
