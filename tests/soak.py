"""Many mixed jobs through the whole application, with everything that goes wrong in real life.

    python -m tests.soak [--jobs 500] [--seed 0] [--keep FOLDER]

Photos are protected, measured, marked, verified and checked, recordings read, protected, marked
and checked; some files are broken or missing, some results cannot be written because the place is
no folder or (as root on Linux, where a small disk can be made) because the disk is full. On the way
jobs are cancelled, the engine's child process is killed and the list is paused. At the end every
job must have come to an end, every result must be whole and in the history, no original may have
changed, nothing half-written may lie about, and memory and threads must not have grown. Exit code
0 when all of that holds.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
SAMPLES = Path(__file__).resolve().parents[1] / "assets" / "samples"
AT_ONCE = 12  # jobs in the list at a time
SIDE = 64  # pixels of the photos: what is tested is the machinery
QUIET = 600.0  # seconds without any job ending after which it is called hung
GROWTH_MB = 120.0  # of the window's process from the first fifth on
FILLER = "filler"  # what the full disk is full of
OWNER, PASSPHRASE = "Soak", "only for this test"


def sources(folder: Path, count: int) -> dict[str, list[Path]]:
    """Small photos of several formats, recordings, and files that no program can read."""
    import soundfile
    from PIL import Image

    random_ = random.Random(1)
    picture = Image.open(SAMPLES / "leaves.jpg")
    made: dict[str, list[Path]] = {"photo": [], "sound": [], "broken": []}
    for number in range(count):
        x, y = random_.randrange(0, 700), random_.randrange(0, 440)
        part = picture.crop((x, y, x + SIDE, y + SIDE))
        suffix = random_.choice((".png", ".jpg", ".webp", ".tif"))
        file = folder / f"photo {number}{suffix}"
        part.save(file)
        made["photo"].append(file)
        broken = folder / f"broken {number}{suffix}"
        broken.write_bytes(file.read_bytes()[: random_.randrange(0, 400)])
        made["broken"].append(broken)
    sound = folder / "voice.flac"
    samples, rate = soundfile.read(SAMPLES / "words.flac", stop=6 * 24_000)
    soundfile.write(sound, samples, rate)
    made["sound"].append(sound)
    cut = folder / "cut.flac"
    cut.write_bytes(sound.read_bytes()[:3000])
    made["broken"].append(cut)
    return made


class Soak:
    def __init__(self, folder: Path, jobs: int, seed: int, full: Path | None) -> None:
        from engine import api
        from engine.watermark.identities import Identities

        self.api = api
        self.folder, self.left, self.random = folder, jobs, random.Random(seed)
        self.originals = folder / "originals"
        self.out, self.full = folder / "results", full
        Identities(folder / "home", PASSPHRASE, "file").create(OWNER)
        self.originals.mkdir()
        self.files = sources(self.originals, 12)
        self.hashes = {file: digest(file) for file in sorted(self.originals.iterdir())}
        self.memory: list[float] = []
        self.threads: list[int] = []
        self.done, self.problems = Counter[str](), Counter[str]()
        self.kills = 0
        self.planned: list[tuple[float, Callable[[], object]]] = []

    def job(self) -> Any:
        api, pick = self.api, self.random.choice
        photo, home = pick(self.files["photo"]), self.folder / "home"
        sound = pick(self.files["sound"])
        anything = self.files["photo"] + self.files["broken"]
        kinds: dict[Callable[[], Any], float] = {
            lambda: api.ProtectPhoto(photo, out=self.out): 8,
            lambda: api.ProtectPhoto(photo, out=photo / "not a folder"): 1,
            lambda: api.ProtectPhoto(photo, out=self.full or self.out): 2,
            lambda: api.ProtectPhoto(pick(self.files["broken"]), out=self.out): 3,
            lambda: api.ProtectPhoto(self.originals / "nowhere.png", out=self.out): 1,
            lambda: api.MeasurePhoto(photo, photo): 3,
            lambda: api.CheckFile(pick(anything), home): 4,
            lambda: api.CheckFile(sound, home, stability=False): 2,
            lambda: api.ReadSound(pick(self.files["sound"] + self.files["broken"])): 3,
            lambda: api.ProtectVoice(sound, home, methods=("vocalcrypt",), out=self.out): 2,
            lambda: api.MarkFile(pick(anything), home, OWNER, out=self.out): 4,
            lambda: api.MarkFile(sound, home, OWNER, out=self.full or self.out): 1,
            lambda: api.VerifyFile(pick(anything), home): 2,
        }
        (make,) = self.random.choices(list(kinds), list(kinds.values()))
        return make()

    # ---- the run ----------------------------------------------------------------------------

    def run(self) -> list[str]:
        """Work through all jobs; returns what is wrong."""
        from PySide6.QtWidgets import QApplication

        from app.desk import ApplicationDesk
        from app.history import History
        from app.settings import SettingsFile
        from engine.host import EngineHost
        from ui.desk import State

        application = QApplication.instance() or QApplication([])
        ended = (State.DONE, State.FAILED, State.CANCELLED)
        with History() as history:
            desk = ApplicationDesk(SettingsFile(), history)
            desk.start(EngineHost)
            last = time.monotonic()
            seen: set[int] = set()
            try:
                while True:
                    items = desk.items()
                    over = [item for item in items if item.state in ended and item.id not in seen]
                    for item in over:
                        seen.add(item.id)
                        self.done[item.state.value] += 1
                        if item.problem is not None:
                            self.problems[item.problem[0]] += 1
                        last = time.monotonic()
                        self.watch()
                    still = sum(item.state not in ended for item in items)
                    while self.left and still < AT_ONCE:
                        (item,) = desk.submit((self.job(),))
                        self.plan(desk, item)
                        self.left -= 1
                        still += 1
                    if not self.left and not still:
                        break
                    if time.monotonic() - last > QUIET:
                        return [f"nothing has ended for {QUIET:.0f} s; {still} jobs are open"]
                    self.disturb()
                    application.processEvents()
                    time.sleep(0.05)
                return self.faults(desk, history)
            finally:
                desk.shut_down()()

    def plan(self, desk: Any, item: int) -> None:
        """For some of the jobs: what users and systems do to them, and when."""
        chance, when = self.random.random(), time.monotonic() + self.random.uniform(0.0, 20.0)
        if chance < 0.12:
            self.planned.append((when, lambda: desk.cancel(item)))
        elif chance < 0.16:
            self.planned.append((when, self.kill))
        elif chance < 0.2:
            self.planned.append((when, lambda: (desk.pause(True), desk.pause(False))))

    def kill(self) -> None:
        self.kills += kill_engine()

    def disturb(self) -> None:
        now = time.monotonic()
        due = [action for when, action in self.planned if when <= now]
        self.planned = [entry for entry in self.planned if entry[0] > now]
        for action in due:
            action()

    def watch(self) -> None:
        self.memory.append(psutil.Process().memory_info().rss / 2**20)
        self.threads.append(threading.active_count())
        number = sum(self.done.values())
        if number % 20 == 0:
            print(f"{number} ended: {dict(self.done)}, {self.memory[-1]:.0f} MB", flush=True)

    # ---- what must hold ---------------------------------------------------------------------

    def faults(self, desk: Any, history: Any) -> list[str]:
        api, wrong = self.api, []
        receipts = {receipt.output for receipt in history.receipts(limit=100_000)}
        for item in desk.items():
            if isinstance(item.result, api.PhotoResult | api.VoiceResult | api.MarkResult):
                output = item.result.output
                if not readable(output):
                    wrong.append(f"{output} cannot be read")
                if str(output) not in receipts:
                    wrong.append(f"{output} is not in the history")
        wrong += [f"{f} has changed" for f, was in self.hashes.items() if digest(f) != was]
        known = set(self.hashes)
        wrong += [f"{f} was left behind" for f in self.originals.iterdir() if f not in known]
        if self.out.is_dir():
            made = {Path(output) for output in receipts}
            wrong += [f"{f} belongs to no job" for f in self.out.iterdir() if f not in made]
        if self.full is not None:
            wrong += [f"{f} lies on the full disk" for f in self.full.iterdir() if f.name != FILLER]
        queued = {queued.id for queued in history.queue() if queued.problem is None}
        wrong += [f"job {number} is still in the queue" for number in sorted(queued)]
        if self.problems["internal"]:
            wrong.append(f"{self.problems['internal']} jobs ended in an error without a sentence")
        early, late = self.memory[len(self.memory) // 5], self.memory[-1]
        if late - early > GROWTH_MB:
            wrong.append(f"memory grew from {early:.0f} to {late:.0f} MB")
        if self.threads[-1] > self.threads[len(self.threads) // 5] + 2:
            wrong.append(f"threads grew to {self.threads[-1]}")
        return wrong


def kill_engine() -> bool:
    """Kill the process that does the jobs, as a crash or the system would; False without one."""
    for child in psutil.Process().children():
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
                return True
        except psutil.Error:  # it ends by itself just now
            continue
    return False


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def readable(file: Path) -> bool:
    import soundfile
    from PIL import Image

    try:
        if file.suffix == ".flac":
            return bool(len(soundfile.read(file)[0]))
        with Image.open(file) as opened:
            opened.load()
    except (OSError, SyntaxError, ValueError, soundfile.SoundFileError):
        return False
    return True


@contextmanager
def full_disk(folder: Path) -> Iterator[Path | None]:
    """A folder on a disk of its own with no room left; None where that cannot be made."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount).returncode:
        print("no full disk: that needs root on Linux")
        yield None
        return
    try:
        with (folder / FILLER).open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(4096))
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def soak(folder: Path, jobs: int, seed: int) -> int:
    os.environ["CLOAKROOM_HOME"] = str(folder / "home")
    os.environ["CLOAKROOM_PASSPHRASE"] = PASSPHRASE
    with full_disk(folder / "full") as full:
        made = Soak(folder, jobs, seed, full)
        began = time.monotonic()
        wrong = made.run()
    print(
        f"{sum(made.done.values())} jobs in {time.monotonic() - began:.0f} s: {dict(made.done)}, "
        f"{made.kills} kills of the child; memory {made.memory[0]:.0f} to {made.memory[-1]:.0f} MB "
        f"(largest {max(made.memory):.0f}), threads {max(made.threads)} at the most"
    )
    print(f"problems: {dict(made.problems)}")
    for fault in wrong:
        print(f"WRONG: {fault}")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="an empty folder to work in, left as it is")
    options = parser.parse_args()
    if options.keep:
        return soak(options.keep, options.jobs, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        return soak(Path(folder), options.jobs, options.seed)


if __name__ == "__main__":
    sys.exit(main())
