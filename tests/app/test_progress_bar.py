from __future__ import annotations

import io
import re
import sys

import pytest

from app.commands.output import print_line
from app.commands.progress import display
from engine import api


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("piped", [True, False])
def test_a_terminal_gets_a_bar_and_results_stay_on_stdout(
    monkeypatch: pytest.MonkeyPatch, piped: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    out = io.StringIO() if piped else Terminal()
    err = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with display() as shown:
        shown.file("[bold]a.png", 1, 2)
        shown.step(api.Progress(0, 40, "load"))
        shown.step(api.Progress(10, 40, "optimise", eta=75.0))
        print_line("the result")
    drawn = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", err.getvalue())
    # the last state is drawn when the bar ends; a name is never read as markup
    assert "[1/2] [bold]a.png" in drawn
    assert "25%" in drawn
    assert "1:15" in drawn
    assert "Protecting" in drawn
    assert ("the result" in out.getvalue()) == piped
    assert ("the result" in drawn) != piped
