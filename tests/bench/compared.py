"""The README's tables of how Cloakroom compares: cut from the kept figures, never typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

BEGIN, END = "<!-- compared: written by tests.bench.report -->", "<!-- end of compared -->"
MARKS = {"marks-pixel": "Cloakroom", "marks-dwtDctSvd": "dwtDctSvd", "marks-dwtDct": "dwtDct"}
SOUNDS = {"audio-marks-ours": "Cloakroom", "audio-marks-perth": "resemble-perth"}
SOUNDS |= {"audio-marks-perth, as loud as ours": "resemble-perth, as loud as ours"}
HEARD = {
    "unmarked": "never marked",
    "none": "as saved",
    "MP3 128": "MP3, 128 kbit/s",
    "AAC 64, offset": "its beginning cut off, then AAC, 64 kbit/s",
    "Opus 24": "Opus, 24 kbit/s",
    "Opus 12": "Opus, 12 kbit/s",
    "8 kHz": "as a telephone sends it (8 kHz)",
    "crop": "both ends cut off",
    "speed +1 %": "played 1 % faster",
    "speed -3 %": "played 3 % slower",
    "noise 30 dB": "noise 30 dB below the speech",
    "noise 20 dB": "noise 20 dB below the speech",
}
MARKS |= {"marks-rivaGan": "rivaGan"}
TREATMENTS = {
    "none": "as saved",
    "jpeg-50": "JPEG 50",
    "jpeg-10": "JPEG 10",
    "resize-0.25": "a quarter of the size",
    "crop-0.25": "a quarter cropped away",
    "rotate-5": "turned by 5 degrees",
    "noise-0.1": "noise of 10 %",
    "brightness-2.0": "twice as bright",
    "blur-5": "blur of 5 pixels",
    "blur-9": "blur of 9 pixels",
    "round-trip-dc": "redrawn by an AI's autoencoder",
}
LOOKS = {
    "SSIM": "likeness (SSIM) of brightness",
    "SSIM RGB": "likeness (SSIM) of red, green and blue",
}
REDRAWN = ", redrawn"
REDRAWINGS = {
    "regenerate-60": "noise and diffusion, a little (60 of 1,000)",
    "regenerate-140": "noise and diffusion, more (140)",
    "regenerate-240": "noise and diffusion, much (240)",
    "inversion-15": "inverted and drawn again (15 steps)",
    "udap-256": "purified by UDAP at 256 pixels",
}
FACES = {
    "faces-identity-inverted-judge-as-saved": "built-in judge",
    "faces-published-mobileface-as-saved": "MobileFace (published)",
    "faces-swapper-judge-swap": "a face swap by the judge",
}
# Rows of ``voice-cloneshield-standard`` as ``tests.bench.voices`` names them.
JUDGE, OTHER, PUBLISHED = "speaker-resnet-judge", "speaker-quantiles-judge", "published GE2E"
VOICES = {
    f"{JUDGE}, as-saved": "built-in judge",
    f"{OTHER}, as-saved": "another built-in judge",
    f"{PUBLISHED}, as-saved": "GE2E (published)",
    f"{JUDGE}, mp3-128": "built-in judge, after MP3 128",
    f"{JUDGE}, aac-96": "built-in judge, after AAC 96",
    f"{JUDGE}, rate-8k": "built-in judge, after a telephone's 8 kHz",
    f"{JUDGE}, noisereduce": "built-in judge, after noisereduce",
    f"{JUDGE}, vocoder": "built-in judge, after a vocoder",
    f"{OTHER}, clone by cloner-builtin": "a clone, by another built-in judge",
    f"{PUBLISHED}, clone by cloner-builtin": "a clone, by GE2E",
}

Kept = dict[str, dict[str, Any]]


def tables(kept: Kept) -> str:
    """All tables in Markdown; a part that was not measured is left out."""
    parts = (*_marks(kept), *_sounds(kept), *_faces(kept), *_voices(kept))
    return "\n".join([BEGIN, "", *parts, END])


def _marks(kept: Kept) -> Iterable[str]:
    for kind, treatments in (("", TREATMENTS), (REDRAWN, REDRAWINGS)):
        # Only what was measured on the same pictures stands side by side.
        pictures = kept.get(f"marks-pixel{kind}", {}).get("pictures")
        found = {
            name: kept[key + kind]
            for key, name in MARKS.items()
            if key + kind in kept and kept[key + kind]["pictures"] == pictures
        }
        if len(found) < 2:
            continue
        yield f"Share of {pictures} pictures (38 dB) on which the mark is found, with one false"
        yield "alarm in a million, beside the `invisible-watermark` package:"
        yield ""
        rows = [
            (words, *(f"{figures['found_blind'][key]:.2f}" for figures in found.values()))
            for key, words in treatments.items()
            if all(key in figures["found_blind"] for figures in found.values())
        ]
        rows += [
            (words, *(f"{figures['means'][key]:.3f}" for figures in found.values()))
            for key, words in LOOKS.items()
            if not kind and all(key in figures.get("means", {}) for figures in found.values())
        ]
        yield from _table(("after", *found), rows)


def _sounds(kept: Kept) -> Iterable[str]:
    found = {name: kept[key] for key, name in SOUNDS.items() if key in kept}
    if len(found) < 2:
        return
    ours = next(iter(found.values()))  # as many and as long for all
    yield f"Share of {ours['recordings']} recordings of {ours['seconds']:.0f} seconds on which the"
    yield "mark is found, beside `resemble-perth`, as it comes and with its change as loud as ours"
    yield "(its mark says only that it is there, ours says which of 2^64 it is):"
    yield ""
    rows = [
        (words, *(f"{figures['found'][name]:.2f}" for figures in found.values()))
        for name, words in HEARD.items()
        if all(name in figures["found"] for figures in found.values())
    ]
    rows += [
        (words, *(f"{figures[key]:.{digits}f}" for figures in found.values()))
        for key, words, digits in (
            ("ratio_db", "sound over mark, dB", 1),
            ("pesq_wb", "PESQ-WB", 2),
        )
        if all(key in figures for figures in found.values())
    ]
    yield from _table(("after", *found), rows)


def _faces(kept: Kept) -> Iterable[str]:
    found = {name: kept[key] for key, name in FACES.items() if key in kept}
    if not found:
        return
    people = min(figures["people"] for figures in found.values())
    yield f"Likeness of a portrait to another photo of the same person, {people} people that"
    yield "nothing was trained on, *Balanced*, on models that no cloak was computed on:"
    yield ""
    yield from _table(
        ("by", "untouched", "cloaked", "same amount of noise"),
        (
            (name, *(f"{figures[key]:.3f}" for key in ("clean", "cloaked", "white")))
            for name, figures in found.items()
        ),
    )


def _voices(kept: Kept) -> Iterable[str]:
    figures = kept.get("voice-cloneshield-standard", {})
    found = {name: figures[row] for row, name in VOICES.items() if row in figures}
    if not found:
        return
    yield f"Likeness of a voice to its own other speech, {figures['speakers']} speakers that"
    yield "nothing was trained on, CloneShield, *Balanced*, on models that nothing was searched"
    yield "on; a clone is made from the recording and compared with the real voice:"
    yield ""
    yield from _table(
        ("by", "untouched", "protected", "white noise", "noise like speech"),
        (
            (name, *(f"{row[key]:.2f}" for key in ("clean", "ours", "white", "speech")))
            for name, row in found.items()
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def placed(readme: str, kept: Kept) -> str:
    """``readme`` with the tables as they are now. Raises ``ValueError`` without their place."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return before + tables(kept) + after
