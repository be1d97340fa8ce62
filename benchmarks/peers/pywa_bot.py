"""pywa (WhatsApp) on aiohttp, its documented mode for servers of one's own: it answers after the work, not before.

Its signature check, parsing and handlers. It has no state machine over Redis, so the session is kept by hand with
redis-py: SET NX against repeats, GET session, then SET session and RPUSH reply in one MULTI/EXEC.
"""

import gc
import logging
import os
import sys

import orjson
import uvloop
from aiohttp import web
from pywa_async import WhatsApp, filters, types
from redis.asyncio import BlockingConnectionPool, Redis, UnixDomainSocketConnection

pool = BlockingConnectionPool(
    connection_class=UnixDomainSocketConnection, path=os.environ["BENCH_SOCKET"], max_connections=64, timeout=60
)
redis = Redis(connection_pool=pool)
whatsapp = WhatsApp(
    phone_id="106540352242922",
    token="bench-token",
    verify_token="bench",
    app_secret=os.environ["BENCH_APP_SECRET"],
    webhook_endpoint="/webhooks/whatsapp",
    server=None,
)
whatsapp.api._session.base_url = "http://127.0.0.1:9"  # nothing leaves this machine

NEXT = {"rating": "agree", "agree": "topic", "topic": "comment", "comment": "email", "email": "done"}
FITS = {
    "rating": lambda text: text in "12345",
    "agree": lambda text: text in ("yes", "no"),
    "topic": lambda text: text in "123",
    "comment": len,
    "email": lambda text: "@" in text,
}


def reply(to, state):
    text = {"preview_url": False, "body": f"Question {state}: please answer"}
    return orjson.dumps(
        {"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text", "text": text}
    )


@whatsapp.on_message(filters.text)
async def survey(_: WhatsApp, message: types.Message):
    if not await redis.set("d:" + message.id, "1", nx=True, ex=86400):
        return
    contact = message.from_user.wa_id
    raw = await redis.get("s:" + contact)
    if raw is None:
        session = {"state": "rating", "answers": {}, "contact": contact}
    else:
        session = orjson.loads(raw)
        state = session["state"]
        if state != "done" and FITS[state](message.text):
            session["answers"][state] = message.text
            session["state"] = NEXT[state]
    async with redis.pipeline(transaction=True) as pipe:
        pipe.set("s:" + contact, orjson.dumps(session), ex=3600)
        pipe.rpush("outbox", reply(contact, session["state"]))
        await pipe.execute()


async def webhook(request):
    body = await request.read()
    refused = await whatsapp.webhook_update_validator(body, request.headers.get("X-Hub-Signature-256"))
    text, status = refused or await whatsapp.webhook_update_handler(body)
    return web.Response(text=text, status=status)


logging.disable(logging.CRITICAL)
app = web.Application()
app.router.add_post("/webhooks/whatsapp", webhook)
gc.collect()
gc.freeze()
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, loop=uvloop.new_event_loop())
