"""What is said of Cloakroom's own traces; see ``engine.check.own``."""

from __future__ import annotations

from engine.problems import QT_TRANSLATE_NOOP

OWN: dict[str, tuple[str, str]] = {
    "own-mark": (
        QT_TRANSLATE_NOOP("Check", "Your own mark"),
        QT_TRANSLATE_NOOP(
            "Check", "It carries a mark of {identity} (chance of a false alarm: {p:.0e})."
        ),
    ),
    "protected-here": (
        QT_TRANSLATE_NOOP("Check", "Protected by you"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Cloakroom wrote this very file on this computer on {day}, from {original}. About that "
            "one it says nothing: check it as well.",
        ),
    ),
    "rehearsed-swap": (
        QT_TRANSLATE_NOOP("Check", "A face swap that Cloakroom rehearsed"),
        QT_TRANSLATE_NOOP(
            "Check",
            "It carries the mark that Cloakroom hides in every face swap of its rehearsals (chance "
            "of a false alarm: {p:.0e}). The mark's key is public, so somebody could also have "
            "put it on another picture.",
        ),
    ),
    "rehearsed-clone": (
        QT_TRANSLATE_NOOP("Check", "A voice that Cloakroom cloned in a rehearsal"),
        QT_TRANSLATE_NOOP(
            "Check",
            "It carries the mark that Cloakroom draws into every clone of its rehearsals (chance "
            "of a false alarm: {p:.0e}). The mark's key is public.",
        ),
    ),
}
