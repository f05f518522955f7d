"""A context on the processor, without a cancel."""

from __future__ import annotations

import pytest
import torch

from engine.context import Context
from engine.models.cache import ModelCache


@pytest.fixture
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))
