"""A computer whose Python, pip and GPU are stand-ins that keep a log."""

from __future__ import annotations

import sys
from pathlib import Path

import environment
import pytest


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text("#!/bin/sh\n" + script)
    (folder / name).chmod(0o755)


PYTHON = """\
#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
  *"config list"*) cat "{state}/pip-config" ;;
  *--dry-run*) cat "{state}/pip-report" ;;
  *"version('torch')"*) cat "{state}/torch" ;;
  *"-m pip"*) ! grep -qsF -e "$3" -e "$(basename "$8" .txt)" "{state}/failing" ;;
  *pip._internal*) test ! -e "{state}/broken" ;;
esac
"""


class Computer:
    """A checkout with a lock file in a temporary folder, and what its stand-ins were asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "cloak room ü"
        self.state = folder / "state"
        self.log = folder / "log"
        for new in (self.root / "installers", self.state):
            new.mkdir(parents=True)
        (self.root / "pyproject.toml").write_text('[project]\nname = "cloakroom"\n')
        self.lock("app")
        for name in ("pip-config", "pip-report", "torch"):
            self.tell(name, "")
        self.monkeypatch = monkeypatch
        self.gpu, self.platform, self.online = False, "linux", False
        self.venvs = 0
        monkeypatch.setattr(environment, "has_nvidia_gpu", lambda: self.gpu)
        monkeypatch.setattr(environment, "reachable", lambda url: self.online)
        monkeypatch.setattr(environment.Venv, "_create", lambda venv: self._create(venv))

    def lock(self, app_version: str) -> None:
        (self.root / "installers" / "requirements.lock").write_text(
            "# [tools]\npip==26 --hash=sha256:aa\n# [torch]\ntorch==2.13.0 --hash=sha256:bb\n"
            f"# [cuda]\ntriton==3 --hash=sha256:cc\n# [app]\nrich=={app_version} --hash=sha256:dd\n"
            "# [test]\npytest==9 --hash=sha256:ee\n"
        )

    def tell(self, name: str, text: str) -> None:
        (self.state / name).write_text(text)

    def _create(self, venv: environment.Venv) -> None:
        self.venvs += 1
        (self.state / "broken").unlink(missing_ok=True)
        scripts = venv.folder / "bin"
        scripts.mkdir(parents=True)
        (venv.folder / "pyvenv.cfg").write_text("version = 3.11.7\n")
        (scripts / "python").write_text(PYTHON.format(log=self.log, state=self.state))
        (scripts / "python").chmod(0o755)

    def venv(self, **options: str) -> environment.Venv:
        return environment.Venv(self.root, **options)

    def install(self, *extras: str, **options: str) -> list[str]:
        """Install and stamp; returns the pip installs that it took."""
        self.log.write_text("")
        self.monkeypatch.setattr(sys, "platform", self.platform)
        venv = self.venv(**options)
        venv.install(extras or ("app",), lambda sentence: None)
        venv.write_stamp(extras or ("app",), ("window",))
        calls = [line for line in self.log.read_text().splitlines() if "pip install" in line]
        return [line for line in calls if "--dry-run" not in line]
