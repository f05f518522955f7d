"""Words for the user, marked where they stand."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark ``text`` for ``pyside6-lupdate``, which looks for this name; returns it as it is."""
    return text
