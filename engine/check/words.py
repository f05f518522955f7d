"""The words of a check, marked for translation; the window and the command line pass their
``translate`` in, so that both say the same. What comes out of a file is only ever put in as text.
"""

from __future__ import annotations

from engine.api import CheckResult, Evidence
from engine.check.compare_words import COMPARED, changes as changes
from engine.check.detector_words import (
    DATA as DATA,
    DETECTORS as DETECTORS,
    TREATMENTS as TREATMENTS,
    Translate as Translate,
    standing as standing,
    worth as worth,
)
from engine.check.own_words import OWN
from engine.problems import QT_TRANSLATE_NOOP

VERDICTS: dict[tuple[str, str], str] = {
    ("generated", "strong"): QT_TRANSLATE_NOOP(
        "Check", "The file itself says that it was made by an AI."
    ),
    ("generated", "hint"): QT_TRANSLATE_NOOP(
        "Check", "Probably made by an AI: our detector says so. That is a hint, no proof."
    ),
    ("manipulated", "strong"): QT_TRANSLATE_NOOP(
        "Check", "Strong evidence that this was changed or put together."
    ),
    ("no_sign", "strong"): QT_TRANSLATE_NOOP(
        "Check", "Strong evidence of where it comes from, and no sign of AI."
    ),
    ("no_sign", "hint"): QT_TRANSLATE_NOOP(
        "Check", "No sign found that an AI made this. That does not prove it is real."
    ),
    ("inconclusive", "inconclusive"): QT_TRANSLATE_NOOP(
        "Check", "Inconclusive: this file alone cannot tell whether it is real."
    ),
}

LEVELS: dict[str, str] = {
    "strong": QT_TRANSLATE_NOOP("Check", "Strong evidence"),
    "hint": QT_TRANSLATE_NOOP("Check", "Statistical hint"),
    "inconclusive": QT_TRANSLATE_NOOP("Check", "Inconclusive"),
}

REASONS: dict[str, str] = {
    "contradiction": QT_TRANSLATE_NOOP("Check", "The evidence contradicts itself."),
    "cloak": QT_TRANSLATE_NOOP(
        "Check",
        "It seems to carry a protective cloak, which changes what detectors look at. "
        "A cloak is no sign of AI.",
    ),
    "hints": QT_TRANSLATE_NOOP("Check", "There are hints that decide nothing by themselves."),
    "no-detector": QT_TRANSLATE_NOOP(
        "Check", "Nothing in the file tells, and no detector could be used."
    ),
    "detector-above": QT_TRANSLATE_NOOP(
        "Check", "The detector's score is higher than that of 99 of 100 real files."
    ),
    "unstable": QT_TRANSLATE_NOOP(
        "Check", "The detector changes its mind when the file is changed a little."
    ),
    "weak-hint": QT_TRANSLATE_NOOP(
        "Check",
        "The detector leans towards AI, but it is too weak on generators it does not know "
        "to decide anything.",
    ),
    "detector-below": QT_TRANSLATE_NOOP("Check", "The detector found nothing unusual."),
    "weak-below": QT_TRANSLATE_NOOP(
        "Check",
        "No sign of AI was found, but the detector misses many generators: that decides nothing.",
    ),
    "small": QT_TRANSLATE_NOOP(
        "Check", "The picture is too small for a detector: its shorter side has under 256 pixels."
    ),
    "short": QT_TRANSLATE_NOOP(
        "Check", "The recording is too short for a detector: it has under 2 seconds."
    ),
    "recompressed": QT_TRANSLATE_NOOP(
        "Check", "It is compressed so strongly that the traces of its making are gone."
    ),
    "domain-flat": QT_TRANSLATE_NOOP(
        "Check", "It looks like a drawing, a screenshot or text; the detector knows photos only."
    ),
    "domain-palette": QT_TRANSLATE_NOOP(
        "Check", "It has only a fixed set of colours; the detector knows photos only."
    ),
    "domain-silence": QT_TRANSLATE_NOOP("Check", "There is hardly any sound in it."),
    "domain-no-speech": QT_TRANSLATE_NOOP(
        "Check", "There is little speech in it; the detector knows voices only."
    ),
    "domain-video": QT_TRANSLATE_NOOP(
        "Check", "No detector here was measured on video, so their scores decide nothing."
    ),
}

