"""What can go wrong with a send, how often, and whether the message went out all the same."""

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """`accepts`: the provider took the message. `per_mille`: how many of a thousand sends get it."""

    name: str
    accepts: bool
    per_mille: float
    only: str = ""  # templates alone: a refused reply is a message nobody will ever answer


FAULTS: Final = (
    Fault("slow", True, 10),
    Fault("accept_hang", True, 1),
    Fault("accept_reset", True, 5),
    Fault("reset", False, 4),
    Fault("never_read", False, 1),
    Fault("throttled", False, 0.2),
    Fault("throttled_pair", False, 2),
    Fault("error_500", False, 5),
    Fault("error_503", False, 3),
    Fault("bad_gateway_accepted", True, 2),
    Fault("bad_gateway", False, 2),
    Fault("gateway_timeout_accepted", True, 1),
    Fault("drip", True, 3),
    Fault("endless_drip", True, 0.5),
    Fault("no_id", True, 2),
    Fault("empty", True, 2),
    Fault("html", True, 1),
    Fault("huge", True, 0.1),
    Fault("refused", False, 3, only="template"),
)
OK: Final = Fault("ok", True, 0)
EXPIRED: Final = Fault("expired_token", False, 0)
UNCERTAIN: Final = frozenset({"reset", "never_read", "bad_gateway"})


class Dice:
    """Draws a fault for each send. A message gets one doubt that hides a refusal at most: two are for operators."""

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        """`scale` 0: nothing ever goes wrong."""
        self._random = random.Random(f"faults {seed}")
        self.scale = scale
        self._doubted: set[str] = set()

    def fault(self, entry: str, kind: str) -> Fault:
        drawn = self._random.random() * 1000
        for fault in FAULTS:
            drawn -= fault.per_mille * self.scale
            if drawn < 0:
                return self._allowed(fault, entry, kind)
        return OK

    def _allowed(self, fault: Fault, entry: str, kind: str) -> Fault:
        if fault.only not in ("", kind):
            return OK
        if fault.name in UNCERTAIN:
            if entry in self._doubted:
                return OK
            self._doubted.add(entry)
        return fault
