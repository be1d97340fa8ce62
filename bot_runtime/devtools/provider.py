"""What the two fake providers share: the call in the ledger, faults, and how a refused or cut call ends."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from aiohttp import web

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.courier import Courier, Webhook
from bot_runtime.devtools.world import Call, Fault, Message, World

HUGE_BYTES = 100 * 1024 * 1024
BLANKS = b" " * 65_536
ODD_ANSWERS = {
    "empty": (b"", "application/json"),
    "html": (b"<html><body><h1>Bad gateway</h1></body></html>", "text/html"),
    "no_id": (b'{"messaging_product": "whatsapp", "messages": [{}], "status": "queued"}', "application/json"),
}

Take = Callable[[], Awaitable[tuple[int, Any]]]


class Provider:
    """One fake provider over one world. `delay_s` passes between a status and the next."""

    def __init__(self, world: World, courier: Courier, accounts: list[Account], delay_s: float = 0.02) -> None:
        self.world = world
        self.courier = courier
        self.accounts = {account.name: account for account in accounts}
        self.delay_s = delay_s
        self.api_base = ""
        self.messages_per_s = 0  # 0: as many as come
        self._sent_at: defaultdict[str, deque[float]] = defaultdict(deque)
        self._hanging: set[asyncio.Event] = set()

    def webhook_url(self, account: Account) -> str:
        return f"{self.courier.public_url}/webhooks/{account.name}"

    def post(self, account: Account, body: bytes, headers: dict[str, str], **about: Any) -> None:
        self.courier.send(Webhook(url=self.webhook_url(account), body=body, headers=headers, **about))

    def release(self) -> None:
        """Let go of every call a fault holds, so that stopping waits for none."""
        for event in self._hanging:
            event.set()

    async def with_faults(
        self,
        request: web.Request,
        call: Call,
        fault: Fault | None,
        take: Callable[[Fault | None], tuple[int, Any]],
        refuse: Callable[[int | None, int | None], tuple[int, Any]],
    ) -> web.StreamResponse:
        """Answer a send: as the provider would (`take`), or as `fault` says.

        `take` does the send and gives status and JSON; `refuse(code, status)` gives a provider's refusal.
        """
        if fault is None:
            return self.answer(call, *take(None))
        if fault.delay_ms:
            await self._hold(fault.delay_ms / 1000)
        if fault.answer:
            return await self._odd_answer(request, call, fault, take)
        broken = fault.drop or fault.hang_s or fault.status or (fault.code is not None and fault.on == "send")
        answer = take(fault) if fault.accept or not broken else refuse(fault.code, fault.status)
        if fault.hang_s:
            await self._hold(fault.hang_s)
            call.note = "hung"
        if fault.drop or (fault.hang_s and not fault.accept):
            call.note = call.note or "dropped"
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        if broken and fault.accept and (fault.code is not None or fault.status):
            answer = refuse(fault.code, fault.status)
        response = self.answer(call, *answer)
        if fault.retry_after_s and broken:
            response.headers["Retry-After"] = f"{fault.retry_after_s:g}"
        return response

    async def _odd_answer(
        self, request: web.Request, call: Call, fault: Fault, take: Callable[[Fault | None], tuple[int, Any]]
    ) -> web.StreamResponse:
        """Take the message and answer with something that is no answer."""
        status, body = take(fault)
        call.status, call.note = status, fault.answer
        self.world.changed()
        if fault.answer in ODD_ANSWERS:
            content, content_type = ODD_ANSWERS[fault.answer]
            return web.Response(status=status, body=content, content_type=content_type)
        stream = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
        try:
            await stream.prepare(request)
            if fault.answer == "huge":
                for _ in range(HUGE_BYTES // len(BLANKS)):
                    await stream.write(BLANKS)
            else:
                whole = json.dumps(body).encode()
                for byte in whole:
                    await stream.write(bytes([byte]))
                    await self._hold(fault.hang_s / len(whole))
            await stream.write_eof()
        except ConnectionError:  # nobody reads on
            call.note = f"{fault.answer}, not read"
        return stream

    def too_fast(self, account: Account) -> bool:
        """Whether this send would be more than `messages_per_s` of the account; counted if it is not."""
        if not self.messages_per_s:
            return False
        sent_at, now = self._sent_at[account.name], monotonic()
        while sent_at and sent_at[0] <= now - 1:
            sent_at.popleft()
        if len(sent_at) >= self.messages_per_s:
            return True
        sent_at.append(now)
        return False

    def answer(self, call: Call, status: int, body: Any) -> web.Response:
        call.status = status
        self.world.changed()
        return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")

    def shown(self, message: Message, call: Call) -> None:
        """Note in the ledger which bubble a call became."""
        call.message = message.id
        self.world.show(message)

    async def _hold(self, seconds: float) -> None:
        released = asyncio.Event()
        self._hanging.add(released)
        try:
            async with asyncio.timeout(seconds):
                await released.wait()
        except TimeoutError:
            pass
        finally:
            self._hanging.discard(released)
