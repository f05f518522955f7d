"""What can go wrong with photos and their rehearsals, in one sentence each (see ``problems``)."""

from __future__ import annotations

from engine.marked import QT_TRANSLATE_NOOP

PHOTO: dict[str, str] = {
    "photo.not-image": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} is not a picture Cloakroom can read. "
        "It opens JPEG, PNG, TIFF, WebP, BMP, GIF, AVIF and HEIC.",
    ),
    "photo.damaged": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} is damaged or incomplete. Get the file again from where it came from, "
        "or open it in a picture editor and save it anew.",
    ),
    "photo.no-face": QT_TRANSLATE_NOOP(
        "Problem",
        "No face was found in {file}. Draw a box around each face or paint over it, or protect it "
        "against AI editing, which covers the whole picture.",
    ),
    "rehearse.no-face": QT_TRANSLATE_NOOP(
        "Problem", "No face was found in {file}. Choose a picture that shows one from the front."
    ),
    "rehearse.consent": QT_TRANSLATE_NOOP(
        "Problem",
        "A face is only swapped when you confirm that it is yours, or that whose face it is "
        "has agreed.",
    ),
    "photo.zero-size": QT_TRANSLATE_NOOP(
        "Problem", "{file} has no pixels: its width or height is 0."
    ),
    "photo.too-large": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} has {megapixels} million pixels; the limit is {limit} million. "
        "Make the picture smaller and try again.",
    ),
    "photo.unsupported": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} stores its pixels in a way Cloakroom cannot write back ({detail}). "
        "Save it as an ordinary 8-bit or 16-bit picture and try again.",
    ),
    "photo.mask-shape": QT_TRANSLATE_NOOP(
        "Problem",
        "The mask {file} has another shape than the photo ({size} pixels). "
        "Use a mask of the same proportions.",
    ),
    "photo.other-size": QT_TRANSLATE_NOOP(
        "Problem",
        "The two pictures differ in size ({first} and {second} pixels), so they cannot be "
        "compared. Choose the original and its own protected file.",
    ),
    "photo.heic-extra": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} is a HEIC picture, which needs an optional extra. "
        'Install it with: pip install "cloakroom[heic]"',
    ),
}
