"""``protect voice``, ``measure voice``, ``rehearse voice`` and the ``voice`` group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from app import paths
from app.commands import inputs, options
from app.commands.output import Report
from app.commands.session import run_tasks, tasks
from app.receipts import receipt_fields
from app.words import note, translate
from engine import api


def protect(
    files: options.Recordings,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join(api.VOICE_METHODS),
            help=translate("Cli", "How to protect. May be given several times."),
            show_default="auto",
        ),
    ] = None,
    strength: options.Strength = "balanced",
    quality: Annotated[
        str,
        typer.Option(
            metavar="|".join(api.VOICE_QUALITIES),
            help=translate("Cli", "Fast, or with a search of its own for every piece."),
        ),
    ] = "standard",
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=translate("Cli", "An enrolled voice; see: cloakroom voice enrol.")
        ),
    ] = None,
    scene: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=translate("Cli", "An ambience; see: cloakroom voice scenes.")
        ),
    ] = None,
    seed: options.Seed = 0,
    out: options.Out = None,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    methods = tuple(inputs.one_of(m, api.VOICE_METHODS, "--method") for m in method or ["auto"])
    inputs.one_of(strength, api.STRENGTHS, "--strength")
    inputs.one_of(quality, api.VOICE_QUALITIES, "--quality")
    inputs.device(device)
    found = inputs.recordings(files)
    target = inputs.output(out, len(found), api.VOICE_SUFFIXES)
    models = inputs.settings().models_folder

    def job(file: Path) -> api.ProtectVoice:
        return api.ProtectVoice(
            file=file,
            home=paths.data_dir(),
            methods=cast("tuple[api.VoiceMethod, ...]", methods),
            strength=cast("api.Strength", strength),
            quality=cast("api.VoiceQuality", quality),
            profile=profile,
            scene=scene,
            seed=seed,
            out=target,
            folder=models,
        )

    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.VoiceResult)
        assert result.receipt is not None
        fields = receipt_fields(result.receipt)
        lines = [f"{file} -> {result.output}"]
        if result.measures is not None:
            lines.append(measures_line(result.measures))
        lines += [words for key in result.notes if (words := note(key))]
        report.succeeded(
            file,
            text="\n  ".join(lines),
            output=result.output,
            methods=result.methods,
            scene=result.scene,
            audible=result.audible,
            regions=result.regions,
            sidecar=result.sidecar,
            **fields,
        )

    run_tasks(tasks(found, job), report, succeed, device=device)
    raise typer.Exit(report.finish())


def measure(
    original: options.Recording,
    protected: options.Protected,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    inputs.device(device)
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.VoiceMeasureResult)
        report.succeeded(
            file,
            text=measures_line(result.measures),
            output=protected,
            measures=result.measures,
        )

    job = api.MeasureVoice(file=original.absolute(), protected=protected.absolute())
    run_tasks([(str(original), job)], report, succeed, device=device)
    raise typer.Exit(report.finish())


def rehearse(
    original: options.Recording,
    protected: options.Protected,
    clips: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help=translate("Cli", "Keep what the clones say, as WAV.")),
    ] = None,
    survival: Annotated[
        bool,
        typer.Option(
            "--survival/--no-survival",
            help=translate("Cli", "Also try what survives compression and cleaning."),
        ),
    ] = True,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    inputs.device(device)
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.VoiceRehearsal)
        lines = [
            translate(
                "Cli",
                "{cloner}: the clone is {protected:.2f} like the voice, from the original "
                "{original:.2f} (equal noise: white {white:.2f}, like speech {speech:.2f}; "
                "before cloning {disguised:.2f})",
            ).format(
                cloner=clone.cloner,
                protected=clone.protected,
                original=clone.original,
                white=clone.white,
                speech=clone.speech,
                disguised=clone.disguised,
            )
            for clone in result.clones
        ]
        if result.survival is not None:
            lines += [
                f"{row.treatment:<10} {row.effect:.3f} ({row.control:.3f})"
                for row in result.survival.rows
            ]
        report.succeeded(
            file,
            text="\n  ".join(lines),
            output=protected,
            clones=result.clones,
            survival=result.survival,
            clips=result.clips,
        )

    job = api.RehearseVoice(
        file=original.absolute(),
        protected=protected.absolute(),
        survival=survival,
        clips=None if clips is None else clips.absolute(),
        folder=inputs.settings().models_folder,
    )
    run_tasks([(str(original), job)], report, succeed, device=device)
    raise typer.Exit(report.finish())


def enrol(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help=translate("Cli", "Recordings of one voice, one or two minutes in all."),
            show_default=False,
        ),
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help=translate("Cli", "What to call the voice."))
    ],
    seed: options.Seed = 0,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    inputs.device(device)
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.ProfilesResult)
        made = next(p for p in result.profiles if p.name == result.enrolled)
        words = translate(
            "Cli",
            "{name}: learnt from {seconds:.0f} s; similarity falls by {drop:.2f} "
            "(equal noise: {control:.2f})",
        )
        text = words.format(
            name=made.name, seconds=made.seconds, drop=made.drop, control=made.control
        )
        report.succeeded(file, text=text, profile=made)

    job = api.EnrolVoice(
        files=tuple(file.absolute() for file in files),
        home=paths.data_dir(),
        name=name,
        seed=seed,
        folder=inputs.settings().models_folder,
    )
    run_tasks([(str(files[0]), job)], report, succeed, device=device)
    raise typer.Exit(report.finish())


def profiles(json_: options.Json = False) -> None:
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.ProfilesResult)
        text = "\n".join(p.name for p in result.profiles)
        report.succeeded(file, text=text, profiles=result.profiles)

    home = paths.data_dir()
    run_tasks([(str(home), api.ListProfiles(home))], report, succeed, device="cpu")
    raise typer.Exit(report.finish())


def scenes(json_: options.Json = False) -> None:
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.ScenesResult)
        text = "\n".join(scene.id for scene in result.scenes)
        report.succeeded(file, text=text, scenes=result.scenes)

    home = paths.data_dir()
    run_tasks([(str(home), api.ListScenes(home))], report, succeed, device="cpu")
    raise typer.Exit(report.finish())


def measures_line(measures: api.VoiceMeasures) -> str:
    """The figures with their controls, as one line for people."""
    words = translate(
        "Cli",
        "{snr:.1f} dB below the speech, STOI {stoi:.3f}, loudness {loudness:+.2f} LU; "
        "similarity {similarity:.2f}, original {original:.2f} "
        "(equal noise: white {white:.2f}, like speech {speech:.2f})",
    )
    return words.format(
        snr=measures.snr,
        stoi=measures.stoi,
        loudness=measures.loudness_change,
        similarity=measures.similarity,
        original=measures.similarity_original,
        white=measures.similarity_white,
        speech=measures.similarity_speech,
    )
