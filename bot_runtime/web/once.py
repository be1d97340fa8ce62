"""`Idempotency-Key`: a call that is sent again is answered again, not done again.

Kept for 24 hours by caller and key. Only an answer that was a success is kept: after a refusal or a failure the call
may be sent again. A process that dies in the middle leaves the key to whoever repeats it a minute later.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script
from bot_runtime.web import errors
from bot_runtime.web.errors import ApiError

REMEMBERED_MS = 24 * 3_600_000
WORKING_MS = 60_000
FORM = re.compile(r"[\x21-\x7e]{1,200}")

_ONCE = Script.load("people_once")


class Once:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def answer(
        self, call: Any, key: str, digest: str, do: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """The answer of `do`, or the one it gave to this key before.

        Raises:
            ApiError: 409, the key belongs to another call or to one that is being done; 422, it is no key.
        """
        if not FORM.fullmatch(key):
            raise ApiError(422, errors.BAD_KEY, field="Idempotency-Key", expected="1–200 ASCII")
        whose = hashlib.sha256(f"{call.caller.id}\0{key}".encode()).hexdigest()[:32]
        name = self._keys.once(whose)
        args: list[Argument] = [self._store.clock.offset_ms, digest, WORKING_MS, REMEMBERED_MS]
        reply = await self._store.run(_ONCE, [name], args)
        if reply[0] == b"other":
            raise ApiError(409, errors.OTHER_REQUEST)
        if reply[0] == b"busy":
            raise ApiError(409, errors.STILL_DOING, headers={"Retry-After": "1"})
        if reply[0] == b"done":
            headers = {"Idempotent-Replayed": "true"}
            kind = "application/json" if reply[2] else None
            return web.Response(body=reply[2] or None, status=int(reply[1]), content_type=kind, headers=headers)
        call.once = whose
        try:
            answer = await do()
        except BaseException:
            await self._store.command("DEL", name, key=name)
            raise
        if isinstance(answer, web.Response) and answer.status < 300 and isinstance(answer.body, bytes | None):
            await self._store.command("HSET", name, "status", answer.status, "body", answer.body or b"", key=name)
        else:
            await self._store.command("DEL", name, key=name)
        return answer
