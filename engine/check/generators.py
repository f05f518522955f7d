"""What picture generators write into their files: recognised, and made readable.

Layouts: AUTOMATIC1111 (and Forge, SD.Next) ``parameters``; ComfyUI ``prompt`` and ``workflow``, in
WebP inside the EXIF fields Make and Model, in clips and recordings as their tags; InvokeAI;
SwarmUI; Fooocus; NovelAI, also hidden in the lowest bits of the alpha channel ("stealth"); Draw
Things; Easy Diffusion. A text that only looks alike is not taken: each layout is known by several
of its own words together.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api import Evidence
from engine.check.texts import Text, shown

Facts = tuple[tuple[str, str], ...]

_STEPS = re.compile(r"(?:^|\n)\s*Steps: \d+\s*,\s*[^\n]*\b(?:Sampler|CFG scale|Seed|Size): ")
_DREAM = re.compile(r"^\".*\" -s ?\d+ .*-S ?\d+", re.S)
_NOVELAI = re.compile(r"NovelAI|Stable Diffusion(?: XL)? [0-9A-F]{8}")
_LONGEST_STEALTH = 1 << 22  # bits
_COMFY_INPUTS = ("ckpt_name", "unet_name", "seed", "noise_seed", "steps", "cfg", "sampler_name")


def generator_evidence(texts: Iterable[Text], rgba: NDArray[np.uint8] | None) -> list[Evidence]:
    """A finding for each generator that has signed; ``rgba`` (H, W, 3 or 4) as stored."""
    named: dict[str, Text] = {}
    everything = list(texts)
    if rgba is not None:
        everything += stealth_texts(rgba)
    for text in everything:
        named.setdefault(text.name, text)
    found: dict[str, Evidence] = {}
    for text in everything:
        for read in _READERS:
            answer = read(text, named)
            if answer is None:
                continue
            known = found.get(answer[0])
            # Of a prompt and a workflow, the one that says more.
            if known is None or len(answer[1]) > len(known.facts):
                found[answer[0]] = _evidence(text, *answer)
    return list(found.values())


def _evidence(text: Text, program: str, facts: Facts) -> Evidence:
    return Evidence(
        "generator-metadata",
        "generated",
        "strong",
        {"program": program, "where": f"{text.where} {text.name}"},
        tuple((name, shown(value)[:4000]) for name, value in facts if value),
        shown(text.value),
    )


Answer = tuple[str, Facts] | None
Reader = Callable[[Text, Mapping[str, Text]], Answer]


def _json(value: str) -> dict[str, Any]:
    """The JSON object a text holds; empty for anything else."""
    start = value.lstrip()[:1]
    if start != "{":
        return {}
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _facts(source: Mapping[str, Any], names: Mapping[str, str]) -> Facts:
    """(readable name, value) of the keys that are there and hold something simple."""
    found = []
    for key, name in names.items():
        value = source.get(key)
        if isinstance(value, list):
            value = ", ".join(str(part) for part in value if isinstance(part, str | int | float))
        if isinstance(value, dict):
            value = value.get("model_name") or value.get("name") or value.get("key")
        if isinstance(value, str | int | float) and str(value).strip():
            found.append((name, str(value)))
    return tuple(found)


# ---- the layouts ----------------------------------------------------------------------------


def _automatic1111(text: Text, named: Mapping[str, Text]) -> Answer:
    match = _STEPS.search(text.value)
    if match is None or text.value.lstrip().startswith("{"):
        return None
    before, settings = text.value[: match.start()], text.value[match.start() :]
    prompt, _, negative = before.partition("Negative prompt:")
    facts = [("prompt", prompt.strip()), ("negative prompt", negative.strip())]
    for name, value in re.findall(r"([A-Z][\w ]{1,30}): ([^,\n]{1,200})", settings):
        if name in ("Steps", "Sampler", "CFG scale", "Seed", "Size", "Model", "Model hash"):
            facts.append((name.lower(), value.strip()))
    version = re.search(r"Version: ([^,\n]{1,60})", settings)
    facts.append(("version", version[1] if version else ""))
    program = "Fooocus" if version and version[1].startswith("Fooocus") else "Stable Diffusion"
    if program == "Stable Diffusion" and version and "ComfyUI" in version[1]:
        program = "ComfyUI"
    return program, tuple(facts)


def _comfyui(text: Text, named: Mapping[str, Text]) -> Answer:
    value = text.value
    # In WebP the texts hide in EXIF fields: having a "Make" is not being a camera.
    for prefix in ("prompt:", "workflow:", "Prompt:", "Workflow:"):
        value = value.removeprefix(prefix)
    content = _json(value)
    # Both in one text: EXIF comments, clips.
    inner = [content[key] for key in ("prompt", "workflow") if key in content]
    graphs = [part if isinstance(part, dict) else _json(str(part)) for part in inner]
    content = next((part for part in graphs if part), content)
    nodes = [node for node in content.values() if isinstance(node, dict)]
    graph = [node for node in nodes if isinstance(node.get("class_type"), str)]
    listed = content.get("nodes")
    if not graph and not (isinstance(listed, list) and "links" in content):
        return None
    texts, facts = [], []
    for node in graph:
        inputs = node.get("inputs")
        if not isinstance(inputs, dict):
            continue
        spoken = inputs.get("text")
        if isinstance(spoken, str) and spoken.strip():
            texts.append(spoken)
        facts += [
            (key.replace("_", " "), str(inputs[key]))
            for key in _COMFY_INPUTS
            if isinstance(inputs.get(key), str | int | float)
        ]
    kinds = {str(node["class_type"]) for node in graph} or {
        str(node.get("type")) for node in (listed or []) if isinstance(node, dict)
    }
    facts = [("prompt", " | ".join(texts)), *dict.fromkeys(facts)]
    return "ComfyUI", (*facts, ("nodes", ", ".join(sorted(kinds)[:40])))


def _invokeai(text: Text, named: Mapping[str, Text]) -> Answer:
    if text.name == "Dream" and _DREAM.match(text.value):
        return "InvokeAI", (("prompt", text.value),)
    if text.name not in ("invokeai_metadata", "invokeai_graph", "sd-metadata"):
        return None
    content = _json(text.value)
    if not content:
        return None
    inner = content.get("image") if text.name == "sd-metadata" else content
    names = {"positive_prompt": "prompt", "prompt": "prompt", "negative_prompt": "negative prompt"}
    names |= {"model": "model", "seed": "seed", "steps": "steps", "scheduler": "sampler"}
    names |= {"cfg_scale": "cfg scale", "app_version": "version"}
    return "InvokeAI", _facts(inner if isinstance(inner, dict) else content, names)


def _swarmui(text: Text, named: Mapping[str, Text]) -> Answer:
    content = _json(text.value).get("sui_image_params")
    if not isinstance(content, dict):
        return None
    names = {"prompt": "prompt", "negativeprompt": "negative prompt", "model": "model"}
    names |= {"seed": "seed", "steps": "steps", "cfgscale": "cfg scale", "sampler": "sampler"}
    return "SwarmUI", _facts(content, names | {"swarm_version": "version"})


def _fooocus(text: Text, named: Mapping[str, Text]) -> Answer:
    content = {key.lower().replace(" ", "_"): v for key, v in _json(text.value).items()}
    own = {"base_model", "refiner_model", "performance", "adm_guidance", "sharpness", "full_prompt"}
    if len(own & set(content)) < 3:
        return None
    names = {"prompt": "prompt", "negative_prompt": "negative prompt", "base_model": "model"}
    names |= {"seed": "seed", "steps": "steps", "sampler": "sampler", "version": "version"}
    return "Fooocus", _facts(content, names)


def _novelai(text: Text, named: Mapping[str, Text]) -> Answer:
    if text.name != "Comment":
        return None
    content = _json(text.value)
    software = named["Software"].value if "Software" in named else ""
    source = named["Source"].value if "Source" in named else ""
    if not {"seed", "steps"} <= set(content) or not _NOVELAI.search(f"{software} {source}"):
        return None
    description = named["Description"].value if "Description" in named else ""
    names = {"uc": "negative prompt", "seed": "seed", "steps": "steps", "scale": "cfg scale"}
    facts = (("prompt", str(content.get("prompt") or description)),)
    return "NovelAI", facts + _facts(content, names | {"sampler": "sampler"}) + (("model", source),)


def _draw_things(text: Text, named: Mapping[str, Text]) -> Answer:
    """Draw Things writes short keys: c (prompt), uc, model, sampler, seed, steps, scale."""
    content = _json(text.value)
    if not {"c", "uc", "model", "sampler", "seed"} <= set(content):
        return None
    names = {"c": "prompt", "uc": "negative prompt", "model": "model", "seed": "seed"}
    return "Draw Things", _facts(content, names | {"sampler": "sampler", "steps": "steps"})


def _easy_diffusion(text: Text, named: Mapping[str, Text]) -> Answer:
    content = _json(text.value)
    if text.name == "use_stable_diffusion_model":
        content = {name: part.value for name, part in named.items()}
    if not {"use_stable_diffusion_model", "prompt", "seed"} <= set(content):
        return None
    names = {"prompt": "prompt", "negative_prompt": "negative prompt", "seed": "seed"}
    return "Easy Diffusion", _facts(content, names | {"use_stable_diffusion_model": "model"})


_READERS: tuple[Reader, ...] = (
    *(_automatic1111, _comfyui, _invokeai, _swarmui, _fooocus),
    *(_novelai, _draw_things, _easy_diffusion),
)


# ---- stealth --------------------------------------------------------------------------------


def stealth_texts(pixels: NDArray[np.uint8]) -> Iterator[Text]:
    """Texts in the lowest bits, column by column: "stealth_pnginfo" and "stealth_pngcomp" (gzip)
    in alpha, "stealth_rgbinfo" and "stealth_rgbcomp" in the colours. The signature is followed by
    the length in bits (32, big-endian) and the bytes."""
    channels = [(3, 4, b"stealth_png")] if pixels.shape[2] == 4 else []
    channels.append((0, 3, b"stealth_rgb"))
    for first, last, mark in channels:
        stored = pixels[..., first:last]
        columns = -(-200 // (stored.shape[0] * (last - first)))  # enough for the head
        head = _bits(stored[:, :columns], 152)
        if len(head) < 19 or head[:11] != mark or head[11:15] not in (b"info", b"comp"):
            continue
        length = min(int.from_bytes(head[15:19], "big"), _LONGEST_STEALTH)
        body = _bits(stored, 152 + length)[19:]
        if head[11:15] == b"comp":
            body = _gunzipped(body)
        value = body.decode("utf-8", "replace")
        content = _json(value)
        inner = {key: str(v) for key, v in content.items() if isinstance(v, str | int | float)}
        if "Comment" in inner or "Software" in inner:
            yield from (Text("hidden", name, text) for name, text in inner.items())
        elif value:
            yield Text("hidden", "parameters", value)


def _bits(channels: NDArray[np.uint8], count: int) -> bytes:
    ordered = channels.transpose(1, 0, 2).reshape(-1)[:count]
    return np.packbits(ordered & 1).tobytes()


def _gunzipped(data: bytes) -> bytes:
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        return inflate.decompress(data, 1 << 22)
    except zlib.error:
        return b""


def packed_stealth(pixels: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """``pixels`` (H, W, 4) with ``text`` hidden as such programs do; for tests and demonstrations.

    Raises ``ValueError`` if it does not fit."""
    body = gzip.compress(text.encode())
    data = b"stealth_pngcomp" + (8 * len(body)).to_bytes(4, "big") + body
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    alpha = pixels[..., 3].T.reshape(-1).copy()
    if len(bits) > len(alpha):
        raise ValueError("the picture is too small for the text")
    alpha[: len(bits)] = (alpha[: len(bits)] & 0xFE) | bits
    made = pixels.copy()
    made[..., 3] = alpha.reshape(pixels.shape[1], pixels.shape[0]).T
    return made
