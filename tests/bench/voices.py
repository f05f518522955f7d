"""How far a method moves encoders, its own and ones it never met, as a table with controls.

    python -m tests.bench.voices [--every] [--method cloneshield] [--quality standard] [--count N]
        [--seconds S] [--strength balanced] [--judges id,id] [--cloners id,id]
        [--treatments mp3-128,opus,...|all] [--only A:B] [--json FILE] [--merge FILE...]

Speakers are those that no recipe trained on. Of most the first seconds of their clip are
protected, by the whole job as a user runs it, and every encoder compares them with the last
seconds, untouched; of the three benchmark speakers with a clip of another chapter. Controls: white
and speech-shaped noise of the same energy, each treated as the protected file is; and, as saved and
for clones, both as soft as it takes to be heard no more than the change (estimated PESQ-WB). Of the
published GE2E encoder the figures are added where the package ``resemblyzer`` is installed: it is
only ever measured with; a row for noisereduce where that is. Intervals resample speakers, 95 %. The
figures are kept for ``tests.bench.report`` as ``voice-METHOD-QUALITY``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.measure import voice as measures
from engine.measure.disturbance import quality
from engine.measure.statistics import bootstrap
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.rehearse.sound_treatments import Treatment, treatments
from engine.training.speaker import HELD_OUT
from engine.training.speech import NEVER, RATE, read_speakers, split
from engine.voice.disguise import changed
from engine.work import run
from tests.bench.keep import keep

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech"
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


@dataclass(frozen=True)
class Pair:
    """``wave`` is protected; ``other`` is what it is compared with: (samples,) at 16 kHz."""

    speaker: str
    wave: Tensor
    other: Tensor


def pairs(data: Path, seconds: float, count: int) -> list[Pair]:
    """``count`` speakers, one clip each, and two pairs of clips of each benchmark speaker."""
    size = round(seconds * RATE)
    speakers = read_speakers(data / "speakers")
    _, kept = split(list(speakers), HELD_OUT, NEVER)
    chosen = [name for name in kept if len(speakers[name][0]) >= 2 * size][:count]
    clips = [torch.from_numpy(speakers[name][0]) for name in chosen]
    found = [Pair(n, c[:size], c[-size:]) for n, c in zip(chosen, clips, strict=True)]
    for name in NEVER:
        chapters: dict[str, list[Path]] = {}
        for file in sorted((data / "sessions" / name).glob("*.flac")):
            if soundfile.info(file).duration > seconds + 0.5:
                chapters.setdefault(file.stem.split("-")[1], []).append(file)
        (one, two), *_ = zip(*list(chapters.values())[:2], strict=False)
        for wave, other in ((one, two), (two, one)):
            both = [torch.from_numpy(soundfile.read(f, dtype="float32")[0]) for f in (wave, other)]
            found.append(Pair(name, *(sound[:size] for sound in both)))
    return found


def protected(wave: Tensor, options: argparse.Namespace, context: Context) -> tuple[Tensor, float]:
    """The change that the product makes, and the processor seconds until it is written."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "a.wav"
        soundfile.write(file, wave.numpy(), RATE, "FLOAT")
        whole = (api.Span(0.0, len(wave) / RATE),)
        job = api.ProtectVoice(
            file, Path(name), (options.method,), options.strength, options.quality, regions=whole
        )
        began, spent = time.process_time(), 0.0
        steps = run(job, context)
        while True:
            try:
                if next(steps).stage == "measure":
                    spent = time.process_time() - began
            except StopIteration as end:
                made, _ = soundfile.read(end.value.output, dtype="float32")
                return torch.from_numpy(made) - wave, spent


def controls(change: Tensor, wave: Tensor) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(0)
    white = measures.white_noise(change[None], random)[0]
    return {"white": white, "speech": measures.speech_noise(change[None], wave[None], random)[0]}


def as_audible(change: Tensor, wave: Tensor) -> dict[str, Tensor]:
    """The same noises, as loud as they may be to be heard as little as the change is."""
    goal = float(quality(wave[None], (wave + change)[None]))
    return {
        f"{kind}_as_audible": measures.as_good(wave, noise, goal) * noise
        for kind, noise in controls(change, wave).items()
    }


class Facts:
    """Of each pair: STOI, PESQ, the ratio in dB, and processor seconds for each second."""

    def __init__(self) -> None:
        self.rows: list[list[float | None]] = []

    def add(self, wave: Tensor, change: Tensor, seconds: float) -> None:
        both = wave.numpy(), (wave + change).numpy()
        ratio = float(20 * (wave.norm() / change.norm()).log10())
        # The first also loads the models.
        factor = seconds / (len(wave) / RATE) if self.rows else None
        self.rows.append([measures.stoi(*both), measures._pesq(*both), ratio, factor])

    def summary(self) -> dict[str, float]:
        stoi, pesq, ratio, factor = (
            [value for value in column if value is not None]
            for column in zip(*self.rows, strict=True)
        )
        found: dict[str, float] = {"stoi": np.median(stoi), "stoi_low": np.quantile(stoi, 0.05)}
        if pesq:
            found |= {"pesq": np.median(pesq), "pesq_low": np.quantile(pesq, 0.05)}
        found["snr_db"] = np.median(ratio)
        if factor:
            found["real_time_factor"] = np.mean(factor)
        return {name: round(float(value), 4) for name, value in found.items()}


