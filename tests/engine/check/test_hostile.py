"""Files come from enemies: each gets an answer or a sentence, never a traceback."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.check import provenance
from engine.check.generators import generator_evidence, stealth_texts
from engine.check.provenance import label_evidence
from engine.check.sound_tags import tags_of
from engine.check.texts import LONGEST, Text, texts_of, user_comment
from engine.check.voice import bandwidth, room_jumps, silences
from engine.media import png_file
from engine.media.reading import read_photo
from engine.problems import Problem
from tests.engine.check.conftest import Checked, noisy


def png_bomb() -> bytes:
    """30,000 x 30,000 pixels in some kilobytes."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20), 9)
    chunks = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return png_file.joined(chunks)


def zip_bomb_text() -> bytes:
    """A compressed text chunk that unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(16)) + packer.flush()
    stream = io.BytesIO()
    Image.fromarray(noisy(64, 64)).save(stream, "PNG")
    found = png_file.chunks(stream.getvalue())
    found.insert(1, (b"zTXt", b"parameters\0\0" + packed))
    return png_file.joined(found)


def polyglot() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(noisy(300, 300)).save(stream, "JPEG")
    return stream.getvalue() + b"PK\x03\x04<html><script>alert(1)</script></html>%PDF-1.7"


def picture(mode: str, size: tuple[int, int], form: str, **more: object) -> bytes:
    stream = io.BytesIO()
    pixels = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(pixels).convert(mode).save(stream, form, **more)
    return stream.getvalue()


def many_texts() -> bytes:
    info = PngInfo()
    for number in range(40):
        info.add_text(f"comment {number}", "A" * 100_000)
    return picture("RGB", (64, 64), "PNG", pnginfo=info)


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "one pixel": ("png", lambda: picture("RGB", (1, 1), "PNG")),
    "very long": ("png", lambda: picture("L", (30_000, 2), "PNG")),
    "cmyk": ("jpg", lambda: picture("CMYK", (300, 300), "JPEG")),
    "polyglot": ("jpg", polyglot),
    "megabytes of metadata": ("png", many_texts),
    "zip bomb in a text": ("png", zip_bomb_text),
    "animated": (
        "gif",
        lambda: picture(
            "P", (300, 260), "GIF", save_all=True, append_images=[Image.new("P", (300, 260))]
        ),
    ),
}


def eight_channels() -> bytes:
    import tifffile

    stream = io.BytesIO()
    pixels = np.random.default_rng(7).integers(0, 256, (300, 300, 8), np.uint8)
    tifffile.imwrite(stream, pixels, photometric="minisblack", planarconfig="contig")
    return stream.getvalue()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb": ("png", png_bomb, "photo.too-large"),
    "truncated": ("png", lambda: picture("RGB", (300, 300), "PNG")[:40_000], "photo.damaged"),
    "empty": ("jpg", lambda: b"", "file.empty"),
    "no picture": ("jpg", lambda: b"hello, this is text" * 20, "photo.not-image"),
    "no sound": ("wav", lambda: b"RIFF\0\0\0\0WAVEjunk" * 9, "recording.damaged"),
    "eight channels": ("tif", eight_channels, "photo.unsupported"),
    "no clip": ("mp4", lambda: b"\0\0\0\x18ftypmp42" + bytes(500), "video.damaged"),
}


@pytest.mark.parametrize("name", FILES)
def test_strange_files_get_an_answer(name: str, tmp_path: Path, checked: Checked) -> None:
    suffix, make = FILES[name]
    file = tmp_path / f"strange.{suffix}"
    file.write_bytes(make())
    result = checked(file)
    assert result.verdict in ("no_sign", "inconclusive")


@pytest.mark.parametrize("name", REFUSED)
def test_broken_files_get_a_sentence(name: str, tmp_path: Path, checked: Checked) -> None:
    suffix, make, code = REFUSED[name]
    file = tmp_path / f"broken.{suffix}"
    file.write_bytes(make())
    with pytest.raises(Problem) as caught:
        checked(file)
    assert caught.value.code == code and str(caught.value)


def test_a_recording_with_eight_channels_and_no_numbers(tmp_path: Path, checked: Checked) -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, (24_000, 8)).astype(np.float32)
    sound[100:200] = np.nan
    sound[300] = np.inf
    file = tmp_path / "eight.wav"
    soundfile.write(file, sound, 16_000, "FLOAT")
    result = checked(file)
    assert result.evidence == ()
    assert result.facts["channels"] == "8" and "no-numbers" in result.notes
    assert "short" in result.reasons


def test_manifests_with_addresses_are_not_followed(tmp_path: Path, checked: Checked) -> None:
    """The network is banned in every test: a look-up would raise."""
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
        b'dcterms:provenance="http://169.254.169.254/latest/meta-data" '
        b'xmlns:dcterms="http://purl.org/dc/terms/"/></x:xmpmeta>'
    )
    stream = io.BytesIO()
    Image.fromarray(noisy()).save(stream, "JPEG", xmp=xmp)
    file = tmp_path / "remote.jpg"
    file.write_bytes(stream.getvalue())
    assert checked(file).verdict in ("no_sign", "inconclusive")


# ---- fuzzing --------------------------------------------------------------------------------

FUZZ = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(st.text(max_size=400), st.sampled_from(["PNG", "EXIF", "XMP", "IPTC", "tag"]))
def test_any_text(value: str, where: str) -> None:
    for name in ("parameters", "prompt", "Comment", "XMP", "AIGC", "Dream", "sd-metadata"):
        text = Text(where, name, value)
        generator_evidence([text], None)
        label_evidence([text])


@FUZZ
@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["prompt", "workflow", "nodes", "links", "class_type", "inputs", "sui_image_params", "base_model", "model", "image", "seed", "steps", "text"]), inner, max_size=6), max_leaves=20))  # fmt: skip # noqa: E501
def test_any_json(value: object) -> None:
    import json

    for name in ("parameters", "prompt", "workflow", "invokeai_metadata", "sd-metadata", "Comment"):
        generator_evidence([Text("PNG", name, json.dumps(value))], None)
        generator_evidence([Text("EXIF", "Make", "workflow:" + json.dumps(value))], None)


@FUZZ
@given(st.binary(max_size=600))
def test_any_bytes(data: bytes) -> None:
    user_comment(data)
    pixels = np.resize(np.frombuffer(data or b"\0", np.uint8), (20, 20, 4))
    list(stealth_texts(pixels))
    sound = np.resize(np.frombuffer(data or b"\1", np.uint8), 20_000).astype(np.float32) / 255
    bandwidth(sound, 8000), silences(sound, 8000), room_jumps(sound, 8000)


@FUZZ
@given(st.binary(max_size=600), st.sampled_from([b"RIFF\0\0\0\0WAVE", b"ID3\4\0\0\0\0\7\0", b"OggS\3vorbis", b"fLaC\4\0\0\0"]))  # fmt: skip # noqa: E501
def test_any_tags(tmp_path: Path, data: bytes, head: bytes) -> None:
    file = tmp_path / "sound"
    file.write_bytes(head + data)
    tags_of(file)


@FUZZ
@given(st.integers(20, 900), st.binary(min_size=1, max_size=40))
def test_a_damaged_picture_is_read_or_refused(tmp_path: Path, at: int, noise: bytes) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "EOS"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "Steps: 20, Sampler: a, Seed: 1".encode("utf-16")
    stream = io.BytesIO()
    Image.fromarray(noisy(32, 32)).save(stream, "JPEG", exif=exif)
    data = bytearray(stream.getvalue())
    data[at : at + len(noise)] = noise
    file = tmp_path / "damaged.jpg"
    file.write_bytes(bytes(data))
    try:
        texts = texts_of(read_photo(file))
    except Problem as problem:
        assert str(problem)
    else:
        assert all(len(text.value) <= LONGEST for text in texts)
        generator_evidence(texts, None)
        label_evidence(texts)


@pytest.mark.parametrize("junk", [0, "x", None, [3, "y", None], {"a": 4}])
def test_manifests_of_the_wrong_types_are_read_all_the_same(
    junk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in any one place of a manifest: it proves nothing, and nothing breaks."""
    action = {"action": "c2pa.created", "softwareAgent": {"name": "X"}}
    good: dict[str, Any] = {
        "active_manifest": "m",
        "manifests": {"m": {
            "signature_info": {"common_name": "Ana", "time": "2026"},
            "claim_generator_info": [{"name": "App", "version": "1"}],
            "assertions": [
                {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
                {"label": provenance.TRAINING, "data": {"entries": {"cawg.a": {"use": "no"}}}},
            ],
            "ingredients": [{"title": "a", "relationship": "parentOf"}],
        }},
        "validation_results": {"activeManifest": {"failure": [{"code": "x"}]}},
        "validation_status": [{"code": "y"}],
    }  # fmt: skip

    def spoiled(value: Any) -> list[Any]:
        """``value`` with junk in each of its places in turn."""
        made = []
        places = value.items() if isinstance(value, dict) else enumerate(value)
        for place, inner in list(places):
            changes = [junk, *(spoiled(inner) if isinstance(inner, dict | list) else [])]
            for change in changes:
                copy = value.copy()
                copy[place] = change
                made.append(copy)
        return made

    stores = spoiled(good)
    assert len(stores) > 20
    for store in stores:
        monkeypatch.setattr(
            provenance, "manifest_store", lambda *_, store=store: (store, False, "")
        )
        (found,) = provenance.credentials_evidence(tmp_path / "a.jpg", tmp_path)
        assert found.key.startswith("credentials-")
