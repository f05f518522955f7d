"""Measure and store the whitening of an autoencoder's latents over real pictures.

python -m engine.training.whitening --model assets/models/NAME --data FOLDER...
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine.models.autoencoders import load_autoencoder
from engine.models.whitening import measured
from engine.training.pack import DeviceCrops, read_pictures

CROP = 128
BATCHES = 24


@torch.no_grad()
def store(folder: Path, crops: DeviceCrops) -> None:
    """Write ``whitening.safetensors`` beside the weights of the autoencoder in ``folder``."""
    model = load_autoencoder(folder, folder.name, crops.device)
    batches = [model.encode((crops.batch(8) + 1) / 2) for _ in range(BATCHES)]
    measured(torch.cat(batches).cpu()).save(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    pictures = read_pictures([], options.data)
    store(options.model, DeviceCrops(pictures, CROP, 0, torch.device("cpu")))
