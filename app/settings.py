"""What the user chose and the window remembers: one frozen dataclass in one JSON file.

A file of an older version is brought forward step by step (``MIGRATIONS``), keys this version
does not know are kept as they are (a newer version may have written them), and a value that
cannot be understood falls back to its default without taking the others with it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_type_hints

from app import paths
from app.files import replace_text
from app.typed_json import Mismatch, dump, load_value
from engine import api

Theme = Literal["system", "light", "dark", "contrast"]

RECENT_FILES = 20


@dataclass(frozen=True)
class Settings:
    language: str = "system"  # or one of ui.languages; another is taken for "system"
    theme: Theme = "system"
    device: str = "auto"  # what --device takes
    precision: api.Precision = "auto"  # of downloaded models
    unload_minutes: int = 10  # without a job, after which models leave memory; 0 is never
    speeds: tuple[api.SpeedResult, ...] = ()  # measured, one for each choice of a device
    threats: tuple[api.Threat, ...] = ("edit",)
    strength: api.Strength = "balanced"
    native: bool = False
    strip_location: bool = False
    voice_profile: str = ""  # name of the enrolled voice to protect with; empty for none
    voice_scene: str = ""  # id of the ambience to add; empty for none
    voice_method: api.VoiceMethod = "auto"
    voice_quality: api.VoiceQuality = "standard"
    output: Path | None = None  # folder for results; None is beside the original
    watched: Path | None = None  # folder whose new files are protected as they come
    notify: bool = True  # the system tells when all jobs have ended
    models_folder: Path | None = None  # where models are kept; None is the usual place
    mirror: str = ""  # base address of a mirror of the model hub; empty is the hub itself
    offline: bool = False  # nothing tries the network
    models_offered: bool = False  # the first offer of models was taken or sent away
    recent_files: tuple[Path, ...] = ()  # latest first, at most RECENT_FILES
    presets: tuple[api.Preset, ...] = ()
    window_geometry: str = ""  # QWidget.saveGeometry, base64
    splitter: str = ""  # QSplitter.saveState of the panels, base64


Migration = Callable[[dict[str, Any]], dict[str, Any]]

# MIGRATIONS[n] brings a file of schema n + 1 to schema n + 2. The current schema follows.
MIGRATIONS: tuple[Migration, ...] = ()
SCHEMA = len(MIGRATIONS) + 1


def migrate(data: dict[str, Any], migrations: tuple[Migration, ...] = MIGRATIONS) -> dict[str, Any]:
    """``data`` brought to the current schema. A file from a newer version stays as it is.

    Raises ``Mismatch`` when the schema number is missing or makes no sense.
    """
    schema = data.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise Mismatch("settings: no schema number")
    for migration in migrations[schema - 1 :]:
        schema += 1
        data = {**migration(data), "schema": schema}
    return data


def from_json(data: Mapping[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """Settings from a migrated file, and the names of those that were not understood."""
    hints = get_type_hints(Settings)
    values, rejected = {}, []
    for field in dataclasses.fields(Settings):
        if field.name in data:
            try:
                values[field.name] = load_value(hints[field.name], data[field.name], field.name)
            except Mismatch:
                rejected.append(field.name)
    return Settings(**values), tuple(rejected)


class SettingsFile:
    """The settings and the file they live in. Every change is on disk when ``set`` returns."""

    def __init__(self, file: Path | None = None) -> None:
        """Read ``file`` (default: in the config folder); a broken one is set aside.

        ``set_aside`` is then the copy's path, for a notice, and the defaults are in force.
        """
        self.file = file or paths.config_dir() / "settings.json"
        self.set_aside: Path | None = None
        self._data: dict[str, Any] = {"schema": SCHEMA}
        self.values = Settings()
        try:
            data = json.loads(self.file.read_text(encoding="utf-8"))
            if not isinstance(data, dict):
                raise Mismatch("settings: an object was expected")
            self._data = migrate(data)
            self.values, _ = from_json(self._data)
        except FileNotFoundError:
            pass
        except (ValueError, RecursionError):
            self.set_aside = _set_aside(self.file)
        except OSError:
            # Not readable now, perhaps later: defaults for this session, the file stays.
            pass

    def set(self, name: str, value: Any) -> bool:
        """Change one setting; True when it is another value than before.

        Raises ``Mismatch`` for a value of the wrong type, ``KeyError`` for an unknown name and
        ``OSError`` when the file cannot be written (the setting then holds for this session).
        """
        hint = get_type_hints(Settings)[name]
        plain = dump(value)
        value = load_value(hint, plain, name)
        if getattr(self.values, name) == value:
            return False
        self.values = dataclasses.replace(self.values, **{name: value})
        self._data[name] = plain
        replace_text(self.file, json.dumps(self._data, indent=1) + "\n")
        return True


def _set_aside(file: Path) -> Path | None:
    """Rename a broken file so that it is neither read again nor lost."""
    aside = file.with_name(file.name + ".broken")
    with contextlib.suppress(OSError):
        file.replace(aside)
        return aside
    return None


def with_speed(
    speeds: tuple[api.SpeedResult, ...], new: api.SpeedResult
) -> tuple[api.SpeedResult, ...]:
    """``speeds`` with ``new`` in place of an older one for the same device."""
    return (*(speed for speed in speeds if speed.device != new.device), new)


def with_recent(recent: tuple[Path, ...], files: tuple[Path, ...]) -> tuple[Path, ...]:
    """``recent`` with ``files`` put first, each once, at most ``RECENT_FILES``."""
    return tuple(dict.fromkeys((*files, *recent)))[:RECENT_FILES]
