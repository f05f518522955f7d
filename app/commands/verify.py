"""``verify``: is one of our marks in these files?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.commands import identity as identities, inputs
from app.commands.output import Report
from app.commands.session import Task, run_tasks
from app.typed_json import dump
from app.words import translate
from engine import api


def verify(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help=translate("Cli", "Pictures, recordings, or folders of pictures."),
            show_default=False,
        ),
    ],
    identity: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=translate("Cli", "Whose marks to try. All without it.")),
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help=translate("Cli", "Print results as JSON."))
    ] = False,
) -> None:
    found = inputs.pictures(files)
    identities.opened()
    tasks: list[Task] = [
        (str(entry[0]), entry[1])
        if not isinstance(entry, Path)
        else (
            str(entry),
            api.VerifyFile(entry.absolute(), paths.data_dir(), tuple(identity or ())),
        )
        for entry in found
    ]
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.VerifyResult)
        fields = dump(result)
        fields.pop("file")
        report.succeeded(file, text=f"{file}: {_verdict(result)}", **fields)

    run_tasks(tasks, report, succeed, device="cpu")
    raise typer.Exit(report.finish())


def _verdict(result: api.VerifyResult) -> str:
    if result.content == "differs":
        return translate(
            "Cli", "not accepted: the mark of {work} was copied onto another picture"
        ).format(work=result.work)
    if not result.found:
        return translate("Cli", "not found (does not mean it is not yours)")
    words = translate("Cli", "found (chance of a false alarm 1 in {chance}): {identity}, {work}")
    return words.format(
        chance=f"{1 / result.p_value:.3g}",
        identity=result.identity,
        work=result.work or translate("Cli", "a work that is not in this registry"),
    )
