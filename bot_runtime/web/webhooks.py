"""`/webhooks/{channel}`: every provider's inbound messages and delivery reports.

Size and encoding first, then the signature over the raw bytes, then parsing, then the store, then the 200. The turn
runs after the answer, never inside the request. While the store is away, a provider that sends again gets a 503; what
another one sent is kept on disk (`runtime/spool.py`).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot_runtime import metrics
from bot_runtime.channels.base import Channel, Parsed
from bot_runtime.errors import BadPayload, BadSignature, StoreUnavailable
from bot_runtime.runtime.ingest import Ingest
from bot_runtime.runtime.spool import Spool, Webhook
from bot_runtime.store.clock import Clock
from bot_runtime.store.contacts import InboxFull
from bot_runtime.web.connections import REQUEST_S, request_ends_at

PREFIX = "/webhooks/"
RETRY_AFTER_S = "5"
STORE_S = 1.9  # that the store gets before we say "not now"

log = structlog.get_logger("webhooks")

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Webhooks:
    """`channels` is asked at each request, for it changes with the workspace. `public_url` as providers write it."""

    def __init__(
        self,
        channels: Callable[[], Mapping[str, Channel]],
        ingest: Ingest,
        spool: Spool,
        clock: Clock,
        public_url: Callable[[], str],
    ) -> None:
        self._channels, self._ingest, self._spool = channels, ingest, spool
        self._clock, self._public_url = clock, public_url
        self._patience = _Patience()

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(PREFIX + "{channel}", self.receive)
        app.router.add_get(PREFIX + "{channel}", self.handshake)

    def ahead_of(self, handler: Handler) -> Handler:
        """`handler` for all but ordinary webhooks: of these there are the most, and they need no route looked for."""

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            path, channel = request.rel_url.raw_path, None
            if request.method == "POST" and path.startswith(PREFIX) and "Expect" not in request.headers:
                channel = self._channels().get(path[len(PREFIX) :])
            return await (self._received(request, channel) if channel is not None else handler(request))

        return handle

    async def handshake(self, request: web.Request) -> web.Response:
        """Meta's verification of the callback URL."""
        channel = self._channels().get(request.match_info["channel"])
        if channel is None:
            return _refused(404, "no such channel")
        challenge = channel.handshake(request.query)
        return web.Response(text=challenge) if challenge is not None else _refused(403, "not verified")

    async def receive(self, request: web.Request) -> web.Response:
        channel = self._channels().get(request.match_info["channel"])
        return await self._received(request, channel) if channel is not None else _refused(404, "no such channel")

    async def _received(self, request: web.BaseRequest, channel: Channel) -> web.Response:
        answer = await self._answer(request, channel)
        metrics.answered(channel.name, answer.status).inc()
        return answer

    async def _answer(self, request: web.BaseRequest, channel: Channel) -> web.Response:
        encodings = request.headers.getall("Content-Encoding") if "Content-Encoding" in request.headers else ()
        if any(encoding.lower() != "identity" for encoding in encodings):
            return _refused(415, "send the body as it is, without Content-Encoding")
        try:
            body = await self._body(request, channel)
            channel.verify(self._url(request), request.headers, body)
            now, content_type = self._clock.now(), request.headers.get("Content-Type", "")
            items = channel.parse(body, content_type, request.query, now)
            if channel.redelivers:
                await self._store(channel, items)
            else:
                await self._keep(channel, items, Webhook(channel.name, now, content_type, dict(request.query), body))
        except BadSignature:
            log.warning("bad_signature", channel=channel.name)
            return _refused(401, "bad signature")
        except BadPayload as error:
            log.warning("bad_payload", channel=channel.name, error=str(error))
            return _refused(error.status, str(error))
        except StoreUnavailable as error:
            log.warning("webhook_put_off", channel=channel.name, error=str(error))
            return _refused(503, "try again later", {"Retry-After": RETRY_AFTER_S})
        text, content_type = channel.acknowledgement()
        return web.Response(text=text, content_type=content_type)

    async def _store(self, channel: Channel, items: list[Parsed]) -> None:
        """Have the store keep it, even if the provider hangs up meanwhile; "not now" comes in time for it to hear."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[None] = loop.create_future()
        taking = loop.create_task(self._ingest.take_in_and_go_on(channel, items, kept))
        self._patience.watch(loop, kept, taking)
        await kept

    async def _keep(self, channel: Channel, items: list[Parsed], webhook: Webhook) -> None:
        """Have the store or the disk keep what nobody sends again, never ahead of what waits on disk already."""
        if not self._spool.holds:
            try:
                await self._store(channel, items)
                return
            except InboxFull:
                raise  # everybody else's would have to wait behind it
            except StoreUnavailable as error:
                log.warning("webhook_spooled", channel=channel.name, error=str(error))
        await asyncio.shield(self._spool.keep(webhook))

    async def _body(self, request: web.BaseRequest, channel: Channel) -> bytes:
        """The raw bytes, counted as they come: a `Content-Length` may be missing or wrong."""
        most = channel.limits.body_bytes
        if request.content_length is not None and request.content_length > most:
            raise BadPayload(f"expected at most {most} bytes, got {request.content_length}", status=413)
        if request.content.is_eof():  # all of it is here, as with nearly every webhook: no clock has to run
            whole = request.content.read_nowait()
            if len(whole) > most:
                raise BadPayload(f"expected at most {most} bytes", status=413)
            return whole
        body = bytearray()
        try:
            async with asyncio.timeout_at(request_ends_at(request)):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > most:
                        raise BadPayload(f"expected at most {most} bytes", status=413)
        except TimeoutError:
            raise BadPayload(f"expected the whole request within {REQUEST_S:.0f} s", status=408) from None
        return bytes(body)

    def _url(self, request: web.BaseRequest) -> str:
        """The URL as the provider asked for it; path and query stay byte for byte what they were."""
        public_url = self._public_url() or f"{request.scheme}://{request.host}"
        return public_url + request.raw_path


class _Patience:
    """Ends what waits for the store longer than `STORE_S`. One timer looks after all: one each costs a message 1 %."""

    def __init__(self) -> None:
        self._watched: deque[tuple[float, asyncio.Future[None], asyncio.Task[None]]] = deque()
        self._timer_runs = False

    def watch(
        self, loop: asyncio.AbstractEventLoop, kept: "asyncio.Future[None]", taking: "asyncio.Task[None]"
    ) -> None:
        """`taking` goes on whatever becomes of `kept`."""
        while self._watched and self._watched[0][1].done():
            self._watched.popleft()
        self._watched.append((loop.time() + STORE_S, kept, taking))
        if not self._timer_runs:
            self._timer_runs = True
            loop.call_later(STORE_S, self._end, loop)

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._watched and (self._watched[0][1].done() or self._watched[0][0] <= loop.time()):
            _, kept, _ = self._watched.popleft()
            if not kept.done():
                kept.set_exception(StoreUnavailable(f"the store did not answer within {STORE_S:g} s"))
        self._timer_runs = bool(self._watched)
        if self._timer_runs:
            loop.call_at(self._watched[0][0], self._end, loop)


def _refused(status: int, why: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"error": why}, status=status, headers=headers)
