"""The options that mean the same in every command that has them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.words import translate
from engine import api


def _files(help: str) -> typer.models.ArgumentInfo:
    argument: typer.models.ArgumentInfo = typer.Argument(
        metavar="FILE...", help=help, show_default=False
    )
    return argument


Pictures = Annotated[list[Path], _files(translate("Cli", "Pictures, or folders of pictures."))]
Recordings = Annotated[
    list[Path], _files(translate("Cli", "Recordings, or folders of recordings."))
]
Works = Annotated[
    list[Path], _files(translate("Cli", "Pictures, recordings, or folders of pictures."))
]
Media = Annotated[
    list[Path], _files(translate("Cli", "Pictures, recordings, clips, or folders of them."))
]
Shots = Annotated[
    list[Path], _files(translate("Cli", "At least ten untouched photos of it, or their folder."))
]
Own = Annotated[
    list[Path], _files(translate("Cli", "Real photos or recordings of your own, or their folders."))
]
Picture = Annotated[Path, typer.Argument(help=translate("Cli", "The original picture."))]
Recording = Annotated[Path, typer.Argument(help=translate("Cli", "The original recording."))]
Protected = Annotated[Path, typer.Argument(help=translate("Cli", "Its protected file."))]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR|FILE",
        help=translate("Cli", "Where the results go. Without it, beside the originals."),
    ),
]
Seed = Annotated[int, typer.Option(metavar="N", help=translate("Cli", "Same seed, same result."))]
Strength = Annotated[
    str,
    typer.Option(
        metavar="|".join(api.STRENGTHS), help=translate("Cli", "How much the file may change.")
    ),
]
Device = Annotated[
    str,
    typer.Option(
        metavar="auto|cpu|cuda:N|mps",
        help=translate("Cli", "What to compute on; see: cloakroom devices."),
    ),
]
Identity = Annotated[
    str,
    typer.Option(
        metavar="NAME", help=translate("Cli", "Whose mark; see: cloakroom identity list.")
    ),
]
Instruction = Annotated[
    str, typer.Option(metavar="TEXT", help=translate("Cli", "What to do, such as: make it night"))
]
Json = Annotated[bool, typer.Option("--json", help=translate("Cli", "Print results as JSON."))]
