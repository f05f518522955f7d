"""The question after a crash: keep the report as a file, or forget it. Nothing is sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app import crash
from app.files import replace_text


class CrashOffer(QMessageBox):
    """Asked once per crash: when it is answered, the reports are gone from the state folder."""

    def __init__(self, reports: tuple[Path, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._reports = reports
        self.setIcon(QMessageBox.Icon.Information)
        self.setText(self.tr("Cloakroom had an error last time."))
        self.setInformativeText(
            self.tr(
                "There is a report of where in the program it happened. It contains no pictures "
                "and is not sent anywhere. You can save it and attach it to a bug report."
            )
        )
        self.setDetailedText(_joined(reports))
        self._save = self.addButton(self.tr("Save report..."), QMessageBox.ButtonRole.AcceptRole)
        self.addButton(self.tr("Discard"), QMessageBox.ButtonRole.RejectRole)
        self.finished.connect(self._answered)

    def _answered(self) -> None:
        if self.clickedButton() is self._save:
            folder = QStandardPaths.writableLocation(
                QStandardPaths.StandardLocation.DocumentsLocation
            )
            dialog = QFileDialog(
                self.parentWidget(), self.tr("Save report"), f"{folder}/cloakroom-crash.txt"
            )
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.fileSelected.connect(self.save)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
        else:
            crash.discard(self._reports)
            self.deleteLater()

    def save(self, name: str) -> None:
        """Write all reports to the file ``name``; they stay for the next start if that fails."""
        try:
            replace_text(Path(name), _joined(self._reports))
        except OSError:
            QMessageBox(
                QMessageBox.Icon.Warning,
                "Cloakroom",
                self.tr("The report cannot be saved there. Choose another folder."),
                parent=self.parentWidget(),
            ).open()
        else:
            crash.discard(self._reports)


def _joined(reports: tuple[Path, ...]) -> str:
    return "\n\n".join(report.read_text(encoding="utf-8", errors="replace") for report in reports)
