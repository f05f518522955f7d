"""The walls of the house: layers, light imports, small files, and what the repository may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("app", "ui", "engine", "installers", "tests")
TOP_LEVEL = {"app", "ui", "engine", "assets", "installers", "tests", "pyproject.toml", "README.md"}
HEAVY = {"torch", "diffusers", "transformers", "librosa", "cv2", "skimage", "scipy", "peft"}


def repository_files() -> list[Path]:
    """Files under version control, or that would be: what git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def modules(*rooms: str) -> list[Path]:
    return sorted(
        path for room in rooms for path in (ROOT / room).rglob("*.py") if "build" not in path.parts
    )


def module_level_imports(tree: ast.Module) -> Iterator[str]:
    """Full names imported when the module is imported: not in functions or for type checkers."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        pending += ast.iter_child_nodes(node)


def imported_rooms(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {name.partition(".")[0] for name in module_level_imports(tree)}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---- layers ---------------------------------------------------------------------------------


def test_the_import_contracts_hold() -> None:
    """In a process of its own: import-linter silences every logger that is there."""
    program = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", ["app", "ui", "installers"])
def test_heavy_libraries_stay_inside_the_engine(room: str) -> None:
    found = {name_of(path): imported_rooms(path) & HEAVY for path in modules(room)}
    assert {name: libraries for name, libraries in found.items() if libraries} == {}


def test_the_scan_sees_module_level_imports_only() -> None:
    tree = ast.parse(
        "import torch.nn\n"
        "if TYPE_CHECKING:\n    import librosa\n"
        "try:\n    from cv2 import dnn\nexcept ImportError: pass\n"
        "class A:\n    import scipy\n    def f(self):\n        import diffusers\n"
    )
    assert set(module_level_imports(tree)) == {"torch.nn", "cv2", "scipy"}


@pytest.mark.parametrize("module", ["engine.api", "engine.problems", "engine.host", "ui.desk"])
def test_what_the_window_imports_loads_no_heavy_library(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & (HEAVY | {"numpy", "onnxruntime"}) == set()


# ---- files ----------------------------------------------------------------------------------


def test_the_top_level_is_what_the_house_has() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in repository_files()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize(
    ("rooms", "longest"), [(("app", "ui", "engine", "installers"), 400), (("tests",), 600)]
)
def test_modules_are_short_enough_to_read_from_top_to_bottom(
    rooms: tuple[str, ...], longest: int
) -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(*rooms)
    }
    too_long = {name: length for name, length in lengths.items() if length > longest}
    assert too_long == {}


def test_weights_are_no_pickles() -> None:
    suffixes = {".pth", ".pt", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib", ".npy"}
    assert [name_of(path) for path in repository_files() if path.suffix in suffixes] == []


def test_the_built_in_models_are_small() -> None:
    folder = ROOT / "assets" / "models"
    sizes = {name_of(path): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < 80e6
    # One file is larger than the rest may be: the U-Net of the editor that cloaks are searched on.
    larger = {"assets/models/editor-builtin/unet/diffusion_pytorch_model.safetensors": 9 * 2**20}
    limits = dict.fromkeys(sizes, 8 * 2**20) | larger
    assert {name: size for name, size in sizes.items() if size > limits[name]} == {}


def test_no_file_names_a_path_of_somebodys_computer() -> None:
    # Folders in which people and build machines keep their work. Tests may make such names up,
    # but not hold the real one of this checkout.
    private = re.compile(r"(?<![\w.])/(work|home|root|Users|opt|mnt)/\w|[A-Z]:\\\\?Users\\")
    real = re.compile(re.escape(str(ROOT)) + r"\b")
    found = []
    for path in repository_files():
        if path == Path(__file__) or path.suffix in {".lock", ".ts"}:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or weights
        pattern = real if ROOT / "tests" in path.parents else private
        found += [f"{name_of(path)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_nothing_in_the_window_moves_by_itself() -> None:
    """So there is no motion to reduce for whoever asks the system for less of it."""
    moving = re.compile(r"Q\w*Animation|QTimeLine|QMovie")
    found = [name_of(path) for path in modules("ui") if moving.search(path.read_text("utf-8"))]
    assert found == []


def test_nothing_is_unfinished() -> None:
    # Built here from pieces, so that this file does not find itself.
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]))
    found = [
        f"{name_of(path)}:{number}"
        for path in modules(*ROOMS)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


# ---- what is declared -----------------------------------------------------------------------


def declared() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_dependency_is_pinned() -> None:
    project = declared()["project"]
    assert isinstance(project, dict)
    lines = project["dependencies"] + project["optional-dependencies"]["test"]
    assert [line for line in lines if "==" not in line] == []


def test_the_settings_of_the_tools_are_as_strict_as_the_house_asks() -> None:
    tools = declared()["tool"]
    assert isinstance(tools, dict)
    assert tools["mypy"]["strict"] is True
    assert set(tools["mypy"]["packages"]) >= {"engine", "app"}
    assert tools["pytest"]["ini_options"]["qt_log_level_fail"] == "WARNING"
    contracts = tools["importlinter"]["contracts"]
    layers = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert layers == [["app", "ui", "engine"]]
    banned = {
        tuple(contract["source_modules"]): contract["forbidden_modules"]
        for contract in contracts
        if contract["type"] == "forbidden"
    }
    assert "PySide6" in banned["engine",]
    assert {"engine", "numpy", "torch"} <= set(banned["ui",])


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_the_readme_opens_with_the_two_commands() -> None:
    commands = readme_commands()
    assert commands[:2] == [
        "python3 installers/bootstrap.py run",
        "python3 installers/bootstrap.py test",
    ]


def test_the_ci_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert readme_commands()[1] in script.splitlines()


def test_every_program_and_module_that_the_readme_runs_exists() -> None:
    for command in readme_commands():
        words = [word for word in command.split() if not word.startswith("CLOAKROOM_")]
        if words[0] == "python3":
            assert (ROOT / words[1]).is_file(), command
        elif words[:2] == ["python", "-m"]:
            assert (ROOT / Path(*words[2].split(".")).with_suffix(".py")).is_file(), command
        else:
            assert words[0] == "cloakroom", command


def test_every_file_that_the_readme_shows_or_links_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_the_readme_promises_nothing() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    assert re.findall(r"\bprevents?\b|\bguarantees?\b|\bunbreakable\b|100 ?%", text) == []
