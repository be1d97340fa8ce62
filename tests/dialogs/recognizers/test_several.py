"""Several choices in one answer (F031)."""

import pytest

from bot_runtime.dialogs.recognizers.result import Fits
from bot_runtime.dialogs.recognizers.several import read_several

NAMES = [("Queso",), ("Jamón", "tocino"), ("Piña y coco",)]
CODES = ["q", "j", "p"]


def chosen(written, **limits):
    found = read_several(NAMES, CODES, written, numbered=3, **limits)
    return found.value if isinstance(found, Fits) else f"{found.reason} {found.named}".strip()


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("1,3", ["q", "p"]),
        ("3 1", ["q", "p"]),
        ("1 y 2", ["q", "j"]),
        ("queso y tocino", ["q", "j"]),
        ("piña y coco", ["p"]),  # one label, though it has an "y"
        ("queso, piña y coco", ["q", "p"]),
        ("1, 1, 1", ["q"]),
        ("todas", ["q", "j", "p"]),
        ("jamon", ["j"]),
        ("1, 9", "not_a_choice 9"),
        ("queso y uvas", "not_a_choice uvas"),
        ("1-3", "not_a_choice 1-3"),  # two, or a range of three
        ("ninguna", "too_few"),
    ],
)
def test_each_element_is_a_choice_or_the_answer_is_none(written, codes):
    assert chosen(written) == codes


def test_minimum_and_maximum():
    assert chosen("1", least=2) == "too_few"
    assert chosen("todas", most=2) == "too_many"
    assert chosen("ninguna", least=0) == []
