"""What happens to a published recording, on purpose or not, before somebody clones it.

Each takes and returns (samples,) of 16 kHz mono of the same length. Codecs are the real ones; AAC
needs an ffmpeg on this computer, and its priming is trimmed.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from engine.media.recording import WORKING_RATE as RATE
from engine.media.sound_tracks import PRIMING as AAC_PRIMING, ffmpeg

Sound = npt.NDArray[np.float32]
Treatment = Callable[[Sound], Sound]

MP3_RATE, OPUS_RATE = 44_100, 48_000
OVER_SUBTRACTION, SPECTRAL_FLOOR = 2.0, 0.05


def mp3(kilobits: int) -> Treatment:
    # Constant bit rates of MPEG-1 layer III go from 320 down to 32 kbit/s.
    level = (320 - kilobits) / (320 - 32)

    def treat(sound: Sound) -> Sound:
        return _through(sound, MP3_RATE, "MP3", "MPEG_LAYER_III", level, "CONSTANT")

    return treat


def opus(sound: Sound) -> Sound:
    return _through(sound, OPUS_RATE, "OGG", "OPUS", 0.9, None)


def aac(sound: Sound) -> Sound:
    """96 kbit/s; the sound itself where there is no ffmpeg (``TREATMENTS`` leaves it out then)."""
    program = ffmpeg()
    if program is None:
        return sound
    with tempfile.TemporaryDirectory(prefix="cloakroom-") as folder:
        before, coded, after = (Path(folder) / n for n in ("a.wav", "b.aac", "c.wav"))
        soundfile.write(before, soxr.resample(sound, RATE, MP3_RATE), MP3_RATE, "PCM_16")
        run = [program, "-nostdin", "-v", "error", "-y", "-i"]
        subprocess.run([*run, before, "-c:a", "aac", "-b:a", "96k", coded], check=True)
        subprocess.run([*run, coded, after], check=True)
        back, rate = soundfile.read(after, dtype="float32")
    return _fit(soxr.resample(back[AAC_PRIMING:], rate, RATE), len(sound))


def down_to(rate: int) -> Treatment:
    def treat(sound: Sound) -> Sound:
        # 16 kHz is the working rate: what that round trip takes away is everything above.
        if rate >= RATE:
            return sound.copy()
        return _fit(soxr.resample(soxr.resample(sound, RATE, rate), rate, RATE), len(sound))

    return treat


def amplified(decibels: float) -> Treatment:
    def treat(sound: Sound) -> Sound:
        return np.asarray(np.clip(sound * 10 ** (decibels / 20), -1, 1), np.float32)

    return treat


def low_pass(sound: Sound) -> Sound:
    """At 4 kHz."""
    from scipy.signal import butter, sosfiltfilt

    return np.asarray(sosfiltfilt(butter(4, 4000, fs=RATE, output="sos"), sound), np.float32)


def denoise(sound: Sound) -> Sound:
    """Spectral subtraction (Berouti 1979): the noise is what each frequency has in its quietest
    tenth of the time."""
    size, hop = 512, 128
    window = np.sqrt(np.hanning(size + 1)[:-1])
    padded = np.pad(sound.astype(np.float64), size)
    starts = np.arange(0, len(padded) - size + 1, hop)
    spectra = np.fft.rfft(padded[starts[:, None] + np.arange(size)] * window)
    power = np.abs(spectra) ** 2
    noise = np.quantile(power, 0.1, axis=0)
    left = np.maximum(power - OVER_SUBTRACTION * noise, SPECTRAL_FLOOR**2 * power)
    parts = np.fft.irfft(spectra * np.sqrt(left / np.maximum(power, 1e-20)), size) * window
    out = np.zeros(len(padded))
    np.add.at(out, starts[:, None] + np.arange(size), parts)
    back = out[size : size + len(sound)] / (size / hop / 2)
    return back.astype(np.float32)


def treatments(resynthesise: Treatment) -> dict[str, Treatment]:
    """By the keys of the survival table; ``resynthesise`` is a vocoder."""
    found: dict[str, Treatment] = {
        "mp3-128": mp3(128),
        "mp3-64": mp3(64),
        "opus": opus,
    }
    if ffmpeg() is not None:
        found["aac-96"] = aac
    return found | {
        "rate-16k": down_to(16_000),
        "rate-8k": down_to(8_000),
        "louder": amplified(6),
        "quieter": amplified(-6),
        "low-pass": low_pass,
        "denoise": denoise,
        "vocoder": resynthesise,
    }


def _through(
    sound: Sound, rate: int, container: str, encoding: str, level: float, mode: str | None
) -> Sound:
    buffer = io.BytesIO()
    extra = {} if mode is None else {"bitrate_mode": mode}
    wide = soxr.resample(sound, RATE, rate)
    soundfile.write(
        buffer, wide, rate, format=container, subtype=encoding, compression_level=level, **extra
    )
    buffer.seek(0)
    back, back_rate = soundfile.read(buffer, dtype="float32")
    return _fit(soxr.resample(back, back_rate, RATE), len(sound))


def _fit(sound: Sound, length: int) -> Sound:
    sound = sound[:length]
    return np.asarray(np.pad(sound, (0, length - len(sound))), np.float32)
