"""The application's desk does everything that the window may ask of it."""

from __future__ import annotations

from app.desk import ApplicationDesk
from ui.desk import Desk


def test_nothing_is_left_abstract() -> None:
    asked = [name for name, part in vars(Desk).items() if hasattr(part, "__isabstractmethod__")]
    assert len(asked) > 10
    assert [name for name in asked if getattr(ApplicationDesk, name) is getattr(Desk, name)] == []
