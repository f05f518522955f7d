from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import words


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
