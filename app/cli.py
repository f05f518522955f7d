"""The command line: the same engine as the window, and the same receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from app import log, words
from app.commands import (
    check,
    credentials,
    devices,
    edit,
    hidden,
    identity,
    mark,
    models,
    photo,
    rehearse,
    sanitise,
    verify,
    voice,
    works,
)
from app.words import translate
from engine import __version__


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit code (see ``app.commands.output``)."""
    words.use_environment()
    log.start("cloakroom-cli.log")
    try:
        command_line()(args=list(argv), prog_name="cloakroom")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        log.stop()
    return 0


def command_line() -> typer.Typer:
    """The Typer application. Help texts are translated here: the language is chosen before."""
    application = typer.Typer(
        help=translate(
            "Cli",
            "Protect photos against AI misuse, on your own computer. "
            "Without arguments, the window opens.",
        ),
        callback=_options,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    protect = typer.Typer(help=translate("Cli", "Cloak files."), no_args_is_help=True)
    protect.command(
        "photo", help=translate("Cli", "Cloak pictures and write the results beside them.")
    )(photo.protect)
    protect.command("voice", help=translate("Cli", "Make recordings of a voice harder to clone."))(
        voice.protect
    )
    application.add_typer(protect, name="protect")

    measure = typer.Typer(help=translate("Cli", "Compare files."), no_args_is_help=True)
    measure.command("photo", help=translate("Cli", "Compare a picture with its protected file."))(
        photo.measure
    )
    measure.command("voice", help=translate("Cli", "Compare a recording with its protected file."))(
        voice.measure
    )
    application.add_typer(measure, name="measure")

    attack = typer.Typer(help=translate("Cli", "Try what an attacker would."), no_args_is_help=True)
    attack.command("photo", help=translate("Cli", "Attack a picture and its protected file."))(
        rehearse.rehearse
    )
    application.add_typer(attack, name="rehearse")
    attack.command("voice", help=translate("Cli", "Clone the voice from both recordings."))(
        voice.rehearse
    )

    voices = typer.Typer(
        help=translate("Cli", "Enrolled voices and ambiences."), no_args_is_help=True
    )
    voices.command("enrol", help=translate("Cli", "Learn a voice from its recordings."))(
        voice.enrol
    )
    voices.command("profiles", help=translate("Cli", "List the enrolled voices."))(voice.profiles)
    voices.command("scenes", help=translate("Cli", "List the ambiences."))(voice.scenes)
    application.add_typer(voices, name="voice")

    application.command("devices", help=translate("Cli", "List what there is to compute on."))(
        devices.devices
    )
    application.command("check", help=translate("Cli", "Look for evidence that files are fake."))(
        check.check
    )
    words = translate("Cli", "Measure downloaded detectors on your own real files.")
    application.command("calibrate", help=words)(check.calibrate)
    camera = typer.Typer(
        help=translate("Cli", "The fingerprints of your own cameras."), no_args_is_help=True
    )
    camera.command("add", help=translate("Cli", "Learn a camera's fingerprint from ten photos."))(
        check.enrol
    )
    application.add_typer(camera, name="camera")
    _marks(application)
    application.add_typer(models.command_group(), name="models")
    return application


def _marks(application: typer.Typer) -> None:
    group = typer.Typer(
        help=translate("Cli", "The identities that marks are made with."), no_args_is_help=True
    )
    group.command("new", help=translate("Cli", "Create an identity."))(identity.new)
    group.command("list", help=translate("Cli", "List the identities."))(identity.list_)
    group.command("export", help=translate("Cli", "Back up an identity."))(identity.export)
    group.command("import", help=translate("Cli", "Restore an identity from a backup."))(
        identity.import_
    )
    group.command("rotate", help=translate("Cli", "Give an identity a new key; old marks stay."))(
        identity.rotate
    )
    group.command("remove", help=translate("Cli", "Forget an identity and its keys."))(
        identity.remove
    )
    application.add_typer(group, name="identity")
    application.command("mark", help=translate("Cli", "Mark files as yours."))(mark.mark)
    application.command(
        "edit", help=translate("Cli", "Edit pictures by an instruction, marked as yours.")
    )(edit.edit)
    application.command("verify", help=translate("Cli", "Look for your marks in files."))(
        verify.verify
    )
    group = typer.Typer(
        help=translate("Cli", "The registry of what you marked."), no_args_is_help=True
    )
    group.command("list", help=translate("Cli", "List or search the marked works."))(works.list_)
    group.command("export", help=translate("Cli", "Save the list as a table or a page."))(
        works.export
    )
    application.add_typer(group, name="works")
    group = typer.Typer(
        help=translate("Cli", "Content Credentials (C2PA) of files."), no_args_is_help=True
    )
    group.command("show", help=translate("Cli", "Show what a file's credentials say."))(
        credentials.show
    )
    group.command("sign", help=translate("Cli", "Copy files with credentials of your own."))(
        credentials.sign
    )
    application.add_typer(group, name="credentials")
    application.command(
        "sanitise", help=translate("Cli", "Neutralise what may be hidden in a received picture.")
    )(sanitise.sanitise)
    words = translate("Cli", "Research: hide a text in an edit of a picture.")
    application.command("hide", help=words)(hidden.hide)
    words = translate("Cli", "Research: read a text that was hidden with your key.")
    application.command("reveal", help=words)(hidden.reveal)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"cloakroom {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_print_version,
            help=translate("Cli", "Show the version."),
        ),
    ] = False,
) -> None:
    """Options of the program itself; its command does the work."""
