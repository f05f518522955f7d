"""Takes the autoencoder out of a whole Stable Diffusion checkpoint in one file.

Painting programs keep models in the layout of the original repositories (CompVis, Stability AI),
with every part in one file under its own prefix. Text encoder and U-Net need files that such a
checkpoint does not have (the tokenizer), so only the autoencoder is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.models.shapes import Shapes

PREFIX = "first_stage_model."
# The text encoder tells the families apart: their autoencoders have the same weights' names.
FAMILIES = {
    "conditioner.embedders.": "autoencoder-kl-sdxl",
    "cond_stage_model.transformer.": "autoencoder-kl-sd15",
    "cond_stage_model.model.": "autoencoder-kl-sd21",
}


def is_whole_checkpoint(shapes: Shapes) -> bool:
    return f"{PREFIX}encoder.conv_in.weight" in shapes


def autoencoder_of(shapes: Shapes) -> str | None:
    """The id of the catalogue's autoencoder that the checkpoint holds."""
    for prefix, id in FAMILIES.items():
        if any(name.startswith(prefix) for name in shapes):
            return id
    return None


def take_autoencoder(checkpoint: Path, config: dict[str, Any], target: Path) -> None:
    """Write it to ``target`` (.safetensors) in diffusers' layout.

    Raises ``Problem("import.unsafe")`` or ``ValueError`` where its weights do not fit ``config``.
    """
    import diffusers
    from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint
    from safetensors import safe_open
    from safetensors.torch import save_file

    from engine.models.loaders.pickles import read_pickle

    if checkpoint.suffix.lower() == ".safetensors":
        with safe_open(checkpoint, "pt") as file:
            weights = {n: file.get_tensor(n) for n in file.keys() if n.startswith(PREFIX)}  # noqa: SIM118
    else:
        weights = {n: t for n, t in read_pickle(checkpoint).items() if n.startswith(PREFIX)}
    network = diffusers.AutoencoderKL.from_config(config)
    converted = convert_ldm_vae_checkpoint(weights, network.config)
    unlike = network.load_state_dict(converted, strict=False)
    if unlike.missing_keys:
        raise ValueError(f"{unlike.missing_keys[0]} is missing")
    save_file({n: t.float().contiguous() for n, t in network.state_dict().items()}, target)
