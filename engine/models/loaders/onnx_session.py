"""Runs an ONNX file where no gradients are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

# What is installed on purpose works beside whatever torch computes on: DirectML on Windows, CoreML
# on a Mac.
EXTRA = ("DmlExecutionProvider", "CoreMLExecutionProvider")


def providers(device: torch.device, there: Sequence[str]) -> list[Any]:
    """Those of ``there`` (what this onnxruntime has) that suit ``device``, best first."""
    chosen: list[Any] = []
    if device.type == "cuda" and "CUDAExecutionProvider" in there:
        chosen.append(("CUDAExecutionProvider", {"device_id": device.index or 0}))
    chosen += [name for name in EXTRA if name in there]
    return [*chosen, "CPUExecutionProvider"]


def open_session(path: Path, device: torch.device) -> Any:
    """On the device's provider where there is one, else on the CPU. Raises ``ValueError`` for a
    file that is no ONNX model."""
    import onnxruntime

    chosen = providers(device, onnxruntime.get_available_providers())
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if torch.get_num_threads() < 4:
        options.intra_op_num_threads = torch.get_num_threads()
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=chosen)
    except Exception as error:  # onnxruntime's own exceptions have no common base class
        raise ValueError(f"{path.name} is no network that onnxruntime reads") from error
