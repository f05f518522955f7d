"""A report's page as a PDF, laid out by Qt."""

from __future__ import annotations

import os

MARGIN = 18  # mm
WIDEST = 300  # px at 96 dpi, of a picture in a report
_RESOLUTION = 96  # dots per inch, as on a page in a browser


def pdf(page: str, title: str, style: str = "") -> bytes:
    """The HTML ``page`` on A4 sheets; ``style`` is added to what Qt knows of its own.

    Needs no window: without an application one is made that has no screen."""
    from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
    from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication([]))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setTitle(title)
    writer.setCreator("Cloakroom")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN),
            QPageLayout.Unit.Millimeter,
        )
    )
    document = QTextDocument()
    document.setDefaultStyleSheet(style)
    document.setHtml(page)
    # The document's own margin would come on top of the page's.
    document.setDocumentMargin(0)
    document.setPageSize(writer.pageLayout().paintRectPixels(writer.resolution()).size().toSizeF())
    document.print_(writer)
    del writer
    return bytes(buffer.data().data())


_kept: list[object] = []  # an application must outlive what it drew
