"""The details of a photo job that few need: limit, seed, native resolution, device."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.desk import Desk
from ui.widgets.small import Disclosure, label
from ui.widgets.steady import Choice, Number, WholeNumber


class DeviceChoice(Choice):
    """The device that works: chosen automatically, or one of those there are."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        desk.devices_changed.connect(self._fill)
        desk.setting_changed.connect(self._setting_changed)
        self.activated.connect(lambda _: desk.set_setting("device", self.currentData()))
        self.retranslate()

    def _setting_changed(self, name: str, value: object) -> None:
        if name == "device":
            self._fill()

    def _fill(self, _devices: object = None) -> None:
        chosen = self._desk.setting("device")
        entries = [("auto", self.tr("Automatic"))]
        entries += [(info.id, info.name) for info in self._desk.devices()]
        if chosen not in dict(entries):
            entries.append((chosen, chosen))  # not there now, but that is the setting
        with QSignalBlocker(self):
            self.clear()
            for key, name in entries:
                self.addItem(name, key)
            self.setCurrentIndex([key for key, _ in entries].index(chosen))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Device"))
        self.view().setAccessibleName(self.tr("Device"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class PhotoDetails(Disclosure):
    """Every parameter of the job that is not a threat, a strength or a mask."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limited = QCheckBox()
        self._limit = Number()
        self._limit.setRange(0.5, 64)
        self._limit.setDecimals(1)
        self._limit.setSingleStep(0.5)
        self._limit.setValue(8)
        self._limit.setEnabled(False)
        self._seed = WholeNumber()
        self._seed.setRange(0, 2**31 - 1)
        self._native = QCheckBox()
        self._native.setChecked(desk.setting("native"))
        self._native_words = label("small", wrap=True)
        self.device = DeviceChoice(desk)
        self._rows = [label("small") for _ in range(2)]
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme.Space.M)
        form.setVerticalSpacing(theme.Space.S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._limited, self._limit)
        form.addRow(self._rows[0], self._seed)
        form.addRow(self._rows[1], self.device)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, theme.Space.S)
        layout.setSpacing(theme.Space.S)
        layout.addLayout(form)
        layout.addWidget(self._native)
        layout.addWidget(self._native_words)
        for field in (self._limit, self._seed):
            field.lineEdit().setTextMargins(theme.Space.S, 0, theme.Space.S, 0)
        self._limited.toggled.connect(self._limit.setEnabled)
        self._native.toggled.connect(lambda on: desk.set_setting("native", on))
        self.retranslate()

    @property
    def epsilon(self) -> float | None:
        """The user's own limit of the change, 0 to 1 of full scale; None leaves it to the
        strength."""
        return self._limit.value() / 255 if self._limited.isChecked() else None

    @property
    def seed(self) -> int:
        return self._seed.value()

    @property
    def native(self) -> bool:
        return self._native.isChecked()

    def choices(self) -> dict[str, Any]:
        """What is chosen here, but for the device, as plain values."""
        return {"epsilon": self.epsilon, "seed": self.seed, "native": self.native}

    def choose(self, values: dict[str, Any]) -> None:
        epsilon = values.get("epsilon")
        self._limited.setChecked(epsilon is not None)
        if epsilon is not None:
            self._limit.setValue(255 * epsilon)
        self._seed.setValue(values.get("seed", self.seed))
        self._native.setChecked(values.get("native", self.native))

    def retranslate(self) -> None:
        self.set_title(self.tr("Details"))
        self._limited.setText(self.tr("Own limit"))
        self._limited.setToolTip(
            self.tr("Largest change of any colour value, instead of what the strength allows")
        )
        self._limit.setSuffix(self.tr(" of 255"))
        self._limit.setAccessibleName(self.tr("Largest change of any colour value"))
        self._rows[0].setText(self.tr("Seed"))
        self._seed.setAccessibleName(self.tr("Seed"))
        self._seed.setToolTip(self.tr("The same seed and device give the same file"))
        self._rows[1].setText(self.tr("Device"))
        self._native.setText(self.tr("Work at native resolution"))
        self._native_words.setText(
            self.tr("Slower. Works on every pixel of a large photo, not on a smaller copy.")
        )
        self._native.setAccessibleDescription(self._native_words.text())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
