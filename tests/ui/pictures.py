"""Pictures drawn for tests and screenshots: a sunset, a sheet, a portrait, and their cloaks."""

from __future__ import annotations

import random
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath

from engine import api


def sunset(width: int = 1200, height: int = 1200) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(width / 100, height / 100)
    sky = QLinearGradient(0, 0, 0, 100)
    for at, colour in ((0, "#f0a468"), (0.38, "#dd6a58"), (0.66, "#7c4a78"), (1, "#3a3866")):
        sky.setColorAt(at, QColor(colour))
    painter.fillRect(QRectF(0, 0, 100, 100), sky)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#f4d9ae"))
    painter.drawEllipse(QPointF(35, 30), 18, 18)
    painter.setBrush(QColor("#28304f"))
    painter.drawEllipse(QPointF(50, 110), 70, 48)
    painter.setBrush(QColor("#1b2440"))
    painter.drawEllipse(QPointF(82, 112), 52, 46)
    painter.end()
    return made


def shapes(first: str, second: str, size: QSize = QSize(900, 600)) -> QImage:  # noqa: B008
    """Two colours and a leaf-like curve."""
    made = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QLinearGradient(0, 0, size.width(), size.height())
    ground.setColorAt(0, QColor(first))
    ground.setColorAt(1, QColor(second))
    painter.fillRect(made.rect(), ground)
    leaf = QPainterPath(QPointF(0, size.height()))
    leaf.cubicTo(
        size.width() * 0.2, 0, size.width() * 0.8, size.height(), size.width(), size.height() * 0.1
    )
    leaf.lineTo(size.width(), size.height())
    painter.fillPath(leaf, QColor(255, 255, 255, 60))
    painter.end()
    return made


def cloaked(image: QImage, strength: int = 5, seed: int = 0) -> QImage:
    """``image`` with soft random patches of at most ``strength`` grey levels."""
    chance = random.Random(seed)
    small = QImage(image.width() // 6 + 1, image.height() // 6 + 1, QImage.Format.Format_RGB32)
    for y in range(small.height()):
        for x in range(small.width()):
            small.setPixel(x, y, 0xFF000000 | chance.getrandbits(24))
    noise = small.scaled(
        image.size(),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setOpacity(strength / 128)
    painter.drawImage(0, 0, noise)
    painter.end()
    return made


def preview(name: str, image: QImage, longest: int = 512) -> api.Picture:
    """As the engine sends it: small, packed RGB."""
    small = image.scaled(
        longest,
        longest,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_RGB888)
    rows = (bytes(small.constScanLine(y))[: 3 * small.width()] for y in range(small.height()))
    return api.Picture(name, small.width(), small.height(), b"".join(rows))


def blurred(image: QImage, pixels: int) -> QImage:
    """A soft, AI-like view: down to ``pixels`` and up again."""
    smooth = Qt.TransformationMode.SmoothTransformation
    keep = Qt.AspectRatioMode.KeepAspectRatio
    return image.scaled(pixels, pixels, keep, smooth).scaled(512, 512, keep, smooth)


def save(image: QImage, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert image.save(str(path))
    return path
