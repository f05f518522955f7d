"""The English words for the keys that the engine sends: stages of a job, notes of a result, what a
licence forbids.

Here, without Qt, so that the window and the command line say the same; marked for translation.
"""

from __future__ import annotations

from engine.problems import QT_TRANSLATE_NOOP

STAGES: dict[str, str] = {
    "load": QT_TRANSLATE_NOOP("Words", "Loading models"),
    "read-sound": QT_TRANSLATE_NOOP("Words", "Reading the recording"),
    "read": QT_TRANSLATE_NOOP("Words", "Reading the photo"),
    "optimise": QT_TRANSLATE_NOOP("Words", "Protecting"),
    "write": QT_TRANSLATE_NOOP("Words", "Saving"),
    "measure": QT_TRANSLATE_NOOP("Words", "Measuring the saved file"),
    "mark": QT_TRANSLATE_NOOP("Words", "Marking"),
    "sign": QT_TRANSLATE_NOOP("Words", "Signing"),
    "sanitise": QT_TRANSLATE_NOOP("Words", "Removing hidden marks"),
    "verify": QT_TRANSLATE_NOOP("Words", "Checking"),
    "rehearse-edit": QT_TRANSLATE_NOOP("Words", "Trying an AI edit"),
    "rehearse-purify": QT_TRANSLATE_NOOP("Words", "Trying to wash the cloak out"),
    "rehearse-personalise": QT_TRANSLATE_NOOP("Words", "Trying to train on it"),
    "connect": QT_TRANSLATE_NOOP("Words", "Connecting"),
    "download": QT_TRANSLATE_NOOP("Words", "Downloading"),
    "recognise": QT_TRANSLATE_NOOP("Words", "Finding out which model it is"),
    "import": QT_TRANSLATE_NOOP("Words", "Copying"),
    "convert": QT_TRANSLATE_NOOP("Words", "Converting to a safe format"),
    "move": QT_TRANSLATE_NOOP("Words", "Moving"),
    "remove": QT_TRANSLATE_NOOP("Words", "Removing"),
}
# For a stage that has no words of its own.
WORKING = QT_TRANSLATE_NOOP("Words", "Working")

NOTES: dict[str, str] = {
    "format-changed": QT_TRANSLATE_NOOP(
        "Words", "Saved in another format, since the original format would remove the cloak."
    ),
    "cloak-weakened": QT_TRANSLATE_NOOP(
        "Words",
        "Saving in this format weakened the cloak, even at the highest quality. "
        "PNG or TIFF keeps all of it.",
    ),
    "location-stripped": QT_TRANSLATE_NOOP(
        "Words", "The place where it was taken was removed from the file."
    ),
    "metadata-dropped": QT_TRANSLATE_NOOP(
        "Words", "This format has no room for some of the original's information about itself."
    ),
    "credentials-dropped": QT_TRANSLATE_NOOP(
        "Words",
        "The original's Content Credentials were left out, since they do not fit the changed "
        "picture.",
    ),
    "depth-reduced": QT_TRANSLATE_NOOP(
        "Words", "This format holds 8 bits per colour; the original had more."
    ),
    "alpha-flattened": QT_TRANSLATE_NOOP(
        "Words", "JPEG has no transparency: transparent areas became white."
    ),
    "palette-expanded": QT_TRANSLATE_NOOP(
        "Words", "The original's fixed set of colours became full colour."
    ),
    "bilevel-expanded": QT_TRANSLATE_NOOP(
        "Words", "The original had only black and white; the result has shades of grey."
    ),
    "cmyk-converted": QT_TRANSLATE_NOOP("Words", "The printing colours (CMYK) became sRGB."),
    "lab-converted": QT_TRANSLATE_NOOP("Words", "The Lab colours became sRGB."),
    "ycbcr-converted": QT_TRANSLATE_NOOP("Words", "The video colours (YCbCr) became RGB."),
    "icc-approximate": QT_TRANSLATE_NOOP(
        "Words", "The colour profile is of an unusual kind; it is kept and was read as sRGB."
    ),
    "icc-unreadable": QT_TRANSLATE_NOOP(
        "Words", "The colour profile is damaged; it is kept and was read as sRGB."
    ),
    "first-frame": QT_TRANSLATE_NOOP(
        "Words", "Only the first frame of the animation was protected."
    ),
    "memory-halved": QT_TRANSLATE_NOOP(
        "Words", "Memory was short, so the work was done in smaller pieces."
    ),
    "cpu-fallback": QT_TRANSLATE_NOOP(
        "Words", "The graphics card could not do it, so the processor did."
    ),
    "mark-weak": QT_TRANSLATE_NOOP(
        "Words", "The mark in the saved file is too weak to be proven. Choose more strength."
    ),
    "already-there": QT_TRANSLATE_NOOP("Words", "It was already there and is complete."),
    "pinned-now": QT_TRANSLATE_NOOP(
        "Words", "Its newest version was taken; from now on exactly this one is kept."
    ),
    "repaired": QT_TRANSLATE_NOOP("Words", "Its damaged files were replaced."),
    "taken-from-checkpoint": QT_TRANSLATE_NOOP(
        "Words", "Only the part that Cloakroom needs was taken from the file."
    ),
}

# What a model's licence keeps its user from.
FORBIDS: dict[str, str] = {
    "commercial-use": QT_TRANSLATE_NOOP("Words", "no commercial use"),
    "large-commercial-use": QT_TRANSLATE_NOOP("Words", "no commercial use by large companies"),
    "harmful-use": QT_TRANSLATE_NOOP("Words", "no harmful use, as its licence lists it"),
    "impersonation": QT_TRANSLATE_NOOP("Words", "no imitating of a person without consent"),
}
