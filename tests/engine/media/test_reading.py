"""What is read from files of every kind, and every reason not to read one."""

from __future__ import annotations

import builtins
import errno
import io
import os
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from engine.media import png_file
from engine.media.reading import read_photo
from engine.problems import Problem
from tests.engine.media import pictures

RGB = pictures.scene(40, 60)
GREY = RGB[..., :1]
ALPHA = pictures.noise(np.random.default_rng(5), 40, 60)


def problem(path: Path, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        read_photo(path, **options)
    assert path.name in str(caught.value)
    return caught.value


def put(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def encoded(kind: str, picture: Image.Image | None = None, **options: Any) -> bytes:
    stream = io.BytesIO()
    (picture or Image.fromarray(RGB)).save(stream, kind, **options)
    return stream.getvalue()


# ---- pixels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "WEBP", "GIF", "JPEG", "AVIF"])
def test_every_format(tmp_path: Path, kind: str) -> None:
    lossless = {"lossless": True} if kind == "WEBP" else {}
    # The ending says nothing: formats are recognised by their contents.
    found = read_photo(put(tmp_path, "a.dat", encoded(kind, **lossless)))
    assert (found.format, found.width, found.height, found.depth) == (kind, 60, 40, 8)
    difference = np.abs(found.samples.astype(int) - RGB)
    assert difference.mean() < {"JPEG": 6, "AVIF": 6, "GIF": 20}.get(kind, 1e-9)
    assert found.alpha is None


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "1", "P"])
def test_modes_of_eight_bits(tmp_path: Path, kind: str, mode: str) -> None:
    picture = Image.fromarray(np.dstack([RGB, ALPHA]), "RGBA")
    picture = (picture.convert("RGB") if mode == "P" else picture).convert(mode)
    found = read_photo(put(tmp_path, "a", encoded(kind, picture)))
    wanted = np.asarray(picture.convert({"1": "L", "P": "RGB"}.get(mode, mode)))
    colours = 1 if mode in ("L", "LA", "1") else 3
    assert np.array_equal(found.samples, wanted.reshape(40, 60, -1)[..., :colours])
    if mode.endswith("A"):
        assert np.array_equal(found.alpha, ALPHA)
    else:
        assert found.alpha is None
    notes = {"1": ("bilevel-expanded",), "P": ("palette-expanded",)}
    assert found.notes == notes.get(mode, ())


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "TIFF-zlib", "TIFF-planar"])
def test_sixteen_bits(tmp_path: Path, channels: int, kind: str) -> None:
    samples = pictures.noise(np.random.default_rng(0), 21, 33, channels, dtype=np.uint16)
    path = tmp_path / "a"
    if kind == "PNG":
        path.write_bytes(pictures.as_png(samples))
    else:
        planar = kind == "TIFF-planar" and channels > 1
        options = {
            "photometric": "rgb" if channels > 2 else "minisblack",
            "extrasamples": ["unassalpha"] if channels in (2, 4) else None,
            "compression": "zlib" if kind == "TIFF-zlib" else None,
        }
        if channels > 1:
            options["planarconfig"] = "separate" if planar else "contig"
        data = np.moveaxis(samples, -1, 0) if planar else samples
        tifffile.imwrite(path, data if channels > 1 else samples[..., 0], **options)
    found = read_photo(path)
    assert found.depth == 16
    colours = 3 if channels > 2 else 1
    assert np.array_equal(found.samples, samples[..., :colours])
    if channels in (2, 4):
        assert np.array_equal(found.alpha, samples[..., -1])
    else:
        assert found.alpha is None


def test_sixteen_bit_tiff_of_other_makers(tmp_path: Path) -> None:
    import cv2

    samples = pictures.noise(np.random.default_rng(0), 21, 33, 3, dtype=np.uint16)
    path = tmp_path / "lzw.tif"
    cv2.imwrite(str(path), samples[..., ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5])
    assert np.array_equal(read_photo(path).samples, samples)
    tifffile.imwrite(tmp_path / "white.tif", samples[..., 0], photometric="miniswhite")
    assert np.array_equal(
        read_photo(tmp_path / "white.tif").samples[..., 0], 65535 - samples[..., 0]
    )
    tifffile.imwrite(tmp_path / "big.tif", samples, bigtiff=True, byteorder=">", photometric="rgb")
    assert np.array_equal(read_photo(tmp_path / "big.tif").samples, samples)


