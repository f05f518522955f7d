"""A verification as one HTML file: the verdict, what it rests on, and thumbnails.

Self-contained (pictures inside, no script, nothing is fetched), so that it can be kept, printed
and sent. Its signature lies beside it as Content Credentials (``api.WriteReport``).
"""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import UTC, datetime
from html import escape

from app import mark_words
from app.words import translate
from engine import __version__, api

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2430; max-width: 46em; margin: 3em auto;
  padding: 0 1.5em; }
h1 { font-size: 1.5em; margin-bottom: .2em; } h2 { font-size: 1.05em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #d9dee6; padding: .4em .6em .4em 0; vertical-align: top; }
td:first-child { color: #5a6576; width: 13em; } td:last-child { overflow-wrap: anywhere; }
figure { display: inline-block; margin: 0 1em 1em 0; } img { max-width: 21em; display: block; }
figcaption, footer { color: #5a6576; font-size: .87em; } footer { margin-top: 3em; }
"""


def html(results: tuple[api.VerifyResult, ...], signer: str) -> str:
    """The report on all ``results``, to be signed by the identity ``signer``."""
    title = translate("Cli", "Report on watermarks")
    parts = [
        '<!DOCTYPE html><html><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        *(_section(result) for result in results),
        _footer(signer),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _section(result: api.VerifyResult) -> str:
    verdict = mark_words.verdict(result)
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in _rows(result)
    )
    captions = {
        "received": translate("Cli", "The file that was looked at"),
        "work": translate("Cli", "The registered work"),
        "heat": translate("Cli", "Where the mark is (blue) and where it is not (orange)"),
    }
    figures = "".join(
        f'<figure><img alt="" src="data:image/png;base64,{_png(picture)}">'
        f"<figcaption>{escape(captions.get(picture.name, picture.name))}</figcaption></figure>"
        for picture in result.pictures
    )
    return (
        f"<h2>{escape(result.file.name)}</h2><p><strong>{escape(verdict)}</strong></p>"
        f"<p>{figures}</p><table>{rows}</table>"
    )


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
            (translate("Cli", "Marked"), (result.marked or "")[mark_words.TIME_FORMAT]),
            (translate("Cli", "Mark id"), str(result.payload)),
            (translate("Cli", "Kind of mark"), str(result.scheme)),
        ]
        if result.issued:
            words = translate("Cli", "The mark id was made with the key of {identity}.")
            rows.append((translate("Cli", "Issued"), words.format(identity=result.identity)))
        if happened := mark_words.what_happened(result.geometry, result.how):
            rows.append((translate("Cli", "On its way"), " ".join(happened)))
        if result.changed is not None:
            words = translate("Cli", "The mark is not found in {share:.0f} % of it.")
            rows.append((translate("Cli", "Changed"), words.format(share=100 * result.changed)))
        if result.untouched is not None:
            rows.append((translate("Cli", "Untouched"), mark_words.untouched(result.untouched)))
    words = translate(
        "Cli", "{p:.2g} for the best match, corrected for all {trials:.0f} comparisons tried"
    )
    chance = words.format(p=result.p_value, trials=result.trials)
    rows.append((translate("Cli", "Chance of a false alarm"), chance))
    rows.append((translate("Cli", "Credentials"), mark_words.credentials(result.credentials)))
    return rows


def _footer(signer: str) -> str:
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
            "The signature of this report lies beside it, in the file of the same name that "
            "ends in .c2pa. To check it: cloakroom credentials show REPORT.html",
        ),
    )
    return f"<footer>{''.join(f'<p>{escape(text)}</p>' for text in words)}</footer>"


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
