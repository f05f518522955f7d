"""``mark``: put an identity's watermark into files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from app import paths
from app.commands import identity as identities, inputs, options
from app.commands.output import Report
from app.commands.session import run_tasks, tasks
from app.receipts import receipt_fields
from app.words import translate
from engine import api


def mark(
    files: options.Works,
    identity: options.Identity,
    scheme: Annotated[
        str,
        typer.Option(
            metavar="|".join(api.MARK_SCHEMES), help=translate("Cli", "The kind of watermark.")
        ),
    ] = "auto",
    strength: options.Strength = "balanced",
    payload: Annotated[
        str | None,
        typer.Option(
            metavar="HEX", help=translate("Cli", "64 bits of your own. Without it, a new mark id.")
        ),
    ] = None,
    sign: Annotated[
        bool,
        typer.Option(
            "--sign", help=translate("Cli", "Add Content Credentials that point to the mark.")
        ),
    ] = False,
    survive: Annotated[
        str,
        typer.Option(
            metavar="NAME,NAME...",
            help=translate(
                "Cli",
                "Strengthen a picture's mark until it survives these, as far as the "
                "strength allows.",
            ),
        ),
    ] = ",".join(api.SURVIVES),
    model: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help=translate("Cli", "The autoencoder of phasemark; see: cloakroom models list."),
        ),
    ] = None,
    out: options.Out = None,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    inputs.one_of(scheme, api.MARK_SCHEMES, "--scheme")
    inputs.one_of(strength, api.STRENGTHS, "--strength")
    inputs.device(device)
    found = inputs.pictures(files)
    target = inputs.output(out, len(found), (*api.PHOTO_SUFFIXES, *api.VOICE_SUFFIXES))
    identities.opened()

    def job(file: Path) -> api.Job:
        return api.MarkFile(
            file=file,
            home=paths.data_dir(),
            identity=identity,
            scheme=cast("api.MarkScheme", scheme),
            strength=cast("api.Strength", strength),
            payload=payload,
            sign=sign,
            out=target,
            channels=tuple(name.strip() for name in survive.split(",") if name.strip()),
            model=model,
            folder=inputs.settings().models_folder,
        )

    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.MarkResult)
        fields = receipt_fields(result.receipt)
        words = translate("Cli", "{file} -> {output}\n  mark {payload}, {psnr:.1f} dB")
        report.succeeded(
            file,
            text=words.format(
                file=file, output=result.output, payload=result.payload, psnr=result.psnr
            ),
            output=result.output,
            identity=result.identity,
            payload=result.payload,
            scheme=result.scheme,
            survival=result.survival,
            **fields,
        )

    run_tasks(tasks(found, job), report, succeed, device=device)
    raise typer.Exit(report.finish())
