"""The stylesheet, written once with the roles of ``ui.theme.Colours`` in place of colours.

Widgets choose a look with the dynamic property ``look``; nothing else sets a stylesheet.
"""

from __future__ import annotations

from string import Template

_SHEET = Template("""
* { outline: none; }
QWidget { color: $text; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $panel; color: $text; border: 1px solid $outline; padding: 4px 6px; }

QWidget[look="rail"], QWidget[look="files"], QWidget[look="bar"] { background: $window; }
QWidget[look="rail"] { border-right: 1px solid $line; }
QWidget[look="files"] { border-right: 1px solid $line; }
QWidget[look="toolbar"] { background: $window; border-bottom: 1px solid $line; }
QWidget[look="bar"] { border-top: 1px solid $line; }
QWidget[look="panel"] { background: $panel; }
QWidget[look="side"] { background: $panel; border-left: 1px solid $line; }
QWidget[look="foot"] { background: $panel; border-top: 1px solid $line; }
QWidget[look="canvas"] { background: $canvas; }
QWidget[look="card"] { background: $soft; border: none; border-radius: 10px; }
QWidget[look="finding"] { background: $panel; border: none; border-radius: 10px; }
QWidget[look="banner"] { background: $soft; border-bottom: 1px solid $line; }
QFrame[look="hairline"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[look="note"] { background: transparent; border: none; border-left: 3px solid $danger; }

QLabel { background: transparent; border: none; }
QLabel[look="muted"], QLabel[look="small"] { color: $muted; }
QLabel[look="small"] { font-size: 12px; }
QLabel[look="section"] { color: $muted; font-size: 12px; font-weight: 600; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="heading"] { font-size: 15px; font-weight: 600; }
QLabel[look="title"] { font-size: 24px; font-weight: 600; }
QLabel[look="good"] { color: $accent; font-weight: 600; }
QLabel[look="warning"] { color: $warning; font-weight: 600; }
QLabel[look="danger"] { color: $danger; }

QPushButton {
    background: $panel; color: $text; border: 1px solid $line; border-radius: 8px;
    padding: 6px 14px;
}
QPushButton:hover { border-color: $outline; }
QPushButton:pressed { background: $window; }
QPushButton:focus { border: 2px solid $focus; padding: 5px 13px; }
QPushButton:disabled { color: $outline; border-color: $line; }
QPushButton[look="primary"] {
    background: $accent; color: $on_accent; border: 2px solid $accent; border-radius: 9px;
    font-size: 15px; font-weight: 600; padding: 9px 16px;
}
QPushButton[look="primary"]:hover { background: $accent_strong; border-color: $accent_strong; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="primary"]:disabled { background: $line; border-color: $line; color: $muted; }
QPushButton[look="plain"], QToolButton[look="plain"] {
    background: transparent; border: 2px solid transparent; border-radius: 6px;
    padding: 3px 7px; color: $muted;
}
QPushButton[look="plain"]:hover, QToolButton[look="plain"]:hover {
    color: $text; background: $raised;
}
QPushButton[look="plain"]:focus, QToolButton[look="plain"]:focus {
    border: 2px solid $focus; color: $text;
}
QPushButton[look="plain"]:checked, QToolButton[look="plain"]:checked {
    color: $accent; background: $soft;
}
QPushButton[look="plain"]:disabled, QToolButton[look="plain"]:disabled { color: $outline; }
QToolButton[look="disclosure"] {
    background: transparent; border: 2px solid transparent; border-radius: 6px;
    padding: 3px 6px 3px 0; color: $muted; font-size: 12px;
    font-weight: 600;
}
QToolButton[look="disclosure"]:hover { color: $text; }
QToolButton[look="disclosure"]:focus { border-color: $focus; }

QWidget[look="segments"] { background: $canvas; border-radius: 8px; }
QPushButton[look="segment"] {
    background: transparent; border: 2px solid transparent; border-radius: 7px; color: $muted;
    padding: 3px 11px; min-height: 19px;
}
QPushButton[look="segment"]:hover { color: $text; }
QPushButton[look="segment"]:checked {
    background: $raised; color: $text; font-weight: 600; border-color: $raised;
}
QPushButton[look="segment"]:focus { border-color: $focus; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $panel; border: 1px solid $outline; border-radius: 6px; padding: 4px 8px;
    min-height: 20px; selection-background-color: $accent; selection-color: $on_accent;
}
QComboBox[editable="true"] { min-height: 26px; padding: 2px 8px; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid $focus; padding: 3px 7px;
}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { width: 0; border: none; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    border: none; padding: 0; min-height: 0; background: transparent;
}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $outline; border-color: $line;
}
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$chevron"); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: $panel; border: 1px solid $outline; padding: 4px; selection-background-color: $soft;
    selection-color: $text;
}

QCheckBox, QRadioButton {
    spacing: 8px; padding: 3px 4px 3px 0; border: 2px solid transparent; border-radius: 6px;
}
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 15px; height: 15px; border: 1px solid $outline; background: $panel;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url("$dot"); }

QSlider { min-height: 24px; border: none; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -7px 0; border-radius: 9px; background: $panel;
    border: 2px solid $accent;
}
QSlider::handle:horizontal:focus { background: $accent; border: 2px solid $text; }

QProgressBar {
    background: $line; border: none; border-radius: 2px; max-height: 4px; min-height: 4px;
}
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QTableView {
    background: transparent; border: none; selection-background-color: $soft;
    selection-color: $text;
}
QTableView::item { padding: 4px 8px; border-bottom: 1px solid $line; }
QTableView::item:selected { background: $soft; color: $text; }
QTableView::item:focus { border: 2px solid $focus; padding: 3px 6px; }
QHeaderView { background: transparent; }
QHeaderView::section {
    background: transparent; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 6px 11px; font-size: 12px; font-weight: 600;
}
QListView { background: transparent; border: none; }
QListView:focus { border: none; }
QListWidget::item { padding: 8px 10px; border: 2px solid transparent; border-radius: 8px; }
QListWidget::item:hover { background: $raised; }
QListWidget::item:selected { background: $soft; color: $text; }
QListWidget::item:focus { border: 2px solid $focus; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical {
    background: $outline; border-radius: 2px; margin: 2px 3px; min-height: 28px;
}
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal {
    background: $outline; border-radius: 2px; margin: 3px 2px; min-width: 28px;
}
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $panel; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 6px 20px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $soft; color: $text; }
QMenu::item:disabled { color: $outline; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
""")


def stylesheet(values: dict[str, str]) -> str:
    """The sheet with colour roles (and the files of three tinted marks) filled in."""
    return _SHEET.substitute(values)
