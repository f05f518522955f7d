"""What may happen to a marked picture: the stress table of VINE / W-Bench (2410.18775) and more.

Pictures are float32 (h, w, 3) in 0..1. Every attack depends on its picture alone. Rows that need
models take them from ``Models``: two built-in autoencoders that a PhaseMark of the first surrogate
has never seen, and the built-in editor as denoiser and as editor.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.context import Context
from engine.models import builtin, ddim
from engine.models.autoencoders import DiffusersAutoencoder, load_autoencoder
from engine.models.cache import ModelCache
from engine.models.loaders.denoiser import StableDiffusion
from engine.optimise.loop import reduced_precision
from engine.rehearse.purify import diffpure, round_trip, udap
from engine.watermark.channels import (
    Picture,
    blurred,
    brighter,
    contrasted,
    cropped,
    jpeg,
    noisy,
    resized,
    rotated,
)

Attack = Callable[[Picture], Picture]

PLAIN: dict[str, Attack] = {
    "none": lambda p: p,
    **{f"brightness-{f}": lambda p, f=f: brighter(p, f) for f in (1.2, 1.6, 2.0)},
    **{f"contrast-{f}": lambda p, f=f: contrasted(p, f) for f in (1.2, 1.6, 2.0)},
    **{f"blur-{r}": lambda p, r=r: blurred(p, float(r)) for r in (1, 3, 5, 7, 9)},
    **{f"noise-{s}": lambda p, s=s: noisy(p, s) for s in (0.02, 0.05, 0.1)},
    **{f"jpeg-{q}": lambda p, q=q: jpeg(p, q) for q in (70, 55, 50, 40, 25, 10)},
    "resize-0.5": lambda p: resized(p, 0.5),
    "resize-0.25": lambda p: resized(p, 0.25),
}
GEOMETRIC: dict[str, Attack] = {
    "crop-0.1": lambda p: cropped(p, 0.1),
    "crop-0.25": lambda p: cropped(p, 0.25),
    "rotate-2": lambda p: rotated(p, 2.0),
    "rotate-5": lambda p: rotated(p, 5.0),
    "mirror": lambda p: np.ascontiguousarray(p[:, ::-1]),
}


class Models:
    """The models that rows need, each loaded when it is first asked for."""

    def __init__(self, editor: Path | None) -> None:
        device = torch.device("cpu")
        self.context = Context(device, ModelCache(device))
        self._editor = editor

    @cached_property
    def denoiser(self) -> StableDiffusion:
        """The built-in editor's U-Net; shown no photo, it is a plain denoiser of photos."""
        import diffusers
        import transformers

        folder = self._editor
        assert folder is not None
        network = diffusers.UNet2DConditionModel.from_pretrained(
            folder / "unet", torch_dtype=torch.float32
        )
        text = transformers.CLIPTextModel.from_pretrained(
            folder / "text_encoder", dtype=torch.float32
        )
        for part in (network, text):
            part.requires_grad_(False).eval()
        return StableDiffusion(
            "editor",
            "",
            network,
            text,
            transformers.CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            json.loads((folder / "scheduler" / "scheduler_config.json").read_text()),
            load_autoencoder(folder / "vae", "editor/vae", self.context.device),
        )

    def autoencoder(self, id: str) -> DiffusersAutoencoder:
        return builtin.autoencoder(id, self.context)

    def round_trips(self) -> dict[str, Attack]:
        return {
            f"round-trip-{name}": lambda p, id=id: _through(
                p, lambda x: round_trip(self.autoencoder(id), x)
            )
            for name, id in (("tiny", builtin.SURROGATES[1]), ("dc", builtin.JUDGE))
        }

    def regenerations(self) -> dict[str, Attack]:
        """Stochastic regeneration, inversion there and back, and a global edit."""
        rows: dict[str, Attack] = {
            f"regenerate-{t}": lambda p, t=t: _through(
                p, lambda x: diffpure(self.denoiser, x, t / 999)
            )
            for t in (60, 140, 240)
        }
        rows["inversion-15"] = lambda p: _through(p, self._inverted)
        return rows

    def purified(self) -> dict[str, Attack]:
        """UDAP on a picture of 256 px with a quarter of its epochs, which take minutes."""
        return {
            "udap-256": lambda p: _through(
                shrunk(p, 256), lambda x: udap(self.denoiser, x, epochs=25)
            )
        }

    @torch.no_grad()
    def _inverted(self, image: Tensor, steps: int = 15) -> Tensor:
        """DDIM inversion to half the schedule and back (deterministic regeneration)."""
        model = self.denoiser
        height, width = image.shape[-2:]
        nothing = model.condition(model.embed([""]))
        up = ddim.schedule(model, 2 * steps)[: steps + 1]
        z = ddim.follow(model, model.autoencoder.encode(image), up, nothing)
        z = ddim.follow(model, z, up[::-1], nothing)
        return model.autoencoder.decode(z)[..., :height, :width].clamp(0, 1)


def _through(picture: Picture, change: Callable[[Tensor], Tensor]) -> Picture:
    image = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None]
    with reduced_precision(torch.device("cpu")):
        changed = change(image)
    pixels = changed[0].detach().float().clamp(0, 1).numpy().transpose(1, 2, 0)
    # What an attacker has in the end is a file of 8 bits.
    return np.asarray(np.rint(pixels * 255) / 255, np.float32)


def shrunk(picture: Picture, side: int = 512) -> Picture:
    """The picture with its longer side at most ``side``: W-Bench works at 512 px."""
    factor = side / max(picture.shape[:2])
    if factor >= 1:
        return picture
    return np.asarray(
        cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32
    )
