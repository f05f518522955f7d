"""What the compare view says: badges on the picture, and its description for a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.widgets.layers import Layers

translate = QCoreApplication.translate


def message(layers: Layers) -> str:
    """In place of a picture."""
    if layers.failed:
        return translate(
            "CompareView", "There is no preview for this kind of file.\nIt can still be protected."
        )
    return translate("CompareView", "Opening…") if layers.loading else ""


def badge(name: str, result: str = "protected") -> str:
    """``result`` says what was done to the second file."""
    return {
        "original": translate("CompareView", "Original"),
        "protected": translate("CompareView", "Protected"),
        "marked": translate("CompareView", "Marked"),
        "sanitised": translate("CompareView", "Cleaned"),
        "difference": translate("CompareView", "Difference ×10"),
        "seen-original": translate("CompareView", "AI sees of the original"),
        "seen-protected": translate("CompareView", "AI sees of yours"),
    }[result if name == "protected" else name]


def description(
    names: tuple[str, ...], result: str, zoom: float, split: float, painting: bool
) -> str:
    """``zoom`` 1 is actual size; ``split`` is the divider's place, 0..1 from the left."""
    scale = translate("CompareView", "Zoom {percent} %").format(percent=round(zoom * 100))
    parts = [badge(names[0], result), scale]
    if len(names) == 2:
        sides = translate(
            "CompareView", "{left} at the left, {right} at the right, divider at {percent} %"
        )
        left, right = (badge(name, result) for name in names)
        parts = [sides.format(left=left, right=right, percent=round(split * 100)), scale]
    if painting:
        parts.append(translate("CompareView", "Painting where the cloak may go"))
    return ". ".join(parts)
