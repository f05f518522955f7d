"""The verdict of a verification in words, the same in the window, on the command line and in
reports."""

from __future__ import annotations

import math

from app.words import translate
from engine import api

TIME_FORMAT = slice(0, 16)  # of an ISO 8601 time: to the minute


def verdict(result: api.VerifyResult) -> str:
    """One line."""
    if result.content == "differs":
        return translate(
            "Cli", "not accepted: the mark of {work} was copied onto another picture"
        ).format(work=result.work)
    if not result.found:
        return translate("Cli", "not found (does not mean it is not yours)")
    words = translate("Cli", "found (chance of a false alarm 1 in {chance}): {identity}, {work}")
    return words.format(
        chance=one_in(result.p_value),
        identity=result.identity,
        work=result.work or translate("Cli", "a work that is not in this registry"),
    )


def one_in(p_value: float) -> str:
    """ "1 in ..." as people read it: in full up to a million, then as a power of ten."""
    exponent = -math.log10(max(p_value, 1e-300))
    return f"{1 / p_value:,.0f}" if exponent < 6 else f"10^{math.floor(exponent + 1e-9)}"


def untouched(chance: float) -> str:
    """Whether a generated picture is as it was saved, or saved again without harm."""
    if chance >= api.DOUBTFUL:
        return translate("Cli", "Nothing speaks against it being as it was saved.")
    words = translate(
        "Cli",
        "Probably changed: an untouched copy (the file itself, or a JPEG of quality 90 or more) "
        "looks so unusual once in {chance}.",
    )
    return words.format(chance=one_in(chance))


def what_happened(geometry: dict[str, float], how: str | None) -> list[str]:
    """What was done to a file on its way, as sentences; none where nothing was."""
    if not geometry or how == "as received":
        return []
    said = []
    if geometry["mirrored"]:
        said.append(translate("Cli", "It was mirrored."))
    if geometry["blur"]:
        said.append(translate("Cli", "It was blurred."))
    if abs(geometry["rotation"]) >= 0.2:
        words = translate("Cli", "It was rotated by {degrees:.1f} degrees.")
        said.append(words.format(degrees=-geometry["rotation"]))
    if abs(faster := 100 * (geometry["speed"] - 1)) >= 0.02:
        words = translate("Cli", "Its speed was changed by {share:+.1f} %.")
        said.append(words.format(share=faster))
    shares = [100 / max(geometry[name], 1e-6) for name in ("scale_x", "scale_y")]
    if min(shares) < 99:
        words = translate(
            "Cli",
            "It was cropped to about {width:.0f} % of its width and {height:.0f} % of its height.",
        )
        said.append(words.format(width=min(shares[0], 100), height=min(shares[1], 100)))
    return said


def credentials(found: api.Credentials) -> str:
    """What the Content Credentials are worth, in one sentence."""
    sentences = {
        "Trusted": translate("Cli", "Signed by {issuer}, whom you trust; unchanged since."),
        "Valid": translate(
            "Cli", "Signed by {issuer}, who is not on your list of trusted people; unchanged since."
        ),
        "Invalid": translate("Cli", "The signature does not fit: the file was changed afterwards."),
    }
    sentence = sentences.get(found.state)
    if sentence is None:
        return translate("Cli", "The file carries no Content Credentials.")
    return sentence.format(issuer=found.issuer or "?")
