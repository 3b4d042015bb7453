"""A case."""

from uuid import UUID

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, go, named, shot
from tests.e2e.staged import Place


@shot
def case(page: Page, place: Place) -> None:
    go(page, f"/cases/{place.cases['SG-0017']}")


@shot
def case_leave_out(page: Page, place: Place) -> None:
    go(page, f"/cases/{place.cases['SG-0017']}")
    at(page, "tbody tr >> nth=0 >> button >> nth=0")


@shot
def case_rename(page: Page, place: Place) -> None:
    go(page, f"/cases/{place.cases['SG-0017']}")
    named(page, "Rename|重命名")


@shot
def case_not_there(page: Page, place: Place) -> None:
    go(page, f"/cases/{UUID(int=1)}")
