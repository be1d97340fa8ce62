"""What the providers say of our templates (F074, F080): asked on demand, kept in the store, by channel.

The workspace's files say what a template holds; whether it may be sent is the provider's word once a channel was
synced, and the file's `status` until then. A template that the provider does not list at all is `missing`.
"""

import asyncio
from collections.abc import Mapping

import msgspec

from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.workspace import Workspace

SYNCED = "synced_at"
MISSING = "missing"


class TemplateState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the provider says of one template. `status`: approved, pending, rejected, paused, disabled…"""

    name: str
    language: str
    status: str
    category: str = ""
    reason: str = ""


_state = msgspec.json.Decoder(TemplateState)


class Catalogue:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def save(self, channel: str, states: list[TemplateState]) -> None:
        """Keep what the provider lists for `channel` now, in place of what it listed before."""
        key = self._keys.template_states(channel)
        fields: list[str | bytes | int] = [SYNCED, self._store.clock.now_ms()]
        for state in states:
            fields += [f"{state.name}/{state.language}", msgspec.json.encode(state)]
        known = {field.decode() for field in await self._store.command("HKEYS", key, key=key)}
        await self._store.command("HSET", key, *fields, key=key)  # first the new: nothing looks unsynced meanwhile
        if gone := known - {str(field) for field in fields[::2]}:
            await self._store.command("HDEL", key, *gone, key=key)

    async def states(self, channel: str) -> tuple[int, dict[tuple[str, str], TemplateState]]:
        """When the channel was synced (ms; 0 never), and what the provider listed."""
        key = self._keys.template_states(channel)
        flat = await self._store.command("HGETALL", key, key=key)
        fields = dict(zip(flat[::2], flat[1::2], strict=True))
        synced_at = int(fields.pop(SYNCED.encode(), 0))
        found = map(_state.decode, fields.values())
        return synced_at, {(state.name, state.language): state for state in found}

    async def statuses(self, workspace: Workspace) -> dict[tuple[str, str, str], str]:
        """The provider's word on our templates: (channel, name, language) → status; synced channels only."""
        names = list(workspace.channels)
        found = await asyncio.gather(*map(self.states, names))
        return {
            (channel, *template): listed[template].status if template in listed else MISSING
            for channel, (synced_at, listed) in zip(names, found, strict=True)
            if synced_at
            for template in workspace.templates
        }


def status_of(statuses: Mapping[tuple[str, str, str], str], channel: str, name: str, language: str, file: str) -> str:
    return statuses.get((channel, name, language), file)
