"""Train a built-in instruction editor: InstructPix2Pix (2211.09800) at built-in scale.

    python -m engine.training.editor --autoencoder FOLDER --data FOLDER... --out FOLDER \\
        --work FOLDER --minutes 55 --width 96 --seed 1

The pairs are procedural (``engine.training.edits``), so what the editor should do is known
exactly. The U-Net sees the noised target latent beside the clean latent of the photo and predicts
v (2202.00512) under a schedule with zero terminal signal-to-noise ratio. Time steps are drawn
towards high noise: the target is determined by photo and instruction, and it is there that the
model has to work it out.

Dropping conditions, as InstructPix2Pix does for guidance, with one difference: without an
instruction the target is the photo itself. "No instruction" then means "no edit", and with
neither photo nor instruction the U-Net is a plain denoiser of photos, which the purification
rows of the rehearsal use.

Stops after ``--minutes``; started again with the same options it resumes from ``--work``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from torch.nn import functional

from engine.training import editor_model
from engine.training.autoencoder import Ema
from engine.training.editor_data import LatentPool, crops_of_sizes
from engine.training.edits import EDITS
from engine.training.images import find_images

DROP_BOTH, DROP_TEXT, DROP_IMAGE = 0.08, 0.05, 0.03  # shares of each batch
FIRST_SIZE = 0.75  # share of the steps at the first size; the others are larger
SAVE_EVERY = 500  # steps
OPENINGS = ("", "", "", "", "please ", "now ", "can you ", "i want you to ")


class Parts(nn.Module):
    """What is trained: text encoder and U-Net."""

    def __init__(self, text_encoder: nn.Module, unet: nn.Module) -> None:
        super().__init__()
        self.text_encoder = text_encoder
        self.unet = unet


class Diffusion:
    """v-prediction targets on the schedule that the saved pipeline samples with."""

    def __init__(self, device: torch.device) -> None:
        self.signal = build_alphas().sqrt().to(device)
        self.noise = (1 - build_alphas()).sqrt().to(device)

    def draw_times(self, n: int, random: torch.Generator) -> Tensor:
        """t / T = 1 - u^2: a tenth below 0.2, a third above 0.9."""
        u = torch.rand(n, generator=random)
        return ((1 - u.square()) * len(self.signal)).long().clamp(0, len(self.signal) - 1)

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """The noised latent and the v that leads back."""
        a, s = self.signal[t].view(-1, 1, 1, 1), self.noise[t].view(-1, 1, 1, 1)
        return a * clean + s * noise, a * noise - s * clean


def build_alphas() -> Tensor:
    alphas: Tensor = editor_model.build_scheduler().alphas_cumprod
    return alphas


def load_vae(folder: Path, device: torch.device) -> Any:
    import diffusers

    family = json.loads((folder / "config.json").read_text())["_class_name"]
    vae = getattr(diffusers, family).from_pretrained(folder, local_files_only=True)
    return vae.to(device, torch.float32, memory_format=torch.channels_last).requires_grad_(False)


class Editor:
    """Everything a training step needs, on one device."""

    def __init__(self, options: argparse.Namespace, vae: Any) -> None:
        self.device = torch.device(options.device)
        self.vae = vae
        self.scale = float(vae.config.scaling_factor)
        wordings = [w for edit in EDITS for w in edit.wordings]
        self.tokenizer = editor_model.build_tokenizer(
            [opening + wording for opening in OPENINGS for wording in wordings]
        )
        parts: Any = Parts(
            editor_model.build_text_encoder(self.tokenizer, options.text_width),
            editor_model.build_unet(
                vae.config.latent_channels, options.width, options.text_width, self.scale
            ),
        )
        self.parts = parts.to(self.device, memory_format=torch.channels_last)
        # Plain matrix products: on a CPU the fused attention's backward is five times slower at
        # these sizes. The saved model does not remember it.
        self.parts.unet.set_attn_processor(AttnProcessor())
        self.parts.text_encoder.set_attn_implementation("eager")
        self.diffusion = Diffusion(self.device)

    def loss(self, pool: LatentPool, n: int, torch_random: torch.Generator) -> Tensor:
        """Mean squared error of v over ``n`` pairs of the pool."""
        source, target, edit = pool.batch(n, torch_random)
        lot = torch.rand(n, generator=torch_random)
        no_text = lot < DROP_BOTH + DROP_TEXT
        no_image = (lot < DROP_BOTH) | (lot > 1 - DROP_IMAGE)
        target = torch.where(no_text.view(-1, 1, 1, 1), source, target) * self.scale
        source = torch.where(no_image.view(-1, 1, 1, 1), torch.zeros_like(source), source)
        texts = ["" if no_text[i] else instruction(int(edit[i]) - 1) for i in range(n)]
        t = self.diffusion.draw_times(n, torch_random).to(self.device)
        noise = torch.randn(target.shape, generator=torch_random).to(self.device)
        noised, v = self.diffusion.noised(target.to(self.device), noise, t)
        inputs = torch.cat([noised, source.to(self.device)], 1)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            ids = editor_model.tokenise(self.tokenizer, texts).to(self.device)
            state = self.parts.text_encoder(ids)[0]
            predicted = self.parts.unet(inputs, t, encoder_hidden_states=state).sample
        return functional.mse_loss(predicted.float(), v)


def instruction(index: int) -> str:
    """A random wording of the edit, sometimes with an opening a person would type."""
    return random.choice(OPENINGS) + random.choice(EDITS[index].wordings)


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    vae = load_vae(options.autoencoder, torch.device(options.device))
    editor = Editor(options, vae)
    decayed = [p for p in editor.parts.parameters() if p.ndim > 1]
    plain = [p for p in editor.parts.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=options.rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    ema = Ema(editor.parts, 0.999)
    step, spent = 0, 0.0
    checkpoint = options.work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=options.device, weights_only=True)
        editor.parts.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        ema.average = state["ema"]
        step, spent = state["step"], state["spent"]
        random.seed((options.seed << 32) + step)
    options.work.mkdir(parents=True, exist_ok=True)
    torch_random = torch.Generator().manual_seed((options.seed << 32) + step)
    pools = [
        LatentPool(vae, crops, options.pool * 128**2 // crops.size**2, editor.device)
        for crops in crops_of_sizes(
            find_images(options.data), options.sizes, options.seed * 1_000_003 + step
        )
    ]
    started = time.monotonic() - spent
    for pool in pools:
        for _ in range(min(pool.capacity, options.warm)):
            pool.add()
    average = 0.0
    while True:
        spent = time.monotonic() - started
        done = max(spent / (60 * options.minutes), step / options.steps)
        if done >= 1:
            break
        rate = options.rate * min(1.0, (step + 1) / 100) * schedule(done)
        for group in optimiser.param_groups:
            group["lr"] = rate
        # The first size most of the time; larger ones with as many pixels per batch.
        pool = pools[0] if chance(FIRST_SIZE, torch_random) else pools[step % len(pools)]
        if step % options.renew == 0:
            pool.add()
        side = pool.latents[0].shape[-1] / pools[0].latents[0].shape[-1]
        loss = editor.loss(pool, max(1, round(options.batch / side**2)), torch_random)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(editor.parts.parameters(), 1.0)
        optimiser.step()
        step += 1
        ema.update(editor.parts, step)
        average += max(0.01, 1 / step) * (loss.item() - average)
        if step % 100 == 0:
            seen = sum(p.added for p in pools)
            print(f"step {step} {spent / 60:.1f} min loss {average:.4f} crops {seen}", flush=True)
        if step % SAVE_EVERY == 0:
            kept: dict[str, Any] = {"model": editor.parts.state_dict(), "ema": ema.average}
            kept |= {"optimiser": optimiser.state_dict(), "step": step, "spent": spent}
            torch.save(kept, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    editor.parts.load_state_dict(ema.average)
    finish(editor, options, {"steps": step, "minutes": round(spent / 60, 1), "loss": average})


def schedule(done: float) -> float:
    """Constant for the first third, then a cosine down to 1 %."""
    fall = max(0.0, (done - 1 / 3) / (2 / 3))
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall))


def chance(share: float, random: torch.Generator) -> bool:
    return torch.rand((), generator=random).item() < share


def finish(editor: Editor, options: argparse.Namespace, facts: dict[str, Any]) -> None:
    """Save the pipeline in half precision, with the facts of the run beside it."""
    parts = editor.parts
    facts |= {
        "seed": options.seed,
        "width": options.width,
        "batch": options.batch,
        "sizes": list(options.sizes),
        "parameters": {
            name: sum(p.numel() for p in module.parameters())
            for name, module in parts.named_children()
        },
        "edits": [edit.name for edit in EDITS],
        "sampling": editor_model.SAMPLING,
    }
    pipeline = editor_model.assemble(editor.vae, editor.tokenizer, parts.text_encoder, parts.unet)
    editor_model.save(pipeline, options.out)
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--autoencoder", type=Path, required=True, help="diffusers folder")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of images")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--width", type=int, default=96, help="channels of the U-Net's first level")
    parser.add_argument("--text-width", type=int, default=128)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256], help="crop sides")
    parser.add_argument("--batch", type=int, default=32, help="pairs per step at the first size")
    parser.add_argument("--pool", type=int, default=4096, help="crops kept at 128 pixels")
    parser.add_argument("--warm", type=int, default=48, help="crops encoded before the first step")
    parser.add_argument("--renew", type=int, default=3, help="one new crop every so many steps")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=55)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
