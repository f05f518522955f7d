"""The parts of a check's result: pictures, scores over time, evidence, a detector's worth."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine import api
from engine.wording import checks, makers
from ui import theme, words
from ui.widgets.small import Disclosure, button, ground, hairline, label, name_button
from ui.words import translate

TRACES = ("residual", "spectrum", "autocorrelation", "error-level", "ghost")


class Shown(QWidget):
    """One picture of a result, as large as there is room, never enlarged beyond twice."""

    def __init__(self, tallest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._tallest = tallest
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_picture(self, picture: api.Picture | None) -> None:
        self._image = QImage()
        if picture is not None:
            row = 3 * picture.width
            # A copy: the image must own its pixels.
            self._image = QImage(
                picture.rgb, picture.width, picture.height, row, QImage.Format.Format_RGB888
            ).copy()
            name = checks.PICTURES.get(picture.name, picture.name)
            self.setAccessibleName(translate("Check", name))
        self.setVisible(picture is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._image.isNull():
            return QSize(0, 0)
        height = min(self._tallest, 2 * self._image.height())
        return QSize(round(height * self._image.width() / self._image.height()), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._image.isNull():
            return 0
        wanted = round(width * self._image.height() / self._image.width())
        return min(wanted, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), self._image)


class ScoreStrip(QWidget):
    """A detector's score over time, one bar for each window or frame, and its line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: api.DetectorReading | None = None
        self.setMinimumHeight(44)

    def show_reading(self, reading: api.DetectorReading) -> None:
        self._reading = reading
        above = sum(window.score > reading.threshold for window in reading.windows)
        self.setAccessibleName(self.tr("Scores over time"))
        self.setAccessibleDescription(
            self.tr("{above} of {all} parts are above the line.").format(
                above=above, all=len(reading.windows)
            )
        )
        self.setToolTip(self.accessibleDescription())
        self.setVisible(bool(reading.windows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        reading = self._reading
        if reading is None or not reading.windows:
            return
        painter = QPainter(self)
        colour = theme.current().colour
        first, last = reading.windows[0].start, max(w.end for w in reading.windows)
        span = max(last - first, 1e-6)
        width, height = self.width(), self.height() - 2
        for number, window in enumerate(reading.windows):
            after = reading.windows[number + 1 : number + 2]
            end = after[0].start if after else window.end
            left = (window.start - first) / span * width
            bar = QRectF(left, height, max((end - window.start) / span * width - 1, 1), 0)
            bar.setTop(height - max(2.0, window.score * height))
            painter.fillRect(bar, colour("danger" if window.score > reading.threshold else "muted"))
        painter.setPen(QPen(colour("outline"), 1, Qt.PenStyle.DashLine))
        line = height - reading.threshold * height
        painter.drawLine(0, round(line), width, round(line))


class Finding(QWidget):
    """A card: what was found in one sentence, and the proof behind it to open."""

    def __init__(
        self,
        evidence: api.Evidence,
        pictures: Sequence[api.Picture],
        places: Sequence[str] = (),
    ) -> None:
        """``places``: where it was found, a sentence each."""
        super().__init__()
        strong = evidence.strength == "strong"
        ground(self, "card" if strong else "finding")
        title, sentence = checks.finding(evidence, translate)
        layout = QVBoxLayout(self)
        space = theme.Space
        layout.setContentsMargins(space.L, space.M, space.L, space.M)
        layout.setSpacing(space.XS)
        head = label("strong" if not strong else "good", wrap=True)
        if strong and evidence.points_to in ("generated", "manipulated"):
            head = label("warning", wrap=True)
        head.setText(title)
        text = label(wrap=True)
        text.setText(sentence)
        layout.addWidget(head)
        layout.addWidget(text)
        for place in places:
            line = label("small", wrap=True)
            line.setText(place)
            layout.addWidget(line)
        self.setAccessibleName(f"{title}. {sentence}")
        self.setAccessibleDescription(" ".join(places))
        names = TRACES if evidence.key == "traces" else (evidence.picture,)
        inside = [picture for picture in pictures if picture.name in names]
        if evidence.facts or evidence.proof or inside:
            layout.addWidget(self._proof(evidence, inside))

    def _proof(self, evidence: api.Evidence, pictures: Sequence[api.Picture]) -> Disclosure:
        proof = Disclosure()
        proof.set_title(self.tr("Show the proof"))
        body = QVBoxLayout(proof.body)
        body.setContentsMargins(0, 0, 0, 0)
        if evidence.facts:
            body.addWidget(facts(evidence.facts))
        if pictures:
            body.addWidget(_gallery(pictures))
        if evidence.proof:
            # Plain text: whatever a file holds is shown and never rendered.
            text = QPlainTextEdit(evidence.proof)
            text.setReadOnly(True)
            text.setMinimumHeight(140)
            text.setTabChangesFocus(True)
            text.setAccessibleName(self.tr("As it is in the file"))
            body.addWidget(text)
        return proof


def _gallery(pictures: Sequence[api.Picture]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(theme.Space.S)
    for number, picture in enumerate(pictures):
        shown, name = Shown(180), label("small", wrap=True)
        shown.show_picture(picture)
        name.setText(translate("Check", checks.PICTURES.get(picture.name, picture.name)))
        grid.addWidget(shown, 2 * (number // 2), number % 2)
        grid.addWidget(name, 2 * (number // 2) + 1, number % 2)
    return made


def facts(rows: Sequence[tuple[str, str]]) -> QWidget:
    """Name and value pairs; the values may be selected and copied."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.Space.M)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(rows):
        left, right = label("small"), label(wrap=True)
        left.setText(name)
        right.setText(value if len(value) < 600 else value[:600] + " …")
        right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(left, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(right, number, 1)
    return made


class Makers(QWidget):
    """A card with the pages of makers whose marks only they can read."""

    def __init__(self, media: api.Media) -> None:
        super().__init__()
        ground(self, "finding")
        space = theme.Space
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.L, space.M, space.L, space.M)
        layout.setSpacing(space.XS)
        head, about = label("strong", wrap=True), label(wrap=True)
        head.setText(translate("Check", makers.TITLE))
        about.setText(translate("Check", makers.ABOUT))
        layout.addWidget(head)
        layout.addWidget(about)
        for maker in makers.makers_of(media):
            line = label("small", wrap=True)
            line.setText(f"{maker.name}: {translate('Check', maker.about)}")
            link = button("plain", "open")
            link.setText(QUrl(maker.address).host())
            text = self.tr("Open the page of {maker} in the browser")
            name_button(link, text.format(maker=maker.name))
            link.clicked.connect(
                lambda _=False, address=maker.address: QDesktopServices.openUrl(QUrl(address))
            )
            layout.addWidget(line)
            layout.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)


class Opinion(QWidget):
    """A card for one detector: its score over time, and how often it is wrong."""

    def __init__(self, reading: api.DetectorReading) -> None:
        super().__init__()
        ground(self, "finding")
        layout = QVBoxLayout(self)
        space = theme.Space
        layout.setContentsMargins(space.L, space.M, space.L, space.M)
        layout.setSpacing(space.XS)
        title = label("strong", wrap=True)
        title.setText(translate("Check", checks.DETECTORS.get(reading.name, reading.name)))
        score = label(wrap=True)
        score.setText(
            self.tr("Score {score}, line {line}.").format(
                score=words.number(reading.score, 2), line=words.number(reading.threshold, 2)
            )
        )
        layout.addWidget(title)
        layout.addWidget(score)
        strip = ScoreStrip()
        strip.show_reading(reading)
        layout.addWidget(strip)
        for line in checks.worth(reading, translate):
            worth = label("small", wrap=True)
            worth.setText(line)
            layout.addWidget(worth)


class Stability(QWidget):
    """The stability test as it runs: one row for each small change of the file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(5)

    def show_rows(self, rows: Sequence[api.StabilityRow], threshold: float | None) -> None:
        while (entry := self._layout.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(rows))
        if not rows:
            return
        title = label("section")
        title.setText(self.tr("Is the answer stable?"))
        self._layout.addWidget(title)
        for row in rows:
            self._layout.addWidget(hairline())
            self._layout.addWidget(self._row(row))

    def _row(self, row: api.StabilityRow) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        name, score, same = label(wrap=True), label("muted"), label("" if row.same else "warning")
        name.setText(translate("Check", checks.TREATMENTS.get(row.treatment, row.treatment)))
        score.setText(words.number(row.score, 2))
        same.setText(self.tr("same") if row.same else self.tr("flips"))
        line.addWidget(name, 1)
        line.addWidget(score)
        line.addWidget(same)
        made.setAccessibleName(f"{name.text()}: {score.text()}, {same.text()}")
        return made
