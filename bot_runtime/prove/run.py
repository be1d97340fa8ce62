"""One run: everything started, everything done to it, everything settled, and what was seen of it."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec

from bot_runtime.prove import business
from bot_runtime.prove.chaos import Chaos
from bot_runtime.prove.clock import Clock
from bot_runtime.prove.faults import Dice
from bot_runtime.prove.invariants import violations
from bot_runtime.prove.mail import Mail
from bot_runtime.prove.office import Office, command
from bot_runtime.prove.plan import Plan, deeds
from bot_runtime.prove.provider import Provider
from bot_runtime.prove.records import Event, Evidence, Send
from bot_runtime.prove.result import Result, measured
from bot_runtime.prove.sender import Sender
from bot_runtime.prove.servers import ProveError, Valkey, Worker
from bot_runtime.prove.workload import Workload

QUIET_S: Final = 1.5  # so long without a send or a webhook, and all that could happen by itself has
UNTIL_QUIET_S: Final = 90.0
DOUBT_S: Final = 36.0  # a send without an answer counts as unknown after 35
SETTLING_PER_S: Final = 1_000.0
SILENCE_S: Final = 601.0
LEAST_ROUNDS: Final = 2  # doubtful, sent again, doubtful again
ROUNDS: Final = 60
STUCK_ROUNDS: Final = 20  # longer than any retry of a run waits
PULSE: Final = {"whatsapp": "34650000001", "sms": "34650000002"}

Say = Callable[[str, dict[str, Any]], None]


class Run:
    """`say(step, facts)` is told how it goes."""

    def __init__(self, plan: Plan, seed: int, root: Path, say: Say, environ: dict[str, str] | None = None) -> None:
        self.plan, self.seed, self._root, self._say = plan, seed, root, say
        self._more = environ or {}
        self.clock = Clock()
        self._pulses = 0

    @asynccontextmanager
    async def _stage(self) -> AsyncIterator[None]:
        """All that runs in a run, from the store to the people; gone afterwards, whatever happened."""
        async with AsyncExitStack() as stack:
            self._accounts = accounts = business.the_accounts()
            dice = Dice(self.seed, self.plan.faults)
            self._provider = Provider(accounts, self.clock, dice, self._accepted)
            await self._provider.start()
            stack.push_async_callback(self._provider.stop)
            workspace = business.write(self._root / "workspace", accounts, self.plan.messages_per_s)
            self._store = Valkey(self._root)
            self._workers = [Worker(number, self._root, workspace) for number in range(self.plan.workers)]
            stack.push_async_callback(self._end_all)
            await self._store.start()
            self._http = await stack.enter_async_context(aiohttp.ClientSession())
            self._environ = {
                **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
                "BOT_STORE_URL": self._store.url,
                "BOT_TEST_CLOCK": "1",
                "BOT_LOG_FORMAT": "json",
                "BOT_LOG_LEVEL": "warning",
                **self._more,
            }
            self._chaos = Chaos(self.clock, self._store, self._workers, self._start, self.seed)
            await asyncio.gather(*(self._first_start(worker) for worker in self._workers))
            self._sender = Sender(self.clock, self._chaos.doors, self.seed)
            await self._sender.start()
            stack.push_async_callback(self._sender.stop)
            self._mail = Mail(accounts, self.clock, self._sender, self.seed, self.plan.faults, self.plan.late_s)
            reporting = asyncio.create_task(self._mail.run())
            stack.callback(reporting.cancel)
            self._asked = self._environ | {
                "PROVE_PROVIDER": self._provider.url,
                "BOT_DATA_DIR": str(self._root / "office"),
            }
            self._workspace = workspace
            key = await command(workspace, self._asked, "key", "add", "prove", "--scope", "*")
            self._office = Office(self.clock, self._chaos.doors, self._http, key["key"])
            self._work = Workload(self.plan, self.seed, self.clock, self._mail, self._office)
            yield

    async def run(self) -> Result:
        """Do it all and judge it.

        Raises:
            ProveError: the harness could not do its part.
        """
        began = time.monotonic()
        async with self._stage():
            self.clock.restart()
            progress = asyncio.create_task(self._progress())
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._chaos.run(deeds(self.plan, self.seed), self._provider))
                    group.create_task(self._work.run())
            except* ProveError as failed:
                raise _first(failed) from None
            finally:
                progress.cancel()
            chaos_s = self.clock.now()
            self._say("settling", {})
            await self._settle()
            evidence = await self._evidence()
        self._say("judging", {})
        (self._root / "evidence.json").write_bytes(msgspec.json.encode(evidence))
        found = violations(evidence)
        return measured(self.plan, self.seed, evidence, self._sender.tries, found, chaos_s, time.monotonic() - began)

    def _accepted(self, send: Send) -> bool:
        self._mail.report(send)
        return self._chaos.accepted(send)

    async def _first_start(self, worker: Worker) -> None:
        await worker.start(self._environ, self._provider.url)
        if not await worker.until_ready(self._http):
            raise ProveError(f"the server does not start: {worker.last_words()}")

    async def _start(self, worker: Worker, skew_s: float) -> None:
        """Start a worker, again if it ends before it is ready: without a store none does."""
        while True:
            await worker.start(self._environ, self._provider.url, skew_s)
            if await worker.until_ready(self._http):
                return
            await asyncio.sleep(0.5)

    async def _end_all(self) -> None:
        for process in (*self._workers, self._store):
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGKILL)
        for process in (*self._workers, self._store):
            if process.launched:
                await process.ended()

    # Settling: nothing more is done to anybody, and the store's clock goes on to where every doubt has to be decided

    async def _settle(self) -> None:
        self._provider.calm()
        self._mail.calm()
        # What is left goes out as fast as it can: the operator raises the numbers' rate, and the servers hear of it
        business.write(self._root / "workspace", self._accounts, SETTLING_PER_S)
        campaigns = self._work.campaigns
        await self._quiet()
        await self._office.advance(business.WAIT_S + 1)
        await self._chaos.kill_one()  # while the last waits end
        await self._quiet()
        last, stuck = -1, 0
        for number in range(ROUNDS):
            for campaign in campaigns:
                await self._office.look(campaign)
                if campaign.state == "paused":  # too many refusals among its first: its manager goes on all the same
                    await self._office.resume(campaign)
            left = sum(one.counts.get("pending", 0) + one.counts.get("queued", 0) for one in campaigns)
            self._say("left", {"left": left})
            stuck = 0 if left != last else stuck + 1
            last = left
            if (left == 0 and number >= LEAST_ROUNDS) or stuck == STUCK_ROUNDS:
                break
            await self._office.advance(DOUBT_S)
            await self._pulse()
        for _ in range(2):  # what the silence rule sends again may be doubtful again
            await self._office.advance(SILENCE_S)
            await self._pulse()

    async def _pulse(self) -> None:
        """A word and its reply on each channel: silence about a message tells only where the others are reported on."""
        self._pulses += 1
        for channel, contact in PULSE.items():
            event = Event(
                id=self._mail.new_message_id(channel), channel=channel, contact=contact, text=f"m{self._pulses}"
            )
            self._mail.say(event)
        await self._quiet()

    async def _quiet(self) -> None:
        give_up = self.clock.now() + UNTIL_QUIET_S
        seen, since = (-1, -1), self.clock.now()
        while self.clock.now() < give_up:
            now = (len(self._provider.ledger), len(self._sender.tries))
            if now != seen or self._sender.waiting or self._mail.waiting:
                seen, since = now, self.clock.now()
            elif self.clock.now() - since >= QUIET_S:
                return
            await asyncio.sleep(0.1)

    async def _evidence(self) -> Evidence:
        for campaign in self._work.campaigns:
            await self._office.collect(campaign)
        listed = await command(
            self._workspace, self._asked, "outbox", "list", "--status", "unknown", "--limit", "100000"
        )
        return Evidence(
            held_unknown=[one["id"] for one in listed["entries"]],
            sends=self._provider.ledger,
            events=self._mail.events,
            told=self._mail.told,
            campaigns=self._work.campaigns,
            polls=self._work.polls,
            blows=self._chaos.blows,
        )

    async def _progress(self) -> None:
        while True:
            await asyncio.sleep(5)
            blows = self._chaos.blows
            facts = {
                "at": round(self.clock.now()),
                "of": round(self.plan.seconds),
                "sends": len(self._provider.ledger),
                "webhooks": len(self._sender.tries),
                "kills": sum(one.kind in ("worker_kill", "kill_on_accept") for one in blows),
                "store_kills": sum(one.kind == "store_kill" for one in blows),
            }
            self._say("progress", facts)


def _first(group: BaseException) -> BaseException:
    """The first failure in a group of groups."""
    return _first(group.exceptions[0]) if isinstance(group, BaseExceptionGroup) else group


def prove(plan: Plan, seed: int, say: Say, keep: Path | None = None, environ: dict[str, str] | None = None) -> Result:
    """One run in a folder of its own: `keep`, or one that is gone afterwards. `environ`: more of the servers' settings.

    Raises:
        ProveError: the harness could not do its part; no verdict follows.
    """
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_stoppable(Run(plan, seed, keep, say, environ).run()))
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        return asyncio.run(_stoppable(Run(plan, seed, Path(folder), say, environ).run()))


async def _stoppable(run: Coroutine[Any, Any, Result]) -> Result:
    """The run, ended in order by SIGTERM too: its processes must not outlive it."""
    task = asyncio.get_running_loop().create_task(run)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
