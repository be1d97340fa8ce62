"""The fake providers as one thing to start: in a test, in a bench, or beside `dev`'s server.

```python
async with FakeProviders([accounts.whatsapp(), accounts.twilio()], target="http://127.0.0.1:8080") as fakes:
    ana = fakes.phone("Ana")
    fakes.say(ana, "hola")
    menu, = await fakes.expect(ana, 1)
    fakes.tap(ana, "Sí")
```
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from bot_runtime.devtools import accounts as known
from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.api import PhonesApi
from bot_runtime.devtools.courier import Courier, Outcome, Patience, Webhook
from bot_runtime.devtools.doings import CannotDo, Doings, options
from bot_runtime.devtools.fake_twilio import FakeTwilio
from bot_runtime.devtools.fake_whatsapp import FakeWhatsApp
from bot_runtime.devtools.world import Call, Fault, Kind, Message, Phone, Place, World


class FakeProviders:
    """Both fake providers over one world.

    `target` is where the server under test listens (it may be set later, and need not be up); `public_url` how it calls
    itself, which Twilio signs. Started by `async with` on a port of its own (with the phones' API under `/dev`), or
    mounted by `routes()` on another app.
    """

    def __init__(
        self,
        accounts: Iterable[Account] = (),
        *,
        target: str = "http://127.0.0.1:8080",
        public_url: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: Patience = Patience(),  # noqa: B008 - immutable
        delay_s: float = 0.02,
        make_phones: bool = False,
        window: bool = False,
        first_seq: int = 0,
    ) -> None:
        self.accounts = list(accounts) or [known.whatsapp(), known.twilio()]
        self.world = World(now, first_seq)
        self.courier = Courier(target, public_url, patience, self._webhook_moved)
        self.courier.on_answer = self.world.changed
        by_provider = {name: [one for one in self.accounts if one.provider == name] for name in ("whatsapp", "twilio")}
        self.whatsapp = FakeWhatsApp(self.world, self.courier, by_provider["whatsapp"], delay_s)
        self.twilio = FakeTwilio(self.world, self.courier, by_provider["twilio"], delay_s)
        self.whatsapp.make_phones = self.twilio.make_phones = make_phones
        self.whatsapp.window = window
        self.doings = Doings(self.world, self.whatsapp, self.twilio)
        self.webhook_listeners: list[Callable[[str, Webhook, Outcome | None], None]] = []
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None

    # --- starting and stopping ----------------------------------------------------------------------------------

    def routes(self, prefix: str = "") -> list[web.RouteDef]:
        return [*self.whatsapp.routes(f"{prefix}/graph"), *self.twilio.routes(f"{prefix}/twilio")]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.add_routes(self.routes())
        app.add_subapp("/dev", PhonesApi(self).app())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        await self.start(f"http://{self._host}:{self._port}")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()
        if self._runner:
            await self._runner.cleanup()

    async def start(self, api_base: str) -> None:
        """Begin to deliver. `api_base` is where `routes()` can be reached."""
        self.twilio.api_base = f"{api_base}/twilio"
        self.api_base = api_base
        await self.courier.start()

    async def stop(self) -> None:
        self.whatsapp.release()
        self.twilio.release()
        await self.courier.stop()

    @property
    def port(self) -> int:
        return self._port

    def channels(self) -> dict[str, dict[str, Any]]:
        """The `channels:` of a `bot.yaml` that talks to these fakes."""
        return {account.name: known.as_channel(account, self.api_base) for account in self.accounts}

    def point_to(self, target: str, public_url: str = "") -> None:
        """The server is (now) at `target`."""
        self.courier.target = target.rstrip("/")
        self.courier.public_url = (public_url or target).rstrip("/")

    def hold(self, accounts: Iterable[Account]) -> None:
        """The accounts (and their templates) are these from now on."""
        self.accounts = list(accounts)
        for provider, name in ((self.whatsapp, "whatsapp"), (self.twilio, "twilio")):
            provider.accounts = {one.name: one for one in self.accounts if one.provider == name}

    def account_of(self, phone: Phone) -> Account:
        """Our number at the provider, which this phone writes to.

        Raises:
            CannotDo: the phone's channel is no longer there.
        """
        for account in self.accounts:
            if account.name == phone.channel:
                return account
        raise CannotDo("channel_gone", name=phone.name, channel=phone.channel)

    # --- contacts -----------------------------------------------------------------------------------------------

    def phone(
        self, name: str, channel: str = "", number: str = "", *, hidden: bool = False, simulated: bool = False
    ) -> Phone:
        """A new phone on `channel` (default: the first). `hidden`: a WhatsApp user who shows no number."""
        channel = channel or self.accounts[0].name
        return self.world.add_phone(name, channel, number, hidden=hidden, simulated=simulated)

    def say(self, phone: Phone, text: str, quoted: str = "") -> Message:
        return self.doings.say(phone, text, quoted)

    def tap(self, phone: Phone, choice: str, message: Message | None = None) -> Message:
        """Tap `choice` (its text or payload) on `message`; default: the newest message that has it."""
        if message is None:
            asked = [one for one in self.received(phone) if choice in options(one) or choice in payloads(one)]
            if not asked:
                raise CannotDo("sees_no_option", name=phone.name, choice=choice)
            message = asked[-1]
        return self.doings.tap(phone, message.id, choice)

    def fill_form(self, phone: Phone, fields: Mapping[str, Any]) -> Message:
        """Send in the form that the newest message opens."""
        return self.doings.fill_form(phone, self.received(phone)[-1], fields)

    def send_file(self, phone: Phone, kind: Kind, **more: Any) -> Message:
        return self.doings.send_file(phone, kind, **more)

    def send_place(self, phone: Phone, latitude: float, longitude: float, name: str = "") -> Message:
        return self.doings.send_place(phone, Place(latitude, longitude, name))

    def react(self, phone: Phone, target: Message, emoji: str) -> Message:
        return self.doings.react(phone, target.id, emoji)

    def read(self, phone: Phone) -> int:
        return self.doings.read(phone)

    # --- what the server did --------------------------------------------------------------------------------------

    def received(self, phone: Phone) -> list[Message]:
        """Everything the server sent to this phone, oldest first."""
        return [one for one in self.world.by_phone[phone.id] if one.sender == "bot"]

    def texts(self, phone: Phone) -> list[str]:
        return [one.text for one in self.received(phone)]

    async def expect(self, phone: Phone, count: int, timeout_s: float = 10) -> list[Message]:
        """Wait until the phone has received `count` messages in all, and return them.

        Raises:
            TimeoutError: naming what did arrive.
        """
        try:
            await self.world.until(lambda: len(self.received(phone)) >= count, timeout_s)
        except TimeoutError:
            raise TimeoutError(f"{phone.name} waited for {count} messages and got {self.texts(phone)}") from None
        return self.received(phone)

    def sends(self, channel: str = "") -> list[Call]:
        """The calls that meant to send a message, as received (read marks and template lists left out)."""
        return [
            call
            for call in self.world.calls(channel)
            if call.path.endswith(("/messages", "/Messages.json"))
            and not (isinstance(call.body, dict) and "status" in call.body)
        ]

    def fault(self, channel: str = "", **what: Any) -> Fault:
        """The next sends of `channel` go wrong; see `Fault`."""
        fault = Fault(channel=channel or self.accounts[0].name, **what)
        self.world.faults.append(fault)
        return fault

    async def delivered(self, timeout_s: float = 10) -> None:
        """Wait until the server took every webhook that was on its way."""
        await self.courier.settled(timeout_s)

    def _webhook_moved(self, change: str, webhook: Webhook, outcome: Outcome | None) -> None:
        message = self.world.messages.get(webhook.message)
        if change == "settled" and webhook.status == "received" and message is not None:
            if outcome == "taken":
                self.world.mark(message.id, "delivered")
            else:
                self.world.mark(message.id, "failed", f"the server did not take it ({outcome})")
        for listener in self.webhook_listeners:
            listener(change, webhook, outcome)


def payloads(message: Message) -> list[str]:
    rows = [row.id for row in message.list.rows] if message.list else []
    return rows + [button.payload for button in message.buttons if not button.url]
