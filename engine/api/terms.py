"""The words that several jobs share, and which files belong to which kind of work."""

from __future__ import annotations

from typing import Literal

Strength = Literal["invisible", "balanced", "strong"]
STRENGTHS: tuple[Strength, ...] = ("invisible", "balanced", "strong")

Threat = Literal["edit", "personalise", "faceswap"]
# What works today; a threat is added here by the issue that makes it work.
THREATS: tuple[Threat, ...] = ("edit", "personalise", "faceswap")

# File name endings of the photos that can be read, in lower case.
PHOTO_SUFFIXES: tuple[str, ...] = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp"),
    *(".bmp", ".dib", ".gif", ".avif", ".heic", ".heif", ".hif"),
)

RECEIPT_SCHEMA = 1
