"""PhaseMark on a stand-in autoencoder: an orthonormal block transform, so that what the scheme
itself does is exact. How trained autoencoders fare is measured in the benchmarks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.watermark import phasemark
from engine.watermark.canvas import canvas_of, energy_of
from engine.watermark.keys import new_key
from engine.watermark.phasemark import BLOCKS_PER_CHANNEL, RADII, VARIANTS, PhaseMark
from engine.watermark.scheme import check_payload, read_payload, spread
from tests.engine.watermark.conftest import photo_of, scene


class BlockTransform:
    """Four lowest Hadamard coefficients of every 8 x 8 block of the grey picture."""

    id, sha256, latent_channels, factor = "blocks", "ab" * 32, 4, 8

    def __init__(self) -> None:
        low = torch.cat([torch.ones(4), -torch.ones(4)])
        flat = torch.ones(8)
        self.patterns = torch.stack(
            [torch.outer(a, b) / 8 for a in (flat, low) for b in (flat, low)]
        )[:, None]

    def encode(self, images: Tensor) -> Tensor:
        grey = images.mean(1, keepdim=True)
        return torch.nn.functional.conv2d(grey, self.patterns, stride=8)

    def decode(self, latents: Tensor) -> Tensor:
        grey = torch.nn.functional.conv_transpose2d(latents, self.patterns, stride=8)
        return grey.expand(-1, 3, -1, -1)


@pytest.fixture(scope="module", params=VARIANTS)
def scheme(request) -> PhaseMark:
    return PhaseMark(BlockTransform(), torch.device("cpu"), request.param)


def test_bins_lie_where_the_paper_says():
    rows, columns = phasemark._ROWS, phasemark._COLUMNS
    assert rows.shape == (BLOCKS_PER_CHANNEL, 4)
    assert len({(r, c) for r, c in zip(rows.flat, columns.flat, strict=True)}) == 128
    signed = np.where(rows > 22, rows - 44, rows)
    radii = np.hypot(signed.mean(1), columns.mean(1))
    assert (radii >= RADII[0]).all() and (radii <= RADII[1]).all()
    assert (np.diff(radii) >= -1e-9).all()


def test_round_trip_of_the_bins_is_hermitian():
    latent = torch.randn(1, 4, 64, 64, generator=torch.Generator().manual_seed(1))
    bins = np.exp(1j * np.random.default_rng(1).uniform(0, 6, (4, 32, 4)))
    changed = phasemark._with_bins(latent, bins)
    assert np.abs(phasemark._bins(changed) - bins).max() < 1e-5
    assert torch.equal(changed[..., :10, :], latent[..., :10, :])


def test_mark_and_read(scheme, key):
    canvas = canvas_of(photo_of(scene()).working(1536))
    secrets = scheme.setup(key)
    bits = spread(77, scheme.length)
    delta = scheme.generate(canvas, secrets, bits, 34.0)
    assert 10 * np.log10(255**2 / (energy_of(delta) / delta.size)) >= 33.9
    soft = scheme.extract(canvas + delta, secrets)
    assert check_payload(soft, 77, 1.0).found
    assert not check_payload(scheme.extract(canvas, secrets), 77, 1.0).found
    other = scheme.setup(new_key())
    assert not read_payload(scheme.extract(canvas + delta, other), 1.0)[1].found


def test_only_factor_eight_fits():
    wrong = BlockTransform()
    wrong.factor = 16
    with pytest.raises(ValueError):
        PhaseMark(wrong, torch.device("cpu"))
