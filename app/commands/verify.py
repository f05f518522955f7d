"""``verify``: is one of our marks in these files?"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from app import mark_report, paths
from app.commands import identity as identities, inputs, options
from app.commands.output import Report, print_line
from app.commands.session import run_tasks, tasks
from app.typed_json import dump
from app.words import note, translate
from engine import api
from engine.wording import marks


def verify(
    files: options.Works,
    identity: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=translate("Cli", "Whose marks to try. All without it.")),
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help=translate(
                "Cli",
                "Save a report on all files, with thumbnails, and sign it: one HTML file, or PDF "
                "by its ending.",
            ),
        ),
    ] = None,
    signer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=translate("Cli", "Who signs the report. Without it, whose mark was found first."),
        ),
    ] = None,
    json_: options.Json = False,
) -> None:
    found = inputs.pictures(files)
    identities.opened()

    def job(file: Path) -> api.Job:
        return api.VerifyFile(
            file,
            paths.data_dir(),
            tuple(identity or ()),
            inputs.settings().models_folder,
        )

    report = Report(json_)
    results: list[api.VerifyResult] = []

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.VerifyResult)
        results.append(result)
        fields = dump(dataclasses.replace(result, pictures=()))
        for name in ("file", "pictures"):
            fields.pop(name)
        lines = [f"{file}: {marks.verdict(result, translate)}"]
        if belonging := marks.belonging(result, translate):
            lines.append(belonging)
        if journey := marks.journey(result, translate):
            lines.append(translate("Cli", "On its way: {changes}").format(changes=journey))
        if result.untouched is not None:
            lines.append(marks.untouched(result.untouched, translate))
        if result.rehearsed:
            lines.append(note("rehearsed") or "")
        report.succeeded(file, text="\n  ".join(lines), **fields)

    run_tasks(tasks(found, job), report, succeed, device="cpu")
    if report_file is not None and results:
        _write_report(report_file.absolute(), tuple(results), signer, report)
    raise typer.Exit(report.finish())


def _write_report(
    file: Path, results: tuple[api.VerifyResult, ...], signer: str | None, report: Report
) -> None:
    """Sign and save; its path goes to standard error, since it is no result of a file."""
    names = [result.identity for result in results if result.identity]
    who = signer or (names or list(results[0].searched))[0]
    job = api.WriteReport(mark_report.content(results, who, file), file, paths.data_dir(), who)
    signing = Report(as_json=False)

    def succeed(_: str, result: api.Result) -> None:
        assert isinstance(result, api.CredentialsResult)
        print_line(str(result.output), error=True)

    run_tasks([(str(file), job)], signing, succeed, device="cpu")
    report.exit_code = report.exit_code or signing.exit_code
