"""The one model of how Cloakroom looks: colours, spacing, type, and what Qt is told of them.

Every widget takes its colours from ``current().colours``; the palette and the stylesheet are
produced here from the same roles. A role is only ever drawn on the backgrounds named in
``TEXT_PAIRS`` and ``SHAPE_PAIRS``, and a test holds those pairs to WCAG 2.2 (1.4.3 and 1.4.11).
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from ui.stylesheet import stylesheet

ICONS = Path(__file__).resolve().parents[1] / "assets" / "icons"

Mode = Literal["system", "light", "dark", "contrast"]
MODES: tuple[Mode, ...] = ("system", "light", "dark", "contrast")


@dataclass(frozen=True)
class Colours:
    """Colour roles as ``#rrggbb``."""

    window: str  # rail, file list, bars
    canvas: str  # behind the picture
    panel: str  # the panel at the right, menus, fields
    raised: str  # the selected row or segment
    line: str  # hairlines; decoration only
    outline: str  # the edge of a control that has no other edge
    text: str
    muted: str
    accent: str
    accent_strong: str  # the primary button under the pointer
    on_accent: str
    soft: str  # the ground of what is chosen
    warning: str
    danger: str
    focus: str
    badge: str  # labels over a picture
    on_badge: str


LIGHT = Colours(
    window="#f6f6f7",
    canvas="#ebeced",
    panel="#ffffff",
    raised="#ffffff",
    line="#dfdfe3",
    outline="#7f808b",
    text="#1c1d21",
    muted="#5d5e69",
    accent="#2b6e5e",
    accent_strong="#215649",
    on_accent="#ffffff",
    soft="#e2efea",
    warning="#835400",
    danger="#b3261e",
    focus="#2b6e5e",
    badge="#2f3033",
    on_badge="#ffffff",
)

DARK = Colours(
    window="#17181b",
    canvas="#101113",
    panel="#1f2024",
    raised="#2b2c32",
    line="#313238",
    outline="#84858f",
    text="#ececf0",
    muted="#a7a8b2",
    accent="#70c4b2",
    accent_strong="#8fd6c6",
    on_accent="#0c211c",
    soft="#1c332d",
    warning="#e5b06a",
    danger="#f4958c",
    focus="#70c4b2",
    badge="#2f3033",
    on_badge="#ffffff",
)

CONTRAST = Colours(
    window="#000000",
    canvas="#000000",
    panel="#000000",
    raised="#1f1f1f",
    line="#ffffff",
    outline="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    accent="#5ce1ff",
    accent_strong="#ffffff",
    on_accent="#000000",
    soft="#00323d",
    warning="#ffd84d",
    danger="#ffb3ad",
    focus="#ffd84d",
    badge="#000000",
    on_badge="#ffffff",
)

SCHEMES: dict[str, Colours] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

_GROUNDS = ("window", "canvas", "panel", "raised")
# Text and the grounds it is drawn on: at least 4.5:1.
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((role, ground) for role in ("text", "muted", "danger") for ground in _GROUNDS),
    *((role, ground) for role in ("accent", "warning") for ground in ("window", "panel", "raised")),
    ("text", "soft"),
    ("muted", "soft"),
    ("accent", "soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("on_badge", "badge"),
)
# Edges and marks that carry meaning without text: at least 3:1.
SHAPE_PAIRS: tuple[tuple[str, str], ...] = (
    *(("outline", ground) for ground in _GROUNDS),
    *(("focus", ground) for ground in (*_GROUNDS, "soft")),
)


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio of two ``#rrggbb`` colours, 1 to 21."""

    def luminance(colour: str) -> float:
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


class Space:
    """The spacing scale in logical pixels."""

    XS, S, M, L, XL = 4, 8, 12, 16, 24


class Type:
    """The type scale in logical pixels."""

    SMALL, BODY, TITLE = 12, 13, 24


class Radius:
    SMALL, CONTROL, CARD = 4, 8, 10


def font_families() -> list[str]:
    """The interface's font, then fonts that have every Chinese character."""
    chinese = ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"]
    if sys.platform in ("win32", "darwin"):
        return [QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family(), *chinese]
    # A Latin font comes first: the Chinese ones draw middle dots and crosses a full square wide.
    latin = ["Inter", "Noto Sans", "Cantarell", "Ubuntu", "Liberation Sans", "Nimbus Sans"]
    return [*latin, *chinese, "sans-serif"]


