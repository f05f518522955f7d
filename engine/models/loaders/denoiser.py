"""Stable Diffusion's denoiser: U-Net, text encoder, tokenizer and noise schedule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.models.autoencoders import DiffusersAutoencoder
from engine.models.loaders import autoencoder
from engine.models.loaders.source import Source
from engine.models.roles import Autoencoder, Condition


class StableDiffusion:
    """A ``UNet2DConditionModel`` with what it needs (``roles.Denoiser``).

    A U-Net with twice the latent's channels is an instruction editor: the photo's latent is shown
    to it beside the noised one, unscaled (InstructPix2Pix, 2211.09800, section 3.2). Gradients
    reach latents and condition. On CUDA the U-Net recomputes its blocks in the backward pass.
    """

    def __init__(
        self,
        id: str,
        sha256: str,
        network: Any,
        text_encoder: Any,
        tokenizer: Any,
        schedule: dict[str, Any],
        autoencoder: DiffusersAutoencoder,
    ) -> None:
        self.id = id
        self.sha256 = sha256
        self.network = network
        self.autoencoder: Autoencoder = autoencoder
        self._scale, self._shift = autoencoder.scale, autoencoder.shift
        self.condition_width = int(network.config.cross_attention_dim)
        self._text_encoder = text_encoder
        self._tokenizer = tokenizer
        self._alpha_bars = alpha_bars(schedule)
        self._v_prediction = schedule.get("prediction_type", "epsilon") == "v_prediction"
        self.time_steps = len(self._alpha_bars)
        self._captured: list[Tensor] = []
        for block in (network.mid_block, network.up_blocks[0]):
            block.register_forward_hook(self._capture)

    def _capture(self, block: Any, inputs: Any, output: Any) -> None:
        self._captured.append(output[0] if isinstance(output, tuple) else output)

    @property
    def _shows_photo(self) -> bool:
        return int(self.network.config.in_channels) == 2 * self.autoencoder.latent_channels

    def embed(self, prompts: Sequence[str]) -> Tensor:
        device = next(self._text_encoder.parameters()).device
        length = int(self._text_encoder.config.max_position_embeddings)
        tokens = self._tokenizer(
            list(prompts), padding="max_length", max_length=length, truncation=True,
            return_tensors="pt",
        )  # fmt: skip
        with torch.no_grad():
            embedded: Tensor = self._text_encoder(tokens.input_ids.to(device))[0]
        return embedded

    def condition(self, text: Tensor, latents: Tensor | None = None) -> Condition:
        if not self._shows_photo:
            return Condition(text)
        if latents is None:
            # A zero that takes any latent's size.
            return Condition(text, text.new_zeros(()))
        return Condition(text, latents / self._scale + self._shift)

    def alpha_bar(self, t: int) -> float:
        return float(self._alpha_bars[t])

    def predict(self, z_t: Tensor, t: int, condition: Condition) -> Tensor:
        output = self.run(z_t, t, condition)
        a = self._alpha_bars[t].to(z_t)
        if self._v_prediction:
            return a.sqrt() * z_t - (1 - a).sqrt() * output
        return (z_t - (1 - a).sqrt() * output) / a.sqrt()

    def features(self, z_t: Tensor, t: int, condition: Condition) -> list[Tensor]:
        return self.features_beside(z_t, t, condition)

    def features_beside(
        self, z_t: Tensor, t: int, condition: Condition, **beside: Any
    ) -> list[Tensor]:
        """``beside``: what a changed U-Net is told in addition."""
        self.run(z_t, t, condition, **beside)
        return list(self._captured)

    def run(self, z_t: Tensor, t: int, condition: Condition, **beside: Any) -> Tensor:
        """The U-Net's own output, same shape as ``z_t``: noise or velocity."""
        dtype = next(self.network.parameters()).dtype
        batch = z_t
        if self._shows_photo:
            photo = torch.zeros_like(z_t) if condition.image is None else condition.image
            batch = torch.cat([z_t, photo.expand_as(z_t).to(z_t)], dim=1)
        text = condition.text.expand(len(z_t), -1, -1)
        self._captured.clear()
        output: Tensor = self.network(
            batch.to(dtype),
            torch.full((len(z_t),), t, device=z_t.device),
            encoder_hidden_states=text.to(dtype),
            **beside,
        ).sample
        return output.to(z_t)


def alpha_bars(schedule: dict[str, Any]) -> Tensor:
    """(steps,), falling: the share of the signal's power left, from a scheduler's configuration."""
    steps = int(schedule.get("num_train_timesteps", 1000))
    first, last = float(schedule.get("beta_start", 1e-4)), float(schedule.get("beta_end", 0.02))
    kind = schedule.get("beta_schedule", "linear")
    if kind == "scaled_linear":
        betas = torch.linspace(first**0.5, last**0.5, steps, dtype=torch.float64) ** 2
    elif kind == "linear":
        betas = torch.linspace(first, last, steps, dtype=torch.float64)
    else:
        raise ValueError(f"noise schedule {kind} is not known")
    bars = torch.cumprod(1 - betas, dim=0)
    if schedule.get("rescale_betas_zero_snr"):
        if schedule.get("prediction_type", "epsilon") != "v_prediction":
            raise ValueError("a schedule that ends in pure noise needs v-prediction")
        # Zero terminal signal-to-noise ratio (2305.08891, algorithm 1): the amplitudes are shifted
        # so that the last is 0 and stretched so that the first stays.
        amplitudes = bars.sqrt()
        first_one, last_one = amplitudes[0], amplitudes[-1]
        bars = ((amplitudes - last_one) * (first_one / (first_one - last_one))).square()
    return bars.float()


def load_parts(
    folder: Path,
    id: str,
    sha256: str,
    device: torch.device,
    dtype: torch.dtype,
    vae: DiffusersAutoencoder,
    tight: bool = False,
) -> StableDiffusion:
    """A pipeline's folder in diffusers' layout, with ``vae`` as its autoencoder."""
    import diffusers
    import transformers

    network = diffusers.UNet2DConditionModel.from_pretrained(
        folder / "unet", torch_dtype=dtype, use_safetensors=True, local_files_only=True
    )
    text_encoder = transformers.CLIPTextModel.from_pretrained(
        folder / "text_encoder", dtype=dtype, use_safetensors=True, local_files_only=True
    )
    tokenizer = transformers.CLIPTokenizer.from_pretrained(
        folder / "tokenizer", local_files_only=True
    )
    for part in (network, text_encoder):
        part.requires_grad_(False).eval().to(device)
    if tight or device.type == "cuda":
        network.enable_gradient_checkpointing()
    schedule = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
    return StableDiffusion(id, sha256, network, text_encoder, tokenizer, schedule, vae)


def own_autoencoder(
    folder: Path, id: str, device: torch.device, dtype: torch.dtype, tight: bool = False
) -> DiffusersAutoencoder:
    """The one in the pipeline's own folder."""
    from engine.models.autoencoders import load_autoencoder

    return load_autoencoder(folder / "vae", f"{id}/vae", device, dtype, tight)


def load(source: Source) -> StableDiffusion:
    """With its own autoencoder, or the one the catalogue says it requires."""
    folder, id, device, dtype = source.folder, source.entry.id, source.device, source.dtype
    if (folder / "vae").is_dir():
        vae = own_autoencoder(folder, id, device, dtype, source.tight)
    else:
        vae = autoencoder.load(source.required["autoencoder"])
    model = load_parts(folder, id, source.sha256, device, dtype, vae, source.tight)
    source.expect(latent_channels=vae.latent_channels, condition_width=model.condition_width)
    return model
