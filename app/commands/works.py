"""``works list|export``: the registry of what was marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import paths
from app.commands import options
from app.commands.output import FAILED, OK, print_json, print_line
from app.files import replace_text
from app.words import sentence, translate
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.watermark.registry import Registry

SEARCH = Annotated[
    str,
    typer.Argument(
        metavar="[WORDS]",
        help=translate("Cli", "Only works with this in title, identity, mark id or file."),
        show_default=False,
    ),
]


def list_(
    search: SEARCH = "",
    json_: options.Json = False,
) -> None:
    works = _registry().works(search)
    if json_:
        print_json(
            [
                {
                    "file": work.output,
                    "id": work.id,
                    "identity": work.identity,
                    "key": work.public_id,
                    "payload": f"{work.payload:016x}",
                    "scheme": work.scheme,
                    "title": work.title,
                    "created": work.created,
                    "sha256": work.sha256,
                    "perceptual_hash": f"{work.hash:016x}",
                }
                for work in works
            ]
        )
    for work in () if json_ else works:
        print_line(
            f"{work.created[:16]}  {work.payload:016x}  {work.identity}  {work.title}\n"
            f"  {work.scheme}  {work.output}"
        )
    raise typer.Exit(OK)


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv|FILE.html",
            help=translate("Cli", "Where to: a table, or a page with thumbnails."),
            show_default=False,
        ),
    ],
    search: SEARCH = "",
) -> None:
    if file.exists():
        words = translate("Cli", "{file} exists already.").format(file=file)
        raise typer.BadParameter(words, param_hint="FILE")
    try:
        replace_text(file, _registry().export(search, pictures=file.suffix.lower() == ".html"))
    except OSError:
        problem = Problem("folder.unwritable", folder=str(file.parent))
        print_line(sentence(problem.code, problem.details), error=True)
        raise typer.Exit(FAILED) from None
    print_line(str(file))


def _registry() -> Registry:
    from engine.watermark.registry import Registry

    try:
        return Registry(paths.data_dir())
    except Problem as problem:
        print_line(sentence(problem.code, problem.details), error=True)
        raise typer.Exit(FAILED) from None
