"""Dead letters: events whose turn failed three times, kept whole until an operator tries or drops them.

Each shard has a hash of them. Trying one again takes it out and puts its event back in one script, so that nothing is
half done, and of two operators who act at once one finds it gone.
"""

import asyncio

import msgspec

from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.contacts import DeadLetter
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.scripts import Script

_REPLAY = Script.load("dead_replay")

_letter = msgspec.json.Decoder(DeadLetter)


class DeadLetters:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def all(self) -> list[DeadLetter]:
        """Every letter, oldest first."""
        keys = [self._keys.dead(shard) for shard in range(self._keys.shards)]
        found = await asyncio.gather(*(self._store.command("HVALS", key, key=key) for key in keys))
        return sorted((_letter.decode(raw) for each in found for raw in each), key=lambda one: (one.at, one.id))

    async def get(self, letter_id: str) -> DeadLetter | None:
        shard = shard_of(ContactId(letter_id))
        if not (shard.isascii() and shard.isdigit()):
            return None
        key = self._keys.dead(shard)
        raw = await self._store.command("HGET", key, letter_id, key=key)
        return _letter.decode(raw) if raw else None

    async def replay(self, letter: DeadLetter) -> bool:
        """Let the event be taken again, after all that waits for its contact; False: it is gone.

        It keeps its number and the provider's id, so what was answered is not answered twice. Atomic:
        `lua/dead_replay.lua`.
        """
        keys, contact = self._keys, ContactId(letter.contact)
        shard = shard_of(contact)
        names = [keys.dead(shard), keys.contact(contact), keys.inbox(contact), keys.work(shard)]
        number = letter.id.rpartition(".")[2]
        args: list[Argument] = [self._store.clock.offset_ms, contact, letter.id, number, letter.event]
        return bool(await self._store.run(_REPLAY, names, [*args, _failed_row(letter)]))

    async def drop(self, letter: DeadLetter) -> bool:
        """Forget the event; False: it is gone already."""
        key = self._keys.dead(shard_of(ContactId(letter.contact)))
        return bool(await self._store.command("HDEL", key, letter.id, key=key))


def event_of(letter: DeadLetter) -> dict[str, object]:
    """The event as far as it can be read: what cannot be may be why it died."""
    try:
        event = msgspec.json.decode(letter.event)
    except msgspec.DecodeError:
        return {}
    return event if isinstance(event, dict) else {}


def _failed_row(letter: DeadLetter) -> str:
    """The row of a campaign whose message died with this event, before anything left."""
    event = event_of(letter)
    return f"{event['campaign']}:{event['row']}" if event.get("is") == "campaign_reached" else ""
