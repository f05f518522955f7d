"""Damaged files for every reader: each must answer or refuse with the error it promises.

    python -m tests.fuzz [--minutes 60] [--seed 0] [--only NAME ...] [--keep FOLDER]

A child process reads; this one watches it, so that a crash or a hang of a decoder is a find like
any other. A find is a wrong error, a crash, more than ``PATIENCE`` seconds, or memory beyond the
limit; its file is kept with what happened. The same seed damages the same files in the same way:
``--only png:4711`` reads one of them again. Exit code 0 when nothing was found.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import multiprocessing as mp
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

PATIENCE = 20.0  # seconds for one file, on a busy machine
SLOW = 3.0  # seconds of processor time that no file of this size may take
MEMORY = 6 << 30  # bytes of address space; the packages alone take over two
LIFE = 20_000  # files before the child is started anew
GROWTH_MB = 150.0  # of the child's memory over its life, beyond its first fifth


def case(name: str, number: int, seed: int, seeds: list[bytes], damage: Any) -> bytes:
    """The damaged file of this number: always the same."""
    text = f"{seed}/{name}/{number}".encode()
    made: bytes = damage(random.Random(hashlib.sha256(text).digest()), seeds)
    return made


def one(reader: Any, file: Path) -> tuple[str, str]:
    """Read a file: "answered", "refused", or what went wrong and where."""
    began = time.process_time()
    try:
        reader.read(file)
        told = ("answered", "")
    except reader.allowed as refused:
        told = ("refused", "") if str(refused) else ("no sentence", type(refused).__name__)
    except MemoryError:
        told = ("memory", traceback.format_exc())
    except Exception as error:  # what is being looked for
        told = (f"{type(error).__name__} in {_where(error)}", traceback.format_exc())
    took = time.process_time() - began
    return told if took < SLOW else ("slow", f"{took:.1f} s of processor time")


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename and "fuzz" not in f.filename]
    last = (ours or frames)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


# ---- the child ------------------------------------------------------------------------------


def child(names: list[str], first: int, seed: int, folder: Path, at: Any, found: Any) -> None:
    """Read files from ``first`` on until the parent ends it. ``at``: number, reader, start."""
    from tests.fuzz_readers import READERS

    warnings.simplefilter("ignore")
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # Decoders written in C print what they think of each file.
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1), os.dup2(silent, 2)
    seeds = {name: READERS[name].seeds() for name in names}
    for name, some in seeds.items():  # the first time, packages are imported
        file = folder / f"case{READERS[name].suffix}"
        file.write_bytes(some[0])
        READERS[name].read(file)
    early = 0.0
    for number in range(first, first + LIFE):
        for place, name in enumerate(names):
            reader = READERS[name]
            file = folder / f"case{reader.suffix}"
            file.write_bytes(case(name, number, seed, seeds[name], reader.damage))
            at[0], at[1], at[2] = number, place, time.monotonic()
            what, detail = one(reader, file)
            if what not in ("answered", "refused"):
                found.send((name, number, what, detail, file.read_bytes()))
            at[3 + place] += what == "answered"
        if number - first == LIFE // 5:
            early = _memory()
    late = _memory()
    if early and late - early > GROWTH_MB:
        found.send(("all", first, "memory grows", f"{early:.0f} to {late:.0f} MB", b""))


def _memory() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


# ---- the parent -----------------------------------------------------------------------------


class Watch:
    """Runs children one after the other until the time is over, and counts."""

    def __init__(self, names: list[str], seed: int, keep: Path) -> None:
        self.names, self.seed, self.keep = names, seed, keep
        self.next = 0
        self.finds: Counter[tuple[str, str]] = Counter()
        self.read: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()

    def run(self, until: float) -> None:
        while time.monotonic() < until:
            self._life(until)

    def _life(self, until: float) -> None:
        context = mp.get_context("spawn")
        at = context.Array("d", 3 + len(self.names), lock=False)
        ours, theirs = context.Pipe(duplex=False)
        first = self.next
        with tempfile.TemporaryDirectory() as folder:
            arguments = (self.names, first, self.seed, Path(folder), at, theirs)
            worker = context.Process(target=child, args=arguments, daemon=True)
            worker.start()
            theirs.close()
            at[0] = float(first)
            while worker.is_alive() and time.monotonic() < until:
                worker.join(0.2)
                self._take(ours)
                if at[2] and time.monotonic() - at[2] > PATIENCE:
                    self._lost(at, "hangs")
                    break
            else:
                if not worker.is_alive() and worker.exitcode:
                    self._lost(at, f"ends the process with {worker.exitcode}")
            worker.kill()
            worker.join()
            self._take(ours)
        number, place = int(at[0]), int(at[1])
        for index, name in enumerate(self.names):
            self.read[name] += number - first + (index <= place if at[2] else 0)
            self.answered[name] += int(at[3 + index])
        self.next = number + 1

    def _take(self, ours: Any) -> None:
        with contextlib.suppress(EOFError, OSError):
            while ours.poll():
                self._found(*ours.recv())

    def _lost(self, at: Any, what: str) -> None:
        if not at[2]:
            raise SystemExit(f"the readers could not be started: {what}")
        from tests.fuzz_readers import READERS

        name, number = self.names[int(at[1])], int(at[0])
        reader = READERS[name]
        data = case(name, number, self.seed, reader.seeds(), reader.damage)
        self._found(name, number, what, "", data)

    def _found(self, name: str, number: int, what: str, detail: str, data: bytes) -> None:
        fresh = (name, what) not in self.finds
        self.finds[name, what] += 1
        if fresh:
            print(f"{name}:{number} {what}\n{detail}", flush=True)
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{name}-{number}").write_bytes(data)

    def told(self) -> str:
        lines = [f"{'reader':16}{'files':>9}{'answered':>10}{'finds':>7}"]
        for name in self.names:
            finds = sum(count for (whose, _), count in self.finds.items() if whose == name)
            lines.append(f"{name:16}{self.read[name]:9}{self.answered[name]:10}{finds:7}")
        total = sum(self.read.values())
        return "\n".join([*lines, f"{total} files, {len(self.finds)} different finds"])


def again(wanted: str, seed: int) -> int:
    """Read one case in this process, with its whole traceback."""
    from tests.fuzz_readers import READERS

    name, _, number = wanted.partition(":")
    reader = READERS[name]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"case{reader.suffix}"
        file.write_bytes(case(name, int(number), seed, reader.seeds(), reader.damage))
        what, detail = one(reader, file)
    print(f"{wanted} {what}\n{detail}")
    return what not in ("answered", "refused")


def main() -> int:
    from tests.fuzz_readers import READERS

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", metavar="NAME[:NUMBER]", default=list(READERS))
    parser.add_argument("--keep", type=Path, default=Path(".work/fuzz"), help="for what is found")
    options = parser.parse_args()
    if any(":" in name for name in options.only):
        return max(again(wanted, options.seed) for wanted in options.only)
    watch = Watch(options.only, options.seed, options.keep)
    watch.run(time.monotonic() + 60 * options.minutes)
    print(watch.told())
    return bool(watch.finds)


if __name__ == "__main__":
    sys.exit(main())
