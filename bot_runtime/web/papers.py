"""`/files/{id}/{signature}/{name}`: PDFs made for contacts, fetched by their provider or by them.

No log-in: the address is signed, and is the secret.
"""

import asyncio
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot_runtime.runtime.papers import MIME, Papers

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",
}


def add_papers(app: web.Application, papers: Papers) -> None:
    async def fetched(request: web.Request) -> web.Response:
        found = papers.find(request.match_info["id"], request.match_info["signature"])
        if found is None:
            raise web.HTTPNotFound(headers=_HEADERS)
        named = f"inline; filename*=UTF-8''{quote(found.name, safe='')}"
        body = await asyncio.to_thread(papers.content, found)
        return web.Response(body=body, content_type=MIME, headers={**_HEADERS, "Content-Disposition": named})

    app.router.add_get("/files/{id}/{signature}/{name}", fetched)
