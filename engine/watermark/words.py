"""The words of marks, marked for translation; the window, the command line and reports pass their
``translate`` in, so that all say the same. What comes out of a file is only ever put in as text.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine import api
from engine.problems import QT_TRANSLATE_NOOP

Translate = Callable[[str, str], str]

TREATMENTS: dict[str, str] = {
    "as-saved": QT_TRANSLATE_NOOP("Marks", "As saved"),
    "jpeg-50": QT_TRANSLATE_NOOP("Marks", "After JPEG 50"),
    "resize-0.5": QT_TRANSLATE_NOOP("Marks", "At half size"),
}
PICTURES: dict[str, str] = {
    "received": QT_TRANSLATE_NOOP("Marks", "What was looked at"),
    "work": QT_TRANSLATE_NOOP("Marks", "The registered work"),
    "heat": QT_TRANSLATE_NOOP("Marks", "Where the mark is: blue. Where it is not: orange."),
}
SAY: dict[str, str] = {
    "found": QT_TRANSLATE_NOOP(
        "Marks", "found (chance of a false alarm 1 in {count}): {identity}, {work}"
    ),
    "not-found": QT_TRANSLATE_NOOP("Marks", "not found (does not mean it is not yours)"),
    "copied": QT_TRANSLATE_NOOP(
        "Marks", "not accepted: the mark of {work} was copied onto something else"
    ),
    "stranger": QT_TRANSLATE_NOOP("Marks", "a work that is not in this registry"),
}
HEADINGS: dict[str, tuple[str, str]] = {
    "found": (
        QT_TRANSLATE_NOOP("Marks", "Marked by {identity}"),
        QT_TRANSLATE_NOOP(
            "Marks", "An unmarked file would look like this by chance once in {count} searches."
        ),
    ),
    "not-found": (
        QT_TRANSLATE_NOOP("Marks", "No mark of yours found"),
        QT_TRANSLATE_NOOP(
            "Marks", "This does not mean that it is not yours: a mark can be destroyed."
        ),
    ),
    "copied": (
        QT_TRANSLATE_NOOP("Marks", "Not accepted"),
        QT_TRANSLATE_NOOP(
            "Marks",
            "It holds the mark of {work}, but is something else: somebody may have copied the "
            "mark.",
        ),
    ),
}
CREDENTIALS: dict[str, str] = {
    "Trusted": QT_TRANSLATE_NOOP(
        "Marks", "Signed by {issuer}, whose certificate you trust. Unchanged since."
    ),
    "Valid": QT_TRANSLATE_NOOP(
        "Marks",
        "Signed by {issuer}, whose certificate is not on your list: the name is only a claim. "
        "Unchanged since.",
    ),
    "Invalid": QT_TRANSLATE_NOOP(
        "Marks", "The signature does not fit the file: it was changed afterwards."
    ),
    "none": QT_TRANSLATE_NOOP("Marks", "The file carries no Content Credentials."),
}
# What sanitising did to test payloads: the share of their bits that is read, or how alike the
# noise is that a decoder finds.
EFFECTS: dict[str, str] = {
    "least-significant-bits": QT_TRANSLATE_NOOP("Marks", "Bits of a message in the lowest bits"),
    "pixel-mark": QT_TRANSLATE_NOOP("Marks", "Bits of a watermark made to last"),
    "known-decoder": QT_TRANSLATE_NOOP("Marks", "AI noise, for the model that was used"),
    "other-decoder": QT_TRANSLATE_NOOP("Marks", "AI noise, for another model"),
}
STILL = QT_TRANSLATE_NOOP("Marks", "{name}: {after} right (after plain noise: {noise})")
EFFECT = QT_TRANSLATE_NOOP(
    "Marks",
    "Measured on this picture. A message is gone when 50 % of its bits are right, which is chance; "
    "for AI noise chance is 0 %. A watermark made to last usually stays: removing it would be "
    "seen.",
)
RESEARCH = QT_TRANSLATE_NOOP(
    "Marks",
    "Research: the text is lost when the picture is saved again with little quality, and somebody "
    "with the same model may notice that something is there.",
)
BELONGS = QT_TRANSLATE_NOOP(
    "Marks", "The mark was made for this very work, as far as the mark itself can say."
)
UNBOUND = QT_TRANSLATE_NOOP(
    "Marks",
    "Whether the mark was made for this cannot be told: a mark copied from another work would look "
    "the same.",
)
UNTOUCHED = QT_TRANSLATE_NOOP("Marks", "Nothing speaks against it being as it was saved.")
TOUCHED = QT_TRANSLATE_NOOP(
    "Marks",
    "Probably changed: an untouched copy (the file itself, or a JPEG of quality 90 or more) looks "
    "so unusual once in {count} cases.",
)
MIRRORED = QT_TRANSLATE_NOOP("Marks", "mirrored")
BLURRED = QT_TRANSLATE_NOOP("Marks", "blurred")
ROTATED = QT_TRANSLATE_NOOP("Marks", "rotated by {degrees:.1f}°")
SPEED = QT_TRANSLATE_NOOP("Marks", "speed changed by {share:+.1f} %")
CROPPED = QT_TRANSLATE_NOOP("Marks", "cropped to about {width:.0f} % x {height:.0f} %")
CHANCE = QT_TRANSLATE_NOOP("Marks", "1 in {count}")
SEPARATOR = QT_TRANSLATE_NOOP("Marks", ", ")


def outcome(result: api.VerifyResult) -> str:
    """The key of ``SAY`` and ``HEADINGS``."""
    if result.content == "differs":
        return "copied"
    return "found" if result.found else "not-found"


def verdict(result: api.VerifyResult, translate: Translate) -> str:
    """In one line."""
    work = result.work or translate("Marks", SAY["stranger"])
    return translate("Marks", SAY[outcome(result)]).format(
        count=count(result.p_value), identity=result.identity, work=work
    )


def heading(result: api.VerifyResult, translate: Translate) -> tuple[str, str]:
    """As a heading, and one sentence that says what it is worth."""
    work = result.work or translate("Marks", SAY["stranger"])
    first, second = (
        translate("Marks", words).format(
            identity=result.identity, work=work, count=count(result.p_value)
        )
        for words in HEADINGS[outcome(result)]
    )
    return first, second


def chance(p_value: float, translate: Translate) -> str:
    """ "1 in 25,000", and from a million on as a power of ten: "1 in 10^12"."""
    return translate("Marks", CHANCE).format(count=count(p_value))


def count(p_value: float) -> str:
    """The number of "once in ..." as people read it: in full up to a million, then 10^n."""
    exponent = -math.log10(max(p_value, 1e-300))
    return f"{1 / p_value:,.0f}" if exponent < 6 else f"10^{math.floor(exponent + 1e-9)}"


def credentials(found: api.Credentials, translate: Translate) -> str:
    """What the Content Credentials are worth."""
    words = CREDENTIALS.get(found.state, CREDENTIALS["none"])
    return translate("Marks", words).format(issuer=found.issuer or "?")


def untouched(chance: float, translate: Translate) -> str:
    """Whether a generated picture is as it was saved, or saved again without harm."""
    words = UNTOUCHED if chance >= api.DOUBTFUL else TOUCHED
    return translate("Marks", words).format(count=count(chance))


def journey(result: api.VerifyResult, translate: Translate) -> str:
    """What happened to a file on its way; empty where nothing did."""
    geometry = result.geometry
    if not geometry or result.how == "as received":
        return ""
    said = []
    if geometry["mirrored"]:
        said.append(translate("Marks", MIRRORED))
    if geometry["blur"]:
        said.append(translate("Marks", BLURRED))
    if abs(geometry["rotation"]) >= 0.2:
        said.append(translate("Marks", ROTATED).format(degrees=-geometry["rotation"]))
    if abs(faster := 100 * (geometry["speed"] - 1)) >= 0.02:
        said.append(translate("Marks", SPEED).format(share=faster))
    shares = [min(100 / max(geometry[name], 1e-6), 100) for name in ("scale_x", "scale_y")]
    if min(shares) < 99:
        said.append(translate("Marks", CROPPED).format(width=shares[0], height=shares[1]))
    return translate("Marks", SEPARATOR).join(said)


def belonging(result: api.VerifyResult, translate: Translate) -> str:
    """Whether a found mark was made for this very work; empty where the registry shows it."""
    if not result.found or (result.content == "matches" and result.work is not None):
        return ""
    return translate("Marks", BELONGS if result.content == "matches" else UNBOUND)


def effect(result: api.SanitiseResult, translate: Translate) -> list[tuple[str, str, str]]:
    """Of each test payload: its name, what is still right of it, and what plain noise leaves."""
    return [
        (translate("Marks", EFFECTS.get(key, key)), f"{100 * after:.0f} %", f"{100 * noise:.0f} %")
        for key, (_, after, noise) in result.effect.items()
    ]
