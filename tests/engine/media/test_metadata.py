from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, strategies as st
from PIL import Image

from engine.media import ifd
from engine.media.metadata import Metadata, for_writing, joined_resources, split_resources
from tests.engine.media import pictures


def parsed(exif: bytes) -> Image.Exif:
    found = Image.Exif()
    found.load(exif)
    return found


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("gps", [True, False])
@pytest.mark.parametrize("thumb", [True, False])
def test_editing_exif_keeps_all_else_in_its_place(order: str, gps: bool, thumb: bool) -> None:
    before = pictures.exif(6, order, gps, thumb)
    kept, notes = for_writing(Metadata(exif=before), strip_location=False)
    assert notes == ()
    assert kept.exif is not None
    assert (kept.exif == before) is not thumb
    assert pictures.thumbnail()[:60] not in kept.exif
    stripped, notes = for_writing(Metadata(exif=before), strip_location=True)
    assert notes == ()
    assert stripped.exif is not None
    latitude = struct.pack(f"{order}4I", 47, 1, 22, 1)
    assert (latitude in kept.exif) is gps
    assert latitude not in stripped.exif
    for block, place in ((kept.exif, gps), (stripped.exif, False)):
        found = parsed(block)
        assert found[271] == "Cameras"
        assert found[274] == 6
        assert (34853 in found) is place
        inner = found.get_ifd(34665)
        assert inner[33434] == pytest.approx(1 / 250)
        assert inner[37500] == b"MakerNote"
        assert not found.get_ifd(1)
        # Maker notes hold absolute offsets, so they must not move.
        assert block.index(b"MakerNote") == before.index(b"MakerNote")


def test_overlapping_parts_are_written_anew() -> None:
    block = bytearray(pictures.exif(3, gps=False))
    # The thumbnail claims to be where the maker's name is.
    maker = block.index(b"Cameras")
    second = ifd.read(io.BytesIO(bytes(block))).next
    struct.pack_into("<I", block, second + 2 + 8, maker)
    kept, _ = for_writing(Metadata(exif=bytes(block)), strip_location=False)
    assert kept.exif is not None
    assert parsed(kept.exif)[271] == "Cameras"
    assert parsed(kept.exif)[274] == 3


@given(st.binary(max_size=200), st.booleans())
def test_broken_blocks_never_raise_and_are_kept_unless_they_may_tell_a_place(
    junk: bytes, strip: bool
) -> None:
    for head in (b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"):
        before = Metadata(exif=head + junk, xmp=junk, iptc=junk, resources=junk)
        kept, _ = for_writing(before, strip)
        if not strip and not head:
            assert (kept.exif, kept.iptc) == (before.exif, before.iptc)
        assert 1 <= ifd.orientation(before.exif) <= 8


def test_a_broken_block_goes_when_the_location_must() -> None:
    kept, notes = for_writing(Metadata(exif=b"rubbish", xmp=b"\xff\xfeutf16"), strip_location=True)
    assert (kept.exif, kept.xmp) == (None, None)
    assert notes == ("metadata-dropped",)


def test_xmp_loses_the_place_and_nothing_else() -> None:
    kept, _ = for_writing(Metadata(xmp=pictures.XMP), strip_location=False)
    assert kept.xmp == pictures.XMP
    stripped, notes = for_writing(Metadata(xmp=pictures.XMP), strip_location=True)
    assert notes == ()
    assert stripped.xmp is not None
    assert not any(place in stripped.xmp for place in pictures.PLACES)
    for rest in (b"Ada", b'dc:format="image/jpeg"', b"<?xpacket begin", b"</rdf:RDF>"):
        assert rest in stripped.xmp


def test_xmp_whose_place_hides_behind_an_unknown_prefix_goes_entirely() -> None:
    hidden = pictures.XMP.replace(b"http://ns.adobe.com/exif/1.0/", b"http://example.org/exif/")
    stripped, notes = for_writing(Metadata(xmp=hidden), strip_location=True)
    assert stripped.xmp is None
    assert notes == ("metadata-dropped",)


def test_xmp_thumbnails_always_go() -> None:
    inside = b'<xmp:Thumbnails xmlns:xmp="http://ns.adobe.com/xap/1.0/">BASE64</xmp:Thumbnails>'
    space = b' xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    xmp = pictures.XMP.replace(b"<rdf:Description ", b"<rdf:Description" + space)
    kept, _ = for_writing(
        Metadata(xmp=xmp.replace(b"<dc:creator>", inside + b"<dc:creator>")), strip_location=False
    )
    assert kept.xmp == xmp


def test_iptc_loses_the_place_and_nothing_else() -> None:
    stripped, _ = for_writing(Metadata(iptc=pictures.IPTC), strip_location=True)
    assert stripped.iptc == pictures.iptc((80, b"Ada"), (120, b"A caption"))
    long = struct.pack(">BBBHI", 0x1C, 2, 120, 0x8004, 5) + b"title"
    stripped, _ = for_writing(
        Metadata(iptc=long + pictures.iptc((90, b"Zurich"))), strip_location=True
    )
    assert stripped.iptc == long


def test_photoshop_resources() -> None:
    def block(kind: int, data: bytes) -> bytes:
        body = struct.pack(">4sHHI", b"8BIM", kind, 0, len(data)) + data
        return body + b"\0" * (len(data) % 2)

    other, small = block(0x03ED, b"resolution"), block(0x040C, b"thumbnail")
    whole = other + block(0x0404, pictures.IPTC) + small
    iptc, resources = split_resources(whole)
    assert iptc == pictures.IPTC
    assert resources == other + small
    assert split_resources(joined_resources(iptc, resources)) == (iptc, resources)
    kept, notes = for_writing(Metadata(resources=resources), strip_location=False)
    assert kept.resources == other
    assert notes == ()


def test_old_style_profiles_and_extended_xmp_go_with_the_place() -> None:
    extras = (
        (b"tEXt", b"Raw profile type exif\0..."),
        (b"XMP extension", b"..."),
        (b"tEXt", b"Title\0Lake"),
    )
    kept, notes = for_writing(Metadata(extras=extras), strip_location=True)
    assert kept.extras == extras[2:]
    assert notes == ("metadata-dropped",)


@given(st.integers(1, 8), st.sampled_from("<>"))
def test_orientation_is_read_and_set(value: int, order: str) -> None:
    block = pictures.exif(value, order)
    assert ifd.orientation(block) == value
    assert ifd.with_orientation(block, value) is block
    assert ifd.orientation(ifd.with_orientation(None, value)) == value
    turned = ifd.with_orientation(block, 9 - value)
    assert turned is not None
    assert ifd.orientation(turned) == 9 - value
    assert parsed(turned).get_ifd(34665)[33434] == pytest.approx(1 / 250)
