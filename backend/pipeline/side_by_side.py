"""Do the same work on many places of a slide, several at a time, each with one thread.

Reading, colours and networks of one place take turns; beside each other, the places keep every core busy, where threads
inside one place would wait for each other at every layer. For a GPU others read ahead while one thread computes.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import cv2
import torch

Place = TypeVar("Place")
Read = TypeVar("Read")
Made = TypeVar("Made")

_READERS = 8
"""At most, beside a GPU: what one decodes and colours in the time that the GPU takes for a block, and some to spare."""


def side_by_side(
    read: Callable[[Place], Read], compute: Callable[[Read], Made], places: Iterable[Place], device: torch.device
) -> Iterator[Made]:
    """Yield `compute(read(place))` in the order of the places, on a processor as many as PyTorch has threads at a time.

    For a GPU the caller's thread computes: cuDNN plans anew for each thread, and threads that launch at a time wait for
    each other. Memory: what is made waits for the consumer with as many more again. Where the consumer stops, or work
    fails, what has begun is finished and the rest is dropped.
    """
    if device.type == "cpu":
        yield from _in_order(lambda place: compute(read(place)), places, torch.get_num_threads())
    else:
        for one in _in_order(read, places, min(_READERS, os.cpu_count() or 1)):
            yield compute(one)


def _in_order(work: Callable[[Place], Made], places: Iterable[Place], workers: int) -> Iterator[Made]:
    """Yield `work(place)` in the order of the places, so many at a time."""
    threads, of_opencv = torch.get_num_threads(), cv2.getNumThreads()
    cv2.setNumThreads(1)  # as PyTorch: one thread for each place
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
        cv2.setNumThreads(of_opencv)
