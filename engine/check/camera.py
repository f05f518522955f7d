"""Does a picture look like it came out of a camera, and was it saved again since?

EXIF that fits together, a thumbnail that shows the same picture, quantisation tables and traces of
an earlier JPEG compression. All of it can be forged or lost without harm, so it explains and never
decides; only a thumbnail that shows something else is a hint.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.api import Evidence
from engine.check.texts import Text, directory_of, shown
from engine.media import ifd
from engine.media.photo import Photo

Floats = NDArray[np.float32]

_EXPOSURE, _APERTURE, _ISO, _FOCAL, _MAKER_NOTE = 0x829A, 0x829D, 0x8827, 0x920A, 0x927C
_EDITORS = re.compile(
    r"\b(Photoshop|Lightroom|GIMP|Affinity|Pixelmator|Snapseed|PicsArt|Facetune|Canva|Meitu|"
    r"FaceApp|Luminar|Capture One|darktable|RawTherapee|Paint\.NET|Krita)\b",
    re.I,
)
_SAME_THUMBNAIL = 0.6  # correlation below which a thumbnail shows another picture
GHOST_QUALITIES = tuple(range(50, 100, 5))


def exif_evidence(photo: Photo, texts: Sequence[Text]) -> list[Evidence]:
    """What the EXIF block says of a camera, an editor, and whether it agrees with itself."""
    directory = directory_of(photo.exif)
    if directory is None:
        return []
    found = []
    values = {text.name: text.value for text in texts if text.where == "EXIF"}
    shot = directory.children.get(ifd.EXIF_IFD, ifd.Directory())
    make, model = values.get("Make", ""), values.get("Model", "")
    taken = [tag for tag in (_EXPOSURE, _APERTURE, _ISO, _FOCAL) if tag in shot.fields]
    # A name alone is nothing: generators keep their workflow in "Make".
    named = bool(make and model) and max(len(make), len(model)) < 80 and "{" not in make + model
    facts = tuple((name, shown(value)[:200]) for name, value in values.items() if len(value) < 400)
    details: dict[str, str | float] = {"camera": f"{make} {model}".strip()[:120]}
    if named and len(taken) >= 2:
        found.append(Evidence("camera-exif", "camera", "explanation", details, facts))
    elif facts:
        found.append(Evidence("exif-incomplete", "nothing", "explanation", details, facts))
    editor = _EDITORS.search(values.get("Software", ""))
    if editor:
        details = {"program": values["Software"][:120]}
        found.append(Evidence("editor", "nothing", "explanation", details))
    odd = _contradictions(photo, shot, values)
    if odd:
        found.append(Evidence("exif-contradicts", "nothing", "explanation", {}, tuple(odd)))
    return found


def _contradictions(
    photo: Photo, shot: ifd.Directory, values: dict[str, str]
) -> list[tuple[str, str]]:
    odd = []
    width, height = shot.integer(0xA002, 0), shot.integer(0xA003, 0)
    if width and height and {width, height} != {photo.width, photo.height}:
        odd.append(("size", f"{width} x {height} / {photo.width} x {photo.height}"))
    original, changed = values.get("DateTimeOriginal", ""), values.get("DateTime", "")
    if original and changed and changed < original:
        odd.append(("date", f"{original} / {changed}"[:80]))
    return odd


# ---- the thumbnail --------------------------------------------------------------------------


def thumbnail_evidence(photo: Photo, seen: Floats) -> tuple[list[Evidence], Floats | None]:
    """Compare the EXIF thumbnail with the picture; returns the thumbnail too if it differs.

    ``seen`` (h, w, 3) is the picture as stored, sRGB 0..1, any size."""
    thumbnail = _thumbnail(photo.exif)
    if thumbnail is None:
        return [], None
    height, width = thumbnail.shape[:2]
    small = np.asarray(
        Image.fromarray((seen * 255).astype(np.uint8)).resize((width, height)), np.float32
    )
    # Cameras letterbox thumbnails to 4:3, which the comparison must not count.
    inside = slice(height // 8, height - height // 8)
    ours, theirs = small[inside].mean(2).ravel(), thumbnail[inside].mean(2).ravel() * 255
    agreement = float(np.corrcoef(ours, theirs)[0, 1]) if ours.std() * theirs.std() > 1 else 1.0
    details: dict[str, str | float] = {"agreement": round(agreement, 2)}
    if agreement >= _SAME_THUMBNAIL:
        return [Evidence("thumbnail-same", "camera", "explanation", details)], None
    return [
        Evidence("thumbnail-differs", "manipulated", "hint", details, picture="thumbnail")
    ], thumbnail


def _thumbnail(exif: bytes | None) -> Floats | None:
    first = directory_of(exif)
    if exif is None or first is None or not first.next:
        return None
    try:
        reader = ifd.read(io.BytesIO(exif[:4] + _offset(exif, first.next) + exif[8:]))
        start, length = reader.integer(513, 0), reader.integer(514, 0)
        data = exif[start : start + length]
        if not start or len(data) < 100:
            return None
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
            if max(opened.size) > 1024:
                return None
            made: Floats = np.asarray(opened.convert("RGB"), np.float32) / np.float32(255)
            return made
    except (OSError, ValueError, SyntaxError):
        return None


def _offset(exif: bytes, offset: int) -> bytes:
    return offset.to_bytes(4, "little" if exif[:2] == b"II" else "big")


# ---- JPEG -----------------------------------------------------------------------------------


def jpeg_evidence(photo: Photo, data: bytes) -> list[Evidence]:
    """The quantisation tables, and whether they are those of a program or a camera's own."""
    if photo.format != "JPEG":
        return []
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "MPO")) as opened:
            tables = {k: list(v) for k, v in getattr(opened, "quantization", {}).items()}
            progressive = bool(opened.info.get("progressive"))
    except (OSError, SyntaxError, ValueError):
        return []
    if not tables:
        return []
    standard = standard_quality(tables)
    facts = [("quality", str(photo.encoding.quality or "?"))]
    facts.append(("tables", str(len(tables))))
    facts.append(("progressive", "1" if progressive else "0"))
    details: dict[str, str | float] = {"quality": photo.encoding.quality or 0}
    key = "jpeg-tables-own" if standard is None else "jpeg-tables-standard"
    proof = "\n".join(
        " ".join(f"{v:3d}" for v in table[row : row + 8])
        for table in tables.values()
        for row in range(0, 64, 8)
    )
    return [Evidence(key, "nothing", "explanation", details, tuple(facts), proof)]


