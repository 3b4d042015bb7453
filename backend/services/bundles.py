"""Which files belong together as one slide, told by their names, and how each is stored.

Some formats keep a slide in several files: MRXS in a file and the folder of the same name, Hamamatsu VMS and VMU in an
index and its pictures, DICOM in one file for each level. Only names that the format itself refers to are kept.
DICOM files say themselves which series they are of, whatever they are called: whoever has their bytes reads it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from backend.storage import entry_of, plain_name, readable, safe_name, safe_suffix

SOURCE = "source"

_SLIDES = frozenset((".svs", ".ndpi", ".scn", ".bif", ".tif", ".tiff", ".svslide", ".czi", ".avs", ".zip"))
_PICTURES = frozenset((".jpg", ".jpeg", ".png"))
_OF_MIRAX = frozenset((".ini", ".dat"))
_INDEXED = {".vms": frozenset((".jpg", ".jpeg", ".opt")), ".vmu": frozenset((".ngr", ".jpg", ".jpeg", ".opt"))}
_OF_THE_SYSTEM = frozenset(("thumbs.db", "desktop.ini", "__macosx", "dicomdir"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that a user chose, with its path below the folder that they chose, if any.

    `series` is the SeriesInstanceUID of a DICOM file, where somebody has read it.
    """

    path: str
    size_bytes: int
    modified_ms: int | None = None
    series: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """One slide to be: which of the chosen files, by index, lie where in the slide's folder, and which is opened.

    `name` is made of the files' own names.
    """

    name: str
    entry: str
    places: dict[int, str]

    @property
    def indices(self) -> list[int]:
        """Return its files, by index, the one that is opened first."""
        return sorted(self.places, key=lambda index: (self.places[index] != self.entry, index))


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot become a slide: its files, by index, the one that stands for it first, and why."""

    indices: list[int]
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of some files; `left_out` are those, by index, that belong to no slide."""

    bundles: list[Bundle] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)


def plan(files: Sequence[Chosen]) -> Plan:
    """Sort files into slides. A file chosen by itself is always tried, whatever its name says."""
    return _Planning(files).made()


class _Planning:
    """Takes files out of what is left, format by format."""

    def __init__(self, files: Sequence[Chosen]) -> None:
        self.files = files
        self.parts = [_parts(file.path) for file in files]
        self.left = {index: parts for index, parts in enumerate(self.parts) if not _of_the_system(parts)}
        self.folders: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, parts in self.left.items():
            self.folders[parts[:-1]].append(index)
        self.plan = Plan(left_out=[index for index in range(len(files)) if index not in self.left])

    def made(self) -> Plan:
        self._mirax()
        self._indexed()
        self._dicom()
        self._single()
        return self.plan

    def _mirax(self) -> None:
        for index in self._of(".mrxs"):
            stem = PurePosixPath(self._name(index)).stem
            beside = self.folders.get((*self.parts[index][:-1], stem), [])
            members = [one for one in beside if self._suffix(one) in _OF_MIRAX]
            if not any(self._name(one).lower() == "slidedat.ini" for one in members):
                sentence = "This file is only a part of the slide: choose it together with the folder of the same name."
                self._refuse([index, *members], index, sentence)
                continue
            places = {index: "slide.mrxs"} | {one: f"slide/{self._name(one)}" for one in members}
            self._take(plain_name(self._name(index)), index, places)
        for index in [one for one, parts in self.left.items() if parts[-1].lower() == "slidedat.ini"]:
            sentence = "This folder is only a part of the slide: choose it together with its .mrxs file."
            self._refuse(self.folders[self.parts[index][:-1]], index, sentence)

    def _indexed(self) -> None:
        for suffix, kinds in _INDEXED.items():
            for index in self._of(suffix):
                siblings = [one for one in self.folders[self.parts[index][:-1]] if one in self.left]
                members = [one for one in siblings if self._suffix(one) in kinds]
                if sum(self._suffix(one) == suffix for one in siblings) > 1:
                    sentence = "There are several such slides in one folder: put each into a folder of its own."
                    self._refuse([index], index, sentence)
                elif not members:
                    sentence = "This file is only a part of the slide: choose the whole folder that it lies in."
                    self._refuse([index], index, sentence)
                else:
                    places = {index: f"slide{suffix}"} | {one: self._name(one) for one in members}
                    self._take(plain_name(self._name(index)), index, places)

    def _dicom(self) -> None:
        """Take the files of a series for the levels of one slide, wherever they lie.

        Of those whose series nobody has read, take the files of a folder, and each without a folder by itself.
        """
        levels: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, parts in self.left.items():
            if series := self.files[index].series:
                levels["", series].append(index)
            elif self._suffix(index) == ".dcm":
                levels[parts[:-1] or parts].append(index)
        for members in levels.values():
            largest = max(members, key=lambda one: self.files[one].size_bytes)
            folder = self.parts[largest][:-1] if len(members) > 1 else ()
            name = readable(folder[-1]) if folder else plain_name(self._name(largest))
            places = {one: f"{number:04}.dcm" for number, one in enumerate(members, 1)}
            self._take(name, largest, places)

    def _single(self) -> None:
        of_a_slide = bool(self.plan.bundles) or any(self._suffix(one) in _SLIDES for one in self.left)
        for index, parts in list(self.left.items()):
            suffix, alone = self._suffix(index), len(parts) == 1
            if alone or suffix in _SLIDES or (suffix in _PICTURES and not of_a_slide):
                name = self._name(index)
                self.plan.bundles.append(Bundle(plain_name(name), entry_of(name), {index: entry_of(name)}))
            else:
                self.plan.left_out.append(index)
        self.left.clear()

    def _take(self, name: str, entry: int, places: dict[int, str]) -> None:
        folded = Counter(place.casefold() for place in places.values())
        if not all(safe_name(part) for place in places.values() for part in place.split("/")):
            self._refuse(list(places), entry, "A file of this slide has a name that cannot be stored: rename it.")
        elif max(folded.values()) > 1:
            self._refuse(
                list(places), entry, "Two files of this slide have the same name, but for upper and lower case."
            )
        else:
            stored = {index: f"{SOURCE}/{place}" for index, place in places.items()}
            self.plan.bundles.append(Bundle(name, stored[entry], stored))
            self._drop(places)

    def _refuse(self, members: Sequence[int], index: int, sentence: str) -> None:
        self.plan.refused.append(Refused([index, *(one for one in members if one != index)], sentence))
        self._drop(members)

    def _drop(self, members: Sequence[int] | dict[int, str]) -> None:
        for index in members:
            self.left.pop(index, None)

    def _of(self, suffix: str) -> Iterator[int]:
        yield from [index for index in self.left if self._suffix(index) == suffix]

    def _name(self, index: int) -> str:
        return self.parts[index][-1]

    def _suffix(self, index: int) -> str:
        return safe_suffix(self._name(index))


def _parts(path: str) -> tuple[str, ...]:
    """Return the names in a path; what would lead elsewhere is dropped, because nothing is stored under it anyway."""
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")) or ("",)


def _of_the_system(parts: tuple[str, ...]) -> bool:
    """Say whether it is something that systems and scanners leave beside slides; never a file chosen alone."""
    return len(parts) > 1 and any(part.startswith(".") or part.lower() in _OF_THE_SYSTEM for part in parts)
