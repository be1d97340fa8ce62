"""What commands print of what others wrote."""

import pytest

from bot_runtime.cli.tables import visible


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("¿Qué tal, señora? 👍🏽", "¿Qué tal, señora? 👍🏽"),
        ("two\nlines", "two\nlines"),
        ("\x1b[2Jgone", "\\u001b[2Jgone"),  # clears a terminal
        ("\u202eabc", "\\u202eabc"),  # turns the line around
        ("a\r\u0007b", "a\\u000d\\u0007b"),
    ],
)
def test_signs_that_cannot_be_seen_are_shown_by_their_number(written, shown):
    assert visible(written) == shown
