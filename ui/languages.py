"""The languages that Cloakroom speaks, by their own names.

To add one: a line here, ``python -m app.translations``, and its new .ts file filled in.
"""

from __future__ import annotations

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}


def spoken(name: str) -> str | None:
    """The language of ``LANGUAGES`` for a system's name of one (``zh-Hans-CN``, ``de_AT.UTF-8``):
    the same if there is one, else one that shares its first part; None without either."""
    plain = name.replace("-", "_").split(".")[0]
    if plain in LANGUAGES:
        return plain
    first = plain.split("_")[0].lower()
    return next((known for known in LANGUAGES if known.split("_")[0] == first), None)
