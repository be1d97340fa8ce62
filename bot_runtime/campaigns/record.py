"""A campaign's record: what was chosen, where it stands, when things happened, and who did what.

Changed by compare-and-set of its revision. The record alone says what is so; the two indexes (all campaigns, and those
with something to do) live in another slot and only say where to look: an entry is written before the record it leads
to, so that a process that dies in between leaves an entry that leads nowhere, never a record that nobody finds.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import structs

from bot_runtime.campaigns.machine import State
from bot_runtime.campaigns.policies import BUSY, ORDINARY
from bot_runtime.campaigns.problems import Fault
from bot_runtime.campaigns.reminders import Reminder
from bot_runtime.dialogs.events import LateAnswers
from bot_runtime.errors import BotRuntimeError
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script
from bot_runtime.workspace import Template

_SAVE = Script.load("campaign_save")
_UNWATCH = Script.load("campaign_unwatch")
FRESH_MS = 60_000  # somebody who just asked for a look may not have saved the record yet


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    kind: str
    text: str
    payload: str = ""
    url: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The template as it was when the list was checked: what each recipient gets, whatever becomes of it (F154)."""

    name: str
    language: str
    header: dict[str, str] | None = None
    body: str
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    parameters: tuple[str, ...] = ()
    content_sid: str = ""


class Sms(msgspec.Struct, frozen=True):
    """What the messages cost as SMS: parts of all together, of the longest, and how many go over the budget (D10)."""

    parts: int
    most: int
    over_budget: int


