"""The bar above the canvas: how to look at the photo, or the brush while painting."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QStackedLayout, QWidget

from ui import theme
from ui.widgets.box_bar import BoxBar
from ui.widgets.compare import BRUSH_MAX, BRUSH_MIN, CompareView
from ui.widgets.layers import MODES
from ui.widgets.small import ElidedLabel, Segments, button, ground, icon_button, label, name_button

ATTACK = "attack"  # beside the modes of the view: what an attacker gets
ROOMY = 560  # from this width on there is room for the zoom's figure


class CanvasBar(QWidget):
    painting_changed = Signal(bool)
    boxing_changed = Signal(bool)
    attack_chosen = Signal(bool)  # to look at what an attacker gets, or again at the photo

    def __init__(self, view: CompareView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "toolbar")
        self.view = view
        self.attack_offered = False
        self._attacking = False
        self.setFixedHeight(48)
        self._looking, self._brushing = QWidget(), QWidget()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 1)
        self._stack.addWidget(self._looking)
        self._stack.addWidget(self._brushing)
        self.boxing = BoxBar(view.boxes)
        self._stack.addWidget(self.boxing)
        self._lay_out_looking()
        self._lay_out_brushing()
        view.modes_changed.connect(self._offer)
        view.zoom_changed.connect(self._show_zoom)
        view.picture_changed.connect(self._show_zoom_buttons)
        view.painting_left.connect(lambda: self.set_painting(False))
        view.boxes.left.connect(lambda: self.set_boxing(False))
        view.boxes.picked.connect(self.boxing.show_choice)
        view.boxes.changed.connect(self.boxing.show_choice)
        self.boxing.done.clicked.connect(lambda: self.set_boxing(False))
        self.retranslate()
        self._offer(())

    def _lay_out_looking(self) -> None:
        self.file = ElidedLabel()
        self.file.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.modes = Segments((*MODES, ATTACK))
        self.modes.chosen.connect(self._choose)
        self._zoom = label("small")
        self._actual = button("plain")
        self._fit = button("plain")
        row = self._row(self._looking)
        row.addWidget(self.modes, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.file, 1)
        row.addWidget(self._zoom)
        row.addWidget(self._actual)
        row.addWidget(self._fit)
        self._actual.clicked.connect(self.view.actual_size)
        self._fit.clicked.connect(self.view.fit)

    def _lay_out_brushing(self) -> None:
        self._tools = Segments(("paint", "erase"))
        self._tools.offer(("paint", "erase"))
        self._tools.choose("paint")
        self.brush_size = QSlider(Qt.Orientation.Horizontal)
        self.brush_size.setRange(BRUSH_MIN, BRUSH_MAX)
        self.brush_size.setValue(self.view.brush)
        self.brush_size.setMaximumWidth(150)
        self.brush_size.setMinimumWidth(60)
        self._size_name = label("small")
        self.invert = icon_button("invert")
        self.clear = icon_button("clear")
        self.done = button()
        row = self._row(self._brushing)
        row.addWidget(self._tools, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._size_name)
        row.addWidget(self.brush_size, 1)
        row.addWidget(self.invert)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.done)
        self._tools.chosen.connect(lambda tool: self.view.set_erasing(tool == "erase"))
        self.brush_size.valueChanged.connect(self.view.set_brush)
        self.invert.clicked.connect(self.view.invert_mask)
        self.clear.clicked.connect(self.view.clear_mask)
        self.done.clicked.connect(lambda: self.set_painting(False))
        self.view.brush_changed.connect(self._show_brush)
        self.view.erasing_changed.connect(lambda on: self._tools.choose("erase" if on else "paint"))

    def _row(self, widget: QWidget) -> QHBoxLayout:
        row = QHBoxLayout(widget)
        row.setContentsMargins(theme.Space.M, 0, theme.Space.S, 0)
        row.setSpacing(theme.Space.S)
        return row

    def set_painting(self, painting: bool) -> None:
        """Switch between looking and painting."""
        if painting == self.view.painting:
            return
        if painting and self.view.layers.photo_size() is None:
            self.painting_changed.emit(False)
            return
        if painting:
            self.set_boxing(False)
        self.view.set_painting(painting)
        self._stack.setCurrentWidget(self._brushing if painting else self._looking)
        if painting:
            self.view.setFocus()
        self.painting_changed.emit(painting)

    def set_boxing(self, boxing: bool) -> None:
        """Switch between looking and setting the boxes of faces."""
        if boxing == self.view.boxes.active:
            return
        if boxing and self.view.layers.photo_size() is None:
            self.boxing_changed.emit(False)
            return
        self.set_painting(False)
        self.view.boxes.set_active(boxing)
        self.boxing.show_choice()
        self._stack.setCurrentWidget(self.boxing if boxing else self._looking)
        if boxing:
            self.view.setFocus()
        self.boxing_changed.emit(boxing)

    def set_file(self, name: str) -> None:
        self.file.set_full(name)

    def _offer(self, modes: tuple[str, ...]) -> None:
        self.modes.offer((*modes, ATTACK) if self.attack_offered else modes)
        if not self._attacking:
            self.modes.choose(self.view.shown_mode or self.view.mode)

    def _choose(self, mode: str) -> None:
        self.modes.choose(mode)
        self._attacking = mode == ATTACK
        if not self._attacking:
            self.view.set_mode(mode)
        self.attack_chosen.emit(self._attacking)
        self._show_zoom_buttons()

    def offer_attack(self, offered: bool) -> None:
        """Whether there is something to show of an attack."""
        if offered != self.attack_offered:
            self.attack_offered = offered
            self._offer(self.view.modes)

    def choose_attack(self, chosen: bool) -> None:
        """Show as chosen what an attacker gets, or how the photo is looked at."""
        self._attacking = chosen
        self.modes.choose(ATTACK if chosen else self.view.shown_mode or self.view.mode)
        self._show_zoom_buttons()

    def _show_brush(self, diameter: int) -> None:
        with QSignalBlocker(self.brush_size):
            self.brush_size.setValue(diameter)

    def _show_zoom_buttons(self) -> None:
        found = self.view.layers.get(self.view.shown()[0]) is not None
        picture = found and not self._attacking
        self._actual.setVisible(picture)
        self._fit.setVisible(picture)
        self._zoom.setVisible(picture and self.width() >= ROOMY)

    def _show_zoom(self, zoom: float) -> None:
        self._zoom.setText(self.tr("{percent} %").format(percent=round(zoom * 100)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        roomy = event.size().width() >= ROOMY
        self._show_zoom_buttons()
        self._size_name.setVisible(roomy)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 48)

    def retranslate(self) -> None:
        self.modes.set_texts(
            {
                "compare": self.tr("Compare"),
                "difference": self.tr("Difference ×10"),
                "seen": self.tr("AI view"),
                ATTACK: self.tr("Attack"),
            }
        )
        self.modes.buttons["seen"].setToolTip(self.tr("What an AI makes of each of them"))
        self.modes.buttons[ATTACK].setToolTip(self.tr("What an attacker gets from each of them"))
        self._actual.setText(self.tr("100 %"))
        name_button(self._actual, self.tr("Actual size"), "1")
        self._fit.setText(self.tr("Fit"))
        name_button(self._fit, self.tr("Fit to the window"), "0")
        self._tools.set_texts({"paint": self.tr("Paint"), "erase": self.tr("Erase")})
        self._size_name.setText(self.tr("Brush"))
        self.brush_size.setAccessibleName(self.tr("Brush size"))
        self.brush_size.setToolTip(self.tr("Brush size ([ and ])"))
        name_button(self.invert, self.tr("Invert"), "I")
        name_button(self.clear, self.tr("Clear"), self.tr("Delete"))
        self.done.setText(self.tr("Done"))
        name_button(self.done, self.tr("Done painting"), self.tr("Esc"))
        self._show_zoom(self.view.viewport.zoom)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
