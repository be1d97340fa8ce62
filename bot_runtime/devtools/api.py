"""The phones' API (`docs/architecture.md`): what the phone page, scripts and outside tests call.

With a `RunningServer` it also shows dialogs, sessions and the clock; without one (the fakes alone) phones and faults.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec
from aiohttp import web

from bot_runtime.devtools import calls
from bot_runtime.devtools.calls import BadCall, body_as, shown
from bot_runtime.devtools.doings import CannotDo
from bot_runtime.devtools.inside import dialog_info, given_for, inside
from bot_runtime.devtools.live import LiveFeed, same_origin
from bot_runtime.devtools.numbers import digits
from bot_runtime.devtools.phrases import say
from bot_runtime.devtools.world import Fault, Kind, Message, Phone, Place
from bot_runtime.errors import BotRuntimeError, StoreUnavailable
from bot_runtime.tickets.model import WITH_PEOPLE

if TYPE_CHECKING:
    from bot_runtime.devtools.simulate import FakeProviders

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TEXT_MAX = {"whatsapp": 4096, "sms": 1600}


class RunningServer(Protocol):
    """What the phones' API needs of the server beside it. An address is a number (`+52…`) or a WhatsApp user id."""

    @property
    def workspace(self) -> Any: ...
    @property
    def problems(self) -> list[str]:
        """Of the latest change of the workspace, if it was refused."""

    def clock_now(self) -> datetime: ...
    async def contact_view(self, channel: str, spelling: str) -> dict[str, Any]: ...
    async def request_dialog(
        self, *, channel: str, address: str, dialog: str, given: Mapping[str, Any] | None = None
    ) -> str: ...


