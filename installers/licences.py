"""The licences of everything that is shipped, collected from what is installed.

    .venv/bin/python installers/licences.py OUT.html

One self-contained page: each Python package with its version, its declared licence and the texts
that came with it, then the built-in models with what their cards say. A package that names no
licence at all stops it: nothing of unknown terms is shipped.
"""

from __future__ import annotations

import html
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Names of files that hold terms, wherever a package keeps them.
TERMS = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
# Installed for development only, and so not shipped.
NOT_SHIPPED = {
    *("cloakroom", "pip", "setuptools", "wheel", "ruff", "mypy", "mypy-extensions", "pytest"),
    *("pytest-benchmark", "pytest-qt", "pytest-timeout", "hypothesis", "import-linter", "grimp"),
}
LONGEST = 200_000  # characters of one text


class LicenceError(Exception):
    """A package without any licence; the message names it."""


@dataclass(frozen=True)
class Licence:
    """``terms`` is what the package declares; ``texts`` maps file names to their content."""

    package: str
    version: str
    terms: str
    home: str
    texts: dict[str, str]


def collect() -> list[Licence]:
    """The licences of all shipped packages by name. Raises LicenceError."""
    found: dict[str, Licence] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name is None or name.lower().replace("_", "-") in NOT_SHIPPED:
            continue
        found[name.lower()] = licence_of(distribution)
    return [found[name] for name in sorted(found)]


def licence_of(distribution: metadata.Distribution) -> Licence:
    """Raises LicenceError where neither a declaration nor a text is found."""
    about = distribution.metadata
    name = about["Name"]
    texts: dict[str, str] = {}
    for file in distribution.files or ():
        if TERMS.search(str(file)) and Path(str(file)).suffix not in (".py", ".pyc", ".so"):
            try:
                texts[str(file)] = Path(str(file.locate())).read_text("utf-8", "replace")[:LONGEST]
            except OSError:
                continue
    classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or ()
                   if line.startswith("License ::")]  # fmt: skip
    declared = about.get("License-Expression") or about.get("License") or ""
    terms = declared.strip().partition("\n")[0][:120] or ", ".join(classifiers)
    if not terms and not texts:
        raise LicenceError(f"{name} {distribution.version} names no licence.")
    home = about.get("Home-page") or ""
    if not home:
        links = [line.partition(", ")[2] for line in about.get_all("Project-URL") or ()]
        home = links[0] if links else ""
    return Licence(name, distribution.version, terms or "see the text", home, texts)


def models(folder: Path = ROOT / "assets" / "models") -> list[tuple[str, str]]:
    """Name and model card of every built-in model."""
    return [
        (card.parent.name, card.read_text("utf-8")) for card in sorted(folder.glob("*/README.md"))
    ]


def page(licences: list[Licence], cards: list[tuple[str, str]]) -> str:
    """The whole page; every text is escaped."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Cloakroom: licences</title>",
        "<style>body{font:15px/1.5 sans-serif;max-width:48em;margin:2em auto;padding:0 1em}"
        "pre{white-space:pre-wrap;font-size:12px}summary{cursor:pointer}</style>",
        "<h1>What Cloakroom is made of</h1>",
        "<p>Cloakroom's own code and built-in models are under the MIT licence. "
        "It is shipped with the packages below, each under its own terms.</p>",
    ]
    for item in licences:
        title = f"<b>{html.escape(item.package)}</b> {html.escape(item.version)}"
        parts.append(f"<details><summary>{title} · {html.escape(item.terms)}</summary>")
        if item.home.startswith("https://"):
            parts.append(f"<p>{html.escape(item.home)}</p>")
        for name, text in item.texts.items():
            parts.append(f"<h4>{html.escape(name)}</h4><pre>{html.escape(text)}</pre>")
        parts.append("</details>")
    parts.append("<h2>Built-in models</h2>")
    for name, card in cards:
        parts.append(f"<details><summary><b>{html.escape(name)}</b></summary>")
        parts.append(f"<pre>{html.escape(card)}</pre></details>")
    return "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        licences = collect()
    except LicenceError as error:
        print(error, file=sys.stderr)
        return 1
    out = Path(arguments[0])
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    part.write_text(page(licences, models()), encoding="utf-8")
    part.replace(out)
    print(f"{len(licences)} packages -> {out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
