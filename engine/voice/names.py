"""Names that people give to voices and ambiences, which become file names."""

from __future__ import annotations

import re

from engine.problems import Problem

_GOOD = re.compile(r"[\w][\w \-]{0,59}")


def checked(name: str) -> str:
    """The name without spaces around it. Raises ``Problem("profile.name")``."""
    name = name.strip()
    if not _GOOD.fullmatch(name):
        raise Problem("profile.name", name=name[:60])
    return name
