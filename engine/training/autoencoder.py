"""Train one of the built-in f8 autoencoders, in diffusers' own on-disk format.

    python -m engine.training.autoencoder --family kl --data FOLDER... --out assets/models/NAME

Three families that share no block: ``kl`` (AutoencoderKL: GroupNorm, SiLU, mid attention),
``tiny`` (AutoencoderTiny: plain conv and ReLU) and ``dc`` (AutoencoderDC: RMSNorm, residual
space-to-channel shortcuts). Training stops after ``--steps``, or ``--seconds`` after the process
began, all saving included; what it has is saved every minute, and given ``--work`` it resumes from
there when started again with the same options. Pictures live on the device.

Loss: mean over crops of log MSE (its minimum is the best mean PSNR), a perceptual distance of
locally normalised contrast, and a pull of the latent towards unit variance. No noise is added to
the latent: a noise-trained encoder is too smooth to be a useful surrogate.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderDC, AutoencoderKL, AutoencoderTiny
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrize

from engine.training.averaging import Ema as Ema
from engine.training.clock import process_age
from engine.training.images import find_images
from engine.training.pack import DeviceCrops, read_pictures
from engine.training.whitening import store

SAVE_EVERY = 60.0  # seconds
FINISH = 8.0  # seconds kept for the last save
FOLDED = ".parametrizations.weight.original"  # what a folded kernel is called in a state
PYRAMID_LEVELS = 3
FAINT = 0.03  # contrast, of a range of 2, below which a texture counts no more
CONTRAST_WEIGHT = 1.0
LOGVAR_TARGET = -8.0  # the KL family's posterior stays narrow, so a sample is close to the mode


def build(family: str, width: int, latent_channels: int) -> Any:
    """A randomly initialised f8 autoencoder; ``width`` is the channel count of the first level."""
    if family == "kl":
        return AutoencoderKL(
            in_channels=3,
            out_channels=3,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(width, 2 * width, 4 * width, 8 * width),
            layers_per_block=1,
            latent_channels=latent_channels,
            norm_num_groups=8 if width % 8 == 0 else 4,
            act_fn="silu",
            sample_size=256,
        )
    if family == "tiny":
        return AutoencoderTiny(
            encoder_block_out_channels=(width,) * 4,
            decoder_block_out_channels=(width,) * 4,
            # No block at full size: few channels at high resolution keep a CPU step short.
            num_encoder_blocks=(0, 2, 3, 4),
            num_decoder_blocks=(4, 3, 2, 1),
            latent_channels=latent_channels,
            act_fn="relu",
        )
    if family == "dc":
        channels = (width, width, 2 * width, 4 * width)
        return AutoencoderDC(
            in_channels=3,
            latent_channels=latent_channels,
            attention_head_dim=16,
            encoder_block_types="ResBlock",
            decoder_block_types="ResBlock",
            encoder_block_out_channels=channels,
            decoder_block_out_channels=channels,
            encoder_layers_per_block=(0, 1, 2, 3),
            decoder_layers_per_block=(0, 1, 2, 3),
            encoder_qkv_multiscales=((), (), (), ()),
            decoder_qkv_multiscales=((), (), (), ()),
            upsample_block_type="interpolate",
            downsample_block_type="Conv",
        )
    raise ValueError(f"unknown family {family!r}: kl, tiny or dc")


def initialise(model: nn.Module) -> None:
    """Start as a plain pyramid of orthogonal convolutions: every residual branch begins at zero.

    PyTorch's default shrinks the signal at each layer; in a net of twenty layers behind a
    bottleneck the first half hour is then spent on undoing that.
    """
    for name, module in model.named_modules():
        if not isinstance(module, nn.Conv2d | nn.Linear):
            continue
        if re.search(r"resnets\.\d+\.conv2$|to_out\.0$|\.conv\.4$", name):
            nn.init.zeros_(module.weight)
        elif module.weight.shape[0] > 1:
            nn.init.orthogonal_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


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

    Kernels become matrices by parametrisation, which is what Muon works on. ``averaged``
    undoes it.
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


def reconstruct(model: Any, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Reconstruction, latent, and the pull of the latent towards unit variance (a scalar)."""
    encoded = model.encode(images)
    if isinstance(model, AutoencoderKL):
        latent = encoded.latent_dist.mean
        spread = (encoded.latent_dist.logvar - LOGVAR_TARGET).square().mean()
    else:
        latent = encoded.latents if hasattr(encoded, "latents") else encoded.latent
        spread = latent.new_zeros(())
    moments = latent.float()
    pull = (moments.std((0, 2, 3)) - 1).square().mean() + moments.mean((0, 2, 3)).square().mean()
    return model.decode(latent).sample, latent, pull + 0.01 * spread.float()


def contrast_distance(output: Tensor, images: Tensor) -> Tensor:
    """Difference of Laplacian-pyramid bands, each divided by its local contrast in the original.

    After the normalised Laplacian pyramid of Laparra et al. (2016): faint texture counts as much
    as a hard edge. An encoder trained on it answers to small changes, as published ones do.
    """
    total = output.new_zeros(())
    for _ in range(PYRAMID_LEVELS):
        small_output, small = (functional.avg_pool2d(x, 2) for x in (output, images))
        band_output, band = (
            x - functional.interpolate(y, scale_factor=2.0, mode="bilinear")
            for x, y in ((output, small_output), (images, small))
        )
        local = functional.avg_pool2d(band.abs(), 7, 1, 3, count_include_pad=False)
        total = total + ((band_output - band).abs() / (FAINT + local)).mean()
        output, images = small_output, small
    return total / PYRAMID_LEVELS


def loss_of(model: Any, images: Tensor) -> tuple[Tensor, Tensor]:
    """Training loss and, detached, the mean MSE of the batch."""
    with torch.autocast(images.device.type, torch.bfloat16):
        output, _, pull = reconstruct(model, images)
    output = output.float()
    per_image = (output - images).square().mean((1, 2, 3))
    contrast = contrast_distance(output, images)
    loss = (per_image + 1e-4).log().mean() + CONTRAST_WEIGHT * contrast + 0.05 * pull
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
        loss, mse = loss_of(model, images)
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
    }
    if validation:
        facts["validation_psnr_db"] = round(psnr_of_files(model, validation), 2)
    model.half().save_pretrained(options.out, safe_serialization=True)
    store(options.out, crops)
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--family", choices=("kl", "tiny", "dc"), required=True)
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="folders of images")
    parser.add_argument(
        "--data-pack", type=Path, nargs="+", default=[], help="of engine.training.pack"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="folder for a checkpoint to resume from")
    parser.add_argument("--validate", type=Path, help="folder of images never trained on")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--latent", type=int, default=16, help="latent channels")
    parser.add_argument("--size", type=int, default=128, help="crop side in pixels")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600, help="since the process began")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
