"""Progress on stderr: a bar with the time left on terminals, sparse plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from app.commands.output import print_line
from app.words import stage
from engine import api

QUIET_SECONDS = 10.0  # between plain lines about the same file


class Display(Protocol):
    def file(self, name: str, number: int, of: int) -> None:
        """The next file begins."""

    def step(self, progress: api.Progress) -> None: ...


@contextmanager
def display() -> Iterator[Display]:
    """The display that suits stderr."""
    if sys.stderr.isatty():
        with _bar() as bar:
            yield bar
    else:
        yield Lines()


class Lines:
    """For logs: one line per file, and one every ``QUIET_SECONDS`` while it runs."""

    def __init__(self) -> None:
        self._said = 0.0

    def file(self, name: str, number: int, of: int) -> None:
        self._said = time.monotonic()
        print_line(f"[{number}/{of}] {name}", error=True)

    def step(self, progress: api.Progress) -> None:
        now = time.monotonic()
        if now - self._said >= QUIET_SECONDS:
            self._said = now
            print_line(f"  {stage(progress.stage)} {progress.step}/{progress.of}", error=True)


@contextmanager
def _bar() -> Iterator[Display]:
    # rich takes a tenth of a second to import: only where there is a terminal to draw on.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.text import Text

    class Eta(TextColumn):
        """The engine's own estimate, since only it knows which stages are still to come."""

        def render(self, task: object) -> Text:
            eta = getattr(task, "fields", {}).get("eta")
            if eta is None:
                return Text("--:--")
            minutes, seconds = divmod(round(eta), 60)
            return Text(f"{minutes:d}:{seconds:02d}")

    class Bar:
        def __init__(self, progress: Progress) -> None:
            self._progress = progress
            self._task = progress.add_task("", total=None, eta=None, stage="")

        def file(self, name: str, number: int, of: int) -> None:
            head = f"[{number}/{of}] {name}"
            self._progress.reset(self._task, description=head, eta=None, stage="")

        def step(self, step: api.Progress) -> None:
            self._progress.update(
                self._task,
                completed=step.step,
                total=step.of,
                eta=step.eta,
                stage=stage(step.stage),
            )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        Eta(""),
        TextColumn("[dim]{task.fields[stage]}"),
    )
    console = Console(stderr=True)
    # rich prints what comes on stdout above the bar, on the bar's stream: right where both are
    # the same terminal, wrong where stdout is a file or a pipe.
    with Progress(
        *columns,
        console=console,
        transient=True,
        refresh_per_second=4,
        redirect_stdout=sys.stdout.isatty(),
    ) as progress:
        yield Bar(progress)
