"""What a loader is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from engine.problems import Problem

if TYPE_CHECKING:
    from engine.models.catalogue import Entry


@dataclass(frozen=True)
class Source:
    """A model whose files have just been verified, and where to load it to.

    ``sha256`` is the hash of its largest file, the weights. ``required`` are the models it needs,
    by the name of their loader. ``tight``: memory is scarce, so spend time to save it.
    """

    entry: Entry
    folder: Path
    sha256: str
    device: torch.device
    dtype: torch.dtype
    tight: bool = False
    required: Mapping[str, Source] = field(default_factory=dict)

    def option(self, name: str) -> str:
        return str(self.entry.options[name])

    def expect(self, **facts: float) -> None:
        """Compare what was loaded with the catalogue: a model of another family has the same
        names and does other things. Raises ``Problem("model.unfit")``."""
        for name, value in facts.items():
            wanted = self.entry.expects.get(name)
            if wanted is not None and abs(wanted - value) > 1e-6 * max(1.0, abs(wanted)):
                detail = f"{name} is {value:g} and should be {wanted:g}"
                raise Problem("model.unfit", id=self.entry.id, detail=detail)
