"""The words for detectors: their names, how often they are wrong, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable

from engine.api import DetectorReading, DetectorStanding
from engine.problems import QT_TRANSLATE_NOOP

Translate = Callable[[str, str], str]

DETECTORS: dict[str, str] = {
    "image-detector": QT_TRANSLATE_NOOP("Check", "Built-in picture detector"),
    "voice-detector": QT_TRANSLATE_NOOP("Check", "Built-in voice detector"),
    "video-frames": QT_TRANSLATE_NOOP("Check", "Built-in picture detector, frame by frame"),
    "video-faces": QT_TRANSLATE_NOOP("Check", "Built-in picture detector, face by face"),
    "detector-vit-commfor": QT_TRANSLATE_NOOP("Check", "Community Forensics (downloaded)"),
    "detector-sieve-vits": QT_TRANSLATE_NOOP("Check", "Sieve (downloaded)"),
    "detector-clip-grip": QT_TRANSLATE_NOOP("Check", "CLIP with GRIP's head (downloaded)"),
    "speech-xlsr-300m": QT_TRANSLATE_NOOP("Check", "XLS-R with a head of your own"),
    "detector-swin-sdxl": QT_TRANSLATE_NOOP("Check", "SDXL detector (downloaded)"),
    "detector-vit-cifake": QT_TRANSLATE_NOOP("Check", "CIFAKE detector (downloaded)"),
    "detector-wav2vec2-deepfake": QT_TRANSLATE_NOOP("Check", "Wav2Vec2 detector (downloaded)"),
}

DATA: dict[str, str] = {
    "photos": QT_TRANSLATE_NOOP("Check", "real photos"),
    "photos-sent": QT_TRANSLATE_NOOP("Check", "real photos as messengers send them"),
    "speech": QT_TRANSLATE_NOOP("Check", "real speech recordings"),
    "speech-narrow": QT_TRANSLATE_NOOP("Check", "real speech recordings at telephone quality"),
    "photos-no-clips": QT_TRANSLATE_NOOP("Check", "real photos (no clips were measured)"),
    "speech-no-clips": QT_TRANSLATE_NOOP("Check", "real recordings (no clips were measured)"),
    "speech-narrow-no-clips": QT_TRANSLATE_NOOP(
        "Check", "real recordings at telephone quality (no clips were measured)"
    ),
    "own-photos": QT_TRANSLATE_NOOP("Check", "of your own photos"),
    "own-voices": QT_TRANSLATE_NOOP("Check", "of your own recordings"),
}

TREATMENTS: dict[str, str] = {
    "as-received": QT_TRANSLATE_NOOP("Check", "As received"),
    "jpeg-75": QT_TRANSLATE_NOOP("Check", "JPEG, quality 75"),
    "resize-0.75": QT_TRANSLATE_NOOP("Check", "Three quarters the size"),
    "crop": QT_TRANSLATE_NOOP("Check", "Cropped"),
    "mp3-64": QT_TRANSLATE_NOOP("Check", "MP3, 64 kbit/s"),
    "telephone": QT_TRANSLATE_NOOP("Check", "Telephone, 8 kHz"),
    "louder": QT_TRANSLATE_NOOP("Check", "6 dB louder"),
    "softer": QT_TRANSLATE_NOOP("Check", "6 dB softer"),
}

ERROR_RATE = QT_TRANSLATE_NOOP(
    "Check",
    "Of 100 {data}, {rate} were wrongly above the line in our test "
    "(95 % interval {low} to {high}).",
)
STRENGTH = QT_TRANSLATE_NOOP(
    "Check", "On generators it never saw, it ranks a fake above a real file {auc} times in 100."
)
COPIES = QT_TRANSLATE_NOOP(
    "Check",
    "On copies that our own models made of your files, it ranks a copy above a real file {auc} "
    "times in 100. Real generators may be easier or harder.",
)
FEW_FILES = QT_TRANSLATE_NOOP(
    "Check", "It was measured on {files} of your files; to decide anything it needs 99."
)
UNMEASURED = QT_TRANSLATE_NOOP(
    "Check",
    "Nobody knows how often it is wrong on files like yours, so it decides nothing. Add your own "
    "real files to measure it.",
)
WEAK = QT_TRANSLATE_NOOP("Check", "A weak hint only: it decides nothing.")
STANDING = QT_TRANSLATE_NOOP(
    "Check",
    "Measured on {files} of your files: {rate} % of them wrongly above the line, copies ranked "
    "above real files {auc} times in 100.",
)
NOT_MEASURED = QT_TRANSLATE_NOOP("Check", "Not measured on your files yet: it decides nothing.")


def standing(detector: DetectorStanding, translate: Translate) -> str:
    """What is known of a downloaded detector on this computer."""
    if not detector.files:
        return translate("Check", NOT_MEASURED)
    said = translate("Check", STANDING).format(
        files=detector.files,
        rate=f"{100 * detector.error_rate:.1f}",
        auc=f"{100 * detector.auc:.0f}",
    )
    return f"{said} {translate('Check', WEAK)}" if detector.weak else said


def worth(reading: DetectorReading, translate: Translate) -> list[str]:
    """What is known of a detector's errors."""
    if reading.measured == "none":
        return [translate("Check", UNMEASURED)]
    low, high, rate = (f"{100 * r:.1f}" for r in (*reading.error_interval, reading.error_rate))
    data = translate("Check", DATA.get(reading.data, reading.data))
    errors = translate("Check", ERROR_RATE).format(data=data, rate=rate, low=low, high=high)
    strength = STRENGTH if reading.measured == "generators" else COPIES
    rank = translate("Check", strength).format(auc=f"{100 * reading.auc:.0f}")
    few = []
    if reading.measured == "copies" and reading.files < 99:
        few.append(translate("Check", FEW_FILES).format(files=reading.files))
    return [errors, rank, *few, *([translate("Check", WEAK)] if reading.weak else [])]
