"""Sentences in the user's language, for the window and for the command line alike.

English needs nothing. Another language is a look-up in a Qt translation file; who starts the
program puts it in with ``use``: the window's own translators, or ``app.translations.lookup`` for
the command line, which then loads QtCore and no more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from engine.problems import SENTENCES
from engine.wording import NOTES, STAGES, WORKING
from ui.languages import spoken

Lookup = Callable[[str, str], str]


def _english(context: str, text: str) -> str:
    return text


_lookup: Lookup = _english


def use(lookup: Lookup | None) -> None:
    """Translate through ``lookup(context, text)`` from now on; None is English."""
    global _lookup
    _lookup = lookup or _english


def translate(context: str, text: str) -> str:
    """``text`` in the user's language. Called with literal strings, so that lupdate finds them."""
    return _lookup(context, text)


def sentence(code: str, details: Mapping[str, Any]) -> str:
    """The sentence of an ``engine.problems.Problem``.

    A code or a set of details from another version gives the sentence for internal errors.
    """
    try:
        return translate("Problem", SENTENCES[code]).format(**details)
    except (KeyError, IndexError, ValueError):
        return translate("Problem", SENTENCES["internal"]).format(detail=code)


def stage(key: str) -> str:
    """What the engine is doing; an unknown stage is simply work."""
    return translate("Words", STAGES.get(key, WORKING))


def note(key: str) -> str | None:
    """A sentence for a note of a result; None for one this version has no words for."""
    return translate("Words", NOTES[key]) if key in NOTES else None


def use_environment() -> None:
    """For the command line: the language the environment asks for. English loads no Qt."""
    language = wanted_language() or "en"
    if language != "en":
        from app.translations import lookup

        use(lookup(language))


def wanted_language(environment: Mapping[str, str] = os.environ) -> str | None:
    """What the environment asks for, English where that is not spoken; None when it says nothing.

    ``CLOAKROOM_LANGUAGE`` comes before the POSIX variables, of which the first that is set counts.
    """
    for name in ("CLOAKROOM_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return spoken(value) or "en"
    return None
