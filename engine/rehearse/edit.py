"""An attacker edits the photo: the same instruction, the same noise, on original and protected."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.roles import Editor


@dataclass(frozen=True)
class EditPair:
    """``control`` is the edit of the unprotected photo, ``attacked`` that of the protected."""

    instruction: str
    seed: int
    control: Tensor
    attacked: Tensor


@torch.no_grad()
def edit_both(
    editor: Editor, original: Tensor, protected: Tensor, instruction: str, seed: int = 0
) -> EditPair:
    """Edit (1, 3, h, w) ``original`` and ``protected`` with one instruction and one noise.

    Raises ``ValueError`` when the two differ in size: the noise would differ too.
    """
    if original.shape != protected.shape:
        raise ValueError("original and protected must have the same size")
    control = editor.edit(original, instruction, seed)
    attacked = editor.edit(protected, instruction, seed)
    return EditPair(instruction, seed, control, attacked)
