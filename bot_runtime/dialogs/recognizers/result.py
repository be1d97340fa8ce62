"""What a reader is told of the contact, and what it answers."""

from datetime import datetime, tzinfo

import msgspec

Stored = str | int | bool | list[str]

_NEVER = datetime(2000, 1, 1)  # noqa: DTZ001  (a wall clock, as the contact's own)


class Here(msgspec.Struct, frozen=True):
    """Who answers, where and when: the wall clock shows `at`, or what that is in their `zone`; `country` two letters or
    ""."""

    language: str = "es"
    country: str = ""
    at: datetime = _NEVER
    zone: tzinfo | None = None

    @property
    def now(self) -> datetime:
        """The contact's wall clock, without a zone. Most answers never ask for it, so it is reckoned then."""
        return self.at if self.zone is None else self.at.astimezone(self.zone).replace(tzinfo=None)


class Fits(msgspec.Struct, frozen=True):
    """The answer as it is stored; `beside`: what is stored with it, by the ending of its name (`monto_currency`).

    `own`: what is stored under names of its own, whether the answer has one or not.
    """

    value: Stored
    beside: tuple[tuple[str, Stored], ...] = ()
    own: tuple[tuple[str, Stored], ...] = ()


class Unfit(msgspec.Struct, frozen=True):
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
