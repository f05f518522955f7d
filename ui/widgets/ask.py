"""Asking for files and folders, in one way everywhere: ``then`` gets the answer, later, and is not
called when there is none. Each returns the open dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Mode = QFileDialog.FileMode


def patterns(suffixes: Iterable[str]) -> str:
    """As a filter's text takes them: ``*.flac *.wav``."""
    return " ".join(f"*{suffix}" for suffix in sorted(suffixes))


def ask_file(
    parent: QWidget, title: str, then: Callable[[Path], object], *filters: str
) -> QFileDialog:
    """``filters`` are those of ``QFileDialog``: ``Pictures (*.png)``."""
    dialog = _dialog(parent, title, Mode.ExistingFile, filters)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    return _open(dialog)


def ask_files(
    parent: QWidget, title: str, then: Callable[[tuple[Path, ...]], object], *filters: str
) -> QFileDialog:
    dialog = _dialog(parent, title, Mode.ExistingFiles, filters)
    dialog.filesSelected.connect(lambda names: then(tuple(map(Path, names))))
    return _open(dialog)


def ask_folder(
    parent: QWidget, title: str, then: Callable[[Path], object], start: Path | None = None
) -> QFileDialog:
    dialog = _dialog(parent, title, Mode.Directory, (), start)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    return _open(dialog)


def ask_target(
    parent: QWidget,
    title: str,
    then: Callable[[Path], object],
    filters: Mapping[str, str],
    name: str = "",
    start: Path | None = None,
) -> QFileDialog:
    """Where to save. ``filters`` by the suffix ("html") that a name without one gets; the first
    holds until another is chosen. ``name`` is proposed, in the folder ``start``."""
    suffixes = {text: suffix for suffix, text in filters.items()}
    dialog = _dialog(parent, title, Mode.AnyFile, filters.values(), start)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(suffixes[chosen]))
    dialog.setDefaultSuffix(next(iter(filters)))
    if name:
        dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    return _open(dialog)


def _dialog(
    parent: QWidget, title: str, mode: Mode, filters: Iterable[str], start: Path | None = None
) -> QFileDialog:
    dialog = QFileDialog(parent, title, "" if start is None else str(start))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    if filters:
        dialog.setNameFilters(list(filters))
    return dialog


def _open(dialog: QFileDialog) -> QFileDialog:
    dialog.open()
    return dialog
