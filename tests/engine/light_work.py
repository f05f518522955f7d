"""``fake_work`` for a child without torch, which starts in a tenth of the time.

Named as a child's ``runners``; never imported by a test, since it replaces ``engine.device``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from tests.engine.fake_work import run

__all__ = ["run"]

_device: Any = ModuleType("engine.device")
_device.use_cpu_threads = lambda: 1
_device.choose = lambda name: name
sys.modules["engine.device"] = _device