# Title and sentence of each finding; the fields are those of ``Evidence.details``.
EVIDENCE: dict[str, tuple[str, str]] = {
    "generator-metadata": (
        QT_TRANSLATE_NOOP("Check", "Settings of a generator"),
        QT_TRANSLATE_NOOP(
            "Check", "The file holds the settings that {program} made it with (in {where})."
        ),
    ),
    "label-generated": (
        QT_TRANSLATE_NOOP("Check", "Label of an AI service"),
        QT_TRANSLATE_NOOP("Check", "The file names {program} as what made it (in {where})."),
    ),
    "label-edited": (
        QT_TRANSLATE_NOOP("Check", "Label of an AI editor"),
        QT_TRANSLATE_NOOP("Check", "The file says that {program} edited it (in {where})."),
    ),
    "label-china": (
        QT_TRANSLATE_NOOP("Check", "Label for AI content (China)"),
        QT_TRANSLATE_NOOP(
            "Check", "It carries the label that GB 45438-2025 asks for. Producer: {producer}."
        ),
    ),
    "label-china-maybe": (
        QT_TRANSLATE_NOOP("Check", "Label for suspected AI content (China)"),
        QT_TRANSLATE_NOOP(
            "Check", "A platform labelled it as possibly made by an AI. Producer: {producer}."
        ),
    ),
    "source-type-generated": (
        QT_TRANSLATE_NOOP("Check", "Digital source type: AI"),
        QT_TRANSLATE_NOOP("Check", "Its IPTC digital source type is {type}."),
    ),
    "source-type-composite": (
        QT_TRANSLATE_NOOP("Check", "Digital source type: composite"),
        QT_TRANSLATE_NOOP(
            "Check", "Its IPTC digital source type is {type}: parts of it are synthetic."
        ),
    ),
    "source-type-captured": (
        QT_TRANSLATE_NOOP("Check", "Digital source type: camera"),
        QT_TRANSLATE_NOOP(
            "Check", "Its IPTC digital source type is {type}. Anybody can write that."
        ),
    ),
    "credentials-trusted": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: valid and trusted"),
        QT_TRANSLATE_NOOP("Check", "Signed by {signer}, and unchanged since."),
    ),
    "credentials-unknown": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: valid, unknown signer"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Unchanged since it was signed by {signer}, whom no list on this computer vouches for.",
        ),
    ),
    "credentials-trusted-generated": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: made by an AI"),
        QT_TRANSLATE_NOOP("Check", "{signer}, who is trusted, signed that an AI made it."),
    ),
    "credentials-unknown-generated": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: made by an AI"),
        QT_TRANSLATE_NOOP(
            "Check", "It is signed that an AI made it, by {signer}, whom no list here vouches for."
        ),
    ),
    "credentials-trusted-composite": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: partly made by an AI"),
        QT_TRANSLATE_NOOP("Check", "{signer}, who is trusted, signed that parts are synthetic."),
    ),
    "credentials-unknown-composite": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: partly made by an AI"),
        QT_TRANSLATE_NOOP(
            "Check",
            "It is signed that parts are synthetic, by {signer}, whom no list here vouches for.",
        ),
    ),
    "credentials-trusted-captured": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: taken with a camera"),
        QT_TRANSLATE_NOOP("Check", "{signer}, who is trusted, signed that a camera took it."),
    ),
    "credentials-changed": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: changed after signing"),
        QT_TRANSLATE_NOOP("Check", "It is no longer what {signer} signed ({reason})."),
    ),
    "credentials-invalid": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: invalid"),
        QT_TRANSLATE_NOOP("Check", "They fail validation ({reason}), so they prove nothing."),
    ),
    "credentials-unreadable": (
        QT_TRANSLATE_NOOP("Check", "Content Credentials: unreadable"),
        QT_TRANSLATE_NOOP("Check", "They are damaged ({reason}) and prove nothing."),
    ),
    "payload": (
        QT_TRANSLATE_NOOP("Check", "Hidden mark of a generator"),
        QT_TRANSLATE_NOOP(
            "Check",
            "{matches} of {bits} hidden bits are those that the tools of {program} put in "
            "(chance of that in another picture: {p:.0e}).",
        ),
    ),
    **OWN,
    **COMPARED,
    "cloak": (
        QT_TRANSLATE_NOOP("Check", "Perhaps a protective cloak"),
        QT_TRANSLATE_NOOP(
            "Check",
            "It looks as pictures do that are cloaked against AI. Our detector takes one of 100 "
            "ordinary photos for cloaked, and more of grainy and drawn pictures.",
        ),
    ),
    "own-camera": (
        QT_TRANSLATE_NOOP("Check", "Taken with your camera"),
        QT_TRANSLATE_NOOP("Check", "Its noise carries the fingerprint of {camera} (p = {p:.0e})."),
    ),
    "own-camera-not": (
        QT_TRANSLATE_NOOP("Check", "Your camera's fingerprint not found"),
        QT_TRANSLATE_NOOP(
            "Check",
            "The fingerprint of {camera} was not found (p = {p:.2f}). Editing and strong "
            "compression remove it, so this says little.",
        ),
    ),
    "camera-exif": (
        QT_TRANSLATE_NOOP("Check", "Data of a camera"),
        QT_TRANSLATE_NOOP("Check", "It names {camera} and its exposure. Such data can be forged."),
    ),
    "exif-incomplete": (
        QT_TRANSLATE_NOOP("Check", "Some data about the picture"),
        QT_TRANSLATE_NOOP("Check", "It has EXIF data, but not what a camera writes."),
    ),
    "exif-contradicts": (
        QT_TRANSLATE_NOOP("Check", "EXIF data that does not fit"),
        QT_TRANSLATE_NOOP(
            "Check", "Its data contradicts the picture; cropping and editing do that too."
        ),
    ),
    "editor": (
        QT_TRANSLATE_NOOP("Check", "Saved by an editor"),
        QT_TRANSLATE_NOOP("Check", "It was last saved with {program}."),
    ),
    "thumbnail-same": (
        QT_TRANSLATE_NOOP("Check", "The thumbnail fits"),
        QT_TRANSLATE_NOOP(
            "Check", "The small picture inside shows the same (agreement {agreement})."
        ),
    ),
    "thumbnail-differs": (
        QT_TRANSLATE_NOOP("Check", "The thumbnail shows something else"),
        QT_TRANSLATE_NOOP(
            "Check",
            "The small picture inside shows something else (agreement {agreement}): it was "
            "probably changed or cropped after it was taken.",
        ),
    ),
    "jpeg-tables-standard": (
        QT_TRANSLATE_NOOP("Check", "JPEG tables of a program"),
        QT_TRANSLATE_NOOP("Check", "It was last saved by common software at quality {quality}."),
    ),
    "jpeg-tables-own": (
        QT_TRANSLATE_NOOP("Check", "JPEG tables of its own"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Its tables (about quality {quality}) are not those of common software: cameras, "
            "phones and some editors have their own.",
        ),
    ),
    "traces": (
        QT_TRANSLATE_NOOP("Check", "Traces in the noise"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Residual, spectrum, autocorrelation and saved-again error, to look at. A regular grid "
            "of points can come from a generator, and from JPEG and resizing too.",
        ),
    ),
    "sound-tags": (
        QT_TRANSLATE_NOOP("Check", "Tags of the recording"),
        QT_TRANSLATE_NOOP("Check", "What the file says of the program that wrote it."),
    ),
    "clip-tags": (
        QT_TRANSLATE_NOOP("Check", "Tags of the clip"),
        QT_TRANSLATE_NOOP("Check", "What the file says of itself and the program that wrote it."),
    ),
    "bandwidth-cliff": (
        QT_TRANSLATE_NOOP("Check", "The sound ends at a cliff"),
        QT_TRANSLATE_NOOP(
            "Check",
            "Nothing is heard above {top} kHz, though the file has {rate} kHz: it was narrower "
            "once. Telephones, codecs and speech models do that.",
        ),
    ),
    "digital-silence": (
        QT_TRANSLATE_NOOP("Check", "Absolute silence inside"),
        QT_TRANSLATE_NOOP(
            "Check",
            "{count:.0f} pauses are exactly zero, which no microphone records: cut, gated or "
            "synthetic.",
        ),
    ),
    "room-jumps": (
        QT_TRANSLATE_NOOP("Check", "Jumps in the room tone"),
        QT_TRANSLATE_NOOP(
            "Check",
            "The background changes suddenly in {count:.0f} places: cuts, a gate, or a new room. "
            "Of 251 uncut recordings 1 showed such a jump; most cuts show none.",
        ),
    ),
}

