"""Telling a contact's session that something happened outside (F062), and what became of it; entering what is known of
the contact."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot_runtime.channels.addresses import from_provider
from bot_runtime.dialogs.events import ContactChanged, OutsideEvent
from bot_runtime.dialogs.outside import awaited
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.decide_contact import Known
from bot_runtime.runtime.decide_outside import Moved
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Claim, Contacts
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.outcomes import outcome_of

_ID = re.compile(r"[0-9]{1,4}\.[0-9a-f]{4,64}")


class OutsideEvents:
    """`start_turns` takes on a contact that we hold after appending an event (None: others take the turn)."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        contacts: Contacts,
        definitions: Definitions,
        start_turns: Callable[[Claim], None] | None,
    ) -> None:
        self._store, self._keys, self._contacts = store, keys, contacts
        self._definitions, self._start_turns = definitions, start_turns

    async def happen(
        self, whom: str, name: str, data: Mapping[str, Any], *, channel: str = "", key: str = "", by: str = ""
    ) -> Moved:
        """Let the session of `whom` (a number with its country code, or a contact's id) take the event as a turn.

        `channel` empty: the one whose session waits for it. `key`: an event of the same key moves a contact once.

        Raises:
            StoreUnavailable: nobody took the turn in time; with a key, asking again is safe.
        """
        contact = await self.find(whom)
        fields = await self._fields(contact) if contact else {}
        if contact is None or not fields:
            return Moved("not_waiting", channel)
        known = Contact(contact, fields)
        event = OutsideEvent(
            at=self._store.clock.now(),
            channel=channel or await self._channel(known, name),
            name=name,
            data=dict(data),
            key=key,
            request=uuid.uuid4().hex,
            by=by,
        )
        if not event.channel:
            return Moved("not_waiting")
        return msgspec.json.decode(await self._taken(contact, event), type=Moved)

    async def change(self, whom: str, name: str | None, language: str | None, *, by: str) -> Known | None:
        """Keep what somebody entered about a contact; None: there is no such contact.

        Raises:
            StoreUnavailable: nobody took the turn in time; asking again is safe.
        """
        contact = await self.find(whom)
        fields = await self._fields(contact) if contact else {}
        if contact is None or not fields:
            return None
        channels = [each for each in self._definitions.channels if f"to:{each}".encode() in fields]
        event = ContactChanged(
            at=self._store.clock.now(),
            channel=next(iter([*channels, *self._definitions.channels])),
            name=name,
            language=language,
            request=uuid.uuid4().hex,
            by=by,
        )
        return msgspec.json.decode(await self._taken(contact, event), type=Known)

    async def _taken(self, contact: ContactId, event: OutsideEvent | ContactChanged) -> bytes:
        """Append the event and wait for what its turn says."""
        _, claim, _ = await self._contacts.append(
            [], event.channel, event, None, claim=self._start_turns is not None, contact=contact
        )
        if claim and self._start_turns:
            self._start_turns(claim)
        return await outcome_of(self._store, self._keys.result(contact, event.request))

    async def find(self, whom: str) -> ContactId | None:
        """The contact of a number with its country code, or of an id."""
        if address := from_provider(whom):
            return await self._contacts.find(address.canonical)
        if _ID.fullmatch(whom) and int(shard_of(ContactId(whom))) < self._keys.shards:
            return ContactId(whom)
        return None

    async def _fields(self, contact: ContactId) -> dict[bytes, bytes]:
        key = self._keys.contact(contact)
        raw = await self._store.command("HGETALL", key, key=key)
        return dict(zip(raw[::2], raw[1::2], strict=True))

    async def _channel(self, contact: Contact, name: str) -> str:
        """Where the session waits for `name`; else where there is any session, whose turn says that it does not."""
        talking = [each for each in self._definitions.channels if contact.session(each) is not None]
        for each in talking:
            session = contact.session(each)
            pinned = await self._definitions.pinned(session.dialog, session.version) if session else None
            event = OutsideEvent(at=self._store.clock.now(), channel=each, name=name)
            if pinned is not None and awaited(pinned, session, event) is not None:
                return each
        return talking[0] if talking else ""
