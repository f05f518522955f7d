"""Train a built-in face swapper: latent diffusion that repaints a face from an identity embedding.

    python -m engine.training.faceswapper --encoder NAME --autoencoder FOLDER --data FACES \\
        --labels labels.json --out assets/models/NAME --work CHECKPOINTS --width 64 --minutes 15

Each example repaints a face in its own photo, told who it is by the embedding of another photo of
the same person where there is one, else of the same. The embeddings are the teacher's of
``labels.json``, blurred by as much noise as the built-in encoders err in following it: any encoder
that follows this teacher can then be put in front, ``--encoder`` names which. A tenth of the
embeddings is left out, for classifier-free guidance.

Every fourth person with several photos is held out. Stops after ``--minutes`` and resumes.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models import faces as models, swap_network
from engine.models.autoencoders import load_autoencoder
from engine.models.roles import Autoencoder
from engine.training import faces
from engine.training.autoencoder import Ema

DROPPED = 0.1  # share of embeddings left out
BLUR = 0.6  # length of the noise added to an embedding of length 1: a cosine of about 0.86
SAVE_EVERY = 200


def swap_crops(crops: Tensor) -> Tensor:
    """Cached aligned faces (n, 3, 160, 160) in 0..255 -> the swapper's crops (n, 3, 128, 128)."""
    share = faces.SIZE * models.CROP / models.CROP_FACE / crops.shape[-1]
    theta = torch.tensor([[share, 0.0, 0.0], [0.0, share, 0.0]]).expand(len(crops), -1, -1)
    size = [len(crops), 3, models.CROP, models.CROP]
    grid = functional.affine_grid(theta, size, align_corners=False)
    return functional.grid_sample(crops.float() / 255, grid, align_corners=False)


class Data:
    """Latents and contexts of all training photos, and the embeddings of the people in them."""

    @torch.no_grad()
    def __init__(self, options: argparse.Namespace, autoencoder: Autoencoder) -> None:
        train, _ = faces.split(faces.read_labels(options.data, options.labels))
        crops = faces.crops(train, options.cache / "train.npy")
        embedded = faces.teachers(train)
        if embedded is None:
            raise ValueError("every portrait in the labels needs a teacher's embedding")
        self.embedded = embedded
        self.people = [p.person for p in train]
        self.others: dict[str, list[int]] = {}
        for i, person in enumerate(self.people):
            self.others.setdefault(person, []).append(i)
        latents, contexts = [], []
        for part in torch.split(crops, 32):
            with torch.autocast("cpu", torch.bfloat16):
                view = swap_crops(part)
                latents.append(autoencoder.encode(view).half())
                contexts.append(models.blanked(autoencoder, view).half())
        self.latents, self.contexts = torch.cat(latents), torch.cat(contexts)

    def batch(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Latents, contexts, and the embeddings shown."""
        chosen = torch.randint(len(self.latents), (n,), generator=random)
        shown = []
        for i in chosen.tolist():
            known = [k for k in self.others[self.people[i]] if k != i] or [i]
            shown.append(known[int(torch.randint(len(known), (), generator=random))])
        embedded = self.embedded[shown]
        noise = functional.normalize(torch.randn(embedded.shape, generator=random))
        embedded = functional.normalize(embedded + BLUR * noise)
        return self.latents[chosen].float(), self.contexts[chosen].float(), embedded


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    device = torch.device("cpu")
    vae = load_autoencoder(options.autoencoder, options.autoencoder.name, device)
    data = Data(options, vae)
    config = {"latent": vae.latent_channels, "width": options.width,
              "identity": data.embedded.shape[1], "autoencoder": options.autoencoder.name,
              "encoder": options.encoder}  # fmt: skip
    network: Any = swap_network.build(config)
    network = network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.rate, betas=(0.9, 0.98))
    ema = Ema(network, 0.998)
    step, spent = 0, 0.0
    checkpoint = options.work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        ema.average, step, spent = state["ema"], state["step"], state["spent"]
    options.work.mkdir(parents=True, exist_ok=True)
    random = torch.Generator().manual_seed((options.seed << 32) + step)
    started, average = time.monotonic() - spent, 0.0
    while True:
        spent = time.monotonic() - started
        done = max(spent / (60 * options.minutes), step / options.steps)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 50)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        clean, context, shown = data.batch(options.batch, random)
        dropped = torch.rand(len(shown), generator=random) < DROPPED
        told = torch.where(dropped[:, None], torch.zeros_like(shown), shown)
        t = torch.rand(len(clean), generator=random)
        noise = torch.randn(clean.shape, generator=random)
        with torch.autocast("cpu", torch.bfloat16):
            found = network(swap_network.mixed(clean, noise, t), t, context, network.tokens(told))
        error = (found.float() - swap_network.velocity(clean, noise, t)).square()
        weight = 0.1 + context[:, -1:]  # what matters is inside the mask
        loss = (error * weight).mean() / weight.mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step += 1
        ema.update(network, step)
        average += max(0.02, 1 / step) * (loss.item() - average)
        if step % 50 == 0:
            print(f"step {step} {spent / 60:.1f} min loss {average:.4f}", flush=True)
        if step % SAVE_EVERY == 0:
            state = {"model": network.state_dict(), "optimiser": optimiser.state_dict()}
            state |= {"ema": ema.average, "step": step, "spent": spent}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    network.load_state_dict(ema.average)
    facts = {"steps": step, "minutes": round(spent / 60, 1), "seed": options.seed,
             "batch": options.batch, "photos": len(data.latents), "v_error": round(average, 4),
             "parameters": sum(p.numel() for p in network.parameters())}  # fmt: skip
    save(network, config, options.out, facts)


def save(network: nn.Module, config: dict[str, Any], folder: Path, facts: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.half().contiguous() for k, v in network.state_dict().items()}
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--encoder", required=True, help="the built-in encoder it will use")
    parser.add_argument("--autoencoder", type=Path, required=True, help="diffusers folder")
    parser.add_argument("--data", type=Path, required=True, help="folder with people and singles")
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder for aligned faces")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--steps", type=int, default=1_000_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
