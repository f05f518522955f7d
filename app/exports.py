"""What a result looks like outside the window: files for people."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from app import check_report, mark_report
from app.receipts import write_receipts
from app.words import sentence, translate
from engine import api
from engine.problems import Problem
from ui.background import background
from ui.desk import Desk


def receipts(desk: Desk, made: tuple[api.Receipt, ...], file: Path) -> None:
    """Write the receipts' JSON; a notice says how that went."""
    try:
        write_receipts(made, file)
    except Problem as problem:
        desk.notice.emit(sentence(problem.code, problem.details))
    else:
        text = (
            QCoreApplication.translate("ApplicationDesk", "The receipt was saved as {file}.")
            if len(made) == 1
            else QCoreApplication.translate("ApplicationDesk", "{n} receipts were saved as {file}.")
        )
        desk.notice.emit(text.format(file=file, n=len(made)))


def check(desk: Desk, results: tuple[api.CheckResult, ...], file: Path, statement: bool) -> None:
    """Write the HTML report of checks; a notice says how that went."""
    try:
        check_report.write(results, file, statement=statement)
    except Problem as problem:
        desk.notice.emit(sentence(problem.code, problem.details))
    else:
        text = QCoreApplication.translate("ApplicationDesk", "The report was saved in {file}.")
        desk.notice.emit(text.format(file=file))


def rehearsal(desk: Desk, result: api.RehearsalResult, folder: Path) -> None:
    """Write the contact sheet and the page into ``folder``, in the background; a notice says how
    that went."""
    language = QLocale().name().replace("_", "-")

    def write() -> Path | Problem:
        from engine.rehearse import export

        try:
            return export.write(result, folder, partial(translate, "Words"), language)[1]
        except Problem as problem:
            return problem

    def told(written: Path | Problem) -> None:
        if isinstance(written, Problem):
            desk.notice.emit(sentence(written.code, written.details))
            return
        text = QCoreApplication.translate(
            "ApplicationDesk", "What an attacker gets was saved as {file}."
        )
        desk.notice.emit(text.format(file=written))

    background().run(desk, write, told)


def report(desk: Desk, results: tuple[api.VerifyResult, ...], signer: str, target: Path) -> None:
    """Write a report on verifications and have the engine sign it; a notice says how that went."""

    def written(answer: Any) -> None:
        if isinstance(answer, Problem):
            desk.notice.emit(sentence(answer.code, answer.details))
            return
        text = QCoreApplication.translate(
            "ApplicationDesk", "The signed report was saved as {file}."
        )
        desk.notice.emit(text.format(file=answer.output))

    page = mark_report.content(results, signer, target)
    desk.look(desk, api.WriteReport(page, target, desk.folder("data"), signer), written)
