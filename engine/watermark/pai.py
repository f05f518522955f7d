"""PAI, arXiv 2601.06639: ownership in the noise of a picture that the app generates itself.

[P] The start of the sampling is  x_T = sqrt(-2 ln S) cos(2 pi Phi(K))  with K ~ N(0, 1) from the
key and S ~ U(0, 1) a stored salt (Box and Muller: x_T is standard normal whatever the key); in the
first steps the predicted picture is deflected, x0 <- (1 + gamma K) x0 with gamma = 0.1.
Verifying inverts the sampling (DDIM) and the deflection and compares with F(K, S). Attack test: two
principal components, Mahalanobis^2 ~ chi^2(2). Tamper map: local squared error minus its mean.

[R] K depends on the salt as well: with the paper's K alone all works of one key look alike
(correlation 0.77) and none can be told from another. The deflection has a key of its own, so that
the recovered start does not depend on the key of F. F's signs are then fair under random keys for
whatever picture was received, and so is the sign of every keyed sum of x_T F: 256 such sums give
the exact Binomial(256, 1/2) of the other schemes. The two components are the mean and the spread
of the local error. What is usual for them, and for one place, is measured when the picture is made,
on copies of it that were saved again without harm. Those are few, so the attack test is Hotelling's
(an F distribution) instead of chi^2, which takes mean and covariance for known.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import uniform_filter
from scipy.special import ndtr, ndtri
from torch import Tensor

from engine.models import ddim
from engine.models.roles import Condition, Denoiser
from engine.watermark.keys import Key, Keystream
from engine.watermark.scheme import Soft, masked
from engine.watermark.verdict import Evidence

ID = "pai"
GAMMA = 0.1  # [P]
DEFLECTED = 3  # [R] first steps whose prediction is deflected
STEPS = 10  # [R]
SUMS = 256  # [R] keyed sums of which the signs are counted
WINDOW = 5  # [R] latent pixels over which the error is averaged for the map
REFERENCES = 12  # [R] harmless copies that tell what is usual
RARE = 0.001  # share of an untouched copy's places that the map shows as changed

Latent = npt.NDArray[np.float64]
Places = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Noise:
    """(c, h, w) start of the sampling, deflection, and (c h w,) the sum each entry belongs to."""

    start: Latent
    deflection: Latent
    owner: npt.NDArray[np.int64]
    mask: npt.NDArray[np.float32]  # (256,) signs


@dataclass(frozen=True)
class Usual:
    """Mean and covariance of the two components over ``count`` untouched copies, and the local
    error, over its median in the picture, that only ``RARE`` of their places exceed."""

    mean: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]
    count: int
    local: float


def keyed_noise(key: Key, model: str, salt: bytes, shape: tuple[int, int, int]) -> Noise:
    """``salt``: 32 bytes, stored with the work; the same salt and key give the same noise."""
    count = int(np.prod(shape))
    bits = key.stream(ID, model, f"bits {salt.hex()}")
    k = ndtri(np.clip(bits.uniform(count), 1e-12, 1 - 1e-12))
    s = np.clip(Keystream(salt).uniform(count), 1e-12, 1.0)
    start = np.sqrt(-2 * np.log(s)) * np.cos(2 * np.pi * ndtr(k))
    other = key.stream(ID, model, f"deflection {salt.hex()}").uniform(count)
    deflection = ndtri(np.clip(other, 1e-12, 1 - 1e-12))
    owner = np.empty(count, np.int64)
    owner[bits.permutation(count)] = np.arange(count) % SUMS
    return Noise(start.reshape(shape), deflection.reshape(shape), owner, bits.signs(SUMS))


@torch.no_grad()
def sample(
    denoiser: Denoiser,
    noise: Noise,
    condition: Condition,
    steps: int = STEPS,
    check: Callable[[], None] = lambda: None,
) -> Tensor:
    """(1, c, h, w) clean latent, drawn from the keyed start. ``check`` may raise."""
    z = torch.from_numpy(noise.start).float()[None]
    bend = 1 + GAMMA * torch.from_numpy(noise.deflection).float()[None]
    down = ddim.schedule(denoiser, steps)[::-1]
    for number, (t, to) in enumerate(itertools.pairwise(down)):
        check()
        clean, direction = _split(denoiser, z, t, condition)
        if number < DEFLECTED:
            clean = clean * bend
        b = denoiser.alpha_bar(to)
        z = math.sqrt(b) * clean + math.sqrt(1 - b) * direction
    return denoiser.predict(z, 0, condition)


@torch.no_grad()
def invert(
    denoiser: Denoiser,
    latent: Tensor,
    noise: Noise,
    condition: Condition | None = None,
    steps: int = STEPS,
    check: Callable[[], None] = lambda: None,
) -> Latent:
    """(c, h, w) the start that the sampling of ``latent`` (1, c, h, w) seems to have had; without
    ``condition`` as if nothing had been asked for, which a stranger to the work can do as well."""
    z = latent.float()
    condition = condition or denoiser.condition(denoiser.embed([""]))
    bend = 1 + GAMMA * torch.from_numpy(noise.deflection).float()[None]
    up = ddim.schedule(denoiser, steps)
    for number, (t, to) in enumerate(itertools.pairwise(up)):
        check()
        clean, direction = _split(denoiser, z, t, condition)
        if steps - 1 - number < DEFLECTED:
            clean = clean / torch.where(bend.abs() < 0.2, torch.full_like(bend, 0.2), bend)
        a = denoiser.alpha_bar(to)
        z = math.sqrt(a) * clean + math.sqrt(1 - a) * direction
    return np.asarray(z[0].double().numpy())


def extract(found: Latent, noise: Noise) -> Soft:
    """(256,) soft values of the keyed sums, positive where the start agrees with the key's."""
    products = (found * noise.start).reshape(-1).astype(np.float64)
    sums = np.asarray(np.bincount(noise.owner, products, SUMS), np.float64)
    return masked(sums, noise.mask) * noise.mask


