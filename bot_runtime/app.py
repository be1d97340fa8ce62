"""The composition root: the only place that wires real things together."""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bot_runtime import __version__, metrics
from bot_runtime.campaigns.schedule import Schedule
from bot_runtime.campaigns.service import Campaigns
from bot_runtime.channels.addresses import from_provider
from bot_runtime.channels.sender import Sender
from bot_runtime.dialogs.session import Value
from bot_runtime.errors import SettingError, StoreUnavailable
from bot_runtime.people.logins import Logins
from bot_runtime.people.service import People
from bot_runtime.runtime.attachments import Attachments
from bot_runtime.runtime.caretaker import Caretaker
from bot_runtime.runtime.definitions import Definitions, may_be_mended, mended
from bot_runtime.runtime.dispatch import Dispatcher
from bot_runtime.runtime.files import Files
from bot_runtime.runtime.gates import Gates
from bot_runtime.runtime.ingest import Ingest
from bot_runtime.runtime.inspect import contact_view
from bot_runtime.runtime.level_sync import LevelSync
from bot_runtime.runtime.limits import Limits
from bot_runtime.runtime.mover import Mover
from bot_runtime.runtime.outbox import LaneSender, Listeners
from bot_runtime.runtime.outgoing import Outgoing
from bot_runtime.runtime.outside_events import OutsideEvents
from bot_runtime.runtime.overview import Overviews
from bot_runtime.runtime.papers import Papers
from bot_runtime.runtime.poller import Poller
from bot_runtime.runtime.reachable import Rules
from bot_runtime.runtime.requesting import request_of
from bot_runtime.runtime.services import Services
from bot_runtime.runtime.spool import Spool
from bot_runtime.runtime.template_sync import TemplateSync
from bot_runtime.runtime.trials import Trials
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.runtime.watermarks import Watermarks
from bot_runtime.settings import Settings
from bot_runtime.store.calls import Calls
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys
from bot_runtime.store.limits import LimitStore
from bot_runtime.store.outbox import Entry, Outbox
from bot_runtime.store.processes import Beat
from bot_runtime.store.secret import store_keys
from bot_runtime.store.turns import Turns
from bot_runtime.tickets.service import Tickets
from bot_runtime.web.site import Site
from bot_runtime.workspace import Loaded, Workspace

CALL_LEASE_MS = 15_000  # longer than a call may take
POLLER_SILENT_S = 30.0  # a round takes milliseconds; a busy one a few seconds

log = structlog.get_logger("server")

Load = Callable[[], Loaded]
AddRoutes = Callable[[web.Application, "Server"], None]


