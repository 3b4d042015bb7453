"""How signed reviews judged what the networks proposed, as a lead sees it."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from sqlalchemy import delete

from backend.db.session import Sessions
from backend.db.tables import SignedTally, User
from backend.services.performance import Judged, versions
from backend.storage import Storage
from tests.api.acting import ANSWERS, act, sign
from tests.factories import a_finished_analysis, a_lesion, a_stored_slide, findings


def test_latest_signed_version_is_counted_and_nothing_that_is_not_signed(
    client: TestClient, sessions: Sessions, storage: Storage, user: User
) -> None:
    with sessions.begin() as session:
        found = findings(a_lesion(120), a_lesion(90), a_lesion(60), a_lesion(45))
        reviews = [
            f"/api/analyses/{a_finished_analysis(session, a_stored_slide(session, storage, user), found).id}/review"
            for found in (found, findings())
        ]
    assert client.get("/api/performance").json() == {"versions": [], "uncounted": 0}
    review = reviews[0]
    first, second, third, aggregate = (one["id"] for one in client.get(review).json()["lesions"])
    act(client, review, "verdict", lesion_ids=[first, second, aggregate], verdict="confirmed")
    act(client, review, "verdict", lesion_ids=[third], verdict="rejected", reason="plasma_cells")
    act(client, review, "fields", fields=ANSWERS)
    assert sign(client, review).status_code == 201
    act(client, review, "amend", reason="Looked at again.")
    act(client, review, "verdict", lesion_ids=[second], verdict="rejected", reason="duct")
    act(client, review, "verdict", lesion_ids=[aggregate], verdict="confirmed", counts_as_focus=True)
    for version in (1, 2):
        [shown] = client.get("/api/performance").json()["versions"]
        assert [one["name"] for one in shown["networks"]] == ["m2cf_net"]
        total = shown["total"]
        counts = [total[name] for name in ("slides", "proposed", "confirmed", "added")]
        assert counts == [1, 3, 3 - version, version - 1]
        if version == 1:
            assert total["rejected"] == {"plasma_cells": 1}
            assert sign(client, review).status_code == 201
    assert total["rejected"] == {"plasma_cells": 1, "duct": 1}
    assert (total["pairs"], total["mean_difference"]) == (1, 1.0)  # 3 foci in 4 mm² were proposed, 2 stand
    assert (total["low"], total["mean_low"], shown["share_differs"]) == (None, None, None)

    answer = client.get("/api/performance/csv", params={"span": "week"})
    [row] = csv.DictReader(answer.content.decode("utf-8-sig").splitlines())
    assert (row["slides"], row["foci_rejected_duct"], row["foci_rejected_no_reason"]) == ("1", "1", "0")
    assert date.fromisoformat(row["week_from_utc"]).weekday() == 0 and row["limits_of_agreement_95_low"] == ""

    with sessions.begin() as session:
        session.execute(delete(SignedTally))
    assert client.get("/api/performance").json() == {"versions": [], "uncounted": 1}


def judged(day: int, **said: Any) -> Judged:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
    one = Judged(uuid4(), (("m2cf_net", "small", "ab" * 32),), at, 2.0, 2.0, 4, 4, 0, 0, {}, 0)
    return replace(one, **said)


def test_a_month_in_which_more_is_rejected_is_pointed_out_for_its_version_alone() -> None:
    steady = [judged(day, confirmed=3 + day % 2) for day in range(50)]
    odd = [judged(60 + n, confirmed=2, rejected={"duct": 2}, reviewed_focus_score=1.0 + n % 2) for n in range(12)]
    other = [judged(day, networks=(("m2cf_net", "small", "cd" * 32),)) for day in range(40)]
    newest, before = versions(sorted([*steady, *other, *odd], key=lambda one: one.signed_at), "month")
    assert [(one.start, len(one.reviews)) for one in newest.periods] == [
        (date(2026, 1, 1), 31), (date(2026, 2, 1), 19), (date(2026, 3, 1), 12),
    ]  # fmt: skip
    assert (newest.share_differs, newest.score_differs) == (True, True)
    assert (before.share_differs, before.score_differs) == (None, None)  # 9 slides in its last month
    assert before.networks[0][2] == "cd" * 32
