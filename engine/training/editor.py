"""Train a built-in instruction editor: InstructPix2Pix (2211.09800) at built-in scale.

    python -m engine.training.editor --autoencoder FOLDER --data-pack PACK --out FOLDER \\
        --seconds 320 --device cuda --batch 384 --width 64 --seed 1

The pairs are procedural (``engine.training.edits``), so what the editor should do is known
exactly. The U-Net sees the noised target latent beside the clean latent of the photo and predicts
v (2202.00512) under a schedule with zero terminal signal-to-noise ratio. Half of the time steps
are drawn evenly, half towards high noise: the target is determined by photo and instruction, and
it is there that the model has to work it out.

Dropping conditions, as InstructPix2Pix does for guidance, with one difference: without an
instruction the target is the photo itself. "No instruction" then means "no edit", and with
neither photo nor instruction the U-Net is a plain denoiser of photos, which the purification
rows of the rehearsal use.

Pictures, crops, edits, latents and instructions all live on the device; nothing is made picture by
picture on the processor. Stops ``--seconds`` after the process began, everything included, and
saves what it has every minute; given ``--work``, it resumes from there when started again. With
``--start`` it begins with the weights of an editor that was saved before.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from torch.nn import functional

from engine.training import editor_model
from engine.training.autoencoder import Ema
from engine.training.clock import process_age
from engine.training.editor_data import LatentPool
from engine.training.edits import EDITS
from engine.training.pack import DeviceCrops, read_pictures

DROP_BOTH, DROP_TEXT, DROP_IMAGE = 0.08, 0.05, 0.03  # shares of each batch
LARGER_EVERY = 4  # every so many steps one of the sizes in turn, else the first
RENEW_EVERY = 6  # steps
SAVE_EVERY = 60.0  # seconds
FINISH = 6.0  # seconds kept for the last save
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
        """Half even, half t / T = 1 - u^2: a sixth below 0.2, a fifth above 0.9."""
        even, high = torch.rand(2, n, generator=random, device=random.device)
        lot = torch.rand(n, generator=random, device=random.device)
        t = torch.where(lot < 0.5, even, 1 - high.square())
        return (t * len(self.signal)).long().clamp(0, len(self.signal) - 1)

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """The noised latent and the v that leads back."""
        a, s = self.signal[t].view(-1, 1, 1, 1), self.noise[t].view(-1, 1, 1, 1)
        return a * clean + s * noise, a * noise - s * clean


class Wordings:
    """Token ids of every instruction, on the device: row 0 says nothing, then edit by edit."""

    def __init__(self, tokenizer: Any, device: torch.device) -> None:
        texts, starts, counts = [""], [0], [1]
        for edit in EDITS:
            said = [opening + wording for opening in OPENINGS for wording in edit.wordings]
            starts.append(len(texts))
            counts.append(len(said))
            texts += said
        self.ids = editor_model.tokenise(tokenizer, texts).to(device)
        self.starts = torch.tensor(starts, device=device)
        self.counts = torch.tensor(counts, device=device)

    def draw(self, edit: Tensor, random: torch.Generator) -> Tensor:
        """(n, TOKENS): a random wording of each edit, by its index in NAMES; 0 says nothing."""
        lot = torch.rand(edit.shape, generator=random, device=edit.device)
        return self.ids[self.starts[edit] + (lot * self.counts[edit]).long()]


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
        if self.device.type == "cpu":
            # Plain matrix products: on a CPU the fused attention's backward is five times slower
            # at these sizes. The saved model does not remember it.
            self.parts.unet.set_attn_processor(AttnProcessor())
            self.parts.text_encoder.set_attn_implementation("eager")
        if options.start:
            self._load(options.start)
        keep_precision(self.parts.unet)
        self.diffusion = Diffusion(self.device)
        self.wordings = Wordings(self.tokenizer, self.device)

    def _load(self, folder: Path) -> None:
        from diffusers import UNet2DConditionModel
        from transformers import CLIPTextModel

        unet: Any = UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True)
        self.parts.unet.load_state_dict(unet.state_dict())
        text: Any = CLIPTextModel.from_pretrained(folder / "text_encoder", local_files_only=True)
        self.parts.text_encoder.load_state_dict(text.state_dict())

    def loss(self, pool: LatentPool, n: int, random: torch.Generator) -> Tensor:
        """Mean squared error of v over ``n`` pairs of the pool; ``random`` is of the device."""
        source, target, edit = pool.batch(n, random)
        lot = torch.rand(n, generator=random, device=self.device)
        no_text = lot < DROP_BOTH + DROP_TEXT
        no_image = (lot < DROP_BOTH) | (lot > 1 - DROP_IMAGE)
        target = torch.where(no_text.view(-1, 1, 1, 1), source, target) * self.scale
        source = torch.where(no_image.view(-1, 1, 1, 1), torch.zeros_like(source), source)
        ids = self.wordings.draw(edit.masked_fill(no_text, 0), random)
        t = self.diffusion.draw_times(n, random)
        noise = torch.randn(target.shape, generator=random, device=self.device)
        noised, v = self.diffusion.noised(target, noise, t)
        inputs = torch.cat([noised, source], 1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            state = self.parts.text_encoder(ids)[0]
            predicted = self.parts.unet(inputs, t, encoder_hidden_states=state).sample
        return functional.mse_loss(predicted.float(), v)


def keep_precision(network: nn.Module) -> None:
    """Let group norms answer in the precision that they are asked in, which autocast would raise
    to float32 and so triple what a step moves through memory. Inside they reckon in float32."""
    for module in network.modules():
        if isinstance(module, nn.GroupNorm):
            module.forward = partial(_normalised, module)  # type: ignore[method-assign]


def _normalised(norm: nn.GroupNorm, x: Tensor) -> Tensor:
    with torch.autocast(x.device.type, enabled=False):
        weight, bias = norm.weight.to(x.dtype), norm.bias.to(x.dtype)
        return functional.group_norm(x, norm.num_groups, weight, bias, norm.eps)


def make_pools(options: argparse.Namespace, vae: Any, seed: int) -> list[LatentPool]:
    """A pool for each size, all with about as many latent pixels, the first crops encoded."""
    pictures = read_pictures(options.data_pack, options.data)
    smallest, *larger = sorted(options.sizes)
    first = DeviceCrops(pictures, smallest, seed, torch.device(options.device))
    pools = []
    for crops in (first, *(first.of_size(size, seed + size) for size in larger)):
        share = (smallest / crops.size) ** 2
        pool = LatentPool(vae, crops, max(1, round(options.pool * share)))
        left = min(pool.capacity, max(1, round(options.warm * share)))
        while left:
            n = min(left, options.renew)
            pool.add(n)
            left -= n
        pools.append(pool)
    return pools


def train(options: argparse.Namespace) -> None:
    started = time.monotonic() - process_age()
    torch.manual_seed(options.seed)
    device = torch.device(options.device)
    if device.type == "cuda":
        torch.set_num_threads(2)
        torch.backends.cudnn.benchmark = True
    vae = load_vae(options.autoencoder, device)
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
    step = 0
    checkpoint = options.work / "checkpoint.pt" if options.work else None
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        editor.parts.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        ema.average = state["ema"]
        step = state["step"]
        started -= state["spent"]
    random = torch.Generator(device).manual_seed((options.seed << 32) + step)
    pools = make_pools(options, vae, options.seed * 1_000_003 + step)
    average, told = torch.zeros((), device=device), 0.0
    saved = warm_until = time.monotonic() - started
    print(f"{saved:.0f} s: pictures and first latents ready", flush=True)
    while True:
        spent = time.monotonic() - started
        share = (spent - warm_until) / max(1.0, options.seconds - FINISH - warm_until)
        done = max(share, step / options.steps)
        if done >= 1:
            break
        rate = options.rate * min(1.0, (step + 1) / 100) * schedule(done)
        for group in optimiser.param_groups:
            group["lr"] = rate
        # The first size most of the time; larger ones with as many pixels per batch.
        pool = pools[0 if step % LARGER_EVERY else step // LARGER_EVERY % len(pools)]
        if step % RENEW_EVERY == 0:
            every = pools[step // RENEW_EVERY % len(pools)]
            every.add(max(1, options.renew * every.capacity // pools[0].capacity))
        side = pool.crops.size / pools[0].crops.size
        loss = editor.loss(pool, max(1, round(options.batch / side**2)), random)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(editor.parts.parameters(), 1.0)
        optimiser.step()
        step += 1
        ema.update(editor.parts, step)
        average += max(0.01, 1 / step) * (loss.detach() - average)
        if step % 20 == 0 and spent - told > 10:
            told = spent
            seen = sum(p.added for p in pools)
            print(f"step {step} {spent:.0f} s loss {average.item():.4f} crops {seen}", flush=True)
        if spent - saved > SAVE_EVERY:
            saved = spent
            finish(editor, ema, options, facts_of(step, spent, average))
            if checkpoint:
                keep(checkpoint, editor, ema, optimiser, step, spent)
    finish(editor, ema, options, facts_of(step, spent, average))
    if checkpoint:
        keep(checkpoint, editor, ema, optimiser, step, spent)


def facts_of(step: int, spent: float, average: Tensor) -> dict[str, Any]:
    return {"steps": step, "minutes": round(spent / 60, 1), "loss": round(average.item(), 5)}


def keep(
    checkpoint: Path,
    editor: Editor,
    ema: Ema,
    optimiser: torch.optim.Optimizer,
    step: int,
    spent: float,
) -> None:
    """Everything that resuming needs, written whole or not at all."""
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Any] = {"model": editor.parts.state_dict(), "ema": ema.average}
    kept |= {"optimiser": optimiser.state_dict(), "step": step, "spent": spent}
    torch.save(kept, checkpoint.with_suffix(".part"))
    checkpoint.with_suffix(".part").replace(checkpoint)


def schedule(done: float) -> float:
    """Constant for the first third, then a cosine down to 1 %."""
    fall = max(0.0, (done - 1 / 3) / (2 / 3))
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall))


def finish(editor: Editor, ema: Ema, options: argparse.Namespace, facts: dict[str, Any]) -> None:
    """Save the averaged pipeline in half precision, with the facts of the run beside it."""
    parts: Any = copy.deepcopy(editor.parts)
    parts.load_state_dict(ema.average)
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
    vae = copy.deepcopy(editor.vae)
    pipeline = editor_model.assemble(vae, editor.tokenizer, parts.text_encoder, parts.unet)
    editor_model.save(pipeline, options.out)
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--autoencoder", type=Path, required=True, help="diffusers folder")
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="folders of images")
    parser.add_argument(
        "--data-pack", type=Path, nargs="+", default=[], help="engine.training.pack"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="an editor saved before, to train further")
    parser.add_argument("--work", type=Path, help="folder for a checkpoint to resume from")
    parser.add_argument("--width", type=int, default=96, help="channels of the U-Net's first level")
    parser.add_argument("--text-width", type=int, default=128)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256], help="crop sides")
    parser.add_argument("--batch", type=int, default=32, help="pairs per step at the first size")
    parser.add_argument("--pool", type=int, default=4096, help="crops kept at the first size")
    parser.add_argument("--warm", type=int, default=48, help="crops encoded before the first step")
    parser.add_argument("--renew", type=int, default=2, help=f"new crops every {RENEW_EVERY} steps")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3300, help="since the process began")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
