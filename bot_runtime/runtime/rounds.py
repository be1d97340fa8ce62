"""What a process does again and again beside its turns: a round fails, the next one is tried."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot_runtime.errors import StoreUnavailable


async def keep_doing(what: Callable[[], Awaitable[object]], every_s: float, log: Any, failed: str) -> None:
    """Do it for ever, with pauses; what goes wrong is told to `log`, as `failed` where it is our fault."""
    while True:
        try:
            await what()
        except StoreUnavailable as error:
            log.warning("store_away", error=str(error))
        except Exception:
            log.exception(failed)
        await asyncio.sleep(every_s)
