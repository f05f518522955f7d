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
of the local error; what is usual for them is measured on the saved picture under small noise when
it is made.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
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
REFERENCES = 8  # [R] slightly noised copies that tell what is usual

Latent = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Noise:
    """(c, h, w) start of the sampling, deflection, and (c h w,) the sum each entry belongs to."""

    start: Latent
    deflection: Latent
    owner: npt.NDArray[np.int64]
    mask: npt.NDArray[np.float32]  # (256,) signs


@dataclass(frozen=True)
class Usual:
    """Mean and covariance of the two components for the untouched picture."""

    mean: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]


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
    """(c, h, w) the start that the sampling of ``latent`` seems to have had; without
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


def components(found: Latent, noise: Noise) -> npt.NDArray[np.float64]:
    """(2,) log of the mean squared error, and how unevenly it lies over the picture."""
    error = _local_error(found, noise)
    return np.array([np.log(error.mean()), error.std() / error.mean()])


def usual(denoiser: Denoiser, latent: Tensor, noise: Noise) -> Usual:
    """What the components are for the picture as it is saved, give or take a little noise."""
    seen = []
    for number in range(REFERENCES):
        rough = latent + 0.02 * latent.std() * ddim.randn_like(latent, number)
        seen.append(components(invert(denoiser, rough, noise), noise))
    cloud = np.array(seen)
    # Few references: a floor of one per cent of the mean keeps the test from being too sure.
    floor = np.diag(np.square(0.01 * np.abs(cloud.mean(0)) + 1e-6))
    return Usual(cloud.mean(0), np.cov(cloud.T) + floor)


def attack_p_value(found: Latent, noise: Noise, reference: Usual) -> float:
    """Chance that the untouched picture looks at least so unusual: chi^2 with 2 degrees."""
    offset = components(found, noise) - reference.mean
    distance = float(offset @ np.linalg.solve(reference.covariance, offset))
    return float(np.exp(-distance / 2))


def tamper_map(found: Latent, noise: Noise) -> npt.NDArray[np.float64]:
    """(h, w) local squared error minus its mean: above zero where the picture was changed."""
    error = _local_error(found, noise)
    return np.asarray(error - error.mean())


def _local_error(found: Latent, noise: Noise) -> Latent:
    error = np.square(found - noise.start).mean(0)
    return np.asarray(uniform_filter(error, WINDOW, mode="nearest") + 1e-9)


def _split(denoiser: Denoiser, z: Tensor, t: int, condition: Condition) -> tuple[Tensor, Tensor]:
    """The clean latent seen at ``t``, and the noise direction."""
    a = denoiser.alpha_bar(t)
    clean = denoiser.predict(z, t, condition)
    return clean, (z - math.sqrt(a) * clean) / max(math.sqrt(1 - a), 1e-3)
