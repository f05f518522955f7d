"""``identity new|list|export|import|rotate|remove``: the keys that marks are made with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import paths
from app.commands import options
from app.commands.output import FAILED, OK, print_json, print_line
from app.words import sentence, translate
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.watermark.identities import Identities

NAME = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


def new(name: NAME, json_: options.Json = False) -> None:
    with _problems():
        store = opened(creating=True)
        identity = store.create(name)
        _show(name, json_, public_id=identity.key.public_id)
        if not json_:
            print_line(
                translate("Cli", "Back it up now: cloakroom identity export {name}").format(
                    name=name
                )
            )


def list_(json_: options.Json = False) -> None:
    from engine.watermark.identities import Identities

    facts = Identities(paths.data_dir()).facts()
    if json_:
        print_json(facts)
    for entry in () if json_ else facts:
        words = translate("Cli", "{name}  key {key}  since {date}, kept in: {place}")
        place = {"keychain": translate("Cli", "keychain"), "file": translate("Cli", "file")}
        print_line(
            words.format(
                name=entry.name,
                key=entry.public_ids[0],
                date=entry.created[:10],
                place=place[entry.place],
            )
        )
    raise typer.Exit(OK)


def export(
    name: NAME,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=translate("Cli", "An encrypted file. Without it, the backup phrase is printed."),
        ),
    ] = None,
) -> None:
    with _problems():
        store = opened()
        if out is None:
            print_line(store.phrase(name))
        else:
            if out.exists():
                words = translate("Cli", "{file} exists already.").format(file=out)
                raise typer.BadParameter(words, param_hint="--out")
            store.export(name, out, _new_passphrase())
            print_line(str(out))


def import_(
    name: NAME,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=translate("Cli", "A backup file. Without it, the backup phrase is asked for."),
        ),
    ] = None,
    json_: options.Json = False,
) -> None:
    with _problems():
        store = opened(creating=True)
        if file is not None:
            words = translate("Cli", "Passphrase of the backup file")
            identity = store.restore_file(file, _ask(words), name)
        else:
            phrase = _ask(translate("Cli", "Backup phrase (18 words)"))
            identity = store.restore_phrase(name, phrase)
        _show(name, json_, public_id=identity.key.public_id)


def rotate(name: NAME, json_: options.Json = False) -> None:
    with _problems():
        identity = opened().rotate(name)
        _show(name, json_, public_id=identity.key.public_id)


def remove(
    name: NAME,
    yes: Annotated[
        bool, typer.Option("--yes", help=translate("Cli", "Do not ask for confirmation."))
    ] = False,
) -> None:
    question = translate("Cli", "Without a backup, marks of {name} can never be verified. Remove?")
    if not yes:
        typer.confirm(question.format(name=name), abort=True, err=True)
    with _problems():
        opened().remove(name)


def opened(*, creating: bool = False) -> Identities:
    """The identities of this user, with the passphrase where one is needed.

    It comes from CLOAKROOM_PASSPHRASE or, at a terminal, from the keyboard; the engine of this
    process remembers it for the command's jobs.
    """
    from engine.watermark import session
    from engine.watermark.identities import Identities, keychain_available

    home = paths.data_dir()
    in_files = any(facts.place == "file" for facts in Identities(home).facts())
    first = creating and not in_files and not keychain_available()
    if (in_files or first) and session.PASSPHRASE not in os.environ and sys.stdin.isatty():
        session.remember(home, _new_passphrase() if first else _ask(translate("Cli", "Passphrase")))
    return session.identities(home)


def _ask(words: str) -> str:
    """From the terminal without echo, else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt(words, hide_input=True, err=True))


def _new_passphrase() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    words = translate("Cli", "Choose a passphrase")
    return str(typer.prompt(words, hide_input=True, confirmation_prompt=True, err=True))


def _show(name: str, as_json: bool, **fields: Any) -> None:
    if as_json:
        print_json({"name": name, **fields})
    else:
        print_line(translate("Cli", "{name}  key {key}").format(name=name, key=fields["public_id"]))


class _problems:
    """Turns a ``Problem`` into its sentence on stderr and the exit code."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Problem):
            print_line(sentence(error.code, error.details), error=True)
            raise typer.Exit(FAILED) from None
