"""The computer's loudspeakers and microphones, through PortAudio.

``sounddevice`` is imported when a device is first needed: where PortAudio is missing, that is a
sentence for the user and nothing else stops working.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from engine.problems import Problem

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Frames = npt.NDArray[np.float32]  # (frames, channels)

MICROPHONE_RATES = (48_000, 44_100, 16_000)


class Stream(Protocol):
    """What runs until it is closed, calling back in a thread of its own."""

    latency: Any  # seconds until what is handed over is heard

    def start(self) -> None: ...

    def abort(self) -> None: ...

    def close(self) -> None: ...


class SoundDevices(Protocol):
    def outputs(self) -> tuple[str, ...]:
        """Names of what sound can come out of. Raises ``Problem``."""
        ...

    def output(
        self, name: str, rate: int, channels: int, fill: Callable[[Frames], None]
    ) -> tuple[Stream, int]:
        """A stream that ``fill`` fills, and the rate it has: ``rate`` if it can."""
        ...

    def microphone(self, take: Callable[[Frames], None]) -> tuple[Stream, int]:
        """A mono stream of the system's microphone, and its rate."""
        ...


class PortAudio:
    def outputs(self) -> tuple[str, ...]:
        sound = _library()
        api = sound.query_hostapis(self._host_api(sound))
        found = [sound.query_devices(number) for number in api["devices"]]
        return tuple(
            dict.fromkeys(device["name"] for device in found if device["max_output_channels"])
        )

    def output(
        self, name: str, rate: int, channels: int, fill: Callable[[Frames], None]
    ) -> tuple[Stream, int]:
        sound = _library()

        def callback(frames: Frames, count: int, time: Any, status: Any) -> None:
            fill(frames)

        try:
            device = self._number(sound, name)
            try:
                sound.check_output_settings(device, channels, "float32", samplerate=rate)
            except sound.PortAudioError:
                rate = int(sound.query_devices(device, "output")["default_samplerate"])
            stream = sound.OutputStream(
                rate, device=device, channels=channels, dtype="float32", callback=callback
            )
        except (sound.PortAudioError, ValueError) as error:
            raise Problem("sound.no-output") from error
        return stream, rate

    def microphone(self, take: Callable[[Frames], None]) -> tuple[Stream, int]:
        sound = _library()

        def callback(frames: Frames, count: int, time: Any, status: Any) -> None:
            take(frames)

        try:
            rate = int(sound.query_devices(kind="input")["default_samplerate"])
            for wish in MICROPHONE_RATES:
                try:
                    sound.check_input_settings(None, 1, "float32", samplerate=wish)
                except sound.PortAudioError:
                    continue
                rate = wish
                break
            stream = sound.InputStream(rate, channels=1, dtype="float32", callback=callback)
        except (sound.PortAudioError, ValueError) as error:
            raise Problem("sound.no-input") from error
        return stream, rate

    def _host_api(self, sound: Any) -> int:
        """The one of the system's default output; others list the same devices again."""
        try:
            return int(sound.query_devices(kind="output")["hostapi"])
        except (sound.PortAudioError, ValueError) as error:
            raise Problem("sound.no-output") from error

    def _number(self, sound: Any, name: str) -> int | None:
        """None, the system's own choice, also for a device that is no longer there."""
        if not name:
            return None
        for number in sound.query_hostapis(self._host_api(sound))["devices"]:
            device = sound.query_devices(number)
            if device["name"] == name and device["max_output_channels"]:
                return int(number)
        return None


def _library() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as missing:
        raise Problem("sound.no-library") from missing
    return sounddevice
