"""A verification as one file, HTML or PDF: the verdict, what it rests on, and thumbnails.

Self-contained (pictures inside, no script, nothing is fetched), so that it can be kept, printed
and sent. The engine signs it with Content Credentials (``api.WriteReport``).
"""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from app.pdf import WIDEST, pdf
from app.words import translate
from engine import __version__, api
from engine.wording import marks

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2430; max-width: 46em; margin: 3em auto;
  padding: 0 1.5em; }
h1 { font-size: 1.5em; margin-bottom: .2em; } h2 { font-size: 1.05em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #d9dee6; padding: .4em .6em .4em 0; vertical-align: top; }
td:first-child { color: #5a6576; width: 13em; } td:last-child { overflow-wrap: anywhere; }
figure { display: inline-block; margin: 0 1em 1em 0; } img { max-width: 21em; display: block; }
figcaption, .footer { color: #5a6576; font-size: .87em; } .footer { margin-top: 3em; }
"""

_PDF_STYLE = "h1{font-size:16pt} h2{font-size:12pt} td{padding:3px 12px 3px 0}"
_TIME = slice(0, 16)  # of an ISO 8601 time: to the minute


def content(results: tuple[api.VerifyResult, ...], signer: str, target: Path) -> bytes:
    """The report on all ``results``, to be signed by the identity ``signer``, as the ending of
    ``target`` asks for."""
    if target.suffix.lower() != ".pdf":
        return html(results, signer).encode()
    return pdf(html(results, signer, WIDEST), target.stem, _PDF_STYLE)


def html(results: tuple[api.VerifyResult, ...], signer: str, width: int | None = None) -> str:
    """The page; ``width``: of its pictures in pixels at most, for a PDF, where no style can limit
    it."""
    title = translate("Cli", "Report on watermarks")
    parts = [
        '<!DOCTYPE html><html><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        *(_section(result, width) for result in results),
        _footer(signer, inside=width is not None),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _section(result: api.VerifyResult, width: int | None) -> str:
    verdict = marks.verdict(result, translate)
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in _rows(result)
    )
    figures = "".join(_figure(picture, width) for picture in result.pictures)
    return (
        f"<h2>{escape(result.file.name)}</h2><p><strong>{escape(verdict)}</strong></p>"
        f"<div>{figures}</div><table>{rows}</table>"
    )


def _figure(picture: api.Picture, width: int | None) -> str:
    caption = escape(translate("Marks", marks.PICTURES.get(picture.name, picture.name)))
    source = f'alt="{caption}" src="data:image/png;base64,{_png(picture)}"'
    if width is None:
        return f"<figure><img {source}><figcaption>{caption}</figcaption></figure>"
    return f'<p><img width="{min(width, picture.width)}" {source}><br>{caption}</p>'


def _rows(result: api.VerifyResult) -> list[tuple[str, str]]:
    rows = [
        (translate("Cli", "File"), str(result.file)),
        ("SHA-256", result.sha256),
        (translate("Cli", "Looked for"), ", ".join(result.searched)),
    ]
    if result.found:
        rows += [
            (translate("Cli", "Mark of"), str(result.identity)),
            (translate("Cli", "Work"), result.work or translate("Cli", "not in this registry")),
            (translate("Cli", "Marked"), (result.marked or "")[_TIME]),
            (translate("Cli", "Mark id"), str(result.payload)),
            (translate("Cli", "Kind of mark"), str(result.scheme)),
        ]
        if result.issued:
            words = translate("Cli", "The mark id was made with the key of {identity}.")
            rows.append((translate("Cli", "Issued"), words.format(identity=result.identity)))
        if belonging := marks.belonging(result, translate):
            rows.append((translate("Cli", "Made for it"), belonging))
        if happened := marks.journey(result, translate):
            rows.append((translate("Cli", "On its way"), happened))
        if result.changed is not None:
            words = translate("Cli", "The mark is not found in {share:.0f} % of it.")
            rows.append((translate("Cli", "Changed"), words.format(share=100 * result.changed)))
        if result.untouched is not None:
            words = marks.untouched(result.untouched, translate)
            rows.append((translate("Cli", "Untouched"), words))
    words = translate(
        "Cli", "{p:.2g} for the best match, corrected for all {trials:.0f} comparisons tried"
    )
    chance = words.format(p=result.p_value, trials=result.trials)
    rows.append((translate("Cli", "Chance of a false alarm"), chance))
    signed = marks.credentials(result.credentials, translate)
    rows.append((translate("Cli", "Credentials"), signed))
    return rows


def _footer(signer: str, *, inside: bool) -> str:
    time = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    words = (
        translate("Cli", "Written on {time} by Cloakroom {version} for {signer}.").format(
            time=time, version=__version__, signer=signer
        ),
        translate(
            "Cli",
            "A mark counts as found when an unmarked file would look like this once in a "
            "million searches at most. A mark that is not found proves nothing: it may have been "
            "destroyed.",
        ),
        translate(
            "Cli",
            "The signature of this report is inside the file. To check it: cloakroom credentials "
            "show REPORT.pdf",
        )
        if inside
        else translate(
            "Cli",
            "The signature of this report lies beside it, in the file of the same name that "
            "ends in .c2pa. To check it: cloakroom credentials show REPORT.html",
        ),
    )
    body = "".join(f"<p>{escape(text)}</p>" for text in words)
    return f'<div class="footer">{body}</div>'


def _png(picture: api.Picture) -> str:
    """The picture as a base64 PNG (filter 0 in every row, one chunk of data)."""
    width = 3 * picture.width
    rows = range(0, len(picture.rgb), width)
    data = zlib.compress(b"".join(b"\0" + picture.rgb[at : at + width] for at in rows), 9)
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return base64.b64encode(png).decode()
