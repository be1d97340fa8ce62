"""What the providers post: contacts' messages, and statuses of ours; late, twice, turned around, some never. Signed."""

import asyncio
import heapq
import itertools
import random
import time
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from bot_runtime.devtools import graph_webhooks as graph
from bot_runtime.devtools import twilio_webhooks as twilio
from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.world import Message
from bot_runtime.prove.business import PUBLIC_URL, phone
from bot_runtime.prove.clock import Clock
from bot_runtime.prove.provider import new_id
from bot_runtime.prove.records import Event, Send, Told
from bot_runtime.prove.sender import Patience, Sender, Webhook

SHARE_NONE: Final = 0.005  # of the messages accepted, no status ever comes
SHARE_MISSING: Final = 0.03
SHARE_FAILED: Final = 0.005
SHARE_READ: Final = 0.3
SHARE_LATE: Final = 0.03
SHARE_SHUFFLED: Final = 0.15
SHARE_TWICE: Final = 0.05
UNDELIVERABLE: Final = 131026
TOGETHER: Final = 8  # statuses that Meta puts into one webhook, at most
TICK_S: Final = 0.05


class Mail:
    def __init__(
        self, accounts: list[Account], clock: Clock, sender: Sender, seed: int, scale: float, late_s: float
    ) -> None:
        """`scale` 0: every status comes once, in order, soon. `late_s`: how late the late ones are, at most."""
        self._accounts = {account.name: account for account in accounts}
        self._clock, self._sender, self._scale, self._late_s = clock, sender, scale, late_s
        self._random = random.Random(f"mail {seed}")
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, Account, Told, dict[str, Any], int]] = []
        self.events: list[Event] = []
        self.told: list[Told] = []

    # Contacts

    def say(self, event: Event, repeats: int = 0) -> Webhook:
        """Put a contact's message on its way."""
        account = self._accounts[event.channel]
        path = f"/webhooks/{account.name}"
        self.events.append(event)

        def done(taken: bool) -> None:
            event.given_up = not taken

        if account.provider == "whatsapp":
            text = {"type": "text", "text": {"body": event.text}}
            posted = {"id": event.id, "timestamp": str(int(time.time())), **text}
            body = graph.encode(graph.inbound(account, phone(int(event.contact), account.name), [posted]))
            headers = graph.sign(account.app_secret, body)
        else:
            message = Message(
                id=event.id, phone=event.contact, sender="contact", at=datetime.now(UTC), kind="text", text=event.text
            )
            form = twilio.inbound(account, phone(int(event.contact), account.name), message, {})
            headers, body = twilio.sign(account.auth_token, PUBLIC_URL + path, form), twilio.encode(form)
        webhook = Webhook(
            path=path,
            body=body,
            headers=headers,
            patience=patience_of(account),
            tries=event.tries,
            repeats=repeats,
            done=done,
        )
        self._sender.send(webhook)
        return webhook

    @property
    def waiting(self) -> int:
        """Statuses that no webhook holds yet."""
        return len(self._due)

    def calm(self) -> None:
        """From now on every status comes once, in order, soon."""
        self._scale = 0.0

    def new_message_id(self, channel: str) -> str:
        return new_id(self._accounts[channel])

    # Statuses

    def report(self, send: Send) -> None:
        """Put the statuses of an accepted message on their way, as well as this provider does it."""
        account, chance = self._accounts[send.channel], self._random
        if chance.random() < SHARE_NONE * self._scale:
            return
        names = ["sent", "delivered"] + (
            ["read"] if account.kind == "whatsapp" and chance.random() < SHARE_READ else []
        )
        if send.kind == "template" and chance.random() < SHARE_FAILED * self._scale:
            names = ["failed"]
        delays = sorted(chance.expovariate(1.5) for _ in names)
        if chance.random() < SHARE_LATE * self._scale:
            delays = [delay + chance.uniform(0.2, 1) * self._late_s for delay in delays]
        if chance.random() < SHARE_SHUFFLED * self._scale:
            chance.shuffle(delays)
        for name, delay in zip(names, delays, strict=True):
            if len(names) > 1 and chance.random() < SHARE_MISSING * self._scale:
                continue
            told = Told(entry=send.entry, external_id=send.external_id, status=name)
            self.told.append(told)
            twice = chance.random() < SHARE_TWICE * self._scale
            if account.provider == "whatsapp":
                self._on_graph(account, send, told, delay, int(twice))
            else:
                self._on_twilio(account, send, told, delay, int(twice))

    def _on_graph(self, account: Account, send: Send, told: Told, delay: float, repeats: int) -> None:
        error = GraphError(UNDELIVERABLE) if told.status == "failed" else None
        to = phone(int(send.to), account.name)
        payload = graph.status(
            account, to, send.external_id, told.status, datetime.now(UTC), opaque=send.entry, error=error
        )
        due = (self._clock.now() + delay, next(self._numbers), account, told, payload, repeats)
        heapq.heappush(self._due, due)

    async def run(self) -> None:
        """Put Meta's statuses into webhooks as they come due, several together; until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            while self._due and self._due[0][0] <= self._clock.now():
                self._post_together(self._random.randint(1, TOGETHER))

    def _post_together(self, most: int) -> None:
        _, _, account, first, payload, repeats = heapq.heappop(self._due)
        told = [first]
        changes = payload["entry"][0]["changes"]
        while len(told) < most and self._due and self._due[0][0] <= self._clock.now() and self._due[0][2] is account:
            _, _, _, another, more, again = heapq.heappop(self._due)
            changes += more["entry"][0]["changes"]
            told.append(another)
            repeats = max(repeats, again)
        body = graph.encode(payload)
        self._post(f"/webhooks/{account.name}", body, graph.sign(account.app_secret, body), told, 0, repeats, "meta")

    def _on_twilio(self, account: Account, send: Send, told: Told, delay: float, repeats: int) -> None:
        code = 30003 if told.status == "failed" else None
        form = twilio.status(account, send.external_id, told.status, account.number, f"+{send.to}", code)
        path = f"/webhooks/{account.name}?entry={quote(send.entry, safe='')}"
        headers = twilio.sign(account.auth_token, PUBLIC_URL + path, form)
        self._post(path, twilio.encode(form), headers, [told], delay, repeats, "twilio")

    def _post(
        self,
        path: str,
        body: bytes,
        headers: dict[str, str],
        told: list[Told],
        delay: float,
        repeats: int,
        patience: Patience,
    ) -> None:
        def done(taken: bool) -> None:
            for one in told:
                if taken and one.taken_at is None:
                    one.taken_at = self._clock.now()

        webhook = Webhook(
            path=path, body=body, headers=headers, patience=patience, tries=[], repeats=repeats, done=done
        )
        self._sender.send(webhook, delay)


def patience_of(account: Account) -> Patience:
    return "meta" if account.provider == "whatsapp" else "twilio"
