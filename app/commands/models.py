"""``models``: the published models and the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.commands import inputs, options
from app.commands.output import FAILED, OK, STOPPED, Report, print_json, print_line
from app.commands.session import Session, Task, run_tasks
from app.words import sentence, translate
from engine import api
from engine.problems import Problem

Folder = Annotated[
    Path | None,
    typer.Option("--folder", help=translate("Cli", "Where models are kept, if not as set.")),
]
Ids = Annotated[list[str], typer.Argument(help=translate("Cli", "Names from the list of models."))]
Accept = Annotated[
    bool,
    typer.Option("--accept-licence", help=translate("Cli", "You agree to the model's licence.")),
]


def list_(
    recommended: Annotated[
        bool,
        typer.Option("--recommended", help=translate("Cli", "Only those that suit this computer.")),
    ] = False,
    folder: Folder = None,
    json_: options.Json = False,
) -> None:
    result = _ask(folder, json_)
    models = [model for model in result.models if model.recommended or not recommended]
    if json_:
        print_json(models)
    else:
        for model in models:
            print_line(_line(model))
    raise typer.Exit(OK)


def info(
    id: Annotated[str, typer.Argument(help=translate("Cli", "A name from the list of models."))],
    folder: Folder = None,
    json_: options.Json = False,
) -> None:
    result = _ask(folder, json_)
    model = next((model for model in result.models if model.id == id), None)
    if model is None:
        print_line(sentence("store.unknown", {"id": id}), error=True)
        if json_:
            print_json([])
        raise typer.Exit(FAILED)
    if json_:
        print_json([model])
    else:
        for line in _lines(model):
            print_line(line)
    raise typer.Exit(OK)


def download(
    ids: Ids,
    mirror: Annotated[
        str | None,
        typer.Option("--mirror", help=translate("Cli", "Address of a mirror of the model hub.")),
    ] = None,
    accept: Accept = False,
    folder: Folder = None,
    json_: options.Json = False,
) -> None:
    settings = inputs.settings()
    address, place = mirror or settings.mirror or None, folder or settings.models_folder
    _run(
        [(id, api.DownloadModel(id, place, address, settings.offline, accept)) for id in ids],
        json_,
    )


def verify(ids: Ids, folder: Folder = None, json_: options.Json = False) -> None:
    place = folder or inputs.settings().models_folder
    _run([(id, api.VerifyModel(id, place)) for id in ids], json_)


def import_(
    source: Annotated[Path, typer.Argument(help=translate("Cli", "A folder or a weight file."))],
    id: Annotated[
        str | None, typer.Option("--as", help=translate("Cli", "Which model it is, if in doubt."))
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help=translate("Cli", "Leave the files where they are."))
    ] = False,
    accept: Accept = False,
    folder: Folder = None,
    json_: options.Json = False,
) -> None:
    place = folder or inputs.settings().models_folder
    job = api.ImportModel(source.absolute(), id, link, place, accept)
    _run([(str(source), job)], json_)


def remove(ids: Ids, folder: Folder = None, json_: options.Json = False) -> None:
    place = folder or inputs.settings().models_folder
    _run([(id, api.RemoveModel(id, place)) for id in ids], json_)


def command_group() -> typer.Typer:
    """``cloakroom models ...``"""
    group = typer.Typer(help=translate("Cli", "Published models."), no_args_is_help=True)
    group.command("list", help=translate("Cli", "List the models and their state."))(list_)
    group.command("info", help=translate("Cli", "Tell all about one model."))(info)
    group.command("download", help=translate("Cli", "Download or repair models."))(download)
    group.command("verify", help=translate("Cli", "Check the files of models."))(verify)
    group.command("import", help=translate("Cli", "Use files you have."))(import_)
    group.command("remove", help=translate("Cli", "Delete models."))(remove)
    return group


def _ask(folder: Path | None, json_: bool) -> api.ModelsResult:
    try:
        with Session() as session:
            result = session.run(
                api.ListModels(folder or inputs.settings().models_folder), lambda progress: None
            )
    except Problem as problem:
        print_line(sentence(problem.code, problem.details), error=True)
        if json_:
            print_json([])
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None
    assert isinstance(result, api.ModelsResult)
    return result


def _run(jobs: Sequence[Task], json_: bool) -> None:
    report = Report(json_)

    def succeed(name: str, result: api.Result) -> None:
        assert isinstance(result, api.ModelResult)
        if result.model.damaged:
            damaged = Problem("store.damaged", id=result.model.id, file=result.model.damaged[0])
            report.failed(name, damaged, model=result.model)
        else:
            report.succeeded(
                name,
                text=_line(result.model),
                model=result.model,
                notes=result.notes,
                freed=result.freed,
            )

    run_tasks(jobs, report, succeed)
    raise typer.Exit(report.finish())


def _standing(model: api.ModelState) -> str:
    return {
        "absent": translate("Cli", "not here"),
        "partial": translate("Cli", "not complete"),
        "installed": translate("Cli", "here"),
        "damaged": translate("Cli", "damaged"),
    }[model.standing]


def _line(model: api.ModelState) -> str:
    mark = "*" if model.recommended else " "
    return f"{mark} {model.id:34} {model.size / 1e6:8.0f} MB  {_standing(model)}"


def _lines(model: api.ModelState) -> list[str]:
    from app.words import wanted_language

    language = (wanted_language() or "en")[:2]
    rows = [
        model.id,
        model.purpose.get(language, model.purpose["en"]),
        translate("Cli", "State: {state}").format(state=_standing(model)),
        translate("Cli", "Size: {size:.0f} MB, memory: {memory:.0f} MB").format(
            size=model.size / 1e6, memory=model.memory / 1e6
        ),
        translate("Cli", "From: {repo}, version {revision}").format(
            repo=model.repo, revision=model.revision
        ),
        translate("Cli", "Licence: {licence} ({url})").format(
            licence=model.licence, url=model.licence_url
        ),
    ]
    if model.requires:
        rows.append(translate("Cli", "Needs: {ids}").format(ids=", ".join(model.requires)))
    if model.unconfirmed:
        rows.append(
            translate("Cli", "Not confirmed: {facts}").format(facts=", ".join(model.unconfirmed))
        )
    return rows
