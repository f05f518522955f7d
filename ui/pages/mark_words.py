"""What the Mark page says about marks, chances and what happened to a picture."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QLocale

from engine import api


def chance(p_value: float) -> str:
    """ "1 in 25,000", and from a million on as a power of ten: "1 in 10^12"."""
    return QCoreApplication.translate("Marks", "1 in {count}").format(count=_count(p_value))


def _count(p_value: float) -> str:
    exponent = -math.log10(max(p_value, 1e-300))
    if exponent < 6:
        return QLocale().toString(round(1 / p_value))
    return f"10^{math.floor(exponent + 1e-9)}"


def treatment(key: str) -> str:
    """What a mark was tried against when it was made."""
    names = {
        "as-saved": QCoreApplication.translate("Marks", "As saved"),
        "jpeg-50": QCoreApplication.translate("Marks", "After JPEG 50"),
        "resize-0.5": QCoreApplication.translate("Marks", "At half size"),
    }
    return names.get(key, key)


def verdict(result: api.VerifyResult) -> tuple[str, str]:
    """A heading, and one sentence that says what it is worth."""
    if result.content == "differs":
        return (
            QCoreApplication.translate("Marks", "Not accepted"),
            QCoreApplication.translate(
                "Marks",
                "It holds the mark of {work}, but shows something else: somebody may have copied "
                "the mark.",
            ).format(work=result.work),
        )
    if not result.found:
        return (
            QCoreApplication.translate("Marks", "No mark of yours found"),
            QCoreApplication.translate(
                "Marks", "This does not mean that it is not yours: a mark can be destroyed."
            ),
        )
    return (
        QCoreApplication.translate("Marks", "Marked by {identity}").format(
            identity=result.identity
        ),
        QCoreApplication.translate(
            "Marks", "An unmarked file would look like this by chance once in {count} searches."
        ).format(count=_count(result.p_value)),
    )


def credentials(found: api.Credentials) -> str:
    sentences = {
        "Trusted": QCoreApplication.translate(
            "Marks", "Signed by {issuer}, whose certificate you trust. Unchanged since."
        ),
        "Valid": QCoreApplication.translate(
            "Marks",
            "Signed by {issuer}, whose certificate is not on your list: the name is only a claim. "
            "Unchanged since.",
        ),
        "Invalid": QCoreApplication.translate(
            "Marks", "The signature does not fit the file: it was changed afterwards."
        ),
    }
    none = QCoreApplication.translate("Marks", "None in this file.")
    return sentences.get(found.state, none).format(issuer=found.issuer or "?")


def untouched(chance: float) -> str:
    """Whether a generated picture is as it was saved, or saved again without harm."""
    if chance >= api.DOUBTFUL:
        return QCoreApplication.translate("Marks", "Nothing speaks against it being untouched")
    words = QCoreApplication.translate(
        "Marks", "Probably changed: an untouched copy looks like this once in {count} cases"
    )
    return words.format(count=_count(chance))


def journey(result: api.VerifyResult) -> str:
    """What happened to a file on its way; empty where nothing did."""
    geometry = result.geometry
    if not geometry or result.how == "as received":
        return ""
    said = []
    if geometry["mirrored"]:
        said.append(QCoreApplication.translate("Marks", "mirrored"))
    if geometry["blur"]:
        said.append(QCoreApplication.translate("Marks", "blurred"))
    if abs(geometry["rotation"]) >= 0.2:
        words = QCoreApplication.translate("Marks", "rotated by {degrees}°")
        said.append(words.format(degrees=QLocale().toString(-geometry["rotation"], "f", 1)))
    if abs(faster := 100 * (geometry["speed"] - 1)) >= 0.02:
        words = QCoreApplication.translate("Marks", "speed changed by {share} %")
        said.append(words.format(share=QLocale().toString(faster, "f", 1)))
    left = min(1.0, 1 / max(geometry["scale_x"], geometry["scale_y"], 1e-6))
    if left < 0.99:
        words = QCoreApplication.translate("Marks", "cropped to about {share} %")
        said.append(words.format(share=round(100 * left)))
    return ", ".join(said)
