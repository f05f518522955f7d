"""``devices``: what the engine can compute on."""

from __future__ import annotations

import typer

from app.commands import options
from app.commands.output import FAILED, OK, print_json, print_line
from app.commands.session import Session
from app.words import sentence, translate
from engine import api
from engine.problems import Problem


def devices(
    json_: options.Json = False,
) -> None:
    try:
        with Session() as session:
            result = session.run(api.ListDevices(), lambda progress: None)
    except Problem as problem:
        print_line(sentence(problem.code, problem.details), error=True)
        if json_:
            print_json([])
        raise typer.Exit(FAILED) from None
    assert isinstance(result, api.DevicesResult)
    if json_:
        print_json(result.devices)
    else:
        for device in result.devices:
            print_line(_line(device))
    raise typer.Exit(OK)


def _line(device: api.DeviceInfo) -> str:
    if device.total_memory is None or device.free_memory is None:
        return f"{device.id:8} {device.name}"
    words = translate("Cli", "{free:.1f} of {total:.1f} GB free").format(
        free=device.free_memory / 1e9, total=device.total_memory / 1e9
    )
    return f"{device.id:8} {device.name}  ({words})"