NOTES: dict[str, str] = {
    "first-frame": QT_TRANSLATE_NOOP("Check", "Only the first of its pictures was looked at."),
    "cmyk-converted": QT_TRANSLATE_NOOP("Check", "Its printing colours were converted first."),
    "first-ten-minutes": QT_TRANSLATE_NOOP("Check", "Only the first ten minutes were looked at."),
    "no-numbers": QT_TRANSLATE_NOOP("Check", "Some samples are no numbers; they count as silence."),
    "no-ffmpeg": QT_TRANSLATE_NOOP(
        "Check", "The sound track was not checked: that needs ffmpeg on this computer."
    ),
    "no-sound": QT_TRANSLATE_NOOP("Check", "It has no sound track."),
    "original-pictures": QT_TRANSLATE_NOOP(
        "Check", "It was not compared with the original: only pictures and recordings can be."
    ),
}

PICTURES: dict[str, str] = {
    "seen": QT_TRANSLATE_NOOP("Check", "The file"),
    "heat": QT_TRANSLATE_NOOP("Check", "Where the detector saw what"),
    "residual": QT_TRANSLATE_NOOP("Check", "Noise residual"),
    "spectrum": QT_TRANSLATE_NOOP("Check", "Spectrum of the residual"),
    "autocorrelation": QT_TRANSLATE_NOOP("Check", "Autocorrelation of the residual"),
    "error-level": QT_TRANSLATE_NOOP("Check", "Change when saved again"),
    "ghost": QT_TRANSLATE_NOOP("Check", "JPEG ghost"),
    "thumbnail": QT_TRANSLATE_NOOP("Check", "Thumbnail inside the file"),
    "difference": QT_TRANSLATE_NOOP("Check", "Difference from the original"),
}

