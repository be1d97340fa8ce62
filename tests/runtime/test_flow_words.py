"""Calls, reminders, bursts, what follows and late answers on a whole server: its timers, its store, its windows."""

import asyncio
import random

import msgspec
import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.workspace import load_workspace
from tests.runtime.test_conversations import eventually, session_of
from tests.runtime.test_edges import message, post
from tests.servers import StartServer, write_workspace

H = 3_600
CALLER = """
dialog: caller
language: en
late: resume
response_timeout: 4h
retry: { attempts: 2, goto: end }
starts: { default: true }
states:
  name: { ask: Your name?, answer: text, save: name, goto: where }
  where: { call: { dialog: address, save: { street: street } }, goto: sure }
  sure:
    ask: "{{ name }}, {{ street }}?"
    answer: yes_no
    remind: [{ after: 1h, say: Are you there? }, { after: 3h, say: Still there? }]
    goto: end
  end: { say: Thanks., close: answered, then: { dialog: later, after: 2h } }
anywhere:
  - { words: back, back: true }
"""
ADDRESS = """
dialog: address
language: en
retry: { attempts: 2, goto: end }
states:
  street: { ask: Which street?, answer: text, save: street, goto: end }
  end: { say: Noted. }
"""
LATER = """
dialog: later
language: en
retry: { attempts: 2, goto: end }
states:
  rate: { ask: How was it from 1 to 5?, answer: rating, save: rate, goto: end }
  end: { close: answered }
"""
BURST = """
dialog: burst_TAKE
language: en
starts: { keywords: [TAKE] }
retry: { attempts: 2, goto: end }
states:
  name: { ask: Your name?, answer: text, burst: { take: TAKE, within: 2s }, save: name, goto: sure }
  sure: { ask: "{{ name }}?", answer: text, save: sure, goto: end }
  end: { close: answered }
"""
DIALOGS = {"caller": CALLER, "address": ADDRESS, "later": LATER}
TAKES = ("first", "last", "join")


@pytest.fixture
async def server(start_server: StartServer, fakes: FakeProviders, tmp_path) -> Server:
    return await start_server(write_workspace(tmp_path / "bot", fakes, dialogs=DIALOGS))


async def says(fakes: FakeProviders, phone: Phone, *texts: str) -> list[str]:
    for text in texts:
        before = len(fakes.received(phone))
        fakes.say(phone, text)
        await fakes.expect(phone, before + 1)
    await fakes.delivered()
    return fakes.texts(phone)


