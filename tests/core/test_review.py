"""What holds after some commands, however they were undone and redone."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from backend.core.errors import Conflict
from backend.core.review import (
    Command,
    Kind,
    Proposal,
    ReviewedGland,
    ReviewedLesion,
    glandular_area_mm2,
    in_force,
    replay,
    to_redo,
    to_undo,
)

READER, OTHER = uuid4(), uuid4()
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def square(x: float, side: float = 100) -> list[list[tuple[float, float]]]:
    return [[(x, 0), (x + side, 0), (x + side, side), (x, side), (x, 0)]]


LESIONS = [ReviewedLesion(uuid4(), n, square(200 * n), 0.01, 80, 0.9) for n in (1, 2, 3)]
GLANDS = [ReviewedGland(uuid4(), square(0, 1000), 1.0)]
PROPOSAL = Proposal(LESIONS, GLANDS, 0.98, (1.0, 1.0))


class Log:
    """Commands as readers give them."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def add(self, kind: Kind, by: UUID = READER, **payload: Any) -> Command:
        self.commands.append(Command(len(self.commands) + 1, kind, payload, by, NOW))
        return self.commands[-1]

    def say(self, number: int, verdict: str, by: UUID = READER) -> Command:
        return self.add("verdict", by, lesion_ids=[str(LESIONS[number - 1].id)], verdict=verdict)

    def redraw(self, *numbers: int, into: int = 1, by: UUID = READER) -> list[UUID]:
        made = [uuid4() for _ in range(into)]
        shapes = [{"id": str(one), "layer": "lesion", "polygon": square(5), "area_mm2": 0.01} for one in made]
        self.add("shape", by, removed=[str(LESIONS[n - 1].id) for n in numbers], added=shapes)
        return made

    def step(self, kind: Kind, by: UUID = READER) -> None:
        target = (to_undo if kind == "undo" else to_redo)(self.commands, by)
        assert target
        self.add(kind, by, sequence=target.sequence)

    def verdicts(self) -> list[str]:
        return [one.verdict for one in replay(PROPOSAL, self.commands, {}).in_order()]


@pytest.fixture
def log() -> Log:
    return Log()


def test_undo_takes_back_one_action_at_a_time_and_redo_brings_each_again(log: Log) -> None:
    log.say(1, "confirmed")
    log.add("verdict", lesion_ids=[str(one.id) for one in LESIONS[1:]], verdict="rejected", reason="duct")
    log.step("undo")
    assert log.verdicts() == ["confirmed", "undecided", "undecided"]
    log.step("undo")
    log.step("redo")
    log.step("redo")
    assert log.verdicts() == ["confirmed", "rejected", "rejected"]
    assert to_redo(log.commands, READER) is None


def test_undo_reaches_across_a_merge_to_the_verdict_before_it(log: Log) -> None:
    log.say(2, "confirmed")
    log.redraw(1, 2)
    log.step("undo")
    assert log.verdicts() == ["undecided", "confirmed", "undecided"]
    log.step("undo")
    assert log.verdicts() == ["undecided"] * 3


def test_something_new_forgets_what_could_be_redone(log: Log) -> None:
    log.say(1, "confirmed")
    log.step("undo")
    log.say(1, "rejected")
    assert to_redo(log.commands, READER) is None
    log.step("undo")
    assert log.verdicts()[0] == "undecided"


def test_readers_undo_their_own_actions_only(log: Log) -> None:
    log.say(1, "confirmed")
    log.say(2, "confirmed", OTHER)
    log.step("undo")
    assert log.verdicts() == ["undecided", "confirmed", "undecided"]


def test_action_that_another_builds_on_cannot_be_taken_back(log: Log) -> None:
    (made,) = log.redraw(1)
    log.add("verdict", OTHER, lesion_ids=[str(made)], verdict="rejected")
    log.step("undo")
    with pytest.raises(Conflict, match="no longer there"):
        replay(PROPOSAL, log.commands, {})


def test_what_was_signed_before_an_amendment_stays(log: Log) -> None:
    log.say(1, "confirmed")
    log.add("amend", reason="second opinion")
    assert to_undo(log.commands, READER) is None


def test_redrawn_lesion_keeps_its_number_and_its_proposal(log: Log) -> None:
    (made,) = log.redraw(2)
    state = replay(PROPOSAL, log.commands, {made: 49})
    lesion = state.lesions[made]
    assert (lesion.number, lesion.verdict, lesion.parents) == (2, "corrected", (LESIONS[1].id,))
    assert (lesion.lymphocyte_count, lesion.counts_as_focus, lesion.confidence) == (49, False, None)
    assert PROPOSAL.lesions[1] == LESIONS[1]


def test_merged_lesion_takes_the_lowest_number_and_a_split_one_gives_new_ones(log: Log) -> None:
    log.redraw(2, 3)
    assert [one.number for one in replay(PROPOSAL, log.commands, {}).in_order()] == [1, 2]
    log.step("undo")
    log.redraw(1, into=2)
    assert [one.number for one in replay(PROPOSAL, log.commands, {}).in_order()] == [1, 2, 3, 4]


