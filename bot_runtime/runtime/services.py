"""Making the calls that turns asked for (F059): at most three tries under one key, and the answer as an event.

A call is claimed before it is made (`store/calls.py`), so it survives the process that makes it: whoever finds its
lease over makes it again. The service sees the same `Idempotency-Key` each time.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import structlog

from bot_runtime import metrics
from bot_runtime.dialogs.effects import AskResponder, CallService, MakeDocument
from bot_runtime.dialogs.events import ResponderAnswered, ServiceAnswered
from bot_runtime.dialogs.requests import read_answer, unseal, unseal_tree
from bot_runtime.errors import StoreUnavailable
from bot_runtime.runtime.outgoing import Answered, Asked, CallFailed, Outgoing
from bot_runtime.runtime.papers import Papers
from bot_runtime.runtime.pdf import NoPdf
from bot_runtime.runtime.responder import asked_of, read_reply
from bot_runtime.store.calls import Calls, Held
from bot_runtime.store.clock import Clock
from bot_runtime.store.contacts import Claim
from bot_runtime.workspace import Workspace

TRIES: Final = 3
PAUSES_MS: Final = (1_000, 4_000)
POLL_S: Final = 0.25
MOST_BUSY: Final = 200
MOST_OF_HOST: Final = 32  # of one service's calls at a time here: a slow one delays no other
CROWDED_MS: Final = 500
MAY_PASS: Final = ("server_error", "too_many")
KEY_HEADER: Final = "Idempotency-Key"

log = structlog.get_logger("services")


class Pending(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call as its turn stored it: `key` is the same at every try."""

    key: str
    call: CallService | AskResponder | MakeDocument


Answer = ServiceAnswered | ResponderAnswered

_pending = msgspec.json.Decoder(Pending)


def _read(raw: bytes) -> Pending:
    """The call; one of a version that we don't know fails like any other, so that its session goes on."""
    try:
        return _pending.decode(raw)
    except msgspec.DecodeError:
        log.exception("call_unreadable")
        told = msgspec.json.decode(raw)
        return Pending(str(told["key"]), CallService(wait=int(told["call"]["wait"]), url="", method="GET"))


