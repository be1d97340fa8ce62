"""Protection from loops between machines: too many replies a minute, or the same text again and again (F058, D89).

What was said to a contact in the last ten minutes is kept with the contact, a few bytes a message. Once a limit is
reached the bot is silent for that contact on that channel until it has heard nothing from them for an hour.
"""

import zlib
from collections.abc import Sequence

import msgspec

from bot_runtime.channels.base import Limits

WINDOW_S = 600
QUIET_S = 3_600


class Guard(msgspec.Struct, frozen=True, omit_defaults=True):
    """`said`: (second, checksum of the text), oldest first. `stopped`: why, and `until` when (a second), if it is."""

    said: tuple[tuple[int, int], ...] = ()
    stopped: str = ""
    until: int = 0


def heard(guard: Guard, now_s: int) -> Guard:
    """The contact wrote: a stopped bot stays silent for another hour, or may speak again."""
    if not guard.stopped:
        return guard
    if now_s >= guard.until:
        return Guard()
    return Guard(guard.said, guard.stopped, now_s + QUIET_S)


def allow(guard: Guard, texts: Sequence[str], limits: Limits, now_s: int) -> tuple[Guard, int]:
    """How many of `texts`, in order, may be said now; the guard says if a limit stopped the bot (`stopped` is new)."""
    if guard.stopped:
        return guard, 0
    said = [one for one in guard.said if one[0] > now_s - WINDOW_S]
    for count, text in enumerate(texts):
        checksum = zlib.crc32(text.encode())
        cause = ""
        if len(said) >= limits.replies_per_min <= sum(at > now_s - 60 for at, _ in said):
            cause = "too_many_replies"
        elif len(said) >= limits.same_text <= sum(known == checksum for _, known in said):
            cause = "same_text"
        if cause:
            return Guard(tuple(said), cause, now_s + QUIET_S), count
        said.append((now_s, checksum))
    return Guard(tuple(said[-max(limits.replies_per_min, limits.same_text) :])), len(texts)
