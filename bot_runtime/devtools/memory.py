"""Phones and messages in a file of JSON lines, so that a killed `dev` goes on with the same chats.

Each line is written as it happens and none is changed; loading replays them and writes the file anew, shorter. Webhooks
the server has not taken yet are kept too: a provider would bring them again, so the fakes do.
"""

import os
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec

from bot_runtime.devtools.courier import Outcome, Webhook
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Message, Phone


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One of these happened."""

    phone: Phone | None = None
    gone: str = ""
    message: Message | None = None
    status: tuple[str, str, str] | None = None  # message, status, error
    webhook: Webhook | None = None
    settled: str = ""


class Memory:
    """Keeps the world of `fakes` in `path`. Call `load` once, before anything happens."""

    def __init__(self, fakes: FakeProviders, path: Path) -> None:
        self.fakes = fakes
        self.path = path
        self._file: FileIO | None = None
        self._known: set[str] = set()  # ids of the phones on file

    def load(self) -> None:
        world = self.fakes.world
        pending = self._replay()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        written = self.path.with_suffix(".new")
        self._file = FileIO(written, "w")
        for phone in world.phones.values():
            self._write(Line(phone=phone))
            for message in world.by_phone[phone.id]:
                self._write(Line(message=message))
        os.replace(written, self.path)
        world.listen(self._hear)
        self.fakes.webhook_listeners.append(self._webhook_moved)
        self.fakes.courier.send(*pending)

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _replay(self) -> list[Webhook]:
        world = self.fakes.world
        pending: dict[str, Webhook] = {}
        for line in self._lines():
            if line.phone:
                kept = line.phone
                world.add_phone(**msgspec.structs.asdict(kept))
            elif line.gone in world.phones:
                world.remove_phone(line.gone)
            elif line.message and line.message.phone in world.phones:
                world.show(line.message)
            elif line.status:
                world.mark(*line.status)
            elif line.webhook:
                pending[line.webhook.id] = line.webhook
            elif line.settled:
                pending.pop(line.settled, None)
        return [moved for webhook in pending.values() if (moved := self._here(webhook))]

    def _here(self, webhook: Webhook) -> Webhook | None:
        """The webhook for where the server is now; Twilio's signature holds for one address only."""
        public_url = self.fakes.courier.public_url
        if webhook.url.startswith(f"{public_url}/"):
            return webhook
        if webhook.retries == "twilio":
            return None
        path = webhook.url.split("/", 3)[3]
        return msgspec.structs.replace(webhook, url=f"{public_url}/{path}")

    def _lines(self) -> list[Line]:
        found = []
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return []
        for each in raw.split(b"\n"):
            try:
                found.append(msgspec.json.decode(each, type=Line))
            except msgspec.DecodeError:
                continue  # a line cut by the kill, or of another version: the rest still holds
        return found

    def _hear(self, event: dict[str, Any]) -> None:
        world = self.fakes.world
        match event["type"]:
            case "message":
                self._write(Line(message=world.messages[event["message"]["id"]]))
            case "status":
                self._write(Line(status=(event["message"], event["status"], event["error"])))
            case "phones":
                self._note_phones()

    def _note_phones(self) -> None:
        phones = self.fakes.world.phones
        for id in self._known - phones.keys():
            self._write(Line(gone=id))
        for id in phones.keys() - self._known:
            self._write(Line(phone=phones[id]))

    def _webhook_moved(self, change: str, webhook: Webhook, outcome: Outcome | None) -> None:
        self._write(Line(webhook=webhook) if change == "queued" else Line(settled=webhook.id))

    def _write(self, line: Line) -> None:
        if line.phone:
            self._known.add(line.phone.id)
        self._known.discard(line.gone)
        if self._file:
            self._file.write(msgspec.json.encode(line) + b"\n")
