"""The languages that Cloakroom speaks, by their own names.

To add one: a line here, ``python -m app.translations``, and its new .ts file filled in.
"""

from __future__ import annotations

from engine.problems import QT_TRANSLATE_NOOP

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

# Words of Qt's own file dialog, by context, that Qt's translations leave out.
OF_QT: dict[str, tuple[str, ...]] = {
    "QFileDialog": (
        QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"),
        QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"),
    ),
    "QAbstractFileIconProvider": (
        QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "Drive"),
        QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "File"),
        QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "Folder"),
    ),
}


def spoken(name: str) -> str | None:
    """The language of ``LANGUAGES`` for a system's name of one (``zh-Hans-CN``, ``de_AT.UTF-8``):
    the same if there is one, else one that shares its first part; None without either."""
    plain = name.replace("-", "_").split(".")[0]
    if plain in LANGUAGES:
        return plain
    first = plain.split("_")[0].lower()
    return next((known for known in LANGUAGES if known.split("_")[0] == first), None)
