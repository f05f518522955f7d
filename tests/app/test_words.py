from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import words
from engine import api
from engine.models.catalogue import read_catalogue
from engine.wording import FORBIDS, NOTES, STAGES, checks


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    words.use(None)
    yield
    words.use(None)


def test_a_problem_is_a_sentence_with_its_details() -> None:
    assert words.sentence("file.missing", {"file": "a.png"}) == "a.png does not exist any more."


@pytest.mark.parametrize(("code", "details"), [("future.code", {}), ("file.missing", {})])
def test_what_this_version_does_not_know_is_an_internal_error(
    code: str, details: dict[str, str]
) -> None:
    assert code in words.sentence(code, details)


def test_another_language_is_looked_up_in_its_context() -> None:
    words.use(lambda context, text: f"<{context}> {{file}}")
    assert words.sentence("file.missing", {"file": "a.png"}) == "<Problem> a.png"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, None),
        ({"LANG": ""}, None),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_TW"}, "zh_CN"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_ALL": "C", "CLOAKROOM_LANGUAGE": "zh_CN"}, "zh_CN"),
    ],
)
def test_the_language_of_the_environment(environment: dict[str, str], language: str | None) -> None:
    assert words.wanted_language(environment) == language


# ---- every key that the engine sends ---------------------------------------------------------

# Hyphenated words in tuples of the engine that are no notes.
OTHERS = {
    *("not-needed", "first-download", "as-saved", "silero-vad", "sd-metadata"),
    *("of-original", "of-yours"),  # the sides of an exported rehearsal
    *api.MARK_SCHEMES,
    *FORBIDS,
    *(*checks.REASONS, *checks.DATA),  # have words of their own, tested beside them
    *("known-decoder", "other-decoder"),  # of Sanitise, in engine.watermark.words
    *("check-image", "check-voice"),  # what downloaded detectors do, in the catalogue
}
BUILT_IN = ("-builtin", "-judge", "-detector")  # how the names of our own models end
KEY = re.compile(r"[a-z]+(-[a-z]+)+")


def trees(root: Path) -> Iterator[ast.AST]:
    for path in sorted((root / "engine").rglob("*.py")):
        if "training" not in path.parts and path.name != "wording.py":
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def notes_of_the_engine(root: Path) -> set[str]:
    """Keys in tuples, which is how notes are passed on, and in ``note=``."""
    found = set()
    for node in trees(root):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
            parts = node.elts
        elif isinstance(node, ast.keyword) and node.arg == "note":
            parts = [node.value]
        found |= {
            part.value
            for part in parts
            if isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and KEY.fullmatch(part.value)
        }
    return {key for key in found if not key.endswith(BUILT_IN)} - OTHERS


def test_every_note_of_the_engine_has_a_sentence(root: Path) -> None:
    found = notes_of_the_engine(root)
    assert {"first-frame", "memory-halved", "mark-weak", "pinned-now"} <= found
    assert sorted(found - set(NOTES)) == []
    # Two are put together from the mode of the picture.
    assert {"cmyk-converted", "lab-converted"} <= set(NOTES)
    assert all(words.note(key) for key in found)


def test_every_stage_of_the_engine_has_words(root: Path) -> None:
    found = {
        node.args[2].value
        for node in trees(root)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("Progress")
        and len(node.args) > 2
        and isinstance(node.args[2], ast.Constant)
    }
    assert {"optimise", "download"} <= found
    assert sorted(found - set(STAGES)) == []


def test_everything_a_licence_forbids_has_words() -> None:
    found = {key for entry in read_catalogue().entries for key in entry.licence.forbids}
    assert found <= set(FORBIDS)


def test_an_unknown_note_is_left_out_and_an_unknown_stage_is_work() -> None:
    assert words.note("from-the-future") is None
    assert words.stage("from-the-future") == "Working"
