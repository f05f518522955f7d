"""Make CloneShield's common tile, for whoever has not enrolled: one search over many speakers.

    python -m engine.training.tile --data SPEAKERS --out assets/models/NAME

Speakers are those of ``engine.training.speaker``; the same ones are never used.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from engine.models.builtin import FOLDER, VOICE_SURROGATES
from engine.models.voiceprints import BuiltinVoicePrint
from engine.training.speaker import HELD_OUT
from engine.training.speech import NEVER, read_speakers, split
from engine.voice import cloneshield
from engine.voice.protect import ABOVE

SAMPLES = 4 * 16_000


def make(options: argparse.Namespace) -> None:
    speakers = read_speakers(options.data)
    trained, kept = split(list(speakers), HELD_OUT, NEVER)
    random = np.random.default_rng(options.seed)
    long = [name for name in trained if len(speakers[name][0]) >= SAMPLES]
    chosen = [long[i] for i in random.choice(len(long), options.speakers, replace=False)]
    speech = torch.from_numpy(np.stack([speakers[name][0][:SAMPLES] for name in chosen]))
    device = torch.device("cpu")
    models = [BuiltinVoicePrint(FOLDER / id, id, device) for id in VOICE_SURROGATES]
    search = cloneshield.enrol(
        speech, models, ABOVE["balanced"], options.seed, options.steps, each=True
    )
    while True:
        try:
            step = next(search)
        except StopIteration as end:
            tile = end.value
            break
        print(step.number, [round(loss, 3) for loss in step.losses], flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    save_file({"tile": tile.half().contiguous()}, options.out / "tile.safetensors")
    facts = {
        "seed": options.seed,
        "steps": options.steps,
        "speakers": chosen,
        "never_used": kept,
        "surrogates": {model.id: model.sha256 for model in models},
        "losses": [round(loss, 4) for loss in step.losses],
    }
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder for each speaker")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--speakers", type=int, default=6)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(given)


if __name__ == "__main__":
    make(arguments())
