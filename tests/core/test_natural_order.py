"""Names in the order in which people count."""

from random import Random

from backend.core.natural_order import sort_key

IN_ORDER = [
    "Lip 2 level 9",
    "lip 2 level 10",
    "Lip 10",
    "Lip 010 b",
    "Slide",
    "Slide 2",
    "SLIDE 10",
    "唇腺 9",
    "唇腺 10",
]


def test_numbers_in_names_are_counted_and_capitals_do_not_matter() -> None:
    names = Random(5).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(names, key=sort_key) == IN_ORDER


def test_full_width_digits_count_as_digits() -> None:
    assert sort_key("切片１２") == sort_key("切片12")
