"""Do the same work on many places of a slide, several at a time, each with one thread.

Reading, colours and networks of one place take turns; beside each other, the places keep every core busy, where threads
inside one place would wait for each other at every layer. On a GPU the others read while one computes.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

Place = TypeVar("Place")
Made = TypeVar("Made")

_READERS = 8
"""At most, beside a GPU: what one decodes and colours in the time that the GPU takes for a block, and some to spare."""


def side_by_side(work: Callable[[Place], Made], places: Iterable[Place], device: torch.device) -> Iterator[Made]:
    """Yield `work(place)` in the order of the places, on a processor as many at a time as PyTorch has threads.

    Memory: what is made waits for the consumer with as many more again. Where the consumer stops, or work fails, what
    has begun is finished and the rest is dropped.
    """
    threads = torch.get_num_threads()
    workers = threads if device.type == "cpu" else min(_READERS, os.cpu_count() or 1)
    pending: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
    try:
        for place in places:
            pending.append(pool.submit(work, place))
            if len(pending) > 2 * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)
