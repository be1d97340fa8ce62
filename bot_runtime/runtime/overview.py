"""What an operator sees of a whole installation at once: `status`, `/api/v1/operations/status` and `/metrics` read it.

Everything comes from the store, so any process and any command tells the same.
"""

import asyncio
from collections import Counter

import msgspec
from prometheus_client.core import Metric

from bot_runtime.campaigns.record import Campaign, CampaignRecords
from bot_runtime.metrics import gauge
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.limits import ChannelState as Limited
from bot_runtime.runtime.limits import Limits
from bot_runtime.store.channel_states import ChannelState, ChannelStates
from bot_runtime.store.clock import from_ms
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.limits import LimitStore
from bot_runtime.store.outbox import Outbox
from bot_runtime.store.processes import Beat, Processes
from bot_runtime.store.survey import Backlog, StoreFacts, backlog, store_facts
from bot_runtime.versions.model import Record
from bot_runtime.workspace import Workspace

MOST_CAMPAIGNS = 1_000  # the newest; older ones have long ended


class ProcessSeen(msgspec.Struct, frozen=True):
    """`seen_s`: seconds since it was last heard of; `refused`: problems of a workspace it did not take over."""

    name: str
    role: str
    alive: bool
    version: str
    pid: int
    started_at: str
    seen_s: float
    turns: int
    sends: int
    refused: int


class ChannelSeen(msgspec.Struct, frozen=True):
    """`held`: breaker, alarm or person, empty where nothing holds it. `paused_templates`: name and language.

    `per_s`: its rate as it is now; `level_used`: contacts of the rolling 24 hours, `level_limit` None: no end.
    """

    name: str
    held: str
    code: str
    why: str
    since: str | None
    until: str | None
    paused_templates: list[str]
    per_s: float
    level_limit: int | None
    level_used: int


class CampaignSeen(msgspec.Struct, frozen=True):
    id: str
    name: str
    state: str
    cause: str
    channel: str


class DialogSeen(msgspec.Struct, frozen=True):
    """`live` is the number new sessions begin on; `trial` the one on trial, 0 for none, with its `share` of them.

    `withdrawn`: the newest version, if it was taken back, and why: person, replaced, failed, unfit. `moving`: the
    number that people are being moved to.
    """

    name: str
    live: int
    trial: int
    share: float
    withdrawn: int
    why: str
    moving: int


class Overview(msgspec.Struct, frozen=True):
    at: str
    processes: list[ProcessSeen]
    store: StoreFacts
    queues: Backlog
    unknown: int
    channels: list[ChannelSeen]
    campaigns: list[CampaignSeen]
    dialogs: list[DialogSeen]


class Overviews:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys
        self._records, self._outbox = CampaignRecords(store, keys), Outbox(store, keys)
        self._channels = ChannelStates(store, keys)
        self._definitions = Definitions(store, keys, "")
        self._limits = Limits(LimitStore(store, keys), self._definitions)
        self.processes = Processes(store, keys)

    async def now(self, workspace: Workspace, *, nobody_serves: bool = False) -> Overview:
        """How things are. `nobody_serves`: whoever beat is known to be gone.

        Raises:
            StoreUnavailable: nothing can be said.
        """
        self._definitions.workspace = workspace
        names = list(workspace.channels)
        states = asyncio.gather(*map(self._channels.channel_state, names))
        beats, facts, waiting, unknown, campaigns, held = await asyncio.gather(
            self.processes.all(),
            store_facts(self._store),
            backlog(self._store, self._keys),
            self._outbox.count_unknown(),
            self._running(),
            states,
        )
        limits = await self._limits.state()
        records = await self._definitions.published.records()
        return Overview(
            at=self._store.clock.now().isoformat(timespec="seconds"),
            processes=[_process(beat, self.processes.now_ms(), nobody_serves) for beat in beats],
            store=facts,
            queues=waiting,
            unknown=unknown,
            channels=[_channel(state, limit) for state, limit in zip(held, limits, strict=True)],
            campaigns=[CampaignSeen(one.id, one.name, one.state, one.cause, one.channel) for one in campaigns],
            dialogs=[_dialog(record) for _, record in sorted(records.items())],
        )

    async def _running(self) -> list[Campaign]:
        """The campaigns that send or stand still, oldest first."""
        every = await self._records.many([one for one, _ in (await self._records.ids())[:MOST_CAMPAIGNS]])
        return [one for one in reversed(every) if one.state in ("sending", "paused")]


