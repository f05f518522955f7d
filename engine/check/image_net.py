"""The built-in image detector's network: forensic traces in the noise residual of native crops.

After Corvi et al. (2211.00680): what gives a synthetic picture away lies in its finest texture, so
the network never sees the scene, only what high-pass filters leave of it, and a picture is never
resized for it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 96  # pixels of a crop
_CLIP = 0.08  # residuals beyond this are edges of the scene, not traces


def residual(images: Tensor) -> Tensor:
    """(n, 3, h, w) in [0, 1] -> (n, 9, h - 4, w - 4) in [-1, 1].

    Second differences along x and y and the 5x5 high pass "KV" of Fridrich and Kodovsky's rich
    models (2012), of each colour.
    """
    second = images.new_tensor([1.0, -2.0, 1.0]) / 2
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
            kv / 12,
        ]
    )
    weight = kernels[:, None].repeat(3, 1, 1, 1)
    return (functional.conv2d(images, weight, groups=3) / _CLIP).clamp(-1, 1)


class ImageNet(nn.Module):
    """Residual -> seven convolutions -> mean and spread of the features -> one logit.

    Full resolution is kept for the first layers: a pooled residual has lost the traces.
    """

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        widths = [9, width, width, 2 * width, 2 * width, 4 * width, 4 * width, 4 * width]
        strides = [1, 2, 1, 2, 1, 2, 1]
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, 3, stride, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()
            )
            for a, b, stride in zip(widths[:-1], widths[1:], strides, strict=True)
        )
        self.head = nn.Linear(2 * widths[-1], 1)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1], h and w at least 32 -> (n,): above 0 leans to "generated"."""
        x = residual(images)
        for layer in self.layers:
            x = layer(x)
        pooled = torch.cat([x.mean((2, 3)), x.std((2, 3))], 1)
        logits: Tensor = self.head(pooled)[:, 0]
        return logits
