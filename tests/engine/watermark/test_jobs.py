"""Marking, verifying and sanitising files, with the registry behind them."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from engine import api, work
from engine.context import Context
from engine.models.cache import ModelCache
from engine.problems import Problem
from engine.watermark import marking, session, words
from engine.watermark.identities import Identities
from engine.watermark.registry import Registry
from tests.engine.watermark.conftest import scene, voice


def run(job):
    steps = work.run(job, Context(torch.device("cpu"), ModelCache(torch.device("cpu"))))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture
def picture(tmp_path) -> Path:
    file = tmp_path / "work.png"
    Image.fromarray(scene()).save(file)
    return file


@pytest.fixture
def marked(picture, home) -> api.MarkResult:
    return run(api.MarkFile(picture, home, "Ana"))


def test_marked_file_is_found_with_its_work(marked, picture, home, ana):
    assert marked.output.name == "work-marked.png" and marked.psnr >= 36
    assert max(marked.survival.values()) <= 1e-6
    found = run(api.VerifyFile(marked.output, home))
    assert found.found and found.p_value < 1e-20
    assert (found.identity, found.work, found.scheme) == ("Ana", "work.png", "pixel")
    assert found.payload == marked.payload and found.issued and found.content == "matches"
    assert words.belonging(found, lambda _, text: text) == ""
    original = run(api.VerifyFile(picture, home))
    assert not original.found and original.p_value > 1e-6 and original.identity is None


def test_a_drawing_gets_a_softer_mark_that_still_holds(marked, home, tmp_path):
    file = tmp_path / "drawing.png"
    sky = np.linspace((240, 160, 100), (110, 70, 130), 400)[:, None].repeat(600, 1)
    down, across = np.ogrid[:400, :600]
    sky[(down - 130) ** 2 + (across - 200) ** 2 < 80**2] = (245, 220, 175)
    Image.fromarray(sky.astype(np.uint8)).save(file)
    drawing = run(api.MarkFile(file, home, "Ana"))
    assert drawing.psnr > marked.psnr + 2
    assert max(drawing.survival.values()) <= 1e-6
    with Image.open(drawing.output) as opened:
        opened.save(tmp_path / "sent.jpg", quality=50)
    assert run(api.VerifyFile(tmp_path / "sent.jpg", home)).found


def test_cropped_jpeg_is_found(marked, home, tmp_path):
    image = Image.open(marked.output)
    file = tmp_path / "stolen.jpg"
    image.crop((20, 30, 600, 460)).resize((500, 371)).save(file, quality=70)
    found = run(api.VerifyFile(file, home))
    assert found.found and found.how in ("registered", "template") and found.work == "work.png"
    assert found.geometry["scale_x"] == pytest.approx(640 / 580, abs=0.02)


def test_a_copied_mark_is_not_accepted(marked, picture, home, tmp_path):
    """The copy attack: the exact difference put onto another picture."""
    difference = np.asarray(Image.open(marked.output), int) - np.asarray(Image.open(picture), int)
    forged = np.clip(scene(seed=8) + difference, 0, 255).astype(np.uint8)
    file = tmp_path / "forged.png"
    Image.fromarray(forged).save(file)
    found = run(api.VerifyFile(file, home))
    assert not found.found
    assert found.content in ("differs", None)


def test_a_copied_mark_is_not_accepted_without_the_registry(marked, picture, home, tmp_path):
    """The payload itself says what its work shows: its own picture, cropped and saved again, is
    accepted, others that hold the same mark are not."""
    (home / "works.sqlite3").unlink()
    own = tmp_path / "own.jpg"
    Image.open(marked.output).crop((20, 20, 620, 470)).save(own, quality=60)
    for file in (marked.output, own):
        found = run(api.VerifyFile(file, home))
        assert found.found and found.content == "matches" and found.work is None
        assert words.belonging(found, lambda _, text: text) == words.BELONGS
    difference = np.asarray(Image.open(marked.output), int) - np.asarray(Image.open(picture), int)
    accepted = 0  # one stranger in 50 happens to agree with what the payload says
    for seed in range(8, 13):
        other = np.clip(scene(seed=seed) + difference, 0, 255).astype(np.uint8)
        forged = tmp_path / f"forged{seed}.png"
        Image.fromarray(other).save(forged)
        found = run(api.VerifyFile(forged, home))
        accepted += found.found
    assert accepted <= 1


def test_strangers_do_not_find_it(marked, tmp_path, monkeypatch):
    other = tmp_path / "other"
    Identities(other, "open sesame", "file").create("Eve")
    assert not run(api.VerifyFile(marked.output, other)).found


def test_rotated_keys_still_verify(marked, home):
    Identities(home, "open sesame").rotate("Ana")
    assert run(api.VerifyFile(marked.output, home)).found


def test_signed_and_payload_of_ones_own(picture, home):
    result = run(api.MarkFile(picture, home, "Ana", payload="c0ffee", sign=True))
    found = run(api.VerifyFile(result.output, home))
    assert found.payload == "0000000000c0ffee" and found.issued is False
    (home / "works.sqlite3").unlink()
    unknown = run(api.VerifyFile(result.output, home))
    assert words.belonging(unknown, lambda _, text: text) == words.UNBOUND
    assert found.credentials.state == "Trusted"
    assert found.credentials.mark == found.payload


def test_sixteen_bit_grey_and_alpha_keep_their_form(tmp_path, home):
    grey = (scene()[..., 1].astype(np.uint16) * 257).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    alpha = np.full((480, 640, 1), 255, np.uint8)
    Image.fromarray(np.concatenate([scene(), alpha], 2)).save(tmp_path / "alpha.png")
    for name, mode in (("grey", "I;16"), ("alpha", "RGBA")):
        result = run(api.MarkFile(tmp_path / f"{name}.png", home, "Ana"))
        assert Image.open(result.output).mode == mode
        assert run(api.VerifyFile(result.output, home)).found


def test_recordings(tmp_path, home):
    file = tmp_path / "talk.wav"
    soundfile.write(file, voice(12, 44_100), 44_100)
    result = run(api.MarkFile(file, home, "Ana"))
    sound, rate = soundfile.read(result.output)
    soundfile.write(tmp_path / "cut.wav", sound[54_321:], rate)
    found = run(api.VerifyFile(tmp_path / "cut.wav", home))
    assert found.found and found.scheme == "dwt" and found.work == "talk.wav"
    assert not run(api.VerifyFile(file, home)).found


def test_what_cannot_be_is_a_problem(picture, home, tmp_path):
    job = api.MarkFile(picture, home, "Ana")
    for bad, code in (
        (replace(job, identity="Bob"), "identity.unknown"),
        (replace(job, payload="xyz"), "mark.payload"),
        (replace(job, payload="1" * 17), "mark.payload"),
        (replace(job, scheme="dwt"), "mark.scheme"),
        (replace(job, file=tmp_path / "none.png"), "file.missing"),
        (api.VerifyFile(picture, tmp_path / "nobody"), "identity.none"),
    ):
        with pytest.raises(Problem) as problem:
            run(bad)
        assert problem.value.code == code
    assert Registry(home).works() == ()


def test_a_failed_write_leaves_no_entry(picture, home, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise Problem("disk.full", folder="x")

    monkeypatch.setattr(marking, "write_photo", fail)
    with pytest.raises(Problem):
        run(api.MarkFile(picture, home, "Ana"))
    assert Registry(home).works() == ()
    assert [f.name for f in picture.parent.iterdir() if f.is_file()] == ["work.png"]


def test_no_secret_in_receipt_log_or_events(picture, home, ana, caplog):
    caplog.set_level(logging.DEBUG)
    result = run(api.MarkFile(picture, home, "Ana", sign=True))
    unlock = api.UnlockIdentities(home, "open sesame")
    run(unlock)
    text = repr(result) + json.dumps(result.receipt.parameters) + caplog.text + repr(unlock)
    for secret in (ana.key.master.hex(), repr(ana.key.master)[2:-1], "open sesame"):
        assert secret not in text


def test_unlocking_checks_the_passphrase(home, monkeypatch):
    monkeypatch.delenv("CLOAKROOM_PASSPHRASE")
    monkeypatch.setattr(session, "_passphrases", {})
    with pytest.raises(Problem, match="keychain"):
        run(api.VerifyFile(home / "x.png", home))
    with pytest.raises(Problem, match="passphrase"):
        run(api.UnlockIdentities(home, "wrong"))
    assert run(api.UnlockIdentities(home, "open sesame")).names == ("Ana",)
    with pytest.raises(Problem, match="not exist"):
        run(api.VerifyFile(home / "x.png", home))


def test_registry_searches_and_exports(marked, home):
    registry = Registry(home)
    (entry,) = registry.works("work")
    assert entry.output == str(marked.output) and registry.works("100%") == ()
    assert f"{entry.payload:016x}" in registry.export()
    registry.enter("Ana", "k", 5, "pixel", "unfinished", None)
    assert len(registry.works()) == 1


def test_a_registry_whose_head_forbids_writing_is_damaged(tmp_path: Path) -> None:
    """Found by fuzzing: a byte of the head says that only later programs may write."""
    Registry(tmp_path)
    file = tmp_path / "works.sqlite3"
    data = bytearray(file.read_bytes())
    data[18], data[63] = 9, 0  # the version for writing, and ours, so that there is much to write
    file.write_bytes(data)
    with pytest.raises(Problem) as caught:
        Registry(tmp_path)
    assert caught.value.code == "registry.damaged"