def gauges_of(seen: Overview) -> list[Metric]:
    """The same for a monitor: numbers with few labels."""
    queues = {"inbox": seen.queues.inboxes, "lane": seen.queues.lanes, "timer": seen.queues.timers}
    alive = Counter("alive" if one.alive else "gone" for one in seen.processes)
    campaigns = Counter(one.state for one in seen.campaigns)
    return [
        gauge(
            "bot_queue_waiting",
            "Contacts with events, lanes with messages, timers.",
            [({"queue": name}, queue.waiting) for name, queue in queues.items()],
        ),
        gauge(
            "bot_queue_due",
            "Of those, what nobody works on although its time has come.",
            [({"queue": name}, queue.due) for name, queue in queues.items()],
        ),
        gauge(
            "bot_queue_oldest_seconds",
            "For how long the oldest of those has been due.",
            [({"queue": name}, queue.oldest_s) for name, queue in queues.items()],
        ),
        gauge("bot_dead_letters", "Events that could not be answered.", [({}, seen.queues.dead_letters)]),
        gauge("bot_unknown_entries", "Messages that may or may not have been accepted.", [({}, seen.unknown)]),
        gauge(
            "bot_channel_held",
            "1: nothing leaves by this channel; `by` breaker, alarm or person.",
            [({"channel": one.name, "by": one.held or "nothing"}, 1 if one.held else 0) for one in seen.channels],
        ),
        gauge(
            "bot_channel_rate",
            "Messages a second that the channel may send now.",
            [({"channel": one.name}, one.per_s) for one in seen.channels],
        ),
        gauge(
            "bot_level_used",
            "Contacts that business-initiated messages reached in the rolling 24 hours.",
            [({"channel": one.name}, one.level_used) for one in seen.channels if one.level_limit is not None],
        ),
        gauge(
            "bot_level_limit",
            "How many of them there may be.",
            [({"channel": one.name}, one.level_limit) for one in seen.channels if one.level_limit is not None],
        ),
        gauge(
            "bot_templates_paused",
            "Templates that the provider refuses now.",
            [({"channel": one.name}, len(one.paused_templates)) for one in seen.channels],
        ),
        gauge(
            "bot_campaigns",
            "Campaigns under way.",
            [({"state": state}, campaigns[state]) for state in ("sending", "paused")],
        ),
        gauge("bot_processes", "Processes of this store.", [({"state": one}, alive[one]) for one in ("alive", "gone")]),
        gauge("bot_store_memory_bytes", "What the store uses.", [({}, seen.store.memory_bytes)]),
        gauge("bot_store_memory_limit_bytes", "0: none is set.", [({}, seen.store.memory_limit_bytes)]),
        gauge("bot_store_cannot_write", "1: the store cannot write its files.", [({}, bool(seen.store.trouble))]),
    ]


def _process(beat: Beat, now_ms: int, gone: bool) -> ProcessSeen:
    return ProcessSeen(
        name=beat.name,
        role=beat.role,
        alive=beat.is_alive(now_ms) and not gone,
        version=beat.version,
        pid=beat.pid,
        started_at=from_ms(beat.started_at).isoformat(timespec="seconds"),
        seen_s=round((now_ms - beat.seen_at) / 1000, 1),
        turns=beat.turns,
        sends=beat.sends,
        refused=beat.refused,
    )


def _dialog(record: Record) -> DialogSeen:
    trial, why = record.trial, record.withdrawn.get(record.last, "")
    return DialogSeen(
        name=record.dialog,
        live=record.live,
        trial=trial.number if trial else 0,
        share=trial.share if trial else 0.0,
        withdrawn=record.last if why else 0,
        why=why,
        moving=record.moving,
    )


def _channel(state: ChannelState, limit: Limited) -> ChannelSeen:
    def at(ms: int) -> str | None:
        return from_ms(ms).isoformat(timespec="seconds") if ms else None

    paused = [" ".join(template) for template in state.templates]
    return ChannelSeen(
        name=limit.channel,
        held=state.kind or "",
        code=state.code,
        why=state.why,
        since=at(state.since_ms),
        until=at(state.until_ms),
        paused_templates=paused,
        per_s=round(limit.per_s, 3),
        level_limit=limit.level.limit if limit.level else None,
        level_used=limit.level.used if limit.level else 0,
    )