def test_cmyk_becomes_srgb(tmp_path: Path) -> None:
    picture = Image.fromarray(RGB).convert("CMYK")
    for kind in ("JPEG", "TIFF"):
        broken = b"not a profile"
        found = read_photo(put(tmp_path, kind, encoded(kind, picture, icc_profile=broken)))
        assert found.notes == ("cmyk-converted",)
        assert found.icc is None
        assert np.abs(found.samples.astype(int) - RGB).mean() < 6


def test_lab_and_ycbcr_become_srgb(tmp_path: Path) -> None:
    profiles = [ImageCms.createProfile(name) for name in ("sRGB", "LAB")]
    transform = ImageCms.buildTransform(*profiles, "RGB", "LAB")
    lab = ImageCms.applyTransform(Image.fromarray(RGB), transform)
    found = read_photo(put(tmp_path, "lab.tif", encoded("TIFF", lab)))
    assert found.notes == ("lab-converted",)
    assert np.abs(found.samples.astype(int) - RGB).mean() < 3
    ycbcr = Image.fromarray(RGB).convert("YCbCr")
    found = read_photo(put(tmp_path, "y.tif", encoded("TIFF", ycbcr)))
    assert np.abs(found.samples.astype(int) - RGB).mean() < 3


def test_transparent_colours_become_alpha(tmp_path: Path) -> None:
    for depth, scale in ((np.uint8, 1), (np.uint16, 257)):
        samples = (GREY.astype(depth) * scale).astype(depth)
        key = struct.pack(">H", int(samples[3, 4, 0]))
        found = read_photo(put(tmp_path, "grey.png", pictures.as_png(samples, tRNS=key)))
        assert np.array_equal(found.alpha == 0, samples[..., 0] == samples[3, 4, 0])
        samples = (RGB.astype(depth) * scale).astype(depth)
        key = struct.pack(">3H", *(int(value) for value in samples[3, 4]))
        found = read_photo(put(tmp_path, "rgb.png", pictures.as_png(samples, tRNS=key)))
        assert found.alpha is not None
        assert found.alpha[3, 4] == 0
        assert (found.alpha == 0).mean() < 0.1
    palette = Image.fromarray(RGB).convert("P")
    found = read_photo(
        put(tmp_path, "p.gif", encoded("GIF", palette, transparency=7, optimize=False))
    )
    assert np.array_equal(found.alpha == 0, np.asarray(palette) == 7)


def test_only_the_first_of_several_pictures(tmp_path: Path) -> None:
    others = [Image.fromarray(RGB[::-1]), Image.fromarray(RGB[:, ::-1])]
    more = {"save_all": True, "append_images": others}
    for kind in ("PNG", "WEBP", "TIFF", "GIF", "MPO"):
        lossless = {"lossless": True} if kind == "WEBP" else {}
        found = read_photo(put(tmp_path, kind, encoded(kind, **more, **lossless)))
        assert "first-frame" in found.notes
        assert found.format == ("JPEG" if kind == "MPO" else kind)
        assert np.abs(found.samples.astype(int) - RGB).mean() < 20


def test_associated_alpha_is_undone(tmp_path: Path) -> None:
    samples = np.full((4, 4, 4), 30000, np.uint16)
    samples[..., 3] = 40000
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", extrasamples=["assocalpha"])
    found = read_photo(tmp_path / "a.tif")
    assert (found.samples == round(30000 * 65535 / 40000)).all()


# ---- broken metadata ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_broken_metadata_does_not_cost_the_picture(tmp_path: Path, kind: str) -> None:
    junk = b"II*\0\xff\xff\xff\xff rubbish"
    options: dict[str, Any] = {"icc_profile": b"no profile at all" * 9, "xmp": b"\xff\xfe<x"}
    if kind in ("JPEG", "WEBP"):
        options["exif"] = junk
    if kind == "TIFF":
        options["tiffinfo"] = {700: options.pop("xmp")}
    if kind == "PNG":
        data = pictures.as_png(
            RGB, iCCP=b"x\0\0" + zlib.compress(options["icc_profile"]), eXIf=junk, zTXt=b"a"
        )
    else:
        data = encoded(kind, **options)
    found = read_photo(put(tmp_path, "a", data))
    assert found.notes == ("icc-unreadable",)
    assert found.icc == options["icc_profile"]
    assert found.orientation == 1
    assert np.abs(found.samples.astype(int) - RGB).mean() < 6
    assert found.working(None).shape == (40, 60, 3)


