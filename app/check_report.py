"""The report of a check as one self-contained HTML file: pictures inside, no script, no links.

Whatever came out of the checked file is escaped, and a content security policy forbids anything but
this file's own style and pictures: a report about a hostile file must be safe to open.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from app.files import replace_text
from app.words import translate
from engine import api
from engine.problems import Problem
from engine.wording import checks, makers

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1d1f23;max-width:52rem;margin:2rem auto}
h1{font-size:1.1rem;font-weight:600;word-break:break-all}
h2{font-size:1.5rem;margin:.3rem 0 1rem}
h3{font-size:1rem;margin:1.2rem 0 .2rem}
.level,figcaption,summary{color:#5b6270}
section{border-top:1px solid #dcdfe4;padding:1.2rem 0}
figure{display:inline-block;margin:.4rem 1rem .4rem 0;vertical-align:top}
figcaption{font-size:.85rem}
img{max-width:100%;display:block}
table{border-collapse:collapse;margin:.3rem 0}
td{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top;word-break:break-word}
td{border-bottom:1px solid #eceef1}
pre{white-space:pre-wrap;word-break:break-word;background:#f5f6f8;padding:.6rem}
pre{max-height:20rem;overflow:auto;font-size:.8rem}
summary{cursor:pointer}
@media print{details>*{display:block}pre{max-height:none}}
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_LIMITS = 4000  # characters of a proof in a report


def write(results: Sequence[api.CheckResult], target: Path, *, statement: bool = False) -> None:
    """Write the report, as PDF where ``target`` says so, else as HTML. ``statement``: only what
    speaks for the file, as its creator would show.

    Raises ``Problem`` when it cannot be written."""
    if target.suffix.lower() == ".pdf":
        from app import check_pdf

        check_pdf.write(results, target, statement=statement)
        return
    try:
        replace_text(target, html(results, statement=statement))
    except OSError:
        raise Problem("folder.unwritable", folder=str(target.parent)) from None


def html(
    results: Sequence[api.CheckResult], *, statement: bool = False, width: int | None = None
) -> str:
    """The page; ``width``: of its pictures in pixels at most, where no style can limit it."""
    title = (
        translate("Report", "Creator's statement")
        if statement
        else translate("Report", "Cloakroom check report")
    )
    body = "".join(part for result in results for part in _one(result, statement, width))
    if len(results) > 1 and not statement:
        body = _overview(results) + body
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<style>{_STYLE}</style></head><body><p class=level>{escape(title)}</p>{body}"
        f"<section><p>{escape(translate('Check', checks.LIMITS))}</p>{_makers(results)}</section>"
        "</body></html>\n"
    )


def _overview(results: Sequence[api.CheckResult]) -> str:
    """The answers for all files, before the evidence of each."""
    rows = _table((r.file.name, checks.headline(r, translate)) for r in results)
    return f"<section>{rows}</section>"


def _makers(results: Sequence[api.CheckResult]) -> str:
    """Where to ask further; addresses are text here, since a report has no links."""
    media = {result.media: None for result in results}
    found = {maker: None for kind in media for maker in makers.makers_of(kind)}
    if not found:
        return ""
    rows = _table(
        (m.name, f"{translate('Check', m.about)} {m.address.removeprefix('https://')}")
        for m in found
    )
    title, about = (translate("Check", text) for text in (makers.TITLE, makers.ABOUT))
    return f"<h3>{escape(title)}</h3><p>{escape(about)}</p>{rows}"


def _one(result: api.CheckResult, statement: bool, width: int | None) -> Iterator[str]:
    yield f"<section><h1>{escape(result.file.name)}</h1>"
    if not statement:
        level = translate("Check", checks.LEVELS[result.level])
        yield f"<h2>{escape(checks.headline(result, translate))}</h2>"
        yield f"<p class=level>{escape(level)}</p>"
        for reason in checks.reasons(result, translate):
            yield f"<p>{escape(reason)}</p>"
    yield from _figures(result, ("seen", "heat", "difference"), width)
    for evidence in result.evidence:
        if not statement or evidence.points_to in ("own", "camera") or _signed(evidence):
            yield from _evidence(evidence, result, width)
    if not statement:
        yield from _detectors(result)
    yield from _facts(result)
    yield "</section>"


def _signed(evidence: api.Evidence) -> bool:
    return evidence.key in ("credentials-trusted", "credentials-unknown")


def _evidence(evidence: api.Evidence, result: api.CheckResult, width: int | None) -> Iterator[str]:
    title, sentence = checks.finding(evidence, translate)
    yield f"<h3>{escape(title)}</h3><p>{escape(sentence)}</p>"
    if evidence.picture == "difference" and result.changes:
        yield "".join(f"<p>{escape(line)}</p>" for line in checks.changes(result, translate))
    if evidence.facts:
        yield _table((name, value) for name, value in evidence.facts)
    if evidence.key == "traces":
        names = ("residual", "spectrum", "autocorrelation", "error-level", "ghost")
        yield from _figures(result, names, width)
    elif evidence.picture and evidence.picture != "difference":
        yield from _figures(result, (evidence.picture,), width)
    if evidence.proof:
        proof = translate("Report", "As it is in the file")
        yield f"<details><summary>{escape(proof)}</summary>"
        yield f"<pre>{escape(evidence.proof[:_LIMITS])}</pre></details>"


def _detectors(result: api.CheckResult) -> Iterator[str]:
    for reading in result.detectors:
        name = translate("Check", checks.DETECTORS.get(reading.name, reading.name))
        yield f"<h3>{escape(name)}</h3>"
        yield "".join(f"<p>{escape(line)}</p>" for line in checks.worth(reading, translate))
        yield _table(
            [
                (translate("Report", "Score"), f"{reading.score:.3f}"),
                (translate("Report", "Line"), f"{reading.threshold:.3f}"),
                (
                    translate("Report", "Chance, if half of such files were AI"),
                    f"{reading.calibrated_probability:.2f}",
                ),
                ("SHA-256", reading.sha256),
            ]
        )
        if reading.windows:
            yield _table(
                (f"{w.start:.1f} - {w.end:.1f} s", f"{w.score:.3f}") for w in reading.windows
            )
    if result.stability:
        yield f"<h3>{escape(translate('Report', 'Is the answer stable?'))}</h3>"
        same, changed = translate("Report", "the same"), translate("Report", "another answer")
        yield _table(
            (
                translate("Check", checks.TREATMENTS.get(row.treatment, row.treatment)),
                f"{row.score:.3f} · {same if row.same else changed}",
            )
            for row in result.stability
        )


def _facts(result: api.CheckResult) -> Iterator[str]:
    yield f"<h3>{escape(translate('Report', 'What was looked at'))}</h3>"
    rows = [("SHA-256", result.sha256), (translate("Report", "Bytes"), str(result.size))]
    rows += list(result.facts.items())
    rows += [(translate("Report", "Checked"), result.created)]
    rows += [("Cloakroom", result.app_version)]
    yield _table(rows)
    for note in checks.notes(result, translate):
        yield f"<p>{escape(note)}</p>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows)
    return f"<table>{cells}</table>"


def _figures(result: api.CheckResult, names: Sequence[str], width: int | None) -> Iterator[str]:
    for picture in result.pictures:
        if picture.name in names:
            words = translate("Check", checks.PICTURES.get(picture.name, picture.name))
            data = base64.b64encode(png(picture)).decode()
            source = f'alt="{escape(words)}" src="data:image/png;base64,{data}"'
            if width is None:
                yield f"<figure><img {source}><figcaption>{escape(words)}</figcaption></figure>"
            else:
                size = min(width, picture.width)
                yield f'<p><img width="{size}" {source}><br>{escape(words)}</p>'


def png(picture: api.Picture) -> bytes:
    """The preview as a PNG file (8-bit RGB, no filter)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    row = 3 * picture.width
    lines = b"".join(
        b"\0" + picture.rgb[start : start + row] for start in range(0, len(picture.rgb), row)
    )
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    )
