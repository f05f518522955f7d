from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.media.colour import UnsupportedProfile, colour_space, to_encoded, to_linear
from tests.engine.media import pictures

WIDE = ("Adobe RGB", "Display P3")


def space(name: str):
    found = colour_space(pictures.PROFILES[name], 3)
    assert found is not None
    return found


def test_srgb_and_no_profile_need_no_conversion() -> None:
    assert colour_space(None, 3) is None
    assert colour_space(pictures.PROFILES["sRGB"], 3) is None
    assert (
        colour_space(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), 3) is None
    )


def test_the_transfer_functions_are_inverse_also_outside_the_gamut() -> None:
    values = np.linspace(-0.9, 1.8, 1001)
    assert np.abs(to_encoded(to_linear(values)) - values).max() < 1e-6


@pytest.mark.parametrize("name", WIDE)
def test_colours_agree_with_littlecms(name: str) -> None:
    # Colours inside sRGB, so that the 8-bit engine does not clip them.
    inside = np.random.default_rng(0).integers(110, 150, (40, 40, 3)).astype(np.uint8)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(pictures.PROFILES[name]))
    engine = ImageCms.profileToProfile(
        Image.fromarray(inside), profile, ImageCms.createProfile("sRGB")
    )
    ours = space(name).to_srgb(inside) * 255
    assert np.abs(ours - np.asarray(engine)).max() < 1.0
    assert np.abs(np.asarray(engine).astype(int) - inside).max() > 2


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_carried_change_has_the_wanted_appearance(name: str, dtype: type) -> None:
    rng = np.random.default_rng(1)
    top = np.iinfo(dtype).max
    samples = (rng.uniform(0.25, 0.75, (30, 30, 3)) * top).astype(dtype)
    delta = rng.uniform(-0.03, 0.03, samples.shape).astype(np.float32)
    change = space(name).carry(samples, delta)
    fine = (samples.astype(np.float64) / top + change) * 65535
    after = space(name).to_srgb(np.rint(fine).astype(np.uint16))
    assert np.abs(after - space(name).to_srgb(samples) - delta).max() < 1e-3


@pytest.mark.parametrize("name", WIDE)
def test_no_change_is_carried_as_exactly_none(name: str) -> None:
    samples = pictures.noise(np.random.default_rng(2), 50, 50, 3)
    assert not space(name).carry(samples, np.zeros(samples.shape, np.float32)).any()


def test_mid_grey_in_file_values() -> None:
    for name in WIDE:
        grey = np.rint(space(name).from_srgb(0.5) * 65535).astype(np.uint16)
        assert np.abs(space(name).to_srgb(grey[None]) - 0.5).max() < 1e-3


def test_grey_profiles() -> None:
    linear = colour_space(pictures.grey_profile(struct.pack(">4sII", b"curv", 0, 0)), 1)
    assert linear is not None
    assert linear.to_srgb(np.array([[55]], np.uint8))[0, 0] == pytest.approx(128 / 255, abs=0.01)
    assert colour_space(pictures.grey_profile(pictures.srgb_curve()), 1) is None


@pytest.mark.parametrize("kind", range(5))
def test_every_parametric_curve(kind: int) -> None:
    values = (2.2, 0.9, 0.1, *{2: (0.0,), 3: (0.1, 0.05), 4: (0.1, 0.05, 0.0, 0.0)}.get(kind, ()))
    values = values[: (1, 3, 4, 5, 7)[kind]]
    curve = struct.pack(
        f">4sIHH{len(values)}i", b"para", 0, kind, 0, *(int(v * 65536) for v in values)
    )
    found = colour_space(pictures.grey_profile(curve), 1)
    assert found is not None
    x = 200 / 255
    expected = x**2.2 if kind == 0 else (0.9 * x + 0.1) ** 2.2
    assert found.forward[0][200 * 257] == pytest.approx(expected, abs=1e-3)


def test_a_sampled_curve() -> None:
    points = np.rint(np.linspace(0, 1, 64) ** 1.8 * 65535).astype(">u2").tobytes()
    found = colour_space(pictures.grey_profile(struct.pack(">4sII", b"curv", 0, 64) + points), 1)
    assert found is not None
    assert found.forward[0][128 * 257] == pytest.approx((128 / 255) ** 1.8, abs=1e-3)


def test_broken_profiles_raise() -> None:
    good = pictures.PROFILES["Adobe RGB"]
    falling = struct.pack(">4sII3H", b"curv", 0, 3, 60000, 100, 50)
    singular = ((0.5, 0.5, 0.5),) * 3
    for broken in (
        b"x",
        b"rubbish" * 100,
        good[:200],
        good.replace(b"acsp", b"xxxx"),
        good.replace(b"rTRC", b"xTRC"),
        pictures.profile(pictures.ADOBE_RGB, falling),
        pictures.profile(singular, pictures.gamma_curve(2.2)),
        pictures.grey_profile(pictures.gamma_curve(2.2)),
    ):
        with pytest.raises(ValueError, match=r"profile|curve"):
            colour_space(broken, 3)


def test_lookup_table_profiles_are_told_apart() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert b"A2B0" in lab
    with pytest.raises(UnsupportedProfile):
        colour_space(lab[:16] + b"RGB " + lab[20:], 3)
