"""Exports of a rehearsal: complete, self-contained, escaped, never over another file."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from engine import api
from engine.problems import Problem
from engine.rehearse import export
from engine.rehearse.treatments import TREATMENTS
from engine.training.edits import EDITS
from engine.wording import ATTACKS, CONTROLS, INSTRUCTIONS, MEASURES, TREATMENTS as WORDS, VERDICTS


def picture(name: str, shade: int) -> api.Picture:
    return api.Picture(name, 8, 6, bytes([shade, 90, 120]) * 48)


def rehearsal(file: str = "photo.png", instruction: str = "make it night") -> api.RehearsalResult:
    rows = (
        api.SurvivalRow("as-saved", 0.4, 0.1, 0.3, 0.5),
        api.SurvivalRow("jpeg-75", 0.12, 0.1, 0.05, 0.2),
    )
    pictures = tuple(
        picture(f"{side}:{row.treatment}", 10 * i)
        for i, row in enumerate(rows)
        for side in ("control", "attacked")
    )
    table = api.SurvivalTable("edit", "edit-miss", "judge", rows)
    edit = api.AttackOutcome("edit", table, "worse", pictures, left_out=("udap",))
    purify = replace(
        edit,
        attack="purify",
        verdict="none",
        table=replace(table, attack="purify", measure="latent-shift", control="noise"),
    )
    return api.RehearsalResult(
        Path(file), Path("photo-cloaked.png"), instruction, (edit, purify), 1.0
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_both_files_are_written_and_never_over_others(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first, second = export.write(rehearsal(), folder), export.write(rehearsal(), folder)
    assert [p.name for p in first] == ["photo-rehearsal.png", "photo-rehearsal.html"]
    assert [p.name for p in second] == ["photo-rehearsal-2.png", "photo-rehearsal-2.html"]
    assert sorted(folder.iterdir()) == sorted((*first, *second))
    with Image.open(first[0]) as sheet:
        assert sheet.width > 600 and len(sheet.convert("RGB").getcolors(1 << 20) or []) > 4
    taken = tmp_path / "file"
    taken.write_text("")
    with pytest.raises(Problem):
        export.write(rehearsal(), taken / "below")


def test_the_page_needs_no_other_file_and_escapes_what_people_typed() -> None:
    nasty = '<script>alert("1")</script>&"\''
    text = export.page(rehearsal(f"{nasty[:8]}x.png", nasty))
    parser = Tags()
    parser.feed(text)
    tags = [tag for tag, _ in parser.found]
    assert "script" not in tags and "link" not in tags
    sources = [a["src"] or "" for tag, a in parser.found if tag == "img"]
    assert len(sources) == 8 and all(s.startswith("data:image/jpeg;base64,") for s in sources)
    assert "http" not in re.sub(r"base64,[^\"]+", "", text)
    assert "clearly worse for the attacker" in text
    assert "no more than noise of the same strength" in text
    assert text.count('<tr class="worst">') == 2


def test_the_page_speaks_the_language_it_is_given() -> None:
    text = export.page(rehearsal(), lambda words: f"«{words}»", "zh-CN")
    assert '<html lang="zh-CN">' in text and "«JPEG 75»" in text


def test_there_are_words_for_everything() -> None:
    assert {t.name for t in TREATMENTS} <= set(WORDS)
    assert set(api.ATTACKS) <= set(ATTACKS)
    assert {"edit-miss", "latent-shift"} <= set(MEASURES)
    assert {(c, v) for c in CONTROLS for v in ("worse", "none", "better")} <= set(VERDICTS)
    assert set(api.INSTRUCTIONS) == set(INSTRUCTIONS) == {edit.name for edit in EDITS}
    for edit in EDITS:
        assert api.INSTRUCTIONS[edit.name] in edit.wordings
