"""`/api/v1/…/files/{file}`: what contacts sent, for who may read the conversation it came in."""

from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

from aiohttp import web

from bot_runtime.runtime.files import StoredFile
from bot_runtime.web import errors
from bot_runtime.web.api import Call, Route
from bot_runtime.web.auth import needs
from bot_runtime.web.errors import ApiError
from bot_runtime.web.tickets import Desk, ticket_for

# What a browser shows without running anything of it; the rest is only saved.
SHOWN: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4"}
    | {"audio/ogg", "audio/wav", "video/mp4", "video/3gpp", "video/quicktime", "application/pdf"}
)
_ENDINGS: Final = {"image/jpeg": ".jpg", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "video/mp4": ".mp4"}


class Shelf(Protocol):
    def find(self, id: str) -> StoredFile | None: ...
    def path(self, id: str) -> Path: ...


def file_routes(desk: Desk, files: Shelf) -> list[Route]:
    async def of_ticket(call: Call[None]) -> web.StreamResponse:
        ticket = await ticket_for(desk, call.caller, call.path["ticket"])
        found = files.find(call.path["file"])
        if found is None or (found.contact, found.channel) != (ticket.contact, ticket.channel):
            raise ApiError(404, errors.NOT_FOUND)
        return answered(found, files.path(found.id))

    async def any_file(call: Call[None]) -> web.StreamResponse:
        found = files.find(call.path["file"])
        if found is None:
            raise ApiError(404, errors.NOT_FOUND)
        return answered(found, files.path(found.id))

    agents, administrators = (
        needs(role="agent", scope="tickets:read"),
        needs(role="administrator", scope="tickets:read"),
    )
    about = "A file that the contact of this conversation sent."
    stream = "application/octet-stream"
    return [
        Route("GET", "/tickets/{ticket}/files/{file}", of_ticket, agents, about, file=stream),
        Route("GET", "/files/{file}", any_file, administrators, "A file that a contact sent, by its id.", file=stream),
    ]


def answered(found: StoredFile, path: Path) -> web.StreamResponse:
    """The file with headers that let no browser take it for anything else."""
    mime = found.mime.partition(";")[0].strip().lower()
    shown = mime in SHOWN
    name = quote(found.name or f"{found.kind}-{found.id[:8]}{_ENDINGS.get(mime, '')}", safe="")
    headers = {
        "Content-Type": mime if shown else "application/octet-stream",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'",
        "Cache-Control": "private, max-age=3600",
    }
    return web.FileResponse(path, headers=headers)
