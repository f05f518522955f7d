"""How long this process has run: the limit of a training counts its start and its imports."""

from __future__ import annotations

import os
import time
from pathlib import Path


def process_age() -> float:
    """Seconds of wall clock since the process began; where the system does not say, the seconds
    of processor time that it has used."""
    try:
        fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        age = float(Path("/proc/uptime").read_text().split()[0]) - began
    except (OSError, ValueError, IndexError):
        return time.process_time()
    return age if 0 <= age < 24 * 3600 else time.process_time()
