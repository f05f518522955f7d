"""A rehearsal as a contact sheet (PNG) and as a page (HTML) that needs no other file.

Needs neither torch nor Qt: the application calls it with the result it has. ``say`` translates the
English words of ``engine.wording``; the sheet stays English, since the font drawn with has Latin
letters only.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine import api
from engine.media.atomic import atomic, free_name, make_folder
from engine.wording import ATTACKS, CONTROLS, EXPORT, MEASURES, TREATMENTS, VERDICTS

Say = Callable[[str], str]

TILE = 176  # pixels of the sheet's pictures, the longer side
COLUMNS = 3  # pairs beside each other
MARGIN = 24
TEXT = 15  # pixels
INK, MUTED, PAPER = "#1c1d21", "#5d5e69", "#ffffff"

_STYLE = """
:root { color-scheme: light dark; --line: #8885; --muted: #777; --accent: #2b6e5e; }
@media (prefers-color-scheme: dark) { :root { --muted: #aaa; --accent: #70c4b2; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2.5rem auto;
  padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
p, small { color: var(--muted) }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: right;
  font-variant-numeric: tabular-nums } th:first-child, td:first-child { text-align: left }
tr.worst td:first-child { font-weight: 600 } td.worse { color: var(--accent); font-weight: 600 }
figure { display: inline-block; margin: 1rem 1rem 0 0; vertical-align: top }
figure img { width: 13rem; height: auto; display: inline-block; margin-right: .25rem }
figcaption { font-size: .85rem; color: var(--muted); max-width: 27rem }
"""


def _english(text: str) -> str:
    return text


def write(
    result: api.RehearsalResult, folder: Path, say: Say = _english, language: str = "en"
) -> tuple[Path, Path]:
    """Write the sheet and the page into ``folder``, made if missing; returns both paths.

    Names that are taken get a number. Raises ``Problem`` for a folder or disk that refuses.
    """
    make_folder(folder)
    stem = result.file.stem + "-rehearsal"
    sheet, page = (free_name(folder / (stem + suffix)) for suffix in (".png", ".html"))
    write_sheet(result, sheet)
    write_page(result, page, say, language)
    return sheet, page


def write_sheet(result: api.RehearsalResult, target: Path) -> None:
    """``FileExistsError`` where ``target`` is taken; ``Problem`` as ``write``."""
    with atomic(target) as temporary:
        contact_sheet(result).save(temporary, "PNG")


def write_page(
    result: api.RehearsalResult, target: Path, say: Say = _english, language: str = "en"
) -> None:
    with atomic(target) as temporary:
        temporary.write_text(page(result, say, language), encoding="utf-8")


def verdict(outcome: api.AttackOutcome, say: Say = _english) -> str:
    """What the row that decides says, in words."""
    return say(VERDICTS[outcome.table.control, outcome.verdict])


def treatment(name: str, say: Say = _english) -> str:
    return say(TREATMENTS[name]) if name in TREATMENTS else name


# ---- the page -------------------------------------------------------------------------------


def page(result: api.RehearsalResult, say: Say = _english, language: str = "en") -> str:
    title = escape(say(EXPORT["title"]))
    parts = [
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>',
        f"<style>{_STYLE}</style><h1>{title}</h1>",
        f"<p>{escape(result.file.name)} · {escape(result.protected.name)}<br>",
        f"{escape(say(EXPORT['promise']))}</p>",
    ]
    for outcome in result.outcomes:
        parts += _section(result, outcome, say)
    return "\n".join(parts) + "\n"


def _section(result: api.RehearsalResult, outcome: api.AttackOutcome, say: Say) -> list[str]:
    table, worst = outcome.table, outcome.table.worst
    lines = [say(EXPORT["judge"]).format(judge=table.judge)]
    if outcome.attack == "edit":
        lines.append(say(EXPORT["instruction"]).format(instruction=result.instruction))
    if worst is not None and len(table.rows) > 1:
        lines.append(say(EXPORT["worst"]).format(treatment=treatment(worst.treatment, say)))
    if outcome.left_out:
        names = ", ".join(treatment(name, say) for name in outcome.left_out)
        lines.append(say(EXPORT["left-out"]).format(treatments=names))
    heading = f"{say(ATTACKS[outcome.attack])}: {verdict(outcome, say)}"
    columns = (
        say(EXPORT["treatment"]),
        say(EXPORT["yours"]),
        say(CONTROLS[table.control]),
        say(EXPORT["interval"]),
    )
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    parts = [
        f"<h2>{escape(heading)}</h2><p>{'<br>'.join(map(escape, lines))}</p>",
        f"<table><caption><small>{escape(say(MEASURES[table.measure]))}</small></caption>",
        f"<thead><tr>{head}</tr></thead><tbody>",
    ]
    for row in table.rows:
        mark = ' class="worst"' if row is worst else ""
        interval = "" if row.low is None or row.high is None else f"{row.low:.3f} – {row.high:.3f}"
        parts.append(
            f"<tr{mark}><td>{escape(treatment(row.treatment, say))}</td>"
            f'<td class="{table.verdict(row)}">{row.effect:.3f}</td>'
            f"<td>{row.control:.3f}</td><td>{interval}</td></tr>"
        )
    parts.append("</tbody></table>")
    for row in table.rows:
        pair = [outcome.picture(side, row.treatment) for side in ("control", "attacked")]
        shown = [_figure(p, say(EXPORT[key])) for p, key in zip(pair, _SIDES, strict=True) if p]
        if shown:
            caption = escape(treatment(row.treatment, say))
            parts.append(f"<figure>{''.join(shown)}<figcaption>{caption}</figcaption></figure>")
    return parts


_SIDES = ("of-original", "of-yours")


def _figure(picture: api.Picture, words: str) -> str:
    file = io.BytesIO()
    _image(picture).save(file, "JPEG", quality=92, subsampling=0)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    return (
        f'<img alt="{escape(words)}" title="{escape(words)}" src="data:image/jpeg;base64,{data}">'
    )


# ---- the sheet ------------------------------------------------------------------------------


def contact_sheet(result: api.RehearsalResult) -> Image.Image:
    """Each treatment's pair of pictures with its figures below, the worst case marked."""
    font, small = (ImageFont.load_default(size) for size in (TEXT + 3, TEXT - 2))
    tall = max([1, *(_tile(p)[1] for o in result.outcomes for p in o.pictures)])
    cell = (2 * TILE + 28, tall + 46)
    width = 2 * MARGIN + COLUMNS * cell[0]
    heights = [44 + -(-len(o.table.rows) // COLUMNS) * cell[1] for o in result.outcomes]
    sheet = Image.new("RGB", (width, 2 * MARGIN + 34 + sum(heights)), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN), EXPORT["title"], INK, font)
    draw.text(
        (MARGIN + 220, MARGIN + 4), "left: from the original, right: from yours", MUTED, small
    )
    top = MARGIN + 34
    for outcome, height in zip(result.outcomes, heights, strict=True):
        heading = f"{ATTACKS[outcome.attack]}: {verdict(outcome)}"
        if outcome.attack == "edit" and result.instruction.isascii():
            heading += f" ({result.instruction})"
        draw.text((MARGIN, top + 8), heading, INK, font)
        for number, row in enumerate(outcome.table.rows):
            at = (
                MARGIN + number % COLUMNS * cell[0],
                top + 40 + number // COLUMNS * cell[1],
            )
            _pair(sheet, draw, at, tall, outcome, row, small)
        top += height
    return sheet


def _pair(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    tall: int,
    outcome: api.AttackOutcome,
    row: api.SurvivalRow,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> None:
    x, y = at
    for number, side in enumerate(("control", "attacked")):
        picture = outcome.picture(side, row.treatment)
        if picture is not None:
            image = _image(picture).resize(_tile(picture), Image.Resampling.LANCZOS)
            sheet.paste(image, (x + number * (TILE + 4), y + tall - image.height))
    name = TREATMENTS.get(row.treatment, row.treatment)
    worst = "  (worst case)" if row is outcome.table.worst and len(outcome.table.rows) > 1 else ""
    draw.text((x, y + tall + 4), name + worst, INK, font)
    control = CONTROLS[outcome.table.control]
    figures = f"yours {row.effect:.3f}, {control} {row.control:.3f}"
    draw.text((x, y + tall + 21), figures, MUTED, font)


def _tile(picture: api.Picture) -> tuple[int, int]:
    factor = TILE / max(picture.width, picture.height)
    return max(1, round(picture.width * factor)), max(1, round(picture.height * factor))


def _image(picture: api.Picture) -> Image.Image:
    return Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
