from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.settings import (
    MIGRATIONS,
    RECENT_FILES,
    SCHEMA,
    Settings,
    SettingsFile,
    from_json,
    migrate,
    with_recent,
)
from app.typed_json import Mismatch
from engine import api

# One file as each schema wrote it. A new migration needs its sample here.
SAMPLES: dict[int, dict[str, Any]] = {
    1: {"schema": 1, "language": "zh_CN", "theme": "dark", "recent_files": ["/a.png"]},
}


def test_a_new_user_has_defaults_and_no_file(cloakroom_home: Path) -> None:
    settings = SettingsFile()
    assert settings.values == Settings()
    assert settings.file == cloakroom_home / "config" / "settings.json"
    assert not settings.file.exists()


def test_what_is_set_is_there_at_the_next_start() -> None:
    settings = SettingsFile()
    preset = api.Preset("Shop", "protect-photo", {"strength": "strong", "epsilon": 0.03})
    assert settings.set("presets", (preset,))
    assert settings.set("output", Path("/results"))
    assert settings.set("language", "zh_CN")
    again = SettingsFile().values
    assert again == Settings(language="zh_CN", output=Path("/results"), presets=(preset,))


def test_setting_the_same_value_changes_nothing() -> None:
    settings = SettingsFile()
    assert settings.set("theme", "dark")
    stamp = settings.file.stat().st_mtime_ns
    assert not settings.set("theme", "dark")
    assert settings.file.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("name", "value"), [("theme", "pink"), ("native", 1), ("threats", ("tickle",)), ("device", 0)]
)
def test_a_wrong_value_is_refused(name: str, value: Any) -> None:
    settings = SettingsFile()
    with pytest.raises(Mismatch):
        settings.set(name, value)
    assert settings.values == Settings()
    assert not settings.file.exists()


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        SettingsFile().set("colour", "red")


def test_unknown_keys_and_a_newer_schema_are_kept() -> None:
    file = SettingsFile().file
    file.write_text(json.dumps({"schema": SCHEMA + 1, "theme": "dark", "future": {"x": [1]}}))
    settings = SettingsFile()
    assert settings.values.theme == "dark"
    settings.set("theme", "light")
    assert json.loads(file.read_text()) == {
        "schema": SCHEMA + 1,
        "theme": "light",
        "future": {"x": [1]},
    }


def test_one_bad_value_does_not_take_the_others_along() -> None:
    values, rejected = from_json({"theme": "pink", "language": "en", "recent_files": "x"})
    assert values == Settings(language="en")
    assert rejected == ("theme", "recent_files")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"schema": "1"}', '{"schema": 0}', "[" * 100_000, "\x00"]
)
def test_a_broken_file_is_set_aside(text: str) -> None:
    file = SettingsFile().file
    file.write_text(text)
    settings = SettingsFile()
    assert settings.values == Settings()
    assert settings.set_aside is not None
    assert settings.set_aside.read_text() == text
    assert not file.exists()
    settings.set("theme", "dark")
    assert SettingsFile().values.theme == "dark"


def test_a_file_that_is_no_text_is_set_aside() -> None:
    file = SettingsFile().file
    file.write_bytes(b"\xff\xfe\x00")
    assert SettingsFile().set_aside is not None


def test_a_failed_write_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SettingsFile()
    settings.set("theme", "dark")
    before = settings.file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="space"):
        settings.set("theme", "light")
    assert settings.file.read_bytes() == before
    assert list(settings.file.parent.iterdir()) == [settings.file]
    assert settings.values.theme == "light"


def test_migrations_run_in_order_from_where_the_file_is() -> None:
    def rename(data: dict[str, Any]) -> dict[str, Any]:
        return {"look": data.pop("theme"), **data}

    def shout(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "look": data["look"].upper()}

    steps = (rename, shout)
    assert migrate({"schema": 1, "theme": "dark"}, steps) == {"schema": 3, "look": "DARK"}
    assert migrate({"schema": 2, "look": "dark"}, steps) == {"schema": 3, "look": "DARK"}
    assert migrate({"schema": 3, "look": "x"}, steps) == {"schema": 3, "look": "x"}
    assert migrate({"schema": 9, "look": "x"}, steps) == {"schema": 9, "look": "x"}


def test_a_file_of_every_schema_loads_completely() -> None:
    assert set(SAMPLES) == set(range(1, len(MIGRATIONS) + 2))
    for sample in SAMPLES.values():
        values, rejected = from_json(migrate(sample))
        assert rejected == ()
        assert values == Settings(language="zh_CN", theme="dark", recent_files=(Path("/a.png"),))


def test_recent_files_are_unique_latest_first_and_limited() -> None:
    old = tuple(Path(f"/{n}") for n in range(RECENT_FILES))
    recent = with_recent(old, (Path("/new"), Path("/3")))
    assert recent[:3] == (Path("/new"), Path("/3"), Path("/0"))
    assert len(recent) == RECENT_FILES == len(set(recent))
