"""No answer is too odd: it fits or has a reason, soon, and nothing is raised."""

import pytest

from bot_runtime.dialogs.answers import KINDS, read
from bot_runtime.dialogs.load import choice
from bot_runtime.dialogs.model import Answer
from bot_runtime.dialogs.recognizers.result import REASONS, Fits, Here

CHOICES = {"choices": (choice(1, "Pagar"), choice(2, "Hablar con alguien"))}
LIMITS = {"choice": CHOICES, "reason": CHOICES, "multiple": CHOICES, "pattern": {"pattern": "(a+)+b"}}
LONG = 65_536
HOSTILE = [
    *(
        "9" * LONG,
        "a" * LONG,
        "1 " * (LONG // 2),
        "😀" * (LONG // 4),
        "a@" * (LONG // 2),
        "hola, " * 10_000,
        " " * LONG + "x",
    ),
    *("de " * 66, "1," * 99, "1.111" * 39, "1 y " * 49, "a b " * 49, "-" * 199, "19." * 30, "(.+ ," * 39),
    *("\x00", "\u202e\u200f", "\ud800", "٣٤", "½", "\u0301" * 150, "{{ answer }}", "' or 1=1 --"),
]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_any_answer_ends_soon(kind):
    for written in HOSTILE:
        found = read(Answer(kind, LIMITS.get(kind, {})), written, Here("es", "MX"))
        assert isinstance(found, Fits) or found.reason in REASONS
