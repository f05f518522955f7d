from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.models import transfer
from tests.engine.models.hub_server import HubServer, running


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A model hub on this computer; waits between attempts are cut to almost nothing."""
    import huggingface_hub.file_download
    import huggingface_hub.utils._http

    class Hurried:
        """The ``time`` module with short sleeps, for the library's own retries."""

        def __getattr__(self, name: str) -> object:
            import time

            return getattr(time, name)

        def sleep(self, seconds: float) -> None:
            import time

            time.sleep(min(seconds, 0.01))

    monkeypatch.setattr(huggingface_hub.file_download, "time", Hurried())
    monkeypatch.setattr(huggingface_hub.utils._http, "time", Hurried())
    monkeypatch.setattr(transfer, "PAUSE", 0.01)
    with running() as server:
        yield server
    huggingface_hub.close_session()
