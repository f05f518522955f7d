"""Small text files, replaced in one step."""

from __future__ import annotations

import os
from pathlib import Path


def replace_text(file: Path, text: str) -> None:
    """Write ``text`` (UTF-8) to ``file``; a reader sees the old or the new text, never half.

    Raises ``OSError``; then the old file is untouched and no temporary file stays behind.
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
