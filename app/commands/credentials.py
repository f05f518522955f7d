"""``credentials show|sign``: Content Credentials of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.commands import identity as identities, inputs, options
from app.commands.output import Report
from app.commands.session import Task, run_tasks
from app.typed_json import dump
from app.words import translate
from engine import api
from engine.wording import marks

FILES = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help=translate("Cli", "Files, or folders of pictures."),
        show_default=False,
    ),
]


def show(files: FILES, json_: options.Json = False) -> None:
    home = paths.data_dir()
    _run([(f, api.ReadCredentials(f.absolute(), home)) for f in _files(files)], json_)


def sign(
    files: FILES,
    identity: Annotated[
        str,
        typer.Option(metavar="NAME", help=translate("Cli", "Who signs; see: identity list.")),
    ],
    allow_training: Annotated[
        bool,
        typer.Option(
            "--allow-training", help=translate("Cli", "Leave out the do-not-train statement.")
        ),
    ] = False,
    out: options.Out = None,
    json_: options.Json = False,
) -> None:
    identities.opened()
    home = paths.data_dir()
    target = None if out is None else out.absolute()
    jobs = [
        (f, api.SignFile(f.absolute(), home, identity, not allow_training, target))
        for f in _files(files)
    ]
    _run(jobs, json_)


def _files(given: list[Path]) -> list[Path]:
    return [entry if isinstance(entry, Path) else entry[0] for entry in inputs.pictures(given)]


def _run(
    jobs: list[tuple[Path, api.ReadCredentials]] | list[tuple[Path, api.SignFile]], as_json: bool
) -> None:
    tasks: list[Task] = [(str(file), job) for file, job in jobs]
    report = Report(as_json)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.CredentialsResult)
        arrow = f" -> {result.output}" if result.output else ""
        report.succeeded(
            file,
            text=f"{file}{arrow}: {_words(result.credentials)}",
            output=result.output,
            **dump(result.credentials),
        )

    run_tasks(tasks, report, succeed, device="cpu")
    raise typer.Exit(report.finish())


def _words(found: api.Credentials) -> str:
    words = marks.credentials(found, translate)
    return f"{words} ({', '.join(found.failures)})" if found.failures else words
