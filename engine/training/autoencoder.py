"""Train one of the built-in autoencoders, in diffusers' own on-disk format.

    python -m engine.training.autoencoder --family kl --data FOLDER... --out assets/models/NAME

The families are in ``engine.training.autoencoder_families``. Training stops after ``--steps``, or
``--seconds`` after the process began, all saving included; what it has is saved every minute, and
given ``--work`` it resumes from there when started again with the same options. Pictures live on
the device.

Loss: mean over crops of log MSE (its minimum is the best mean PSNR), a perceptual distance of
locally normalised contrast, with ``--texture`` one of local texture energy, which few channels can
keep when they cannot keep each grain, and a pull of the latent towards unit variance. No noise is
added to the latent: a noise-trained encoder is too smooth to be a useful surrogate. A ``vq`` model
learns without its codebook first; the codes then begin as latents of pictures.

``--encoder-only`` leaves the decoder out of the file: a surrogate or judge of cloaks needs none.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, VQModel
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

from engine.training.autoencoder_families import FAMILIES, build, initialise
from engine.training.averaging import Ema as Ema
from engine.training.clock import process_age
from engine.training.images import find_images
from engine.training.pack import DeviceCrops, read_pictures
from engine.training.sharpness import contrast_distance, texture_distance
from engine.training.whitening import store

SAVE_EVERY = 60.0  # seconds
FINISH = 8.0  # seconds kept for the last save
CONTRAST_WEIGHT = 1.0
FOLDED = ".parametrizations.weight.original"  # what a folded kernel is called in a state
CODES = "quantize.embedding.weight"
CODE_WEIGHT = 5.0  # of the pull between latents and codes
CODES_FROM = 0.6  # of the training: before, a model with a codebook does without
LOGVAR_TARGET = -8.0  # the KL family's posterior stays narrow, so a sample is close to the mode


class _Folded(nn.Module):
    """Shows a matrix (out, in * k * k) to a convolution as its kernel (out, in, k, k)."""

    def __init__(self, shape: torch.Size) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, matrix: Tensor) -> Tensor:
        return matrix.view(self.shape)

    def right_inverse(self, kernel: Tensor) -> Tensor:
        return kernel.reshape(self.shape[0], -1)


def optimisers(model: nn.Module, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for every kernel and matrix, AdamW for biases, norms and the outermost layers.

    Kernels become matrices by parametrisation, which is what Muon works on.
    """
    matrices: list[nn.Parameter] = []
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and min(module.weight.shape[:2]) > 3:
            parametrize.register_parametrization(
                module, "weight", _Folded(module.weight.shape), unsafe=True
            )
            folded: Any = module.parametrizations
            matrices.append(folded.weight.original)
    kept = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in kept]
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.99), weight_decay=0.0),
    ]


def reconstruct(model: Any, images: Tensor, coded: bool = True) -> tuple[Tensor, Tensor, Tensor]:
    """Reconstruction, latent, and the pull of the latent towards unit variance (a scalar).

    With ``coded`` off, a model with a codebook decodes the latent as it is; with it on, the pull
    contains that of the latent and its codes towards each other.
    """
    encoded = model.encode(images)
    if isinstance(model, AutoencoderKL):
        latent = encoded.latent_dist.mean
        spread = (encoded.latent_dist.logvar - LOGVAR_TARGET).square().mean()
    else:
        latent = encoded.latents if hasattr(encoded, "latents") else encoded.latent
        spread = latent.new_zeros(())
    moments = latent.float()
    pull = (moments.std((0, 2, 3)) - 1).square().mean() + moments.mean((0, 2, 3)).square().mean()
    pull = pull + 0.01 * spread.float()
    if isinstance(model, VQModel):
        decoded = model.decode(latent, force_not_quantize=not coded)
        return decoded.sample, latent, pull + CODE_WEIGHT * decoded.commit_loss.float().mean()
    return model.decode(latent).sample, latent, pull


