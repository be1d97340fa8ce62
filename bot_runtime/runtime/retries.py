"""What a failed send means for its entry: the table of retry classes (`docs/channels.md`), as one pure function."""

import random
from dataclasses import dataclass
from typing import Final, Literal

from bot_runtime.errors import SendFailed
from bot_runtime.store.outbox import Counts, Meta

RETRY_S: Final = (1, 5, 30, 120, 600, 1_800)  # the last one again and again
MOST_TRIES: Final = 8
FEWER_TRIES: Final = {"131053": 3}  # WhatsApp could not fetch our media: mostly the link is wrong
LEAST_WAIT_S: Final = {"133015": 300.0}  # the number was just deleted: five minutes, says Meta
PAIR_LIMIT: Final = "131056"
LONGEST_PAIR_S: Final = 3_600.0
TEMPLATE_CODES: Final = frozenset({"132001", "132015", "132016"})  # missing, paused, disabled (D16)

Then = Literal["", "slow_down", "pause_channel", "pause_template", "leave_alone", "opt_out", "tell"]
"""What follows beside the entry's own fate: for its number, channel, template, contact or dialog."""


@dataclass(frozen=True, slots=True)
class Next:
    """`queued` again between `least_s` and `most_s` from now (full jitter), or settled for good."""

    outcome: Literal["queued", "failed", "unknown"]
    least_s: float = 0.0
    most_s: float = 0.0
    counts: Counts = ""
    then: Then = ""

    def wait_ms(self) -> int:
        return int(random.uniform(self.least_s, self.most_s) * 1000)


def next_step(error: SendFailed, meta: Meta) -> Next:
    """What becomes of an entry whose attempt ended with `error`; `meta` is from before it."""
    match error.kind:
        case "R":
            return _again(error, meta)
        case "U":
            return Next("unknown")
        case "T" if error.code == PAIR_LIMIT:
            wait_s = min(4.0 ** (meta.y + 1), LONGEST_PAIR_S)
            return Next("queued", wait_s, wait_s, "y")
        case "T":
            return Next("queued", then="slow_down")
        case "A" if error.code in TEMPLATE_CODES and meta.k == "template":
            return Next("queued", then="pause_template")
        case "A":
            return Next("queued", then="pause_channel")
        case "L":
            return Next("failed", then="leave_alone")
        case "F":
            return Next("failed", then="tell")
        case "O":
            return Next("failed", then="opt_out")
    return Next("failed")


def _again(error: SendFailed, meta: Meta) -> Next:
    """Nothing left us: until it expires. The provider said no: eight times."""
    if error.code == "stood_still":  # no failure at all: whoever holds the lane goes on
        return Next("queued")
    if error.left and meta.n + 1 >= FEWER_TRIES.get(error.code, MOST_TRIES):
        return Next("failed")
    least_s = LEAST_WAIT_S.get(error.code, 0.0)
    most_s = max(float(RETRY_S[min(meta.t, len(RETRY_S) - 1)]), 1.2 * least_s)
    return Next("queued", least_s, most_s, "n" if error.left else "r")
