"""``protect photo`` and ``measure photo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from app.commands import inputs, options
from app.commands.output import FAILED, Report, print_line
from app.commands.session import run_tasks, tasks
from app.receipts import receipt_fields, write_receipts
from app.typed_json import dump
from app.words import note, sentence, translate
from engine import api
from engine.problems import Problem


def protect(
    files: options.Pictures,
    threat: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join(api.THREATS),
            help=translate("Cli", "What to protect against. May be given several times."),
            show_default="edit",
        ),
    ] = None,
    strength: options.Strength = "balanced",
    out: options.Out = None,
    epsilon: Annotated[
        float | None,
        typer.Option(
            metavar="E",
            help=translate("Cli", "Largest change of a sample, 0 to 1. Overrides the strength."),
        ),
    ] = None,
    seed: options.Seed = 0,
    device: options.Device = "auto",
    mask: Annotated[
        Path | None,
        typer.Option(
            metavar="PNG", help=translate("Cli", "A picture, white where the cloak may go.")
        ),
    ] = None,
    face: Annotated[
        list[str] | None,
        typer.Option(
            metavar="L,T,R,B",
            help=translate(
                "Cli",
                "A face against face swapping, in shares of the picture: 0.2,0.1,0.5,0.6. "
                "May be given several times. Without it, faces are found.",
            ),
        ),
    ] = None,
    strip_location: Annotated[
        bool,
        typer.Option(
            "--strip-location", help=translate("Cli", "Remove where it was taken from the result.")
        ),
    ] = False,
    native: Annotated[
        bool,
        typer.Option(
            "--native",
            help=translate("Cli", "Work at the picture's own size, tile by tile. Slow."),
        ),
    ] = False,
    receipt: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help=translate("Cli", "Save the receipt; of several pictures, a list of receipts."),
        ),
    ] = None,
    json_: options.Json = False,
) -> None:
    threats = tuple(inputs.one_of(name, api.THREATS, "--threat") for name in threat or ["edit"])
    inputs.one_of(strength, api.STRENGTHS, "--strength")
    inputs.device(device)
    inputs.epsilon(epsilon)
    inputs.existing(mask, "--mask")
    boxes = inputs.faces(face or ())
    found = inputs.pictures(files)
    target = inputs.output(out, len(found))
    models = inputs.settings().models_folder
    if receipt is not None and receipt.is_dir():
        words = translate("Cli", "{file} is a folder; give the name of a file.")
        raise typer.BadParameter(words.format(file=receipt), param_hint="--receipt")

    def job(file: Path) -> api.ProtectPhoto:
        return api.ProtectPhoto(
            file=file,
            threats=cast("tuple[api.Threat, ...]", tuple(dict.fromkeys(threats))),
            strength=cast("api.Strength", strength),
            epsilon=epsilon,
            seed=seed,
            mask=None if mask is None else mask.absolute(),
            out=target,
            strip_location=strip_location,
            native=native,
            faces=boxes,
            folder=models,
        )

    report = Report(json_)
    receipts: list[api.Receipt] = []

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.PhotoResult)
        receipts.append(result.receipt)
        fields = receipt_fields(result.receipt)
        lines = [f"{file} -> {result.output}", measures_line(result.measures)]
        lines += [words for key in result.notes if (words := note(key))]
        fields["noticed"] = dump(result.noticed)
        report.succeeded(file, text="\n  ".join(lines), output=result.output, **fields)

    run_tasks(tasks(found, job), report, succeed, device=device)
    if receipt is not None and receipts:
        try:
            write_receipts(tuple(receipts), receipt)
        except Problem as problem:
            print_line(sentence(problem.code, problem.details), error=True)
            report.exit_code = report.exit_code or FAILED
    raise typer.Exit(report.finish())


def measure(
    original: options.Picture,
    protected: options.Protected,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    inputs.device(device)
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.MeasureResult)
        report.succeeded(
            file,
            text=measures_line(result.measures),
            output=protected,
            measures=result.measures,
        )

    job = api.MeasurePhoto(file=original.absolute(), protected=protected.absolute())
    run_tasks([(str(original), job)], report, succeed, device=device)
    raise typer.Exit(report.finish())


def measures_line(measures: api.PhotoMeasures) -> str:
    """The figures with their controls, as one line for people."""
    words = translate(
        "Cli",
        "PSNR {psnr:.1f} dB, SSIM {ssim:.3f}, GMSD {gmsd:.3f}, largest change {delta:.4f}; "
        "latent shift {shift:.2f} (equal noise: white {white:.2f}, soft {soft:.2f})",
    )
    line = words.format(
        psnr=measures.psnr,
        ssim=measures.ssim,
        gmsd=measures.perceptual,
        delta=measures.max_delta,
        shift=measures.latent_shift,
        white=measures.latent_shift_white,
        soft=measures.latent_shift_lowpass,
    )
    if measures.faces is None:
        return line
    of_faces = translate(
        "Cli",
        "a face recogniser finds the faces {likeness:.2f} alike (equal noise: white {white:.2f}, "
        "blocks {blocks:.2f}; 1 is the same)",
    ).format(
        likeness=measures.faces.likeness,
        white=measures.faces.likeness_white,
        blocks=measures.faces.likeness_blocks,
    )
    return f"{line}; {of_faces}"
