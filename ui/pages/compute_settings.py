"""What computes, how finely, how fast it is here, and how long models stay in memory."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import api
from ui import model_jobs, theme, words
from ui.desk import Desk
from ui.pages.photo_options import DeviceChoice
from ui.widgets.fields import field, side_by_side
from ui.widgets.setting_choice import SettingChoice
from ui.widgets.small import Soon, button, label

MINUTES = (2, 10, 60)
CHOICE_WIDTH = 310


class ComputeSettings(QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.device = DeviceChoice(desk)
        self.devices = label("small", wrap=True)
        self.speed = label("", wrap=True)
        self.measure = button()
        self.precision = SettingChoice(desk, "precision")
        self._precision_words = label("small", wrap=True)
        self.unload = SettingChoice(desk, "unload_minutes")
        self.free = button()
        self._names = [label() for _ in range(4)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.Space.L)
        for choice in (self.device, self.precision, self.unload):
            choice.setMinimumWidth(CHOICE_WIDTH)
        for name, parts in zip(
            self._names,
            (
                [self.device, self.devices],
                [self.speed, side_by_side(self.measure)],
                [self.precision, self._precision_words],
                [side_by_side(self.unload, self.free)],
            ),
            strict=True,
        ):
            column.addLayout(field(name, parts))
        self.free.clicked.connect(desk.free_memory)
        self.measure.clicked.connect(
            lambda: desk.submit((api.MeasureSpeed(desk.setting("device")),))
        )
        soon = Soon(self._show, self)
        for changed in (
            *(desk.devices_changed, desk.setting_changed),
            *(desk.items_added, desk.item_changed, desk.item_removed),
        ):
            changed.connect(soon.ask)
        self.retranslate()

    def _show(self) -> None:
        known = [words.device(info) for info in self._desk.devices()]
        self.devices.setText("\n".join(known) or self.tr("Getting ready…"))
        self._offer_precisions()
        measuring = any(
            isinstance(item.job, api.MeasureSpeed) and item.state in model_jobs.OPEN
            for item in self._desk.items()
        )
        device = self._desk.setting("device")
        speeds = {speed.device: speed for speed in self._desk.setting("speeds")}
        if measuring:
            text = self.tr("Measuring…")
        elif device in speeds:
            speed = speeds[device]
            text = self.tr(
                "About {time} to protect a photo of 512 × 512 pixels. Measured on {device}."
            ).format(time=words.duration(speed.photo), device=speed.name)
        else:
            text = self.tr("Not measured on this device yet.")
        self.speed.setText(text)
        self.measure.setEnabled(not measuring)

    def _offer_precisions(self) -> None:
        """Those the device has, and the one that is set if it is another."""
        device = self._desk.setting("device")
        known = self._desk.devices()
        info = next((i for i in known if i.id == device), known[0] if known else None)
        there = info.precisions if info is not None else ()
        texts: dict[object, str] = {"auto": self.tr("Automatic")}
        names = {
            "float32": self.tr("Full (float32)"),
            "bfloat16": self.tr("Half (bfloat16)"),
            "float16": self.tr("Half (float16)"),
        }
        texts |= {key: name for key, name in names.items() if key in there}
        chosen = self._desk.setting("precision")
        if chosen not in texts:
            texts[chosen] = (
                self.tr("{name}, not on this device").format(name=names[chosen])
                if known
                else names[chosen]
            )
        self.precision.offer(texts)

    def retranslate(self) -> None:
        texts = (self.tr("Device"), self.tr("Speed"), self.tr("Precision"), self.tr("Memory"))
        for name, text in zip(self._names, texts, strict=True):
            name.setText(text)
        self._precision_words.setText(
            self.tr(
                "Of downloaded models. Half takes half the memory and is faster on a graphics card."
            )
        )
        choices: dict[object, str] = {
            n: self.tr("Unload models after {time} without work").format(
                time=words.duration(n * 60)
            )
            for n in MINUTES
        }
        chosen = self._desk.setting("unload_minutes")
        if chosen and chosen not in choices:
            time = words.duration(chosen * 60)
            text = self.tr("Unload models after {time} without work")
            choices[chosen] = text.format(time=time)
        self.unload.offer({**choices, 0: self.tr("Keep models until the program ends")})
        self.measure.setText(self.tr("Measure now"))
        self.free.setText(self.tr("Free memory now"))
        self.free.setToolTip(self.tr("Drops the loaded models; they are loaded again when needed"))
        for widget, text in (
            (self.measure, self.tr("Measure the speed of this device now")),
            (self.free, self.free.text()),
            (self.precision, self.tr("Precision of downloaded models")),
            (self.unload, self.tr("When models leave memory")),
        ):
            widget.setAccessibleName(text)
        for choice in (self.precision, self.unload):
            choice.view().setAccessibleName(choice.accessibleName())
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
