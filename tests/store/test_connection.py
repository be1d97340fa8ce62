import asyncio

from bot_runtime.store.connection import Store
from bot_runtime.store.scripts import Script

ECHO = Script("echo", b"return {KEYS[1], ARGV[1]}")


async def test_a_script_gets_its_keys_and_arguments(store: Store):
    assert await store.run(ECHO, ["k"], ["á"]) == [b"k", "á".encode()]


async def test_ten_thousand_calls_at_once_each_get_their_own_answer(store: Store):
    answers = await asyncio.gather(*(store.run(ECHO, [f"k{n}"], [n]) for n in range(10_000)))
    assert answers == [[b"k%d" % n, b"%d" % n] for n in range(10_000)]