async def test_f010_a_call_survives_a_hot_reload_of_both_dialogs(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    await says(fakes, ana, "hi", "Ana")
    root = server.workspace.root
    (root / "dialogs" / "caller.yaml").write_text(CALLER.replace("{{ street }}?", "changed?"))
    (root / "dialogs" / "address.yaml").write_text(ADDRESS.replace("Noted.", "Changed."))
    loaded = load_workspace(root, {})
    assert loaded.workspace
    await server.definitions.publish(loaded.workspace)
    server.definitions._versions.clear()  # as another process that has to ask the store for what a session pins
    fakes.say(ana, "Roma")
    said = [one.text for one in await fakes.expect(ana, 4)]
    assert said == ["Your name?", "Which street?", "Noted.", "Ana, Roma?"]
    fakes.say(ana, "back")
    assert (await fakes.expect(ana, 5))[4].text == "Which street?"


async def test_f054_reminders_come_in_time_and_stop_with_the_answer(server: Server, fakes: FakeProviders):
    ana, ben = fakes.phone("Ana"), fakes.phone("Ben")
    for phone in (ana, ben):
        await says(fakes, phone, "hi", phone.name)
        fakes.say(phone, "Roma")
        await fakes.expect(phone, 4)
    await fakes.delivered()
    await server.advance_clock(H + 1)
    for phone in (ana, ben):
        assert (await fakes.expect(phone, 5))[4].text == "Are you there?"
    fakes.say(ben, "yes")
    await fakes.expect(ben, 6)
    await fakes.delivered()
    await server.advance_clock(2 * H)
    assert (await fakes.expect(ana, 6))[5].text == "Still there?"
    assert "Still there?" not in fakes.texts(ben)
    await server.advance_clock(H)

    async def ended() -> bool:
        return (await session_of(server, ana)).get("phase") == "ended"

    assert await eventually(ended)  # four hours after the question, whatever was said meanwhile
    assert (await session_of(server, ana))["cause"] == "timed_out"
    journal = (await server.contact_view("whatsapp", ana.number))["journal"]
    assert [line["event"] for line in journal][-3:] == ["reminded", "reminded", "timed_out"]
    fakes.say(ana, "yes")  # D05: the late answer is the answer to the question that timed out
    assert (await fakes.expect(ana, 7))[6].text == "Thanks."


async def test_f018_the_survey_that_follows_begins_after_its_time_and_never_interrupts(
    server: Server, fakes: FakeProviders
):
    ana, ben = fakes.phone("Ana"), fakes.phone("Ben")
    for phone in (ana, ben):
        await says(fakes, phone, "hi", phone.name)
        fakes.say(phone, "Roma")
        await fakes.expect(phone, 4)
        fakes.say(phone, "yes")
        await fakes.expect(phone, 5)
    await fakes.delivered()
    fakes.say(ben, "hi again")
    await fakes.expect(ben, 6)
    await server.advance_clock(2 * H + 1)
    assert (await fakes.expect(ana, 6))[5].text == "How was it from 1 to 5?"
    assert (await session_of(server, ana))["dialog"] == "later"
    assert (await session_of(server, ben))["dialog"] == "caller"
    fakes.say(ben, "Ben")
    await fakes.expect(ben, 7)
    fakes.say(ben, "Roma")
    await fakes.expect(ben, 9)
    fakes.say(ben, "no")
    await fakes.expect(ben, 10)
    await server.advance_clock(601)
    assert (await fakes.expect(ben, 11))[10].text == "How was it from 1 to 5?"


async def test_outside_the_window_a_reminder_is_not_sent_and_the_journal_says_so(
    start_server: StartServer, fakes: FakeProviders, tmp_path
):
    slow = CALLER.replace("response_timeout: 4h", "response_timeout: 24h").replace("after: 3h", "after: 23h")
    chain = slow.replace("goto: end\n  end:", "goto: end\n    timeout: again\n  again:\n    ask: Really?\n"
        "    answer: yes_no\n    remind: [{ after: 1h, say: Hello? }]\n    goto: end\n  end:", 1)  # fmt: skip
    server = await start_server(write_workspace(tmp_path / "bot", fakes, dialogs={**DIALOGS, "caller": chain}))
    ana = fakes.phone("Ana")
    await says(fakes, ana, "hi", "Ana")
    fakes.say(ana, "Roma")
    await fakes.expect(ana, 4)
    await fakes.delivered()
    await server.advance_clock(24 * H + 60)

    async def flagged() -> list[str]:
        journal = (await server.contact_view("whatsapp", ana.number))["journal"]
        return [effect for line in journal for effect in line.get("effects", ()) if "window_closed" in effect]

    assert await eventually(flagged)
    assert (await session_of(server, ana))["state"] == "again"
    await server.advance_clock(H + 60)

    async def twice() -> bool:
        return len(await flagged()) == 2

    assert await eventually(twice)
    assert "Hello?" not in fakes.texts(ana)


async def test_b02_random_pairs_over_three_workers_make_one_session_and_lose_no_answer(
    start_server: StartServer, fakes: FakeProviders, tmp_path
):
    dialogs = {f"burst_{take}": BURST.replace("TAKE", take) for take in TAKES}
    root = write_workspace(tmp_path / "bot", fakes, dialogs=dialogs)
    workers = [await start_server(root) for _ in range(3)]
    chance = random.Random(2)
    phones = [(take, fakes.phone(f"{take} {n}")) for take in TAKES for n in range(8)]
    for take, phone in phones:
        fakes.say(phone, take)
    for _, phone in phones:
        await fakes.expect(phone, 1)
    await fakes.delivered()
    began = {phone.number: (await session_of(workers[0], phone))["started_at"] for _, phone in phones}

    async def pair(phone: Phone, number: int) -> None:
        whose = phone.number.removeprefix("+")
        contact = {"wa_id": whose, "profile": {"name": phone.name}}
        for part in (0, 1):
            words = message(f"part {part}", 2 * number + part, **{"from": whose})
            assert await post(chance.choice(workers), fakes, words, contacts=[contact]) == 200
            await asyncio.sleep(chance.uniform(0, 0.05))

    await asyncio.gather(*(pair(phone, number) for number, (_, phone) in enumerate(phones)))

    async def heard(phone: Phone) -> list[str]:
        journal = (await workers[0].contact_view("whatsapp", phone.number))["journal"]
        return [line["text"] for line in journal if line["event"] == "text"][1:]

    for _, phone in phones:

        async def both(phone: Phone = phone) -> bool:
            return len(await heard(phone)) == 2

        assert await eventually(both)
    await workers[0].advance_clock(3)
    for take, phone in phones:
        assert (await fakes.expect(phone, 2))[1:]
        said = await heard(phone)
        expected = {"first": said[0], "last": said[1], "join": "\n".join(said)}[take]
        session = await session_of(workers[0], phone)
        assert (session["started_at"], session["state"]) == (began[phone.number], "sure")
        assert session["answers"] == {"name": expected}
        assert fakes.texts(phone) == ["Your name?", f"{expected}?"]


async def test_a_contact_in_mid_survey_stays_small(server: Server, fakes: FakeProviders):
    """≤ 4096 bytes in the store with a call, a way back and a reminder under way."""
    ana = fakes.phone("Ana")
    await says(fakes, ana, "hi", "Ana María de los Ángeles")
    for street in ("Roma", "Via Apia", "Alameda"):
        fakes.say(ana, street)
        await eventually(lambda: at(server, ana, "sure"))
        fakes.say(ana, "back")
        await eventually(lambda: at(server, ana, "street"))
    contact = (await server.contact_view("whatsapp", ana.number))["contact"]
    keys, store = server.keys, server.store
    raw = await store.command("HGETALL", keys.contact(contact), key=keys.contact(contact))
    assert sum(map(len, raw)) <= 2_048
    session = next(value for name, value in zip(raw[::2], raw[1::2], strict=True) if name == b"s:whatsapp")
    assert len(msgspec.json.decode(session)["trail"]) >= 1


async def at(server: Server, phone: Phone, state: str) -> bool:
    return bool((await session_of(server, phone))["state"] == state)
