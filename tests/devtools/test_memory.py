"""A killed `dev` goes on with the same phones, chats and webhooks not taken yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot_runtime.devtools import accounts
from bot_runtime.devtools.memory import Memory
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Message
from tests.devtools.conftest import Receiver

NOBODY = "http://127.0.0.1:9"


@contextmanager
def reborn(path: Path, target: str) -> Iterator[FakeProviders]:
    """The fakes of one run; each line was written as it happened, so being closed in order adds nothing."""
    fakes = FakeProviders([accounts.whatsapp(), accounts.twilio()], target=target)
    memory = Memory(fakes, path)
    memory.load()
    yield fakes
    memory.close()


async def test_chats_come_back_as_they_were(tmp_path: Path):
    path = tmp_path / "data" / "phones.jsonl"
    with reborn(path, NOBODY) as fakes:
        world = fakes.world
        ana, luis = fakes.phone("Ana"), fakes.phone("Luis", hidden=True)
        marta = fakes.phone("Marta", "sms")
        said = fakes.say(ana, "hola")
        answer = world.show(Message(id="m1", phone=ana.id, sender="bot", at=world.now(), kind="text", text="¡Hola!"))
        world.mark("m1", "read")
        world.remove_phone(marta.id)

    for _ in range(2):  # the file a reading writes anew reads the same
        with reborn(path, NOBODY) as fakes:
            assert fakes.world.phones == {ana.id: ana, luis.id: luis}
            assert fakes.world.by_phone[ana.id] == [said, answer]
            assert fakes.world.messages["m1"].status == "read"


async def test_a_webhook_nobody_took_is_brought_after_the_restart(tmp_path: Path, receiver: Receiver):
    path = tmp_path / "phones.jsonl"
    with reborn(path, NOBODY) as fakes:
        ana, marta = fakes.phone("Ana"), fakes.phone("Marta", "sms")
        fakes.say(ana, "hola")
        fakes.say(marta, "hola")

    with reborn(path, receiver.url) as fakes:  # another port: Meta's signature still holds, Twilio's covers the URL
        async with fakes:
            await fakes.delivered()
        assert [webhook.channel for webhook in receiver.arrived] == ["whatsapp"]
        assert fakes.world.by_phone[ana.id][0].status == "delivered"

    with reborn(path, receiver.url) as fakes:
        async with fakes:
            await fakes.delivered()
    assert len(receiver.arrived) == 1  # and only once


async def test_a_line_cut_by_the_kill_loses_itself_alone(tmp_path: Path):
    path = tmp_path / "phones.jsonl"
    with reborn(path, NOBODY) as fakes:
        ana = fakes.phone("Ana")
    with path.open("ab") as file:
        file.write(b'{"message":{"id":"wam')
    with reborn(path, NOBODY) as fakes:
        assert fakes.world.phones == {ana.id: ana}
