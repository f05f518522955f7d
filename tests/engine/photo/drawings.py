"""Pictures that are no photographs: line art, a flat illustration, greyscale, a cut-out."""

from __future__ import annotations

from PIL import Image, ImageDraw

from tests.e2e.pictures import photo


def line_art(width: int = 160, height: int = 120) -> Image.Image:
    """Black lines on white."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for step in range(0, width, 40):
        draw.line((step, 0, step + 25, height), fill="black", width=2)
    draw.ellipse((30, 20, 110, 100), outline="black", width=3)
    return picture


def illustration(width: int = 160, height: int = 120) -> Image.Image:
    """A few flat colours with sharp borders."""
    picture = Image.new("RGB", (width, height), (240, 225, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(60, 120, 90))
    draw.ellipse((20, 15, 70, 65), fill=(220, 90, 60))
    draw.polygon([(90, 90), (120, 30), (150, 90)], fill=(50, 70, 130))
    return picture


def greyscale(width: int = 160, height: int = 120) -> Image.Image:
    return photo(width, height).convert("L")


def cut_out(width: int = 160, height: int = 120) -> Image.Image:
    """A photo inside an ellipse, transparent outside."""
    picture = photo(width, height).convert("RGBA")
    alpha = Image.new("L", (width, height), 0)
    ImageDraw.Draw(alpha).ellipse((30, 20, 130, 100), fill=255)
    picture.putalpha(alpha)
    return picture
