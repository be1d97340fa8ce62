"""A server that speaks the campaigns' API (`docs/architecture.md`) over made-up campaigns, so that the page can be
tested by itself. How lists are read and messages sent is tested elsewhere."""

import asyncio
import csv
import io
import json
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot_runtime.channels import sms
from bot_runtime.web.console import add_console
from tests.console.campaigns import lists
from tests.console.campaigns.choices import CHOICES, titled
from tests.console.campaigns.lists import NOW, Json
from tests.console.campaigns.world import World

CSRF = "the-token"


class FakeCampaigns(World):
    """`done` holds what the page asked for, `uploads` the campaigns it tried to make; the rest is what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.role = "administrator"
        self.serves_campaigns = True
        self.logged_in = True
        self.opted_out = 0  # how many of each list
        self.level: int | None = None  # how many messages may leave a day
        self.zone = True  # bot.yaml names one
        self.done: list[tuple[str, str, Json]] = []
        self.keys: set[str] = set()
        self.uploads: list[Json] = []
        self.asked: list[dict[str, str]] = []
        self.refuse_next = ""
        self.refuse_field = ""  # which field of the form `refuse_next` is about
        self.hold: dict[str, asyncio.Event] = {}  # answers that wait: by "GET /campaigns/c101"
        self.keys_sent: list[str] = []
        self.lose_next = False  # the next campaign is made, and nobody hears of it
        self._made: dict[str, Json] = {}
        self.page_size = 50
        self.url = ""
        self.flows: list[Json] = []  # made while the test runs

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door], client_max_size=25 * 1024 * 1024)
        one = "/api/v1/campaigns/{id}"
        app.add_routes(
            [
                web.get("/api/v1/me", self._me),
                web.post("/api/v1/login", self._login),
                web.get("/api/v1/agents", self._agents),
                web.get("/api/v1/live", self._live),
                web.get("/api/v1/campaigns", self._list),
                web.post("/api/v1/campaigns", self._create),
                web.get("/api/v1/campaigns/choices", self._choices),
                web.post("/api/v1/campaigns/flows", self._make_flow),
                web.get("/api/v1/campaigns/sample", self._sample),
                web.get("/api/v1/campaigns/name-advice", self._name_advice),
                web.get(one, self._detail),
                web.patch(one, self._edit),
                web.get(one + "/problems", self._problems),
                web.get(one + "/plan", self._plan),
                web.get(one + "/review", self._review),
                web.get(one + "/preview", self._preview),
                web.get(one + "/recipients", self._recipients),
                web.get(one + "/export", self._export),
                web.post(one + "/{action}", self._act),
            ]
        )
        add_console(app)
        return app

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith("/dev/"):
            return web.json_response({"error": "no phones here"}, status=404)
        if not request.path.startswith("/api/"):
            return await handler(request)
        if not self.logged_in and request.path != "/api/v1/login":
            return web.json_response({"error": "entra primero"}, status=401)
        if not self.serves_campaigns and request.path.startswith("/api/v1/campaigns"):
            return web.json_response({"error": "no existe"}, status=404)
        asked = f"{request.method} {request.path.removeprefix('/api/v1')}"
        if asked in self.hold:
            await self.hold[asked].wait()
        if request.method in ("POST", "PATCH"):
            if request.headers.get("X-CSRF") != CSRF and request.path != "/api/v1/login":
                return web.json_response({"error": "falta X-CSRF"}, status=403)
            if self.refuse_next:
                said, self.refuse_next = self.refuse_next, ""
                return web.json_response(
                    {"error": said, "field": self.refuse_field, "state": "sending", "allowed": []}, status=409
                )
        return await handler(request)

    async def _me(self, request: web.Request) -> web.Response:
        user = {"name": "ana", "display": "Ana Torres", "role": self.role, "departments": ["cobranza"]}
        departments = [{**one, "mine": True} for one in CHOICES["departments"]]
        reasons = [{"name": "promesa", "title": "Promesa de pago"}, {"name": "ya_pago", "title": "Ya pagó"}]
        me = {"user": user, "csrf": CSRF, "presence": "connected", "language": "es", "brand": "Sol"}
        return web.json_response({**me, "departments": departments, "close_reasons": reasons})

    async def _login(self, request: web.Request) -> web.Response:
        self.logged_in = True
        return web.json_response({})

    async def _agents(self, request: web.Request) -> web.Response:
        return web.json_response({"agents": []})

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.add(socket)
        try:
            await socket.send_json({"type": "hello", "now": NOW.isoformat()})
            async for _ in socket:
                pass
        finally:
            self.sockets.discard(socket)
        return socket

    async def _choices(self, request: web.Request) -> web.Response:
        dialogs = [*CHOICES["dialogs"], *self.flows]
        zone = {} if self.zone else {"zone": "UTC", "says_zone": False}
        said = titled(request.headers.get("X-Language", "es"))
        return web.json_response({**CHOICES, **said, "dialogs": dialogs, **zone})

    async def _make_flow(self, request: web.Request) -> web.Response:
        name = (await request.json())["template"]
        self.flows.append({"name": name, "title": name.replace("_", " ").capitalize(), "template": name})
        return web.json_response({"dialog": self.flows[-1], "file": f"dialogs/{name}.yaml"})

    async def _name_advice(self, request: web.Request) -> web.Response:
        return web.json_response({"advice": "Di tema y objetivo" if "prueba" in request.query["name"] else ""})

    async def _list(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        self.asked.append(asked)
        sought = asked.get("q", "").casefold()
        found = [
            one
            for one in sorted(self.campaigns.values(), key=lambda one: one["created_at"], reverse=True)
            if one["state"] == asked.get("state", one["state"])
            and one["channel"] == asked.get("channel", one["channel"])
            and one["archived"] == (asked.get("archived") == "true")
            and (sought in one["name"].casefold() or sought == one["id"])
            and one["created_at"] < asked.get("before", "9")
        ]
        page, rest = found[: self.page_size], found[self.page_size :]
        return web.json_response({"campaigns": page, "next": page[-1]["created_at"] if rest else None})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        key = request.headers["Idempotency-Key"]
        self.keys_sent.append(key)
        if key in self._made:
            campaign = self._made[key]
            return web.json_response({"campaign": self.detailed(campaign)})
        answer = await self._check(None, json.loads(str(form["campaign"])), form["file"])
        if answer.status == 200:
            self._made[key] = next(reversed(self.campaigns.values()))
        if self.lose_next:
            self.lose_next = False
            half = web.StreamResponse(headers={"Content-Length": "1000"})
            await half.prepare(request)
            await half.write(b"{")  # a browser sends again by itself what got no answer at all
            assert request.transport is not None
            request.transport.close()
            return half
        return answer

    async def _edit(self, request: web.Request) -> web.Response:
        campaign = self.campaigns[request.match_info["id"]]
        if request.content_type == "application/json":
            assert await request.json() == {"skip_wrong": True}
            wrong = {problem["row"] for problem in self.problems[campaign["id"]]}
            rows = [row for row in self.rows[campaign["id"]] if row["row"] not in wrong]
            self.rows[campaign["id"]], self.problems[campaign["id"]] = rows, []
            campaign.update(
                state="loaded",
                contacts=len(rows),
                messages=len(rows),
                counts={"pending": len(rows)},
                dropped=len(wrong),
            )
            await self.tell(campaign)
            return web.json_response({"campaign": self.detailed(campaign)})
        form = await request.post()
        return await self._check(campaign, json.loads(str(form["campaign"])), form.get("file"))

    async def _check(self, before: Json | None, wanted: Json, file: Any) -> web.Response:
        """Make a campaign, or change one, with or without another list."""
        if file is not None:
            lines = list(csv.reader(io.StringIO(file.file.read().decode())))
        else:
            lines = self.lists[before["id"]] if before else []
        name = file.filename if file is not None else None
        self.uploads.append({**wanted, "file": name, "rows": len(lines) - 1, "of": before and before["id"]})
        template = next(one for one in CHOICES["templates"] if one["name"] == wanted["template"])
        columns = lists.columns(lines[0], template["parameters"], wanted)
        refused = lists.refused(lines, len(template["parameters"]), wanted["allow_repeats"])
        if refused:
            answer = {"error": "la lista tiene fallas", "problems": refused, "total": len(refused), "columns": columns}
            return web.json_response(answer, status=422)
        wrong = [
            lists.problem(at, 0, lines[0], "phone_letters") for at, line in enumerate(lines) if at and "X" in line[0]
        ]
        facts = {
            key: wanted.get(key) for key in ("channel", "department", "template", "language", "dialog", "late", "busy")
        }
        facts |= {"expects_answer": wanted["expects_answer"], "wait_s": wanted["wait_s"] or 0, "links": wanted["links"]}
        facts["remind"] = [{"say": "", "template": "", "language": "", **one} for one in wanted["remind"]]
        state = "invalid" if wrong else "loaded"
        if before:
            campaign = before
            campaign.update(facts, name=wanted["name"], state=state)
        else:
            campaign = self.add(wanted["name"], state, **facts, created_at=NOW.isoformat())
        campaign["file"] = name or campaign["file"]
        self.lists[campaign["id"]] = lines
        self.problems[campaign["id"]], self.columns[campaign["id"]] = wrong, columns
        self.fill(campaign, pending=len(lines) - 1)
        for row, line in zip(self.rows[campaign["id"]], lines[1:], strict=True):
            row.update(phone=line[0], parameters=line[1 : 1 + len(template["parameters"])])
        await self.tell(campaign)
        return web.json_response({"campaign": self.detailed(campaign)})

    async def _sample(self, request: web.Request) -> web.Response:
        name = f"{request.query['template']}.{request.query['format']}"
        return web.Response(text="Teléfono", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _detail(self, request: web.Request) -> web.Response:
        campaign = self.campaigns.get(request.match_info["id"])
        if campaign is None:
            return web.json_response({"error": "No existe esa campaña."}, status=404)
        return web.json_response(self.detailed(campaign))

    async def _problems(self, request: web.Request) -> web.Response:
        found = self.problems.get(request.match_info["id"], [])
        return web.json_response({"problems": found, "total": len(found)})

    async def _review(self, request: web.Request) -> web.Response:
        campaign = request.match_info["id"]
        rows, out = len(self.rows[campaign]), self.opted_out
        aside = [{"reason": "opt_out", "why": "se dio de baja", "count": out}] if out else []
        advice = [
            {
                "rule": "W18",
                "code": "not_asked",
                "name": name,
                "message": f"se espera '{name}' y ninguna pregunta lo guarda",
                "proposal": f"{name}:\n  ask: ¿Cuál es tu correo?\n  answer: {kind}\n  save: {name}",
            }
            for name, kind in (self.uploads[-1]["expects"] if self.uploads else {}).items()
        ]
        return web.json_response({"messages": rows, "left": rows - out, "set_aside": aside, "advice": advice})

    async def _plan(self, request: web.Request) -> web.Response:
        messages = len(self.rows[request.match_info["id"]])
        limit = self.level or messages
        days = [
            {"day": f"{NOW + timedelta(days=at):%Y-%m-%d}", "messages": min(limit, messages - at * limit)}
            for at in range(-(-messages // limit) if messages else 0)
        ]
        advice = f"Esta cuenta llega a {limit} contactos en 24 horas." if len(days) > 1 else None
        today = days[0]["messages"] if days else 0
        facts = {"messages": messages, "limit": self.level, "free": self.level, "ahead": 0, "left_over": 0}
        return web.json_response({**facts, "today": today, "days": days, "advice": advice})

    async def _preview(self, request: web.Request) -> web.Response:
        campaign = self.campaigns[request.match_info["id"]]
        rows = self.rows[campaign["id"]]
        number = int(request.query.get("row", rows[0]["row"]))
        row = next((row for row in rows if row["row"] == number), None)
        if row is None:
            return web.json_response({"error": f"no existe la fila {number}"}, status=404)
        template = next(one for one in CHOICES["templates"] if one["name"] == campaign["template"])
        text = lists.filled(campaign, row)
        parts = {key: template[key] for key in ("header", "footer", "buttons")}
        cost = sms.figures(text) if campaign["channel"] == "avisos" else None
        told = {"row": number, "rows": len(rows), "phone": row["phone"], "text": text, "sms": cost}
        return web.json_response({**told, **parts})

    async def _recipients(self, request: web.Request) -> web.Response:
        asked = request.query
        found = [
            row
            for row in self.rows[request.match_info["id"]]
            if row["status"] == asked.get("status", row["status"])
            and asked.get("q", "") in row["phone"]
            and row["row"] > int(asked.get("after", "0"))
        ]
        page, rest = found[: int(asked["limit"])], found[int(asked["limit"]) :]
        return web.json_response({"recipients": page, "next": str(page[-1]["row"]) if rest else None})

    async def _export(self, request: web.Request) -> web.Response:
        name = f"{request.match_info['id']}.{request.query['format']}"
        return web.Response(text="Teléfono", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _act(self, request: web.Request) -> web.Response:
        campaign, action = self.campaigns[request.match_info["id"]], request.match_info["action"]
        facts = await request.json()
        key = request.headers["Idempotency-Key"]
        if key not in self.keys:
            self.keys.add(key)
            if action not in self.actions(campaign):
                refusal = {"error": f"Una campaña {campaign['state']} no admite {action}.", "state": campaign["state"]}
                return web.json_response({**refusal, "allowed": self.actions(campaign)}, status=409)
            self.done.append((campaign["id"], action, facts))
            self.take(campaign, action, facts)
        if action == "delete":
            return web.Response(status=204)
        answer = next(reversed(self.campaigns.values())) if action in ("duplicate", "resend") else campaign
        await self.tell(answer)
        return web.json_response({"campaign": answer})