def font(size: int = Type.BODY, *, strong: bool = False) -> QFont:
    """A font of the type scale; ``strong`` is semi-bold."""
    made = QFont()
    made.setFamilies(font_families())
    made.setPixelSize(size)
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def palette(colours: Colours) -> QPalette:
    """Qt's own roles from ours, so that what the stylesheet does not reach fits too."""
    made = QPalette()
    role = QPalette.ColorRole
    for qt, name in (
        (role.Window, "window"),
        (role.Base, "panel"),
        (role.AlternateBase, "window"),
        (role.Button, "panel"),
        (role.ToolTipBase, "panel"),
        (role.WindowText, "text"),
        (role.Text, "text"),
        (role.ButtonText, "text"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "muted"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Accent, "accent"),
        (role.Link, "accent"),
        (role.BrightText, "danger"),
        (role.Mid, "line"),
        (role.Midlight, "line"),
        (role.Dark, "outline"),
        (role.Shadow, "line"),
        (role.Light, "raised"),
    ):
        made.setColor(qt, QColor(getattr(colours, name)))
    for qt in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, qt, QColor(colours.outline))
    return made


class Theme(QObject):
    """The look in use. ``changed`` fires after the application has it."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.mode: Mode = "system"
        self.colours = LIGHT
        self._marks = QTemporaryDir()
        app.setStyle("Fusion")
        app.setFont(font())
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow)

    def set_mode(self, mode: Mode) -> None:
        """Apply ``mode``; "system" follows the desktop from now on."""
        self.choose(mode)
        self._app.setStyleSheet(stylesheet({**asdict(self.colours), **self._tinted_marks()}))
        self.changed.emit()

    def choose(self, mode: Mode) -> None:
        """Take the colours of ``mode``, without the stylesheet."""
        self.mode = mode
        self.colours = SCHEMES[self._scheme()]
        # The scheme is told to Qt for the window frame and native dialogs; platforms without
        # schemes ignore that, so the palette is always set as well.
        self._app.styleHints().setColorScheme(
            Qt.ColorScheme.Unknown
            if mode == "system"
            else Qt.ColorScheme.Light
            if mode == "light"
            else Qt.ColorScheme.Dark
        )
        self._app.setPalette(palette(self.colours))

    def colour(self, role: str) -> QColor:
        return QColor(getattr(self.colours, role))

    def _tinted_marks(self) -> dict[str, str]:
        """Files for the marks that a stylesheet can only take as images, by placeholder."""
        marks = (("check", "check", "on_accent"), ("dot", "dot", "on_accent"))
        made = {}
        for key, name, role in (*marks, ("chevron", "chevron-down", "muted")):
            colour = getattr(self.colours, role)
            drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
            file = Path(self._marks.path()) / f"{name}-{colour[1:]}.svg"
            file.write_text(drawing.replace("currentColor", colour), encoding="utf-8")
            made[key] = file.as_posix()
        return made

    def _scheme(self) -> str:
        if self.mode != "system":
            return self.mode
        hints = self._app.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    def _follow(self) -> None:
        if self.mode == "system" and self.colours is not SCHEMES[self._scheme()]:
            self.set_mode("system")


_theme: Theme | None = None


def install(app: QApplication, mode: Mode) -> Theme:
    """Make ``mode`` the look of ``app``; a second call changes the look."""
    _of(app).set_mode(mode)
    return current()


def prepare(app: QApplication, mode: Mode) -> None:
    """All but the stylesheet, for a window that is made before ``install`` and not shown yet.

    Under a stylesheet every part is styled anew whenever it is put into another one, which takes
    a third of the time that making the window takes.
    """
    _of(app).choose(mode)


def _of(app: QApplication) -> Theme:
    global _theme
    if _theme is None:
        _theme = Theme(app)
    return _theme


def current() -> Theme:
    """The installed theme; ``install`` comes first."""
    if _theme is None:
        raise RuntimeError("no theme is installed")
    return _theme
