"""Autoencoders of diffusers' families."""

from __future__ import annotations

from engine.models.autoencoders import DiffusersAutoencoder, load_autoencoder
from engine.models.loaders.source import Source


def load(source: Source) -> DiffusersAutoencoder:
    """``AutoencoderKL``, ``AutoencoderTiny`` or ``AutoencoderDC`` (``roles.Autoencoder``).

    Promises gradients from latents to pixels and back.
    """
    folder = source.folder / str(source.entry.options.get("subfolder", ""))
    model = load_autoencoder(folder, source.entry.id, source.device, source.dtype, source.tight)
    source.expect(
        latent_channels=model.latent_channels,
        factor=model.factor,
        scale=model.scale,
        shift=model.shift,
    )
    return model