class PhonesApi:
    """`language` is the page's, where nobody chose; default: the workspace's."""

    def __init__(self, fakes: "FakeProviders", server: RunningServer | None = None, language: str = "") -> None:
        self.fakes = fakes
        self.world = fakes.world
        self.server = server
        self.language = language
        self.live = LiveFeed(fakes.world)

    def app(self) -> web.Application:
        """A sub-application for `/dev`."""
        app = web.Application(middlewares=[self.answer_wrong_calls])
        app.add_routes(self.routes())
        app.on_shutdown.append(self.live.close)
        return app

    def routes(self) -> list[web.RouteDef]:
        phone = "/api/phones/{phone}"
        return [
            web.get("/api/world", self.show_world),
            web.post("/api/phones", self.add_phone),
            web.delete(phone, self.remove_phone),
            web.get(phone + "/messages", self.messages),
            web.post(phone + "/send", self.send),
            web.post(phone + "/read", self.read),
            web.post(phone + "/start", self.start),
            web.get(phone + "/session", self.session),
            web.get("/api/faults", self.faults),
            web.post("/api/faults", self.add_fault),
            web.delete("/api/faults", self.clear_faults),
            web.get("/api/switches", self.switches),
            web.post("/api/switches", self.set_switches),
            web.get("/api/ledger", self.ledger),
            web.get("/api/live", self.live.follow),
        ]

    @web.middleware
    async def answer_wrong_calls(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Wrong calls get their 4xx as JSON; and no page of another origin gets in."""
        try:
            if "/api/" in request.path:
                same_origin(request)
            return await handler(request)
        except BadCall as wrong:
            return wrong.answer(self._words())
        except CannotDo as refused:
            return web.json_response({"error": say(self._words(), refused.phrase, **refused.facts)}, status=409)
        except StoreUnavailable as away:
            return web.json_response({"error": str(away)}, status=503, headers={"Retry-After": "1"})
        except BotRuntimeError as refused:
            return web.json_response({"error": str(refused)}, status=409)

    def _words(self) -> str:
        return self.language or (self.server.workspace.language if self.server else "en")

    # --- the world --------------------------------------------------------------------------------------------------

    async def show_world(self, request: web.Request) -> web.Response:
        workspace = self.server.workspace if self.server else None
        now = self.world.now()
        offset_s = (now - datetime.now(now.tzinfo)).total_seconds() if self.server else 0
        return reply(
            {
                "language": self._words(),
                "chosen_language": self.language,
                "channels": [
                    {
                        "name": one.name,
                        "kind": one.kind,
                        "provider": one.provider,
                        "number": one.number,
                        "title": one.title or one.name,
                    }
                    for one in self.fakes.accounts
                ],
                "dialogs": [dialog_info(one, workspace) for one in workspace.dialogs.values()] if workspace else [],
                "phones": list(self.world.phones.values()),
                "clock": {"now": now, "offset_s": round(offset_s)},
                "problems": [{"text": text} for text in self.server.problems] if self.server else [],
            }
        )

    # --- phones -----------------------------------------------------------------------------------------------------

    async def add_phone(self, request: web.Request) -> web.Response:
        wanted: calls.NewPhone = await body_as(request, calls.NewPhone)
        name = wanted.name.strip()
        if not 1 <= len(name) <= 80:
            raise BadCall("name", "name", shown(wanted.name))
        names = [account.name for account in self.fakes.accounts]
        if wanted.channel not in names:
            raise BadCall("channel", "one_of", shown(wanted.channel), names=", ".join(names))
        number = "+" + digits(wanted.number) if wanted.number.strip() else ""
        if (number and not re.fullmatch(r"\s*\+[\d ()./-]+", wanted.number)) or (number and not 8 <= len(number) <= 16):
            raise BadCall("number", "phone_number", shown(wanted.number))
        if number and self.world.phone_at(wanted.channel, number):
            raise BadCall("number", "free_number", shown(wanted.number), 409)
        return reply(self.world.add_phone(name, wanted.channel, number, hidden=wanted.hidden), 201)

    async def remove_phone(self, request: web.Request) -> web.Response:
        self.world.remove_phone(self._phone(request).id)
        return web.Response(status=204)

    async def messages(self, request: web.Request) -> web.Response:
        return reply(self.world.by_phone[self._phone(request).id])

    async def send(self, request: web.Request) -> web.Response:
        phone = self._phone(request)
        sending = await body_as(request, calls.Sending)
        return reply(self._done(phone, sending), 201)

    def _done(self, phone: Phone, sending: Any) -> Message:
        doings = self.fakes.doings
        match sending:
            case calls.Said(text=text, quoted=quoted):
                return doings.say(phone, self._text(phone, text), quoted)
            case calls.Tapped(message=message, payload=payload, text=text):
                return doings.tap(phone, message, payload or text)
            case calls.File():
                kind = cast(Kind, type(sending).__struct_config__.tag)
                return doings.send_file(phone, kind, sending.caption, sending.filename, sending.content, sending.mime)
            case calls.Location(latitude=latitude, longitude=longitude, name=name, address=address):
                if not (abs(latitude) <= 90 and abs(longitude) <= 180):
                    raise BadCall("latitude, longitude", "place", f"{latitude}, {longitude}")
                return doings.send_place(phone, Place(latitude, longitude, name, address))
            case calls.Reaction(message=message, emoji=emoji):
                return doings.react(phone, message, emoji)
            case calls.Card(name=name, number=number):
                return doings.share_contact(phone, name, number)
            case _:
                if not isinstance(sending.contents.get("type"), str):
                    raise BadCall("contents.type", "message_type", shown(sending.contents.get("type")))
                return doings.send_raw(phone, sending.contents)

    def _text(self, phone: Phone, text: str) -> str:
        most = TEXT_MAX[self.fakes.account_of(phone).kind]
        if not 1 <= len(text) <= most:
            raise BadCall("text", "length", f"{len(text)}", most=most)
        return text

    async def read(self, request: web.Request) -> web.Response:
        return reply({"read": self.fakes.doings.read(self._phone(request))})

    # --- what the server knows --------------------------------------------------------------------------------------

    async def start(self, request: web.Request) -> web.Response:
        phone, server = self._phone(request), self._server()
        wanted: calls.StartDialog = await body_as(request, calls.StartDialog)
        dialog = server.workspace.dialogs.get(wanted.dialog)
        if dialog is None:
            raise BadCall("dialog", "one_of", shown(wanted.dialog), names=", ".join(server.workspace.dialogs))
        given = given_for(dialog.needs, wanted.given)
        on_whatsapp = self.fakes.account_of(phone).kind == "whatsapp"
        if on_whatsapp and dialog.starts.template is None and not self.world.window_open(phone):
            raise CannotDo("closed_window", title=dialog.title or dialog.name, name=phone.name)
        known = await server.contact_view(phone.channel, spelling(phone))
        ticket = known["ticket"] or {}
        if ticket.get("state") in WITH_PEOPLE:  # the bot is quiet then
            raise CannotDo(
                "with_person" if ticket["owner_name"] else "in_queue", owner=ticket["owner_name"], name=phone.name
            )
        contact = await server.request_dialog(
            channel=phone.channel, address=spelling(phone), dialog=wanted.dialog, given=given
        )
        return reply({"contact": contact}, 202)

    async def session(self, request: web.Request) -> web.Response:
        phone, server = self._phone(request), self._server()
        return reply(inside(await server.contact_view(phone.channel, spelling(phone))))

    # --- faults and the ledger --------------------------------------------------------------------------------------

    async def faults(self, request: web.Request) -> web.Response:
        return reply(self.world.faults)

    async def add_fault(self, request: web.Request) -> web.Response:
        fault: Fault = await body_as(request, Fault)
        names = [account.name for account in self.fakes.accounts]
        if fault.channel not in names:
            raise BadCall("channel", "one_of", shown(fault.channel), names=", ".join(names))
        within("count", fault.count, 1, 1_000_000)
        within("status", fault.status or 400, 400, 599)
        within("hang_s", fault.hang_s, 0, 600)
        within("delay_ms", fault.delay_ms, 0, 600_000)
        within("retry_after_s", fault.retry_after_s, 0, 86_400)
        misbehaves = fault.hang_s or fault.drop or fault.delay_ms or fault.answer or fault.silent
        if fault.code is None and fault.status is None and not misbehaves:
            raise BadCall("code", "any_fault")
        self.world.faults.append(fault)
        return reply(fault, 201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self.world.faults.clear()
        self.fakes.whatsapp.release()
        self.fakes.twilio.release()
        return web.Response(status=204)

    async def switches(self, request: web.Request) -> web.Response:
        return reply(self._switches())

    async def set_switches(self, request: web.Request) -> web.Response:
        wanted: calls.Switches = await body_as(request, calls.Switches)
        within("messages_per_s", wanted.messages_per_s or 0, 0, 100_000)
        for name, owners in self._switched().items():
            for owner in owners:
                if getattr(wanted, name) is not None:
                    setattr(owner, name, getattr(wanted, name))
        return reply(self._switches())

    def _switches(self) -> calls.Switches:
        return calls.Switches(**{name: getattr(owners[0], name) for name, owners in self._switched().items()})

    def _switched(self) -> dict[str, list[Any]]:
        courier, whatsapp, twilio = self.fakes.courier, self.fakes.whatsapp, self.fakes.twilio
        return {
            "twice": [courier],
            "shuffled": [courier],
            "window": [whatsapp],
            "opt_outs": [twilio],
            "messages_per_s": [whatsapp, twilio],
            "tier": [whatsapp],
        }

    async def ledger(self, request: web.Request) -> web.Response:
        return reply(list(self.world.calls(request.query.get("channel", ""))))

    # --- small parts ------------------------------------------------------------------------------------------------

    def _phone(self, request: web.Request) -> Phone:
        id = request.match_info["phone"]
        if id not in self.world.phones:
            raise BadCall("phone", "phone", shown(id), 404)
        return self.world.phones[id]

    def _server(self) -> RunningServer:
        if self.server is None:
            raise BadCall("", "server", status=404)
        return self.server


def within(field: str, value: float, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadCall(field, "within", str(value), least=least, most=most)


def reply(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json")


def spelling(phone: Phone) -> str:
    """The phone's address as the server is told it."""
    return phone.user_id if phone.hidden else phone.number
