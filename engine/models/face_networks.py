"""The built-in face networks: a locator and identity encoders of three families, all small.

Plain ``nn.Module`` classes; what a file holds is told by its ``config.json``. Photos come as
(n, 3, h, w) in [0, 1]; aligned faces are brought to the encoder's own ``side`` first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional


def shrunk(faces: Tensor, side: int) -> Tensor:
    """Aligned faces of any size in [0, 1] -> (n, 3, side, side) in [-1, 1]."""
    if faces.shape[-1] != side:
        faces = functional.interpolate(faces.float(), (side, side), mode="bilinear", antialias=True)
    return faces * 2 - 1


class _Residual(nn.Module):
    """Pre-activation block of the ArcFace networks: norm, conv, norm, PReLU, conv, norm."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(inside),
            nn.Conv2d(inside, outside, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outside),
            nn.PReLU(outside),
            nn.Conv2d(outside, outside, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outside),
        )
        self.side: nn.Module = nn.Identity()
        if stride > 1 or inside != outside:
            self.side = nn.Sequential(
                nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)
            )

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = self.body(x) + self.side(x)
        return total


class ResidualEncoder(nn.Module):
    """Residual network after ArcFace's (1801.07698), flattened into one linear layer.

    ``stem`` is the stride of the first convolution: 1 as there, or 2, which is cheaper.
    """

    def __init__(
        self, widths: Sequence[int], depths: Sequence[int], out: int, side: int, stem: int
    ) -> None:
        super().__init__()
        self.side = side
        first = widths[0]
        self.stem = nn.Sequential(
            nn.Conv2d(3, first, 3, stem, 1, bias=False), nn.BatchNorm2d(first), nn.PReLU(first)
        )
        stages, inside = [], first
        for width, depth in zip(widths, depths, strict=True):
            blocks = [_Residual(inside, width, 2)]
            blocks += [_Residual(width, width, 1) for _ in range(depth - 1)]
            stages.append(nn.Sequential(*blocks))
            inside = width
        self.stages = nn.ModuleList(stages)
        self.norm = nn.BatchNorm2d(inside)
        last = side // (stem * 2 ** len(widths))
        self.head = nn.Linear(inside * last**2, out, bias=False)
        self.last = nn.BatchNorm1d(out)

    def maps(self, faces: Tensor) -> list[Tensor]:
        """What the stages put out, fine to coarse."""
        x, found = self.stem(shrunk(faces, self.side)), []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found

    def forward(self, faces: Tensor) -> Tensor:
        x: Tensor = self.norm(self.maps(faces)[-1])
        embedded: Tensor = self.last(self.head(x.flatten(1)))
        return embedded