def test_exif_of_a_turned_avif_whose_fields_are_of_the_wrong_type(tmp_path: Path) -> None:
    """Found by fuzzing: Pillow turns such a picture, for which it writes the EXIF anew."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker of cameras", 6
    file = tmp_path / "turned.avif"
    Image.fromarray(RGB).save(file, exif=exif)
    text, fraction = (struct.pack(">HHI", 0x010F, *kind) for kind in ((2, 17), (5, 1)))
    data = file.read_bytes()
    assert data.count(text) == 1
    file.write_bytes(data.replace(text, fraction))
    assert problem(file).code == "photo.damaged"


def test_a_png_profile_that_does_not_inflate_is_left_out(tmp_path: Path) -> None:
    found = read_photo(put(tmp_path, "a.png", pictures.as_png(RGB, iCCP=b"x\0\0nonsense")))
    assert found.icc is None
    data = bytearray(pictures.as_png(RGB, tEXt=b"Title\0Hello"))
    data[data.index(b"Hello")] ^= 1  # its checksum is wrong now
    assert read_photo(put(tmp_path, "b.png", bytes(data))).extras == ()


def test_lookup_table_profiles_are_used_for_looking(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    table = lab[:16] + b"RGB " + lab[20:]
    found = read_photo(put(tmp_path, "a.png", encoded("PNG", icc_profile=table)))
    assert "icc-approximate" in found.notes
    assert found.working(None).shape == (40, 60, 3)
    delta = np.full((40, 60, 3), 4 / 255, np.float32)
    assert (found.apply(delta, 1.0) == np.minimum(RGB + 4, 255)).all()


# ---- refusals -------------------------------------------------------------------------------


def test_missing_unreadable_and_empty_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problem(tmp_path / "a.jpg").code == "file.missing"
    assert problem(put(tmp_path, "b.jpg", b"")).code == "file.empty"
    (tmp_path / "folder.jpg").mkdir()
    assert problem(tmp_path / "folder.jpg").code == "photo.not-image"
    path = put(tmp_path, "c.jpg", encoded("JPEG"))

    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", denied)
    assert problem(path).code == "file.unreadable"


@pytest.mark.parametrize(
    "data", [b"x", b"just text, of some length " * 50, b"%PDF-1.7" * 99, b"BM, text", bytes(5000)]
)
def test_what_is_not_a_picture(tmp_path: Path, data: bytes) -> None:
    assert problem(put(tmp_path, "a.png", data)).code == "photo.not-image"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_truncated_files(
    tmp_path: Path, kind: str, part: float, capfd: pytest.CaptureFixture[str]
) -> None:
    data = encoded(kind)
    assert problem(put(tmp_path, "a", data[: int(part * len(data))])).code == "photo.damaged"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "AVIF"])
def test_files_cut_off_within_the_header(tmp_path: Path, kind: str) -> None:
    data = encoded(kind)
    for length in range(13 if kind in ("WEBP", "AVIF") else 9, 40, 3):
        if kind == "BMP" and length < 18:
            continue
        assert problem(put(tmp_path, "a", data[:length])).code in (
            "photo.damaged",
            "photo.not-image",
        )


@pytest.mark.parametrize("part", [0.3, 0.7, 0.98])
def test_truncated_sixteen_bit_files(tmp_path: Path, part: float) -> None:
    samples = pictures.noise(np.random.default_rng(0), 40, 40, 3, dtype=np.uint16)
    data = pictures.as_png(samples)
    assert problem(put(tmp_path, "a.png", data[: int(part * len(data))])).code == "photo.damaged"
    tifffile.imwrite(tmp_path / "b.tif", samples, photometric="rgb")
    data = (tmp_path / "b.tif").read_bytes()
    assert problem(put(tmp_path, "b.tif", data[: int(part * len(data))])).code == "photo.damaged"


def test_a_png_whose_data_end_early_although_it_is_complete(tmp_path: Path) -> None:
    samples = pictures.noise(np.random.default_rng(0), 40, 40, 3, dtype=np.uint16)
    found = png_file.chunks(pictures.as_png(samples))
    raw = zlib.decompress(b"".join(body for name, body in found if name == b"IDAT"))
    short = zlib.compress(raw[: len(raw) // 2])
    data = png_file.joined([found[0], (b"IDAT", short), (b"IEND", b"")])
    assert problem(put(tmp_path, "a.png", data)).code == "photo.damaged"


def test_flipped_bits_are_damage_or_harmless_but_never_a_crash(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for kind in ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "AVIF"):
        data = encoded(kind)
        for _ in range(25):
            broken = bytearray(data)
            for place in rng.integers(0, len(data), 3):
                broken[place] ^= 1 << int(rng.integers(8))
            path = put(tmp_path, "a", bytes(broken))
            try:
                assert read_photo(path, max_pixels=100_000).samples.size
            except Problem as caught:
                assert caught.code.startswith("photo.")


def test_bombs_are_refused_before_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    def decode(*_: Any, **__: Any) -> None:
        raise AssertionError("decoded")

    paths = [put(tmp_path, kind, encoded(kind)) for kind in ("JPEG", "TIFF", "BMP", "WEBP", "GIF")]
    header = struct.pack(">IIBBBBB", 60000, 50000, 8, 2, 0, 0, 0)
    bomb = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    paths.append(put(tmp_path, "a.png", png_file.joined(bomb)))
    monkeypatch.setattr(Image.Image, "load", decode)
    for path in paths:
        caught = problem(path, max_pixels=2399)
        assert caught.code == "photo.too-large"
    caught = problem(paths[-1])
    assert (caught.details["megapixels"], caught.details["limit"]) == (3000, 300)
    # Decoders believe a second header: small at first sight, and gigabytes when it is decoded.
    small = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    path = put(tmp_path, "b.png", png_file.joined([(b"IHDR", small), *bomb]))
    assert problem(path).code == "photo.damaged"
    assert not recwarn.list


def test_large_pictures_under_the_limit_print_no_warning(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = saved = tmp_path / "a.png"
    Image.new("1", (9500, 9500)).save(saved)
    assert read_photo(path).width == 9500
    assert not recwarn.list


def test_pictures_without_pixels(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 0, 50, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    paths = [put(tmp_path, "a.png", png_file.joined(chunks))]
    jpeg = bytearray(encoded("JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 7] = b"\0\0"
    paths.append(put(tmp_path, "a.jpg", bytes(jpeg)))
    bmp = bytearray(encoded("BMP"))
    bmp[18:22] = bytes(4)
    paths.append(put(tmp_path, "a.bmp", bytes(bmp)))
    for path in paths:
        assert problem(path).code == "photo.zero-size"


def test_pixels_that_could_not_be_written_back(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "float.tif", RGB[..., 0].astype(np.float32))
    tifffile.imwrite(tmp_path / "signed.tif", RGB[..., 0].astype(np.int16))
    tifffile.imwrite(tmp_path / "wide.tif", RGB[..., 0].astype(np.uint32))
    for name in ("float.tif", "signed.tif", "wide.tif"):
        assert problem(tmp_path / name).code == "photo.unsupported"


def test_raw_camera_files_are_not_mistaken_for_their_preview(tmp_path: Path) -> None:
    path = tmp_path / "a.dng"
    tifffile.imwrite(path, RGB, photometric="rgb", extratags=[(50706, 1, 4, b"\1\4\0\0", True)])
    caught = problem(path)
    assert caught.code == "photo.unsupported"
    assert "raw" in str(caught)


def test_heic_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name.startswith("pillow_heif"):
            raise ImportError(name)
        return plain(name, *rest, **options)

    monkeypatch.delitem(sys.modules, "pillow_heif", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    data = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic") + bytes(100)
    caught = problem(put(tmp_path, "a.heic", data))
    assert caught.code == "photo.heic-extra"
    assert "cloakroom[heic]" in str(caught)
