"""``sanitise``: neutralise what may be hidden in a received picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands import inputs, options
from app.commands.output import Report
from app.commands.session import run_tasks, tasks
from app.typed_json import dump
from app.words import translate
from engine import api
from engine.wording import marks


def sanitise(
    files: options.Pictures,
    epsilon: Annotated[
        float,
        typer.Option(metavar="E", help=translate("Cli", "Largest change of a sample, 0 to 1.")),
    ] = 0.03,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help=translate(
                "Cli", "Leave out what disturbs AI models that read messages; takes seconds."
            ),
        ),
    ] = False,
    out: options.Out = None,
    json_: options.Json = False,
) -> None:
    inputs.epsilon(epsilon)
    found = inputs.pictures(files)
    target = inputs.output(out, len(found))

    def job(file: Path) -> api.Job:
        return api.SanitiseFile(file, epsilon, target, not quick)

    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.SanitiseResult)
        words = translate("Cli", "{file} -> {output}\n  {psnr:.1f} dB, largest change {bound:.3f}")
        saved = words.format(file=file, output=result.output, psnr=result.psnr, bound=result.bound)
        still = translate("Marks", marks.STILL)
        said = [
            still.format(name=name, after=after, noise=noise)
            for name, after, noise in marks.effect(result, translate)
        ]
        report.succeeded(
            file,
            text="\n  ".join([saved, *said, translate("Marks", marks.EFFECT)]),
            output=result.output,
            psnr=result.psnr,
            bound=result.bound,
            effect=dump(result.effect),
        )

    run_tasks(tasks(found, job), report, succeed)
    raise typer.Exit(report.finish())