@torch.no_grad()
def begin_codes(model: Any, crops: DeviceCrops) -> None:
    """Codes that are latents of training crops: none begins where no latent ever is."""
    codes = model.quantize.embedding.weight
    latents = torch.cat([model.encode(crops.batch(16)).latents for _ in range(16)])
    flat = latents.permute(0, 2, 3, 1).flatten(0, 2)
    codes.copy_(flat[torch.randperm(len(flat))[: len(codes)].to(flat.device)])


def loss_of(
    model: Any, images: Tensor, texture: float = 0.0, coded: bool = True
) -> tuple[Tensor, Tensor]:
    """Training loss and, detached, the mean MSE of the batch."""
    with torch.autocast(images.device.type, torch.bfloat16):
        output, _, pull = reconstruct(model, images, coded)
    output = output.float()
    per_image = (output - images).square().mean((1, 2, 3))
    contrast = contrast_distance(output, images)
    loss = (per_image + 1e-4).log().mean() + CONTRAST_WEIGHT * contrast + 0.05 * pull
    if texture:
        loss = loss + texture * texture_distance(output, images)
    return loss, per_image.mean().detach()


@torch.no_grad()
def psnr_of_files(model: Any, files: list[Path]) -> float:
    """Mean PSNR in dB of the 8-bit round trip at native size (cropped to a multiple of 8)."""
    values = []
    for file in files:
        with Image.open(file) as opened:
            picture = opened.convert("RGB")
        picture = picture.crop((0, 0, picture.width // 8 * 8, picture.height // 8 * 8))
        pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
        image = pixels.view(1, picture.height, picture.width, 3).permute(0, 3, 1, 2).float()
        device = next(model.parameters()).device
        output, _, _ = reconstruct(model, (image / 127.5 - 1).to(device))
        back = ((output.clamp(-1, 1) + 1) * 127.5).round().cpu()
        values.append(10 * math.log10(255**2 / (back - image).square().mean().item()))
    return sum(values) / len(values)


@torch.no_grad()
def psnr_of_crops(model: Any, crops: DeviceCrops, batches: int = 8) -> float:
    """Mean PSNR in dB over training crops: what remains to be said of a model whose decoder is
    not kept."""
    values = []
    for _ in range(batches):
        images = crops.batch(8)
        error = (reconstruct(model, images)[0].clamp(-1, 1) - images).square().mean((1, 2, 3))
        values.append(10 * (4 / error).log10())
    return float(torch.cat(values).mean())


@torch.no_grad()
def latent_spread(model: Any, crops: DeviceCrops, batches: int = 8) -> float:
    """Standard deviation of the latent over training crops, for ``scaling_factor``."""
    latents = [reconstruct(model, crops.batch(8))[1] for _ in range(batches)]
    return float(torch.cat(latents).std())


def train(options: argparse.Namespace) -> None:
    started = time.monotonic() - process_age()
    torch.manual_seed(options.seed)
    device = torch.device(options.device)
    if device.type == "cuda":
        torch.set_num_threads(2)
        torch.backends.cudnn.benchmark = True
    model = build(options.family, options.width, options.latent)
    initialise(model)
    if options.start:
        stored = load_file(options.start / "diffusion_pytorch_model.safetensors")
        model.load_state_dict(stored, strict=False)  # of an encoder alone: with a new decoder
    model = model.to(device, memory_format=torch.channels_last)
    pictures = read_pictures(options.data_pack, options.data)
    crops = DeviceCrops(pictures, options.size, options.seed, device)
    steppers = optimisers(model, options.rate)
    ema = Ema(model, 0.998)
    checkpoint = options.work / "checkpoint.pt" if options.work else None
    step = 0
    if checkpoint and checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        for stepper, saved in zip(steppers, state["optimisers"], strict=True):
            stepper.load_state_dict(saved)
        ema.average = state["ema"]
        step = state["step"]
        started -= state["spent"]
        # Crops that the first part of the run has not seen.
        crops.random.manual_seed((options.seed << 32) + step)
    validation = find_images([options.validate]) if options.validate else []
    running, told = torch.zeros((), device=device), 0.0
    kept = ready = time.monotonic() - started
    coded = bool(step) and step / options.steps >= CODES_FROM
    while True:
        spent = time.monotonic() - started
        share = (spent - ready) / max(1.0, options.seconds - FINISH - ready)
        done = max(share, step / options.steps)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 100)
        for group in (group for stepper in steppers for group in stepper.param_groups):
            group["lr"] = options.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        images = crops.batch(options.batch).contiguous(memory_format=torch.channels_last)
        if isinstance(model, VQModel) and not coded and done >= CODES_FROM:
            begin_codes(model, crops)
            ema.average[CODES].copy_(model.quantize.embedding.weight.detach())
            coded = True
        loss, mse = loss_of(model, images, options.texture, coded)
        model.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
        step += 1
        ema.update(model, step)
        running += max(0.02, 1 / step) * (10 * (4 / mse).log10() - running)
        if step % 10 == 0 and spent - told > 10:
            told = spent
            print(f"step {step} {spent:.0f} s PSNR {running.item():.2f} dB", flush=True)
        if spent - kept > SAVE_EVERY:
            kept = spent
            finish(averaged(options, model, ema), crops, options, step, spent, [])
            if checkpoint:
                keep(checkpoint, model, ema, steppers, step, spent)
    finish(averaged(options, model, ema), crops, options, step, spent, validation)
    if checkpoint:
        keep(checkpoint, model, ema, steppers, step, spent)


def averaged(options: argparse.Namespace, model: nn.Module, ema: Ema) -> Any:
    """Another model with the averaged weights, its kernels as diffusers saves them.

    Not a copy of ``model``: copies share the class that a parametrisation made.
    """
    made = build(options.family, options.width, options.latent)
    plain = made.state_dict()
    for name, value in ema.average.items():
        name = name.replace(FOLDED, ".weight")
        plain[name] = value.detach().reshape(plain[name].shape)
    made.load_state_dict(plain)
    device = next(model.parameters()).device
    return made.to(device, memory_format=torch.channels_last)


def keep(
    checkpoint: Path,
    model: nn.Module,
    ema: Ema,
    steppers: list[torch.optim.Optimizer],
    step: int,
    spent: float,
) -> None:
    """Everything that resuming needs, written whole or not at all."""
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    state = {"model": model.state_dict(), "ema": ema.average, "step": step, "spent": spent}
    state |= {"optimisers": [stepper.state_dict() for stepper in steppers]}
    torch.save(state, checkpoint.with_suffix(".part"))
    checkpoint.with_suffix(".part").replace(checkpoint)


def finish(
    model: Any,
    crops: DeviceCrops,
    options: argparse.Namespace,
    step: int,
    spent: float,
    validation: list[Path],
) -> None:
    """Save in half precision with the scaling factor and the facts of the run."""
    model.register_to_config(scaling_factor=round(1 / latent_spread(model, crops), 5))
    facts: dict[str, Any] = {
        "family": options.family,
        "seed": options.seed,
        "steps": step,
        "minutes": round(spent / 60, 1),
        "batch": options.batch,
        "crop": options.size,
        "parameters": sum(p.numel() for p in model.parameters()),
        "pictures": len(crops),
        "training_psnr_db": round(psnr_of_crops(model, crops), 2),
    }
    if validation:
        facts["validation_psnr_db"] = round(psnr_of_files(model, validation), 2)
    if options.encoder_only:
        model.decoder = nn.Identity()
    model.half().save_pretrained(options.out, safe_serialization=True)
    store(options.out, crops)
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--family", choices=sorted(FAMILIES), required=True)
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="folders of images")
    parser.add_argument(
        "--data-pack", type=Path, nargs="+", default=[], help="of engine.training.pack"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="folder for a checkpoint to resume from")
    parser.add_argument("--start", type=Path, help="folder of a model to begin with")
    parser.add_argument("--validate", type=Path, help="folder of images never trained on")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--latent", type=int, default=16, help="latent channels")
    parser.add_argument("--size", type=int, default=128, help="crop side in pixels")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--texture", type=float, default=0.0, help="weight of texture energy")
    parser.add_argument("--encoder-only", action="store_true", help="save no decoder")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600, help="since the process began")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
