"""Tiny random models in the real classes, behind the roles that methods and rehearsal ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from engine.models.autoencoders import DiffusersAutoencoder
from engine.models.roles import Condition
from engine.training import editor_model
from engine.training.autoencoder import build

LATENT_CHANNELS = 4


def tiny_autoencoder(seed: int = 0) -> DiffusersAutoencoder:
    torch.manual_seed(seed)
    network = build("kl", 8, LATENT_CHANNELS).requires_grad_(False).eval()
    return DiffusersAutoencoder(network, "tiny", "0" * 64)


class TinyDenoiser:
    """The editor's own U-Net, text encoder and schedule, randomly initialised."""

    def __init__(self, seed: int = 0) -> None:
        self.id, self.sha256 = "tiny-denoiser", "0" * 64
        self.autoencoder = tiny_autoencoder(seed)
        self.tokenizer = editor_model.build_tokenizer(["make it night", "a photo of sks"])
        self.text: Any = editor_model.build_text_encoder(self.tokenizer, 16)
        self.unet: Any = editor_model.build_unet(LATENT_CHANNELS, 32, 16, 1.0)
        for part in (self.text, self.unet):
            part.requires_grad_(False).eval()
        # Away from the special first weights, so that every input matters.
        torch.manual_seed(seed)
        torch.nn.init.normal_(self.unet.conv_out.weight, std=0.05)
        self.scheduler = editor_model.build_scheduler()
        self.time_steps = 1000

    def embed(self, prompts: Sequence[str]) -> Tensor:
        state: Tensor = self.text(editor_model.tokenise(self.tokenizer, list(prompts)))[0]
        return state

    def condition(self, text: Tensor, latents: Tensor | None = None) -> Condition:
        return Condition(text, latents)

    def alpha_bar(self, t: int) -> float:
        return float(self.scheduler.alphas_cumprod[t])

    def _run(self, z_t: Tensor, t: int, condition: Condition) -> Tensor:
        shown = torch.zeros_like(z_t) if condition.image is None else condition.image
        velocity: Tensor = self.unet(
            torch.cat((z_t, shown), 1), t, encoder_hidden_states=condition.text
        ).sample
        return velocity

    def predict(self, z_t: Tensor, t: int, condition: Condition) -> Tensor:
        a = self.alpha_bar(t)
        return a**0.5 * z_t - (1 - a) ** 0.5 * self._run(z_t, t, condition)

    def features(self, z_t: Tensor, t: int, condition: Condition) -> list[Tensor]:
        found: list[Tensor] = []
        hooks = [
            block.register_forward_hook(lambda _m, _i, output: found.append(output))
            for block in (self.unet.mid_block, self.unet.up_blocks[0])
        ]
        try:
            self._run(z_t, t, condition)
        finally:
            for hook in hooks:
                hook.remove()
        return found
