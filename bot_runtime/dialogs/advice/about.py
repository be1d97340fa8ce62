"""What the adviser has to know of the business around a dialog."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

RULES = tuple(f"W{number:02}" for number in range(1, 19))
Level = Literal["advice", "error", "off"]
SMS_BUDGET = 149
"""Characters of one SMS as authors count them (D10)."""
LONGEST_OPENING = 300
"""Characters of a first message where there are no parts to pay."""


@dataclass(frozen=True, slots=True)
class About:
    """`names`: what the business is called, empty when nobody said. `sms`: its contacts read the dialog as SMS.

    `opens`: contacts can meet this dialog first, which one that others call is not. `asked_for`: only by writing to us.
    """

    language: str = "es"
    names: tuple[str, ...] = ()
    jargon: tuple[str, ...] = ()
    sms: bool = False
    budget: int = SMS_BUDGET
    opens: bool = True
    asked_for: bool = False
    levels: Mapping[str, Level] = field(default_factory=dict)
