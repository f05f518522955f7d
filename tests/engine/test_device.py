"""Choosing a device, and getting by with the memory there is."""

from __future__ import annotations

import random
import weakref
from collections.abc import Generator, Iterator

import numpy as np
import psutil
import pytest
import torch

from engine import api, device
from engine.problems import Problem

Run = Generator[api.Progress, None, str]


@pytest.fixture
def torch_settings() -> Iterator[None]:
    """Puts back what a test changes for the whole process."""
    threads = torch.get_num_threads()
    deterministic = torch.get_deterministic_debug_mode()
    fill = torch.utils.deterministic.fill_uninitialized_memory  # type: ignore[attr-defined]
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(deterministic)
    torch.utils.deterministic.fill_uninitialized_memory = fill  # type: ignore[attr-defined]


def computer(monkeypatch: pytest.MonkeyPatch, names: list[str], dead: tuple[str, ...] = ()) -> None:
    """Pretend that these devices are listed and that the ``dead`` ones cannot compute."""
    monkeypatch.setattr(device, "_names", lambda: names)
    monkeypatch.setattr(device, "_computes", lambda name: name not in dead)


@pytest.mark.parametrize(
    ("names", "asked", "chosen"),
    [
        (["cuda:1", "cuda:0", "cpu"], "auto", "cuda:1"),
        (["cuda:1", "cuda:0", "cpu"], "cuda", "cuda:1"),
        (["cuda:1", "cuda:0", "cpu"], "cuda:0", "cuda:0"),
        (["cuda:1", "cuda:0", "cpu"], "cpu", "cpu"),
        (["mps", "cpu"], "auto", "mps"),
        (["mps", "cpu"], "mps", "mps"),
        (["cpu"], "auto", "cpu"),
    ],
)
def test_choice(monkeypatch: pytest.MonkeyPatch, names: list[str], asked: str, chosen: str) -> None:
    computer(monkeypatch, names)
    assert str(device.choose(asked)) == chosen


@pytest.mark.parametrize("asked", ["cuda:7", "mps", "gpu", "", "cuda:1"])
def test_a_missing_device_is_a_problem_that_names_the_others(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    computer(monkeypatch, ["cuda:0", "cuda:1", "cpu"], dead=("cuda:1",))
    with pytest.raises(Problem) as caught:
        device.choose(asked)
    assert caught.value.code == "device.missing"
    assert caught.value.details == {"device": asked, "choices": "cuda:0, cpu"}


def test_a_gpu_that_cannot_compute_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    computer(monkeypatch, ["cuda:0", "cuda:1", "cpu"], dead=("cuda:0", "cuda:1"))
    assert str(device.choose("auto")) == "cpu"


def test_this_computer_has_a_cpu_that_computes() -> None:
    cpu = device.list_devices()[-1]
    assert cpu.id == "cpu"
    assert cpu.name
    assert cpu.name != "cpu"
    assert cpu.total_memory == psutil.virtual_memory().total
    assert cpu.free_memory is not None
    assert 0 < cpu.free_memory < cpu.total_memory
    for info in device.list_devices():
        assert str(torch.device(info.id)) == info.id
    assert str(device.choose("auto")) in {info.id for info in device.list_devices()}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_cuda_device_is_preferred_and_described() -> None:
    best = device.list_devices()[0]
    assert str(device.choose("auto")) == best.id == str(device.choose("cuda"))
    assert best.total_memory is not None
    assert 0 < device.free_memory(torch.device(best.id)) <= best.total_memory
    with pytest.raises(torch.OutOfMemoryError) as caught:
        torch.empty(2**50, device=best.id)
    assert device.is_out_of_memory(caught.value)


def test_weights_are_float32_except_on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.dtype_for(torch.device("cpu")) == torch.float32
    assert device.dtype_for(torch.device("mps")) == torch.float32
    for capability, dtype in (((7, 5), torch.float16), ((8, 6), torch.bfloat16)):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, c=capability: c)
        assert device.dtype_for(torch.device("cuda:0")) == dtype


def test_a_chosen_precision_holds_where_the_device_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu, cuda = torch.device("cpu"), torch.device("cuda:0")
    assert device.precisions(cpu) == ("float32", "bfloat16")
    assert device.dtype_for(cpu, "bfloat16") == torch.bfloat16
    assert device.dtype_for(cpu, "float16") == torch.float32
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (7, 5))
    assert device.dtype_for(cuda, "bfloat16") == torch.float16
    assert device.dtype_for(cuda, "float32") == torch.float32
    assert device.list_devices()[-1].precisions == ("float32", "bfloat16")