class _Mixer(nn.Module):
    """One layer of an MLP-Mixer (2105.01601): across the tokens, then across the channels."""

    def __init__(self, tokens: int, width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.across = nn.Sequential(nn.Linear(tokens, 128), nn.GELU(), nn.Linear(128, tokens))
        self.along = nn.Sequential(
            nn.Linear(width, 3 * width), nn.GELU(), nn.Linear(3 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.across(self.norms[0](x).transpose(1, 2)).transpose(1, 2)
        mixed: Tensor = x + self.along(self.norms[1](x))
        return mixed


class PatchEncoder(nn.Module):
    """Patches of 8 px as tokens, mixed by plain matrix products; no convolution after the first."""

    def __init__(self, width: int, depth: int, out: int, side: int) -> None:
        super().__init__()
        self.side = side
        self.across = side // 8
        self.patches = nn.Conv2d(3, width, 8, 8)
        self.blocks = nn.ModuleList([_Mixer(self.across**2, width) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width * 16, out)

    def _tokens(self, faces: Tensor) -> list[Tensor]:
        x, found = self.patches(shrunk(faces, self.side)).flatten(2).transpose(1, 2), []
        for block in self.blocks:
            x = block(x)
            found.append(x)
        return found

    def _map(self, tokens: Tensor) -> Tensor:
        return tokens.transpose(1, 2).reshape(len(tokens), -1, self.across, self.across)

    def maps(self, faces: Tensor) -> list[Tensor]:
        """The tokens after every block, as maps."""
        return [self._map(tokens) for tokens in self._tokens(faces)]

    def forward(self, faces: Tensor) -> Tensor:
        x = self._map(self.norm(self._tokens(faces)[-1]))
        embedded: Tensor = self.head(functional.adaptive_avg_pool2d(x, 4).flatten(1))
        return embedded


class _Inverted(nn.Module):
    """MobileNet's inverted residual with squeeze and excitation (1801.04381, 1905.02244)."""

    def __init__(self, inside: int, outside: int, stride: int, expand: int) -> None:
        super().__init__()
        middle = inside * expand
        self.rise = nn.Sequential(
            nn.Conv2d(inside, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.SiLU()
        )
        self.deep = nn.Sequential(
            nn.Conv2d(middle, middle, 3, stride, 1, groups=middle, bias=False),
            nn.BatchNorm2d(middle),
            nn.SiLU(),
        )
        self.squeeze = nn.Sequential(
            nn.Conv2d(middle, inside, 1), nn.SiLU(), nn.Conv2d(inside, middle, 1), nn.Sigmoid()
        )
        self.fall = nn.Sequential(
            nn.Conv2d(middle, outside, 1, bias=False), nn.BatchNorm2d(outside)
        )
        self.same = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        y = self.deep(self.rise(x))
        y = self.fall(y * self.squeeze(y.mean((2, 3), keepdim=True)))
        total: Tensor = x + y if self.same else y
        return total


class InvertedEncoder(nn.Module):
    """Inverted residuals, then a global depthwise kernel (after MobileFaceNet, 1804.07573)."""

    def __init__(self, widths: Sequence[int], depths: Sequence[int], out: int, side: int) -> None:
        super().__init__()
        self.side = side
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 5, 2, 2, bias=False), nn.BatchNorm2d(widths[0]), nn.SiLU()
        )
        stages, inside = [], widths[0]
        for width, depth in zip(widths, depths, strict=True):
            blocks = [_Inverted(inside, width, 2, 2)]
            blocks += [_Inverted(width, width, 1, 2) for _ in range(depth - 1)]
            stages.append(nn.Sequential(*blocks))
            inside = width
        self.stages = nn.ModuleList(stages)
        last = side // 2 ** (len(widths) + 1)
        self.wide = nn.Sequential(nn.Conv2d(inside, 3 * inside, 1, bias=False),
                                  nn.BatchNorm2d(3 * inside), nn.SiLU())  # fmt: skip
        self.pool = nn.Conv2d(3 * inside, 3 * inside, last, groups=3 * inside, bias=False)
        self.norm = nn.BatchNorm2d(3 * inside)
        self.head = nn.Linear(3 * inside, out, bias=False)
        self.last = nn.BatchNorm1d(out)

    def maps(self, faces: Tensor) -> list[Tensor]:
        """What the stages put out, fine to coarse."""
        x, found = self.stem(shrunk(faces, self.side)), []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found

    def forward(self, faces: Tensor) -> Tensor:
        x = self.norm(self.pool(self.wide(self.maps(faces)[-1])))
        embedded: Tensor = self.last(self.head(x.flatten(1)))
        return embedded


class LocatorNetwork(nn.Module):
    """One output cell per 8 px: score logit, box and five landmarks, for faces of 24 to 96 px.

    Other sizes are found on a pyramid of the photo. ``forward`` gives (n, 15, h/8, w/8): the
    logit, the box's centre (x, y) and logarithmic size in units of ``UNIT`` px from the cell's
    middle, then the landmarks' (x, y) likewise.
    """

    STRIDE = 8
    UNIT = 48.0

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            _conv(3, width // 4, 3, 2), _conv(width // 4, width // 2, 3, 2),
            _conv(width // 2, width, 3, 2),
        )  # fmt: skip
        # Dilations widen what a cell sees to about 130 px without losing resolution.
        self.blocks = nn.ModuleList(
            [
                nn.Sequential(
                    _conv(width, width, 3, 1, dilation=1 + i % 2),
                    nn.Conv2d(width, width, 1, bias=False),
                    nn.BatchNorm2d(width),
                )
                for i in range(depth)
            ]
        )
        self.head = nn.Sequential(_conv(width, width, 1, 1), nn.Conv2d(width, 15, 1))

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images * 2 - 1)
        for block in self.blocks:
            x = functional.relu(x + block(x))
        found: Tensor = self.head(x)
        return found


def _conv(inside: int, outside: int, side: int, stride: int, dilation: int = 1) -> nn.Sequential:
    pad = dilation * (side // 2)
    return nn.Sequential(
        nn.Conv2d(inside, outside, side, stride, pad, dilation=dilation, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


def build(config: dict[str, Any]) -> nn.Module:
    """The network that a ``config.json`` describes, with random weights."""
    family = config["family"]
    if family == "residual":
        return ResidualEncoder(
            config["widths"], config["depths"], config["out"], config["side"], config["stem"]
        )
    if family == "patch":
        return PatchEncoder(config["width"], config["depth"], config["out"], config["side"])
    if family == "inverted":
        return InvertedEncoder(config["widths"], config["depths"], config["out"], config["side"])
    if family == "locator":
        return LocatorNetwork(config["width"], config["depth"])
    raise ValueError(f"unknown family {family!r}")