def standard_quality(tables: dict[int, list[int]]) -> int | None:
    """The quality at which libjpeg writes this luminance table; None if it never does."""
    for quality in range(100, 0, -1):
        stream = io.BytesIO()
        Image.new("L", (8, 8)).save(stream, "JPEG", quality=quality)
        with Image.open(stream) as opened:
            if list(getattr(opened, "quantization", {})[0]) == tables.get(0):
                return quality
    return None


def ghosts(pixels: NDArray[np.uint8]) -> Floats:
    """(qualities, h/8, w/8): how much each block changes when saved anew at each quality.

    Farid (2009): a part that was once saved at a lower quality changes least there. Normalised
    over the qualities, as he does."""
    height, width = (side // 8 * 8 for side in pixels.shape[:2])
    cut = np.ascontiguousarray(pixels[:height, :width])
    maps = []
    for quality in GHOST_QUALITIES:
        stream = io.BytesIO()
        Image.fromarray(cut).save(stream, "JPEG", quality=quality)
        with Image.open(stream) as opened:
            again = np.asarray(opened.convert("RGB"), np.float32)
        error = np.square(again - cut).mean(2)
        maps.append(error.reshape(height // 8, 8, width // 8, 8).mean((1, 3)))
    stack = np.stack(maps).astype(np.float32)
    low, high = stack.min(0), stack.max(0)
    made: Floats = (stack - low) / np.maximum(high - low, 1e-6)
    return made


def error_level(pixels: NDArray[np.uint8], quality: int = 90) -> Floats:
    """(h, w, 3) in 0..1: what saving anew at one quality changes, enlarged to be seen."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    with Image.open(stream) as opened:
        again = np.asarray(opened.convert("RGB"), np.float32)
    error = np.abs(again - pixels)
    level: Floats = np.clip(error / max(float(np.percentile(error, 99.5)), 4.0), 0, 1)
    return level
