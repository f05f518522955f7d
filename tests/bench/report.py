"""One report of all benchmarks, with every table, the machine and the versions.

    python -m tests.bench.report                  rewrite it from the figures that are there
    python -m tests.bench.report PART... | all    run these parts first (--list names them)

A part may take minutes or hours, so parts can be run one by one, on different days: the last
figures of each are kept in ``tests/bench/figures``, and ``report.md`` and ``report.html`` beside
them hold them all, each with its date. ``assets/measured.json`` is what the window's page on
threats reads; the README gets its tables. Needs the benchmark data; without it, parts that want
it are skipped by pytest.
"""

from __future__ import annotations

import argparse
import html
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench import compared
from tests.bench.keep import FOLDER, ROOT

KEPT = ROOT / "tests" / "bench" / "figures"
MEASURED = ROOT / "assets" / "measured.json"
# What the window's page on threats speaks of; the rest is for developers.
# Models that cloaks are searched on are called "...-builtin": what those see proves nothing.
SEARCHED_ON = "-builtin"
SHOWN = ("transfer", "immunisation", "personalisation", "faces", "voice", "marks", "check")


def tests(*names: str) -> tuple[str, ...]:
    return ("-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/bench/{n}" for n in names))


# Name: what it measures, the arguments of Python, the beginnings of its figures' names.
PARTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "window": (
        "Start, gaps of the window while the engine works, and memory",
        tests("test_window.py"),
        ("start", "responsiveness", "memory", "version"),
    ),
    "photo": (
        "Time and memory of a photo; the cost of the loop",
        tests("test_photo.py"),
        ("photo-", "loop"),
    ),
    "autoencoders": (
        "Built-in autoencoders, and how far a cloak moves one it was not computed on",
        tests("test_autoencoders.py"),
        ("autoencoders-", "transfer"),
    ),
    "editing": (
        "AI edits of protected photos",
        ("-m", "tests.bench.immunisation"),
        ("immunisation",),
    ),
    "training": (
        "Personal models trained on protected photos",
        ("-m", "tests.bench.personalisation"),
        ("personalisation",),
    ),
    "faces": ("Face recognisers on protected portraits", tests("test_faces.py"), ("faces",)),
    "voices": (
        "Voice recognisers on protected recordings, and speed",
        ("-m", "tests.bench.voices", "--every", "--treatments", "all"),
        ("voice-cloneshield", "voice-sceneguard", "voice-vocalcrypt", "six-speakers"),
    ),
    "long": (
        "Memory of an hour of sound, and time of whole jobs and of enrolling",
        tests("test_voice.py"),
        ("voice-long", "voice-time", "voice-enrol"),
    ),
    "marks": (
        "What watermarks survive",
        ("-m", "tests.bench.watermarks"),
        ("marks", "audio-marks"),
    ),
    "check": ("False alarms and hits of the fake check", tests("test_check.py"), ("check-",)),
    "downloads": (
        "A download that is cut off and resumed",
        tests("test_download_resume.py"),
        ("download",),
    ),
}


def run(names: Iterable[str]) -> None:
    """Run these parts; one that fails keeps its older figures and does not stop the others."""
    for name in names:
        print(f"== {name}", flush=True)
        code = subprocess.call([sys.executable, *PARTS[name][1]], cwd=ROOT)
        if code:
            print(f"== {name} ended with {code}", flush=True)


def collect() -> dict[str, dict[str, Any]]:
    """Take what is new over into the kept figures; returns all of them."""
    KEPT.mkdir(exist_ok=True)
    for file in sorted(FOLDER.glob("*.json")):
        if any(file.stem.startswith(begin) for part in PARTS.values() for begin in part[2]):
            (KEPT / file.name).write_text(file.read_text("utf-8"), encoding="utf-8")
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(KEPT.glob("*.json"))}


def rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of one benchmark for people; an interval in brackets."""
    facts = {k: v for k, v in figures.items() if k not in ("when", "machine")}
    return [(name.replace("_", " "), shown(value)) for name, value in facts.items()]


def shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(part)}" for key, part in value.items())
    return str(value)


def origin(figures: dict[str, Any]) -> str:
    machine = figures.get("machine", {})
    return ", ".join(
        [str(figures.get("when", ""))[:16], *(f"{key} {value}" for key, value in machine.items())]
    )


def markdown(kept: dict[str, dict[str, Any]]) -> str:
    lines = [
        "# Measured",
        "",
        "Written by `python -m tests.bench.report`; do not edit. Each table says when and where it",
        "was measured. Figures of the machine's load tell how quiet it was; times from a busy",
        "machine are upper bounds.",
        "",
    ]
    for title, found in sections(kept):
        lines += [f"## {title}", ""]
        if not found:
            lines += ["Not measured yet.", ""]
        for name, figures in found.items():
            lines += [f"### {name}", "", "| Figure | Value |", "|---|---|"]
            lines += [f"| {key} | {value} |" for key, value in rows(figures)]
            lines += ["", f"<sub>{origin(figures)}</sub>", ""]
    return "\n".join(lines)


def page(kept: dict[str, dict[str, Any]]) -> str:
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Cloakroom, measured</title>",
        "<style>body{font:15px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;margin:.5rem 0}td{border-top:1px solid #ddd;"
        "padding:.2rem 1rem .2rem 0}small{color:#666}</style><h1>Measured</h1>",
    ]
    for title, found in sections(kept):
        parts.append(
            f"<h2>{html.escape(title)}</h2>" + ("" if found else "<p>Not measured yet.</p>")
        )
        for name, figures in found.items():
            cells = "".join(
                f"<tr><td>{html.escape(key)}</td><td>{html.escape(value)}</td></tr>"
                for key, value in rows(figures)
            )
            parts.append(
                f"<h3>{html.escape(name)}</h3><table>{cells}</table>"
                f"<small>{html.escape(origin(figures))}</small>"
            )
    return "\n".join(parts) + "\n"


def sections(
    kept: dict[str, dict[str, Any]],
) -> Iterable[tuple[str, dict[str, dict[str, Any]]]]:
    for title, _, begins in PARTS.values():
        yield title, {name: f for name, f in kept.items() if name.startswith(begins)}


def measured(kept: dict[str, dict[str, Any]]) -> str:
    """What the page on threats reads: the figures with their dates, without the machine."""
    facts = {
        name: {
            key: value
            for key, value in figures.items()
            # Of a voice's rows, "ENCODER, TREATMENT", the page shows the files as they are.
            if key != "machine" and (", " not in key or key.endswith(", as-saved"))
        }
        for name, figures in kept.items()
        if name.startswith(SHOWN) and SEARCHED_ON not in name
    }
    return json.dumps(facts, indent=1, sort_keys=True) + "\n"


def write() -> None:
    kept = collect()
    folder = ROOT / "tests" / "bench"
    (folder / "report.md").write_text(markdown(kept), encoding="utf-8")
    (folder / "report.html").write_text(page(kept), encoding="utf-8")
    MEASURED.write_text(measured(kept), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(compared.placed(readme.read_text("utf-8"), kept), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, "all", []], metavar="PART")
    parser.add_argument("--list", action="store_true", help="name the parts")
    options = parser.parse_args()
    if options.list:
        for name, (words, _, _) in PARTS.items():
            print(f"{name:14} {words}")
        return
    run(PARTS if "all" in options.parts else options.parts)
    write()
    print(Path("tests/bench/report.html"))


if __name__ == "__main__":
    main()
