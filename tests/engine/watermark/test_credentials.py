from __future__ import annotations

import numpy as np
import pytest
import soundfile
from PIL import Image

from engine.watermark.authority import authority
from engine.watermark.credentials import read_credentials, signed_copy
from tests.engine.watermark.conftest import scene, voice


@pytest.fixture
def picture(tmp_path, request):
    file = tmp_path / f"a.{getattr(request, 'param', 'jpg')}"
    Image.fromarray(scene(96, 64)).save(file)
    return file


@pytest.mark.parametrize("picture", ["jpg", "png", "tif", "webp", "bmp"], indirect=True)
def test_trusted_valid_and_invalid(picture, ana, home, tmp_path):
    made = signed_copy(
        picture, tmp_path / f"s{picture.suffix}", ana, home, mark="00ff", original=picture
    )
    found = read_credentials(made, home)
    assert found.state == "Trusted" and found.failures == () and found.issuer == "Ana"
    assert found.mark == "00ff" and set(found.training.values()) == {"notAllowed"}
    assert found.sidecar == (picture.suffix == ".bmp")
    # Someone without our root sees a valid signature of somebody unknown.
    assert read_credentials(made, tmp_path / "stranger").state == "Valid"
    before, after = np.asarray(Image.open(picture)), np.asarray(Image.open(made))
    assert np.array_equal(before, after)


@pytest.mark.parametrize("picture", ["jpg", "bmp"], indirect=True)
def test_one_flipped_byte_is_noticed(picture, ana, home, tmp_path):
    made = signed_copy(picture, tmp_path / f"s{picture.suffix}", ana, home)
    data = bytearray(made.read_bytes())
    data[-40] ^= 1
    made.write_bytes(data)
    found = read_credentials(made, home)
    assert found.state == "Invalid" and "assertion.dataHash.mismatch" in found.failures


def test_recordings_are_signed(ana, home, tmp_path):
    soundfile.write(tmp_path / "a.wav", voice(1), 16_000)
    made = signed_copy(tmp_path / "a.wav", tmp_path / "s.wav", ana, home, do_not_train=False)
    found = read_credentials(made, home)
    assert found.state == "Trusted" and found.training == {} and found.mark is None


def test_none_and_other_files(picture, home, tmp_path):
    assert read_credentials(picture, home).state == "none"
    (tmp_path / "a.txt").write_text("hello")
    assert read_credentials(tmp_path / "a.txt", home).state == "none"


def test_nothing_is_overwritten(picture, ana, home, tmp_path):
    first = signed_copy(picture, tmp_path / "s.jpg", ana, home)
    second = signed_copy(picture, tmp_path / "s.jpg", ana, home)
    assert first != second and first.exists() and second.exists()


def test_the_authority_comes_back_with_the_key(ana, home, tmp_path):
    """A restored backup signs with the same key, so old roots go on being trusted."""
    mine = authority(ana, home)
    again = authority(ana, tmp_path / "elsewhere")
    numbers = [a._key.private_numbers().private_value for a in (mine, again)]
    assert numbers[0] == numbers[1]
    assert hex(numbers[0])[2:] not in repr(mine)
