"""Reading the answers that did not fit, kept by `lua/save_turn.lua` in each shard (the latest 10,000 of it)."""

import asyncio
from typing import Any

import msgspec

from bot_runtime.store.clock import from_ms
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys


async def read_unfit(store: Store, keys: Keys) -> list[dict[str, Any]]:
    """`{at, contact, dialog, version, state, text, attempt}`, oldest first; `at` as ISO 8601, UTC."""
    names = [keys.unfit(shard) for shard in range(keys.shards)]
    lists = await asyncio.gather(*(store.command("LRANGE", name, 0, -1, key=name) for name in names))
    found = sorted((msgspec.json.decode(raw) for one in lists for raw in one), key=lambda answer: answer["at"])
    return [{**answer, "at": from_ms(answer["at"]).isoformat()} for answer in found]
