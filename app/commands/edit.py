"""``edit``: edit a picture by an instruction, marked from its first noise on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.commands import identity as identities, inputs
from app.commands.output import Report
from app.commands.session import Task, run_tasks
from app.words import translate
from engine import api


def edit(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help=translate("Cli", "Pictures, or folders of pictures."),
            show_default=False,
        ),
    ],
    instruction: Annotated[
        str,
        typer.Option(metavar="TEXT", help=translate("Cli", "What to do, such as: make it night")),
    ],
    identity: Annotated[
        str,
        typer.Option(
            metavar="NAME", help=translate("Cli", "Whose mark; see: cloakroom identity list.")
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR|FILE",
            help=translate("Cli", "Where the results go. Without it, beside the originals."),
        ),
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help=translate("Cli", "Print results as JSON."))
    ] = False,
) -> None:
    found = inputs.pictures(files)
    target = inputs.output(out, len(found))
    identities.opened()
    home = paths.data_dir()
    tasks: list[Task] = [
        (str(entry[0]), entry[1])
        if not isinstance(entry, Path)
        else (str(entry), api.EditMarked(entry.absolute(), home, identity, instruction, target))
        for entry in found
    ]
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.MarkResult)
        report.succeeded(
            file,
            text=f"{file} -> {result.output}",
            output=result.output,
            identity=result.identity,
            payload=result.payload,
            scheme=result.scheme,
            survival=result.survival,
        )

    run_tasks(tasks, report, succeed)
    raise typer.Exit(report.finish())
