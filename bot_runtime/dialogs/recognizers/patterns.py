"""Answers by an author's regular expression, in time linear to the text (F048)."""

from functools import lru_cache
from typing import Any

from bot_runtime.dialogs.recognizers.result import Fits, Unfit

LONGEST = 1_000  # characters, of an answer
_MEMORY = 1 << 20  # bytes a pattern may take compiled: `(a{1000}){1000}` does not get them


class BadPattern(ValueError):
    """What the library says of a pattern it cannot compile."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """`pattern` compiled. Look-around and back-references are not linear, so they are not known.

    Raises:
        BadPattern: with what the library says.
    """
    import re2  # 10 ms that a `--help` need not wait for

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise BadPattern(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from None


def read_pattern(text: str, pattern: str) -> Fits | Unfit:
    """The answer, without the spaces around it, if `pattern` matches all of it."""
    written = text.strip()
    if len(written) > LONGEST:
        return Unfit("too_long")
    try:
        matched = compiled(pattern).fullmatch(written)
    except (UnicodeEncodeError, BadPattern):  # half a surrogate pair; a pattern that no check let through
        matched = None
    return Unfit("no_match") if matched is None else Fits(written)
