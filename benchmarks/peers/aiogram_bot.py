"""aiogram (Telegram) on aiohttp: the closest well-kept peer with webhooks, a state machine and Redis of its own.

Its secret-token check, `RedisStorage`, FSM filters, and the Redis lock that more than one process needs; repeats are
dropped by a middleware (SET NX); a reply is pushed to a list from a session of ours instead of being sent, and its
answer is not parsed.
"""

import gc
import os
import sys

import orjson
import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from redis.asyncio import Redis

redis = Redis(unix_socket_path=os.environ["BENCH_SOCKET"], max_connections=128)
router = Router()


def to_json(value):
    return orjson.dumps(value).decode()


class Outbox(AiohttpSession):
    async def make_request(self, bot, method, timeout=None):  # noqa: ASYNC109
        entry = {"method": method.__api_method__, "chat_id": method.chat_id, "text": method.text}
        await redis.rpush("outbox", to_json(entry))
        return True


class Survey(StatesGroup):
    rating = State()
    agree = State()
    topic = State()
    comment = State()
    email = State()


@router.message(CommandStart())
async def begin(message: Message, state: FSMContext):
    await state.set_state(Survey.rating)
    await message.answer("From 1 (bad) to 5 (good), how was your delivery?")


@router.message(Survey.rating, F.text.regexp(r"^[1-5]$"))
async def rating(message: Message, state: FSMContext):
    await state.update_data(rating=message.text)
    await state.set_state(Survey.agree)
    await message.answer("Would you recommend us?")


@router.message(Survey.agree, F.text.lower().in_({"yes", "no"}))
async def agree(message: Message, state: FSMContext):
    await state.update_data(agree=message.text)
    await state.set_state(Survey.topic)
    await message.answer("What mattered most? 1 Speed 2 Care 3 Price")


@router.message(Survey.topic, F.text.in_({"1", "2", "3"}))
async def topic(message: Message, state: FSMContext):
    await state.update_data(topic=message.text)
    await state.set_state(Survey.comment)
    await message.answer("Any comment?")


@router.message(Survey.comment)
async def comment(message: Message, state: FSMContext):
    await state.update_data(comment=message.text)
    await state.set_state(Survey.email)
    await message.answer("Your e-mail?")


@router.message(Survey.email, F.text.contains("@"))
async def email(message: Message, state: FSMContext):
    await state.update_data(email=message.text)
    await state.set_state(None)
    await message.answer("Thank you.")


@router.message()
async def other(message: Message):
    await message.answer("Please try again")


async def once(handler, event, data):
    if await redis.set(f"d:{event.update_id}", "1", nx=True, ex=86400):
        return await handler(event, data)
    return None


def main():
    storage = RedisStorage(redis, state_ttl=3600, data_ttl=3600, json_loads=orjson.loads, json_dumps=to_json)
    dispatcher = Dispatcher(storage=storage, events_isolation=storage.create_isolation())
    dispatcher.include_router(router)
    dispatcher.update.outer_middleware(once)
    order = dispatcher.update.outer_middleware._middlewares
    order.insert(0, order.pop())  # before the one that takes the lock
    bot = Bot("123456:bench", session=Outbox(json_loads=orjson.loads, json_dumps=to_json))
    app = web.Application()
    webhook = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="bench-secret-token")
    webhook.register(app, "/webhooks/telegram")
    gc.collect()
    gc.freeze()  # start-up objects leave the collector: shorter pauses
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, loop=uvloop.new_event_loop())


main()
