"""``edit``: edit a picture by an instruction, marked from its first noise on."""

from __future__ import annotations

from pathlib import Path

import typer

from app import paths
from app.commands import identity as identities, inputs, options
from app.commands.output import Report
from app.commands.session import run_tasks, tasks
from engine import api


def edit(
    files: options.Pictures,
    instruction: options.Instruction,
    identity: options.Identity,
    out: options.Out = None,
    json_: options.Json = False,
) -> None:
    found = inputs.pictures(files)
    target = inputs.output(out, len(found))
    identities.opened()
    home = paths.data_dir()

    def job(file: Path) -> api.Job:
        return api.EditMarked(file, home, identity, instruction, target)

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

    run_tasks(tasks(found, job), report, succeed)
    raise typer.Exit(report.finish())
