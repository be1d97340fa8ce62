"""What became of a request that was appended to a contact's inbox: the turn that took it leaves it under a key."""

import asyncio
from typing import Any

from bot_runtime.errors import StoreUnavailable
from bot_runtime.store.connection import Store

WAIT_S = 10.0  # for a turn that another process may have to take
LOOK_S = 0.02


async def outcome_of(store: Store, key: str) -> bytes:
    """The outcome, as JSON, as soon as the turn is saved.

    Raises:
        StoreUnavailable: no turn in time; asking again is safe.
    """
    raw: Any
    try:
        async with asyncio.timeout(WAIT_S):
            while (raw := await store.command("GET", key, key=key)) is None:  # noqa: ASYNC110 - another process may take it
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise StoreUnavailable("nobody took the turn in time; ask again") from None
    return bytes(raw)
