"""What happens to an event that no turn can take: three tries, a dead letter, one apology, and on with the next."""

import signal
from pathlib import Path

import msgspec
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs import texts
from bot_runtime.dialogs.events import TextReceived
from bot_runtime.runtime import turns
from bot_runtime.settings import Settings
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import DeadLetter
from tests.runtime.processes import Process, free_port
from tests.runtime.test_conversations import eventually, session_of
from tests.servers import write_workspace

APOLOGY = texts.say("en", "error_text")


async def letters_of(store: Store, shards: int) -> list[DeadLetter]:
    found = [await store.command("HVALS", f"test:{{s{shard}}}:dead") for shard in range(shards)]
    return [msgspec.json.decode(one, type=DeadLetter) for shard in found for one in shard]


async def put_off(server: Server, key: str, tries: int) -> bool:
    """Whether the event was tried so often and nobody holds the contact now."""
    contact = key.rpartition(":")[2]
    counted = await server.store.command("HGET", key, "tries", key=key)
    work = server.keys.work(contact.partition(".")[0])
    due = await server.store.command("ZSCORE", work, contact, key=work)
    return counted.endswith(b":%d" % tries) and due is not None and float(due) % 1 == 0 if counted else False


async def run_out_of_tries(server: Server, key: str) -> None:
    for tries in (1, 2):
        await eventually(lambda tries=tries: put_off(server, key, tries))
        await server.advance_clock(11)


async def test_a_turn_that_raises_three_times_is_put_aside_and_the_contact_told_once(
    server: Server, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    field = f"s:{ana.channel}"
    contact = (await server.contact_view(ana.channel, ana.number))["contact"]
    key = server.keys.contact(contact)
    kept = await server.store.command("HGET", key, field, key=key)
    await server.store.command("HSET", key, field, b'{"not": "a session"}', key=key)  # as a bug would leave it
    fakes.say(ana, "5")
    await run_out_of_tries(server, key)
    said = await fakes.expect(ana, 2)

    assert said[1].text == APOLOGY
    await server.store.command("HSET", key, field, kept, key=key)
    fakes.say(ana, "4")
    assert (await fakes.expect(ana, 3))[2].text == "Will you come back?"
    assert (await session_of(server, ana))["answers"] == {"rating": 4}
    (letter,) = await letters_of(server.store, server.keys.shards)
    event = msgspec.json.decode(letter.event, type=TextReceived)
    assert (letter.id, letter.contact, letter.tries, event.text) == (f"{contact}.2", contact, 3, "5")
    assert letter.why.startswith("ValidationError: ")
    assert abs((letter.at - server.store.clock.now()).total_seconds()) < 30


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("boom", id="a dialog that raises"),
        pytest.param("boom \x00 with a NUL", id="NUL"),
        pytest.param("boom " + "x" * 65_536, id="64 KB"),
    ],
)
async def test_a_poison_message_delays_nobody_and_its_writer_for_three_tries(
    server: Server, fakes: FakeProviders, monkeypatch, text: str
):
    real = turns.converse

    def converse(book, session, pinned, event, about, opted_out, *shelf):
        if isinstance(event, TextReceived) and event.text.startswith("boom"):
            raise RuntimeError("this dialog raises")
        return real(book, session, pinned, event, about, opted_out, *shelf)

    monkeypatch.setattr(turns, "converse", converse)
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, text)
    fakes.say(ana, "5")
    fakes.say(luis, "hi")
    await fakes.expect(luis, 1)
    key = server.keys.contact((await server.contact_view(ana.channel, ana.number))["contact"])
    await run_out_of_tries(server, key)

    said = [message.text for message in await fakes.expect(ana, 3)]
    assert said == ["How was it, Ana?", APOLOGY, "Will you come back?"]
    (letter,) = await letters_of(server.store, server.keys.shards)
    assert (letter.why, letter.tries) == ("RuntimeError: this dialog raises", 3)
    assert msgspec.json.decode(letter.event)["text"] == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("NUL \x00 inside", id="NUL"),
        pytest.param("x" * 65_536, id="64 KB"),
        pytest.param("\ud83d half a character", id="lone surrogate"),
    ],
)
async def test_odd_texts_are_answered_like_any_other(server: Server, fakes: FakeProviders, text: str):
    ana = fakes.phone("Ana")
    fakes.say(ana, text)
    await fakes.expect(ana, 1)
    fakes.say(ana, "5")

    assert [message.text for message in await fakes.expect(ana, 2)] == ["How was it, Ana?", "Will you come back?"]
    assert await letters_of(server.store, server.keys.shards) == []


async def test_an_event_nobody_can_read_does_not_spoil_the_one_before_it(
    server: Server, fakes: FakeProviders, monkeypatch
):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    contact = (await server.contact_view(ana.channel, ana.number))["contact"]
    inbox, key, work = server.keys.inbox(contact), server.keys.contact(contact), server.keys.work(contact.split(".")[0])
    raw = b'{"is": "what_is_this", "channel": "%s"}' % ana.channel.encode()
    wait = msgspec.json.encode(
        {
            "is": "timed_out",
            "at": "2020-01-01T00:00:00Z",
            "channel": ana.channel,
            "wait": 999,
            "due_at": "2020-01-01T00:00:00Z",
        }
    )
    for event in (wait, raw):
        number = await server.store.command("HINCRBY", key, "seq", 1, key=key)
        await server.store.command("RPUSH", inbox, b"%d|%s" % (number, event), key=inbox)
    await server.store.command("ZADD", work, server.store.clock.now_ms() - 1, contact, key=work)
    await run_out_of_tries(server, key)
    fakes.say(ana, "5")

    assert [one.text for one in await fakes.expect(ana, 3)] == ["How was it, Ana?", APOLOGY, "Will you come back?"]
    (letter,) = await letters_of(server.store, server.keys.shards)
    assert letter.event == raw.decode()


KILLED_BY_A_TURN = """
import os, signal
from bot_runtime.runtime import turns
real = turns.converse

def converse(book, session, pinned, event, about, opted_out, *shelf):
    if getattr(event, "text", "") == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(book, session, pinned, event, about, opted_out, *shelf)

turns.converse = converse
from bot_runtime.cli import main
main()
"""


async def test_an_event_that_kills_the_process_is_put_aside_after_three_of_them(fakes: FakeProviders, tmp_path: Path):
    port = free_port()
    fakes.point_to(f"http://127.0.0.1:{port}")
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    server = Process(write_workspace(tmp_path / "bot", fakes), tmp_path / "data", port, code=KILLED_BY_A_TURN)
    async with server:
        fakes.say(ana, "hi")
        await fakes.expect(ana, 1)
        await fakes.delivered()
        fakes.say(ana, "poison")
        fakes.say(ana, "5")
        for _ in range(2):
            assert await server.ended() == -signal.SIGKILL
            await server.start(ready=False)
        assert await server.ended() == -signal.SIGKILL
        fakes.say(luis, "hi")
        await server.start()
        said = [message.text for message in await fakes.expect(ana, 3)]
        await fakes.expect(luis, 1)
        assert await server.stop() == 0

    assert said == ["How was it, Ana?", APOLOGY, "Will you come back?"]
    store = await Store.connect(Settings(data_dir=str(tmp_path / "data")))
    try:
        (letter,) = await letters_of(store, 64)
    finally:
        await store.close()
    assert (letter.why, letter.tries) == (turns.CRASHED, 3)
    assert msgspec.json.decode(letter.event)["text"] == "poison"
