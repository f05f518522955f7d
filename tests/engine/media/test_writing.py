"""What is written: where, in which format, with everything the original said about itself."""

from __future__ import annotations

import errno
import importlib.util
import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings, strategies as st
from PIL import Image

from engine.media.encoding import kept_energy
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.problems import Problem
from tests.engine.media import pictures

EPSILON = 8 / 255
MODES = ("L", "LA", "RGB", "RGBA", "P", "PA", "1", "CMYK", "I;16", "RGB;16", "RGBA;16")
TEXT = b"Title\0Lake"
RATIO = struct.pack(">IIB", 11811, 5906, 1)  # 300 x 150 dpi


def cloak(photo: Photo, epsilon: float = EPSILON) -> np.ndarray:
    width, height = photo.upright_size
    return photo.apply(pictures.low_frequency(height, width, epsilon), epsilon)


def metadata_of(photo: Photo) -> tuple[Any, ...]:
    return photo.icc, photo.exif, photo.xmp, photo.iptc, photo.dpi, photo.orientation, photo.extras


def original(folder: Path, kind: str, orientation: int = 6) -> Path:
    """A photo with all the metadata its format can hold, without a thumbnail."""
    folder.mkdir(exist_ok=True)
    path = folder / f"lake.{kind}"
    pixels = pictures.scene(96, 130)
    exif = pictures.exif(orientation, thumb=False)
    icc = pictures.PROFILES["Display P3"]
    if kind == "png":
        compressed = b"P3\0\0" + zlib.compress(icc or b"")
        xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + pictures.XMP
        path.write_bytes(
            pictures.as_png(pixels, iCCP=compressed, pHYs=RATIO, eXIf=exif, iTXt=xmp, tEXt=TEXT)
        )
        return path
    picture = Image.fromarray(pixels)
    if kind == "tif":
        fields = {271: "Cameras", 274: orientation, 700: pictures.XMP, 33723: pictures.IPTC}
        fields |= {34665: {33434: 0.004}, 34853: {1: "N", 2: (47.0, 22.0, 30.0)}}
        return pictures.saved(
            folder, path.name, picture, "TIFF", tiffinfo=fields, icc_profile=icc, dpi=(300, 150),
        )  # fmt: skip
    options: dict[str, Any] = {"exif": exif, "icc_profile": icc, "xmp": pictures.XMP}
    if kind == "jpg":
        options["exif"] = b"Exif\0\0" + exif
        options |= {"quality": 90, "dpi": (300, 150), "comment": b"by the lake"}
        pictures.saved(folder, path.name, picture, "JPEG", **options)
        data = path.read_bytes()
        block = struct.pack(">4sHHI", b"8BIM", 0x0404, 0, len(pictures.IPTC)) + pictures.IPTC
        block = b"Photoshop 3.0\0" + block + b"\0" * (len(pictures.IPTC) % 2)
        segment = struct.pack(">BBH", 0xFF, 0xED, len(block) + 2) + block
        path.write_bytes(data[:20] + segment + data[20:])
        return path
    if kind == "webp":
        options["lossless"] = True
    return pictures.saved(folder, path.name, picture, kind.upper(), **options)


# ---- metadata -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "webp", "avif"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_everything_is_kept(tmp_path: Path, kind: str, orientation: int) -> None:
    before = read_photo(original(tmp_path, kind, orientation))
    assert before.icc and before.exif and before.xmp
    assert bool(before.iptc) is (kind in ("jpg", "tif"))
    assert bool(before.dpi) is (kind in ("jpg", "tif", "png"))
    written = write_photo(before, cloak(before))
    assert (written.path.name, written.format) == (f"lake-cloaked.{kind}", before.format)
    after = read_photo(written.path)
    assert metadata_of(after) == metadata_of(before)
    assert after.samples.shape == before.samples.shape
    assert after.samples.dtype == before.samples.dtype
    assert after.orientation == orientation
    assert written.notes == ()
    # The same by Pillow, which reads all of this independently.
    with Image.open(written.path) as picture, Image.open(before.path) as source:
        assert picture.size == source.size
        assert picture.getexif()[271] == "Cameras"
        assert picture.getexif().get_ifd(34665)[33434] == pytest.approx(0.004)
        assert picture.getexif().get_ifd(34853)[2] == (47.0, 22.0, 30.0)
        assert picture.info["icc_profile"] == source.info["icc_profile"]
        assert picture.info.get("dpi") == source.info.get("dpi")


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "webp", "avif"])
def test_the_place_is_stripped_on_request(tmp_path: Path, kind: str) -> None:
    before = read_photo(original(tmp_path, kind))
    written = write_photo(before, cloak(before), strip_location=True)
    data = written.path.read_bytes()
    assert not any(place in data for place in pictures.PLACES)
    after = read_photo(written.path)
    assert after.orientation == 6
    assert after.icc == before.icc
    assert after.xmp is not None
    assert b"Ada" in after.xmp
    with Image.open(written.path) as picture:
        assert not picture.getexif().get_ifd(34853)
        assert picture.getexif()[271] == "Cameras"


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_old_thumbnail_goes(tmp_path: Path, order: str) -> None:
    path = tmp_path / "a.jpg"
    exif = b"Exif\0\0" + pictures.exif(8, order)
    pictures.saved(tmp_path, "a.jpg", Image.fromarray(pictures.scene(60, 80)), "JPEG", exif=exif)
    assert pictures.thumbnail() in path.read_bytes()
    photo = read_photo(path)
    written = write_photo(photo, cloak(photo))
    data = written.path.read_bytes()
    assert pictures.thumbnail()[20:60] not in data[:2000]
    assert data.count(b"\xff\xd8\xff") == 1
    assert read_photo(written.path).orientation == 8


