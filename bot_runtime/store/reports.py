"""What providers' reports tell beside a status: that they report at all, and on messages we do not know yet.

A report on a message we don't know is parked for ten minutes: its entry may come (the answer to a send after its
report, a turn taken again after a failover), and then the report counts. After that it is logged and let go.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import ContactId, Keys, hash64, shard_of
from bot_runtime.store.scripts import Script

PARKED_MS: Final = 600_000
HEARD_MINUTES: Final = 60  # kept; nothing is decided later than ten minutes after its mark
RANK: Final = {"sent": 3, "failed": 3, "delivered": 4, "read": 5}  # as in `merge_status.lua`

_PARK = Script.load("park_report")


class ParkedReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """`entry` and `external_id` are what the report named its message by; one of them may be missing."""

    channel: str
    status: str
    rank: int
    entry: str = ""
    external_id: str = ""
    code: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """A report on a message that nobody knew for ten minutes; `name` is what it is parked under, in this shard."""

    shard: int
    name: str
    report: ParkedReport


_report = msgspec.json.Decoder(ParkedReport)


class Reports:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys
        self._heard: dict[str, int] = {}  # the latest minute this process noted
        self._minutes: dict[str, tuple[float, str]] = {}  # when read, as the scripts want them

    async def heard(self, channel: str, marked_ms: int) -> None:
        """The provider reported on a message of this channel that left then: silence on others of that minute means
        something."""
        minute = marked_ms // 60_000
        if not minute or self._heard.get(channel) == minute:
            return
        key = self._keys.heard(channel)
        await self._store.command("ZADD", key, minute, minute, key=key)
        oldest = self._store.clock.now_ms() // 60_000 - HEARD_MINUTES
        await self._store.command("ZREMRANGEBYSCORE", key, "-inf", oldest, key=key)
        self._heard[channel] = minute
        self._minutes.pop(channel, None)

    async def heard_minutes(self, channel: str) -> str:
        """Those minutes, as scripts search them: `,29900000,29900001,`. Up to half a second old."""
        now_s = self._store.clock.now_s()
        read = self._minutes.get(channel)
        if read is None or not 0 <= now_s - read[0] < 0.5:
            key = self._keys.heard(channel)
            found = await self._store.command("ZRANGE", key, 0, -1, key=key)
            read = self._minutes[channel] = (now_s, ",".join(["", *(one.decode() for one in found), ""]))
        return read[1]

    async def park(self, report: ParkedReport, contact: ContactId | None = None) -> None:
        """Keep a report on a message we don't know; `contact` is whose it would be, where that is known."""
        name = report.entry or f"x:{report.external_id}"
        owner = contact or (ContactId(report.entry) if report.entry else None)
        shard = shard_of(owner) if owner else str(hash64(name) % self._keys.shards)
        keys = [self._keys.parked(shard), self._keys.parked_at(shard)]
        args: list[Argument] = [self._store.clock.offset_ms, name, msgspec.json.encode(report), report.rank]
        await self._store.run(_PARK, keys, args)

    async def parked(self, contact: ContactId, name: str) -> Parked | None:
        """The report on a message of `contact`, by its entry id or by `x:` and the provider's id."""
        return await self._parked(int(shard_of(contact)), name)

    async def parked_long(self, shard: int, most: int = 100) -> list[Parked]:
        """Reports that nobody asked for in ten minutes."""
        key, until = self._keys.parked_at(shard), self._store.clock.now_ms() - PARKED_MS
        names = await self._store.command("ZRANGE", key, "-inf", until, "BYSCORE", "LIMIT", 0, most, key=key)
        found = [await self._parked(shard, name.decode()) for name in names]
        return [one for one in found if one is not None]

    async def unpark(self, parked: Parked) -> None:
        """Forget a report: it was merged, or nobody will ask for it any more."""
        key = self._keys.parked(parked.shard)
        await self._store.command("HDEL", key, parked.name, key=key)
        key = self._keys.parked_at(parked.shard)
        await self._store.command("ZREM", key, parked.name, key=key)

    async def _parked(self, shard: int, name: str) -> Parked | None:
        key = self._keys.parked(shard)
        raw = await self._store.command("HGET", key, name, key=key)
        return Parked(shard, name, _report.decode(raw)) if raw else None
