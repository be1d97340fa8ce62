"""Moving the people inside a dialog to a version that was published: each is an event in their contact's inbox.

Who they are is noted once per shard (`lua/plan_move.lua`); a turn strikes its contact off, and counts what became of
it, in the script that saves it. Whoever goes on after a crash appends what is left; the inbox drops what it knows.
"""

import asyncio
import secrets
from typing import Final

import structlog

from bot_runtime.dialogs.events import DialogReplaced
from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import ContactId, Keys, hash64
from bot_runtime.store.scripts import Script
from bot_runtime.versions.model import Move

ROUND_S: Final = 0.5
SETTLE_MS: Final = 2_000  # by then every process lets new sessions begin on the new version
LEASE_MS: Final = 5_000
AT_ONCE: Final = 50
MOST_BUSY: Final = 200  # turns under way here; people who write come first

_PLAN = Script.load("plan_move")

log = structlog.get_logger("versions")


class Mover:
    def __init__(
        self, store: Store, keys: Keys, definitions: Definitions, contacts: Contacts, turns: TurnTaker
    ) -> None:
        self._store, self._keys, self._definitions = store, keys, definitions
        self._contacts, self._turns = contacts, turns
        self._name = secrets.token_hex(8)
        self._told: dict[str, set[str]] = {}  # move → members whose event this process appended

    async def run(self) -> None:
        while True:
            await asyncio.sleep(ROUND_S)
            try:
                await self.round()
            except StoreUnavailable as error:
                log.warning("store_away", error=str(error))
            except Exception:
                log.exception("moving_failed")

    async def round(self) -> None:
        """Carry on with every move under way, if it is ours to do."""
        if not self._definitions.moving or not await self._lease():
            return
        for move in await self._definitions.published.moves():
            if not move.ended_at and self._store.clock.now_ms() >= move.at + SETTLE_MS:
                await self.carry_on(move)

    async def carry_on(self, move: Move) -> None:
        """Note who is inside, tell whom nobody told yet, and end the move once nobody is left."""
        published, told = self._definitions.published, self._told.setdefault(move.name, set())
        left = 0
        for shard in range(self._keys.shards):
            if not await self._lease():  # too slow: another process goes on, and may have ended it
                return
            todo = await self._noted(move, shard)
            left += len(todo)
            fresh = [member for member in todo if member not in told]
            for at in range(0, len(fresh), AT_ONCE):
                while self._turns.busy > MOST_BUSY:
                    await asyncio.sleep(0.05)
                    await self._lease()
                some = fresh[at : at + AT_ONCE]
                await asyncio.gather(*(self._tell(move, member) for member in some))
                told.update(some)
        if left == 0:
            counts = await published.progress(move)
            await published.end_move(move, counts)
            self._told.pop(move.name, None)
            key = self._keys.dialogs("mover")
            await self._store.command("DEL", key, key=key)  # ours since a moment ago; the next one need not wait
            log.info("people_moved", dialog=move.dialog, number=move.number, **_plain(counts))

    async def _noted(self, move: Move, shard: int) -> list[str]:
        """Who of this shard is still to be moved, `contact|channel`."""
        todo, counts = (self._keys.move(shard, move.name, part) for part in ("todo", "n"))
        for version in move.versions:
            await self._store.run(_PLAN, [self._keys.living(shard, version), todo, counts], [version])
        return [member.decode() for member in await self._store.command("HKEYS", todo, key=todo)]

    async def _tell(self, move: Move, member: str) -> None:
        contact, _, channel = member.partition("|")
        event = DialogReplaced(at=self._store.clock.now(), channel=channel, dialog=move.dialog, number=move.number)
        once = hash64(f"{move.name} {channel}")
        _, claim, _ = await self._contacts.append([], channel, event, once, contact=ContactId(contact))
        if claim:
            self._turns.start(claim)

    async def _lease(self) -> bool:
        key = self._keys.dialogs("mover")
        if await self._store.command("SET", key, self._name, "NX", "PX", LEASE_MS, key=key):
            return True
        if await self._store.command("GET", key, key=key) != self._name.encode():
            return False
        await self._store.command("PEXPIRE", key, LEASE_MS, key=key)
        return True


def _plain(counts: dict[str, int]) -> dict[str, int]:
    return {name.replace(":", "_"): count for name, count in counts.items() if not name.startswith("noted")}
