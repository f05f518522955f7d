"""What happens to pictures on their way, as tensor operations: JPEG, coarse codecs, blur, scaling.

Images are float32 (n, 3, h, w) in [0, 1]; amounts are one number for each image, so that a whole
batch is changed at once, on whatever device it lies. Nothing here has gradients.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from engine.media.jpeg_file import LUMINANCE

# The chrominance table of T.81 annex K; encoders scale it by the quality (IJG convention).
_CHROMA = [
    [17, 18, 24, 47, 99, 99, 99, 99],
    [18, 21, 26, 66, 99, 99, 99, 99],
    [24, 26, 56, 99, 99, 99, 99, 99],
    [47, 66, 99, 99, 99, 99, 99, 99],
    *[[99] * 8] * 4,
]
_LARGEST_GAIN = 4.0  # of a frequency band, when a spectrum is brought back


def jpeg(images: Tensor, quality: Tensor, halved: bool = True) -> Tensor:
    """Saved as JPEG and opened again: ``quality`` (n,) 1..100; ``halved``: colour at half size
    (4:2:0). Baseline quantisation by the T.81 tables; the entropy coding loses nothing."""
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[:, None, None]
    tables = [
        ((images.new_tensor(k) * scale + 50) / 100).floor().clamp(1, 255)
        for k in (LUMINANCE, _CHROMA)
    ]
    return _transformed(images, tables, 8, halved)


def coarse(images: Tensor, step: Tensor) -> Tensor:
    """A codec with 4x4 blocks and even quantisation steps (n,) of 255, as video and WebP have."""
    even = step[:, None, None].expand(-1, 4, 4).clone()
    even[:, 0, 0] /= 2
    return _transformed(images, [even, even * 1.3], 4, True)


def _transformed(images: Tensor, tables: list[Tensor], side: int, halved: bool) -> Tensor:
    height, width = images.shape[-2:]
    unit = side * (2 if halved else 1)
    padded = functional.pad(images, (0, -width % unit, 0, -height % unit), mode="replicate")
    red, green, blue = ((padded * 255).round()).unbind(1)
    luma = (0.299 * red + 0.587 * green + 0.114 * blue).round()
    colours = torch.stack([(blue - luma) * 0.564334, (red - luma) * 0.713267], 1).round()
    luma = _quantised(luma[:, None] - 128, tables[0], side)[:, 0].round() + 128
    if halved:
        small = _quantised(functional.avg_pool2d(colours, 2), tables[1], side)
        colours = functional.interpolate(small, scale_factor=2, mode="bilinear")
    else:
        colours = _quantised(colours, tables[1], side)
    cb, cr = colours.unbind(1)
    back = torch.stack([luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb])
    whole = back.transpose(0, 1)[..., :height, :width].round().clamp(0, 255)
    return whole / 255


def _quantised(planes: Tensor, table: Tensor, side: int) -> Tensor:
    n, channels, height, width = planes.shape
    k = torch.arange(side, device=planes.device, dtype=torch.float32)
    basis = torch.cos(math.pi / side * (k[None] + 0.5) * k[:, None]) * math.sqrt(2 / side)
    basis[0] /= math.sqrt(2)
    blocks = planes.reshape(n, channels, height // side, side, width // side, side)
    blocks = blocks.transpose(3, 4)
    step = table[:, None, None, None]
    found = ((basis @ blocks @ basis.T) / step).round() * step
    return (basis.T @ found @ basis).transpose(3, 4).reshape(planes.shape)


def blurred(images: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur; ``sigma`` (n,) in pixels, at most 2; 0 changes nothing."""
    reach = torch.arange(-4, 5, device=images.device, dtype=torch.float32)
    kernels = (-0.5 * (reach[None] / sigma.clamp(min=0.05)[:, None]).square()).exp()
    kernels = (kernels / kernels.sum(1, keepdim=True)).repeat_interleave(3, 0)
    n, channels, height, width = images.shape
    flat = functional.pad(images, (4,) * 4, mode="replicate").reshape(1, n * 3, height + 8, -1)
    flat = functional.conv2d(flat, kernels[:, None, :, None], groups=n * channels)
    flat = functional.conv2d(flat, kernels[:, None, None], groups=n * channels)
    return flat.reshape(n, channels, height, width)


def spectrum_matched(made: Tensor, photo: Tensor) -> Tensor:
    """``made`` with the radially averaged amplitude spectrum of ``photo``: a lack of fine texture
    goes, what is periodic stays, since a ring's mean changes and not its peaks."""
    height, width = made.shape[-2:]
    rows = torch.fft.fftfreq(height, device=made.device)[:, None]
    columns = torch.fft.rfftfreq(width, device=made.device)[None]
    rings = ((rows.square() + columns.square()).sqrt() * 64).long().clamp(max=45)
    ours, theirs = torch.fft.rfft2(made), torch.fft.rfft2(photo)

    def means(spectrum: Tensor) -> Tensor:
        flat = spectrum.abs().flatten(2)
        sums = flat.new_zeros(*flat.shape[:2], 46)
        return sums.index_add_(2, rings.flatten(), flat) + 1e-3

    gain = (means(theirs) / means(ours)).clamp(1 / _LARGEST_GAIN, _LARGEST_GAIN)
    gain[..., :2] = 1
    back: Tensor = torch.fft.irfft2(ours * gain[..., rings], (height, width))
    return back.clamp(0, 1)


def scaled(images: Tensor, factor: float, mode: str) -> Tensor:
    """Resized by ``factor``, low-pass filtered first where that makes it smaller."""
    size = [max(1, round(side * factor)) for side in images.shape[-2:]]
    made = functional.interpolate(images, size, mode=mode, antialias=True, align_corners=False)
    return made.clamp(0, 1)
