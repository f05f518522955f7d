"""Two judges that tell, without a language model, what an edit did and how good it looks.

Each names the nearest of several known results and scores a picture blindly (no reference). They
share no feature: ``PIXELS`` compares pixel by pixel and scores local contrast statistics (after
NIQE, Mittal 2013); ``LOOK`` compares colours and textures region by region and scores the power
spectrum (natural pictures follow a power law, Field 1987). Both must agree before anything is
called a failure.

Images are float tensors (1, 3, h, w) in [0, 1] of one size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from engine.optimise.channels import gaussian_blur
from engine.training.filters import edge_strength, luma

REGIONS = 4  # LOOK divides a picture into this many rows and columns


Description = tuple[Tensor, ...]


@dataclass(frozen=True)
class Judge:
    """``describe`` is what it compares of a picture, ``quality`` is higher for better pictures.

    ``margin`` is how much quality a result may lose against its control before it counts as
    degraded.
    """

    name: str
    describe: Callable[[Tensor], Description]
    quality: Callable[[Tensor], float]
    margin: float

    def distance(self, a: Tensor, b: Tensor) -> float:
        """A metric-like dissimilarity of two pictures."""
        return difference(self.describe(a), self.describe(b))

    def nearest(self, result: Tensor, candidates: Mapping[str, Tensor | Description]) -> str:
        """The name of the candidate, a picture or its description, that ``result`` is closest to.

        Describing candidates once saves most of the work when many results are judged.
        """
        seen = self.describe(result)
        found = {
            name: difference(seen, self.describe(each) if isinstance(each, Tensor) else each)
            for name, each in candidates.items()
        }
        return min(found, key=lambda name: found[name])

    def degraded(self, result: Tensor, control: Tensor) -> bool:
        return self.quality(result) < self.quality(control) - self.margin


def difference(a: Description, b: Description) -> float:
    """Mean over the parts of two descriptions of their root mean square difference."""
    parts = [float((x - y).square().mean().sqrt()) for x, y in zip(a, b, strict=True)]
    return sum(parts) / len(parts)


def pixels(images: Tensor) -> Description:
    """The picture at three scales (1, 2 and 4 pixels)."""
    scales = [scale for scale in (1, 2, 4) if min(images.shape[-2:]) >= scale]
    return tuple(functional.avg_pool2d(images, scale) for scale in scales)


def pixel_distance(a: Tensor, b: Tensor) -> float:
    """Mean over the three scales of the root mean square difference."""
    return difference(pixels(a), pixels(b))


def look(images: Tensor) -> Description:
    """(8, REGIONS, REGIONS): mean and spread of each colour, fine and coarse edges, per region."""
    size = min(REGIONS, *images.shape[-2:])

    def regions(values: Tensor) -> Tensor:
        return functional.adaptive_avg_pool2d(values, size)[0]

    average = regions(images)
    spread = (regions(images.square()) - average.square()).clamp(min=0).sqrt()
    fine = regions(edge_strength(images))
    coarse = regions(edge_strength(gaussian_blur(images, 2.0)))
    # Edges are about three times weaker than colours: weighted to count as much.
    return (torch.cat((average, spread, 3 * fine, 3 * coarse)),)


def contrast_quality(images: Tensor) -> float:
    """How Gaussian the locally normalised brightness is, in nats below the best.

    Mean-subtracted contrast-normalised coefficients (MSCN) of an undistorted picture have a
    generalised Gaussian shape near 2 and neighbours that correlate a little; noise, ringing and
    blur move the shape and the correlation. Score: minus the sum of the absolute log deviations
    of the shape ratio, and of the neighbour correlations from their natural value, at two scales.
    """
    total = 0.0
    grey = luma(images) * 255
    for scale in (1, 2):
        plane = functional.avg_pool2d(grey, scale) if min(grey.shape[-2:]) >= scale else grey
        average = gaussian_blur(plane, 7 / 6)
        spread = (gaussian_blur(plane.square(), 7 / 6) - average.square()).clamp(min=0).sqrt()
        normal = (plane - average) / (spread + 1)
        power = float(normal.square().mean()) + 1e-6
        flatness = float(normal.abs().mean()) ** 2 / power + 1e-6
        total += abs(math.log(flatness / (2 / math.pi)))
        for shifted in (normal[..., 1:], normal[..., 1:, :]):
            kept = normal[..., :-1] if shifted.shape[-1] < normal.shape[-1] else normal[..., :-1, :]
            if shifted.numel():
                total += abs(float((shifted * kept).mean()) / power - 0.35)
    return -total


def spectrum_quality(images: Tensor) -> float:
    """How well the radial power spectrum follows a falling power law, in log10 units.

    Minus the root mean square residual of a straight line through log power against log
    frequency, minus a quarter of how far its slope lies outside -3.5 to -2 (power falls about as
    1/f^2 in natural pictures, faster in calm ones; noise and ringing make it fall less).
    """
    grey = luma(images)[0, 0].float()
    side = min(grey.shape)
    if side < 16:
        return 0.0
    window = torch.hann_window(side, device=grey.device)
    square = grey[:side, :side]
    square = (square - square.mean()) * window * window[:, None]
    power = torch.fft.fft2(square).abs().square()
    frequency = torch.fft.fftfreq(side, device=grey.device)
    radius = (frequency.square() + frequency[:, None].square()).sqrt()
    edges = torch.logspace(math.log10(2 / side), math.log10(0.5), 17, device=grey.device)
    ring = torch.bucketize(radius, edges)
    levels, places = [], []
    for i in range(1, len(edges)):
        inside = power[ring == i]
        if inside.numel():
            levels.append(math.log10(float(inside.mean()) + 1e-12))
            places.append(0.5 * math.log10(float(edges[i - 1] * edges[i])))
    x, y = torch.tensor(places), torch.tensor(levels)
    x = x - x.mean()
    slope = float((x * (y - y.mean())).sum() / x.square().sum())
    residual = y - y.mean() - slope * x
    outside = max(0.0, slope + 2, -3.5 - slope)
    return -float(residual.square().mean().sqrt()) - 0.25 * outside


# [R] On Kodak crops of 256 px the scores fall by these margins at noise of deviation 0.05 to 0.15
# or a Gaussian blur of one pixel; two edits of one photo that differ in their noise seed only
# should stay within them.
PIXELS = Judge("pixels", pixels, contrast_quality, margin=0.15)
LOOK = Judge("look", look, spectrum_quality, margin=0.05)
JUDGES: tuple[Judge, ...] = (PIXELS, LOOK)
