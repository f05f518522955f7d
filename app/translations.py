"""Translations: loading them, and building them from the sources.

``python -m app.translations`` brings the .ts files up to date with the sources, builds the .qm
files and lists what is not translated yet. With ``--check`` it changes nothing and exits 1 when a
sentence of the sources has no finished translation.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app import paths, words
from ui.languages import LANGUAGES, spoken

SOURCE = "en"  # what the sources are written in
FOLDER = paths.ASSETS / "translations"
SOURCES = ("app", "ui", "engine")


def lookup(language: str) -> words.Lookup | None:
    """For the command line: reads one .qm file, without an application object.

    None for English and where the file is missing.
    """
    translator = QTranslator()
    if language == SOURCE or not translator.load(str(FOLDER / f"cloakroom_{language}.qm")):
        return None
    return lambda context, text: translator.translate(context, text) or text


class Translations:
    """The translators installed in the running application.

    Installing and removing makes Qt send a LanguageChange event to every window, so that a
    change of language shows at once.
    """

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self._installed: list[QTranslator] = []
        self.language = SOURCE
        words.use(QCoreApplication.translate)

    def choose(self, language: str) -> None:
        """``system`` or one of ``LANGUAGES``; any other is taken for ``system``."""
        chosen = language if language in LANGUAGES else system_language()
        if chosen == self.language:
            return
        self.language = chosen
        QLocale.setDefault(QLocale(chosen))
        old, self._installed = self._installed, []
        for name, folder in (
            (
                f"qtbase_{chosen}",
                Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
            ),
            (f"cloakroom_{chosen}", FOLDER),
        ):
            translator = QTranslator(self._application)
            if chosen != SOURCE and translator.load(name, str(folder)):
                self._application.installTranslator(translator)
                self._installed.append(translator)
        for translator in old:
            self._application.removeTranslator(translator)
            translator.deleteLater()


def system_language() -> str:
    """The first language of the system's list that there is a translation for."""
    wanted = words.wanted_language()
    if wanted is not None:
        return wanted
    known = (spoken(language) for language in QLocale.system().uiLanguages())
    return next((language for language in known if language), SOURCE)


# ---- building -------------------------------------------------------------------------------


def unfinished(file: Path) -> tuple[str, ...]:
    """``context: source`` of every message of a .ts file without a finished translation."""
    missing = []
    for context in ElementTree.parse(file).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            kind = "unfinished" if translation is None else translation.get("type", "")
            if kind == "unfinished":
                missing.append(f"{name}: {message.findtext('source', '')}")
    return tuple(missing)


def build(root: Path, folder: Path, language: str) -> tuple[str, ...]:
    """Update the .ts from the sources below ``root``, build the .qm; returns what is unfinished.

    Raises ``subprocess.CalledProcessError`` when one of Qt's tools fails.
    """
    ts = folder / f"cloakroom_{language}.ts"
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(str(f) for part in SOURCES for f in (root / part).rglob("*.py"))
    # No line numbers: the file then changes only when a sentence does.
    _run(
        "lupdate",
        *("-silent", "-no-obsolete", "-locations", "none", "-target-language", language),
        *(*files, "-ts", str(ts)),
    )
    _run("lrelease", "-silent", str(ts), "-qm", str(ts.with_suffix(".qm")))
    return unfinished(ts)


def _run(tool: str, *arguments: str) -> None:
    # The tool of the installed PySide6, whatever the PATH says.
    program = shutil.which(tool, path=Path(PySide6.__file__).parent)
    if program is None:
        raise FileNotFoundError(f"PySide6 comes without {tool}")
    subprocess.run([program, *arguments], check=True)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.translations")
    parser.add_argument("--check", action="store_true", help="only look; exit 1 if unfinished")
    check: bool = parser.parse_args(argv).check
    root = paths.ASSETS.parent
    unfinished_anywhere = False
    with tempfile.TemporaryDirectory() as scratch:
        if check:
            for file in FOLDER.glob("*.ts"):
                shutil.copy(file, scratch)
        for language in LANGUAGES:
            if language == SOURCE:
                continue
            missing = build(root, Path(scratch) if check else FOLDER, language)
            unfinished_anywhere |= bool(missing)
            for message in missing:
                print(message)
            print(f"{language}: {len(missing)} unfinished")
    return 1 if check and unfinished_anywhere else 0


if __name__ == "__main__":
    raise SystemExit(main())