class Campaign(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Times are in ms on the store's clock, 0: not yet. `planned`: contacts at launch; `cause`: why it is paused.

    `links`: a list's header → metadata key, None: left out. `ends_at` is exact once all is settled (D36).
    """

    id: str
    rev: int = 0
    name: str
    state: State
    channel: str
    department: str = ""
    template: str
    language: str
    expects_answer: bool
    wait_s: int = 0
    remind: tuple[Reminder, ...] = ()
    late: LateAnswers = ORDINARY
    busy: str = BUSY[0]
    dialog: str = ""
    allow_repeats: bool = False
    links: dict[str, str | None] = {}
    content: Content
    file: str = ""
    sheet: str = ""  # digest of the list as it came
    contacts: int = 0
    messages: int = 0  # more than contacts where phones come again
    skip_wrong: bool = False  # a person chose to go on without the wrong rows (D25)
    dropped: int = 0  # so many
    sms: Sms | None = None
    planned: int = 0
    created_at: int
    created_by: str
    changed_at: int = 0
    scheduled_at: int = 0
    zone: str = ""
    sent_at: int = 0
    ends_at: int = 0
    cause: str = ""
    archived: bool = False
    deleted: bool = False
    goal: str = ""  # what it is for; with `expects` (datum → type) and `custom_data`: F022
    expects: dict[str, str] = {}
    custom_data: tuple[str, ...] = ()
    reviewed: bool = False  # a person resumed it after too many refusals: not paused for that again (D40)


class ChangedMeanwhile(BotRuntimeError):
    """Somebody else changed the campaign between our reading and our writing."""


class Placed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a column of the list is used for; `metadata` is a key, None where it is none."""

    column: str
    header: str
    use: str
    name: str = ""
    metadata: str | None = None


class Problems(msgspec.Struct, frozen=True):
    """What was wrong with the list: the first faults, how many there are, and what each column was taken for."""

    faults: tuple[Fault, ...] = ()
    total: int = 0
    columns: tuple[Placed, ...] = ()


_decode = msgspec.json.Decoder(Campaign).decode
_encode = msgspec.json.Encoder().encode


def content_of(template: Template) -> Content:
    return Content(
        name=template.name,
        language=template.language,
        header=dict(template.header) if template.header else None,
        body=template.body,
        footer=template.footer,
        buttons=tuple(Button(one.kind, one.text, one.payload, one.url) for one in template.buttons),
        parameters=template.parameters,
        content_sid=template.content_sid,
    )


class CampaignRecords:
    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    def now_ms(self) -> int:
        return self._store.clock.now_ms()

    async def get(self, campaign: str) -> Campaign | None:
        """None: there is none, or it was deleted."""
        key = self._keys.campaign(campaign, "record")
        raw = await self._store.command("HGET", key, "json", key=key)
        found = _decode(raw) if raw else None
        return None if found is None or found.deleted else found

    async def many(self, campaigns: Sequence[str]) -> list[Campaign]:
        found = await asyncio.gather(*map(self.get, campaigns))
        return [one for one in found if one is not None]

    async def ids(self, before_ms: float | None = None) -> list[tuple[str, int]]:
        """Every campaign with the time it was made, newest first; those made before a time only."""
        highest = "+inf" if before_ms is None else f"({before_ms}"
        key = self._keys.campaigns("all")
        flat = await self._store.command("ZRANGE", key, highest, "-inf", "BYSCORE", "REV", "WITHSCORES", key=key)
        return [(flat[at].decode(), int(float(flat[at + 1]))) for at in range(0, len(flat), 2)]

    async def add(self, campaign: Campaign, by: str, **facts: Any) -> Campaign | None:
        """Keep a new one; None: there is one of that id."""
        key = self._keys.campaigns("all")
        await self._store.command("ZADD", key, "NX", campaign.created_at, campaign.id, key=key)
        return await self._write(None, campaign, by, "created", facts)

    async def save(self, before: Campaign, after: Campaign, by: str, what: str, **facts: Any) -> Campaign:
        """Keep a change. `by` is a caller's id, `what` an action or trigger.

        Raises:
            ChangedMeanwhile: it is no longer as `before`.
        """
        saved = await self._write(before, after, by, what, facts)
        if saved is None:
            raise ChangedMeanwhile(before.id)
        return saved

    async def _write(
        self, before: Campaign | None, after: Campaign, by: str, what: str, facts: Mapping[str, Any]
    ) -> Campaign | None:
        rev = before.rev if before else 0
        now = self.now_ms()
        after = structs.replace(after, rev=rev + 1, changed_at=now)
        line = {"at": now, "by": by, "what": what, "from": before.state if before else "", "to": after.state, **facts}
        names = [self._keys.campaign(after.id, part) for part in ("record", "audit")]
        if not await self._store.run(_SAVE, names, [rev, _encode(after), after.rev, _encode(line)]):
            return None
        key = self._keys.campaigns("changed")
        await self._store.command("ZADD", key, now, after.id, key=key)
        return after

    async def changed(self, since_ms: int) -> list[str]:
        """The campaigns whose record changed since a time."""
        key = self._keys.campaigns("changed")
        return [one.decode() for one in await self._store.command("ZRANGE", key, since_ms, "+inf", "BYSCORE", key=key)]

    async def audit(self, campaign: str) -> list[dict[str, Any]]:
        """Who did what when, oldest first: `{at, by, what, from, to}` and facts."""
        key = self._keys.campaign(campaign, "audit")
        return [msgspec.json.decode(raw) for raw in await self._store.command("LRANGE", key, 0, -1, key=key)]

    # What has something to do

    async def watch(self, campaign: str, at_ms: int) -> None:
        """Look at this campaign at `at_ms`; called before the change that gives it something to do."""
        key = self._keys.campaigns("watched")
        await self._store.command("ZADD", key, at_ms, campaign, key=key)

    async def watched(self, now_ms: int) -> list[tuple[str, int]]:
        """The campaigns to look at now, with when each was due."""
        key = self._keys.campaigns("watched")
        flat = await self._store.command("ZRANGE", key, "-inf", now_ms, "BYSCORE", "WITHSCORES", key=key)
        return [(flat[at].decode(), int(float(flat[at + 1]))) for at in range(0, len(flat), 2)]

    async def look_again(self, campaign: str, seen_ms: int, next_ms: int | None) -> None:
        """Look at `next_ms`, None: never, unless another look was asked for meanwhile."""
        if next_ms is None and self.now_ms() - seen_ms < FRESH_MS:
            return
        args = [campaign, str(seen_ms), "" if next_ms is None else str(next_ms)]
        await self._store.run(_UNWATCH, [self._keys.campaigns("watched")], args)

    # The list as it came, and what was wrong with it

    async def keep(self, campaign: str, part: str, value: bytes) -> None:
        key = self._keys.campaign(campaign, part)
        await self._store.command("SET", key, value, key=key)

    async def kept(self, campaign: str, part: str) -> bytes | None:
        key = self._keys.campaign(campaign, part)
        raw: bytes | None = await self._store.command("GET", key, key=key)
        return raw

    async def keep_problems(self, campaign: str, problems: Problems) -> None:
        await self.keep(campaign, "problems", _encode(problems))

    async def problems(self, campaign: str) -> Problems:
        raw = await self.kept(campaign, "problems")
        return msgspec.json.decode(raw, type=Problems) if raw else Problems()

    async def forget(self, campaign: str, *parts: str) -> None:
        names = [self._keys.campaign(campaign, part) for part in parts]
        await self._store.command("UNLINK", *names, key=names[0])
