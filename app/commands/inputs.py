"""What commands are given: files, folders, a device, numbers. Wrong use raises BadParameter."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.words import translate
from engine import api
from engine.problems import Problem

if TYPE_CHECKING:
    from app.settings import Settings


def settings() -> Settings:
    """What was chosen in the window, for what holds here as well."""
    from app.settings import SettingsFile

    return SettingsFile().values


def one_of(value: str, choices: tuple[str, ...], option: str) -> str:
    if value not in choices:
        words = translate("Cli", "{value} is not one of: {choices}.")
        raise typer.BadParameter(
            words.format(value=value, choices=", ".join(choices)), param_hint=option
        )
    return value


def device(value: str) -> str:
    """``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; whether it exists, the engine knows."""
    if re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,3})?", value) is None:
        words = translate("Cli", "{value} is no device. Choose auto, cpu, cuda:N or mps.")
        raise typer.BadParameter(words.format(value=value), param_hint="--device")
    return value


def epsilon(value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and 0 < value <= 1):
        words = translate("Cli", "The budget must be above 0 and at most 1, for example 0.03.")
        raise typer.BadParameter(words, param_hint="--epsilon")
    return value


def faces(given: Iterable[str]) -> tuple[api.FaceBox, ...] | None:
    """Boxes written as LEFT,TOP,RIGHT,BOTTOM in shares of the picture; None for none."""
    found = []
    for text in given:
        try:
            box = api.FaceBox(*(float(part) for part in text.split(",")))
        except (ValueError, TypeError):
            box = api.FaceBox(0, 0, 0, 0)
        if not (0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1):
            words = translate(
                "Cli", "{value} is no box. Write it as 0.2,0.1,0.5,0.6: left, top, right, bottom."
            )
            raise typer.BadParameter(words.format(value=text), param_hint="--face")
        found.append(box)
    return tuple(found) or None


def existing(file: Path | None, option: str) -> Path | None:
    if file is not None and not file.is_file():
        words = translate("Cli", "{file} does not exist.").format(file=file)
        raise typer.BadParameter(words, param_hint=option)
    return file


def pictures(given: Iterable[Path]) -> list[Path | tuple[Path, Problem]]:
    """As ``files``, of folders the pictures."""
    return files(given, api.PHOTO_SUFFIXES, "folder.nothing")


def recordings(given: Iterable[Path]) -> list[Path | tuple[Path, Problem]]:
    """As ``files``, of folders the recordings."""
    return files(given, api.VOICE_SUFFIXES, "folder.no-sound")


def files(
    given: Iterable[Path], suffixes: tuple[str, ...], nothing: str
) -> list[Path | tuple[Path, Problem]]:
    """The files to work on, in the order given, each once; a folder stands for those in it.

    A folder without any comes back with its ``Problem``. A file that does not exist is left
    to the engine, which has a sentence for it.
    """
    found: dict[Path, Path | tuple[Path, Problem]] = {}
    for path in given:
        if not path.is_dir():
            found.setdefault(path.absolute(), path)
            continue
        inside = sorted(
            file
            for file in path.iterdir()
            if file.suffix.lower() in suffixes and not file.name.startswith(".") and file.is_file()
        )
        if not inside:
            found[path.absolute()] = (path, Problem(nothing, folder=str(path)))
        for file in inside:
            found.setdefault(file.absolute(), file)
    return list(found.values())


def output(
    out: Path | None, inputs: int, suffixes: tuple[str, ...] = api.PHOTO_SUFFIXES
) -> Path | None:
    """``--out``: a folder, or a file's name when there is one input only."""
    if out is None:
        return None
    is_file = out.suffix.lower() in suffixes and not out.is_dir()
    if is_file and inputs != 1:
        words = translate(
            "Cli", "{file} is one file, but there are {count} files. Give a folder instead."
        )
        raise typer.BadParameter(words.format(file=out, count=inputs), param_hint="--out")
    return out.absolute()
