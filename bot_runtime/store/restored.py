"""Messages in a restored backup: some may have left after it was taken, so none leaves before a person says so.

They become `unknown`, with a cause of their own; `outbox list` shows them, `outbox release restored` queues them again.
Only where nobody serves the store yet.
"""

from bot_runtime.store.connection import Store
from bot_runtime.store.keys import ContactId, Keys
from bot_runtime.store.outbox import Outbox
from bot_runtime.store.scripts import Script
from bot_runtime.store.unsettled import Listed, NotInDoubt

RESTORED = "restored"
AT_ONCE = 500

_HOLD = Script.load("hold_restored")


async def hold_all(store: Store, keys: Keys) -> int:
    """Hold whatever stands in any lane; how many messages that is. Again: nothing changes."""
    held = 0
    for shard in range(keys.shards):
        lanes = keys.lanes(shard)
        for member in await store.command("ZRANGE", lanes, 0, -1, key=lanes):
            contact, _, channel = member.decode().partition("|")
            names = [keys.outbox(ContactId(contact)), keys.lane(ContactId(contact), channel), lanes]
            held += await store.run(_HOLD, names, [store.clock.offset_ms, member, channel, RESTORED])
        doubts = keys.doubts(shard)
        await store.command("DEL", doubts, key=doubts)
    return held


async def held(outbox: Outbox, shards: int, channel: str = "") -> list[Listed]:
    """What is held so, of one channel or of all, in the order it was queued."""
    found: list[Listed] = []
    for shard in range(shards):
        after = ""
        while page := await outbox.unsettled(shard, "unknown", after, AT_ONCE):
            found += [one for one in page if one.code == RESTORED and channel in ("", one.channel)]
            after = page[-1].cursor
    return sorted(found, key=lambda one: (one.contact, int(one.id.rpartition(".")[2])))


async def release(outbox: Outbox, shards: int, channel: str = "") -> int:
    """Let what is held so leave, in each contact's order; how many messages that is."""
    released = 0
    for one in await held(outbox, shards, channel):
        try:
            await outbox.resend(one.id)
            released += 1
        except NotInDoubt:  # somebody settled it meanwhile
            pass
    return released