def test_sixteen_bit_files_keep_everything(tmp_path: Path) -> None:
    samples = pictures.noise(np.random.default_rng(0), 30, 20, 4, dtype=np.uint16)
    icc = pictures.PROFILES["Adobe RGB"]
    compressed, exif = b"x\0\0" + zlib.compress(icc), pictures.exif(5, thumb=False)
    png = pictures.as_png(samples, iCCP=compressed, pHYs=RATIO, eXIf=exif, tEXt=TEXT)
    (tmp_path / "a.png").write_bytes(png)
    tags = [(34675, 7, len(icc), icc, True), (274, 3, 1, 5, True), (271, 2, 7, "Cameras", True)]
    tifffile.imwrite(
        tmp_path / "a.tif", samples, photometric="rgb", extrasamples=["unassalpha"],
        byteorder=">", extratags=tags, resolution=(300, 150), resolutionunit=2,
    )  # fmt: skip
    for name in ("a.png", "a.tif"):
        before = read_photo(tmp_path / name)
        assert (before.depth, before.orientation, before.icc) == (16, 5, icc)
        wanted = cloak(before)
        after = read_photo(write_photo(before, wanted).path)
        assert np.array_equal(after.samples, wanted)
        assert np.array_equal(after.alpha, samples[..., 3])
        assert metadata_of(after) == metadata_of(before)


def test_tiff_keeps_its_compression(tmp_path: Path) -> None:
    picture = Image.fromarray(pictures.scene(70, 90))
    for name in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        path = pictures.saved(tmp_path, f"{name}.tif", picture, "TIFF", compression=name)
        photo = read_photo(path)
        written = write_photo(photo, cloak(photo))
        with Image.open(written.path) as again:
            assert again.info["compression"] == name
        assert np.array_equal(read_photo(written.path).samples, cloak(photo))


def test_transparent_bmp(tmp_path: Path) -> None:
    pixels = np.dstack([pictures.scene(11, 7), pictures.noise(np.random.default_rng(1), 11, 7)])
    path = pictures.saved(tmp_path, "a.png", Image.fromarray(pixels), "PNG")
    photo = read_photo(path)
    after = read_photo(write_photo(photo, photo.samples, tmp_path / "b.bmp").path)
    assert after.format == "BMP"
    assert np.array_equal(after.samples, pixels[..., :3])
    assert np.array_equal(after.alpha, pixels[..., 3])


