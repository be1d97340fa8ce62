"""A server that speaks the phones' API (`docs/architecture.md`) with a canned conversation, so that the pages can be
tested by themselves. What the real `dev` says is tested end to end elsewhere."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from bot_runtime.web.console import add_console

Json = dict[str, Any]

CHANNELS = [
    {
        "name": "whatsapp",
        "kind": "whatsapp",
        "provider": "whatsapp",
        "number": "+52 55 5000 1000",
        "title": "Clínica Sol",
    },
    {"name": "sms", "kind": "sms", "provider": "twilio", "number": "+52 81 8000 2000", "title": "Recordatorios"},
]
DIALOGS = [
    {
        "name": "visita",
        "title": "Encuesta de visita",
        "language": "es",
        "template": None,
        "keywords": ["encuesta"],
        "default": True,
        "needs": [],
    },
    {
        "name": "saldo_vencido",
        "title": "Recordatorio de pago",
        "language": "es",
        "template": "saldo_vencido",
        "keywords": ["pagar", "saldo"],
        "default": False,
        "needs": [
            {"name": "nombre", "kind": "text", "example": "Ana"},
            {"name": "monto", "kind": "number", "example": 1250},
            {"name": "cliente_nuevo", "kind": "yes_no", "example": False},
        ],
    },
]
BRANCHES = [
    {"id": "centro", "title": "Centro", "description": "Av. Juárez 12, abierto hasta las 20:00"},
    {"id": "norte", "title": "Norte", "description": "Plaza del Sol, local 4"},
    {"id": "sur", "title": "Sur", "description": ""},
]
LONG = "Recordatorio: tu cita con la Dra. Núñez es mañana a las 9:00 en la sucursal Centro. " * 2 + "Responde SÍ o NO."
WAIT = timedelta(hours=4)


class FakePhones:
    """`sent` holds what the page posted to any phone; the rest is what it is told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 12, 15, 4, tzinfo=UTC)
        self.offset_s = 0
        self.phones: list[Json] = []
        self.messages: dict[str, list[Json]] = {}
        self.sessions: dict[str, Json] = {}
        self.problems: list[Json] = []
        self.sent: list[Json] = []
        self.lines: list[Json] = []
        self.sockets: set[web.WebSocketResponse] = set()
        self.url = ""
        self.refuse_next = ""
        self.serves_phones = True
        self.chosen_language = ""
        self.connected_since: list[str | None] = []
        self._ids = count(1)
        self.add_phone("Ana Torres", "whatsapp")
        self.add_phone("Luis Rojas", "sms")

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._refusing])
        phone = "/dev/api/phones/{id}"
        app.add_routes(
            [
                web.get("/dev/api/world", self._world),
                web.post("/dev/api/phones", self._add),
                web.delete(phone, self._remove),
                web.get(phone + "/messages", self._messages),
                web.post(phone + "/send", self._send),
                web.post(phone + "/read", self._read),
                web.post(phone + "/start", self._start),
                web.get(phone + "/session", self._session),
                web.post("/test/clock", self._clock),
                web.get("/dev/api/live", self._live),
            ]
        )
        add_console(app)
        return app

    # What happens in the world

    def add_phone(self, name: str, channel: str, number: str | None = None, **more: Any) -> Json:
        at = next(self._ids)
        phone = {
            "id": f"p{at}",
            "name": name,
            "number": number or f"+52 55 1234 {5600 + at}",
            "channel": channel,
        } | more
        self.phones.append(phone)
        self.messages[phone["id"]] = []
        self.sessions[phone["id"]] = {"session": None, "deadline": None, "opted_out": False, "journal": []}
        return phone

    async def bot_says(self, phone: str, kind: str = "text", **parts: Any) -> Json:
        await self.tell(type="typing", phone=phone, on=True)
        if parts.get("sms") is None and self._channel(phone) == "sms":
            parts["sms"] = {"encoding": "GSM-7", "units": len(parts["text"]), "parts": 1, "budget": 149}
        return await self._add_message(phone, {"from": "bot", "kind": kind, "status": "delivered", **parts})

    async def set_problems(self, *texts: str) -> None:
        self.problems = [{"text": text} for text in texts]
        await self.tell(type="workspace", problems=self.problems)

    async def tell(self, **line: Any) -> None:
        line = {"seq": len(self.lines) + 1, **line}
        self.lines.append(line)
        for socket in list(self.sockets):
            await socket.send_json(line)

    async def hang_up(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    async def _add_message(self, phone: str, parts: Json) -> Json:
        message = {"id": f"m{next(self._ids)}", "phone": phone, "at": self.now.isoformat(), **parts}
        self.messages[phone].append(message)
        await self.tell(type="message", phone=phone, message=message)
        return message

    def _channel(self, phone: str) -> str:
        return next(known["channel"] for known in self.phones if known["id"] == phone)

    def _move(self, phone: str, kind: str, text: str, **session: Any) -> None:
        known = self.sessions[phone]
        before = known["session"] or {
            "dialog": "visita",
            "version": "9f3c2a71d0",
            "state": "inicio",
            "phase": "waiting",
            "cause": "",
            "attempts": 0,
            "answers": {},
            "given": {},
        }
        known["session"] = {**before, **session}
        waiting = known["session"]["phase"] == "waiting"
        known["deadline"] = (self.now + WAIT).isoformat() if waiting else None
        facts = {"from": before["state"], "to": known["session"]["state"]}
        known["journal"].append({"at": self.now.isoformat(), "kind": kind, "text": text, "facts": facts})

    async def _answer(self, phone: str, text: str, quoting: str | None = None) -> None:
        """The canned bot: a few words each show one kind of message."""
        match text.casefold():
            case "hola" | "encuesta":
                await self.bot_says(
                    phone,
                    "buttons",
                    text="¡Hola! 👋 Gracias por visitar *Clínica Sol*.\n¿Cómo fue tu atención?",
                    footer="Toma un minuto",
                    buttons=[{"text": word, "payload": word.lower()} for word in ("Excelente", "Buena", "Mala")],
                )
                self._move(phone, "text", text, state="atencion", phase="waiting", cause="", answers={})
            case "excelente" | "buena" | "mala":
                await self.bot_says(
                    phone,
                    "list",
                    text="¿Qué sucursal visitaste?",
                    list={"button": "Ver sucursales", "rows": BRANCHES},
                )
                self._move(phone, "tap", text, state="sucursal", answers={"atencion": text, "nota": 5})
            case "centro" | "norte" | "sur":
                await self.bot_says(phone, text=f"Gracias. Anotamos _{text}_ 🙌", quoted=quoting)
                answers = {**self.sessions[phone]["session"]["answers"], "sucursal": text}
                self._move(phone, "tap", text, state="gracias", phase="ended", cause="closed", answers=answers)
            case "falla":
                reason = {"code": "131047", "text": "Pasaron más de 24 horas desde su último mensaje"}
                await self.bot_says(phone, text="No llegué", status="failed", error=reason)
            case "largo":
                sms = {"encoding": "UCS-2", "units": len(LONG), "parts": 3, "budget": 149}
                await self.bot_says(phone, text=LONG, sms=sms)
            case "baja":
                self.sessions[phone]["opted_out"] = True
                await self.bot_says(phone, text="Listo, no te escribiremos más.")
            case _:
                await self.bot_says(phone, text=f"Recibí: {text}")
        await self.tell(type="turn", phone=phone)

    # The API

    @web.middleware
    async def _refusing(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if not self.serves_phones and request.path.startswith("/dev/"):
            return web.json_response({"error": "no phones here"}, status=404)
        if self.refuse_next and request.method == "POST":
            said, self.refuse_next = self.refuse_next, ""
            return web.json_response({"error": said}, status=409)
        return await handler(request)

    async def _world(self, request: web.Request) -> web.Response:
        world = {
            "language": "es",
            "chosen_language": self.chosen_language,
            "channels": CHANNELS,
            "dialogs": DIALOGS,
            "phones": self.phones,
        }
        return web.json_response({**world, "clock": self._time(), "problems": self.problems})

    def _time(self) -> Json:
        return {"now": self.now.isoformat(), "offset_s": self.offset_s}

    async def _add(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        phone = self.add_phone(wanted["name"], wanted["channel"], wanted.get("number"))
        await self.tell(type="phones", phones=self.phones)
        return web.json_response(phone)

    async def _remove(self, request: web.Request) -> web.Response:
        self.phones = [phone for phone in self.phones if phone["id"] != request.match_info["id"]]
        await self.tell(type="phones", phones=self.phones)
        return web.Response(status=204)

    async def _messages(self, request: web.Request) -> web.Response:
        return web.json_response(self.messages[request.match_info["id"]])

    async def _send(self, request: web.Request) -> web.Response:
        phone = request.match_info["id"]
        sending = await request.json()
        self.sent.append({"phone": phone, **sending})
        parts: Json = {"from": "contact", "kind": "text", "status": "delivered", "text": sending.get("text", "")}
        if sending["kind"] == "tap":
            parts["quoted"] = sending["message"]
        elif sending["kind"] == "reaction":
            parts |= {"kind": "reaction", "text": sending["emoji"], "quoted": sending["message"]}
            return web.json_response(await self._add_message(phone, parts))
        elif sending["kind"] != "text":
            parts["kind"] = sending["kind"]
            parts["media"] = {"kind": sending["kind"], "filename": sending.get("filename")}
            parts["text"] = sending.get("name", "")
        message = await self._add_message(phone, parts)
        await self._answer(phone, parts["text"] or sending["kind"], message["id"])
        message["status"] = "read"
        await self.tell(type="status", phone=phone, message=message["id"], status="read")
        return web.json_response(message)

    async def _read(self, request: web.Request) -> web.Response:
        phone = request.match_info["id"]
        for message in self.messages[phone]:
            if message["from"] == "bot" and message["status"] == "delivered":
                message["status"] = "read"
                await self.tell(type="status", phone=phone, message=message["id"], status="read")
        return web.Response(status=204)

    async def _start(self, request: web.Request) -> web.Response:
        phone, wanted = request.match_info["id"], await request.json()
        self.sent.append({"phone": phone, **wanted})
        given = wanted["given"]
        await self.bot_says(
            phone,
            "template",
            header={"text": "Aviso de pago"},
            text=f"Hola {given.get('nombre', '')}, tu saldo de *${given.get('monto', '')}* vence pronto.",
            footer="Responde BAJA para no recibir más avisos",
            buttons=[
                {"text": "Prometer un pago", "payload": "PROMESA"},
                {"text": "Ver mi cuenta", "url": "https://example.com/cuenta"},
            ],
        )
        self._move(phone, "start", "", dialog=wanted["dialog"], state="aviso", given=given)
        await self.tell(type="turn", phone=phone)
        return web.json_response({})

    async def _session(self, request: web.Request) -> web.Response:
        return web.json_response(self.sessions[request.match_info["id"]])

    async def _clock(self, request: web.Request) -> web.Response:
        seconds = (await request.json())["advance_s"]
        self.now += timedelta(seconds=seconds)
        self.offset_s += seconds
        await self.tell(type="clock", clock=self._time())
        for phone, known in self.sessions.items():
            if known["deadline"] and datetime.fromisoformat(known["deadline"]) <= self.now:
                await self.bot_says(phone, text="No supimos más de ti. ¡Hasta pronto!")
                self._move(phone, "timed_out", "", state="timeout", phase="ended", cause="timed_out")
                await self.tell(type="turn", phone=phone)
        return web.json_response(self._time())

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        since = request.query.get("since")
        self.connected_since.append(since)
        if since is not None:
            for line in self.lines[int(since) :]:
                await socket.send_json(line)
        self.sockets.add(socket)
        try:
            async for received in socket:
                if received.type == WSMsgType.ERROR:
                    break
        finally:
            self.sockets.discard(socket)
        return socket
