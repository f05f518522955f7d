"""The sound of m4a files and videos, through an ffmpeg on this computer.

What is decoded is the first sound track, from the moment the picture begins, without the encoder's
priming: ffmpeg trims it as the container tells. What is encoded takes the place of that track in a
copy of everything else, in the same codec where ffmpeg can write it, and with as many samples.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.problems import Problem

NEEDS_FFMPEG = frozenset((".m4a", ".aac", ".m4b", ".mp4", ".mov", ".mkv", ".webm"))
PRIMING = 1024  # samples that AAC's encoder puts in front; a bare .aac file cannot tell of them
WITHOUT_LOSS = frozenset(("flac", "alac"))  # and PCM
# Codec: encoder. Others become the container's own: what it always can hold.
ENCODERS = {
    "aac": "aac",
    "alac": "alac",
    "flac": "flac",
    "mp3": "libmp3lame",
    "opus": "libopus",
    "vorbis": "libvorbis",
}
OTHERWISE = {".webm": "libopus", ".mkv": "flac"}

Check = Callable[[], None]
_SOUND = re.compile(r"Stream #0:\d+.*?: Audio: (\w+).*? Hz, [^,]+, (\w+)")


@dataclass(frozen=True)
class Track:
    """``codec`` and sample ``form`` by ffmpeg's names; ``count`` of such tracks in the file."""

    codec: str
    form: str
    count: int

    @property
    def lossless(self) -> bool:
        return self.codec in WITHOUT_LOSS or self.codec.startswith("pcm_")


def ffmpeg() -> str | None:
    return shutil.which("ffmpeg")


def track_of(path: Path) -> Track:
    """The first sound track. Raises ``Problem``: ``recording.ffmpeg``, ``recording.damaged`` or
    ``recording.no-sound``."""
    command = [_program(path), "-nostdin", "-hide_banner", *opened(path)]
    told = subprocess.run(command, capture_output=True, check=False).stderr.decode(
        "utf-8", "replace"
    )
    found: list[tuple[str, str]] = _SOUND.findall(told)
    if not found:
        raise Problem("recording.no-sound" if "Stream #0:" in told else "recording.damaged",
                      file=path.name)  # fmt: skip
    codec, form = found[0]
    return Track(codec, form, len(found))


def decode(path: Path, out: Path, check: Check) -> None:
    """The first sound track as a WAV file of floats."""
    arguments = [*opened(path), "-map", "0:a:0", "-af", "aresample=async=1:first_pts=0"]
    # RF64 where it becomes larger than a WAV file can be.
    run_ffmpeg(path, [*arguments, "-c:a", "pcm_f32le", "-rf64", "auto", str(out)], check)


def encode(source: Path, track: Track, plain: Path, out: Path, channels: int, check: Check) -> bool:
    """``out`` becomes ``source`` with the sound of ``plain`` as its only sound track: picture,
    subtitles, tags and chapters stay as they are. Returns whether the sound lost anything."""
    arguments = [*opened(plain), *opened(source), "-map", "1:v?", "-map", "0:a:0"]
    arguments += ["-map", "1:s?", "-map", "1:t?", "-c", "copy"]
    suffix = source.suffix.lower()
    pcm = track.codec.startswith("pcm_")
    name = track.codec if pcm else ENCODERS.get(track.codec, OTHERWISE.get(suffix, "aac"))
    arguments += ["-c:a", name, *_settings(name, track, suffix, channels)]
    arguments += ["-map_metadata", "1", "-map_metadata:s:a:0", "1:s:a:0", "-map_chapters", "1"]
    run_ffmpeg(source, [*arguments, str(out)], check)
    return not pcm and name not in WITHOUT_LOSS


def run_ffmpeg(path: Path, arguments: list[str], check: Check) -> None:
    """Raises ``recording.ffmpeg`` where there is none, ``recording.damaged`` where it refuses."""
    command = [_program(path), "-nostdin", "-v", "error", "-y", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            while True:
                check()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    if running.wait(0.2):
                        raise Problem("recording.damaged", file=path.name)
                    return
        except BaseException:
            running.kill()
            raise


def _program(path: Path) -> str:
    program = ffmpeg()
    if program is None:
        raise Problem("recording.ffmpeg", file=path.name)
    return program


def opened(path: Path) -> list[str]:
    """The input of an ffmpeg command. No name is taken for an option or an address, and a file
    that lists others (a playlist under a harmless name) fetches nothing from the network."""
    return ["-protocol_whitelist", "file,pipe", "-i", f"file:{path}"]


def _settings(name: str, track: Track, suffix: str, channels: int) -> list[str]:
    """The least loss that an encoder knows, and what a container needs."""
    if name == "aac":
        skipped = ["-af", f"atrim=start_sample={PRIMING}"] if suffix == ".aac" else []
        return ["-b:a", f"{128 * min(channels, 6)}k", *skipped]
    if name == "libopus":
        return ["-b:a", f"{128 * channels}k"]
    if name == "libvorbis":
        return ["-q:a", "9"]
    if name == "libmp3lame":
        return ["-b:a", "320k"]
    return ["-sample_fmt", track.form] if name in WITHOUT_LOSS and name == track.codec else []
