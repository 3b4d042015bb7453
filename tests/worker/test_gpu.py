"""On a machine with a GPU: analyses find there what they find on the processor, in turn; faults end in sentences."""

import os
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from signal import SIGKILL
from typing import Any
from unittest.mock import patch
from uuid import UUID

import numpy as np
import pytest
import torch
from sqlalchemy import func, select

from backend.core.errors import GpuMemoryShort
from backend.core.settings import Settings, get_settings
from backend.db.session import Sessions
from backend.db.tables import Analysis, Worker
from backend.pipeline import analyse as pipeline
from backend.pipeline.kept import FolderShelf
from backend.storage import Storage
from backend.worker import science
from backend.wsi.slide import Slide
from tests.factories import a_slide, an_analysis
from tests.worker.conftest import Start
from tests.worker.waiting import looking, read, wait_for

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


def analysed_on(device: str, path: Path) -> pipeline.Analysed:
    with Slide(path) as slide:
        return pipeline.analyse(slide, pipeline.load_networks(get_settings().weights_dir, device), pipeline.Options())


def test_an_analysis_on_a_gpu_finds_what_it_finds_on_the_processor(phantom: Path) -> None:
    gpu, processor = analysed_on("cuda", phantom), analysed_on("cpu", phantom)
    difference = np.abs(gpu.probability.values.astype(int) - processor.probability.values) / 65535
    assert difference.mean() < 0.001
    assert gpu.findings.glandular_area_mm2 == pytest.approx(processor.findings.glandular_area_mm2, rel=0.001)
    counts = [[one.lymphocyte_count for one in found.findings.lesions] for found in (gpu, processor)]
    assert counts[0] == pytest.approx(counts[1], abs=2)
    assert np.abs(gpu.attention.values.astype(int) - processor.attention.values).mean() < 1


def test_processes_take_turns_on_a_gpu_and_say_which_it_is(
    sessions: Sessions, storage: Storage, queued: UUID, settings: Settings, start_worker: Start
) -> None:
    with sessions.begin() as session:
        first = session.get_one(Analysis, queued).slide
        others = [a_slide(session, first.uploaded_by) for _ in range(3)]
        every = [queued, *(an_analysis(session, one).id for one in others)]
    for one in others:
        target = storage.slide_file(one.id, one.entry)
        target.parent.mkdir(parents=True)
        target.symlink_to(storage.slide_file(first.id, first.entry))
    start_worker(processes=2, device="auto")
    most = 0

    def all_done() -> bool:
        nonlocal most
        with looking(sessions) as session:
            running = session.scalar(select(func.count()).where(Analysis.status == "running")) or 0
            most = max(most, running)
            return all(session.get_one(Analysis, one).status == "succeeded" for one in every)

    wait_for(all_done, 120, settings.data_dir / "worker.log")
    assert most == 1
    with sessions() as session:
        seen = [worker.gpus for worker in session.scalars(select(Worker))]
    assert all(gpus and gpus[0]["name"] == torch.cuda.get_device_name(0) for gpus in seen)


@pytest.fixture(params=[200, 600], ids=["none to begin with", "none after a while"])
def little_memory(request: pytest.FixtureRequest) -> Iterator[list[torch.Tensor]]:
    """Hold all of the GPU's memory but so many MiB."""
    free, _total = torch.cuda.mem_get_info()
    yield [torch.empty(free - request.param * 2**20, dtype=torch.uint8, device="cuda")]
    torch.cuda.empty_cache()


def test_where_others_have_taken_a_gpus_memory_the_analysis_says_so_and_may_begin_again(
    sessions: Sessions, queued: UUID, settings: Settings, start_worker: Start, little_memory: list[torch.Tensor]
) -> None:
    log = settings.data_dir / "worker.log"
    start_worker(device="auto")
    wait_for(lambda: read(sessions, queued).status == "failed", 120, log)
    assert read(sessions, queued).failure == GpuMemoryShort().sentence
    little_memory.clear()
    torch.cuda.empty_cache()
    with sessions.begin() as session:
        again = an_analysis(session, session.get_one(Analysis, queued).slide).id
    wait_for(lambda: read(sessions, again).status == "succeeded", 120, log)


def lose_the_gpu(folder: Path) -> None:
    def fault(*_: Any) -> Any:
        torch.zeros(1, device="cuda")[torch.tensor([7], device="cuda")]
        torch.cuda.synchronize()

    patch.object(pipeline, "analyse", fault).start()
    unread: Any = None
    science.analyse(unread, lambda *_: None, folder, device="cuda", keep_in=FolderShelf(folder))
    os._exit(0)


def test_process_that_a_fault_has_cut_off_from_its_gpu_ends_so_that_another_goes_on(tmp_path: Path) -> None:
    process = get_context("spawn").Process(target=lose_the_gpu, args=(tmp_path,))
    process.start()
    process.join(120)
    assert process.exitcode == -SIGKILL
