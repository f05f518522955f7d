"""``cloakroom``: without arguments or with files to open, the window; else the command line.

Imports are inside the functions: a version number must not wait for Qt, and the engine's spawned
child imports this module again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    if arguments == ["--version"]:
        from engine import __version__

        print(f"cloakroom {__version__}")
        return 0
    every_page = arguments == ["--every-page"]  # the packages' test; see app.tour
    files = () if every_page else files_to_open(arguments)
    if files is None:
        from app import cli

        return cli.main(arguments)
    if not has_display():
        from app import words

        words.use_environment()
        print(
            words.translate(
                "Cli",
                "There is no display to open a window on. "
                "The command line does the same: cloakroom --help",
            ),
            file=sys.stderr,
        )
        return 2
    from app.gui import run

    return run(files, every_page=every_page)


def files_to_open(arguments: Sequence[str]) -> tuple[Path, ...] | None:
    """The files to show in the window ("open with"), or None when the arguments are a command."""
    from app.commands import COMMANDS

    if arguments and (arguments[0] in COMMANDS or not all(map(os.path.exists, arguments))):
        return None
    return tuple(Path(argument).absolute() for argument in arguments)


def has_display() -> bool:
    """Whether a window can be opened. Only Linux has sessions without a display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
