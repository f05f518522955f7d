"""The computer's processors: which to use, how much memory is free, and what to do when it ends."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import torch

from engine import api
from engine.problems import Problem

T = TypeVar("T")

# What out-of-memory errors of torch, cuDNN, cuBLAS and MPS that have no type of their own say.
_MEMORY_MESSAGES = (
    "out of memory",
    "defaultcpuallocator: can't allocate memory",
    "not enough memory: you tried to allocate",
    "cudnn_status_alloc_failed",
    "cublas_status_alloc_failed",
)


# ---- choice ---------------------------------------------------------------------------------


def choose(device: str = "auto") -> torch.device:
    """The device that ``device`` names: ``auto`` (the best there is), cpu, cuda, cuda:N or mps.

    A GPU counts only if it can really compute, since drivers also list GPUs that this build of
    torch has no kernels for. Raises ``Problem("device.missing")`` with the choices there are.
    """
    if device == "auto":
        return next(torch.device(name) for name in _names() if _computes(name))
    names = _names()
    for name in names:
        if (name == device or (device == "cuda" and name.startswith("cuda:"))) and _computes(name):
            return torch.device(name)
    choices = ", ".join(name for name in names if _computes(name))
    raise Problem("device.missing", device=device, choices=choices)


def list_devices() -> tuple[api.DeviceInfo, ...]:
    """What ``choose`` can be asked for, best first; the CPU is always there, and last."""
    return tuple(_describe(torch.device(name)) for name in _names())


def _names() -> list[str]:
    names: list[str] = []
    if torch.cuda.is_available():
        memory = [
            torch.cuda.get_device_properties(i).total_memory
            for i in range(torch.cuda.device_count())
        ]
        names += [f"cuda:{i}" for i in sorted(range(len(memory)), key=lambda i: -memory[i])]
    if torch.backends.mps.is_available():
        names.append("mps")
    return [*names, "cpu"]


def _computes(name: str) -> bool:
    if name == "cpu":
        return True
    try:
        return bool((torch.ones(1, device=name) + 1).item() == 2)
    except RuntimeError:  # no kernel for this GPU, a driver too old, or its memory is taken
        return False


def _describe(device: torch.device) -> api.DeviceInfo:
    total: int | None
    free: int | None
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        name, total = properties.name, properties.total_memory
    elif device.type == "mps":
        name, total = f"{_cpu_name()} GPU", torch.mps.recommended_max_memory()
    else:
        name, total = _cpu_name(), psutil.virtual_memory().total
    try:
        free = free_memory(device)
    except RuntimeError:  # a GPU that is listed but cannot be opened
        free = None
    return api.DeviceInfo(str(device), name, total, free, precisions(device))


def _cpu_name() -> str:
    """The processor's name as its maker sells it, or at least the architecture."""
    name = ""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "win32":
            import winreg

            path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                name = str(winreg.QueryValueEx(key, "ProcessorNameString")[0])
        elif sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            name = subprocess.run(command, capture_output=True, text=True, timeout=5).stdout
        else:
            lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
            name = next((line.partition(":")[2] for line in lines if line[:10] == "model name"), "")
    return " ".join(name.split()) or platform.processor() or platform.machine() or "CPU"


# ---- how to compute -------------------------------------------------------------------------


def precisions(device: torch.device) -> tuple[api.Precision, ...]:
    """What ``device`` computes in at a useful speed, finest first: a processor only emulates
    float16, GPUs before Ampere only emulate bfloat16."""
    if device.type == "cpu":
        return ("float32", "bfloat16")
    if device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0):
        return ("float32", "bfloat16", "float16")
    return ("float32", "float16")


def dtype_for(device: torch.device, precision: api.Precision = "auto") -> torch.dtype:
    """The type for the weights of large models: ``precision`` where the device has it, else the
    smallest that keeps gradients finite.

    bfloat16 has float32's range, so that autoencoders which overflow in float16 work; GPUs before
    Ampere only emulate it and get float16. The CPU and MPS are no faster in half precision.
    """
    there = precisions(device)
    if precision in there:
        chosen: torch.dtype = getattr(torch, precision)
        return chosen
    if device.type != "cuda":
        return torch.float32
    return torch.bfloat16 if "bfloat16" in there else torch.float16


def make_deterministic(seed: int) -> None:
    """Seed every generator and choose repeatable kernels, for this whole process.

    Same seed, same device, same number of threads: same bits. Operations without a repeatable
    kernel warn and go on.
    """
    # cuBLAS reads it when it is first used; the engine's process also sets it at its start.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    random.seed(seed)
    torch.manual_seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)
    torch.backends.cudnn.benchmark = False
    # The same as use_deterministic_algorithms(True, warn_only=True), which also imports torch's
    # whole compiler and takes 1.6 CPU-seconds for it.
    torch.set_deterministic_debug_mode("warn")
    # It would fill every torch.empty with NaN: for debugging, and slow.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def use_cpu_threads() -> int:
    """Set how many threads torch computes with on the CPU; returns the number.

    One per physical core that this process may use, less one from four cores on: the window and
    the rest of the computer stay quick. ``OMP_NUM_THREADS`` wins where it is set.
    """
    if os.environ.get("OMP_NUM_THREADS"):
        return torch.get_num_threads()
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    threads = cores - 1 if cores >= 4 else cores
    torch.set_num_threads(threads)
    return threads


# ---- memory ---------------------------------------------------------------------------------


def free_memory(device: torch.device) -> int:
    """Bytes that could be allocated on ``device`` now, torch's own reserve included."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    return int(psutil.virtual_memory().available)


def free_caches() -> None:
    """Give back what nothing refers to any more, including torch's reserve on GPUs."""
    gc.collect()
    torch.cuda.empty_cache()  # does nothing where CUDA was never used
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` means that memory ran out, on whatever device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        message in str(error).lower() for message in _MEMORY_MESSAGES
    )


def halvings(size: int, floor: int) -> Iterator[int]:
    """``size``, half of it, half of that, ..., the last one being ``floor`` (if not above)."""
    yield size
    while size > floor:
        size = max(size // 2, floor)
        yield size


def with_smaller(
    sizes: Iterable[int],
    attempt: Callable[[int], Generator[api.Progress, None, T]],
    *,
    stage: str,
) -> Generator[api.Progress, None, T]:
    """Do the work at the first of ``sizes`` (largest first) that memory allows.

    ``attempt(size)`` is a generator that yields ``Progress`` and returns the outcome; it starts
    afresh at each size, so it must hold nothing large outside itself. Before every further try
    memory is given back and ``Progress(note="memory-halved")`` tells the user. Use it from a job
    as ``outcome = yield from with_smaller(halvings(1024, 128), attempt, stage="protecting")``.
    Raises ``Problem("engine.memory")`` when even the last size does not fit; other errors pass.
    """
    for tried, size in enumerate(sizes):
        if tried:
            yield api.Progress(0, 1, stage, note="memory-halved")
        try:
            return (yield from attempt(size))
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # Only now, outside the handler, are the failed try's frames and their tensors let go.
        free_caches()
    raise Problem("engine.memory")
