"""The pages of the window. One that does not work yet is not in the list, so nothing is dead."""

from ui.pages.check import CheckPage
from ui.pages.history import HistoryPage
from ui.pages.marks import MarksPage
from ui.pages.models import ModelsPage
from ui.pages.page import Page
from ui.pages.photos import PhotosPage
from ui.pages.settings import SettingsPage
from ui.pages.voices import VoicesPage

PAGES: tuple[type[Page], ...] = (
    PhotosPage,
    VoicesPage,
    MarksPage,
    CheckPage,
    HistoryPage,
    ModelsPage,
    SettingsPage,
)
