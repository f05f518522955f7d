"""Pieces of sound worked on at the same time, one to a processor core.

Small networks on a few seconds of sound gain little from several cores in each operation, and wait
for one another where another program is busy. A piece on each core gives the same numbers whatever
the number of cores, since every one of them computes alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

Piece = TypeVar("Piece")
Made = TypeVar("Made")
MOST = 4  # pieces at a time: each takes about 200 MB while it is searched


def side_by_side(
    make: Callable[[Piece], Made], pieces: Sequence[Piece], device: torch.device
) -> Iterator[Made]:
    """``make`` of each piece, in order; on a GPU one after another. Raises what ``make`` raises."""
    threads = torch.get_num_threads()
    workers = min(threads, MOST, max(1, len(pieces))) if device.type == "cpu" else 1
    waiting: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(workers, "piece", torch.set_num_threads, (1,))
    try:
        for piece in pieces:
            waiting.append(pool.submit(make, piece))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)  # for the threads to come
