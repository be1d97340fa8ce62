"""Who of a campaign's list would get nothing if it were sent now, and why: counted where the contacts are.

One script for some hundreds of rows of a shard, so that a long list is counted without its rows leaving the store. What
decides is still the turn that sends: somebody may opt out, or in, in between.
"""

import asyncio
from collections import Counter
from typing import Final

from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script

AT_ONCE: Final = 500  # rows a script: 2 ms in which the store does nothing else

_COUNT = Script.load("campaign_set_aside")


async def set_aside(store: Store, keys: Keys, campaign: str, channel: str) -> dict[str, int]:
    """Pending rows by why they would be skipped (`opt_out`), and `left`: those that would be sent."""
    counts = await asyncio.gather(*(_of_shard(store, keys, shard, campaign, channel) for shard in range(keys.shards)))
    return {name: sum(one[name] for one in counts) for name in ("left", "opt_out")}


async def _of_shard(store: Store, keys: Keys, shard: int, campaign: str, channel: str) -> Counter[str]:
    names = [keys.campaign_rows(shard, campaign, part) for part in ("rows", "todo")]
    found: Counter[str] = Counter()
    seen = 0
    while True:
        looked, out = await store.run(_COUNT, names, [f"{keys.shard_prefix(shard)}c:", f"out:{channel}", seen, AT_ONCE])
        seen += looked
        found.update(left=looked - out, opt_out=out)
        if looked < AT_ONCE:
            return found
