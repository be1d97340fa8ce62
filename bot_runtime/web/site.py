"""The HTTP side of one process: every route there is, and the port it listens at."""

import os
from typing import Protocol

from aiohttp import web

from bot_runtime.campaigns.service import Campaigns
from bot_runtime.errors import SettingError
from bot_runtime.people.logins import Logins
from bot_runtime.people.service import People
from bot_runtime.runtime.attachments import Attachments
from bot_runtime.runtime.ingest import Ingest
from bot_runtime.runtime.outside_events import OutsideEvents
from bot_runtime.runtime.overview import Overviews
from bot_runtime.runtime.papers import Papers
from bot_runtime.runtime.publishing import Publishing
from bot_runtime.runtime.spool import Spool
from bot_runtime.settings import Settings
from bot_runtime.web import flows, lessons, tickets
from bot_runtime.web.api import Api
from bot_runtime.web.auth import Door
from bot_runtime.web.campaign_news import NEWS_S, CampaignNews
from bot_runtime.web.campaign_views import Views
from bot_runtime.web.campaigns import campaign_routes
from bot_runtime.web.connections import KEEP_ALIVE_S, LINGER_S, Crowd, GuardedSite, allow_descriptors
from bot_runtime.web.console import add_console
from bot_runtime.web.contacts import contact_routes
from bot_runtime.web.dialogs import dialog_routes
from bot_runtime.web.events import event_routes
from bot_runtime.web.feed import Feed
from bot_runtime.web.files import file_routes
from bot_runtime.web.flows import flow_routes
from bot_runtime.web.lessons import lesson_routes
from bot_runtime.web.live import Live, live_routes
from bot_runtime.web.once import Once
from bot_runtime.web.operations import Counting, add_operations, add_test_clock, operation_routes
from bot_runtime.web.papers import add_papers
from bot_runtime.web.people import people_routes
from bot_runtime.web.sms import sms_routes
from bot_runtime.web.ticket_actions import action_routes
from bot_runtime.web.tickets import ticket_routes
from bot_runtime.web.webhooks import Webhooks

MOST_BODY = 4 * 1024 * 1024


class Server(tickets.Desk, lessons.Place, flows.Server, Protocol):
    """What the site needs of the server that it is the outside of."""

    settings: Settings
    people: People
    logins: Logins
    campaigns: Campaigns
    ingest: Ingest
    spool: Spool
    outside: OutsideEvents
    attachments: Attachments
    papers: Papers
    overviews: Overviews

    @property
    def name(self) -> str: ...
    async def missing(self) -> list[str]: ...
    async def advance_clock(self, seconds: float) -> None: ...


class Site:
    """`app` takes more routes until the site is opened. A process of role `worker` shows only how it is."""

    port = 0  # until it is open

    def __init__(self, server: Server) -> None:
        self._server, self._clock = server, server.store.clock
        self.feed = Feed(server, self._clock)
        self._live = Live(self.feed, server.people)
        self._campaign_views = Views(server.campaigns)
        self.feed.add_source(CampaignNews(server.campaigns, self._campaign_views).changes, NEWS_S)
        self.door = Door(
            server.people, server.logins, self._public_url, lambda: server.workspace.language, self._proxies()
        )
        self.app = web.Application(client_max_size=MOST_BODY)
        self._webhooks: Webhooks | None = None
        self._runner: web.AppRunner | None = None
        self._add_routes()

    def reached_at(self) -> str:
        """Where providers fetch what we send; `dev` brings its own, on this machine."""
        local = f"http://127.0.0.1:{self.port}" if self._server.settings.local_services else ""
        return self._public_url() or local

    async def open(self, *, reuse_port: bool) -> None:
        """Raises `SettingError` when it cannot listen where the settings say."""
        settings = self._server.settings
        host, port = settings.host, settings.port
        self._runner = web.AppRunner(
            self.app,
            access_log=None,
            auto_decompress=False,
            shutdown_timeout=settings.drain_s,
            keepalive_timeout=KEEP_ALIVE_S,
            lingering_time=LINGER_S,
        )
        await self._runner.setup()
        if self._webhooks and (server := self._runner.server):
            server.request_handler = self._webhooks.ahead_of(server.request_handler)
        try:
            allow_descriptors(settings.connections)
            crowd = Crowd(settings.connections, self._proxies())
            await GuardedSite(self._runner, host, port, crowd, reuse_port=reuse_port or None).start()
        except OSError as error:
            raise SettingError(f"BOT_PORT: cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}") from error
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Take no more requests and let those under way end."""
        if self._runner:
            await self._runner.cleanup()

    def _add_routes(self) -> None:
        server = self._server
        add_operations(
            self.app,
            server.missing,
            Counting(lambda: server.name, server.overviews, lambda: server.workspace, lambda: server.spool.size_bytes),
        )
        if server.settings.role == "worker":
            return
        self._webhooks = Webhooks(
            lambda: server.definitions.channels,  # asked each time: they change with the workspace
            server.ingest,
            server.spool,
            self._clock,
            self._public_url,
        )
        self._webhooks.add_to(self.app)
        add_console(self.app)
        add_papers(self.app, server.papers)
        self._api().attach(self.app)
        self.app.on_shutdown.append(self._live.close)
        if server.settings.test_clock:
            add_test_clock(self.app, self._clock, server.advance_clock)

    def _api(self) -> Api:
        """All of `/api/v1`: each subject adds its rows here."""
        server, door, definitions = self._server, self.door, self._server.definitions
        api = Api(door, Once(server.store, server.keys))
        api.add(people_routes(door, lambda: server.workspace, server.campaigns.records, definitions.published))
        api.add(ticket_routes(server))
        api.add(action_routes(server, server.people, self._clock))
        api.add(event_routes(server.outside))
        api.add(file_routes(server, server.attachments.files))
        api.add(contact_routes(server.outside))
        api.add(lesson_routes(server, server.outside))
        api.add(live_routes(self._live, door, self._clock))
        api.add(flow_routes(server))
        api.add(campaign_routes(server.campaigns, self._campaign_views))
        api.add(dialog_routes(Publishing(definitions), lambda: definitions.folder))
        api.add(sms_routes(lambda: server.workspace))
        api.add(operation_routes(server.overviews, lambda: server.workspace))
        return api

    def _proxies(self) -> frozenset[str]:
        return frozenset(filter(None, map(str.strip, self._server.settings.trusted_proxies.split(","))))

    def _public_url(self) -> str:
        return self._server.workspace.public_url or self._server.settings.public_url.rstrip("/")
