"""How far CloneShield moves encoders, its own and ones it never met, as a table with controls.

    python -m tests.bench.voices [--speakers FOLDER] [--first N] [--count N] [--seconds S]
        [--strength balanced] [--quick] [--judges id,id] [--cloners id,id]
        [--treatments mp3-128,opus,...] [--json FILE]

Speakers are those that no recipe trained on. The first seconds of a clip are protected, as the
product does it (STOI of each piece at the strength's goal); every encoder compares them with the
last seconds of the clip, untouched. Controls: white and speech-shaped noise of the same energy. Of
the published GE2E encoder the figures are added where the package ``resemblyzer`` is installed: it
is only ever measured with. Intervals resample speakers, 95 %.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.measure import voice as measures
from engine.measure.statistics import bootstrap
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.rehearse.sound_treatments import treatments
from engine.training.speaker import HELD_OUT
from engine.training.speech import NEVER, RATE, read_speakers, split
from engine.voice import cloneshield
from engine.voice.disguise import changed
from engine.voice.protect import ABOVE, INTELLIGIBLE

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech" / "speakers"
Embed = Callable[[Tensor], Tensor]
GE2E = "published GE2E"


def published_ge2e() -> Embed | None:
    """Resemblyzer's encoder, fed as its own package does it but without its voice detector."""
    try:
        import librosa
        from resemblyzer import VoiceEncoder
    except ImportError:
        return None
    network = VoiceEncoder("cpu", verbose=False)

    def embed(waves: Tensor) -> Tensor:
        found = []
        for wave in waves.numpy():
            level = 10 ** (-30 / 20) / (np.sqrt(np.square(wave).mean()) + 1e-9)
            mel = librosa.feature.melspectrogram(
                y=wave * max(1.0, level), sr=RATE, n_fft=400, hop_length=160, n_mels=40
            ).T
            windows = torch.from_numpy(mel.astype(np.float32)).unfold(0, 160, 80).transpose(1, 2)
            with torch.no_grad():
                found.append(functional.normalize(network(windows).mean(0), dim=0))
        return torch.stack(found)

    return embed


def protected(wave: Tensor, models: Sequence[Any], seed: int, strength: Any, quick: bool) -> Tensor:
    """The change that the product would make to this piece."""
    size = 3 * RATE
    speech = torch.stack([wave[:size], wave[-size:]])
    search = cloneshield.protect(wave, speech, models, ABOVE[strength], seed, quick=quick)
    while True:
        try:
            next(search)
        except StopIteration as end:
            change: Tensor = end.value
            return measures.as_intelligible(wave, change.detach(), INTELLIGIBLE[strength])


def controls(change: Tensor, wave: Tensor) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(0)
    white = measures.white_noise(change[None], random)[0]
    return {"white": white, "speech": measures.speech_noise(change[None], wave[None], random)[0]}


