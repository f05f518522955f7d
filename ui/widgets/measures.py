"""A small table of figures: what was measured, and the control beside every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import theme
from ui.widgets.small import hairline, label


@dataclass(frozen=True)
class Row:
    """``good`` says whether the first figure is better than its controls; None: no judgement."""

    name: str
    figures: tuple[str, ...]
    good: bool | None = None


class MeasureTable(QWidget):
    """A heading with column names, then one row per measure. The first column is the user's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.Space.M)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)

    def show_rows(self, heading: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        while (entry := self._grid.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        title = label("small", wrap=True)
        title.setText(heading)
        self._grid.addWidget(title, 0, 0, 1, len(columns) + 1)
        self._line(1, "", columns, ["small"] * (len(columns) + 1))
        for at, row in enumerate(rows):
            look = {None: "strong", True: "good", False: "warning"}[row.good]
            self._grid.addWidget(hairline(), 2 * at + 2, 0, 1, len(columns) + 1)
            looks = ["", look, *["muted"] * (len(columns) - 1)]
            self._line(2 * at + 3, row.name, row.figures, looks)
        self.setAccessibleName(heading)
        spoken = (
            f"{row.name}: "
            + ", ".join(f"{c} {f}" for c, f in zip(columns, row.figures, strict=True))
            for row in rows
        )
        self.setAccessibleDescription(". ".join(spoken))

    def _line(self, at: int, name: str, cells: Sequence[str], looks: Sequence[str]) -> None:
        first = label(looks[0], wrap=True)
        first.setText(name)
        bottom = Qt.AlignmentFlag.AlignBottom
        self._grid.addWidget(first, at, 0, bottom)
        for column, cell in enumerate(cells, start=1):
            made = label(looks[column])
            made.setText(cell)
            made.setAlignment(Qt.AlignmentFlag.AlignRight | bottom)
            self._grid.addWidget(made, at, column, bottom)
