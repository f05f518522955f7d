"""``hide`` and ``reveal``: text in pictures that are made here (research)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.commands import identity as identities, inputs, options
from app.commands.output import Report
from app.commands.session import run_tasks, tasks
from app.words import translate
from engine import api
from engine.wording import marks


def hide(
    files: options.Pictures,
    text: Annotated[str, typer.Option(metavar="TEXT", help=translate("Cli", "What to hide."))],
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
        return api.HideText(file, home, identity, instruction, text, target)

    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.HiddenText)
        words = translate(
            "Cli",
            "{file} -> {output}\n  read back: {read}; {divergence:.4f} nats a number of noise away "
            "from an ordinary picture",
        )
        names = {True: translate("Cli", "yes"), False: translate("Cli", "no")}
        read = ", ".join(f"{name} {names[ok]}" for name, ok in result.reads.items())
        saved = words.format(
            file=file, output=result.output, read=read, divergence=result.divergence
        )
        report.succeeded(
            file,
            text=f"{saved}\n  {translate('Marks', marks.RESEARCH)}",
            output=result.output,
            identity=result.identity,
            room=result.room,
            mean=result.mean,
            spread=result.spread,
            divergence=result.divergence,
            entries=result.entries,
            accuracy=result.accuracy,
            reads=result.reads,
        )

    run_tasks(tasks(found, job), report, succeed)
    raise typer.Exit(report.finish())


def reveal(
    files: options.Pictures,
    identity: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=translate("Cli", "Whose keys to try. All without it.")),
    ] = None,
    json_: options.Json = False,
) -> None:
    found = inputs.pictures(files)
    identities.opened()
    home = paths.data_dir()

    def job(file: Path) -> api.Job:
        return api.ReadText(file, home, tuple(identity or ()))

    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.FoundText)
        said = result.text
        if said is None:
            said = translate("Cli", "no text found (does not mean that there is none)")
        report.succeeded(
            file,
            text=f"{file}: {said}",
            text_found=result.text,
            identity=result.identity,
            chance=result.chance,
        )

    run_tasks(tasks(found, job), report, succeed)
    raise typer.Exit(report.finish())
