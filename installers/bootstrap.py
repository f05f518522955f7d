"""Sets Cloakroom up in this folder and starts it, or runs its tests.

    python3 installers/bootstrap.py run [ARGS]    set up what is missing, then start the app
    python3 installers/bootstrap.py test [ARGS]   the same, then every check; ARGS go to pytest
    python3 installers/bootstrap.py repair        delete .venv and install everything again
    python3 installers/bootstrap.py lock          renew installers/requirements.lock (developers)

Options, before the command:
    --mirror URL        take Python packages from this index instead of pip's own setting
    --torch-index URL   take PyTorch from this index instead of pytorch.org

Needs nothing but Python. Everything is installed into .venv beside this folder; delete it and
nothing is left. Messages go to standard error, so that the output of ARGS stays clean.
"""

from __future__ import annotations

import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 12)
MOST_WORKERS = 4  # of the tests at once: each may hold two gigabytes


def find_python():
    """Another Python on this computer that Cloakroom runs on, as a command, or None.

    This function and everything above it must also run on much older Pythons.
    """
    names = ["python%d.%d" % version for version in (NEWEST, OLDEST)]  # noqa: UP031
    if sys.platform == "win32":
        commands = [["py", "-" + name[len("python") :]] for name in names]
    else:
        commands = [[name] for name in names]
    for command in commands:
        try:
            subprocess.check_output([*command, "-c", "import venv"], stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    return None


if not OLDEST <= sys.version_info[:2] <= NEWEST:
    other = find_python()
    if other is None:
        sys.exit(
            "Cloakroom needs Python 3.11 or 3.12; this is Python %d.%d. "  # noqa: UP031
            "Install Python 3.12 from https://www.python.org/downloads/ (or your system's "
            "package manager) and run the same command with it." % sys.version_info[:2]
        )
    sys.exit(subprocess.call([*other, *sys.argv]))

# Only now: the rest of this folder is written for Python 3.11.
import environment  # noqa: E402
import libraries  # noqa: E402
import lockfile  # noqa: E402
from environment import SetupError  # noqa: E402


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def ensure_libraries(groups: tuple[str, ...]) -> None:
    """Install the system libraries of ``groups`` that are missing, or say how to.

    Raises SetupError when one is still missing that nothing works without.
    """
    lacking = libraries.missing(groups)
    if not lacking:
        return
    if libraries.may_install():
        say("Installing system packages: " + " ".join(item.apt for item in lacking))
        libraries.install(lacking)
        lacking = libraries.missing(groups)
        if not lacking:
            return
    line = libraries.line_to_type(lacking)
    needed = [item for item in lacking if item.needed]
    if needed:
        raise SetupError(f"Cloakroom's window needs these system libraries. Please type:\n  {line}")
    reasons = sorted({libraries.WITHOUT[item.group] for item in lacking})
    say(f"Going on without {', '.join(reasons)}. To add it, type:\n  {line}")


def set_up(venv: environment.Venv, extras: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """Bring ``.venv`` and the system libraries to what the lock file asks for."""
    stamp = venv.stamp()
    if not set(groups) <= set(stamp.groups):
        ensure_libraries(groups)
    if set(extras) <= set(stamp.extras):
        venv.write_stamp(stamp.extras, {*stamp.groups, *groups})
        return
    say(f"Setting Cloakroom up in {venv.folder} (once; this downloads about a gigabyte) ...")
    venv.install({*stamp.extras, *extras}, say)
    venv.write_stamp({*stamp.extras, *extras}, {*stamp.groups, *groups})
    say("Set-up is complete.")


def run(venv: environment.Venv, arguments: list[str]) -> int:
    # The command line works on a computer without a screen; the window does not.
    groups = () if arguments else ("window", "sound")
    if not venv.is_ready(("app",), groups):
        set_up(venv, ("app",), groups)
    command = [str(venv.script("cloakroom")), *arguments]
    if sys.platform != "win32":  # where execv returns to the prompt while the app still runs
        os.execv(command[0], command)
    return subprocess.call(command)


def side_by_side(arguments: list[str]) -> list[str]:
    """Options that run the tests on all cores, each file on one of them; benchmarks alone."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    if workers < 2 or any("bench" in argument for argument in arguments):
        return []
    return ["--numprocesses", str(workers), "--dist", "loadfile"]


def test(venv: environment.Venv, arguments: list[str]) -> int:
    if not venv.is_ready(("app", "test"), ("window", "sound", "test")):
        set_up(venv, ("app", "test"), ("window", "sound", "test"))
    checks = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["pytest", *side_by_side(arguments), *arguments],
    ]
    failed = []
    for name, *options in checks:
        say(" ".join(["==>", name, *options]))
        status = subprocess.call([str(venv.script(name)), *options], cwd=environment.ROOT)
        if status:
            failed.append((name, status))
    if not failed:
        return 0
    say("Failed: " + ", ".join(f"{name} (exit code {status})" for name, status in failed))
    return failed[0][1]


def main(arguments: list[str]) -> int:
    options = {"--mirror": "", "--torch-index": ""}
    while arguments and arguments[0] in options:
        if len(arguments) < 2:
            say(f"{arguments[0]} needs a URL")
            return 2
        options[arguments[0]] = arguments[1]
        arguments = arguments[2:]
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    venv = environment.Venv(mirror=options["--mirror"], torch_index=options["--torch-index"])
    try:
        if command == "run":
            return run(venv, rest)
        if command == "test":
            return test(venv, rest)
        if command == "repair":
            venv.remove()
            set_up(venv, ("app",), ("window", "sound"))
            return 0
        if command == "lock":
            lockfile.renew(environment.ROOT, venv.frozen())
            say(f"Wrote {lockfile.PATH}")
            return 0
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. Run the same command again: it goes on where it stopped.")
        return 130
    say(__doc__ or "")
    return 0 if command in ("-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
