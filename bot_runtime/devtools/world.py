"""The simulated world: phones, what they show, every provider call, faults on demand, and the live feed.

Nothing here knows a provider or the network. Everything that changes is published under a growing number, so that a
page, a test or a file can follow along: `feed` keeps the newest, `until` waits for a condition, `listen` hears all.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal

import msgspec

from bot_runtime.devtools.numbers import line, made_up_numbers, same_line, user_id_of

Kind = Literal[
    "text",
    "buttons",
    "list",
    "template",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "reaction",
    "contacts",
    "other",
]
WINDOW = timedelta(hours=24)
RANK = {"sent": 1, "delivered": 2, "read": 3, "failed": 9}


class Phone(msgspec.Struct, kw_only=True):
    """A contact's phone on one channel. `user_id` is WhatsApp's id of the person; `hidden` phones show only that.

    Somebody simulated answers on a `simulated` one (`population.py`); the phone page shows it when asked to.
    """

    id: str
    name: str
    number: str
    channel: str
    user_id: str = ""
    hidden: bool = False
    simulated: bool = False


class Button(msgspec.Struct):
    text: str
    payload: str = ""
    url: str = ""


class Row(msgspec.Struct):
    id: str
    title: str
    description: str = ""


class Rows(msgspec.Struct):
    """A list message: `button` opens it."""

    button: str
    rows: list[Row]


class Media(msgspec.Struct):
    kind: str
    link: str
    caption: str = ""
    filename: str = ""


class Place(msgspec.Struct):
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class Sms(msgspec.Struct):
    """What a text costs as SMS; `budget` is what is left in its last part."""

    encoding: str
    units: int
    parts: int
    budget: int


class Message(msgspec.Struct, kw_only=True, rename={"sender": "from"}):
    """One bubble. `id` is the provider's; `entry` our id as the server sent it; `template` its name."""

    id: str
    phone: str
    sender: Literal["contact", "bot"]
    at: datetime
    kind: Kind
    text: str = ""
    header: str = ""
    footer: str = ""
    buttons: list[Button] = []
    list: Rows | None = None
    media: Media | None = None
    location: Place | None = None
    status: Literal["sent", "delivered", "read", "failed"] = "sent"
    error: str = ""
    quoted: str = ""
    sms: Sms | None = None
    template: str = ""
    entry: str = ""


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The next `count` sends of `channel` go wrong.

    `code`: refuse with this provider code (and HTTP `status`, where its usual one won't do). `on="delivery"`: accept,
    then report it failed. `drop`: cut the connection after reading. `hang_s`: answer nothing for so long, then cut it.
    With `accept` the message was taken all the same (and a call that hung gets its late answer). `delay_ms` only slows
    it down. `retry_after_s` goes with a refusal. `answer`: what the answer looks like instead (the message was taken):
    nothing at all, a page of HTML, 100 MB, JSON without an id, or bytes that drip in for `hang_s`. `silent`: nothing is
    ever reported on it. `to` narrows it to one recipient.
    """

    channel: str
    count: int = 1
    code: int | None = None
    status: int | None = None
    on: Literal["send", "delivery"] = "send"
    hang_s: float = 0
    drop: bool = False
    accept: bool = False
    delay_ms: int = 0
    retry_after_s: float = 0
    answer: Literal["", "empty", "html", "huge", "no_id", "drip"] = ""
    silent: bool = False
    to: str = ""


class Call(msgspec.Struct, kw_only=True):
    """A provider call as received. `body` is the JSON, or the form as pairs; `status` 0: never answered."""

    seq: int
    at: datetime
    channel: str
    method: str
    path: str
    body: Any
    status: int = 0
    code: int | None = None
    message: str = ""
    note: str = ""


class World:
    """In-memory state of every simulated phone and provider.

    `now` is the world's clock. `first_seq` lets a restarted world go on numbering above what pages have already seen.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), first_seq: int = 0) -> None:
        self.now = now
        self.phones: dict[str, Phone] = {}
        self.messages: dict[str, Message] = {}
        self.by_phone: dict[str, list[Message]] = {}
        self.ledger: deque[Call] = deque(maxlen=200_000)
        self.faults: list[Fault] = []
        self.feed: deque[dict[str, Any]] = deque(maxlen=5_000)
        self.last_contact_at: dict[str, datetime] = {}
        self.seq = first_seq
        self.first_seq = first_seq
        self._shown_phones: list[dict[str, Any]] = []  # one list for all lines about phones: the newest is what counts
        self._found: dict[tuple[str, str], Phone] = {}  # by channel and line, and by channel and user id
        self._lines: set[str] = set()  # every number ever had: a made-up one is nobody else's
        self._numbers = made_up_numbers()
        self._ids = count(1)
        self._calls = count(1)
        self._listeners: list[Callable[[dict[str, Any]], None]] = []
        self._waiting: set[asyncio.Event] = set()

    # --- what changes ------------------------------------------------------------------------------------------

    def add_phone(
        self,
        name: str,
        channel: str,
        number: str = "",
        *,
        id: str = "",
        user_id: str = "",
        hidden: bool = False,
        simulated: bool = False,
    ) -> Phone:
        """A new phone; without `number` one is made up."""
        number = number or next(free for free in self._numbers if line(free) not in self._lines)
        while not id or id in self.phones:
            id = f"p{next(self._ids)}"
        phone = Phone(
            id=id,
            name=name,
            number=number,
            channel=channel,
            user_id=user_id or user_id_of(number),
            hidden=hidden,
            simulated=simulated,
        )
        self.phones[id] = phone
        self.by_phone[id] = []
        self._lines.add(line(number))
        self._found[channel, line(number)] = self._found[channel, phone.user_id] = phone
        self._shown_phones.append(msgspec.to_builtins(phone))
        self._publish({"type": "phones", "phones": self._shown_phones})
        return phone

    def remove_phone(self, id: str) -> None:
        gone = self.phones.pop(id)
        self._found = {key: phone for key, phone in self._found.items() if phone is not gone}
        for message in self.by_phone.pop(id):
            self.messages.pop(message.id, None)
        self.last_contact_at.pop(id, None)
        self._shown_phones[:] = [shown for shown in self._shown_phones if shown["id"] != id]
        self._publish({"type": "phones", "phones": self._shown_phones})

    def show(self, message: Message) -> Message:
        """Put a bubble on its phone."""
        self.messages[message.id] = message
        self.by_phone[message.phone].append(message)
        if message.sender == "contact":
            self.last_contact_at[message.phone] = message.at
        self.publish("message", phone=message.phone, message=message)
        return message

    def mark(self, id: str, status: str, error: str = "") -> None:
        """Move a bubble's status forward; an earlier or unknown one changes nothing."""
        message = self.messages.get(id)
        if message is None or message.status == "failed" or RANK[status] <= RANK[message.status]:
            return
        message.status = status  # type: ignore[assignment]
        message.error = error
        self.publish("status", phone=message.phone, message=id, status=status, error=error)

    def record(self, channel: str, method: str, path: str, body: Any) -> Call:
        """Note a provider call before anything else happens to it."""
        call = Call(seq=next(self._calls), at=self.now(), channel=channel, method=method, path=path, body=body)
        self.ledger.append(call)
        self.changed()
        return call

    def fault_for(self, channel: str, to: str) -> Fault | None:
        """The fault that hits this send, used up by one."""
        for fault in self.faults:
            if fault.channel == channel and (not fault.to or same_line(fault.to, to)):
                fault.count -= 1
                if fault.count <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    # --- what is read ------------------------------------------------------------------------------------------

    def phone_at(self, channel: str, address: str) -> Phone | None:
        """The phone an address means: a number in any of its spellings, or a user id."""
        return self._found.get((channel, address)) or self._found.get((channel, line(address)))

    def window_open(self, phone: Phone) -> bool:
        """Whether the contact wrote in the last 24 h, so that WhatsApp takes more than templates."""
        last = self.last_contact_at.get(phone.id)
        return last is not None and self.now() - last <= WINDOW

    def calls(self, channel: str = "") -> Iterator[Call]:
        return (call for call in self.ledger if not channel or call.channel == channel)

    # --- following along ---------------------------------------------------------------------------------------

    def publish(self, type: str, **facts: Any) -> None:
        self._publish({"type": type, **msgspec.to_builtins(facts)})

    def _publish(self, event: dict[str, Any]) -> None:
        self.seq += 1
        event = {"seq": self.seq, **event}
        self.feed.append(event)
        for listener in tuple(self._listeners):
            listener(event)
        self.changed()

    def changed(self) -> None:
        """Let `until` look again."""
        for waiting in self._waiting:
            waiting.set()

    def listen(self, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def since(self, seq: int) -> list[dict[str, Any]] | None:
        """The events after `seq`; None when some of them are no longer kept (the follower should read all anew)."""
        if seq > self.seq or seq < (self.feed[0]["seq"] - 1 if self.feed else self.seq):
            return None
        return [event for event in self.feed if event["seq"] > seq]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 10) -> None:
        """Wait until `condition` holds; it is looked at again after every change.

        Raises:
            TimeoutError: it did not in `timeout_s`.
        """
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            async with asyncio.timeout(timeout_s):
                while not condition():
                    await changed.wait()
                    changed.clear()
        finally:
            self._waiting.discard(changed)
