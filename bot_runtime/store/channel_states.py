"""Whether a channel may send at all, and which of its templates: one small hash a channel, shared by all processes.

Nothing on the way of a message asks for it: each process reads it twice a second while it sends, so that a hold counts
everywhere within half a second and costs no message anything.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script

Hold = Literal["breaker", "alarm", "person"]
"""What holds a channel: it failed too often, its credentials or account are refused, somebody said so."""

_HOLD = Script.load("hold_channel")
_PROBE = Script.load("probe_channel")
_RELEASE = Script.load("release_channel")
_WAKE = Script.load("wake_lanes")
WAKE_AT_ONCE = 500
_TEMPLATE = "t:"


class PausedTemplate(msgspec.Struct, frozen=True):
    """A template that the provider refuses as such (D16): since when, with which code, and when to look again (ms)."""

    code: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class ChannelState:
    """`kind` is what holds the channel, None: nothing does. `why` is for people, `code` the provider's.

    `until_ms`: when one message may try again; 0: only a person releases it. `templates` are the paused ones by
    (name, language).
    """

    kind: Hold | None
    code: str
    why: str
    since_ms: int
    until_ms: int
    templates: dict[tuple[str, str], PausedTemplate]

    @property
    def held(self) -> bool:
        return self.kind is not None

    @property
    def breaker(self) -> bool:
        """It is held because too many of its last attempts failed, and only for that."""
        return self.kind == "breaker"


class ChannelStates:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def channel_state(self, channel: str) -> ChannelState:
        key = self._keys.channel_state(channel)
        flat = await self._store.command("HGETALL", key, key=key)
        fields = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
        templates = {
            _names(name): msgspec.json.decode(value, type=PausedTemplate)
            for name, value in fields.items()
            if name.startswith(_TEMPLATE)
        }
        text = {name: value.decode() for name, value in fields.items() if not name.startswith(_TEMPLATE)}
        kind: Hold | None = text.get("kind")
        since, until = int(text.get("since", 0)), int(text.get("until", 0))
        return ChannelState(kind, text.get("code", ""), text.get("why", ""), since, until, templates)

    async def hold_channel(self, channel: str, kind: Hold, code: str, why: str, probe_ms: int = 0) -> bool:
        """Let nothing leave by a channel; after `probe_ms` one message may try (0: not before a person releases it).

        Returns whether it was not held so before.
        """
        args: list[Argument] = [self._store.clock.offset_ms, kind, code, why, probe_ms]
        return bool(await self._store.run(_HOLD, [self._keys.channel_state(channel)], args))

    async def probe_channel(self, channel: str, again_ms: int) -> Literal["go", "wait", "open"]:
        """May one message try a held channel now? One process at a time is told to go, the next `again_ms` later."""
        args: list[Argument] = [self._store.clock.offset_ms, again_ms]
        answer = await self._store.run(_PROBE, [self._keys.channel_state(channel)], args)
        return ("wait", "go", "open")[answer]

    async def release_channel(self, channel: str, since_ms: int | None = None) -> bool:
        """Let a channel send again; whether it was held. With `since_ms`, only if it is held since then."""
        args: list[Argument] = [self._store.clock.offset_ms, "" if since_ms is None else since_ms]
        return bool(await self._store.run(_RELEASE, [self._keys.channel_state(channel)], args))

    async def wake_lanes(self, channel: str) -> int:
        """Let what waited for a channel or a template leave now; how many lanes that are."""
        return sum([await self._wake_shard(channel, shard) for shard in range(self._keys.shards)])

    async def _wake_shard(self, channel: str, shard: int) -> int:
        woken = skipped = 0
        while True:
            args: list[Argument] = [self._store.clock.offset_ms, f"|{channel}", skipped, WAKE_AT_ONCE]
            looked_at, some = await self._store.run(_WAKE, [self._keys.lanes(shard)], args)
            woken += int(some)
            skipped += int(looked_at) - int(some)
            if looked_at < WAKE_AT_ONCE:
                return woken

    async def pause_template(self, channel: str, template: tuple[str, str], code: str, look_ms: int) -> bool:
        """Keep what is to leave by this template until it is usable again; whether it was not paused before."""
        key, now = self._keys.channel_state(channel), self._store.clock.now_ms()
        paused = msgspec.json.encode(PausedTemplate(code, now, now + look_ms))
        return bool(await self._store.command("HSET", key, _field(template), paused, key=key))

    async def resync_now(self, channel: str, every_ms: int) -> bool:
        """Whether it is for us to ask the provider for its templates: one process does, so often."""
        key = self._keys.resync(channel)
        return bool(await self._store.command("SET", key, "1", "NX", "PX", every_ms, key=key))

    async def release_template(self, channel: str, template: tuple[str, str]) -> bool:
        """Let a template be sent again; whether it was paused."""
        key = self._keys.channel_state(channel)
        return bool(await self._store.command("HDEL", key, _field(template), key=key))


def _field(template: tuple[str, str]) -> str:
    return f"{_TEMPLATE}{'/'.join(template)}"


def _names(field: str) -> tuple[str, str]:
    name, _, language = field.removeprefix(_TEMPLATE).rpartition("/")
    return name, language
