"""The contract of every command: where results go, what --json prints, which code is returned.

Results go to stdout, progress and sentences about failures to stderr. ``--json`` prints one array
with one object per input file: ``file``, ``ok``, ``error`` (a sentence in the user's language, or
null), ``code`` (of the error, the same in every language, or null), ``output`` (a path, or null),
then the command's own fields. Figures that are not finite are null.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from app.typed_json import dump
from app.words import sentence
from engine.problems import Problem

OK = 0
FAILED = 1  # some file failed
# 2, a wrong call, is argparse's own
STOPPED = 130  # Ctrl-C, as shells have it


class Report:
    """Takes the outcome of each file and prints it: at once as text, at the end as JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._objects: list[dict[str, Any]] = []
        self.exit_code = OK

    def succeeded(
        self, file: Path | str, *, text: str, output: Path | None = None, **fields: Any
    ) -> None:
        """``text`` is what people read; ``fields`` are the command's own in JSON."""
        if not self._as_json:
            print_line(text)
        self._add(file, None, output, fields)

    def failed(self, file: Path | str, problem: Problem, **fields: Any) -> None:
        self.exit_code = FAILED
        words = sentence(problem.code, problem.details)
        print_line(words if str(file) in words else f"{file}: {words}", error=True)
        self._add(file, (words, problem.code), None, fields)

    def finish(self) -> int:
        """Print the JSON, if that was asked for; returns the exit code."""
        if self._as_json:
            print_json(self._objects)
        return self.exit_code

    def _add(
        self,
        file: Path | str,
        error: tuple[str, str] | None,
        output: Path | None,
        fields: dict[str, Any],
    ) -> None:
        words, code = error or (None, None)
        self._objects.append(
            {
                "file": str(file),
                "ok": error is None,
                "error": words,
                "output": None if output is None else str(output),
                "code": code,
                **fields,
            }
        )


def print_json(data: Any) -> None:
    """Readable where the terminal can show it, in ASCII where it cannot (file names, consoles)."""
    text = json.dumps(dump(data), indent=2, allow_nan=False, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(dump(data), indent=2, allow_nan=False)
    print(text, flush=True)


def print_line(text: str, *, error: bool = False) -> None:
    """One line for people; what the terminal cannot show becomes a question mark."""
    stream = sys.stderr if error else sys.stdout
    encoding = stream.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
