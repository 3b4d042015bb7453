"""What brings a page to each state of which a picture is taken: a file for each page."""

from tests.e2e.shots import case, entering, lost, people, report, review, slide, upload, worklist
from tests.e2e.shots.steps import SHOTS

__all__ = ["SHOTS", "case", "entering", "lost", "people", "report", "review", "slide", "upload", "worklist"]
