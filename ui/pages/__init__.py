"""The pages of the window, in the order of the rail. One that does not work yet is not in the list,
so nothing is dead.

A page is imported and made when it is first needed: at the start that is the first one alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine import api
from ui import collect

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.pages.page import Page


@dataclass(frozen=True, eq=False)
class Entry:
    """What is known of a page before it is made.

    ``icon`` names a drawing in ``assets/icons`` and, among the entries, the page; ``suffixes`` are
    those of the files it takes, in lower case; ``jobs`` those it has to follow though it was never
    shown, since they may be left over from another time.
    """

    icon: str
    title: Callable[[], str]  # the word below the icon, in the current language
    make: Callable[[Desk], Page]
    suffixes: frozenset[str] = frozenset()
    jobs: tuple[type[api.Job], ...] = ()
    at_bottom: bool = False  # of the rail


def _photos(desk: Desk) -> Page:
    from ui.pages.photos import PhotosPage

    return PhotosPage(desk)


def _voices(desk: Desk) -> Page:
    from ui.pages.voices import VoicesPage

    return VoicesPage(desk)


def _marks(desk: Desk) -> Page:
    from ui.pages.marks import MarksPage

    return MarksPage(desk)


def _check(desk: Desk) -> Page:
    from ui.pages.check import CheckPage

    return CheckPage(desk)


def _history(desk: Desk) -> Page:
    from ui.pages.history import HistoryPage

    return HistoryPage(desk)


def _models(desk: Desk) -> Page:
    from ui.pages.models import ModelsPage

    return ModelsPage(desk)


def _settings(desk: Desk) -> Page:
    from ui.pages.settings import SettingsPage

    return SettingsPage(desk)


PHOTOS = Entry(
    "photos",
    lambda: QCoreApplication.translate("Pages", "Photos"),
    _photos,
    suffixes=collect.PHOTOS,
    jobs=(api.ProtectPhoto,),
)
VOICES = Entry(
    "voices",
    lambda: QCoreApplication.translate("Pages", "Voices"),
    _voices,
    suffixes=collect.RECORDINGS,
    jobs=(api.ProtectVoice, api.EnrolVoice),
)
MARKS = Entry(
    "mark",
    lambda: QCoreApplication.translate("Pages", "Marks"),
    _marks,
    suffixes=collect.PHOTOS | collect.RECORDINGS,
    jobs=(api.MarkFile,),
)
CHECK = Entry(
    "search",
    lambda: QCoreApplication.translate("Pages", "Check"),
    _check,
    suffixes=collect.CHECKED,
)
HISTORY = Entry(
    "receipt",
    lambda: QCoreApplication.translate("Pages", "History"),
    _history,
    at_bottom=True,
)
MODELS = Entry(
    "models",
    lambda: QCoreApplication.translate("Pages", "Models"),
    _models,
    jobs=(api.DownloadModel, api.ImportModel, api.MoveModels),
    at_bottom=True,
)
SETTINGS = Entry(
    "settings",
    lambda: QCoreApplication.translate("Pages", "Settings"),
    _settings,
    at_bottom=True,
)

PAGES = (PHOTOS, VOICES, MARKS, CHECK, HISTORY, MODELS, SETTINGS)
