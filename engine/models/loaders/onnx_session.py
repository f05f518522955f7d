"""Runs an ONNX file where no gradients are wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

# Best first; what this computer's onnxruntime does not have is left out.
PROVIDERS = ("CUDAExecutionProvider", "DmlExecutionProvider", "CoreMLExecutionProvider")


def open_session(path: Path, device: torch.device) -> Any:
    """On the device's provider where there is one, else on the CPU. Raises ``ValueError`` for a
    file that is no ONNX model."""
    import onnxruntime

    there = onnxruntime.get_available_providers()
    providers: list[Any] = []
    if device.type != "cpu":
        providers = [name for name in PROVIDERS if name in there]
        if device.type == "cuda" and providers[:1] == ["CUDAExecutionProvider"]:
            providers[0] = (providers[0], {"device_id": device.index or 0})
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if torch.get_num_threads() < 4:
        options.intra_op_num_threads = torch.get_num_threads()
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=[*providers, "CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's own exceptions have no common base class
        raise ValueError(f"{path.name} is no network that onnxruntime reads") from error
