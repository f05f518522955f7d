"""``sanitise``: neutralise what may be hidden in a received picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands import inputs
from app.commands.output import Report
from app.commands.session import Task, run_tasks
from app.typed_json import dump
from app.words import translate
from engine import api


def sanitise(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help=translate("Cli", "Pictures, or folders of pictures."),
            show_default=False,
        ),
    ],
    epsilon: Annotated[
        float,
        typer.Option(metavar="E", help=translate("Cli", "Largest change of a sample, 0 to 1.")),
    ] = 0.03,
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
    inputs.epsilon(epsilon)
    found = inputs.pictures(files)
    target = inputs.output(out, len(found))
    tasks: list[Task] = [
        (str(entry[0]), entry[1])
        if not isinstance(entry, Path)
        else (str(entry), api.SanitiseFile(entry.absolute(), epsilon, target))
        for entry in found
    ]
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.SanitiseResult)
        words = translate("Cli", "{file} -> {output}\n  {psnr:.1f} dB, largest change {bound:.3f}")
        report.succeeded(
            file,
            text=words.format(
                file=file, output=result.output, psnr=result.psnr, bound=result.bound
            ),
            output=result.output,
            psnr=result.psnr,
            bound=result.bound,
            effect=dump(result.effect),
        )

    run_tasks(tasks, report, succeed, device="cpu")
    raise typer.Exit(report.finish())
