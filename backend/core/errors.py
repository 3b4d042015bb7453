"""Errors that a clinician may read.

Every subclass of `FocusScopeError` is one sentence that says what is wrong and, where it helps, what to do,
with the HTTP status that the API answers. Anything else that is raised is a fault of the program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class FocusScopeError(Exception):
    """A sentence for the reader, with a status for the API.

    Where it ends a request, nothing that was written is kept, unless it `keeps` that: then the refusal itself is noted.
    """

    status: ClassVar[int] = 400
    keeps: ClassVar[bool] = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SlideError(FocusScopeError):
    """The file cannot be used as a slide at all."""

    status = 422


class SlideUnreadable(SlideError):
    """The file does not open, is cut short or does not decode."""


class NoRoom(SlideError):
    """The disk is full. The slide is kept as it arrived, and is tried again when there is room."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full. The slide is kept as it arrived and is checked as soon as there is room: "
            "ask the administrator to make some."
        )


class SlideNotSuitable(SlideError):
    """The slide can be viewed but not analysed: wrong stain, too coarse, too small."""


class MppUnknown(SlideNotSuitable):
    """The slide does not state its pixel size, so nothing can be measured on it."""

    def __init__(self) -> None:
        super().__init__(
            "The slide does not state its pixel size (mpp), so no area can be measured: enter it in µm per pixel first."
        )


class GpuMemoryShort(FocusScopeError):
    """Other programs have taken what an analysis needs of the GPU's memory."""

    def __init__(self) -> None:
        super().__init__(
            "The GPU has too little free memory. Start the analysis again once other programs leave it more."
        )


class CropUnusable(SlideError):
    """The square that was asked for is not on the slide, or would take seconds to draw."""


class AnnotationsUnusable(FocusScopeError):
    """The annotations of a slide are missing, or cannot be learnt from."""

    status = 422


class NotFound(FocusScopeError):
    """There is no such thing, or it is not for this user."""

    status = 404


class NoColourProfile(NotFound):
    """The file does not state what its colours mean, so they can only be shown as they are stored."""

    def __init__(self) -> None:
        super().__init__("The slide has no colour profile, so it can only be shown in its stored colours.")


class Conflict(FocusScopeError):
    """The request does not fit the present state."""

    status = 409


class NotSignedIn(FocusScopeError):
    """There is no valid session."""

    status = 401

    def __init__(self, sentence: str = "Please sign in.") -> None:
        super().__init__(sentence)


@contextmanager
def about(what: str) -> Iterator[None]:
    """Say what an error inside is about, where several things are worked on one after the other."""
    try:
        yield
    except FocusScopeError as error:
        raise FocusScopeError(f"{what}: {error.sentence}") from error
