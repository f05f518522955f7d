"""The parts of a small instruction editor, as Stable Diffusion's classes at built-in scale.

Everything is a stock diffusers or transformers class with a small configuration, so that
``StableDiffusionInstructPix2PixPipeline.from_pretrained`` loads the folder as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

TOKENS = 32  # longest instruction in tokens, padded to this length
BOS, EOS = "<|startoftext|>", "<|endoftext|>"
MERGES = 700  # merges of the byte-pair encoding: enough to make every trained word one token

# Arguments with which the built-in editors are used; diffusers' own defaults (guidance 7.5 / 1.5,
# 100 steps) suit models that learned from noisy pairs. Guidance 1 is none at all.
SAMPLING = {"num_inference_steps": 8, "guidance_scale": 1.0, "image_guidance_scale": 1.0}


def build_tokenizer(texts: Iterable[str]) -> Any:
    """A byte-level ``CLIPTokenizer`` whose merges are learned from ``texts``.

    All 256 bytes are in the vocabulary, with and without the end-of-word mark, so no text in any
    language becomes an unknown token.
    """
    from tokenizers import pre_tokenizers
    from transformers import CLIPTokenizer

    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    words: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        for word in text.lower().split():
            ((symbols, _),) = level.pre_tokenize_str(word)
            words[(*symbols[:-1], symbols[-1] + "</w>")] += 1
    alphabet = sorted(level.alphabet())
    merges = learn_merges(words, MERGES)
    tokens = alphabet + [byte + "</w>" for byte in alphabet] + ["".join(pair) for pair in merges]
    tokens = list(dict.fromkeys([*tokens, BOS, EOS]))
    return CLIPTokenizer(
        vocab={token: i for i, token in enumerate(tokens)},
        merges=merges,
        model_max_length=TOKENS,
    )


def learn_merges(words: Counter[tuple[str, ...]], limit: int) -> list[tuple[str, str]]:
    """Byte-pair encoding (1508.07909): the most frequent neighbours become one symbol, repeatedly.

    Ties go to the pair that sorts first: a resumed training must find the same vocabulary, which
    the ``tokenizers`` trainer does not promise. Stops early when every word is one symbol.
    """
    merges: list[tuple[str, str]] = []
    while len(merges) < limit:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, count in words.items():
            for pair in pairwise(word):
                pairs[pair] += count
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        merged: Counter[tuple[str, ...]] = Counter()
        for word, count in words.items():
            merged[_merge(word, best)] += count
        words = merged
    return merges


def _merge(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for symbol in word:
        if found and (found[-1], symbol) == pair:
            found[-1] += symbol
        else:
            found.append(symbol)
    return tuple(found)


def build_text_encoder(tokenizer: Any, width: int) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=TOKENS,
            projection_dim=width,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def build_unet(latent_channels: int, width: int, text_width: int, scale: float) -> Any:
    """Two levels; the instruction enters by cross-attention and, pooled, with the time step.

    An edit is above all one global decision: the pooled text modulates every block (scale and
    shift after each normalisation), which is learned long before the attention is. ``scale`` is
    the autoencoder's scaling factor: the photo's latent comes unscaled, as the pipeline gives it.
    """
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel(
        sample_size=16,
        in_channels=2 * latent_channels,
        out_channels=latent_channels,
        block_out_channels=(width, 2 * width),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DCrossAttn",
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=text_width,
        attention_head_dim=4,
        norm_num_groups=8,
        resnet_time_scale_shift="scale_shift",
        addition_embed_type="text",
        addition_embed_type_num_heads=4,
    )
    start_from_photo(unet, latent_channels, scale)
    return unet


CONSTANT = 3.0  # size of the constant that keeps the last normalisation from rescaling the photo


@torch.no_grad()
def start_from_photo(unet: Any, latent_channels: int, scale: float) -> None:
    """Set the first weights so that the U-Net predicts v = -photo: at high noise, "no edit".

    The photo's latent takes the outermost skip connection: copied by the first convolution,
    passed by the last block's shortcut as the pair (+x, -x), which SiLU turns back into x since
    silu(x) - silu(-x) = x. Each group of the last normalisation also gets a constant pair, large
    enough to make its scale nearly the same for every picture. All of it stays trainable; it
    only saves the hundreds of steps that learning to copy would take.
    """
    width = unet.conv_in.out_channels
    norm, last = unet.conv_norm_out, unet.up_blocks[-1].resnets[-1]
    per_group = width // norm.num_groups
    room = per_group // 2 - 1  # pairs of a group beside the constant one
    if latent_channels > norm.num_groups * room:
        raise ValueError(f"width {width} is too narrow for {latent_channels} latent channels")
    nn.init.zeros_(unet.conv_out.weight)
    nn.init.zeros_(unet.conv_out.bias)
    deviation = ((2 * CONSTANT**2 + 2 * room) / per_group) ** 0.5
    for group in range(-(-latent_channels // room)):
        first = group * per_group
        rows = slice(first, first + per_group)
        last.conv_shortcut.weight[rows] = 0
        last.conv_shortcut.bias[rows] = 0
        last.conv2.weight[rows] = 0
        last.conv2.bias[rows] = 0
        last.conv_shortcut.bias[first] = CONSTANT
        last.conv_shortcut.bias[first + 1] = -CONSTANT
        norm.weight[rows] = deviation
        for place in range(room):
            channel = group * room + place
            if channel >= latent_channels:
                break
            plus = first + 2 + 2 * place
            unet.conv_in.weight[channel] = 0
            unet.conv_in.bias[channel] = 0
            unet.conv_in.weight[channel, latent_channels + channel, 1, 1] = scale
            last.conv_shortcut.weight[plus, width + channel] = 1
            last.conv_shortcut.weight[plus + 1, width + channel] = -1
            unet.conv_out.weight[channel, plus, 1, 1] = -1
            unet.conv_out.weight[channel, plus + 1, 1, 1] = 1


def build_scheduler() -> Any:
    """Zero terminal signal-to-noise ratio (2305.08891): the first step sees pure noise, as the
    pipeline's does, and v-prediction is defined there."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
    )


def tokenise(tokenizer: Any, texts: list[str]) -> Tensor:
    """(n, TOKENS) token ids, exactly as the pipeline makes them."""
    ids = tokenizer(
        texts, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt"
    ).input_ids
    return torch.as_tensor(ids)


def assemble(vae: Any, tokenizer: Any, text_encoder: Any, unet: Any) -> Any:
    """The pipeline of these parts, with its own scheduler and no safety checker."""
    from diffusers import StableDiffusionInstructPix2PixPipeline

    return StableDiffusionInstructPix2PixPipeline(
        vae=vae,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def save(pipeline: Any, folder: Path) -> None:
    """Half precision, safetensors, plus the tokenizer's classic vocab.json and merges.txt."""
    pipeline.to(torch.float16).save_pretrained(folder, safe_serialization=True)
    pipeline.tokenizer.backend_tokenizer.model.save(str(folder / "tokenizer"))
