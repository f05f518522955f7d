"""What a file states about its own origin: Content Credentials and the labels of AI services.

Credentials have three states (valid and trusted, valid with an unknown signer, invalid and why).
Labels are the IPTC digital source types, Midjourney's and Google's own words, and the label that
China's GB 45438-2025 asks for. Addresses inside are shown as text and never visited.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.api import Evidence, PointsTo
from engine.check.texts import Text, shown, xmp_values
from engine.watermark.credentials import TRAINING, manifest_store

# IPTC NewsCodes "digitalsourcetype", by what they say of the picture.
_GENERATED = {"trainedAlgorithmicMedia", "algorithmicMedia"}
_COMPOSITE = {"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"}
_CAPTURED = {"digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print"}
_SOURCE_TYPE = re.compile(r"digitalsourcetype/(\w{4,60})")
_CHANGED = ("assertion.dataHash.mismatch", "assertion.bmffHash.mismatch")

_MIDJOURNEY = re.compile(r"Job ID: [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-", re.I)
_GOOGLE = re.compile(r"\b(Made|Edited|Created|Generated) (?:with|by) Google AI\b")
_OTHERS = re.compile(
    r"\b(DALL[·-]?E ?[23]?|Adobe Firefly|Bing Image Creator|Ideogram|Stability AI|NovelAI|"
    r"Imagen \d|Leonardo\.Ai|Recraft|Grok Imagine|ElevenLabs|Suno AI|Udio)\b"
)
_SUNO = re.compile(r"^made with suno\b.{0,80}\bid=[0-9a-f]{8}-[0-9a-f]{4}-", re.I)
_FIELDS = {"Software", "Credit", "Source", "Program", "Artist", "ImageDescription"}
_FIELDS |= {"Description", "Comment", "comment", "UserComment", "Author", "Title"}


# ---- Content Credentials --------------------------------------------------------------------


def credentials_evidence(file: Path, home: Path) -> list[Evidence]:
    """What the credentials prove; nothing for a file without. Raises ``Problem``."""
    store, sidecar, failure = manifest_store(file, home)
    if failure:
        return [
            Evidence("credentials-unreadable", "nothing", "explanation", {"reason": failure[:200]})
        ]
    if not store:
        return []
    manifests = _mapping(store.get("manifests"))
    active = _mapping(manifests.get(str(store.get("active_manifest"))))
    state = str(store.get("validation_state", "Invalid"))
    failures = _failures(store)
    details: dict[str, str | float] = {"signer": _signer(active), "reason": ", ".join(failures)}
    facts = tuple(_facts(active, manifests, sidecar, failures))
    proof = shown(json.dumps(store, indent=1, ensure_ascii=False))
    if state == "Invalid":
        changed = any(code in _CHANGED for code in failures)
        key = "credentials-changed" if changed else "credentials-invalid"
        points: PointsTo = "manipulated" if changed else "nothing"
        strength: Any = "strong" if changed else "explanation"
        return [Evidence(key, points, strength, details, facts, proof)]
    key = "credentials-trusted" if state == "Trusted" else "credentials-unknown"
    types = set(_SOURCE_TYPE.findall(json.dumps(active)))
    if types & _GENERATED:
        # Who signs is unknown: the statement is a label, which nobody has a reason to forge.
        return [Evidence(f"{key}-generated", "generated", "strong", details, facts, proof)]
    if types & _COMPOSITE:
        return [Evidence(f"{key}-composite", "manipulated", "strong", details, facts, proof)]
    if types & _CAPTURED and state == "Trusted":
        return [Evidence(f"{key}-captured", "camera", "strong", details, facts, proof)]
    return [Evidence(key, "nothing", "explanation", details, facts, proof)]


def _mapping(value: Any) -> dict[str, Any]:
    """``value`` where it is an object, else an empty one: what a stranger wrote may be anything."""
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _failures(store: dict[str, Any]) -> list[str]:
    results = _mapping(_mapping(store.get("validation_results")).get("activeManifest"))
    entries = _mappings(results.get("failure")) + _mappings(store.get("validation_status"))
    return list(dict.fromkeys(str(entry["code"]) for entry in entries if entry.get("code")))


def _signer(manifest: dict[str, Any]) -> str:
    info = _mapping(manifest.get("signature_info"))
    return str(info.get("common_name") or info.get("issuer") or "?")[:120]


def _facts(
    active: dict[str, Any], manifests: dict[str, Any], sidecar: bool, failures: list[str]
) -> Iterator[tuple[str, str]]:
    """History, ingredients and permissions, as name and value pairs."""
    info = _mapping(active.get("signature_info"))
    yield "signer", _signer(active)
    if info.get("time"):
        yield "signed", str(info["time"])[:40]
    for program in _mappings(active.get("claim_generator_info"))[:3]:
        yield "program", f"{program.get('name', '?')} {program.get('version', '')}".strip()[:120]
    for name in failures:
        yield "failure", name
    for assertion in _mappings(active.get("assertions")):
        label, data = str(assertion.get("label", "")), _mapping(assertion.get("data"))
        if label.startswith("c2pa.actions") and data:
            for action in _mappings(data.get("actions"))[:20]:
                yield "action", _action(action)
        elif label == TRAINING and data:
            for use, entry in _mapping(data.get("entries")).items():
                yield use.removeprefix("cawg."), str(_mapping(entry).get("use", ""))[:40]
        elif label:
            yield "assertion", label[:120]
    for ingredient in _mappings(active.get("ingredients"))[:20]:
        relation = str(ingredient.get("relationship", ""))
        yield "ingredient", f"{ingredient.get('title', '?')} ({relation})"[:200]
    if len(manifests) > 1:
        yield "manifests", str(len(manifests))
    if sidecar:
        yield "sidecar", ".c2pa"


def _action(action: dict[str, Any]) -> str:
    parts = [str(action.get("action", "?"))]
    kind = _SOURCE_TYPE.search(str(action.get("digitalSourceType", "")))
    if kind:
        parts.append(kind[1])
    agent = action.get("softwareAgent")
    agent = agent.get("name") if isinstance(agent, dict) else agent
    if agent:
        parts.append(str(agent))
    return " · ".join(parts)[:200]


# ---- labels ---------------------------------------------------------------------------------


def label_evidence(texts: Iterable[Text]) -> list[Evidence]:
    found: dict[str, Evidence] = {}
    for text in texts:
        for evidence in _labels(text):
            found.setdefault(evidence.key + str(evidence.details), evidence)
    return list(found.values())


def _labels(text: Text) -> Iterator[Evidence]:
    proof = shown(text.value)
    where = f"{text.where} {text.name}"
    if text.where == "XMP":
        for value in xmp_values(text.value, "DigitalSourceType"):
            kind = value.rstrip("/").rpartition("/")[2][:60]
            if kind in _GENERATED | _COMPOSITE | _CAPTURED:
                generated, composite = kind in _GENERATED, kind in _COMPOSITE
                key = "generated" if generated else "composite" if composite else "captured"
                points: PointsTo = (
                    "generated" if generated else "manipulated" if composite else "camera"
                )
                strength: Any = "strong" if generated or composite else "explanation"
                yield Evidence(
                    f"source-type-{key}", points, strength, {"type": kind}, (("type", kind),), proof
                )
    label = _aigc(text)
    if label is not None:
        yield label
    if _MIDJOURNEY.search(text.value) and text.name in ("Description", "ImageDescription", "XMP"):
        yield _named("Midjourney", where, proof)
    if text.where == "tag" and _SUNO.search(text.value):
        yield _named("Suno", where, proof)
    google = _GOOGLE.search(text.value)
    if google and (text.where in ("XMP", "IPTC") or text.name in _FIELDS):
        key = "label-edited" if google[1] == "Edited" else "label-generated"
        points = "manipulated" if google[1] == "Edited" else "generated"
        details: dict[str, str | float] = {"program": "Google AI", "where": where}
        yield Evidence(key, points, "strong", details, (), proof)
    other = _OTHERS.search(text.value[:400])
    if other and text.name in ("Software", "Credit", "Program", "encoder", "Author"):
        yield _named(other[1], where, proof)
    if text.where == "XMP":
        for tool in xmp_values(text.value, "CreatorTool"):
            other = _OTHERS.search(tool[:200])
            if other:
                yield _named(other[1], where, proof)


def _named(program: str, where: str, proof: str) -> Evidence:
    details: dict[str, str | float] = {"program": program, "where": where}
    return Evidence("label-generated", "generated", "strong", details, (), proof)


def _aigc(text: Text) -> Evidence | None:
    """GB 45438-2025: an object "AIGC" with "Label" 1 (is), 2 (may be) or 3 (is suspected)."""
    candidates = [text.value]
    if text.where == "XMP":
        candidates = xmp_values(text.value, "AIGC")
    for value in candidates:
        if "AIGC" not in value and text.name.upper() != "AIGC" and text.where != "XMP":
            continue
        label = re.search(r"[\"']Label\\?[\"']\s*:\s*\\?[\"']?([123])\b", value)
        if label is None:
            continue
        producer = re.search(r"ContentProducer[\"']?\s*[:=]\s*[\"']([^\"']{1,200})", value)
        details: dict[str, str | float] = {"producer": producer[1] if producer else "?"}
        sure = label[1] == "1"
        return Evidence(
            "label-china" if sure else "label-china-maybe",
            "generated",
            "strong" if sure else "hint",
            details,
            (("Label", label[1]), ("ContentProducer", str(details["producer"]))),
            shown(text.value),
        )
    return None
