"""The commands: which Python they accept, what they start and what they exit with."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import bootstrap
import environment
import libraries
import pytest

from tests.installers.computer import Computer, put


@pytest.mark.parametrize("source", ["bootstrap.py"])
def test_an_old_python_can_read_it_far_enough_to_say_so(root: Path, source: str) -> None:
    ast.parse((root / "installers" / source).read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("version", [(3, 8), (3, 13)])
def test_an_unsupported_python_is_told_what_to_install(
    root: Path, tmp_path: Path, version: tuple[int, int]
) -> None:
    program = (
        f"import sys, runpy; sys.version_info = {(*version, 0)!r}\n"
        f"runpy.run_path({str(root / 'installers' / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "run"], capture_output=True, text=True, check=False,
        env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert f"this is Python {version[0]}.{version[1]}. Install Python 3.12" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_supported_python_elsewhere_is_used_instead(root: Path, tmp_path: Path) -> None:
    put(tmp_path, "python3.11", 'test "$1" = -c || echo "started with $*"\n')
    program = (
        "import sys, runpy; sys.version_info = (3, 13, 0)\n"
        f"runpy.run_path({str(root / 'installers' / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "run", "--version"], capture_output=True, text=True,
        check=True, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout == f"started with {root}/installers/bootstrap.py run --version\n"


def test_an_unknown_command_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["rum"]) == 2
    assert bootstrap.main(["--mirror"]) == 2
    assert bootstrap.main(["--help"]) == 0
    assert "bootstrap.py run [ARGS]" in capsys.readouterr().err


@pytest.fixture
def finished(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A complete set-up, whose commands print their arguments and fail as told."""
    computer.install("app", "test")
    venv = computer.venv()
    venv.write_stamp(["app", "test"], ["window", "sound", "test"])
    for name in ("cloakroom", "ruff", "mypy", "lint-imports", "pytest"):
        put(venv.folder / "bin", name, f'echo "{name} $*"\nexit $(cat "{computer.state}/{name}")\n')
        computer.tell(name, "0")
    monkeypatch.setattr(environment, "ROOT", computer.root)
    monkeypatch.setattr(bootstrap.environment, "Venv", lambda **options: venv)
    return computer


def test_run_replaces_itself_by_the_app_with_its_arguments(
    finished: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def execv(path: str, command: list[str]) -> None:
        started.append([path, *command])
        raise KeyboardInterrupt  # like the real one, it does not return

    monkeypatch.setattr(os, "execv", execv)
    bootstrap.main(["run", "protect", "a b.png", "--json"])
    program = str(finished.root / ".venv" / "bin" / "cloakroom")
    assert started == [[program, program, "protect", "a b.png", "--json"]]


def test_the_tests_exit_with_the_status_of_what_failed(
    finished: Computer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert bootstrap.main(["test", "-k", "house"]) == 0
    shown = capfd.readouterr().out.splitlines()
    assert shown == [
        "ruff check .", "ruff format --check .", "mypy ", "lint-imports ", "pytest -k house",
    ]  # fmt: skip
    finished.tell("mypy", "3")
    finished.tell("pytest", "1")
    assert bootstrap.main(["test"]) == 3
    captured = capfd.readouterr()
    assert "pytest " in captured.out, "a failed check does not keep the others from running"
    assert "mypy (exit code 3), pytest (exit code 1)" in captured.err


def test_the_tests_use_the_cores_and_benchmarks_have_the_machine_to_themselves(
    finished: Computer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert bootstrap.main(["test"]) == 0
    assert "pytest --numprocesses 2 --dist loadfile" in capfd.readouterr().out
    assert bootstrap.main(["test", "tests/bench/test_photo.py"]) == 0
    assert "pytest tests/bench/test_photo.py" in capfd.readouterr().out


# ---- for real -------------------------------------------------------------------------------


@pytest.mark.skipif(
    os.environ.get("CLOAKROOM_SLOW") != "1", reason="downloads a gigabyte; set CLOAKROOM_SLOW=1"
)
@pytest.mark.timeout(1800)
def test_a_fresh_copy_sets_itself_up_and_starts_quickly_afterwards(
    root: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "cloak room ü"
    unwanted = shutil.ignore_patterns(
        ".venv", ".git", ".work", "__pycache__", ".*_cache", "*.egg-info"
    )
    shutil.copytree(root, copy, ignore=unwanted)
    command = [sys.executable, copy / "installers" / "bootstrap.py", "run", "--version"]

    def timed(arguments: list[str | Path]) -> float:
        start = time.perf_counter()
        done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert "0.1.0" in done.stdout
        return time.perf_counter() - start

    timed(command)
    bare = min(timed([copy / ".venv" / "bin" / "cloakroom", "--version"]) for _ in range(3))
    assert min(timed(command) for _ in range(3)) < bare + 2.0


def test_the_installers_import_only_the_standard_library(root: Path) -> None:
    own: set[str] = {path.stem for path in (root / "installers").glob("*.py")}
    for path in (root / "installers").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top in sys.stdlib_module_names or top in own, f"{path.name}: {name}"


def test_the_modules_under_test_are_those_of_this_checkout(root: Path) -> None:
    modules: list[ModuleType] = [bootstrap, environment, libraries]
    assert {Path(str(module.__file__)).parent for module in modules} == {root / "installers"}