# ---- properties -----------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    st.sampled_from(["PNG", "TIFF", "BMP", "WEBP", "GIF"]),
    st.sampled_from(MODES),
    st.integers(1, 90), st.integers(1, 90), st.integers(1, 8),
    st.sampled_from(sorted(pictures.PROFILES)), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_lossless_round_trips(
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    mode: str,
    height: int,
    width: int,
    orientation: int,
    icc: str,
    seed: int,
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    path = source_file(
        folder, kind, mode, (height, width), orientation, pictures.PROFILES[icc], seed
    )
    before = read_photo(path)
    assert (before.height, before.width) == (height, width)
    samples = cloak(before)
    written = write_photo(before, samples, folder / "out")
    after = read_photo(written.path)
    assert written.format == ("PNG" if kind == "GIF" else kind)
    assert np.array_equal(after.samples, samples)
    change = np.abs(after.samples.astype(np.int64) - before.samples) / before.full_scale
    assert (change <= EPSILON).all()
    assert after.depth == before.depth
    if before.alpha is None:
        assert after.alpha is None or (after.alpha == 255).all()
    else:
        assert np.array_equal(after.alpha, before.alpha)
    assert (after.icc, after.exif, after.orientation) == (
        before.icc, before.exif, before.orientation,
    )  # fmt: skip
    again = write_photo(before, samples, folder / "out")
    assert again.path != written.path
    assert again.path.read_bytes() == written.path.read_bytes()


def source_file(
    folder: Path,
    kind: str,
    mode: str,
    size: tuple[int, int],
    orientation: int,
    icc: bytes | None,
    seed: int,
) -> Path:
    """A file of that kind and mode, or of the nearest mode that the format knows."""
    rng = np.random.default_rng(seed)
    path = folder / f"a.{kind.lower()}"
    exif = pictures.exif(orientation, thumb=False)
    if mode.endswith(";16") and kind in ("PNG", "TIFF"):
        channels = {"I;16": 1, "RGB;16": 3, "RGBA;16": 4}[mode]
        samples = pictures.noise(rng, *size, channels, dtype=np.uint16)
        if kind == "PNG":
            compressed = b"x\0\0" + zlib.compress(icc) if icc and channels > 1 else None
            path.write_bytes(pictures.as_png(samples, iCCP=compressed, eXIf=exif))
        else:
            tifffile.imwrite(
                path, samples if channels > 1 else samples[..., 0],
                photometric="rgb" if channels > 1 else "minisblack",
                planarconfig="contig" if channels > 1 else None,
                extrasamples=["unassalpha"] if channels == 4 else None,
                extratags=[(274, 3, 1, orientation, True)],
            )  # fmt: skip
        return path
    mode = mode.removesuffix(";16").replace("I", "L")
    allowed = {
        "PNG": ("L", "LA", "RGB", "RGBA", "P", "1"),
        "TIFF": ("L", "LA", "RGB", "RGBA", "P", "PA", "1", "CMYK"),
        "BMP": ("L", "RGB", "P", "1"),
        "WEBP": ("RGB", "RGBA"),
        "GIF": ("L", "RGB", "RGBA", "P", "1"),
    }[kind]
    picture = Image.fromarray(pictures.noise(rng, *size, 4), "RGBA")
    picture = picture.convert("RGB").convert(mode) if "A" not in mode else picture
    picture = picture.convert(mode) if mode in allowed else picture.convert("RGB")
    options: dict[str, Any] = {}
    if kind in ("PNG", "TIFF", "WEBP") and picture.mode in ("RGB", "RGBA"):
        options = {"icc_profile": icc}
    if kind in ("PNG", "TIFF", "WEBP"):
        options["exif"] = exif
    if kind == "WEBP":
        options |= {"lossless": True, "exact": True}
    return pictures.saved(folder, path.name, picture, kind, **options)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 400), (900, 1), (3000, 5000)])
