"""``rehearse photo``: what somebody gets who attacks a protected picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer

from app import words
from app.commands import inputs, options
from app.commands.output import FAILED, Report, print_line
from app.commands.session import run_tasks
from app.typed_json import dump
from app.words import sentence, translate
from engine import api
from engine.problems import Problem
from engine.wording import ATTACKS, CONTROLS, MEASURES, TREATMENTS, VERDICTS, swap_lines

ALL = "all"


def rehearse(
    original: options.Picture,
    protected: options.Protected,
    attack: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join((*api.ATTACKS, ALL)),
            help=translate("Cli", "What the attacker does. May be given several times."),
            show_default=ALL,
        ),
    ] = None,
    instruction: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help=translate("Cli", "What the AI editor is told, in English."),
        ),
    ] = api.INSTRUCTIONS["black-and-white"],
    target: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=translate("Cli", "The picture that a face is swapped into.")
        ),
    ] = None,
    sample: Annotated[
        str,
        typer.Option(
            metavar="|".join(api.TARGETS),
            help=translate("Cli", "Without --target: the drawn portrait a face is swapped into."),
        ),
    ] = api.TARGETS[0],
    my_face: Annotated[
        bool,
        typer.Option(
            "--my-face",
            help=translate(
                "Cli",
                "Confirm that the face is yours, or that whose face it is has agreed. "
                "Without it no face is swapped.",
            ),
        ),
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help=translate("Cli", "Try what takes long as well. Minutes to an hour.")
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=translate("Cli", "Save a contact sheet (PNG) and a page (HTML) there."),
        ),
    ] = None,
    seed: options.Seed = 0,
    device: options.Device = "auto",
    json_: options.Json = False,
) -> None:
    chosen = [inputs.one_of(name, (*api.ATTACKS, ALL), "--attack") for name in attack or [ALL]]
    attacks = api.ATTACKS if ALL in chosen else tuple(dict.fromkeys(chosen))
    if ALL in chosen and not my_face:  # everything but what has to be agreed to
        attacks = tuple(attack for attack in attacks if attack != "faceswap")
    inputs.device(device)
    inputs.existing(target, "--target")
    if out is not None and out.exists() and not out.is_dir():
        text = translate("Cli", "{file} is not a folder.").format(file=out)
        raise typer.BadParameter(text, param_hint="--out")
    report = Report(json_)

    def succeed(file: str, result: api.Result) -> None:
        assert isinstance(result, api.RehearsalResult)
        exported: tuple[Path, ...] = ()
        if out is not None:
            try:
                exported = _export(result, out.absolute())
            except Problem as problem:
                print_line(sentence(problem.code, problem.details), error=True)
                report.exit_code = FAILED
        lines = [line for outcome in result.outcomes for line in outcome_lines(outcome)]
        report.succeeded(
            file,
            text="\n".join([*lines, *map(str, exported)]),
            output=exported[0] if exported else None,
            page=str(exported[1]) if exported else None,
            protected=str(result.protected),
            instruction=result.instruction,
            outcomes=[_fields(outcome) for outcome in result.outcomes],
            noticed=dump(result.noticed),
            seconds=result.seconds,
        )

    job = api.RehearsePhoto(
        file=original.absolute(),
        protected=protected.absolute(),
        attacks=cast("tuple[api.Attack, ...]", attacks),
        instruction=instruction,
        target=None if target is None else target.absolute(),
        sample=inputs.one_of(sample, api.TARGETS, "--sample"),
        consent=my_face,
        seed=seed,
        quick=not full,
        folder=inputs.settings().models_folder,
    )
    run_tasks([(str(original), job)], report, succeed, device=device)
    raise typer.Exit(report.finish())


def _export(result: api.RehearsalResult, folder: Path) -> tuple[Path, ...]:
    from engine.rehearse import export

    language = words.wanted_language() or "en"
    return export.write(result, folder, lambda text: translate("Words", text), language)


def _fields(outcome: api.AttackOutcome) -> dict[str, object]:
    """An outcome for JSON: without its pictures, with each row's verdict and the worst case."""
    fields: dict[str, object] = dump(replace(outcome, pictures=()))
    fields.pop("pictures")
    table, worst = outcome.table, outcome.table.worst
    fields["table"] = {
        **dump(table),
        "rows": [dump(row) | {"verdict": table.verdict(row)} for row in table.rows],
        "worst": None if worst is None else worst.treatment,
    }
    return fields


def outcome_lines(outcome: api.AttackOutcome) -> list[str]:
    """The table for people, aligned, the worst case marked."""
    table, worst = outcome.table, outcome.table.worst

    def say(text: str) -> str:
        return translate("Words", text)

    lines = [f"{say(ATTACKS[outcome.attack])}: {say(VERDICTS[table.control, outcome.verdict])}"]
    columns = translate("Cli", "yours and, as control, {control}").format(
        control=say(CONTROLS[table.control])
    )
    lines.append(f"  {say(MEASURES[table.measure])} ({columns}; {table.judge})")
    for row in table.rows:
        name = say(TREATMENTS.get(row.treatment, row.treatment))
        mark = translate("Cli", "worst case") if row is worst and len(table.rows) > 1 else ""
        lines.append(f"  {row.effect:6.3f}  {row.control:6.3f}  {name}  {mark}".rstrip())
    lines += [f"  {line}" for line in swap_lines(outcome.swap, say)]
    if outcome.left_out:
        names = ", ".join(say(TREATMENTS.get(name, name)) for name in outcome.left_out)
        lines.append("  " + translate("Cli", "left out: {names}").format(names=names))
    return lines
