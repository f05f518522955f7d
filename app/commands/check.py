"""``check``: is it fake? ``camera``: learn the fingerprint of an own camera. ``calibrate``: measure
the downloaded detectors on one's own real files.

``check --json`` prints, after the fields of every command, those of ``engine.api.CheckResult``:
``verdict`` ("generated", "manipulated", "no_sign", "inconclusive"), ``level`` ("strong", "hint",
"inconclusive"), ``reasons``, ``evidence[]``, ``detectors[]`` (``name``, ``score``,
``calibrated_probability``, ``error_rate``, ``data``, ...), ``stability[]`` and ``changes[]``.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from app import check_report, paths
from app.commands import identity as identities, inputs, options
from app.commands.output import Report
from app.commands.session import run_tasks, tasks, with_history
from app.typed_json import dump
from app.words import translate
from engine import api
from engine.wording import checks


def check(
    files: options.Media,
    original: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=translate("Cli", "A known original to compare with.")),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.html",
            help=translate("Cli", "Write a report: one HTML file, or PDF by its ending."),
        ),
    ] = None,
    stability: Annotated[
        bool,
        typer.Option(
            help=translate("Cli", "Test whether the answer survives small changes of the file.")
        ),
    ] = True,
    json_: options.Json = False,
) -> None:
    inputs.existing(original, "--original")
    if report is not None and report.exists():
        words = translate("Cli", "{file} exists already; nothing is overwritten.")
        raise typer.BadParameter(words.format(file=report), param_hint="--report")
    endings = api.PHOTO_SUFFIXES + api.VOICE_SUFFIXES + api.VIDEO_SUFFIXES
    found = inputs.files(files, endings, "folder.nothing")
    identities.opened()

    def job(file: Path) -> api.Job:
        return with_history(
            api.CheckFile(
                file,
                paths.data_dir(),
                original=None if original is None else original.absolute(),
                stability=stability,
            )
        )

    told = Report(json_)
    results: list[api.CheckResult] = []

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.CheckResult)
        results.append(result)
        fields = dump(dataclasses.replace(result, pictures=()))
        for name in ("file", "pictures"):
            fields.pop(name)
        told.succeeded(file, text=_text(file, result), output=report, **fields)

    run_tasks(tasks(found, job), told, succeed)
    if report is not None and results:
        check_report.write(results, report)
    raise typer.Exit(told.finish())


def _text(file: str, result: api.CheckResult) -> str:
    lines = [f"{file}: {checks.headline(result, translate)}"]
    lines += [f"  {reason}" for reason in checks.reasons(result, translate)]
    for evidence in result.evidence:
        if evidence.key not in result.reasons:
            title, sentence = checks.finding(evidence, translate)
            lines.append(f"  - {title}: {sentence}")
    lines += [f"  = {change}" for change in checks.changes(result, translate)]
    for reading in result.detectors:
        name = translate("Check", checks.DETECTORS.get(reading.name, reading.name))
        lines += [f"  * {name}", *(f"    {line}" for line in checks.worth(reading, translate))]
    lines += [f"  {note}" for note in checks.notes(result, translate)]
    return "\n".join(lines)


def enrol(
    name: Annotated[str, typer.Argument(help=translate("Cli", "What to call the camera."))],
    files: options.Shots,
    json_: options.Json = False,
) -> None:
    shots = tuple(entry.absolute() for entry in inputs.pictures(files) if isinstance(entry, Path))
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.CameraResult)
        words = translate("Cli", "Learnt the fingerprint of {name} from {shots} photos.")
        text = words.format(name=result.name, shots=result.shots)
        report.succeeded(file, text=text, **dump(result))

    run_tasks([(name, api.EnrolCamera(name, shots, paths.data_dir()))], report, succeed)
    raise typer.Exit(report.finish())


def calibrate(
    files: options.Own,
    json_: options.Json = False,
) -> None:
    found = inputs.files(files, api.PHOTO_SUFFIXES + api.VOICE_SUFFIXES, "folder.nothing")
    own = tuple(entry.absolute() for entry in found if isinstance(entry, Path))
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.DetectorsResult)
        lines = [
            f"{translate('Check', checks.DETECTORS.get(d.id, d.id))}: "
            f"{checks.standing(d, translate)}"
            for d in result.detectors
        ]
        report.succeeded(file, text="\n".join(lines), **dump(result))

    name = translate("Cli", "{count} of your own files").format(count=len(own))
    run_tasks([(name, api.CalibrateDetectors(own, paths.data_dir()))], report, succeed)
    raise typer.Exit(report.finish())
