"""Do the same work on many places of a slide, several at a time, each with one thread.

Reading, colours and networks of one place take turns; beside each other, the places keep every core busy, where threads
inside one place would wait for each other at every layer. For a GPU others read ahead while one thread computes.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import cv2
import torch

Place = TypeVar("Place")
Read = TypeVar("Read")
Made = TypeVar("Made")

_READERS = 8
"""At most, beside a GPU: what one decodes and colours in the time that the GPU takes for a block, and some to spare."""


class _OneThreadOfOpenCV:
    """OpenCV's threads are the process's: one as long as anybody here is at work, then as many as before."""

    def __init__(self) -> None:
        self._lock, self._at_work, self._before = Lock(), 0, 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._at_work:
                self._before = cv2.getNumThreads()
                cv2.setNumThreads(1)
            self._at_work += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._at_work -= 1
            if not self._at_work:
                cv2.setNumThreads(self._before)


_one_thread_of_opencv = _OneThreadOfOpenCV()


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
    threads = torch.get_num_threads()
    pending: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
    with _one_thread_of_opencv:  # as PyTorch: one for each place
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
