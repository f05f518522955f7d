"""Enrolled voices: a tile each, and what was measured with it, in the data folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.api.voice import VoiceProfile
from engine.media.atomic import atomic, make_folder
from engine.problems import Problem
from engine.voice.names import checked

TILE = "tile.safetensors"
FACTS = "profile.json"


def folder_of(home: Path) -> Path:
    return home / "voices"


def free(home: Path, name: str) -> str:
    """The checked name. Raises ``Problem``: ``profile.name`` or ``profile.exists``."""
    name = checked(name)
    if (folder_of(home) / name / FACTS).exists():
        raise Problem("profile.exists", name=name)
    return name


def save(home: Path, profile: VoiceProfile, tile: Tensor) -> None:
    """The facts are written last: a profile without them is not there."""
    folder = folder_of(home) / profile.name
    make_folder(folder)
    (folder / TILE).unlink(missing_ok=True)
    with atomic(folder / TILE) as part:
        save_file({"tile": tile.half().contiguous()}, part)
    with atomic(folder / FACTS) as part:
        part.write_text(json.dumps(asdict(profile), indent=2) + "\n", encoding="utf-8")


def listed(home: Path) -> tuple[VoiceProfile, ...]:
    found = []
    for file in sorted(folder_of(home).glob(f"*/{FACTS}")):
        try:
            found.append(VoiceProfile(**json.loads(file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError, RecursionError):
            continue
    return tuple(found)


def tile_of(home: Path, name: str) -> Tensor:
    """(2, bins, frames). Raises ``Problem("profile.unknown")``."""
    try:
        return load_file(folder_of(home) / name / TILE)["tile"].float()
    except (OSError, KeyError, SafetensorError) as error:
        raise Problem("profile.unknown", name=name) from error


def remove(home: Path, name: str) -> None:
    folder = folder_of(home) / name
    if not (folder / FACTS).is_file():
        raise Problem("profile.unknown", name=name)
    (folder / FACTS).unlink()
    (folder / TILE).unlink(missing_ok=True)
    folder.rmdir()
