"""The built-in image detector's network: forensic traces in the noise residual of native crops.

After Corvi et al. (2211.00680): what gives a synthetic picture away lies in its finest texture, so
the network never sees the scene, only what high-pass filters leave of it, and a picture is never
resized for it. One branch reads the residual itself, the other its spectrum, where what is periodic
in a picture's making stands out.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 112  # pixels of a crop
_CLIP = 0.08  # residuals beyond this are edges of the scene, not traces


def residual(images: Tensor) -> Tensor:
    """(n, 3, h, w) in [0, 1] -> (n, 9, h - 4, w - 4) in [-1, 1].

    Second differences along x and y and the 5x5 high pass "KV" of Fridrich and Kodovsky's rich
    models (2012), of each colour.
    """
    second = images.new_tensor([1.0, -2.0, 1.0])
    kv = images.new_tensor(
        [
            [-1.0, 2.0, -2.0, 2.0, -1.0],
            [2.0, -6.0, 8.0, -6.0, 2.0],
            [-2.0, 8.0, -12.0, 8.0, -2.0],
            [2.0, -6.0, 8.0, -6.0, 2.0],
            [-1.0, 2.0, -2.0, 2.0, -1.0],
        ]
    )
    kernels = torch.stack(
        [
            functional.pad(second[None], (1, 1, 2, 2)),
            functional.pad(second[:, None], (2, 2, 1, 1)),
            kv,
        ]
    )
    weight = kernels[:, None].repeat(3, 1, 1, 1)
    scale = images.new_tensor([2.0, 2.0, 12.0]).repeat(3)[:, None, None] * (255 * _CLIP)
    # Samples and kernels are whole numbers, which half precision holds exactly.
    with torch.autocast(images.device.type, enabled=False):
        found = functional.conv2d(images.float() * 255, weight, groups=3)
    return (found / scale).clamp(-1, 1)


def spectrum(residuals: Tensor) -> Tensor:
    """(n, 9, h, w), as ``residual`` gives them -> (n, 3, 64, 33): log amplitude of each colour's
    "KV" residual, in 64 rows of frequencies from -1/2 to 1/2 and 33 columns from 0 to 1/2 a pixel.
    """
    kv = residuals[:, 2::3].float()
    height, width = kv.shape[-2:]
    window = torch.hann_window(height, device=kv.device)[:, None] * torch.hann_window(
        width, device=kv.device
    )
    found = torch.fft.rfft2(kv * window, norm="ortho").abs()
    found = (found.square() + 1e-6).log()
    found = torch.fft.fftshift(found, 2)
    found = functional.interpolate(found, (64, 33), mode="area")
    return found - found.mean((2, 3), keepdim=True)


class ImageNet(nn.Module):
    """Residual -> seven convolutions -> mean and spread; spectrum -> three; together one logit.

    Full resolution is kept for the first layers: a pooled residual has lost the traces.
    """

    def __init__(self, width: int = 32, periodic: bool = True) -> None:
        super().__init__()
        widths = [9, width, width, 2 * width, 2 * width, 4 * width, 4 * width, 4 * width]
        strides = [1, 2, 1, 2, 1, 2, 1]
        self.layers = nn.ModuleList(
            _layer(a, b, stride)
            for a, b, stride in zip(widths[:-1], widths[1:], strides, strict=True)
        )
        self.periodic = periodic
        if periodic:
            self.peaks = nn.Sequential(
                nn.BatchNorm2d(3), _layer(3, 24, 1), _layer(24, 32, 2), _layer(32, 32, 2),
                nn.Flatten(), nn.Dropout(0.3), nn.Linear(32 * 16 * 9, 48), nn.ReLU(),
            )  # fmt: skip
        self.head = nn.Linear(2 * widths[-1] + (48 if periodic else 0), 1)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1], h and w at least 64 -> (n,): above 0 leans to "generated"."""
        residuals = residual(images)
        x = residuals
        for layer in self.layers:
            x = layer(x)
        x = x.float()
        parts = [x.mean((2, 3)), x.std((2, 3))]
        if self.periodic:
            parts.append(self.peaks(spectrum(residuals)).float())
        logits: Tensor = self.head(torch.cat(parts, 1))[:, 0]
        return logits


def folded(model: ImageNet) -> ImageNet:
    """The same function for looking only, a fifth faster: each normalisation, which is constant
    after training, is folded into the convolution before it. Changes ``model``."""
    model.eval()
    parts = [*model.layers, *(model.peaks if model.periodic else ())]
    for part in parts:
        if isinstance(part, nn.Sequential):
            convolution, norm = part[0], part[1]
            assert isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
            part[0] = nn.utils.fuse_conv_bn_eval(convolution, norm)
            part[1] = nn.Identity()
    return model.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _layer(before: int, after: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )
