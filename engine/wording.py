"""The English words for the keys that the engine sends: stages of a job, notes of a result, what a
licence forbids.

Here, without Qt, so that the window and the command line say the same; marked for translation.
"""

from __future__ import annotations

from collections.abc import Callable

from engine import api
from engine.check import makers as makers, words as checks
from engine.problems import QT_TRANSLATE_NOOP
from engine.watermark import words as marks

__all__ = ["FORBIDS", "NOTES", "STAGES", "WORKING", "checks", "makers", "marks"]

STAGES: dict[str, str] = {
    "load": QT_TRANSLATE_NOOP("Words", "Loading models"),
    "read-sound": QT_TRANSLATE_NOOP("Words", "Reading the recording"),
    "read": QT_TRANSLATE_NOOP("Words", "Reading the photo"),
    "optimise": QT_TRANSLATE_NOOP("Words", "Protecting"),
    "write": QT_TRANSLATE_NOOP("Words", "Saving"),
    "measure": QT_TRANSLATE_NOOP("Words", "Measuring the saved file"),
    "measure-speed": QT_TRANSLATE_NOOP("Words", "Measuring the speed"),
    "find": QT_TRANSLATE_NOOP("Words", "Looking for faces"),
    "voice": QT_TRANSLATE_NOOP("Words", "Looking for speech"),
    "scene": QT_TRANSLATE_NOOP("Words", "Choosing an ambience"),
    "enrol": QT_TRANSLATE_NOOP("Words", "Learning the voice"),
    "clone": QT_TRANSLATE_NOOP("Words", "Cloning the voice"),
    "survive": QT_TRANSLATE_NOOP("Words", "Trying what survives"),
    "mark": QT_TRANSLATE_NOOP("Words", "Marking"),
    "sign": QT_TRANSLATE_NOOP("Words", "Signing"),
    "sanitise": QT_TRANSLATE_NOOP("Words", "Removing hidden messages"),
    "verify": QT_TRANSLATE_NOOP("Words", "Checking"),
    "rehearse-edit": QT_TRANSLATE_NOOP("Words", "Trying an AI edit"),
    "rehearse-purify": QT_TRANSLATE_NOOP("Words", "Trying to wash the cloak out"),
    "rehearse-personalise": QT_TRANSLATE_NOOP("Words", "Trying to train on it"),
    "rehearse-faceswap": QT_TRANSLATE_NOOP("Words", "Trying to swap the face"),
    "evidence": QT_TRANSLATE_NOOP("Words", "Looking for evidence"),
    "detect": QT_TRANSLATE_NOOP("Words", "Asking the detector"),
    "stability": QT_TRANSLATE_NOOP("Words", "Testing whether the answer is stable"),
    "fingerprint": QT_TRANSLATE_NOOP("Words", "Learning the camera's fingerprint"),
    "calibrate": QT_TRANSLATE_NOOP("Words", "Measuring the detectors on your files"),
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
    "no-face": QT_TRANSLATE_NOOP(
        "Words", "No face was found, so there is nothing against face swapping in it."
    ),
    "memory-halved": QT_TRANSLATE_NOOP(
        "Words", "Memory was short, so the work was done in smaller pieces."
    ),
    "cpu-fallback": QT_TRANSLATE_NOOP(
        "Words", "The graphics card could not do it, so the processor did."
    ),
    "lossy-again": QT_TRANSLATE_NOOP(
        "Words",
        "The original is compressed with loss, so saving compressed it once more, at the highest "
        "quality.",
    ),
    "one-track": QT_TRANSLATE_NOOP(
        "Words",
        "The file had several sound tracks. The first one was protected; the others are left out "
        "of the result.",
    ),
    "tags-sidecar": QT_TRANSLATE_NOOP(
        "Words", "Tags that this format cannot take over are in a file beside the result."
    ),
    "scene-audible": QT_TRANSLATE_NOOP(
        "Words", "An ambience was added that everybody hears in the recording."
    ),
    "voice-energy": QT_TRANSLATE_NOOP(
        "Words", "Speech was found by loudness alone; check the regions."
    ),
    "rehearsed": QT_TRANSLATE_NOOP(
        "Words",
        "It carries the mark of a face swap or clone that Cloakroom rehearsed; it is nobody's own "
        "mark.",
    ),
    "voice-short": QT_TRANSLATE_NOOP(
        "Words",
        "There is less than a second of speech in it, too little to measure what this did.",
    ),
    "mark-weak": QT_TRANSLATE_NOOP(
        "Words", "The mark in the saved file is too weak to be proven. Choose more strength."
    ),
    "edit-failed": QT_TRANSLATE_NOOP(
        "Words",
        "The AI editor did not manage this edit on the original either, so this says nothing "
        "about the cloak. Try another instruction.",
    ),
    "editor-known": QT_TRANSLATE_NOOP(
        "Words",
        "The AI editor of this test is one that protections are made with; with an unknown one "
        "the effect may be smaller.",
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

# What is done to a file before it is misused (``SurvivalRow.treatment``).
TREATMENTS: dict[str, str] = {
    "as-saved": QT_TRANSLATE_NOOP("Words", "As it is"),
    "jpeg-95": QT_TRANSLATE_NOOP("Words", "JPEG 95"),
    "jpeg-85": QT_TRANSLATE_NOOP("Words", "JPEG 85"),
    "jpeg-75": QT_TRANSLATE_NOOP("Words", "JPEG 75"),
    "jpeg-65": QT_TRANSLATE_NOOP("Words", "JPEG 65"),
    "jpeg-50": QT_TRANSLATE_NOOP("Words", "JPEG 50"),
    "jpeg-30": QT_TRANSLATE_NOOP("Words", "JPEG 30"),
    "webp-80": QT_TRANSLATE_NOOP("Words", "WebP 80"),
    "resize-0.75": QT_TRANSLATE_NOOP("Words", "Three quarters size"),
    "resize-0.5": QT_TRANSLATE_NOOP("Words", "Half size"),
    "crop": QT_TRANSLATE_NOOP("Words", "Cropped, enlarged"),
    "rotate": QT_TRANSLATE_NOOP("Words", "Turned by 1°"),
    "gaussian": QT_TRANSLATE_NOOP("Words", "Blurred a little"),
    "median": QT_TRANSLATE_NOOP("Words", "Median filter"),
    "bilateral": QT_TRANSLATE_NOOP("Words", "Noise reduction"),
    "noise": QT_TRANSLATE_NOOP("Words", "Noise added"),
    "tone-curve": QT_TRANSLATE_NOOP("Words", "Photo filter"),
    "vae": QT_TRANSLATE_NOOP("Words", "AI model round trip"),
    "impress": QT_TRANSLATE_NOOP("Words", "Cleaning: IMPRESS"),
    "diffpure": QT_TRANSLATE_NOOP("Words", "Cleaning: DiffPure"),
    "noisy-upscaling": QT_TRANSLATE_NOOP("Words", "Noisy upscaling"),
    "gridpure": QT_TRANSLATE_NOOP("Words", "Cleaning: GrIDPure"),
    "udap": QT_TRANSLATE_NOOP("Words", "Cleaning: UDAP"),
    "restore": QT_TRANSLATE_NOOP("Words", "Faces restored by AI"),
}

# What the figures of a table are (``SurvivalTable.measure``), and of what the second column is.
MEASURES: dict[str, str] = {
    "latent-shift": QT_TRANSLATE_NOOP("Words", "How far it moves what an AI sees, in our test"),
    "edit-miss": QT_TRANSLATE_NOOP("Words", "How far the AI edit misses, in our test"),
    "likeness": QT_TRANSLATE_NOOP("Words", "How like the photo a model trained on it paints"),
    "swap-likeness": QT_TRANSLATE_NOOP("Words", "How like the owner the swapped face is"),
}
CONTROLS: dict[str, str] = {
    "original": QT_TRANSLATE_NOOP("Words", "original"),
    "noise": QT_TRANSLATE_NOOP("Words", "soft noise"),
}

# What a row of a table says about the attacker, by the control and the interval.
VERDICTS: dict[tuple[str, str], str] = {
    ("original", "worse"): QT_TRANSLATE_NOOP("Words", "clearly worse for the attacker"),
    ("original", "none"): QT_TRANSLATE_NOOP("Words", "no measurable effect"),
    ("original", "better"): QT_TRANSLATE_NOOP("Words", "better for the attacker"),
    ("noise", "worse"): QT_TRANSLATE_NOOP("Words", "more than noise of the same strength"),
    ("noise", "none"): QT_TRANSLATE_NOOP("Words", "no more than noise of the same strength"),
    ("noise", "better"): QT_TRANSLATE_NOOP("Words", "less than noise of the same strength"),
}

# Pictures that a face is swapped into, drawn by us.
TARGETS: dict[str, str] = {
    "studio": QT_TRANSLATE_NOOP("Words", "Drawn portrait, studio"),
    "evening": QT_TRANSLATE_NOOP("Words", "Drawn portrait, evening"),
    "garden": QT_TRANSLATE_NOOP("Words", "Drawn portrait, garden"),
}
# What a face swap came to; the figures are cosines of the judge.
SWAP: dict[str, str] = {
    "owner": QT_TRANSLATE_NOOP(
        "Words", "Like the owner: {owner} from yours, {control} from the original, {before} before"
    ),
    "target": QT_TRANSLATE_NOOP(
        "Words", "Like the person in the picture: {target} from yours, {control} from the original"
    ),
    "found": QT_TRANSLATE_NOOP(
        "Words", "A search would still find you: {recognised}, found from {threshold}"
    ),
    "not-found": QT_TRANSLATE_NOOP(
        "Words", "A search would not find you: {recognised}, found from {threshold}"
    ),
    "not-located": QT_TRANSLATE_NOOP("Words", "No face is found in the protected photo any more"),
}

ATTACKS: dict[str, str] = {
    "edit": QT_TRANSLATE_NOOP("Words", "An AI edit"),
    "purify": QT_TRANSLATE_NOOP("Words", "Washing the cloak out"),
    "personalise": QT_TRANSLATE_NOOP("Words", "Training on the photo"),
    "faceswap": QT_TRANSLATE_NOOP("Words", "A face swap"),
}

# The instructions that can be picked (``api.INSTRUCTIONS``), as people say them.
INSTRUCTIONS: dict[str, str] = {
    "black-and-white": QT_TRANSLATE_NOOP("Words", "Make it black and white"),
    "sepia": QT_TRANSLATE_NOOP("Words", "Make it look old and brown"),
    "warm": QT_TRANSLATE_NOOP("Words", "Make it warmer"),
    "cold": QT_TRANSLATE_NOOP("Words", "Make it colder"),
    "night": QT_TRANSLATE_NOOP("Words", "Turn day into night"),
    "snow": QT_TRANSLATE_NOOP("Words", "Cover it with snow"),
    "pencil-sketch": QT_TRANSLATE_NOOP("Words", "Turn it into a pencil sketch"),
    "posterise": QT_TRANSLATE_NOOP("Words", "Make it a poster"),
    "oil-paint": QT_TRANSLATE_NOOP("Words", "Make it an oil painting"),
    "mosaic": QT_TRANSLATE_NOOP("Words", "Turn it into a mosaic"),
    "blur-background": QT_TRANSLATE_NOOP("Words", "Blur the background"),
    "invert": QT_TRANSLATE_NOOP("Words", "Invert the colours"),
    "rotate-hue": QT_TRANSLATE_NOOP("Words", "Swap the colours"),
    "add-frame": QT_TRANSLATE_NOOP("Words", "Add a red frame"),
    "night-vision": QT_TRANSLATE_NOOP("Words", "Make it look like night vision"),
    "neon": QT_TRANSLATE_NOOP("Words", "Turn it into neon lights"),
}

# The words of an exported rehearsal (``engine.rehearse.export``).
EXPORT: dict[str, str] = {
    "title": QT_TRANSLATE_NOOP("Words", "What an attacker gets"),
    "promise": QT_TRANSLATE_NOOP(
        "Words",
        "Measured on this picture, with the models named below, which no protection was made "
        "with. It raises the cost of misuse; it is not a guarantee.",
    ),
    "treatment": QT_TRANSLATE_NOOP("Words", "What was done to the file first"),
    "yours": QT_TRANSLATE_NOOP("Words", "yours"),
    "interval": QT_TRANSLATE_NOOP("Words", "95 % interval"),
    "judge": QT_TRANSLATE_NOOP("Words", "Judged by {judge}"),
    "worst": QT_TRANSLATE_NOOP("Words", "Worst case: {treatment}"),
    "left-out": QT_TRANSLATE_NOOP("Words", "Left out: {treatments}"),
    "instruction": QT_TRANSLATE_NOOP("Words", "Instruction: {instruction}"),
    "of-original": QT_TRANSLATE_NOOP("Words", "from the original"),
    "of-yours": QT_TRANSLATE_NOOP("Words", "from yours"),
}


def swap_lines(swap: api.SwapFigures | None, say: Callable[[str], str]) -> list[str]:
    """A face swap in sentences; ``say`` translates."""
    if swap is None:
        return []
    owner = say(SWAP["owner"]).format(
        owner=f"{swap.owner:.2f}", control=f"{swap.owner_control:.2f}", before=f"{swap.before:.2f}"
    )
    target = say(SWAP["target"]).format(
        target=f"{swap.target:.2f}", control=f"{swap.target_control:.2f}"
    )
    found = "found" if swap.recognised >= swap.threshold else "not-found"
    search = say(SWAP[found]).format(
        recognised=f"{swap.recognised:.2f}", threshold=f"{swap.threshold:.2f}"
    )
    return [owner, target, search, *([] if swap.located else [say(SWAP["not-located"])])]