class Services:
    def __init__(
        self,
        calls: Calls,
        outgoing: Outgoing,
        papers: Papers,
        workspace: Callable[[], Workspace],
        clock: Clock,
        start_turns: Callable[[Claim], None],
    ) -> None:
        self._calls, self._outgoing, self._papers = calls, outgoing, papers
        self._workspace, self._clock = workspace, clock
        self._start_turns = start_turns
        self._tasks: set[asyncio.Task[None]] = set()
        self._hosts: Counter[str] = Counter()
        self._asks: deque[float] = deque()  # when this process asked the responder, in the last minute
        self._wake = asyncio.Event()
        self._draining = False

    @property
    def busy(self) -> int:
        return len(self._tasks)

    async def run(self) -> None:
        """Take on the calls that nobody makes, again and again."""
        while True:
            try:
                for member in (await self._calls.due())[: MOST_BUSY - self.busy]:
                    self.start(member)
            except StoreUnavailable as error:
                log.warning("store_away", error=str(error))
            except Exception:
                log.exception("look_failed")  # whatever it was, the next look may go better
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                continue
            self._wake.clear()

    def wake(self) -> None:
        """Look now (the test clock moved)."""
        self._wake.set()

    def start(self, member: str) -> None:
        """Make the call unless somebody else does."""
        if not self._draining and self.busy < MOST_BUSY:
            self._keep(self._make(member))

    async def drain(self) -> None:
        """Finish the calls that were begun; the rest stays for whoever looks next."""
        self._draining = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Leave what is still under way to others, and let go of the network."""
        self._draining = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._outgoing.close()

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make(self, member: str) -> None:
        try:
            held = await self._calls.claim(member)
            if held is not None:
                await self._try(held)
        except StoreUnavailable as error:
            log.warning("store_away", error=str(error))  # the lease ends, and the call is made again
        except Exception:
            log.exception("call_not_made", call=member)

    async def _try(self, held: Held) -> None:
        pending = _read(held.raw)
        host = self._host(pending.call)
        if held.tries > TRIES:  # those before died of it, or with it
            await self._answer(held, self._event(pending, held, None, "never_answered"), host)
        elif self._hosts[host] >= MOST_OF_HOST:
            await self._calls.put_off(held, CROWDED_MS, tries=held.tries - 1)
        else:
            self._hosts[host] += 1
            try:
                event, may_pass = await self._call(pending, held, host)
            finally:
                self._hosts[host] -= 1
            if may_pass and held.tries < TRIES:
                await self._calls.put_off(held, PAUSES_MS[held.tries - 1], tries=held.tries)
            else:
                await self._answer(held, event, host)

    async def _make_document(self, effect: MakeDocument, pending: Pending, held: Held) -> Answer:
        told: dict[str, Any] = {"at": self._clock.now(), "channel": held.channel, "wait": effect.wait}
        told["key"] = pending.key
        try:
            link = await self._papers.make(held.contact, held.channel, pending.key, effect)
        except NoPdf as error:
            log.warning("document_failed", contact_id=held.contact, document=effect.document, error=error.reason)
            return ServiceAnswered(**told, error=error.reason)
        log.info("document_made", contact_id=held.contact, document=effect.document)
        return ServiceAnswered(**told, status=200, values={effect.save: link})

    async def _call(self, pending: Pending, held: Held, host: str) -> tuple[Answer, bool]:
        """Make the call once; what came of it, and whether another try may bring more."""
        if isinstance(pending.call, MakeDocument):
            return await self._make_document(pending.call, pending, held), False
        started = time.perf_counter()
        answered, failed = None, None
        responder = isinstance(pending.call, AskResponder)
        try:
            if responder and not self._may_ask():
                raise CallFailed("crowded", again=False)
            answered = await self._outgoing.call(self._asked(pending), internal=responder)
        except CallFailed as error:
            failed = error
        event = self._event(pending, held, answered, failed.reason if failed else "")
        took_s = time.perf_counter() - started
        metrics.SERVICE_CALLS.labels(event.error or "answered").inc()
        metrics.SERVICE_SECONDS.observe(took_s)
        log.info(
            "responder_called" if responder else "service_called",
            contact_id=held.contact,
            channel=held.channel,
            host=host,
            status=answered.status if answered else 0,
            error=event.error,
            tries=held.tries,
            took_ms=round(took_s * 1000, 1),
        )
        return event, not responder and (failed.again if failed else event.error in MAY_PASS)

    def _may_ask(self) -> bool:
        """Whether this process may ask the responder once more within this minute."""
        responder, now = self._workspace().responder, time.monotonic()
        while self._asks and self._asks[0] < now - 60:
            self._asks.popleft()
        if responder is None or len(self._asks) >= responder.per_minute:
            return False
        self._asks.append(now)
        return True

    def _asked(self, pending: Pending) -> Asked:
        """The call with its secrets, just before it leaves.

        Raises:
            CallFailed: a secret is not set, or what is asked cannot be written.
        """
        effect, workspace = pending.call, self._workspace()
        if isinstance(effect, AskResponder):
            if workspace.responder is None:
                raise CallFailed("no_responder", again=False)
            return asked_of(workspace.responder, effect, workspace.brand, workspace.faq, pending.key)
        assert isinstance(effect, CallService)
        secrets = workspace.services.secrets
        try:
            headers = {name: unseal(value, secrets) for name, value in effect.headers.items()}
            body = None if effect.body is None else msgspec.json.encode(unseal_tree(effect.body, secrets))
            url = unseal(effect.url, secrets)
        except KeyError:
            raise CallFailed("secret_missing", again=False) from None
        except UnicodeError as error:
            raise CallFailed("bad_request", again=False) from error
        if body is not None and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        return Asked(effect.method, url, {**headers, KEY_HEADER: pending.key}, body)

    def _event(self, pending: Pending, held: Held, answered: Answered | None, error: str) -> Answer:
        effect = pending.call
        told: dict[str, Any] = {
            "at": self._clock.now(),
            "channel": held.channel,
            "wait": effect.wait,
            "key": pending.key,
        }
        if isinstance(effect, AskResponder):
            responder = self._workspace().responder
            text = ""
            if answered is not None and responder is not None:
                text, error = read_reply(responder, answered)
            return ResponderAnswered(**told, asked=effect.text, text=text, error=error)
        if answered is None or isinstance(effect, MakeDocument):
            return ServiceAnswered(**told, error=error)
        answer = read_answer(answered.status, answered.content_type, answered.body, effect.save)
        return ServiceAnswered(**told, status=answered.status, values=answer.values, error=answer.error)

    async def _answer(self, held: Held, event: Answer, host: str) -> None:
        if event.error:
            log.warning("service_failed", contact_id=held.contact, channel=held.channel, host=host, error=event.error)
        claim = await self._calls.answer(held, event)
        if claim:
            self._start_turns(claim)

    def _host(self, effect: CallService | AskResponder | MakeDocument) -> str:
        """For logs and for sharing out: never more of an address than its host."""
        if isinstance(effect, CallService):
            return _host_of(effect.url)
        if isinstance(effect, MakeDocument):
            return "documents"
        responder = self._workspace().responder
        return _host_of(responder.url) if responder else ""


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "") if url.startswith("http") else url.partition("/")[0]
