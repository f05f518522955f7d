"""The report of a check as a PDF: the same words as the HTML report, laid out by Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app import check_report
from app.pdf import WIDEST, pdf
from engine import api
from engine.problems import Problem

_STYLE = "h2{font-size:16pt} h3{font-size:11pt} pre{font-size:7pt}"


def write(results: Sequence[api.CheckResult], target: Path, *, statement: bool = False) -> None:
    """Write the report. Raises ``Problem`` when it cannot be written."""
    page = check_report.html(results, statement=statement, width=WIDEST)
    data = pdf(page, target.stem, _STYLE)
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise Problem("folder.unwritable", folder=str(target.parent)) from None