@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_extreme_sizes(tmp_path: Path, height: int, width: int, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    tile = pictures.scene(min(height, 300), min(width, 500))
    pixels = np.tile(tile, (-(-height // 300), -(-width // 500), 1))
    Image.fromarray(pixels[:height, :width]).save(
        path, **{"compress_level": 1} if kind == "png" else {}
    )
    before = read_photo(path)
    seen = before.working(1024)
    delta = pictures.low_frequency(*seen.shape[:2], EPSILON)
    mask = np.zeros(seen.shape[:2], np.uint8)
    mask[: (len(mask) + 1) // 2] = 255
    samples = before.apply(delta, EPSILON, mask)
    after = read_photo(write_photo(before, samples).path)
    assert after.samples.shape == before.samples.shape
    assert not (samples[(height + 1) // 2 + 3 :] != before.samples[(height + 1) // 2 + 3 :]).any()
    if kind == "png":
        assert np.array_equal(after.samples, samples)
    elif height > 1 and width > 1:
        assert kept_energy(before.samples, samples, after.samples) >= 0.9


# ---- lossy formats --------------------------------------------------------------------------


@pytest.mark.parametrize("source_quality", [30, 75, 95])
@pytest.mark.parametrize("epsilon", [3 / 255, 8 / 255])
def test_jpeg_keeps_the_cloak_at_full_chroma(
    tmp_path: Path, source_quality: int, epsilon: float
) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(pictures.scene(300, 400)).save(path, quality=source_quality)
    before = read_photo(path)
    assert before.encoding.quality == source_quality
    samples = cloak(before, epsilon)
    written = write_photo(before, samples)
    after = read_photo(written.path)
    assert written.notes == ()
    assert kept_energy(before.samples, samples, after.samples) >= 0.9
    assert after.encoding.quality is not None
    assert after.encoding.quality >= 95
    with Image.open(written.path) as picture:
        assert [layer[1:3] for layer in picture.layer] == [(1, 1)] * 3


def test_jpeg_quality_goes_up_where_the_cloak_is_faint(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(pictures.scene(300, 400)).save(path, quality=95)
    photo = read_photo(path)
    rng = np.random.default_rng(0)
    faint = photo.apply(rng.choice([-1, 1], (300, 400, 3)).astype(np.float32) / 255, 1 / 255)
    after = read_photo(write_photo(photo, faint).path)
    assert after.encoding.quality is not None
    assert after.encoding.quality > 95


def test_grey_jpeg_stays_grey(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(pictures.scene(50, 60)).convert("L").save(path)
    photo = read_photo(path)
    assert read_photo(write_photo(photo, cloak(photo)).path).channels == 1


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_other_lossy_formats_keep_the_cloak_and_alpha(tmp_path: Path, kind: str) -> None:
    size = (600, 700) if kind == "WEBP" else (200, 150)
    pixels = np.dstack([pictures.scene(*size), np.full(size, 255, np.uint8)])
    pixels[:100, :, 3] = 0
    path = pictures.saved(tmp_path, f"a.{kind.lower()}", Image.fromarray(pixels), kind, quality=80)
    before = read_photo(path)
    samples = cloak(before)
    written = write_photo(before, samples)
    after = read_photo(written.path)
    assert written.format == kind
    assert np.array_equal(after.alpha, before.alpha)
    seen = np.s_[100:]
    assert kept_energy(before.samples[seen], samples[seen], after.samples[seen]) >= 0.9


def test_a_large_webp_is_lossless_only_where_it_has_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    Image.fromarray(pictures.scene(600, 700)).save(path, quality=80)
    photo = read_photo(path)
    assert not photo.encoding.lossless
    luma = photo.apply(pictures.low_frequency(600, 700, EPSILON).mean(2, keepdims=True)
                       .repeat(3, axis=2) * 2, EPSILON)  # fmt: skip
    assert not read_photo(write_photo(photo, luma).path).encoding.lossless
    rng = np.random.default_rng(0)
    fine = photo.apply(rng.choice([-EPSILON, EPSILON], (600, 700, 3)).astype(np.float32), EPSILON)
    after = read_photo(write_photo(photo, fine).path)
    assert after.encoding.lossless
    assert np.array_equal(after.samples, fine)


# ---- where it goes --------------------------------------------------------------------------


def test_names_and_folders(tmp_path: Path) -> None:
    photo = read_photo(original(tmp_path, "png"))
    before = photo.path.read_bytes()
    samples = cloak(photo)

    def name(out: Path | None = None, **options: Any) -> str:
        return str(write_photo(photo, samples, out, **options).path.relative_to(tmp_path))

    assert name() == "lake-cloaked.png"
    assert name() == "lake-cloaked-2.png"
    assert name(suffix="_safe") == "lake_safe.png"
    assert name(tmp_path) == "lake-2.png"
    assert name(tmp_path / "new" / "folder") == "new/folder/lake.png"
    assert name(tmp_path / "new" / "folder") == "new/folder/lake-2.png"
    assert name(tmp_path / "mine.PNG") == "mine.PNG"
    assert name(photo.path) == "lake-3.png"
    assert photo.path.read_bytes() == before
    assert not list(tmp_path.rglob(".*"))


def test_another_format_can_be_asked_for(tmp_path: Path) -> None:
    photo = read_photo(original(tmp_path, "png", orientation=8))
    samples = cloak(photo)
    for ending, kind in ((".jpg", "JPEG"), (".tiff", "TIFF"), (".webp", "WEBP"), (".avif", "AVIF")):
        written = write_photo(photo, samples, tmp_path / f"b{ending}")
        assert (written.format, written.path.name) == (kind, f"b{ending}")
        assert written.notes == ("format-changed",)
        after = read_photo(written.path)
        assert (after.orientation, after.icc, after.xmp) == (8, photo.icc, photo.xmp)
        assert np.abs(after.samples.astype(int) - samples).mean() < 3
    written = write_photo(photo, samples, tmp_path / "b.bmp")
    assert "metadata-dropped" in written.notes
    turned = np.asarray(Image.open(written.path))
    assert turned.shape[:2] == photo.upright_size[::-1]
    assert write_photo(photo, samples, tmp_path / "b.gif").path.name == "b.png"


def test_what_a_format_cannot_hold_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    samples = pictures.noise(rng, 20, 20, 4, dtype=np.uint16)
    (tmp_path / "a.png").write_bytes(pictures.as_png(samples))
    photo = read_photo(tmp_path / "a.png")
    written = write_photo(photo, photo.samples, tmp_path / "a.jpg")
    assert written.notes == ("format-changed", "depth-reduced", "alpha-flattened")
    written = write_photo(photo, photo.samples, tmp_path / "a.webp")
    assert written.notes == ("format-changed", "depth-reduced")
    after = read_photo(written.path)
    assert np.array_equal(after.samples, np.rint(samples[..., :3] / 257))


def test_gif_becomes_png(tmp_path: Path) -> None:
    Image.fromarray(pictures.scene(20, 30)).save(tmp_path / "a.gif")
    photo = read_photo(tmp_path / "a.gif")
    written = write_photo(photo, cloak(photo))
    assert (written.path.name, written.notes) == ("a-cloaked.png", ("format-changed",))
    assert np.array_equal(read_photo(written.path).samples, cloak(photo))


def test_a_wrong_ending_is_put_right(tmp_path: Path) -> None:
    Image.fromarray(pictures.scene(20, 30)).save(tmp_path / "a.png", "JPEG")
    photo = read_photo(tmp_path / "a.png")
    assert write_photo(photo, cloak(photo)).path.name == "a-cloaked.jpg"


def test_a_name_taken_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = read_photo(original(tmp_path, "png"))
    rival = tmp_path / "lake-cloaked.png"
    flush = os.fsync

    def taken(descriptor: int) -> None:
        flush(descriptor)
        if not rival.exists():
            rival.write_bytes(b"rival")

    monkeypatch.setattr(os, "fsync", taken)
    assert write_photo(photo, cloak(photo)).path.name == "lake-cloaked-2.png"
    assert rival.read_bytes() == b"rival"


# ---- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (errno.ENOSPC, "disk.full"),
        (errno.EACCES, "folder.unwritable"),
        (errno.EROFS, "folder.unwritable"),
    ],
)
def test_a_full_disk_or_a_locked_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, problem: str
) -> None:
    photo = read_photo(original(tmp_path, "jpg"))

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(code, os.strerror(code))

    plain = Path.open

    def opened(path: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if mode == "xb":
            plain(path, mode).close()
            return Full()
        return plain(path, mode, *rest, **options)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(Problem) as caught:
        write_photo(photo, cloak(photo))
    assert caught.value.code == problem
    assert [path.name for path in tmp_path.iterdir()] == ["lake.jpg"]


def test_a_disk_that_fills_up_at_the_last_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = read_photo(original(tmp_path, "jpg"))

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Problem) as caught:
        write_photo(photo, cloak(photo))
    assert caught.value.code == "disk.full"
    assert [path.name for path in tmp_path.iterdir()] == ["lake.jpg"]


def test_an_output_folder_that_cannot_be(tmp_path: Path) -> None:
    photo = read_photo(original(tmp_path, "png"))
    with pytest.raises(Problem) as caught:
        write_photo(photo, photo.samples, photo.path / "folder")
    assert caught.value.code == "folder.unwritable"


def test_heic_cannot_be_asked_for_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = read_photo(original(tmp_path, "png"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Problem) as caught:
        write_photo(photo, photo.samples, tmp_path / "a.heic")
    assert caught.value.code == "photo.heic-extra"


def test_samples_of_another_kind_are_refused(tmp_path: Path) -> None:
    photo = read_photo(original(tmp_path, "png"))
    for other in (photo.samples[:-1], photo.samples.astype(np.uint16)):
        with pytest.raises(ValueError, match="shape and type"):
            write_photo(photo, other)


@pytest.mark.data
def test_real_photos(tmp_path: Path, shared_data: Path) -> None:
    files = sorted((shared_data / "photos").rglob("*.jpg"))[:3]
    files += sorted((shared_data / "photos").rglob("*.png"))[:3]
    assert files
    for file in files:
        before = read_photo(file)
        samples = cloak(before)
        written = write_photo(before, samples, tmp_path)
        after = read_photo(written.path)
        assert written.format == before.format
        assert metadata_of(after)[:5] == metadata_of(before)[:5]
        assert kept_energy(before.samples, samples, after.samples) >= 0.9