class Table:
    """Similarities by encoder, treatment and kind of change, and the speaker of each."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, list[float]]] = {}
        self.speakers: list[str] = []

    def add(self, encoder: str, row: str, kind: str, value: float) -> None:
        self.rows.setdefault((encoder, row), {}).setdefault(kind, []).append(value)

    def written(self, facts: Facts) -> dict[str, Any]:
        rows = [[*key, kinds] for key, kinds in self.rows.items()]
        return {"speakers": self.speakers, "facts": facts.rows, "rows": rows}

    def read(self, facts: Facts, part: dict[str, Any]) -> None:
        """Add what ``written`` gave."""
        self.speakers += part["speakers"]
        facts.rows += part["facts"]
        for encoder, row, kinds in part["rows"]:
            for kind, values in kinds.items():
                for value in values:
                    self.add(encoder, row, kind, value)

    def below(self, encoder: str, row: str, kind: str) -> list[float]:
        """How far ours lies below another kind, and the interval over speakers."""
        kinds = self.rows[encoder, row]
        groups: dict[str, list[float]] = {}
        for name, ours, theirs in zip(self.speakers, kinds["ours"], kinds[kind], strict=True):
            groups.setdefault(name, []).append(theirs - ours)
        drop = bootstrap(list(groups.values()))
        return [round(x, 3) for x in (drop.value, drop.low, drop.high)]

    def summary(self) -> list[dict[str, Any]]:
        found = []
        for (encoder, row), kinds in self.rows.items():
            line: dict[str, Any] = {"encoder": encoder, "row": row}
            line |= {kind: round(float(np.mean(v)), 3) for kind, v in kinds.items()}
            for kind in ("clean", "white", "speech"):
                line[f"below_{kind}"] = self.below(encoder, row, kind)
            found.append(line)
        return found


def compare(
    encoders: dict[str, Embed], pair: Pair, change: Tensor, rows: dict[str, Treatment], table: Table
) -> None:
    wave, other = pair.wave, pair.other
    heard = {"clean": wave, "ours": wave + change}
    heard |= {kind: wave + noise for kind, noise in controls(change, wave).items()}
    softer = {kind: wave + noise for kind, noise in as_audible(change, wave).items()}
    other = functional.pad(other, (0, len(wave) - len(other)))[None]
    for row, treat in rows.items():
        kinds = heard | softer if row == "as-saved" else heard
        waves = torch.stack([torch.from_numpy(treat(w.numpy())) for w in kinds.values()])
        for name, embed in encoders.items():
            if row != "as-saved" and "-builtin" in name:  # searched on: as saved says enough
                continue
            vectors = embed(torch.cat([waves, other]))
            for kind, value in zip(kinds, vectors[:-1] @ vectors[-1], strict=True):
                table.add(name, row, kind, float(value))


def reduced(sound: Any) -> Any:
    """As people run noisereduce: by its defaults."""
    import noisereduce

    return np.asarray(noisereduce.reduce_noise(y=sound, sr=RATE), np.float32)


def wanted_rows(names: str, vocoder: Any) -> dict[str, Treatment]:
    """The treatments of the rehearsal by name, or all of them."""

    def resynthesise(sound: Any) -> Any:
        wave = torch.from_numpy(sound)[None]
        return np.asarray(vocoder.resynthesise(wave)[0].numpy()[: len(sound)], np.float32)

    known = treatments(resynthesise)
    if importlib.util.find_spec("noisereduce") is not None:
        known["noisereduce"] = reduced
    chosen = list(known) if names == "all" else [name for name in names.split(",") if name]
    return {"as-saved": lambda sound: sound} | {name: known[name] for name in chosen}


def cloned(cloner: Any, judges: dict[str, Embed], pair: Pair, change: Tensor, table: Table) -> None:
    """What the cloner says with each as its reference, against the real voice in ``other``."""
    wave, other = pair.wave, pair.other
    phrase = torch.from_numpy(changed(other.numpy(), 1.12, 0.9))[None]
    heard = {"clean": wave, "ours": wave + change}
    noises = controls(change, wave) | as_audible(change, wave)
    heard |= {kind: wave + noise for kind, noise in noises.items()}
    said = [cloner.say(phrase, reference[None], 0)[0] for reference in heard.values()]
    size = min(len(other), *(len(s) for s in said), phrase.shape[1])
    waves = torch.stack([s[:size] for s in [*said, phrase[0], other]])
    for name, embed in judges.items():
        vectors = embed(waves)
        for kind, value in zip([*heard, "phrase"], vectors[:-1] @ vectors[-1], strict=True):
            table.add(name, f"clone by {cloner.id}", kind, float(value))


# What the report asks for: each method as people use it.
EVERY = (
    ("cloneshield", "standard"), ("cloneshield", "fast"),
    ("sceneguard", "standard"), ("vocalcrypt", "fast"),
)  # fmt: skip


def main() -> None:
    options = arguments()
    torch.set_num_threads(1)
    chosen = EVERY if options.every else ((options.method, options.quality),)
    for options.method, options.quality in chosen:
        print(f"== {options.method}, {options.quality}", flush=True)
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """One method: print the table and keep its figures."""
    table, facts = Table(), Facts()
    for file in options.merge:
        table.read(facts, json.loads(file.read_text("utf-8")))
    if not options.merge:
        gather(options, table, facts)
    if options.json is not None:
        options.json.write_text(json.dumps(table.written(facts)) + "\n", encoding="utf-8")
    lines = table.summary()
    for line in lines:
        print(json.dumps(line))
    print(json.dumps(facts.summary()))
    figures = facts.summary() | told(lines, table, options)
    keep(f"voice-{options.method}-{options.quality}", **figures)


def gather(options: argparse.Namespace, table: Table, facts: Facts) -> None:
    device = torch.device("cpu")
    context = Context(device, ModelCache(device))
    quick = options.quality == "fast"
    searched = builtin.QUICK_VOICE_SURROGATES if quick else builtin.VOICE_SURROGATES
    judges: dict[str, Embed] = {
        id: builtin.speaker(id, context).embed for id in options.judges.split(",")
    }
    if (ge2e := published_ge2e()) is not None:
        judges[GE2E] = ge2e
    encoders = judges | {id: builtin.speaker(id, context).embed for id in searched}
    rows = wanted_rows(options.treatments, builtin.cloner(builtin.CLONERS[0], context))
    cloners = [builtin.cloner(id, context) for id in options.cloners.split(",") if id]
    first, _, last = options.only.partition(":")
    every = pairs(SPEECH, options.seconds, options.count)
    for pair in every[int(first or 0) : int(last or len(every))]:
        wave = pair.wave
        change, seconds = protected(wave, options, context)
        table.speakers.append(pair.speaker)
        facts.add(wave, change, seconds)
        with torch.no_grad():
            compare(encoders, pair, change, rows, table)
            for cloner in cloners:
                cloned(cloner, judges, pair, change, table)
        print(f"{len(table.speakers)}: {pair.speaker}, {seconds:.0f} s", flush=True)


def told(lines: list[dict[str, Any]], table: Table, options: argparse.Namespace) -> dict[str, Any]:
    """What the report and the page on threats say: the judge first, then every other encoder that
    nothing was searched on, and what is left after each treatment."""
    judge = options.judges.split(",")[0]
    drop, control = (table.below(judge, "as-saved", kind) for kind in ("clean", "speech"))
    figures: dict[str, Any] = {
        "speakers": len(set(table.speakers)),
        "strength": options.strength,
        **dict(zip(("judge_drop", "judge_drop_low", "judge_drop_high"), drop, strict=True)),
        "speech_noise_drop": round(drop[0] - control[0], 3),
    }
    # On the networks that were searched on: each, and their mean.
    own = {
        line["encoder"]: line["below_clean"][0] for line in lines if "-builtin" in line["encoder"]
    }
    figures["white_box"] = own | {"mean": round(float(np.mean(list(own.values()))), 3)}
    for line in lines:
        if "-builtin" not in line["encoder"]:
            figures[f"{line['encoder']}, {line['row']}"] = {
                name: line[name] for name in line if name not in ("encoder", "row")
            }
    return figures


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--method", choices=api.VOICE_METHODS[1:], default="cloneshield")
    parser.add_argument("--every", action="store_true", help="all methods, one after another")
    parser.add_argument("--quality", choices=api.VOICE_QUALITIES, default="standard")
    parser.add_argument("--strength", choices=api.STRENGTHS, default="balanced")
    parser.add_argument("--count", type=int, default=10, help="beside the benchmark speakers")
    parser.add_argument("--only", default=":", metavar="A:B", help="these of the pairs of clips")
    parser.add_argument("--seconds", type=float, default=4.5)
    parser.add_argument("--judges", default=f"{builtin.VOICE_JUDGE},{builtin.CLONE_JUDGE}")
    parser.add_argument("--cloners", default=",".join(builtin.CLONERS))
    parser.add_argument("--treatments", default="", help="by name, or all")
    parser.add_argument("--json", type=Path, help="keep each speaker's similarities")
    parser.add_argument(
        "--merge", type=Path, nargs="*", default=[], help="what --json kept of several parts"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
