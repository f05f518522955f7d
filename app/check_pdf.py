"""The report of a check as a PDF: the same words as the HTML report, laid out by Qt."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app import check_report
from engine import api
from engine.problems import Problem

_MARGIN = 18  # mm
_WIDEST = 300  # px at 96 dpi, of a picture


def write(results: Sequence[api.CheckResult], target: Path, *, statement: bool = False) -> None:
    """Write the report. Raises ``Problem`` when it cannot be written.

    Needs no window: without an application one is made that has no screen."""
    from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
    from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication([]))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(96)
    writer.setTitle(target.stem)
    writer.setCreator("Cloakroom")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN),
            QPageLayout.Unit.Millimeter,
        )
    )
    document = QTextDocument()
    document.setDefaultStyleSheet("h2{font-size:16pt} h3{font-size:11pt} pre{font-size:7pt}")
    document.setHtml(check_report.html(results, statement=statement, width=_WIDEST))
    # The document's own margin would come on top of the page's.
    document.setDocumentMargin(0)
    document.setPageSize(writer.pageLayout().paintRectPixels(writer.resolution()).size().toSizeF())
    document.print_(writer)
    del writer
    data = bytes(buffer.data().data())
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise Problem("folder.unwritable", folder=str(target.parent)) from None


_kept: list[object] = []  # an application must outlive what it drew
