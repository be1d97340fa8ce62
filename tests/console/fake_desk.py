"""A server that speaks the inbox's API (`docs/architecture.md`) over made-up tickets, so that the pages can be tested
by themselves. Who may do what is decided by the real rules; only storing, sending and the bot are made up."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler
from msgspec import structs

from bot_runtime.channels.errors import meaning
from bot_runtime.dialogs import events
from bot_runtime.runtime.journal import text_of_event
from bot_runtime.tickets.model import Ticket
from bot_runtime.tickets.rules import Situation, act
from bot_runtime.web.console import add_console
from bot_runtime.web.ticket_views import data_of
from bot_runtime.workspace import Metadata

Json = dict[str, Any]

DEPARTMENTS = {"cobranza": "Cobranza", "ventas": "Ventas"}
REASONS = {"promesa": "Promesa de pago", "ya_pago": "Ya pagó", "resuelto": "Resuelto", "no_procede": "No procede"}
PASSWORD = "una clave larga"
USERS: dict[str, Json] = {
    "ana": {"display": "Ana Ruiz", "role": "agent", "departments": ["cobranza"]},
    "beto": {"display": "Beto Lara", "role": "agent", "departments": ["cobranza", "ventas"]},
    "sara": {"display": "Sara Gil", "role": "supervisor", "departments": ["cobranza", "ventas"]},
}
ACTS: dict[str, type[events.TicketEvent]] = {
    "take": events.TicketTaken,
    "reply": events.AgentReplied,
    "note": events.NoteAdded,
    "transfer": events.TicketTransferred,
    "give-back": events.TicketGivenBack,
    "close": events.TicketClosed,
    "data": events.TicketDataChanged,
    "reopen": events.TicketReopened,
}
EVENTS = {
    "take": "taken",
    "transfer": "transferred",
    "give-back": "given_back",
    "close": "closed",
    "data": "data_changed",
    "reopen": "reopened",
}
METADATA = (
    Metadata("Sucursal", "sucursal", "text"),
    Metadata("Observaciones", "observaciones", "paragraph"),
    Metadata("Cliente VIP", "vip", "yes_no"),
)
VIEWS = ("queue", "mine", "all", "closed")


class Gate:
    """Shut inside its `with`; nobody passes then."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.opened.set()

    def __enter__(self) -> None:
        self.opened.clear()

    def __exit__(self, *raised: object) -> None:
        self.opened.set()


PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


