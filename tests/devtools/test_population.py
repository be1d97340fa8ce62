"""Simulated people: who they are by a seed, what they answer to whom, and that they stop when told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot_runtime.devtools.manners import (
    MOST_SAID,
    REPLIES_TO_AGENTS,
    SHARES,
    WORDS,
    Act,
    Behaviour,
    behaviour_of,
    next_act,
)
from bot_runtime.devtools.population import Population
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Button, Message, Phone

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPTIONS = ["Prometer un pago", "Ya pagué", "Hablar con alguien"]


def bot(text: str, *options: str, template: str = "", id: str = "") -> Message:
    buttons = [Button(option, option.upper()) for option in options]
    id = id or f"m-{text[:20]}"
    return Message(
        id=id, phone="p1", sender="bot", at=BEGAN, kind="text", text=text, buttons=buttons, template=template
    )


def said(text: str) -> Message:
    return Message(id=f"c-{text}", phone="p1", sender="contact", at=BEGAN, kind="text", text=text)


REMINDER = bot("Hola Ana, tu saldo venció. ¿Qué prefieres?", *OPTIONS, template="saldo", id="reminder")


def act(behaviour: Behaviour, *chat: Message, seed: int = 1) -> Act | None:
    return next_act(behaviour, chat, Random(seed))


def test_everybody_behaves_in_some_way_and_the_shares_are_as_stated():
    drawn = Counter(behaviour_of(Random(seed)) for seed in range(5_000))
    assert drawn.keys() == SHARES.keys()
    for behaviour, share in SHARES.items():
        assert drawn[behaviour] / 50 == pytest.approx(share, abs=3)


@pytest.mark.parametrize("seed", range(10))
def test_the_first_answer_to_a_template_is_of_their_kind(seed: int):
    tapped = act("taps", REMINDER, seed=seed)
    assert tapped is not None
    assert (tapped.text in OPTIONS[:2], tapped.message) == (True, "reminder")  # wants nobody
    typed = act("types", REMINDER, seed=seed)
    assert typed is not None
    assert typed.message == ""
    assert any(sorted(typed.text.lower()) == sorted(option.lower()) for option in OPTIONS[:2])  # a typo at most
    assert act("asks", REMINDER, seed=seed) == Act("Hablar con alguien", "reminder")
    assert act("opts_out", REMINDER, seed=seed) == Act("BAJA")
    assert act("silent", REMINDER, seed=seed) is None
    nonsense = act("nonsense", REMINDER, seed=seed)
    assert nonsense is not None
    assert nonsense.text in WORDS["es"]["nonsense"]
    late = next_act("late", [REMINDER], Random(seed), timedelta(hours=3))
    assert late is not None
    assert late.after == timedelta(hours=3)


def test_who_is_offered_no_person_asks_for_one_in_their_language():
    assert act("asks", bot("Will you come?", "Yes", "No", template="t")) == Act("I want to talk to a person")
    assert act("asks", bot("¿Vienes?", "Sí", "No", template="t")) == Act("quiero hablar con una persona")


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("¿Y cómo pagarías? Puede ser por transferencia, con tarjeta o en efectivo.", {"con tarjeta", "en efectivo"}),
        ("¿Qué día te queda bien? Por ejemplo «el viernes 20».", {"el viernes 20"}),
        ("Del 1 (muy mala) al 5 (muy buena), ¿cómo fue tu visita?", {"1", "2", "3", "4", "5"}),
        ("From 1 to 5, how was it?", {"1", "2", "3", "4", "5"}),
        ("Entonces anoto: $10, hoy, por efectivo. ¿Es correcto?", {"sí"}),
        ("Is that right?", {"yes"}),
        ("What do you want?\n1) A pizza\n2) A taco", {"1", "2"}),
        ("¿Qué fue lo que más te gustó?", set(WORDS["es"]["comment"])),
    ],
)
def test_they_type_something_like_an_answer(asked: str, answers: set[str]):
    found = {act("taps", said("hi"), bot(asked), seed=seed) for seed in range(30)}
    assert {one.text for one in found if one} <= answers
    assert None not in found


def test_they_give_a_number_where_one_is_asked_for():
    answer = act("taps", REMINDER, said("Ya pagué"), bot("¿Nos das el folio o los últimos 4 dígitos?"))
    assert answer is not None
    assert answer.text.isdigit()


def test_they_say_no_more_once_nothing_is_asked():
    assert act("taps", REMINDER, said("Ya pagué"), bot("Gracias. Revisaremos tu pago.")) is None
    assert act("opts_out", REMINDER, said("BAJA"), bot("Listo. ¿Algo más?", "Sí", "No")) is None
    assert act("taps", REMINDER, said("Ya pagué")) is None  # it is not their turn


def test_a_bot_that_asks_for_ever_is_left_alone():
    chat = [REMINDER]
    for _ in range(MOST_SAID):
        chat += [said("sí"), bot("¿Seguro?")]
    assert act("taps", *chat) is None


def test_an_agent_gets_a_short_reply_or_two_and_only_after_the_handoff():
    chat = [REMINDER, said("Hablar con alguien"), bot("Te comunico con una persona de cobranza.")]
    assert act("asks", *chat) is None
    for line in ("Hola, soy Eva.", "¿Te sirve el viernes?"):
        chat.append(bot(line))
        reply = act("asks", *chat)
        assert reply is not None
        assert reply.text in WORDS["es"]["agent"]
        chat.append(said(reply.text))
    chat.append(bot("Perfecto."))
    assert act("asks", *chat) is None
    assert REPLIES_TO_AGENTS == 2
    given_back = act("asks", *chat, bot("¿Cómo te ayudamos?", *OPTIONS))
    assert given_back is not None
    assert given_back.text in OPTIONS[:2]  # the bot goes on


def test_a_new_template_begins_anew():
    chat = [REMINDER, said("BAJA"), bot("Listo."), REMINDER]
    assert act("opts_out", *chat) == Act("BAJA")


@pytest.fixture
async def people(fakes: FakeProviders) -> AsyncIterator[Population]:
    async with Population(fakes, 7, pauses_s=(0, 0)) as people:
        yield people


def send(fakes: FakeProviders, phone: Phone, number: int = 1) -> None:
    at = fakes.world.now()
    buttons = [Button(option, option) for option in OPTIONS]
    message = Message(
        id=f"{phone.id}-{number}",
        phone=phone.id,
        sender="bot",
        at=at,
        kind="text",
        text="¿Qué prefieres?",
        buttons=buttons,
        template="t",
    )
    fakes.world.show(message)


async def answered(fakes: FakeProviders, phones: list[Phone]) -> list[list[str]]:
    await fakes.delivered()
    return [[one.text for one in fakes.world.by_phone[phone.id] if one.sender == "contact"] for phone in phones]


async def told_in(order: int, fakes: FakeProviders) -> list[list[str]]:
    numbers = [f"+5255{number:08}" for number in range(20)]
    phones = [fakes.phone("Somebody", number=number, simulated=True) for number in numbers]
    async with Population(fakes, 7, pauses_s=(0, 0)) as people:
        people.settle(phones)
        for phone in phones[::order]:
            send(fakes, phone)
        late = sum(people.behaviour(phone) == "late" for phone in phones)
        await fakes.world.until(lambda: people.pending == late)
    found = await answered(fakes, phones)
    for phone in phones:
        fakes.world.remove_phone(phone.id)
    return found


async def test_the_same_seed_makes_the_same_people_whoever_is_told_first(fakes: FakeProviders):
    assert await told_in(1, fakes) == await told_in(-1, fakes)


async def test_a_message_to_somebody_else_is_nobodys_business(fakes: FakeProviders, people: Population):
    mine, yours = fakes.phone("Ana"), fakes.phone("Luis", simulated=True)
    people.settle([yours])
    send(fakes, mine)
    await asyncio.sleep(0)
    assert people.pending == 0
    assert await answered(fakes, [mine]) == [[]]


async def test_who_answers_late_does_when_the_clock_says_so(fakes: FakeProviders):
    now = BEGAN
    fakes.world.now = lambda: now
    luis = fakes.phone("Luis", simulated=True)
    late = timedelta(hours=2)
    async with Population(fakes, 7, pauses_s=(0, 0), late=late, behaviours={luis.number: "late"}) as people:
        people.settle([luis])
        send(fakes, luis)
        now += timedelta(minutes=119)
        fakes.world.publish("clock", clock={})
        await asyncio.sleep(0.01)
        assert (await answered(fakes, [luis]), people.pending) == ([[]], 1)
        now += timedelta(minutes=1)
        fakes.world.publish("clock", clock={})
        await fakes.world.until(lambda: people.pending == 0)
    assert len((await answered(fakes, [luis]))[0]) == 1


async def test_after_stop_nobody_answers_and_a_new_start_goes_on(fakes: FakeProviders):
    luis = fakes.phone("Luis", simulated=True)
    people = Population(fakes, 7, pauses_s=(0, 0), behaviours={luis.number: "taps"})
    people.settle([luis])
    people.start()
    await people.stop()
    send(fakes, luis)
    await asyncio.sleep(0)
    assert await answered(fakes, [luis]) == [[]]
    async with Population(fakes, 7, pauses_s=(0, 0), behaviours={luis.number: "taps"}) as people:
        people.settle([luis])
        await fakes.world.until(lambda: people.pending == 0)
    assert len((await answered(fakes, [luis]))[0]) == 1


async def test_a_phone_taken_away_takes_its_person_along(fakes: FakeProviders, people: Population):
    luis = fakes.phone("Luis", simulated=True)
    people.settle([luis])
    send(fakes, luis)
    fakes.world.remove_phone(luis.id)
    assert people.pending == 0
