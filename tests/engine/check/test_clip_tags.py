"""Tags of clips and recordings, in the layouts that ffmpeg, ComfyUI, InvokeAI and phones write."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.check.clip_tags import only_sound, tags_of
from engine.check.generators import generator_evidence
from engine.check.provenance import label_evidence
from engine.check.sound_tags import tags_of as sound_tags_of
from engine.problems import Problem
from tests.engine.check.conftest import Checked
from tests.engine.check.test_generators import COMFY, INVOKE, WORKFLOW

CHINA = '{"Label":"1","ContentProducer":"001191310000MA1K"}'
SUNO = "made with suno; created=2025-10-08T16:20:02.314Z; id=116d34f4-b3d5-48b8-9334-011b1dd1df00"


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I", 8 + len(body)) + kind + body


def data(text: str) -> bytes:
    return box(b"data", struct.pack(">II", 1, 0), text.encode())


def handler(kind: bytes) -> bytes:
    return box(b"hdlr", bytes(8), kind, bytes(13))


def track(kind: bytes) -> bytes:
    return box(b"trak", box(b"mdia", handler(kind)))


def keyed(texts: dict[str, str]) -> bytes:
    """``-movflags use_metadata_tags``: a table of names, and values by their number in it."""
    names = b"".join(box(b"mdta", name.encode()) for name in texts)
    keys = box(b"keys", bytes(4), struct.pack(">I", len(texts)), names)
    values = enumerate(texts.values(), 1)
    items = box(b"ilst", *(box(struct.pack(">I", n), data(text)) for n, text in values))
    return box(b"udta", box(b"meta", bytes(4), handler(b"mdta"), keys, items))


def listed(kind: bytes, text: str) -> bytes:
    items = box(b"ilst", box(kind, data(text)))
    return box(b"udta", box(b"meta", bytes(4), handler(b"mdir"), items))


def mp4(*moov: bytes, brand: bytes = b"isom") -> bytes:
    head = box(b"ftyp", brand, bytes(4), brand)
    return head + box(b"mdat", bytes(3000)) + box(b"moov", *moov)


def element(kind: int, body: bytes) -> bytes:
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return name + (len(body) | 1 << 56).to_bytes(8, "big") + body


def webm(texts: dict[str, str]) -> bytes:
    simple = [
        element(0x67C8, element(0x45A3, name.encode()) + element(0x4487, text.encode()))
        for name, text in texts.items()
    ]
    info = element(0x1549A966, element(0x4D80, b"Lavf60.3.100") + element(0x5741, b"Sora 2"))
    tags = element(0x1254C367, element(0x7373, b"".join(simple)))
    cluster = element(0x1F43B675, bytes(3000))
    # A segment whose length was not known when it was written, as of a live recording.
    return element(0x1A45DFA3, b"") + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + info + cluster + tags


GRAPHS = {"prompt": json.dumps(COMFY), "workflow": json.dumps(WORKFLOW)}
CLIPS: dict[str, tuple[bytes, str]] = {
    "ComfyUI, keyed": (mp4(track(b"vide"), keyed(GRAPHS)), "ComfyUI"),
    "ComfyUI, in a comment": (mp4(listed(b"\xa9cmt", json.dumps(GRAPHS))), "ComfyUI"),
    "ComfyUI, WebM": (webm({"PROMPT": GRAPHS["prompt"]}), "ComfyUI"),
    "InvokeAI, keyed": (mp4(keyed({"invokeai_metadata": json.dumps(INVOKE)})), "InvokeAI"),
}


@pytest.mark.parametrize("name", CLIPS)
def test_generators_in_clips(name: str, tmp_path: Path) -> None:
    content, program = CLIPS[name]
    file = tmp_path / "clip"
    file.write_bytes(content)
    (evidence,) = generator_evidence(tags_of(file), None)
    assert evidence.details["program"] == program
    assert any("prompt" in fact for fact, _ in evidence.facts)


def test_what_tags_are_called(tmp_path: Path) -> None:
    file = tmp_path / "clip"
    apple = {"com.apple.quicktime.make": "Apple", "com.apple.quicktime.software": "18.1"}
    file.write_bytes(mp4(keyed(apple), listed(b"\xa9too", "Lavf60")))
    assert [(t.name, t.value) for t in tags_of(file)] == [
        ("Make", "Apple"), ("Software", "18.1"), ("Software", "Lavf60"),
    ]  # fmt: skip
    xmp = b"<x:xmpmeta>label</x:xmpmeta>"
    mark = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    file.write_bytes(mp4(box(b"udta", box(b"\xa9swr", b"\0\4\0\0Edit"))) + box(b"uuid", mark, xmp))
    assert [(t.where, t.value) for t in tags_of(file)] == [("tag", "Edit"), ("XMP", xmp.decode())]
    file.write_bytes(webm({"COMMENT": "hello"}))
    assert ("Comment", "hello") in [(t.name, t.value) for t in tags_of(file)]


def test_chinas_label_in_a_clip(tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(mp4(keyed({"AIGC": CHINA})))
    (evidence,) = label_evidence(tags_of(file))
    assert evidence.key == "label-china"


def test_a_voice_message_is_no_clip(tmp_path: Path) -> None:
    file = tmp_path / "a"
    for tracks, alone in (((b"soun",), True), ((b"vide", b"soun"), False), ((), False)):
        file.write_bytes(mp4(*map(track, tracks)))
        assert only_sound(file) is alone


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"3gp4", b"M4A "])
@pytest.mark.parametrize("suffix", ["m4a", "mp4"])
def test_recordings_of_any_phone_are_recordings(
    brand: bytes, suffix: str, tmp_path: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Android's recorders write brands of clips into ``.m4a``, and sound alone into ``.mp4``."""
    monkeypatch.setattr("engine.media.sound_tracks.ffmpeg", lambda: None)
    file = tmp_path / f"message.{suffix}"
    file.write_bytes(mp4(track(b"soun"), brand=brand))
    with pytest.raises(Problem) as caught:
        checked(file)
    assert caught.value.code == "recording.ffmpeg"