def test_lesions_edited_in_one_go_keep_each_their_own_number_and_proposal(log: Log) -> None:
    made = {n: uuid4() for n in (3, 1)}
    shapes = [
        {"id": str(one), "layer": "lesion", "polygon": square(5), "area_mm2": 0.01, "parents": [str(LESIONS[n - 1].id)]}
        for n, one in made.items()
    ]
    log.add("shape", removed=[str(LESIONS[n - 1].id) for n in made], added=shapes)
    lesions = replay(PROPOSAL, log.commands, {}).lesions
    assert [(lesions[one].number, lesions[one].parents) for one in made.values()] == [
        (3, (LESIONS[2].id,)), (1, (LESIONS[0].id,)),
    ]  # fmt: skip


def test_drawn_lesion_that_is_edited_stays_drawn_and_a_corrected_one_knows_its_proposal(log: Log) -> None:
    (drawn,), (corrected,) = log.redraw(), log.redraw(2)
    again = [uuid4(), uuid4()]
    for old, new in zip((drawn, corrected), again, strict=True):
        shape = {"id": str(new), "layer": "lesion", "polygon": square(9), "area_mm2": 0.01}
        log.add("shape", removed=[str(old)], added=[shape])
    lesions = replay(PROPOSAL, log.commands, {}).lesions
    assert [(lesions[one].verdict, lesions[one].parents) for one in again] == [
        ("added", ()), ("corrected", (LESIONS[1].id,)),
    ]  # fmt: skip


def test_remark_follows_its_lesion_through_edits(log: Log) -> None:
    log.add("comment", lesion_id=str(LESIONS[1].id), text="Beside a duct.")
    (made,) = log.redraw(2)
    assert [one.lesion_id for one in replay(PROPOSAL, log.commands, {}).comments] == [made]
    log.step("undo")
    assert [one.lesion_id for one in replay(PROPOSAL, log.commands, {}).comments] == [LESIONS[1].id]


def test_drawn_lesion_is_added_and_unknown_until_it_is_counted(log: Log) -> None:
    (made,) = log.redraw()
    lesion = replay(PROPOSAL, log.commands, {}).lesions[made]
    assert (lesion.number, lesion.verdict, lesion.counts_as_focus) == (4, "added", None)
    log.add("verdict", lesion_ids=[str(made)], verdict="confirmed", counts_as_focus=True)
    lesion = replay(PROPOSAL, log.commands, {}).lesions[made]
    assert (lesion.verdict, lesion.counts_as_focus) == ("added", True)


def test_glandular_area_changes_by_what_was_redrawn(log: Log) -> None:
    assert glandular_area_mm2(PROPOSAL, replay(PROPOSAL, [], {})) == 0.98
    half = {"id": str(uuid4()), "layer": "gland", "polygon": square(0, 500), "area_mm2": 0.25}
    log.add("shape", removed=[str(GLANDS[0].id)], added=[half])
    assert glandular_area_mm2(PROPOSAL, replay(PROPOSAL, log.commands, {})) == pytest.approx(0.98 - 0.75)
    log.step("undo")
    assert glandular_area_mm2(PROPOSAL, replay(PROPOSAL, log.commands, {})) == 0.98


def test_redrawn_glands_are_measured_in_the_slides_pixels_and_counted_once_where_they_overlap(log: Log) -> None:
    proposal = replace(PROPOSAL, mpp=(0.25, 0.5))
    twice = [{"id": str(uuid4()), "layer": "gland", "polygon": square(0, 2000), "area_mm2": 0.5} for _ in range(2)]
    log.add("shape", removed=[str(GLANDS[0].id)], added=twice)
    grown_mm2 = (2000**2 - 1000**2) * 0.25 * 0.5 / 1e6
    assert glandular_area_mm2(proposal, replay(proposal, log.commands, {})) == pytest.approx(0.98 + grown_mm2)


def test_glandular_area_is_never_less_than_none(log: Log) -> None:
    log.add("shape", removed=[str(GLANDS[0].id)], added=[])
    assert glandular_area_mm2(PROPOSAL, replay(PROPOSAL, log.commands, {})) == 0


def test_each_outline_that_is_drawn_has_the_next_number(log: Log) -> None:
    (first,), (second,) = log.redraw(), log.redraw()
    state = replay(PROPOSAL, log.commands, {})
    assert (state.lesions[first].number, state.lesions[second].number) == (4, 5)
    assert [one.number for one in state.undecided()] == [1, 2, 3]
    assert (replay(PROPOSAL, [], {}).version, state.version) == (0, 2)


def test_fields_are_answered_one_by_one_and_taken_back(log: Log) -> None:
    log.add("fields", pattern="fls", atrophy="mild")
    log.add("fields", pattern=None)
    fields = replay(PROPOSAL, log.commands, {}).fields
    assert (fields.pattern, fields.atrophy) == (None, "mild")
    assert "pattern" in fields.missing() and "atrophy" not in fields.missing()


def test_any_walk_of_undo_and_redo_ends_where_its_actions_in_force_lead() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        log = Log()
        for _ in range(30):
            kind: Any = rng.choice(["verdict", "undo", "redo"], p=[0.4, 0.35, 0.25])
            if kind == "verdict":
                log.say(int(rng.integers(1, 4)), str(rng.choice(["confirmed", "rejected"])))
            elif (to_undo if kind == "undo" else to_redo)(log.commands, READER):
                log.step(kind)
        plain = Log()
        plain.commands = in_force(log.commands)
        assert log.verdicts() == plain.verdicts()
        while to_undo(log.commands, READER):
            log.step("undo")
        assert log.verdicts() == ["undecided"] * 3
