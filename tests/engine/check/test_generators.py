"""Every layout of generator metadata, as those programs write it; nothing where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.api import Evidence
from engine.check.generators import generator_evidence, packed_stealth
from engine.check.texts import texts_of
from engine.media.reading import read_photo
from tests.engine.check.conftest import Checked, noisy

A1111 = (
    "a lighthouse at dusk, oil\nNegative prompt: people, text\nSteps: 20, Sampler: Euler a, "
    "CFG scale: 7, Seed: 42, Size: 512x512, Model hash: 9aba26abdf, Model: some, Version: v1.7"
)
COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 5, "steps": 20, "cfg": 8, "model": ["4", 0]},
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd.safetensors"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a glass bottle", "clip": ["4", 1]}},
}
WORKFLOW = {"nodes": [{"id": 1, "type": "KSampler"}], "links": [], "version": 0.4}
FOOOCUS = {
    "prompt": "a cat", "negative_prompt": "", "base_model": "juggernaut", "performance": "Speed",
    "sharpness": 2, "adm_guidance": "(1.5, 0.8, 0.3)", "seed": "9", "version": "Fooocus v2.3.1",
}  # fmt: skip
INVOKE = {"positive_prompt": "a fox", "seed": 3, "steps": 30, "model": {"name": "sdxl"},
          "app_version": "4.2.0"}  # fmt: skip
SWARM = {"sui_image_params": {"prompt": "a boat", "model": "flux", "seed": 1, "steps": 8}}
NAI = {"prompt": "1girl", "uc": "bad", "steps": 28, "seed": 7, "scale": 5.0, "sampler": "k_euler"}
NAI_TEXTS = {
    "Title": "AI generated image", "Description": "1girl", "Software": "NovelAI",
    "Source": "Stable Diffusion XL 7BCCAA2C", "Comment": json.dumps(NAI),
}  # fmt: skip
EASY = {"prompt": "a bee", "seed": "4", "use_stable_diffusion_model": "sd-v1-5"}
DRAW = {
    "c": "a hill", "uc": "", "lora": [{"model": "detail", "weight": 0.6}], "model": "sdxl_base",
    "sampler": "DPM++ 2M", "seed": 1, "size": "1024x1024", "steps": 8, "v2": {"loras": [{}]},
}  # fmt: skip

PNG_TEXTS: dict[str, tuple[str, dict[str, str]]] = {
    "a1111": ("Stable Diffusion", {"parameters": A1111}),
    "comfyui": ("ComfyUI", {"prompt": json.dumps(COMFY), "workflow": json.dumps(WORKFLOW)}),
    "comfyui workflow only": ("ComfyUI", {"workflow": json.dumps(WORKFLOW)}),
    "invokeai": ("InvokeAI", {"invokeai_metadata": json.dumps(INVOKE)}),
    "invokeai dream": ("InvokeAI", {"Dream": '"a fox" -s 50 -S 42 -W 512 -H 512 -C 7.5'}),
    "swarmui": ("SwarmUI", {"parameters": json.dumps(SWARM)}),
    "fooocus": ("Fooocus", {"parameters": json.dumps(FOOOCUS), "fooocus_scheme": "fooocus"}),
    "novelai": ("NovelAI", NAI_TEXTS),
    "easy diffusion": ("Easy Diffusion", EASY),
}


def found(file: Path) -> list[Evidence]:
    photo = read_photo(file)
    pixels = photo.samples.astype(np.uint8)
    if photo.alpha is not None:
        pixels = np.dstack([pixels, photo.alpha]).astype(np.uint8)
    return generator_evidence(texts_of(photo), pixels)


@pytest.mark.parametrize("layout", PNG_TEXTS)
def test_layouts_in_png(layout: str, tmp_path: Path) -> None:
    program, texts = PNG_TEXTS[layout]
    info = PngInfo()
    for name, value in texts.items():
        (info.add_itxt if layout == "novelai" else info.add_text)(
            name, value, zip=layout == "a1111"
        )
    file = tmp_path / "made.png"
    Image.fromarray(noisy(64, 64)).save(file, pnginfo=info)
    (evidence,) = found(file)
    assert evidence.details["program"] == program and evidence.strength == "strong"
    assert evidence.proof
    if layout != "comfyui workflow only":
        assert any("prompt" in name for name, _ in evidence.facts)


@pytest.mark.parametrize("form", ["webp", "jpeg"])
@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "ascii"])
def test_user_comments(form: str, encoding: str, tmp_path: Path) -> None:
    head = b"ASCII\0\0\0" if encoding == "ascii" else b"UNICODE\0"
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = head + A1111.encode(encoding)
    file = tmp_path / f"made.{form}"
    Image.fromarray(noisy(64, 64)).save(file, exif=exif)
    (evidence,) = found(file)
    assert ("prompt", "a lighthouse at dusk, oil") in evidence.facts
    assert ("seed", "42") in evidence.facts


@pytest.mark.parametrize("content", [FOOOCUS, SWARM, DRAW])
def test_json_in_user_comments(content: dict[str, object], tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + json.dumps(content).encode()
    file = tmp_path / "made.jpg"
    Image.fromarray(noisy(64, 64)).save(file, exif=exif)
    assert len(found(file)) == 1


@pytest.mark.parametrize(
    ("program", "words"),
    [("Draw Things", json.dumps(DRAW | {"c": 'a "red" hill'})), ("Stable Diffusion", A1111)],
)
def test_comments_in_xmp(program: str, words: str, tmp_path: Path) -> None:
    """As Draw Things writes them, and as an editor keeps those of other programs."""
    said = words.replace("&", "&amp;").replace('"', "&quot;").replace("\n", "&#xA;")
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description>'
        "<exif:UserComment><rdf:Alt>"
        f'<rdf:li xml:lang="x-default">{said}</rdf:li></rdf:Alt></exif:UserComment>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp)
    file = tmp_path / "made.png"
    Image.fromarray(noisy(64, 64)).save(file, pnginfo=info)
    (evidence,) = found(file)
    assert evidence.details == {"program": program, "where": "XMP UserComment"}
    prompts = ("a lighthouse at dusk, oil", 'a "red" hill')
    assert any(fact in evidence.facts for fact in (("prompt", prompt) for prompt in prompts))


def test_comfyui_in_the_make_of_a_webp_is_no_camera(tmp_path: Path, checked: Checked) -> None:
    exif = Image.Exif()
    exif[0x010F] = "workflow:" + json.dumps(WORKFLOW)
    exif[0x0110] = "prompt:" + json.dumps(COMFY)
    file = tmp_path / "made.webp"
    Image.fromarray(noisy()).save(file, exif=exif)
    result = checked(file)
    assert (result.verdict, result.level) == ("generated", "strong")
    keys = [evidence.key for evidence in result.evidence]
    assert "generator-metadata" in keys and "camera-exif" not in keys


def test_stealth_texts_in_the_alpha_channel(tmp_path: Path) -> None:
    pixels = np.dstack([noisy(200, 300), np.full((200, 300), 255, np.uint8)])
    for text, program in ((A1111, "Stable Diffusion"), (json.dumps(NAI_TEXTS), "NovelAI")):
        file = tmp_path / f"{program}.png"
        Image.fromarray(packed_stealth(pixels, text)).save(file)
        (evidence,) = found(file)
        assert evidence.details["program"] == program
        assert str(evidence.details["where"]).startswith("hidden")


@pytest.mark.parametrize(
    "text",
    ["Steps: 3 to a better garden", "{}", "[1, 2]", '{"prompt": "what do you think?"}', "a" * 9000],
)
def test_texts_that_only_look_alike(text: str, tmp_path: Path) -> None:
    info = PngInfo()
    for name in ("parameters", "prompt", "workflow", "Comment", "Description"):
        info.add_text(name, text)
    file = tmp_path / "mine.png"
    Image.fromarray(noisy(64, 64)).save(file, pnginfo=info)
    assert found(file) == []


def test_real_files(shared_data: Path) -> None:
    """Files that generators wrote, and files that say nothing."""
    folder = shared_data / "fakes" / "images"
    for name in ("00-photo", "05-engraving-illustration", "07-pen-and-watercolor-painting"):
        (evidence,) = found(folder / "sd15_grids" / f"{name}.webp")
        assert evidence.details["program"] == "Stable Diffusion"
    silent = [*sorted((folder / "ai").iterdir())[:4], folder / "real" / "city_3.jpg"]
    assert [file.name for file in silent if found(file)] == []