def tagged_ogg(comments: list[str]) -> bytes:
    """The first two packets of an Opus file, the second one over several pages."""
    texts = [text.encode() for text in comments]
    body = b"OpusTags" + struct.pack("<I", 4) + b"Lavf" + struct.pack("<I", len(texts))
    body += b"".join(struct.pack("<I", len(text)) + text for text in texts)
    pages = [b"OpusHead" + bytes(11)]
    pages += [body[at : at + 5100] for at in range(0, len(body), 5100)]
    made = b""
    for number, page in enumerate(pages):
        full, rest = divmod(len(page), 255)
        lacing = b"\xff" * full + (bytes([rest]) if rest or number in (0, len(pages) - 1) else b"")
        made += b"OggS" + bytes(14) + struct.pack("<I", number) + bytes(4)
        made += bytes([len(lacing)]) + lacing + page
    return made


def test_generators_in_recordings(tmp_path: Path) -> None:
    graph = json.dumps(COMFY | {"9": {"class_type": "Note", "inputs": {"text": "x" * 20_000}}})
    stream = io.BytesIO()
    soundfile.write(stream, np.zeros(800), 8000, "PCM_16", format="FLAC")
    flac, body = stream.getvalue(), b"\4\0\0\0Lavf\1\0\0\0"
    pair = b"prompt=" + graph.encode()
    body += struct.pack("<I", len(pair)) + pair
    at = 4
    while flac[at] & 0x7F != 4:  # libsndfile writes comments of its own, which ours replace
        at += 4 + int.from_bytes(flac[at + 1 : at + 4], "big")
    after = at + 4 + int.from_bytes(flac[at + 1 : at + 4], "big")
    flac = flac[: at + 1] + len(body).to_bytes(3, "big") + body + flac[after:]
    frame = b"\3prompt\0" + graph.encode()
    tag = b"TX" + b"XX" + len(frame).to_bytes(4, "big") + b"\0\0" + frame
    size = bytes(len(tag) >> shift & 0x7F for shift in (21, 14, 7, 0))
    files = {
        "a.flac": flac,
        "b.mp3": b"ID3\3\0\0" + size + tag,
        "c.opus": tagged_ogg(["title=a", f"prompt={graph}"]),
    }
    for name, content in files.items():
        file = tmp_path / name
        file.write_bytes(content)
        (evidence,) = generator_evidence(sound_tags_of(file), None)
        assert (evidence.details["program"], name) == ("ComfyUI", name)


def test_labels_in_recordings(tmp_path: Path) -> None:
    file = tmp_path / "song.ogg"
    file.write_bytes(tagged_ogg([f"AIGC={CHINA}", f"comment={SUNO}"]))
    keys = [evidence.key for evidence in label_evidence(sound_tags_of(file))]
    assert keys == ["label-china", "label-generated"]
    file.write_bytes(tagged_ogg(["comment=a talk about what was made with suno and others"]))
    assert label_evidence(sound_tags_of(file)) == []


@pytest.mark.parametrize("name", CLIPS)
def test_damaged_containers_end(name: str, tmp_path: Path) -> None:
    content, file = CLIPS[name][0], tmp_path / "clip"
    for cut in range(0, len(content), 97):
        file.write_bytes(content[:cut])
        tags_of(file), only_sound(file)
    endless = struct.pack(">I", 1) + b"free" + bytes([127]) + b"\xff" * 7  # a size of 64 bits
    file.write_bytes(box(b"ftyp", b"isom") + endless)
    assert tags_of(file) == () and not only_sound(file)
    file.write_bytes(box(b"ftyp", b"isom") + box(b"free") * 300_000)
    assert tags_of(file) == ()
    file.write_bytes(b"\x1a\x45\xdf\xa3\x80" + b"\xec\x80" * 300_000)
    assert tags_of(file) == ()