class FakeDesk:
    """`done` holds every act that was asked for, with its key; the rest is what it is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.url = ""
        self.tickets: dict[str, Ticket] = {}
        self.lines: dict[str, list[Json]] = {}
        self.inside: dict[str, Json] = {}
        self.windows: dict[str, datetime | None] = {}
        self.presence = dict.fromkeys(USERS, "connected")
        self.sessions: dict[str, str] = {}
        self.done: list[Json] = []
        self.answers: dict[str, Json] = {}
        self.live: list[Json] = []
        self.sockets: dict[web.WebSocketResponse, str] = {}
        self.connected_since: list[str | None] = []
        self.asked: list[str] = []
        self.failures = 0
        self.block_login_s = 0
        self.lose_next = False
        self.delivers = True
        self.mute = False
        self.refuse_connections = False  # of the live feed
        self.page_size = 50
        self.has_phones = True
        self.chosen_language = ""  # by `dev --language`
        self._ids = count(1)
        self._answer_gate, self._greeting_gate = Gate(), Gate()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._on_its_way])
        ticket = "/api/v1/tickets/{id}"
        app.add_routes(
            [
                web.get("/dev/api/world", self._world),
                web.post("/api/v1/login", self._login),
                web.post("/api/v1/logout", self._logout),
                web.get("/api/v1/me", self._me),
                web.post("/api/v1/presence", self._presence),
                web.get("/api/v1/agents", self._agents),
                web.get("/api/v1/live", self._live),
                web.get("/api/v1/tickets", self._tickets),
                web.get(ticket, self._ticket),
                web.get(ticket + "/history", self._history),
                web.get(ticket + "/files/{file}", self._file),
                web.post(ticket + "/{act}", self._act),
            ]
        )
        add_console(app)
        return app

    # What happens in the world

    async def add_ticket(
        self, contact: str, said: str, *, waited_s: int = 60, state: str = "queued", **more: Any
    ) -> str:
        """A ticket that the bot handed over `waited_s` ago, after a short conversation; its id."""
        at = self.now - timedelta(seconds=waited_s)
        number = next(self._ids)
        channel = more.pop("channel", "whatsapp")
        first_name = contact.partition(" ")[0]
        ticket = Ticket(
            contact=f"{number}.c{number}",
            number=1,
            channel=channel,
            state=state,  # type: ignore[arg-type]
            opened_at=millis(at) - 120_000,
            changed_at=millis(at),
            queued_at=millis(at) if state in ("queued", "taken") else 0,
            department=more.pop("department", "cobranza"),
            contact_name=contact,
            address=more.pop("address", "+525512345678"),
            dialog="saldo",
            last_text=said,
            last_at=millis(at),
            unread=more.pop("unread", 1),
            owner_name=USERS[more["owner"]]["display"] if more.get("owner") else "",
            **more,
        )
        self.tickets[ticket.id] = ticket
        self.windows[ticket.id] = None if channel == "sms" else at + timedelta(hours=24)
        self.inside[ticket.id] = {
            "dialog": "saldo",
            "title": "Recordatorio de pago",
            "state": "persona",
            "answers": {"fecha_promesa": "15/03", "confirma": True},
            "given": {"nombre": first_name, "monto": 1250},
        }
        start = at - timedelta(seconds=120)
        hello = f"Hola {first_name}, tu saldo de *$1,250.00* vence el 15 de marzo. ¿Qué prefieres?"
        self.lines[ticket.id] = []
        self._line(ticket.id, "bot", hello, at=start, status="read")
        self._line(ticket.id, "contact", said, at=at - timedelta(seconds=20))
        self._line(
            ticket.id, "bot", "Te comunico con alguien del equipo.", at=at - timedelta(seconds=10), status="read"
        )
        self._line(ticket.id, "event", ticket.department, at=at, event="handoff")
        await self._tell(type="ticket", ticket=self._row(ticket))
        return ticket.id

    def add_history(self, ticket: str, texts: Iterable[str]) -> None:
        """Older lines, the newest of them a day before the others."""
        first = datetime.fromisoformat(self.lines[ticket][0]["at"]) - timedelta(days=1)
        older = [
            self._make_line("contact" if place % 2 else "bot", text, at=first + timedelta(seconds=place))
            for place, text in enumerate(texts)
        ]
        self.lines[ticket] = older + self.lines[ticket]

    async def contact_says(self, ticket: str, text: str) -> None:
        before = self.tickets[ticket]
        self._set(structs.replace(before, last_text=text, last_at=millis(self._later()), unread=before.unread + 1))
        if before.channel != "sms":
            self.windows[ticket] = self.now + timedelta(hours=24)
        line = self._line(ticket, "contact", text)
        await self._tell(type="line", ticket=ticket, line=line)
        await self._tell(type="ticket", ticket=self._row(self.tickets[ticket]))

    async def does(self, user: str, ticket: str, what: str, **facts: Any) -> Json:
        """Someone else's act, as their page would ask for it."""
        status, answer = await self._do(user, ticket, what, facts)
        assert status == 200, answer
        return answer

    async def bot_says(self, ticket: str, text: str) -> None:
        await self._tell(type="line", ticket=ticket, line=self._line(ticket, "bot", text, status="read"))

    async def window_closes(self, ticket: str, minutes: int) -> None:
        """The line that comes when only so many minutes are left."""
        closes = self.windows[ticket] = self.now + timedelta(minutes=minutes)
        line = self._line(ticket, "event", closes.isoformat(), event="window_closes")
        await self._tell(type="ticket", ticket=self._row(self.tickets[ticket]))
        await self._tell(type="line", ticket=ticket, line=line)

    async def reports(self, ticket: str, text: str, status: str, error: str = "") -> None:
        """A delivery report for the line that says `text`; `error` is WhatsApp's code."""
        line = next(line for line in self.lines[ticket] if line["text"] == text)
        told = meaning("whatsapp", error) if error else None
        line |= {"status": status, "error": error, "why": {"en": told.en, "es": told.es} if told else None}
        await self._tell(type="line", ticket=ticket, line=line)

    async def be(self, user: str, state: str) -> None:
        self.presence[user] = state
        await self._tell(type="presence", agent=user, state=state)

    async def hang_up(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    def slow_answers(self) -> "Gate":
        """Questions about tickets are answered as things are then, but the answers arrive only at the end."""
        return self._answer_gate

    def slow_greeting(self) -> "Gate":
        """Whoever connects meanwhile hears nothing until the end."""
        return self._greeting_gate

    def log_out_everybody(self) -> None:
        self.sessions.clear()

    # The API

    @web.middleware
    async def _on_its_way(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if request.method == "GET" and request.path.startswith("/api/v1/tickets"):
            self.asked.append(request.path_qs)
            await self._answer_gate.opened.wait()
        return answer

    async def _world(self, request: web.Request) -> web.Response:
        world = {"phones": [], "chosen_language": self.chosen_language}
        return web.json_response(world, status=200 if self.has_phones else 404)

    async def _login(self, request: web.Request) -> web.Response:
        given = await request.json()
        if self.block_login_s:
            headers = {"Retry-After": str(self.block_login_s)}
            return web.json_response({"error": "wait", "code": "too_many"}, status=429, headers=headers)
        if given["name"] not in USERS or given["password"] != PASSWORD:
            self.failures += 1
            return web.json_response({"error": "wrong", "code": "wrong_login"}, status=401)
        session = f"session{next(self._ids)}"
        self.sessions[session] = given["name"]
        answer = web.json_response(self._who(given["name"], session))
        answer.set_cookie("session", session, path="/", httponly=True, samesite="Lax")
        return answer

    async def _logout(self, request: web.Request) -> web.Response:
        self._caller(request)
        self.sessions.pop(request.cookies["session"])
        return web.Response(status=204)

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response(self._who(self._caller(request), request.cookies["session"]))

    def _who(self, name: str, session: str) -> Json:
        user = {"name": name, "language": "es", "max_tickets": 10, "active": True, **USERS[name]}
        departments = [
            {"name": key, "title": title, "mine": key in user["departments"]} for key, title in DEPARTMENTS.items()
        ]
        reasons = [{"name": key, "title": title} for key, title in REASONS.items()]
        more = {"presence": self.presence[name], "language": "es", "brand": "Crédito Sol"}
        known = {"departments": departments, "close_reasons": reasons}
        return {"user": user, "csrf": f"csrf of {session}", **known, **more}

    async def _presence(self, request: web.Request) -> web.Response:
        name = self._caller(request)
        await self.be(name, (await request.json())["state"])
        return web.json_response({"state": self.presence[name]})

    async def _agents(self, request: web.Request) -> web.Response:
        self._caller(request)
        agents = [
            {"name": name, "presence": self.presence[name], "max_tickets": 10, **user} for name, user in USERS.items()
        ]
        return web.json_response({"agents": agents})

    async def _tickets(self, request: web.Request) -> web.Response:
        name = self._caller(request)
        view, department = request.query["view"], request.query.get("department", "")
        seen = {one: [t for t in self.tickets.values() if self._is_in(one, t, name, department)] for one in VIEWS}
        key = (
            (lambda t: t.queued_at) if view == "queue" else lambda t: -(t.changed_at if view == "closed" else t.last_at)
        )
        found = sorted(seen[view], key=key)
        begin = int(request.query.get("before", 0))
        end = begin + min(self.page_size, int(request.query.get("limit", 50)))
        rows = [self._row(ticket) for ticket in found[begin:end]]
        counts = {one: len(seen[one]) for one in ("queue", "mine", "all")}
        return web.json_response({"tickets": rows, "counts": counts, "next": str(end) if end < len(found) else None})

    async def _ticket(self, request: web.Request) -> web.Response:
        ticket = self._visible(request)
        more = {
            "session": self.inside[ticket.id],
            "states": ["aviso", "fecha", "persona"],
            "contact": {"id": ticket.contact, "name": ticket.contact_name, "address": ticket.address},
            "opted_out": False,
            "metadata": [structs.asdict(one) for one in data_of(ticket, METADATA)],
        }
        return web.json_response(self._row(ticket) | more)

    async def _history(self, request: web.Request) -> web.Response:
        lines = self.lines[self._visible(request).id]
        end = int(request.query.get("before", len(lines)))
        begin = max(0, end - int(request.query.get("limit", 100)))
        return web.json_response({"lines": lines[begin:end], "next": str(begin) if begin else None})

    async def _act(self, request: web.Request) -> web.Response:
        name, what, key = self._caller(request), request.match_info["act"], request.headers["Idempotency-Key"]
        facts = await request.json()
        if key not in self.answers:
            self.done.append({"by": name, "ticket": request.match_info["id"], "act": what, "key": key, **facts})
            status, answer = await self._do(name, request.match_info["id"], what, facts)
            if status != 200:
                return web.json_response(answer, status=status)
            self.answers[key] = answer
        if self.lose_next:  # done, but the page never hears of it
            self.lose_next = False
            return web.json_response({"error": "the answer was lost"}, status=502)
        return web.json_response(self.answers[key])

    async def _do(self, name: str, ticket: str, what: str, facts: Json) -> tuple[int, Json]:
        before = self.tickets[ticket]
        user = USERS[name]
        named = {"to_name": USERS[facts["to"]]["display"]} if facts.get("to") else {}
        if what == "data":
            facts = {
                "values": {
                    name: str(int(one)) if isinstance(one, bool) else one or "" for name, one in facts["values"].items()
                },
                "told": " · ".join(f"{name}: {one}" for name, one in facts["values"].items()),
            }
        event = ACTS[what](
            at=self._later(),
            channel=before.channel,
            ticket=before.number,
            by=name,
            by_name=user["display"],
            supervises=user["role"] != "agent",
            **facts,
            **named,
        )
        closes = self.windows[ticket]
        here = Situation(
            now_ms=millis(self.now),
            reasons=REASONS,
            states=("aviso", "fecha", "persona"),
            window_open=closes is None or closes > self.now,
            other_open=False,
            metadata=METADATA,
        )
        ruling = act(before, event, here)  # type: ignore[arg-type]
        if ruling.outcome.code:
            return 409, {"error": "refused", "code": ruling.outcome.code, **ruling.outcome.facts}
        self._set(ruling.ticket)
        await self._tell(type="ticket", ticket=self._row(ruling.ticket))
        if what == "note":
            await self._tell(type="line", ticket=ticket, line=self._line(ticket, "note", facts["text"], by=name))
        if what in EVENTS:
            text = text_of_event(event)  # type: ignore[arg-type]
            line = self._line(ticket, "event", text, by=name, event=EVENTS[what])
            await self._tell(type="line", ticket=ticket, line=line)
        if ruling.says:
            status = "sent" if self.delivers else "queued"
            line = self._line(ticket, "agent", ruling.says, by=name, status=status)
            await self._tell(type="line", ticket=ticket, line=line)
        return 200, {"ticket": self._row(ruling.ticket)}

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        name = self._caller(request)
        if self.refuse_connections:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        since = request.query.get("since")
        self.connected_since.append(since)
        await self._greeting_gate.opened.wait()
        self.sockets[socket] = name  # what happens while the rest is being said is told as well
        try:
            for line in list(self.live) if since is not None else ():
                if millis(datetime.fromisoformat(line["at"])) >= int(since or 0):
                    await socket.send_json(line)
            await socket.send_json({"type": "hello", "now": self.now.isoformat()})
            async for received in socket:
                if received.type == WSMsgType.ERROR:
                    break
        finally:
            self.sockets.pop(socket, None)
        return socket

    # Below

    def _caller(self, request: web.Request) -> str:
        name = self.sessions.get(request.cookies.get("session", ""))
        if name is None:
            raise web.HTTPUnauthorized(text='{"error": "log in", "code": "log_in"}', content_type="application/json")
        if request.method == "POST" and request.headers.get("X-CSRF") != f"csrf of {request.cookies['session']}":
            raise web.HTTPForbidden(text='{"error": "csrf", "code": "no_csrf"}', content_type="application/json")
        return name

    def _visible(self, request: web.Request) -> Ticket:
        user = USERS[self._caller(request)]
        ticket = self.tickets.get(request.match_info["id"])
        if ticket is None or ticket.department not in user["departments"]:
            raise web.HTTPNotFound(text='{"error": "gone", "code": "gone"}', content_type="application/json")
        return ticket

    def _is_in(self, view: str, ticket: Ticket, name: str, department: str) -> bool:
        user = USERS[name]
        if ticket.department not in user["departments"] or (department and ticket.department != department):
            return False
        match view:
            case "queue":
                return ticket.state == "queued"
            case "mine":
                return ticket.state == "taken" and ticket.owner == name
            case "all":
                return ticket.is_open and user["role"] != "agent"
            case _:
                return not ticket.is_open

    def _set(self, ticket: Ticket) -> None:
        self.tickets[ticket.id] = ticket

    def _row(self, ticket: Ticket) -> Json:
        times = {name: iso(getattr(ticket, name)) for name in ("last_at", "opened_at", "changed_at", "queued_at")}
        names = (
            "number",
            "channel",
            "state",
            "department",
            "owner",
            "owner_name",
            "contact_name",
            "address",
            "last_text",
        )
        same = {name: getattr(ticket, name) for name in (*names, "unread", "reason", "dialog")}
        kind, closes = "sms" if ticket.channel == "sms" else "whatsapp", self.windows[ticket.id]
        window = {"window_closes_at": closes.isoformat() if closes else None}
        return {"id": ticket.id, "channel_kind": kind, "tags": list(ticket.tags), **same, **times, **window}

    async def _file(self, request: web.Request) -> web.Response:
        kinds = {"f1": "image/gif", "f2": "application/pdf", "f3": "audio/ogg"}
        if request.match_info["file"] not in kinds:
            raise web.HTTPNotFound
        return web.Response(body=PIXEL, content_type=kinds[request.match_info["file"]])

    def add_file(self, ticket: str, id: str, kind: str, mime: str, name: str = "") -> None:
        """A file of the contact, in the history already."""
        line = self._line(ticket, "contact", f"[{kind}]")
        line["file"] = {"id": id, "kind": kind, "mime": mime, "name": name, "bytes": len(PIXEL)}

    def _line(self, ticket: str, by_whom: str, text: str, **more: Any) -> Json:
        line = self._make_line(by_whom, text, **more)
        self.lines[ticket].append(line)
        return line

    def _make_line(
        self,
        by_whom: str,
        text: str,
        *,
        at: datetime | None = None,
        by: str = "",
        status: str | None = None,
        event: str = "",
    ) -> Json:
        number = next(self._ids)
        return {
            "id": f"l{number}",
            "at": (at or self._later()).isoformat(),
            "from": by_whom,
            "text": text,
            "by": by,
            "by_name": USERS[by]["display"] if by else "",
            "entry": f"e{number}" if by_whom in ("agent", "bot") else "",
            "status": status,
            "event": event,
            "error": "",
            "why": None,
        }

    def _later(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    async def _tell(self, **line: Any) -> None:
        line = {"id": f"f{next(self._ids)}", "at": self._later().isoformat(), **line}
        if line["type"] != "presence":
            self.live.append(line)
        for socket, user in () if self.mute else list(self.sockets.items()):
            row = line["ticket"] if line["type"] == "ticket" else None
            if row is not None and row["department"] not in USERS[user]["departments"]:
                await socket.send_json({"type": "gone", "id": line["id"], "at": line["at"], "ticket": row["id"]})
            else:
                await socket.send_json(line)


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def iso(at_ms: int) -> str | None:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat() if at_ms else None
