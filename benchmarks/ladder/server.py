"""One step of the ladder: `python -m benchmarks.ladder.server STEP PORT`.

b            verify the signature, parse, answer 200
c            b, and one store call that does the whole message in Lua
c2 redis-py  b, load the session, advance in Python, store it with the reply: two calls of redis-py as it comes
"""

import asyncio
import hmac
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import redis.asyncio
import uvloop
from aiohttp import web

from benchmarks.ladder.client import BareClient

SECRET = os.environ["BENCH_APP_SECRET"].encode()
NEXT = {
    "start": "rating",
    "rating": "agree",
    "agree": "topic",
    "topic": "comment",
    "comment": "email",
    "email": "done",
}
Handle = Callable[[str, str, str], Awaitable[None]]  # contact, message id, text

encode, decode = msgspec.json.encode, msgspec.json.decode


def read(body: bytes, signature: str) -> tuple[str, str, str]:
    expected = "sha256=" + hmac.digest(SECRET, body, "sha256").hex()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise web.HTTPUnauthorized
    message = decode(body)["entry"][0]["changes"][0]["value"]["messages"][0]
    return message["from"], message["id"], message["text"]["body"]


async def nothing(contact: str, message_id: str, text: str) -> None:
    """Step b ends here."""


async def in_lua(path: str) -> Handle:
    client = await BareClient.connect(path)

    async def handle(contact: str, message_id: str, text: str) -> None:
        await client.call("FCALL", "step", 3, f"d:{message_id}", f"s:{contact}", "outbox", contact, text)

    return handle


async def with_redis_py(path: str) -> Handle:
    client = redis.asyncio.Redis(unix_socket_path=path, max_connections=64)

    async def handle(contact: str, message_id: str, text: str) -> None:
        seen, kept = f"d:{message_id}", f"s:{contact}"
        while True:
            version, raw = await client.execute_command("HMGET", kept, "v", "b")
            session, reply = advance(decode(raw) if raw else None, contact, text)
            arguments = [version or b"0", str(session["v"]), encode(session), encode(reply)]
            if not isinstance(await client.fcall("commit", 3, seen, kept, "outbox", *arguments), list):
                return  # a list is the session of whoever was quicker: try again

    return handle


def advance(session: dict[str, Any] | None, contact: str, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    session = session or {
        "v": 0,
        "dialog": "survey@1",
        "state": "start",
        "answers": {},
        "contact": contact,
        "lang": "en",
    }
    if session["state"] != "start":
        session["answers"][session["state"]] = text
    session["state"] = NEXT.get(session["state"], "rating")
    session["v"] += 1
    body = {"preview_url": False, "body": f"Question {session['state']}: please answer"}
    reply = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": contact,
        "type": "text",
        "text": body,
    }
    return session, reply


async def main(step: str, port: int) -> None:
    path = os.environ["BENCH_SOCKET"]
    handle = {"b": nothing}.get(step) or await {"c": in_lua, "c2 redis-py": with_redis_py}[step](path)

    async def webhook(request: web.Request) -> web.Response:
        await handle(*read(await request.read(), request.headers["X-Hub-Signature-256"]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhooks/whatsapp", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