class Table:
    """Similarities by encoder, treatment and kind of change; one number for each speaker."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, list[float]]] = {}

    def add(self, encoder: str, row: str, kind: str, value: float) -> None:
        self.rows.setdefault((encoder, row), {}).setdefault(kind, []).append(value)

    def summary(self) -> list[dict[str, Any]]:
        found = []
        for (encoder, row), kinds in self.rows.items():
            line: dict[str, Any] = {"encoder": encoder, "row": row}
            line |= {kind: round(float(np.mean(v)), 3) for kind, v in kinds.items()}
            ours = np.array(kinds["ours"])
            for kind in ("clean", "white", "speech"):
                drop = bootstrap([[d] for d in np.array(kinds[kind]) - ours])
                line[f"below_{kind}"] = [round(x, 3) for x in (drop.value, drop.low, drop.high)]
            found.append(line)
        return found


def compare(
    encoders: dict[str, Embed],
    wave: Tensor,
    other: Tensor,
    change: Tensor,
    rows: Sequence[str],
    table: Table,
) -> None:
    heard = {"clean": wave, "ours": wave + change}
    heard |= {kind: wave + noise for kind, noise in controls(change, wave).items()}
    for row in ("as saved", *rows):
        treat = (lambda sound: sound) if row == "as saved" else treatments(lambda s: s)[row]
        waves = torch.stack([torch.from_numpy(treat(w.numpy())) for w in heard.values()])
        for name, embed in encoders.items():
            vectors = embed(
                torch.cat([waves, functional.pad(other, (0, len(wave) - len(other)))[None]])
            )
            for kind, value in zip(heard, vectors[:-1] @ vectors[-1], strict=True):
                table.add(name, row, kind, float(value))


def cloned(
    cloner: Any, judges: dict[str, Embed], wave: Tensor, other: Tensor, change: Tensor, table: Table
) -> None:
    """What the cloner says with each as its reference, against the real voice in ``other``."""
    phrase = torch.from_numpy(changed(other.numpy(), 1.12, 0.9))[None]
    heard = {"clean": wave, "ours": wave + change}
    heard |= {kind: wave + noise for kind, noise in controls(change, wave).items()}
    said = [cloner.say(phrase, reference[None], 0)[0] for reference in heard.values()]
    size = min(len(other), *(len(s) for s in said), phrase.shape[1])
    waves = torch.stack([s[:size] for s in [*said, phrase[0], other]])
    for name, embed in judges.items():
        vectors = embed(waves)
        for kind, value in zip([*heard, "phrase"], vectors[:-1] @ vectors[-1], strict=True):
            table.add(name, f"clone by {cloner.id}", kind, float(value))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--speakers", type=Path, default=SPEECH)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=4.5)
    parser.add_argument("--first", type=int, default=0, help="leave out as many speakers")
    parser.add_argument("--strength", choices=api.STRENGTHS, default="balanced")
    parser.add_argument("--quick", action="store_true", help="the fast quality")
    parser.add_argument("--judges", default=f"{builtin.VOICE_JUDGE},{builtin.CLONE_JUDGE}")
    parser.add_argument("--cloners", default=",".join(builtin.CLONERS))
    parser.add_argument("--treatments", default="")
    parser.add_argument("--json", type=Path, help="keep each speaker's similarities")
    options = parser.parse_args()
    device = torch.device("cpu")
    context = Context(device, ModelCache(device))
    speakers = read_speakers(options.speakers)
    _, kept = split(list(speakers), HELD_OUT, NEVER)
    size = round(options.seconds * RATE)
    chosen = [name for name in kept if len(speakers[name][0]) >= 2 * size][options.first :][
        : options.count
    ]
    wanted = [builtin.QUICK_VOICE_SURROGATE] if options.quick else builtin.VOICE_SURROGATES
    models = [builtin.speaker(id, context) for id in wanted]
    judges: dict[str, Embed] = {
        id: builtin.speaker(id, context).embed for id in options.judges.split(",")
    }
    if (ge2e := published_ge2e()) is not None:
        judges[GE2E] = ge2e
    encoders = judges | {model.id: model.embed for model in models}
    rows = [row for row in options.treatments.split(",") if row]
    cloners = [builtin.cloner(id, context) for id in options.cloners.split(",") if id]
    table, heard, ratio, quality, spent = Table(), [], [], [], 0.0
    for number, name in enumerate(chosen):
        clip = torch.from_numpy(speakers[name][0])
        wave, other = clip[:size], clip[-size:]
        began = time.process_time()
        change = protected(wave, models, number, options.strength, options.quick)
        spent += time.process_time() - began
        heard.append(measures._stoi(wave.numpy(), (wave + change).numpy()))
        quality.append(measures._pesq(wave.numpy(), (wave + change).numpy()) or np.nan)
        ratio.append(float(20 * (wave.norm() / change.norm()).log10()))
        with torch.no_grad():
            compare(encoders, wave, other, change, rows, table)
            for cloner in cloners:
                cloned(cloner, judges, wave, other, change, table)
    if options.json is not None:
        rows = [[*key, kinds] for key, kinds in table.rows.items()]
        options.json.write_text(json.dumps(rows) + "\n")
    for line in table.summary():
        print(json.dumps(line))
    facts = {"speakers": len(chosen), "stoi": np.median(heard), "snr": np.median(ratio)}
    facts |= {"pesq": np.median(quality), "pesq_low": np.quantile(quality, 0.05)}
    facts["real_time_factor"] = spent / (len(chosen) * options.seconds)
    print(json.dumps({k: round(float(v), 4) for k, v in facts.items()}))


if __name__ == "__main__":
    main()
