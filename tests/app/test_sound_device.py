"""PortAudio as it may be found: not at all, without devices, or with some."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from app.sound_device import PortAudio
from engine.problems import Problem


class _Error(Exception):
    pass


def library(*devices: dict[str, Any], rates: tuple[int, ...] = (48_000,)) -> SimpleNamespace:
    """A stand-in for ``sounddevice`` with these devices."""

    def query(number: Any = None, kind: str | None = None) -> dict[str, Any]:
        if isinstance(number, int):
            return devices[number]
        wanted = f"max_{kind or 'output'}_channels"
        for device in devices:
            if device[wanted]:
                return device
        raise _Error("no device")

    def check(device: Any, channels: int, kind: str, samplerate: int) -> None:
        if samplerate not in rates or not devices:
            raise _Error("invalid sample rate")

    def stream(rate: int, **more: Any) -> SimpleNamespace:
        return SimpleNamespace(rate=rate, **more)

    return SimpleNamespace(
        PortAudioError=_Error,
        query_devices=query,
        query_hostapis=lambda number: {"devices": range(len(devices))},
        check_output_settings=check,
        check_input_settings=check,
        OutputStream=stream,
        InputStream=stream,
    )


def device(name: str, outputs: int, inputs: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "hostapi": 0,
        "max_output_channels": outputs,
        "max_input_channels": inputs,
        "default_samplerate": 48_000.0,
    }


def test_without_portaudio_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(Problem) as missing:
        PortAudio().outputs()
    assert missing.value.code == "sound.no-library"


def test_without_a_device_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", library())
    for ask, code in (
        (PortAudio().outputs, "sound.no-output"),
        (lambda: PortAudio().output("", 48_000, 2, print), "sound.no-output"),
        (lambda: PortAudio().microphone(print), "sound.no-input"),
    ):
        # An output without a device fails when the rate is looked up.
        with pytest.raises(Problem) as nothing:
            ask()
        assert nothing.value.code == code


def test_outputs_are_listed_once_and_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = library(device("Mic", 0, 1), device("Speakers", 2), device("USB", 2), rates=(44_100,))
    monkeypatch.setitem(sys.modules, "sounddevice", sound)
    devices = PortAudio()
    assert devices.outputs() == ("Speakers", "USB")
    stream, rate = devices.output("USB", 44_100, 2, print)
    assert (stream.device, rate) == (2, 44_100)  # type: ignore[attr-defined]
    stream, rate = devices.output("gone", 16_000, 1, print)
    assert (stream.device, rate) == (None, 48_000)  # type: ignore[attr-defined]
    assert devices.microphone(print)[1] == 44_100
