"""Does jobs: one device, its loaded models, and outcomes instead of exceptions.

Importing this module is cheap; torch is imported by ``Workshop.open``.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine import api
from engine.context import Context, JobCancelled
from engine.problems import Problem

if TYPE_CHECKING:
    import torch

    from engine.models.cache import ModelCache

RUNNERS = "engine.work:run"
NO_DEVICE = "none"  # a workshop for jobs that need neither torch nor models: it opens at once

WITHOUT_DEVICE = api.ListDevices | api.ListModels | api.StoreJob

Terminal = api.Finished | api.Failed | api.Cancelled

# Progress bars that libraries would draw into the terminal; ours tells what happens.
os.environ.setdefault("TQDM_DISABLE", "1")

_log = logging.getLogger(__name__)


class Workshop:
    """Performs jobs on one device with models kept between them. For one thread at a time.

    ``runners`` names the function that turns a job and a ``Context`` into a generator, as
    "module:attribute"; it is imported with torch, by ``open`` or at the first job.
    """

    def __init__(
        self, device: str, runners: str = RUNNERS, precision: api.Precision = "auto"
    ) -> None:
        self.asked = (device, precision)
        self.broken = False  # the device failed for good; only a new process can use it again
        self._runners = runners
        self._run: Callable[[Any, Context], Any] | None = None
        self._chosen: tuple[torch.device, ModelCache] | None = None
        self._missing: Problem | None = None

    def open(self) -> None:
        """Import torch and choose the device. Raises only if the installation is damaged.

        A device that is not there is no reason to fail: then each job fails with that problem,
        and devices can still be listed.
        """
        if self._run is not None:
            return
        _keep_bars_to_this_process()
        module, _, attribute = self._runners.partition(":")
        run: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), attribute)
        asked, _ = self.asked
        if asked == NO_DEVICE:
            self._run = run
            return
        from engine import device
        from engine.models.cache import ModelCache

        device.use_cpu_threads()
        try:
            chosen = device.choose(asked)
        except Problem as problem:
            self._missing = problem
            chosen = device.choose("cpu")
        self._chosen = chosen, ModelCache(chosen)
        self._run = run
        _log.info("engine on %s", chosen)

    def perform(
        self,
        ticket: api.Ticket,
        job: api.Job,
        cancelled: Callable[[], bool],
        progressed: Callable[[api.Progressed], None],
    ) -> Terminal:
        """Do the job; calls ``progressed`` on the way. Never raises: errors are outcomes."""
        outcome = self._outcome(ticket, job, cancelled, progressed)
        # Outside the handlers of _outcome, where the job's frames and tensors are already gone.
        if isinstance(outcome, api.Failed) and outcome.code == "engine.memory":
            self.free_memory()
        return outcome

    def free_memory(self) -> None:
        """Drop the models and give their memory back to the system."""
        if self._chosen is not None:
            self._chosen[1].free()

    def _outcome(
        self,
        ticket: api.Ticket,
        job: api.Job,
        cancelled: Callable[[], bool],
        progressed: Callable[[api.Progressed], None],
    ) -> Terminal:
        try:
            self.open()
            if self._missing is not None and not isinstance(job, WITHOUT_DEVICE):
                return api.Failed(ticket, self._missing.code, self._missing.details)
            assert self._run is not None
            nothing: Any = None  # what a job without a device never looks at
            device, models = self._chosen or (nothing, nothing)
            context = Context(device, models, cancelled, self.asked[1])
            context.check()
            with contextlib.closing(self._run(job, context)) as steps:
                while True:
                    try:
                        progress = next(steps)
                    except StopIteration as end:
                        return api.Finished(ticket, end.value)
                    progressed(api.Progressed(ticket, progress))
                    context.check()  # so that a job which only yields can be cancelled too
        except JobCancelled:
            return api.Cancelled(ticket)
        except Problem as problem:
            return api.Failed(ticket, problem.code, problem.details)
        except (Exception, SystemExit) as error:
            return self._unexpected(ticket, job, error)

    def _unexpected(self, ticket: api.Ticket, job: api.Job, error: BaseException) -> api.Failed:
        _log.error("%s failed", type(job).__name__, exc_info=error)
        if self._chosen is not None:
            import torch

            from engine.device import is_out_of_memory

            if is_out_of_memory(error):
                return api.Failed(ticket, "engine.memory", {})
            # After such an error (a failed kernel, say) every further call of CUDA fails.
            self.broken = isinstance(error, torch.AcceleratorError)
        return internal(ticket, error)


def internal(ticket: api.Ticket, error: BaseException) -> api.Failed:
    """The event for an error nobody expected; its traceback belongs into the log."""
    first_line = str(error).strip().partition("\n")[0][:200]
    detail = f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
    return api.Failed(ticket, "internal", {"detail": detail})


def _keep_bars_to_this_process() -> None:
    """Libraries' progress bars, drawn or not, else share a lock with other processes: a semaphore
    of the system, which a child that is killed would leave behind."""
    import tqdm

    tqdm.tqdm.set_lock(threading.RLock())
