"""The simulated world: numbers, statuses that only move forward, and a feed that can be taken up again."""

import asyncio

import pytest

from bot_runtime.devtools.numbers import line, made_up_numbers, user_id_of, wa_id
from bot_runtime.devtools.world import Message, World


def bubble(world: World, phone: str, id: str = "m1") -> Message:
    return world.show(Message(id=id, phone=phone, sender="bot", at=world.now(), kind="text", text="hola"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+525512345678", "5215512345678", True),
        ("+541123456789", "5491123456789", True),
        ("+5511912345678", "551112345678", True),
        ("tel:+525512345678", "+52 55 1234 5678", True),
        ("+525512345678", "+525512345679", False),
    ],
)
def test_one_line_has_several_spellings(one: str, other: str, same: bool):
    assert (line(one) == line(other)) is same


def test_whatsapp_ids_are_spelled_as_whatsapp_does():
    assert wa_id("+525512345678") == "5215512345678"
    assert wa_id("+34600111222") == "34600111222"
    assert user_id_of("+525512345678") == user_id_of("5215512345678")


def test_a_made_up_number_is_nobodys():
    first = next(made_up_numbers())
    world = World()
    assert world.add_phone("Ana", "whatsapp", first.replace("+52", "+521")).number != first
    assert world.add_phone("Luis", "sms").number != first


def test_a_phone_is_found_by_every_spelling_of_its_address():
    world = World()
    ana = world.add_phone("Ana", "whatsapp", "+525512345678")
    for address in ("5215512345678", "+525512345678", ana.user_id):
        assert world.phone_at("whatsapp", address) is ana
    assert world.phone_at("sms", "+525512345678") is None
    world.remove_phone(ana.id)
    assert world.phone_at("whatsapp", "+525512345678") is None


@pytest.mark.parametrize(
    ("reports", "becomes"),
    [
        (["delivered", "sent"], "delivered"),
        (["read", "delivered"], "read"),
        (["sent", "failed", "read"], "failed"),
    ],
)
def test_a_bubbles_status_only_moves_forward(reports: list[str], becomes: str):
    world = World()
    message = bubble(world, world.add_phone("Ana", "whatsapp").id)
    for status in reports:
        world.mark(message.id, status)
    assert message.status == becomes


def test_the_feed_goes_on_after_what_was_seen():
    world = World(first_seq=100)
    ana = world.add_phone("Ana", "whatsapp")
    seen = world.seq
    bubble(world, ana.id)
    world.mark("m1", "read")
    assert [event["type"] for event in world.since(seen) or []] == ["message", "status"]
    assert world.since(world.seq) == []


def test_a_follower_of_another_life_has_to_read_anew():
    world = World(first_seq=100)
    assert world.since(99) is None  # of an earlier run
    assert world.since(101) is None  # never said
    assert world.since(100) == []
    for _ in range(5_100):
        world.publish("typing", phone="p1", on=True)
    assert world.since(150) is None  # no longer kept
    assert len(world.since(5_199) or []) == 1


async def test_waiting_ends_with_the_change_or_the_time():
    world = World()
    waiting = asyncio.create_task(world.until(lambda: "p1" in world.phones))
    await asyncio.sleep(0)
    world.add_phone("Ana", "whatsapp")
    await waiting
    with pytest.raises(TimeoutError):
        await world.until(lambda: False, timeout_s=0.01)
