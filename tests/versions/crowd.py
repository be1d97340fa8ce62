"""Many people in one dialog, without a network: events into their inboxes, turns taken here, nothing sent."""

import asyncio
from pathlib import Path

import msgspec
import yaml

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.dialogs.load import load_dialog
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.session import Session
from bot_runtime.runtime.contact import Contact
from bot_runtime.runtime.definitions import Definitions
from bot_runtime.runtime.journal import text_of_send
from bot_runtime.runtime.mover import SETTLE_MS, Mover
from bot_runtime.runtime.turns import TurnTaker
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import Payload
from bot_runtime.store.turns import Turns
from bot_runtime.versions.model import Choice
from bot_runtime.versions.service import Versions
from bot_runtime.workspace import load_workspace
from tests.versions.business import FIRST

BOT = {
    "brand": "test",
    "language": "en",
    "publish": "manual",
    "close_reasons": ["answered"],
    "departments": ["sales"],
    "channels": {
        "sms": {
            "provider": "twilio",
            "account_sid": "AC1",
            "auth_token": "x",
            "number": "+15550001111",
            "api_base": "http://127.0.0.1:9",  # where nobody listens
        },
        "wa": {"provider": "whatsapp", "phone_number_id": "1", "app_secret": "x", "verify_token": "x", "token": "x"},
    },
}


class Crowd:
    """One process's turns over a store, with a workspace that publishes by hand."""

    def __init__(self, store: Store, keys: Keys, folder: Path) -> None:
        self.store, self.keys, self.root = store, keys, folder
        self.definitions = Definitions(store, keys, "")
        self.contacts = Contacts(store, keys)
        self.taker = TurnTaker(self.contacts, Turns(store, keys), self.definitions, store.clock, None)
        self.mover = Mover(store, keys, self.definitions, self.contacts, self.taker)

    @property
    def versions(self) -> Versions:
        return self.definitions.published

    @classmethod
    async def gather(cls, store: Store, folder: Path, text: str = FIRST, keys: Keys | None = None) -> "Crowd":
        crowd = cls(store, keys or Keys("test", 8, b"secret"), folder)
        (folder / "dialogs").mkdir(parents=True, exist_ok=True)
        (folder / "dialogs" / "visit.yaml").write_text(text)
        (folder / "bot.yaml").write_text(yaml.safe_dump(BOT))
        loaded = load_workspace(folder, {})
        assert loaded.workspace, [problem.line() for problem in loaded.problems]
        await crowd.definitions.publish(loaded.workspace)
        return crowd

    async def say(self, people: range, text: str, channel: str = "sms") -> None:
        """Each of `people` writes `text`, and is answered."""
        for number in people:
            event = TextReceived(at=self.store.clock.now(), channel=channel, message_id="", text=text)
            address = f"tel:+1555{number:07}"
            _, claim, _ = await self.contacts.append([(address, address[4:])], channel, event, None)
            if claim:
                self.taker.start(claim)
            if self.taker.busy > 100:
                await self.taker.drain()
        await self.taker.drain()

    async def text(self, source: str) -> Dialog:
        """A text that can be published."""
        dialog = load_dialog(tree.read("dialogs/visit.yaml", source.encode()), "en")
        await self.definitions.keep(dialog)
        return dialog

    async def publish(self, source: str, choice: Choice | None = None, share: float = 1.0) -> Dialog:
        dialog = await self.text(source)
        await self.versions.publish("visit", dialog.version, by="user:ana", note="", choice=choice, share=share)
        await self.definitions.take_up()
        return dialog

    async def move(self) -> dict[str, int]:
        """Let the move under way come to its end; what became of everybody."""
        await self.store.advance_clock(SETTLE_MS / 1000 + 0.1)
        (move,) = [one for one in await self.versions.moves() if not one.ended_at]
        async with asyncio.timeout(60):
            while (now := await self.versions.move("visit", move.number)) and not now.ended_at:
                await self.mover.round()
                await self.taker.drain()
        assert now is not None
        return {name: count for name, count in now.counts.items() if not name.startswith("noted")}

    async def session(self, number: int, channel: str = "sms") -> Session:
        found = Contact("", await self._fields(number)).session(channel)
        assert found is not None
        return found

    async def said(self, number: int) -> list[str]:
        """What the bot said to them, oldest first."""
        contact = self.keys.contact_id(f"tel:+1555{number:07}")
        key = self.keys.outbox(contact)
        flat = await self.store.command("HGETALL", key, key=key)
        kept = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
        numbers = sorted(int(name[:-2]) for name in kept if name.endswith(":p"))
        return [text_of_send(msgspec.json.decode(kept[f"{n}:p"], type=Payload).effect) for n in numbers]

    async def _fields(self, number: int) -> dict[bytes, bytes]:
        key = self.keys.contact(self.keys.contact_id(f"tel:+1555{number:07}"))
        flat = await self.store.command("HGETALL", key, key=key)
        return dict(zip(flat[::2], flat[1::2], strict=True))
