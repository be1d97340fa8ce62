"""Calls to the outside that turns asked for: each stands in its contact's hash and, by when it is due, in its shard.

A turn writes both (`TurnChanges.calls`). Whoever claims a call holds it for a lease and counts a try; its answer goes
into the contact's inbox as an event, in the same script that forgets the call. So an answer comes once, and a call
whose process died is made again, under the same key.
"""

import asyncio
from dataclasses import dataclass

from bot_runtime.dialogs.events import AnyEvent
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.contacts import Claim, claim_from, encode_event
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

_CLAIM = Script.load("claim_call")
_PUT_OFF = Script.load("put_off_call")
_ANSWER = Script.load("answer_call")


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is ours for a while. `tries`: how often it was begun, this time included; `raw` is its JSON."""

    member: str
    tries: int
    raw: bytes

    @property
    def contact(self) -> ContactId:
        return ContactId(self.member.partition("|")[0])

    @property
    def channel(self) -> str:
        return self.member.split("|")[1]


def member_of(contact: str, channel: str, call: str) -> str:
    return f"{contact}|{channel}|{call}"


def field_of(channel: str) -> str:
    """Of the contact's hash: the one call that a channel's session waits for, `tries|JSON`."""
    return f"call:{channel}"


class Calls:
    def __init__(self, store: Store, keys: Keys, lease_ms: int = 15_000) -> None:
        self._store, self._keys, self._lease_ms = store, keys, lease_ms

    @property
    def lease_s(self) -> float:
        return self._lease_ms / 1000

    async def due(self, most: int = 100) -> list[str]:
        """The calls that nobody makes now, of all shards; so many of each at most."""
        upto = self._store.clock.now_ms()
        keys = [self._keys.calls(shard) for shard in range(self._keys.shards)]
        found = await asyncio.gather(
            *(self._store.command("ZRANGE", key, "-inf", upto, "BYSCORE", "LIMIT", 0, most, key=key) for key in keys)
        )
        return [member.decode() for members in found for member in members]

    async def claim(self, member: str) -> Held | None:
        """Atomic: `lua/claim_call.lua`. None where it is not due, answered or dropped."""
        contact, channel, _ = member.split("|")
        keys = [self._keys.calls(shard_of(ContactId(contact))), self._keys.contact(ContactId(contact))]
        args: list[Argument] = [self._store.clock.offset_ms, member, self._lease_ms, field_of(channel)]
        reply = await self._store.run(_CLAIM, keys, args)
        return Held(member, int(reply[0]), reply[1]) if reply else None

    async def put_off(self, call: Held, wait_ms: int, *, tries: int) -> None:
        """Atomic: `lua/put_off_call.lua`."""
        keys = [self._keys.calls(shard_of(call.contact)), self._keys.contact(call.contact)]
        args: list[Argument] = [self._store.clock.offset_ms, call.member, wait_ms, field_of(call.channel), tries]
        await self._store.run(_PUT_OFF, keys, args)

    async def answer(self, call: Held, event: AnyEvent) -> Claim | None:
        """Bring `event` to the contact, once; the claim if the contact is ours now. Atomic: `lua/answer_call.lua`."""
        shard = shard_of(call.contact)
        keys = [
            self._keys.calls(shard),
            self._keys.contact(call.contact),
            self._keys.inbox(call.contact),
            self._keys.work(shard),
        ]
        args: list[Argument] = [self._store.clock.offset_ms, call.contact, call.member, encode_event(event)]
        reply = await self._store.run(_ANSWER, keys, [*args, self._lease_ms, field_of(call.channel)])
        return claim_from(call.contact, reply[1:]) if reply[0] == b"claimed" else None
