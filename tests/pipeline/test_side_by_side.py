"""Work on many places of a slide, several at a time."""

from collections.abc import Iterator
from threading import Barrier, Event, current_thread

import cv2
import pytest
import torch

from backend.pipeline.side_by_side import side_by_side

CPU = torch.device("cpu")
GPU = torch.device("cuda")
WAIT_S = 60


def as_it_is(place: int) -> int:
    return place


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_results_come_in_the_order_of_the_places_though_a_later_one_is_ready_first() -> None:
    later_is_done = Event()

    def work(place: int) -> int:
        if place == 0:
            assert later_is_done.wait(WAIT_S)
        later_is_done.set()
        return place * 10

    assert list(side_by_side(work, as_it_is, range(5), CPU)) == [0, 10, 20, 30, 40]


def test_as_many_work_at_a_time_as_there_are_threads_each_with_one_thread() -> None:
    both = Barrier(2, timeout=WAIT_S)

    def threads_here(_place: int) -> int:
        both.wait()
        return torch.get_num_threads()

    assert list(side_by_side(as_it_is, threads_here, range(4), CPU)) == [1, 1, 1, 1]
    assert torch.get_num_threads() == 2  # the caller's stay


def test_for_a_gpu_others_read_ahead_while_the_caller_computes() -> None:
    ahead = Event()

    def read(place: int) -> int:
        if place == 2:
            ahead.set()
        return place

    def compute(place: int) -> tuple[int, str]:
        assert ahead.wait(WAIT_S)  # the first waits until the third is read
        return place, current_thread().name

    here = current_thread().name
    assert list(side_by_side(read, compute, range(4), GPU)) == [(place, here) for place in range(4)]


def test_few_places_are_begun_before_their_results_are_taken() -> None:
    begun: list[int] = []

    def places() -> Iterator[int]:
        for place in range(100):
            begun.append(place)
            yield place

    results = side_by_side(as_it_is, as_it_is, places(), CPU)
    next(results)
    assert len(begun) <= 5
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(begun) <= 5


def test_an_error_in_the_work_reaches_the_caller() -> None:
    def work(place: int) -> int:
        if place == 3:
            raise OSError("the file is cut short")
        return place

    taken = []
    with pytest.raises(OSError, match="cut short"):
        for one in side_by_side(work, as_it_is, range(1000), CPU):
            taken.append(one)
    assert taken == [0, 1, 2]


def test_two_at_a_time_leave_opencv_the_threads_that_it_had() -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    first, second = (side_by_side(as_it_is, lambda _: cv2.getNumThreads(), range(9), CPU) for _ in range(2))
    assert (next(first), next(second)) == (1, 1)
    assert {*first} == {*second} == {1}
    assert cv2.getNumThreads() == 2
    cv2.setNumThreads(before)