def verify(found: Latent, noise: Noise, trials: float) -> Evidence:
    """What speaks for this key and salt; exact, see the module's docstring."""
    return Evidence(int((extract(found, noise) > 0).sum()), SUMS, trials)


def components(found: Latent, noise: Noise, known: Places | None = None) -> Latent:
    """(2,) log of the mean squared error, and how unevenly it lies over the picture; both over
    the places (h, w) that are ``known``."""
    error = _local_error(found, noise)
    error = error if known is None else error[known]
    return np.array([np.log(error.mean()), np.log(error.std() / error.mean() + 1e-9)])


def usual(starts: Sequence[Latent], noise: Noise) -> Usual:
    """What the components are, from the starts found in untouched copies of one picture."""
    cloud = np.array([components(start, noise) for start in starts])
    # Copies that hardly differ would make the test surer than rounding lets it be.
    floor = np.diag(np.square(np.full(2, 0.005)))
    errors = [_local_error(start, noise) for start in starts]
    local = float(np.quantile([error / np.median(error) for error in errors], 1 - RARE))
    return Usual(cloud.mean(0), np.cov(cloud.T) + floor, len(starts), local)


def attack_p_value(
    found: Latent, noise: Noise, reference: Usual, known: Places | None = None
) -> float:
    """Chance that an untouched copy looks at least so unusual: Hotelling's test for one more
    draw, T^2 (n - 2) / 2 (n - 1) ~ F(2, n - 2) with T^2 = n / (n + 1) x Mahalanobis^2."""
    offset = components(found, noise, known) - reference.mean
    count = reference.count
    distance = float(offset @ np.linalg.solve(reference.covariance, offset))
    freedom = count - 2
    ratio = distance * count / (count + 1) * freedom / (2 * (count - 1))
    return float((1 + 2 * ratio / freedom) ** (-freedom / 2))


def tamper_map(found: Latent, noise: Noise, reference: Usual) -> Latent:
    """(h, w) local squared error over what it is in all but ``RARE`` places of an untouched
    copy: above one where the picture was changed."""
    error = _local_error(found, noise)
    return np.asarray(error / (np.median(error) * reference.local))


def _local_error(found: Latent, noise: Noise) -> Latent:
    error = np.square(found - noise.start).mean(0)
    return np.asarray(uniform_filter(error, WINDOW, mode="nearest") + 1e-9)


def _split(denoiser: Denoiser, z: Tensor, t: int, condition: Condition) -> tuple[Tensor, Tensor]:
    """The clean latent seen at ``t``, and the noise direction."""
    a = denoiser.alpha_bar(t)
    clean = denoiser.predict(z, t, condition)
    return clean, (z - math.sqrt(a) * clean) / max(math.sqrt(1 - a), 1e-3)
