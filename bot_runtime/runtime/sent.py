"""What this process sent lately. Whatever the store says after a failover, the same entry does not leave here twice."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

REMEMBER_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt whose first byte left: when (monotonic), on which channel, and the provider's id; empty: no answer."""

    at: float
    channel: str
    external_id: str


class SentLately:
    def __init__(self) -> None:
        self._by_entry: OrderedDict[str, Sent] = OrderedDict()
        self._by_external: dict[str, str] = {}

    def get(self, entry_id: str) -> Sent | None:
        return self._by_entry.get(entry_id)

    def entry_of(self, external_id: str) -> str | None:
        """The entry that a provider's id is of, if it left here."""
        return self._by_external.get(external_id)

    def add(self, entry_id: str, channel: str, external_id: str) -> None:
        now = time.monotonic()
        self._by_entry[entry_id] = Sent(now, channel, external_id)
        self._by_entry.move_to_end(entry_id)
        if external_id:
            self._by_external[external_id] = entry_id
        while self._by_entry:
            oldest, sent = next(iter(self._by_entry.items()))
            if sent.at >= now - REMEMBER_S:
                break
            self._by_entry.popitem(last=False)
            if self._by_external.get(sent.external_id) == oldest:
                del self._by_external[sent.external_id]

    def forget(self, entry_id: str) -> None:
        """It was not accepted after all."""
        sent = self._by_entry.pop(entry_id, None)
        if sent and self._by_external.get(sent.external_id) == entry_id:
            del self._by_external[sent.external_id]

    def since(self, seconds: float) -> list[tuple[str, Sent]]:
        """What was accepted in the last so many seconds."""
        earliest = time.monotonic() - seconds
        return [(entry, sent) for entry, sent in self._by_entry.items() if sent.at >= earliest and sent.external_id]
