"""What a reader is told of the contact, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

Stored = str | int | bool | list[str]

_NEVER = datetime(2000, 1, 1)  # noqa: DTZ001  (a wall clock, as the contact's own)


@dataclass(frozen=True, slots=True)
class Here:
    """Who answers, where and when. `now` is the contact's wall clock, without a zone; `country` two letters or ""."""

    language: str = "es"
    country: str = ""
    now: datetime = _NEVER


@dataclass(frozen=True, slots=True)
class Fits:
    """The answer as it is stored; `beside`: what is stored with it, by the ending of its name (`monto_currency`).

    `own`: what is stored under names of its own, whether the answer has one or not.
    """

    value: Stored
    beside: tuple[tuple[str, Stored], ...] = ()
    own: tuple[tuple[str, Stored], ...] = ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why not: one of `REASONS`. `readings`: what an `ambiguous` answer can mean; `named`: the element not known."""

    reason: str
    readings: tuple[str, ...] = ()
    named: str = ""


REASONS = frozenset(
    {"empty", "too_long", "ambiguous", "too_small", "too_large", "too_early", "too_late", "too_few", "too_many"}
    | {"not_a_number", "not_whole", "not_yes_no", "not_a_choice", "not_an_amount", "not_positive", "too_precise"}
    | {"other_currency", "not_a_date", "impossible_date", "not_a_time", "impossible_time", "not_an_email"}
    | {"several", "not_a_phone", "country_unknown", "impossible_phone", "not_a_name", "not_a_location", "no_match"}
    | {"closed", "closed_day"}
    | {"other_kind", "file_too_large", "file_lost", "not_a_file", "not_a_form"}
)
"""Stable codes: scripts and reports may rely on them."""
