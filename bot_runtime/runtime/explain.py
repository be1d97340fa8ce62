"""Reading what explains: all there is on a contact, and the facts by which a campaign's message went or did not."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from bot_runtime.campaigns.service import Campaigns
from bot_runtime.channels.errors import meaning
from bot_runtime.runtime.busy import talks_with
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.journal import Line
from bot_runtime.runtime.limits import Limits
from bot_runtime.runtime.verdicts import Facts
from bot_runtime.store.campaigns import Row, RowState
from bot_runtime.store.channel_states import ChannelStates
from bot_runtime.store.clock import from_ms
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.dead_letters import DeadLetters
from bot_runtime.store.keys import ContactId, Keys, shard_of
from bot_runtime.store.limits import LimitStore
from bot_runtime.store.outbox import Meta, Outbox
from bot_runtime.tickets import desk
from bot_runtime.tickets.model import WITH_PEOPLE
from bot_runtime.workspace import Workspace

ENTRIES = 20

_line = msgspec.json.Decoder(Line)


class Explaining:
    def __init__(self, store: Store, keys: Keys, workspace: Workspace) -> None:
        self._store, self._keys, self._workspace = store, keys, workspace
        self._contacts, self._outbox = Contacts(store, keys), Outbox(store, keys)
        self._channels = ChannelStates(store, keys)
        self.campaigns = Campaigns(store, keys, lambda: workspace)
        definitions = Definitions(store, keys, "")
        definitions.workspace = workspace
        self._limits = Limits(LimitStore(store, keys), definitions)

    async def find(self, who: str, address: str | None) -> ContactId | None:
        """The contact with this id (an entry's or a ticket's leads there, too) or at this canonical address."""
        if address is not None and (found := await self._contacts.find(address)):
            return found
        shard = shard_of(ContactId(who))
        if not (shard.isascii() and shard.isdigit() and int(shard) < self._keys.shards):
            return None
        contact = ContactId(".".join(who.partition("-")[0].split(".")[:2]))
        key = self._keys.contact(contact)
        return contact if await self._store.command("EXISTS", key, key=key) else None

    async def contact(self, contact: ContactId, lines: int, language: str) -> dict[str, Any]:
        """Session, waits, consent, window, tickets, messages with their evidence, and the journal with its causes."""
        record, journal, entries, waiting, letters = await asyncio.gather(
            self._record(contact),
            self._list(self._keys.journal(contact), -lines, -1),
            self._outbox.entries(contact),
            self._list(self._keys.inbox(contact), 0, -1),
            DeadLetters(self._store, self._keys).all(),
        )
        told = [_line.decode(raw) for raw in journal]
        texts = {number: text for line in told for number, text in line.sent}
        of_channel = {number: line.channel for line in told for number, _ in line.sent}
        shown = sorted(entries.items(), key=lambda one: int(one[0]))[-ENTRIES:]
        return {
            "contact": contact,
            "name": record.text("name"),
            "addresses": sorted(field[1:].decode() for field in record.fields if field.startswith(b"@")),
            "channels": {name: await self._channel(record, name) for name in self._workspace.channels},
            "tickets": [
                {
                    "id": one.id,
                    "state": one.state,
                    "channel": one.channel,
                    "department": one.department,
                    "owner": one.owner,
                    "campaign": one.campaign,
                    "since": _at(one.changed_at),
                }
                for one in record.tickets()
            ],
            "messages": [
                self._message(contact, number, meta, of_channel.get(int(number), ""), texts, language)
                for number, meta in shown
            ],
            "waiting": [_kind(raw) for raw in waiting],
            "dead_letters": [one.id for one in letters if one.contact == contact],
            "journal": [_told(line, entries) for line in told],
        }

    async def _channel(self, record: Contact, name: str) -> dict[str, Any]:
        session, consent = record.session(name), record.consent(name)
        timer = f"{record.id}|{name}|{session.wait}" if session else ""
        key = self._keys.timers(shard_of(ContactId(record.id)))
        due = await self._store.command("ZSCORE", key, timer, key=key) if timer else None
        state = await self._channels.channel_state(name)
        return {
            "session": msgspec.to_builtins(session) if session else None,
            "wait_ends": _at(float(due)) if due else None,
            "opted_out": {"since": _at(consent.at), "evidence": consent.evidence} if consent else None,
            "window_closes": _at(record.window_closes_at(name)),
            "left_alone_until": _at(int(record.text(f"rest:{name}") or 0)),
            "bot_stopped": record.guard(name).stopped or None,
            "held": {"by": state.kind, "code": state.code, "why": state.why} if state.held else None,
        }

    def _message(
        self, contact: str, number: str, meta: Meta, channel: str, texts: Mapping[int, str], language: str
    ) -> dict[str, Any]:
        config = self._workspace.channels.get(channel or meta.ch)
        means = ""
        if meta.e.isdigit() and config is not None:
            said = meaning(config.provider, meta.e)
            means = said.es if language.startswith("es") else said.en
        return {
            "id": f"{contact}.{number}",
            "text": texts.get(int(number), ""),
            "status": meta.s,
            "kind": meta.k,
            "code": meta.e,
            "means": means,
            "evidence": meta.x,
            "campaign_row": meta.g,
            "queued": _at(meta.c),
            "left": _at(meta.m or 0),
            "tries": meta.t,
            "resent": bool(meta.r),
        }

    async def row(self, campaign_id: str, number: int) -> tuple[Row, RowState] | None:
        return await self.campaigns.rows.row(campaign_id, number)

    async def row_of(self, campaign_id: str, contact: ContactId) -> tuple[Row, RowState] | None:
        """The contact's (last) row in a campaign."""
        rows = await self.campaigns.rows.rows(campaign_id)
        return next((one for one in reversed(rows) if one[0].contact == contact), None)

    async def facts(self, campaign_id: str, found: tuple[Row, RowState] | None) -> Facts:
        """What the gates look at for one recipient, now.

        Raises:
            Refused: there is no such campaign.
        """
        campaign = await self.campaigns.get(campaign_id)
        now_ms = self._store.clock.now_ms()
        told = {"now_ms": now_ms, "campaign_state": campaign.state, "campaign_cause": campaign.cause}
        if found is None:
            return Facts(status="", **told)  # type: ignore[arg-type]
        row, state = found
        contact = ContactId(row.contact)
        channel = campaign.channel
        counts = self._keys.campaign_rows(shard_of(contact), campaign_id, "n")
        inbox = self._keys.inbox(contact)
        record, entries, gate, unread, held, room = await asyncio.gather(
            self._record(contact),
            self._outbox.entries(contact),
            self._store.command("HGET", counts, "gate", key=counts),
            self._store.command("LLEN", inbox, key=inbox),
            self._channels.channel_state(channel),
            self._limits.room(channel) if channel in self._workspace.channels else _nothing(),
        )
        of_row = [one for one in entries.items() if one[1].g == f"{campaign_id}:{row.number}"]
        number, meta = max(of_row, key=lambda one: int(one[0]), default=("", None))
        consent = record.consent(channel)
        ticket = desk.current(record.tickets(), channel)
        paused = held.templates.get((campaign.template, campaign.language))
        return Facts(
            **told,  # type: ignore[arg-type]
            status=state.s,
            cause=state.e,
            gate=gate.decode() if gate else "",
            opted_out_ms=consent.at if consent else 0,
            rests_until_ms=int(record.text(f"rest:{channel}") or 0),
            unread=unread,
            window_closes_ms=record.window_closes_at(channel),
            with_people=ticket is not None and ticket.state in WITH_PEOPLE,
            talks_with=talks_with(record.session(channel), ticket),
            busy=campaign.busy,
            waits_since_ms=state.h,
            level_limit=room.limit if room else None,
            level_used=room.used if room else 0,
            level_wait_ms=room.wait_ms if room else 0,
            held=held.kind or "",
            held_code=held.code,
            held_why=held.why,
            template_paused=paused.code if paused else "",
            entry=f"{contact}.{number}" if number else "",
            entry_status=meta.s if meta else "",
            tries=meta.t if meta else 0,
            external_id=meta.x if meta else "",
        )

    async def _record(self, contact: ContactId) -> Contact:
        key = self._keys.contact(contact)
        raw = await self._store.command("HGETALL", key, key=key)
        return Contact(contact, dict(zip(raw[::2], raw[1::2], strict=True)))

    async def _list(self, key: str, first: int, last: int) -> list[bytes]:
        found: list[bytes] = await self._store.command("LRANGE", key, first, last, key=key)
        return found


async def _nothing() -> None:
    return None


def _at(ms: float) -> str | None:
    return from_ms(ms).isoformat(timespec="seconds") if ms else None


def _kind(raw: bytes) -> dict[str, str]:
    number, _, event = raw.partition(b"|")
    try:
        kind = str(msgspec.json.decode(event).get("is", ""))
    except (msgspec.DecodeError, AttributeError):
        kind = "unreadable"
    return {"number": number.decode(), "event": kind}


def _told(line: Line, entries: Mapping[str, Meta]) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(line)
    told["at"] = _at(line.at)
    told["sent"] = [
        {"entry": number, "text": text, "status": entries[str(number)].s if str(number) in entries else "gone"}
        for number, text in line.sent
    ]
    return told
