"""The architectures of the built-in autoencoders, all of diffusers' classes, and how they begin.

They differ in what a cloak must get through: the norm, the depth, the attention, the number of
latent channels and the factor by which a picture is reduced.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from diffusers import AutoencoderDC, AutoencoderKL, AutoencoderTiny, VQModel
from torch import nn


def _groups(width: int) -> int:
    return 8 if width % 8 == 0 else 4


def _kl(width: int, latent_channels: int) -> Any:
    """f8, AutoencoderKL: group norm, SiLU, attention in the middle."""
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(width, 2 * width, 4 * width, 8 * width),
        layers_per_block=1,
        latent_channels=latent_channels,
        norm_num_groups=_groups(width),
        act_fn="silu",
        sample_size=256,
    )


def _kl_wide(width: int, latent_channels: int) -> Any:
    """f8, AutoencoderKL with more channels behind the first level, as published ones have."""
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(width, 3 * width, 6 * width, 8 * width),
        layers_per_block=1,
        latent_channels=latent_channels,
        norm_num_groups=_groups(width),
        act_fn="silu",
        sample_size=256,
    )


def _kl_deep(width: int, latent_channels: int) -> Any:
    """f8, AutoencoderKL with two blocks a level and no 1x1 convolution around the latent, as the
    published 16-channel ones are."""
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(width, 2 * width, 4 * width, 6 * width),
        layers_per_block=2,
        latent_channels=latent_channels,
        norm_num_groups=_groups(width),
        act_fn="silu",
        sample_size=256,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )


def _tiny(width: int, latent_channels: int) -> Any:
    """f8, AutoencoderTiny: plain convolutions and ReLU, no norm."""
    return AutoencoderTiny(
        encoder_block_out_channels=(width,) * 4,
        decoder_block_out_channels=(width,) * 4,
        # No block at full size: few channels at high resolution keep a CPU step short.
        num_encoder_blocks=(0, 2, 3, 4),
        num_decoder_blocks=(4, 3, 2, 1),
        latent_channels=latent_channels,
        act_fn="relu",
    )


def _vq(width: int, latent_channels: int) -> Any:
    """f16, VQModel: five levels and a codebook."""
    return VQModel(
        down_block_types=("DownEncoderBlock2D",) * 5,
        up_block_types=("UpDecoderBlock2D",) * 5,
        block_out_channels=(width, 2 * width, 4 * width, 6 * width, 8 * width),
        layers_per_block=1,
        latent_channels=latent_channels,
        num_vq_embeddings=1024,
        norm_num_groups=_groups(width),
        sample_size=256,
    )


def _dc(width: int, latent_channels: int) -> Any:
    """f8, AutoencoderDC: RMS norm, residual space-to-channel shortcut around the latent."""
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


def _dc_f32(width: int, latent_channels: int) -> Any:
    """f32, AutoencoderDC as published: pixel (un)shuffling, linear attention in the deep half."""
    channels = (width, 2 * width, 4 * width, 4 * width, 8 * width, 8 * width)
    blocks = ("ResBlock",) * 3 + ("EfficientViTBlock",) * 3
    scales = ((), (), (), (5,), (5,), (5,))
    return AutoencoderDC(
        in_channels=3,
        latent_channels=latent_channels,
        attention_head_dim=16,
        encoder_block_types=blocks,
        decoder_block_types=blocks,
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        encoder_layers_per_block=(1, 1, 2, 2, 2, 2),
        decoder_layers_per_block=(1, 1, 2, 2, 2, 2),
        encoder_qkv_multiscales=scales,
        decoder_qkv_multiscales=scales,
    )


FAMILIES: dict[str, Callable[[int, int], Any]] = {
    "kl": _kl,
    "kl-wide": _kl_wide,
    "kl-deep": _kl_deep,
    "tiny": _tiny,
    "vq": _vq,
    "dc": _dc,
    "dc-f32": _dc_f32,
}


def build(family: str, width: int, latent_channels: int) -> Any:
    """A randomly initialised autoencoder; ``width`` is the channel count of the first level.

    Raises ``ValueError`` for a family that is none of ``FAMILIES``.
    """
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}: one of {', '.join(FAMILIES)}")
    return FAMILIES[family](width, latent_channels)


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
