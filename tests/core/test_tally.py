"""What became of the proposed foci, through every kind of decision."""

from dataclasses import replace

from backend.core.review import Proposal, replay
from backend.core.tally import Tally, tally
from tests.core.test_review import GLANDS, LESIONS, Log


def test_each_proposed_focus_is_counted_once_however_it_was_decided() -> None:
    aggregate = replace(LESIONS[2], lymphocyte_count=45)
    proposal = Proposal([*LESIONS[:2], aggregate], GLANDS, 0.98, (1.0, 1.0))

    def after(log: Log) -> Tally:
        return tally(proposal, replay(proposal, log.commands, {}))

    log = Log()
    log.say(1, "confirmed")
    log.add("verdict", lesion_ids=[str(LESIONS[1].id)], verdict="rejected", reason="plasma_cells")
    log.say(3, "confirmed")
    assert after(log) == Tally(2, 1, 0, 0, {"plasma_cells": 1}, 0)

    log.add("verdict", lesion_ids=[str(LESIONS[1].id)], verdict="rejected", reason="Mrs Roe's mucus")
    log.add("verdict", lesion_ids=[str(aggregate.id)], verdict="confirmed", counts_as_focus=True)
    assert after(log) == Tally(2, 1, 0, 0, {"other": 1}, 1)

    parts = log.redraw(1, into=2)
    log.add("verdict", lesion_ids=[str(one) for one in parts], verdict="confirmed", counts_as_focus=True)
    log.add("verdict", lesion_ids=[str(LESIONS[1].id)], verdict="confirmed", counts_as_focus=False)
    assert after(log) == Tally(2, 0, 1, 1, {}, 1)

    log.add("shape", removed=[str(LESIONS[1].id)], added=[])
    assert after(log) == Tally(2, 0, 1, 0, {"": 1}, 1)

    merged = log.redraw(3)
    log.add("verdict", lesion_ids=[str(merged[0])], verdict="rejected", reason="duct")
    assert after(log) == Tally(2, 0, 1, 0, {"": 1}, 0)
