"""What the providers say of our templates (F074, F080): asked daily and on demand, kept in the store, by channel.

The workspace's files say what a template holds; whether it may be sent is the provider's word once a channel was
synced, and the file's `status` until then. A template that the provider does not list at all is `missing`.
"""

import asyncio
import secrets
from typing import TypeGuard

import msgspec

from bot_runtime.channels.base import ListedTemplate
from bot_runtime.channels.sender import Sender
from bot_runtime.channels.whatsapp import WhatsAppCloud
from bot_runtime.errors import BotRuntimeError
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script
from bot_runtime.workspace import Workspace

SYNCED = "synced_at"
MISSING = "missing"
MOST_PAGES = 200


_state = msgspec.json.Decoder(ListedTemplate)
_DUE = Script.load("template_due")


class ListsNothing(BotRuntimeError):
    """The channel's provider has no list of templates: the workspace's files alone count."""


def lists_templates(channel: object) -> TypeGuard[WhatsAppCloud]:
    """Whether the channel's provider has a list of templates to ask for."""
    return isinstance(channel, WhatsAppCloud) and bool(channel.waba_id)


class Catalogue:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def sync(self, channel: object, sender: Sender) -> list[ListedTemplate]:
        """Ask the provider what it lists for a channel, all pages of it, and keep that.

        Raises:
            ListsNothing: there is no list to ask for.
            SendFailed: the provider refused, or did not answer; what was known stays.
        """
        if not lists_templates(channel):
            raise ListsNothing("this channel's provider lists no templates (WhatsApp: set waba_id)")
        found: list[ListedTemplate] = []
        request = channel.render_templates()
        for _ in range(MOST_PAGES):
            if request is None:
                break
            listed, after = channel.templates_in(*await sender.fetch(request))
            found += listed
            request = channel.render_templates(after) if after else None
        await self.save(channel.name, found)
        return found

    async def take_look(self, channel: str, first_ms: int, again_ms: int) -> bool:
        """Whether it is time to ask the provider, and ours to do; the first time `first_ms` after the first call."""
        args: list[Argument] = [self._store.clock.offset_ms, first_ms, again_ms, secrets.token_hex(8)]
        return bool(await self._store.run(_DUE, [self._keys.template_look(channel)], args))

    async def look_again(self, channel: str, in_ms: int) -> None:
        """When whoever asks next is to look."""
        key = self._keys.template_look(channel)
        await self._store.command("HSET", key, "next", self._store.clock.now_ms() + in_ms, key=key)

    async def save(self, channel: str, states: list[ListedTemplate]) -> None:
        """Keep what the provider lists for `channel` now, in place of what it listed before."""
        key = self._keys.template_states(channel)
        fields: list[str | bytes | int] = [SYNCED, self._store.clock.now_ms()]
        for state in states:
            fields += [f"{state.name}/{state.language}", msgspec.json.encode(state)]
        known = {field.decode() for field in await self._store.command("HKEYS", key, key=key)}
        await self._store.command("HSET", key, *fields, key=key)  # first the new: nothing looks unsynced meanwhile
        if gone := known - {str(field) for field in fields[::2]}:
            await self._store.command("HDEL", key, *gone, key=key)

    async def states(self, channel: str) -> tuple[int, dict[tuple[str, str], ListedTemplate]]:
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
