"""The files of the Check page, with what was found in each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject

from engine import api
from engine.wording import checks
from ui.desk import State
from ui.widgets.file_model import Entry, FileModel


@dataclass
class Suspect(Entry):
    """A file to check. ``original`` is the known original it is compared with, if any."""

    original: Path | None = None

    @property
    def result(self) -> api.CheckResult | None:
        """What was found; while the job runs, what is known so far."""
        if self.item is None:
            return None
        known = self.item.result
        if self.item.state == State.RUNNING and self.item.progress is not None:
            known = self.item.progress.partial
        return known if isinstance(known, api.CheckResult) else None


class CheckModel(FileModel[Suspect]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((api.CheckFile,), Suspect, "search", parent)

    def line(self, entry: Suspect) -> str:
        if entry.state == State.DONE and entry.result is not None:
            return short(entry.result)
        return super().line(entry)


def short(result: api.CheckResult) -> str:
    """The verdict in a word or two, for a row of the list."""
    words = {
        "generated": QCoreApplication.translate("CheckModel", "AI"),
        "manipulated": QCoreApplication.translate("CheckModel", "Changed"),
        "no_sign": QCoreApplication.translate("CheckModel", "No sign found"),
        "inconclusive": "",
    }[result.verdict]
    level = QCoreApplication.translate("Check", checks.LEVELS[result.level])
    if result.verdict == "no_sign" and result.level == "hint":
        return words  # there is no room for more in a row, and it says enough
    return f"{words} · {level}" if words else level