def test_the_same_seed_gives_the_same_numbers(torch_settings: None) -> None:
    def draw(seed: int) -> tuple[float, float, float]:
        device.make_deterministic(seed)
        return torch.rand(1).item(), float(np.random.rand()), random.random()

    first, other, again = draw(5), draw(6), draw(5)
    assert first == again
    assert all(a != b for a, b in zip(first, other, strict=True))
    assert torch.get_deterministic_debug_mode() == 1  # warn


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 3), (8, 7), (None, 2)])
def test_threads_leave_a_core_where_there_are_enough(
    monkeypatch: pytest.MonkeyPatch, torch_settings: None, cores: int | None, threads: int
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: cores)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(64), raising=False)
    assert device.use_cpu_threads() == threads
    assert torch.get_num_threads() == threads


def test_threads_keep_to_the_cores_that_this_process_may_use(
    monkeypatch: pytest.MonkeyPatch, torch_settings: None
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: 32)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert device.use_cpu_threads() == 2


def test_omp_num_threads_is_respected(
    monkeypatch: pytest.MonkeyPatch, torch_settings: None
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: 32)
    before = torch.get_num_threads()
    assert device.use_cpu_threads() == before


# ---- memory ---------------------------------------------------------------------------------


def test_real_exhaustion_is_recognised() -> None:
    with pytest.raises(RuntimeError) as of_torch:
        torch.empty(2**50)
    assert device.is_out_of_memory(of_torch.value)
    with pytest.raises(MemoryError) as of_numpy:
        np.empty(2**50)
    assert device.is_out_of_memory(of_numpy.value)


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8"), True),
        (MemoryError(), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
        (FileNotFoundError("out of memory.png"), False),
    ],
)
def test_out_of_memory_is_told_from_other_errors(error: Exception, memory: bool) -> None:
    assert device.is_out_of_memory(error) is memory


@pytest.mark.parametrize(
    ("size", "floor", "sizes"),
    [
        (1024, 256, [1024, 512, 256]),
        (900, 256, [900, 450, 256]),
        (256, 256, [256]),
        (64, 256, [64]),
    ],
)
def test_halvings(size: int, floor: int, sizes: list[int]) -> None:
    assert list(device.halvings(size, floor)) == sizes


class Tensor:
    """Stands for what a try holds, to see that it is let go."""


def drive(run: Run) -> tuple[list[api.Progress], str]:
    steps = []
    while True:
        try:
            steps.append(next(run))
        except StopIteration as end:
            return steps, end.value


def attempts(fits: int, error: Exception, tried: list[int]) -> Generator[api.Progress, None, str]:
    held: list[weakref.ref[Tensor]] = []

    def attempt(size: int) -> Run:
        assert all(reference() is None for reference in held), "the failed try still holds memory"
        tensor = Tensor()
        held.append(weakref.ref(tensor))
        tried.append(size)
        yield api.Progress(1, 2, "working")
        if size > fits:
            raise error.__class__(*error.args)
        yield api.Progress(2, 2, "working")
        return f"done at {size}"

    return device.with_smaller(device.halvings(1024, 128), attempt, stage="working")


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("out of memory"), MemoryError()],
    ids=lambda error: type(error).__name__,
)
def test_the_ladder_halves_until_it_fits_and_says_so(error: Exception) -> None:
    tried: list[int] = []
    steps, outcome = drive(attempts(300, error, tried))
    assert tried == [1024, 512, 256]
    assert outcome == "done at 256"
    assert [(s.step, s.note) for s in steps] == [
        *((1, None), (0, "memory-halved"), (1, None), (0, "memory-halved")),
        *((1, None), (2, None)),
    ]
    assert {step.stage for step in steps} == {"working"}


def test_the_ladder_ends_with_a_problem_at_its_floor() -> None:
    tried: list[int] = []
    with pytest.raises(Problem) as caught:
        drive(attempts(0, MemoryError(), tried))
    assert caught.value.code == "engine.memory"
    assert tried == [1024, 512, 256, 128]


def test_the_ladder_lets_other_errors_through_at_once() -> None:
    tried: list[int] = []
    with pytest.raises(RuntimeError, match="shape"):
        drive(attempts(0, RuntimeError("shape mismatch"), tried))
    assert tried == [1024]


def test_what_fits_is_tried_once() -> None:
    tried: list[int] = []
    steps, outcome = drive(attempts(2048, MemoryError(), tried))
    assert (tried, outcome) == ([1024], "done at 1024")
    assert all(step.note is None for step in steps)