LIMITS = QT_TRANSLATE_NOOP(
    "Check",
    "What this cannot do: marks that only their makers can read (SynthID, for example) are not "
    "looked for, and a mark or label that is missing means nothing, since saving, resizing and "
    "screenshots remove them. Nothing was sent anywhere.",
)


def headline(result: CheckResult, translate: Translate) -> str:
    """The sentence on top."""
    text = VERDICTS.get((result.verdict, result.level))
    return translate("Check", text or VERDICTS["inconclusive", "inconclusive"])


def reasons(result: CheckResult, translate: Translate) -> list[str]:
    """Why, in sentences; findings that are reasons say their own."""
    found = [translate("Check", REASONS[key]) for key in result.reasons if key in REASONS]
    named = {e.key: e for e in result.evidence}
    return found + [finding(named[k], translate)[1] for k in result.reasons if k in named]


def notes(result: CheckResult, translate: Translate) -> list[str]:
    """What was left out, in sentences."""
    return [translate("Check", NOTES[key]) for key in result.notes if key in NOTES]


def finding(evidence: Evidence, translate: Translate) -> tuple[str, str]:
    """Title and sentence; what the file filled in is data."""
    title, sentence = EVIDENCE[evidence.key]
    return translate("Check", title), translate("Check", sentence).format(**evidence.details)
