"""What Graph keeps for an account beside its messages: templates, listed page by page, and media, up and down."""

import hashlib
import secrets
from typing import Any

from aiohttp import web

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.graph_errors import GraphError
from bot_runtime.devtools.provider import Provider
from bot_runtime.devtools.world import Call


class GraphLibrary(Provider):
    """`files`: media id → content and MIME type. `tier`: how many contacts an account may reach, as Graph says it
    (`TIER_250`, `TIER_2K`, …); empty: it says none."""

    tier = ""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.files: dict[str, tuple[bytes, str]] = {}

    def library_routes(self, prefix: str) -> list[web.RouteDef]:
        base = prefix + r"/{version:v\d+\.\d+}"
        return [
            web.post(base + "/{phone_number_id}/media", self.upload),
            web.get(base + "/{waba_id}/message_templates", self.templates),
            web.get(base + "/{media_id}", self.media),
            web.get(prefix + "/media/{media_id}", self.download),
        ]

    async def templates(self, request: web.Request) -> web.StreamResponse:
        account = next((one for one in self.accounts.values() if one.waba_id == request.match_info["waba_id"]), None)
        call = self.world.record(account.name if account else "", "GET", request.path, dict(request.query))
        try:
            self.authorize(request, account)
            assert account is not None
            limit, after = int(request.query.get("limit", 25)), int(request.query.get("after") or 0)
            if limit < 1 or after < 0:
                raise ValueError(limit)
        except GraphError as refusal:
            return self.refuse(call, refusal)
        except ValueError:
            return self.refuse(call, GraphError(100, "limit and after must come from the paging before"))
        wanted = request.query.get("status", "").upper()
        found = [one for one in account.templates if not wanted or one.status == wanted]
        shown = [
            {
                "id": str(index + 1),
                "name": one.name,
                "status": one.status,
                "category": one.category,
                "language": one.language,
                "parameter_format": one.parameter_format,
                "components": one.components,
            }
            for index, one in enumerate(found)
        ][after : after + limit]
        paging: dict[str, Any] = {"cursors": {"before": str(after), "after": str(after + limit)}}
        if after + limit < len(found):
            paging["next"] = str(request.url.update_query(after=str(after + limit), limit=str(limit)))
        return self.answer(call, 200, {"data": shown, "paging": paging})

    async def upload(self, request: web.Request) -> web.StreamResponse:
        account = self.account_of(request)
        form = await request.post()
        call = self.world.record(account.name if account else "", "POST", request.path, sorted(form))
        try:
            self.authorize(request, account)
            file = form.get("file")
            if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
                raise GraphError(100, "messaging_product and file are required")
        except GraphError as refusal:
            return self.refuse(call, refusal)
        return self.answer(call, 200, {"id": self.keep_file(file.file.read(), file.content_type)})

    async def media(self, request: web.Request) -> web.StreamResponse:
        id = request.match_info["media_id"]
        if account := next((one for one in self.accounts.values() if one.phone_number_id == id), None):
            return self.number(request, account)
        call = self.world.record("", "GET", request.path, None)
        if not self._known_token(request):
            return self.refuse(call, GraphError(190))
        if id not in self.files:
            return self.refuse(call, GraphError(100, f"Object with ID '{id}' does not exist"))
        content, mime = self.files[id]
        prefix = request.path.rsplit("/", 2)[0]
        described = {
            "messaging_product": "whatsapp",
            "url": f"{request.scheme}://{request.host}{prefix}/media/{id}",
            "mime_type": mime,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": str(len(content)),
            "id": id,
        }
        return self.answer(call, 200, described)

    def number(self, request: web.Request, account: Account) -> web.StreamResponse:
        """A phone number's fields; of them only the level is known here, and only where `tier` says one."""
        call = self.world.record(account.name, "GET", request.path, dict(request.query))
        try:
            self.authorize(request, account)
        except GraphError as refusal:
            return self.refuse(call, refusal)
        asked = request.query.get("fields", "").split(",")
        field = "whatsapp_business_manager_messaging_limit"
        told = {field: self.tier} if self.tier and field in asked else {}
        return self.answer(call, 200, {"id": account.phone_number_id, **told})

    async def download(self, request: web.Request) -> web.StreamResponse:
        id = request.match_info["media_id"]
        if id not in self.files or not self._known_token(request):
            return web.Response(status=404)
        content, mime = self.files[id]
        return web.Response(body=content, headers={"Content-Type": mime})

    def keep_file(self, content: bytes, mime: str) -> str:
        id = str(secrets.randbelow(10**15) + 10**15)
        self.files[id] = (content, mime)
        return id

    def account_of(self, request: web.Request) -> Account | None:
        wanted = request.match_info["phone_number_id"]
        return next((one for one in self.accounts.values() if one.phone_number_id == wanted), None)

    def authorize(self, request: web.Request, account: Account | None) -> None:
        if account is None:
            raise GraphError(100, "Unsupported post request. Object with this ID does not exist")
        if request.headers.get("Authorization") != f"Bearer {account.token}":
            raise GraphError(190)

    def _known_token(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") in {f"Bearer {one.token}" for one in self.accounts.values()}

    def refuse(self, call: Call, refusal: GraphError) -> web.Response:
        call.code = refusal.code
        return self.answer(call, refusal.status, refusal.answer())