class Server:
    """One process: HTTP, turns, timers and sends over one store, as `settings.role` says. Made by `start`."""

    load: Load  # reads the workspace's files anew

    def __init__(self, settings: Settings, store: Store, keys: Keys, definitions: Definitions, *, send: bool) -> None:
        self.settings, self.store, self.keys, self.definitions = settings, store, keys, definitions
        lease_ms = settings.lease_s * 1000
        self.contacts = Contacts(store, keys, lease_ms)
        self.outbox = Outbox(store, keys, lease_ms)
        works, self._turn_listeners = settings.role != "web", []  # type: tuple[bool, list[Callable[[str, str], None]]]
        self._http = Sender()
        self.limits = Limits(LimitStore(store, keys), definitions)
        self._sender = (
            LaneSender(
                self.outbox,
                definitions,
                self._http,
                self.limits,
                Gates(self.outbox, store.clock.now_ms),
                Listeners(self._opted_out, self._told_before, self._refused),
            )
            if works and send
            else None
        )
        turns = Turns(store, keys, lease_ms)
        self._turns = (
            TurnTaker(self.contacts, turns, definitions, store.clock, self._sender, self._turn_taken) if works else None
        )
        files_dir = Path(settings.files_dir or Path(settings.data_dir) / "files")
        files = Files(files_dir, settings.files_mib * 1024 * 1024, settings.files_days)
        self.papers = Papers(files, keys.secret, lambda: self.workspace, lambda: self.site.reached_at(), store.clock)
        self._services = (
            Services(
                Calls(store, keys, max(lease_ms, CALL_LEASE_MS)),
                Outgoing(
                    lambda: Rules(self.workspace.services.allow, settings.local_services), examples=self._examples_at
                ),
                self.papers,
                lambda: self.workspace,
                store.clock,
                self._turns.start,
            )
            if self._turns
            else None
        )
        if self._turns and self._services:
            self._turns.on_call = self._services.start
        self.attachments = Attachments(files, store.clock, settings.lease_s)
        if self._turns:
            self._turns.attachments = self.attachments
        here = not settings.store_url or settings.store_url.startswith("unix:")  # its files are on this machine
        self.watermarks = Watermarks(store, self.contacts, Path(settings.data_dir) if here else None)
        self.campaigns = Campaigns(store, keys, lambda: self.workspace, settings.duplicate_from)
        self.ingest = Ingest(
            self.contacts,
            self.outbox,
            definitions,
            self._turns,
            store.clock,
            self.limits,
            self.watermarks,
            self.campaigns.catalogue,
            self._sender,
        )
        store.on_new_run(self.ingest.append_again)
        if self._sender:
            sender = self._sender
            store.on_new_run(lambda: self._run(sender.retell()))
        self.spool = Spool(Path(settings.data_dir), settings.spool_mib * 1024 * 1024)
        self.outside = OutsideEvents(
            store, keys, self.contacts, definitions, self._turns.start if self._turns else None
        )
        self.tickets = Tickets(store, keys, self.contacts, self._turns.start if self._turns else None)
        self._poller = (
            Poller(self.contacts, self.outbox, self._turns, self._sender, store.clock, keys.shards)
            if self._turns
            else None
        )
        self._dispatcher = (
            Dispatcher(
                store, keys, self.campaigns.rows, Schedule(self.campaigns), definitions, self._turns, self.limits
            )
            if self._turns
            else None
        )
        self._mover = Mover(store, keys, definitions, self.contacts, self._turns) if self._turns else None
        self.overviews = Overviews(store, keys)
        self._caretaker = (
            Caretaker(
                self.outbox,
                self.ingest.reports,
                self._sender,
                self._http,
                self.campaigns.catalogue,
                definitions,
                keys.shards,
            )
            if self._sender
            else None
        )
        self._templates = TemplateSync(self.campaigns.catalogue, definitions, self._http) if works and send else None
        self._levels = (
            LevelSync(self.limits, LimitStore(store, keys), definitions, self._http) if works and send else None
        )
        self.people = People(store, keys)
        self.logins = Logins(store, keys, self.people.passwords)
        self.site = Site(self)
        self.on_turn(lambda contact, channel: self.site.feed.stir(contact))
        self._background: set[asyncio.Task[Any]] = set()
        self._stopping = False

    @property
    def port(self) -> int:
        """0 until it listens."""
        return self.site.port

    @property
    def workspace(self) -> Workspace:
        return self.definitions.workspace

    @property
    def problems(self) -> list[str]:
        """Of the latest change of the workspace, if it was refused."""
        return self.definitions.problems

    def clock_now(self) -> Any:
        return self.store.clock.now()

    async def advance_clock(self, seconds: float) -> None:
        """Move the test clock for everything in the store."""
        await self.store.advance_clock(seconds)
        if self._poller:
            self._poller.wake()
        if self._services:
            self._services.wake()

    def on_turn(self, listener: Callable[[str, str], None]) -> None:
        """`listener(contact, channel)` is called after each turn this process saved."""
        self._turn_listeners.append(listener)

    async def contact_view(self, channel: str, spelling: str) -> dict[str, Any]:
        address = from_provider(spelling)
        canonical = address.canonical if address else spelling
        return await contact_view(self.store, self.keys, self.contacts, self.outbox, channel, canonical)

    async def request_dialog(
        self, *, channel: str, address: str, dialog: str, given: Mapping[str, Value] | None = None
    ) -> str:
        """Start `dialog` with a contact, by its template where it has one; returns the contact's id.

        Raises:
            NotInWorkspace: no such channel, dialog, or template for it.
            StoreUnavailable: nothing was started for sure; asking again may start it twice.
        """
        to, event = request_of(self.workspace, self.store.clock.now(), channel, address, dialog, given or {})
        return await self.ingest.request_dialog(channel, [(to.canonical, to.spelling)], event)

    async def serve(self, load: Load | None, routes: Sequence[AddRoutes], *, reuse_port: bool) -> None:
        if self._poller:
            self._run(self._poller.run())
        if self._services:
            self._run(self._services.run())
        if self._turns:
            self._run(self.attachments.run())
        if self._dispatcher:
            self._run(self._dispatcher.run())
        if self._mover:
            self._run(self._mover.run())
            self._run(Trials(self.definitions).run())
        if self._caretaker:
            self._run(self._caretaker.run())
        if self._templates:
            self._run(self._templates.run())
        if self._levels:
            self._run(self._levels.run())
        self._run(self.definitions.follow(self._workspace_changed))
        if load:
            self._run(self.definitions.watch(load, self._workspace_changed))
        if self.settings.role != "worker":
            self._run(self.spool.run(lambda: self.definitions.channels, self.ingest))
            self._run(self.watermarks.run())
        for add in routes:
            add(self.site.app, self)
        await self.site.open(reuse_port=reuse_port)
        self._run(self.overviews.processes.keep_beating(self._beats))

    async def stop(self) -> None:
        """Take nothing new, finish what began (at most `drain_s`), let go of the store."""
        self._stopping = True
        await self.site.close()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_s):
                if self._services:
                    await self._services.drain()
                if self._turns:
                    await self._turns.drain()
                if self._sender:
                    await self._sender.drain()
        await self.attachments.close()
        if self._services:
            await self._services.close()
        await self._http.close()
        with contextlib.suppress(StoreUnavailable):  # then it is taken for killed, which does no harm
            await self.overviews.processes.leave(self.name)
        await self.store.close()

    def _run(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background_ended)

    def _background_ended(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and task.exception():
            log.error("background_task_failed", exc_info=task.exception())

    def _turn_taken(self, contact: str, channel: str) -> None:
        for listener in self._turn_listeners:
            listener(contact, channel)

    def _workspace_changed(self) -> None:
        self._turn_taken("", "")

    def _opted_out(self, entry: Entry, code: str) -> None:
        self._run(self.ingest.opted_out(entry.contact, entry.channel, code))

    def _refused(self, entry: Entry, code: str) -> None:
        self._run(self.ingest.refused(entry, code))

    def _told_before(self, entry: Entry, name: str) -> None:
        self._run(self.ingest.reports.take_up(entry.contact, entry.id, name))

    def _examples_at(self) -> str:
        """Where `dev` answers for services of example.com."""
        return f"http://127.0.0.1:{self.port}/dev/services" if self.settings.local_services else ""

    @property
    def name(self) -> str:
        """Of this process, among all at its store; the same after a restart."""
        worker = f"#{self.settings.worker_number}" if self.settings.supervisor_fd >= 0 else ""
        return f"{socket.gethostname()}:{self.port}{worker}"

    def _beats(self, started_at: int) -> Beat:
        return Beat(
            name=self.name,
            role=self.settings.role,
            version=__version__,
            pid=os.getpid(),
            started_at=started_at,
            turns=self._turns.busy if self._turns else 0,
            sends=self._sender.busy if self._sender else 0,
            refused=len(self.problems),
            figures=metrics.snapshot(),
        )

    async def missing(self) -> list[str]:
        """Why nobody should send anything here now."""
        missing = ["stopping"] if self._stopping else []
        try:
            await self.store.command("PING")
        except StoreUnavailable as error:
            return [*missing, f"store: {error}"]
        if self._poller and (silent_s := time.monotonic() - self._poller.looked_at) > POLLER_SILENT_S:
            missing.append(f"poller: it has not looked for {silent_s:.0f} s; timers and the work of others wait")
        return missing


async def start(
    settings: Settings,
    load: Load,
    *,
    routes: Sequence[AddRoutes] = (),
    watch: bool = True,
    send: bool = True,
    reuse_port: bool = False,
) -> Server:
    """Load the workspace, connect the store and run; `load` is called again whenever a file changes (`watch`).

    `send=False` leaves every message queued (benchmarks measure up to there).

    Raises:
        SettingError: the workspace, a channel, the store or the port cannot be used as they are.
        StoreUnavailable: nobody answers at `store_url`.
    """
    loaded = load()
    wrong = SettingError("\n".join(problem.line(loaded.language) for problem in loaded.errors))
    if loaded.workspace is None and not may_be_mended(loaded):
        raise wrong
    store = await Store.connect(settings)
    try:
        keys = await store_keys(store, loaded.brand, settings.shards)
        found = await mended(store, keys, loaded)
        if found.workspace is None:
            raise wrong
        definitions = Definitions(store, keys, settings.public_url.rstrip("/"))
        await definitions.publish(found.workspace)
        if loaded.workspace is None:
            definitions.refuse([problem.line(found.workspace.language) for problem in loaded.errors])
        server = Server(settings, store, keys, definitions, send=send)
        server.load = load
        if store.owns_server:
            await asyncio.gather(*(server.contacts.release_all(shard) for shard in range(keys.shards)))
        await server.serve(load if watch else None, routes, reuse_port=reuse_port)
    except BaseException:
        await store.close()
        raise
    log.info("serving", port=server.port, role=settings.role, dialogs=len(found.workspace.dialogs))
    return server
