"""Files that belong together, told by their names."""

import pytest

from backend.services.bundles import Bundle, Chosen, Plan, plan


def planned(*paths: str) -> Plan:
    return plan([Chosen(path, 100 + index) for index, path in enumerate(paths)])


def refusals(*paths: str) -> list[tuple[str, str]]:
    return [(paths[one.indices[0]], one.sentence.split(":")[0]) for one in planned(*paths).refused]


def test_mirax_file_and_its_folder_are_one_slide_under_safe_names() -> None:
    made = planned("Jane Roe.mrxs", "Jane Roe/Slidedat.ini", "Jane Roe/Data0000.dat", "Jane Roe/Index.dat")
    places = {0: "source/slide.mrxs", 1: "source/slide/Slidedat.ini", 2: "source/slide/Data0000.dat",
              3: "source/slide/Index.dat"}  # fmt: skip
    assert made == Plan([Bundle("Jane Roe", "source/slide.mrxs", places)])


def test_several_mirax_slides_in_a_dropped_folder_are_told_apart() -> None:
    made = planned("box/a.mrxs", "box/a/Slidedat.ini", "box/b.mrxs", "box/b/Slidedat.ini", "box/list.xlsx")
    assert [(one.name, sorted(one.places)) for one in made.bundles] == [("a", [0, 1]), ("b", [2, 3])]
    assert made.left_out == [4]


@pytest.mark.parametrize(
    "paths",
    [("a.mrxs",), ("a.mrxs", "b/Slidedat.ini"), ("a.mrxs", "a/Data0000.dat"), ("a/Slidedat.ini", "a/Index.dat")],
)
def test_part_of_a_mirax_slide_is_refused_with_what_to_do(paths: tuple[str, ...]) -> None:
    assert planned(*paths).bundles == []
    assert refusals(*paths)
    assert {sentence for _, sentence in refusals(*paths)} <= {
        "This file is only a part of the slide",
        "This folder is only a part of the slide",
    }


def test_hamamatsu_index_takes_the_pictures_beside_it_under_the_names_it_refers_to() -> None:
    made = planned("s/腺 1.vms", "s/腺 1 (0,1).jpg", "s/腺 1.opt", "s/notes.txt", "other/x.jpg")
    [bundle] = made.bundles
    assert bundle.entry == "source/slide.vms"
    assert bundle.places[1] == "source/腺 1 (0,1).jpg"
    assert sorted(bundle.places) == [0, 1, 2] and made.left_out == [3, 4]


def test_hamamatsu_index_without_its_pictures_is_refused() -> None:
    assert refusals("a.vms") == [("a.vms", "This file is only a part of the slide")]
    assert refusals("s/a.vms", "s/b.vms", "s/x.jpg")[0][1] == "There are several such slides in one folder"


def test_dicom_files_chosen_without_a_folder_are_slides_of_their_own() -> None:
    made = plan([Chosen("a.dcm", 10), Chosen("b.dcm", 900)])
    assert [(one.name, len(one.places)) for one in made.bundles] == [("a", 1), ("b", 1)]


def test_dicom_files_of_one_folder_are_the_levels_of_one_slide_and_the_largest_is_opened() -> None:
    made = plan([Chosen("k/Roe/1.2.3.dcm", 10), Chosen("k/Roe/1.2.4.dcm", 900), Chosen("k/x/9.dcm", 5)])
    assert [(one.name, one.entry) for one in made.bundles] == [("Roe", "source/0002.dcm"), ("9", "source/0001.dcm")]


def test_files_of_one_dicom_series_are_one_slide_whatever_they_are_called_and_wherever_they_lie() -> None:
    made = plan([
        Chosen("k/1.dcm", 10, series="1.2.7"), Chosen("k/2.dcm", 900, series="1.2.8"),
        Chosen("k/x/1.2.3", 20, series="1.2.7"),
        Chosen("loose", 5, series="1.2.8"), Chosen("k/notes", 5),
    ])  # fmt: skip
    assert [(sorted(one.places), one.places[one.indices[0]]) for one in made.bundles] == [
        ([0, 2], "source/0002.dcm"), ([1, 3], "source/0001.dcm"),
    ]  # fmt: skip
    assert made.left_out == [4]


def test_single_files_of_a_folder_are_slides_and_what_is_none_is_left_out() -> None:
    made = planned("f/a.svs", "f/b.NDPI", "f/.DS_Store", "f/__MACOSX/a.svs", "f/readme.txt", "f/snapshot.jpg")
    assert [(one.name, one.entry) for one in made.bundles] == [("a", "slide.svs"), ("b", "slide.ndpi")]
    assert sorted(made.left_out) == [2, 3, 4, 5]


def test_pictures_in_a_folder_are_tried_only_where_nothing_else_is_a_slide() -> None:
    assert [one.name for one in planned("f/a.png", "f/b.jpg", "f/c.txt").bundles] == ["a", "b"]


@pytest.mark.parametrize("path", ["notes.txt", "Roe", ".svs", "../passwd", "C:\\x\\y.svs", "", "..", "/"])
def test_file_chosen_alone_is_always_tried_and_stored_under_a_name_of_ours(path: str) -> None:
    [bundle] = planned(path).bundles
    assert bundle.entry in ("slide", "slide.svs", "slide.txt") and list(bundle.places.values()) == [bundle.entry]


@pytest.mark.parametrize(
    "name", ["a:b.dat", "con\x00.dat", "\u202etad.dat", ".hidden.dat", "x" * 250 + ".dat", "a*?.dat"]
)
def test_slide_whose_files_have_names_that_cannot_be_stored_is_refused(name: str) -> None:
    made = planned("a.mrxs", "a/Slidedat.ini", f"a/{name}")
    if name.startswith("."):
        assert sorted(made.bundles[0].places) == [0, 1]  # a hidden file is no part of a slide
    else:
        assert made.bundles == [] and "cannot be stored" in made.refused[0].sentence


def test_names_that_differ_only_in_case_are_refused() -> None:
    made = planned("a.mrxs", "a/Slidedat.ini", "a/Index.dat", "a/INDEX.DAT")
    assert made.bundles == [] and "same name" in made.refused[0].sentence


def test_file_in_a_folder_below_the_slides_own_is_left_out() -> None:
    made = planned("a.mrxs", "a/Slidedat.ini", "a/b/c.dat")
    assert sorted(made.bundles[0].places) == [0, 1] and made.left_out == [2]
