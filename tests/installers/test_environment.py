"""The virtual environment: when it counts as complete, and which PyTorch goes into it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import environment
import pytest

from tests.installers.computer import Computer


def torch_call(calls: list[str]) -> str:
    """The call that installs torch: after the tools, before the packages of the app."""
    order = [line.rpartition("locked-")[2] for line in calls]
    assert order[0] == "tools.txt"
    assert order.index("app.txt") == 2
    return calls[1]


# ---- the stamp ------------------------------------------------------------------------------


def test_a_complete_set_up_is_ready_for_what_it_holds(computer: Computer) -> None:
    computer.install("app")
    venv = computer.venv()
    assert venv.is_ready(["app"], ["window"])
    assert not venv.is_ready(["app", "test"], ["window"])
    assert not venv.is_ready(["app"], ["window", "test"])


@pytest.mark.parametrize("change", ["lock", "project", "python", "moved"])
def test_a_change_asks_for_a_new_set_up(computer: Computer, change: str) -> None:
    computer.install("app")
    if change == "lock":
        computer.lock("2")
    elif change == "project":
        (computer.root / "pyproject.toml").write_text('[project]\nname = "other"\n')
    elif change == "python":
        (computer.root / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    else:
        computer.root = computer.root.rename(computer.root.with_name("elsewhere"))
    assert not computer.venv().is_ready(["app"], [])


def test_a_change_of_a_tools_settings_does_not(computer: Computer) -> None:
    computer.install("app")
    with (computer.root / "pyproject.toml").open("a") as file:
        file.write("[tool.ruff]\nline-length = 90\n")
    assert computer.venv().is_ready(["app"], [])


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"key": 1}'])
def test_a_damaged_stamp_counts_as_none(computer: Computer, damage: str) -> None:
    computer.install("app")
    (computer.root / ".venv" / "cloakroom-setup.json").write_text(damage)
    assert computer.venv().stamp() == environment.Stamp()


def test_an_interrupted_set_up_is_not_taken_for_done_and_goes_on(computer: Computer) -> None:
    computer.install("app")
    computer.lock("2")
    computer.tell("failing", "locked-app")
    with pytest.raises(environment.SetupError, match="run the same command again"):
        computer.install("app")
    assert computer.venv().stamp() == environment.Stamp()
    (computer.state / "failing").unlink()
    computer.install("app")
    assert computer.venv().is_ready(["app"], [])
    assert computer.venvs == 1, "the environment itself was kept"


def test_a_broken_environment_is_made_again(computer: Computer) -> None:
    computer.install("app")
    leftover = computer.root / ".venv" / "leftover"
    leftover.write_text("")
    computer.tell("broken", "")
    computer.install("app")
    assert computer.venvs == 2
    assert not leftover.exists()


# ---- which PyTorch --------------------------------------------------------------------------


def test_linux_without_gpu_takes_the_cpu_build_that_pip_offers(computer: Computer) -> None:
    computer.tell("pip-config", "global.find-links='wheels'\n")
    report = {"install": [{"metadata": {"version": "2.13.0+cpu"}}]}
    computer.tell("pip-report", json.dumps(report))
    computer.online = True
    assert torch_call(computer.install()).endswith("install --no-deps torch==2.13.0")


def test_linux_without_gpu_takes_the_cpu_build_of_pytorch(computer: Computer) -> None:
    computer.online = True
    call = torch_call(computer.install())
    assert "--index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu" in call
    assert "https://mirror.example/whl/cpu" in torch_call(
        computer.install(torch_index="https://mirror.example/whl/")
    )


@pytest.mark.parametrize("gpu", [True, False])
def test_linux_with_gpu_or_without_that_index_takes_the_locked_cuda_build(
    computer: Computer, gpu: bool
) -> None:
    computer.gpu, computer.online = gpu, gpu
    call = torch_call(computer.install())
    assert "--require-hashes" in call
    listing = Path(call.partition("-r ")[2]).read_text()
    assert "torch==2.13.0 --hash" in listing
    assert "triton==3 --hash" in listing


def test_macos_takes_the_locked_build_without_cuda(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.platform = "darwin"
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    call = torch_call(computer.install())
    assert Path(call.partition("-r ")[2]).read_text() == "torch==2.13.0 --hash=sha256:bb\n"


def test_an_intel_mac_is_told_so(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    computer.platform = "darwin"
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(environment.SetupError, match="Intel"):
        computer.install()


@pytest.mark.parametrize(
    ("gpu", "installed", "kept"),
    [
        (False, "2.13.0+cpu", True),
        (False, "2.13.0", True),
        (True, "2.13.0", True),
        (True, "2.13.0+cu130", True),
        (True, "2.13.0+cpu", False),
        (False, "2.12.0+cpu", False),
        (False, "", False),
    ],
)
def test_a_fitting_torch_is_kept(computer: Computer, gpu: bool, installed: str, kept: bool) -> None:
    computer.gpu = gpu
    computer.tell("torch", installed)
    calls = computer.install()
    assert any("torch==" in call or "locked-torch" in call for call in calls) != kept


def test_everything_but_pytorchs_own_index_is_checked_against_its_sum(computer: Computer) -> None:
    computer.online = True
    for call in computer.install("app", "test"):
        assert "--no-deps" in call, "the lock file alone decides"
        assert ("--require-hashes" in call) == ("locked-" in call)


def test_the_mirror_is_handed_to_pip_and_the_callers_pip_settings_are_not(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    kept = computer.venv(mirror="https://mirror.example/simple")._environment()
    assert kept["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert "PIP_TARGET" not in kept
    assert kept["PATH"] == os.environ["PATH"]


def test_too_little_space_is_said_before_anything_is_made(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(computer.root)._replace(free=10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(environment.SetupError, match=r"5 GB of free disk space.*1\.0 GB"):
        computer.install()
    assert computer.venvs == 0
