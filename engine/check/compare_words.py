"""What is said when a file is compared with its known original."""

from __future__ import annotations

from engine.api import CheckResult
from engine.check.detector_words import Translate
from engine.problems import QT_TRANSLATE_NOOP

COMPARED: dict[str, tuple[str, str]] = {
    "compare-changed": (
        QT_TRANSLATE_NOOP("Check", "Differs from the original"),
        QT_TRANSLATE_NOOP(
            "Check", "{share} % of the area differs from the original you gave, marked in red."
        ),
    ),
    "compare-same": (
        QT_TRANSLATE_NOOP("Check", "The same as the original"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Apart from size, crop and compression nothing differs ({overlap} % of the original "
            "is in it).",
        ),
    ),
    "compare-other": (
        QT_TRANSLATE_NOOP("Check", "Not the original's picture"),
        QT_TRANSLATE_NOOP("Check", "It could not be laid over the original you gave."),
    ),
    "compare-sound-changed": (
        QT_TRANSLATE_NOOP("Check", "Differs from the original"),
        QT_TRANSLATE_NOOP(
            "Check",
            "In {count:.0f} places it differs from the original you gave, {seconds:.1f} s in all. "
            "Elsewhere it is the same, re-encoded or not ({gain:+.0f} dB).",
        ),
    ),
    "compare-sound-same": (
        QT_TRANSLATE_NOOP("Check", "The same as the original"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Nothing was cut out, put in or exchanged: it is the original, re-encoded or not "
            "({gain:+.0f} dB; agreement {agreement:.0f} %, {overlap:.0f} % of the original is in "
            "it).",
        ),
    ),
    "compare-sound-other": (
        QT_TRANSLATE_NOOP("Check", "Not the original's recording"),
        QT_TRANSLATE_NOOP(
            "Check",
            "No piece of it could be laid over the original you gave. Another speed or pitch does "
            "that too, and so does a copy by a voice model.",
        ),
    ),
}

CHANGES: dict[str, str] = {
    "cut": QT_TRANSLATE_NOOP(
        "Check", "{at}: {gone:.1f} s of the original are missing ({from_} to {to} there)"
    ),
    "added": QT_TRANSLATE_NOOP("Check", "{at} to {end}: not in the original"),
    "replaced": QT_TRANSLATE_NOOP(
        "Check", "{at} to {end}: something else stands for {from_} to {to} of the original"
    ),
    "moved": QT_TRANSLATE_NOOP(
        "Check", "{at}: it goes on with an earlier piece of the original (from {to} there)"
    ),
}


def changes(result: CheckResult, translate: Translate) -> list[str]:
    """Where a recording differs from its original, in sentences."""
    return [
        translate("Check", CHANGES[change.what]).format(
            at=_time(change.start),
            end=_time(change.end),
            gone=change.original_end - change.original_start,
            from_=_time(change.original_start),
            to=_time(change.original_end),
        )
        for change in result.changes
    ]


def _time(seconds: float) -> str:
    """Minutes, seconds and tenths."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{tenths % 600 // 10:02}.{tenths % 10}"
