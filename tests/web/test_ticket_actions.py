"""What people do with tickets over the API: who may, exactly once, and what a refusal says in both languages."""

import asyncio
from typing import Any

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from tests.web.desk import Person, Team, handed_off
from tests.web.people import Answer


async def speak_spanish(team: Team, name: str) -> Person:
    await (await team("ada")).browser.call("PATCH", f"/users/{name}", json={"language": "es"})
    return await team(name)


async def test_a_conversation_from_taking_it_to_closing_it(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    taken = await eva.does("take", ticket)
    replied = await eva.does("reply", ticket, text="  Hello Ana\n")
    await fakes.expect(ana, 3)
    closed = await eva.does("close", ticket, reason="sold")

    assert [answer.status for answer in (taken, replied, closed)] == [200, 200, 200]
    assert (taken.body["ticket"]["state"], taken.body["ticket"]["owner_name"]) == ("taken", "Eva")
    assert taken.body["warning"] is None
    assert replied.body["ticket"]["unread"] == 0
    assert fakes.texts(ana)[2] == "  Hello Ana\n"  # as it was written
    assert (closed.body["ticket"]["state"], closed.body["ticket"]["reason"]) == ("closed", "sold")


async def test_of_two_who_take_it_at_once_exactly_one_has_it(desk: Server, fakes: FakeProviders, team: Team):
    for number in range(5):
        _, ticket = await handed_off(desk, fakes, f"Contact {number}")
        both = [await team("eva"), await team("leo")]
        answers = await asyncio.gather(*(one.does("take", ticket) for one in both))

        assert sorted(answer.status for answer in answers) == [200, 409]
        refused = next(answer.body for answer in answers if answer.status == 409)
        owner = (await desk.tickets.ticket(ticket)).owner
        assert (refused["code"], refused["owner"], refused["owner_name"]) == ("taken", owner, owner.title())
        assert refused["error"] == f"{owner.title()} has this conversation; confirm to take it over"


async def test_taking_over_takes_a_confirmation_of_the_owner_seen(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva, leo, sue = [await team(name) for name in ("eva", "leo", "sue")]
    await eva.does("take", ticket)
    assert (await leo.does("take", ticket)).body["code"] == "taken"
    assert (await leo.does("take", ticket, from_owner="eva")).status == 200
    changed = await sue.does("take", ticket, from_owner="eva")

    assert (changed.status, changed.body["code"], changed.body["owner"]) == (409, "owner_changed", "leo")
    assert (await eva.does("reply", ticket, text="still me")).body["code"] == "not_owner"


REFUSED: list[tuple[str, str, dict[str, Any], int, str, str]] = [
    ("closed", "reply", {"text": "late"}, 409, "closed", "esta conversación está cerrada"),
    ("closed", "take", {}, 409, "closed", "esta conversación está cerrada"),
    ("closed", "note", {"text": "x"}, 409, "closed", "esta conversación está cerrada"),
    ("closed", "close", {"reason": "sold"}, 409, "closed", "esta conversación está cerrada"),
    ("queued", "reply", {"text": "x"}, 409, "not_owner", "para esto la conversación debe ser tuya; tómala primero"),
    (
        "queued",
        "close",
        {"reason": "sold"},
        409,
        "not_owner",
        "para esto la conversación debe ser tuya; tómala primero",
    ),
    ("queued", "give-back", {}, 409, "not_owner", "para esto la conversación debe ser tuya; tómala primero"),
    (
        "others",
        "close",
        {"reason": "sold"},
        409,
        "not_owner",
        "para esto la conversación debe ser tuya; tómala primero",
    ),
    ("others", "take", {}, 409, "taken", "Leo tiene esta conversación; confirma para quedarte con ella"),
    ("others", "take", {"from_owner": "sue"}, 409, "owner_changed", "entretanto la tiene Leo; confirma de nuevo"),
    ("mine", "close", {"reason": "bored"}, 422, "unknown_reason", "no existe el motivo de cierre 'bored'"),
    ("mine", "close", {"reason": "no_answer"}, 422, "unknown_reason", "se esperaba uno de: answered, sold"),
    ("mine", "close", {"reason": ""}, 422, "unknown_reason", "se esperaba uno de: answered, sold"),
    ("mine", "close", {}, 422, "missing", "falta reason"),
    ("mine", "give-back", {"state": "menv"}, 422, "unknown_state", "el bot no puede seguir en 'menv'"),
    ("mine", "transfer", {"department": "legal"}, 422, "unknown_department", "se esperaba uno de: sales, care"),
    ("mine", "transfer", {"department": "care", "to": "eve"}, 422, "unknown_agent", "nadie llamado 'eve' atiende"),
    ("mine", "transfer", {"department": "care", "to": "sue"}, 422, "unknown_agent", "nadie llamado 'sue' atiende"),
    ("mine", "reply", {"text": " \n"}, 422, "blank", "text: escribe algo"),
    ("mine", "note", {"text": ""}, 422, "blank", "text: escribe algo"),
    ("mine", "reply", {"text": "x" * 4_097}, 422, "too_long", "text: como máximo 4096 caracteres en este canal"),
    ("mine", "note", {"text": "x" * 5_001}, 422, "wrong", "text: se esperaba"),
    ("mine", "reply", {"text": 7}, 422, "wrong", "text: se esperaba un texto, llegó 7"),
    ("mine", "reply", {"text": "x", "to": "all"}, 422, "unknown_field", "no existe el campo to"),
]


@pytest.fixture
async def tickets(desk: Server, fakes: FakeProviders, team: Team) -> dict[str, str]:
    """One ticket in each state that eva, who speaks Spanish, may find it in."""
    names = ("queued", "others", "mine", "closed")
    found = {name: (await handed_off(desk, fakes, name))[1] for name in names}
    await speak_spanish(team, "eva")
    leo, eva = await team("leo"), await team("eva")
    await leo.does("take", found["others"])
    for name in ("mine", "closed"):
        await eva.does("take", found[name])
    await eva.does("close", found["closed"], reason="sold")
    return found


async def test_what_is_refused_and_why(desk: Server, fakes: FakeProviders, team: Team, tickets: dict[str, str]):
    eva = await team("eva")
    before = {ticket: await desk.tickets.ticket(ticket) for ticket in tickets.values()}
    for state, act, body, status, code, said in REFUSED:
        answer = await eva.does(act, tickets[state], **body)
        assert (answer.status, answer.body["code"]) == (status, code), (state, act, body, answer)
        assert said in answer.body["error"], (state, act, body, answer)
    await fakes.delivered()

    assert {ticket: await desk.tickets.ticket(ticket) for ticket in tickets.values()} == before
    assert not any("late" in call.body.get("text", {}).get("body", "") for call in fakes.sends("whatsapp"))


async def test_an_agent_who_replies_to_a_closed_ticket_sends_nothing(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    await eva.does("close", ticket, reason="sold")
    refused = await eva.does("reply", ticket, text="one more thing")
    await fakes.delivered()

    assert (refused.status, refused.body["error"]) == (409, "this conversation is closed")
    assert "one more thing" not in fakes.texts(ana)


@pytest.mark.parametrize("act", ["reply", "take", "note", "transfer", "give-back", "close", "reopen"])
@pytest.mark.parametrize("ticket", ["3.nobody-1", "no ticket", "3.nobody-99999999999999999999", "-1", "%2e%2e"])
async def test_what_is_not_there_is_not_found(team: Team, act: str, ticket: str):
    bodies = {"reply": {"text": "x"}, "note": {"text": "x"}, "transfer": {"department": "care"}}
    answer = await (await team("eva")).does(
        act, ticket, **bodies.get(act, {"reason": "sold"} if act == "close" else {})
    )

    assert (answer.status, answer.body["code"]) == (404, "not_found")


async def test_whatsapp_takes_no_text_a_day_after_the_contacts_last_message(
    desk: Server, fakes: FakeProviders, team: Team
):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    await desk.advance_clock(86_401)
    await eva.browser.log_in("eva")  # the old login is over as well
    refused = await eva.does("reply", ticket, text="Hello?")

    assert (refused.status, refused.body["code"]) == (409, "window_closed")
    assert "24 hours" in refused.body["error"]
    assert (await eva.does("note", ticket, text="too late to write")).status == 200
    assert fakes.texts(ana)[-1] == "I get somebody."


async def test_an_sms_has_room_for_less(desk: Server, fakes: FakeProviders, team: Team):
    marta = fakes.phone("Marta", "sms")
    fakes.say(marta, "hi")
    await fakes.expect(marta, 1)
    fakes.say(marta, "2")
    await fakes.expect(marta, 2)
    (ticket,) = await (await team("eva")).lists("queue")
    eva = await team("eva")
    await eva.does("take", ticket)
    too_long = await eva.does("reply", ticket, text="x" * 1_601)

    assert (too_long.status, too_long.body["expected"], too_long.body["got"]) == (422, "1600", "1601")
    assert (await eva.does("reply", ticket, text="x" * 1_600)).status == 200


async def test_the_same_request_again_gets_the_same_answer_and_is_done_once(
    desk: Server, fakes: FakeProviders, team: Team
):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    answers = [await eva.does("reply", ticket, key="k1", text="once") for _ in range(3)]
    other = await eva.does("reply", ticket, key="k1", text="another")
    await fakes.expect(ana, 3)
    await fakes.delivered()

    assert [answer.body for answer in answers] == [answers[0].body] * 3
    assert (other.status, other.body["code"]) == (409, "other_request")
    assert fakes.texts(ana).count("once") == 1


async def test_the_same_text_twice_without_a_key_is_said_twice(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    for _ in range(2):
        await eva.does("reply", ticket, text="hello?")
    await fakes.expect(ana, 4)

    assert fakes.texts(ana).count("hello?") == 2


async def test_a_transfer_to_a_person_warns_of_who_is_not_there_or_has_enough(
    desk: Server, fakes: FakeProviders, team: Team
):
    _, ticket = await handed_off(desk, fakes)
    eva, ada = await speak_spanish(team, "eva"), await team("ada")
    await eva.does("take", ticket)
    away = await eva.does("transfer", ticket, department="care", to="kim", note="VIP")
    assert away.body["warning"] == {"code": "not_connected", "text": "Kim no tiene sesión activa"}
    assert (away.body["ticket"]["owner"], away.body["ticket"]["department"]) == ("kim", "care")
    kim = await team("kim")
    await kim.browser.call("POST", "/presence", json={"state": "connected"})
    await ada.browser.call("PATCH", "/users/kim", json={"max_tickets": 1})
    _, other = await handed_off(desk, fakes, "Ben")
    await eva.does("take", other)
    full = await eva.does("transfer", other, department="care", to="kim")
    assert full.body["warning"] == {"code": "full", "text": "Kim ya tiene su máximo de conversaciones"}
    await ada.browser.call("PATCH", "/users/kim", json={"max_tickets": 10})
    _, third = await handed_off(desk, fakes, "Cleo")
    await eva.does("take", third)
    assert (await eva.does("transfer", third, department="care", to="kim")).body["warning"] is None
    assert (await kim.history(ticket))[-1]["text"] == "Kim · VIP"


async def test_a_transfer_keeps_the_age_in_the_queue(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    queued_at = (await eva.get(f"/tickets/{ticket}")).body["queued_at"]
    await eva.does("take", ticket)
    moved = (await eva.does("transfer", ticket, department="care")).body["ticket"]

    assert (moved["state"], moved["owner"], moved["queued_at"]) == ("queued", "", queued_at)
    assert await (await team("kim")).lists("queue") == [ticket]
    assert (await eva.get(f"/tickets/{ticket}")).status == 404  # another department's now


async def test_supervisors_act_on_tickets_of_others_in_their_department_alone(
    desk: Server, fakes: FakeProviders, team: Team
):
    _, ticket = await handed_off(desk, fakes)
    _, other = await handed_off(desk, fakes, "Ben")
    leo, sue, ada = [await team(name) for name in ("leo", "sue", "ada")]
    await leo.does("take", ticket)
    await leo.does("take", other)
    await leo.does("transfer", other, department="care", to="leo")

    assert (await sue.does("close", ticket, reason="sold")).status == 200
    assert (await sue.does("close", other, reason="sold")).status == 404
    assert (await ada.does("close", other, reason="sold")).status == 200


async def test_reopening_is_for_who_closed_it_and_supervisors(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva, leo, sue = await speak_spanish(team, "eva"), await team("leo"), await team("sue")
    await leo.does("take", ticket)
    await leo.does("close", ticket, reason="sold")
    refused: Answer = await eva.does("reopen", ticket)
    assert (refused.status, refused.body["code"]) == (409, "not_owner")
    assert "solo quien la cerró" in refused.body["error"]
    assert (await leo.does("reopen", ticket)).body["ticket"]["owner"] == "leo"
    await leo.does("close", ticket, reason="answered")
    fakes.say(ana, "hi again")
    await fakes.expect(ana, 3)
    fakes.tap(ana, "A person")
    await fakes.expect(ana, 4)
    other = await sue.does("reopen", ticket)

    assert (other.status, other.body["code"]) == (409, "open")
    assert other.body["error"] == "the contact has another open conversation on this channel"


async def test_giving_back_lets_the_bot_ask_where_it_is_told(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    given = await eva.does("give-back", ticket, state="menu")

    assert (given.body["ticket"]["state"], given.body["ticket"]["owner"]) == ("bot", "")
    assert (await fakes.expect(ana, 3))[2].text == "What do you need?"
    session = (await (await team("ada")).get(f"/tickets/{ticket}")).body["session"]
    assert session["answers"]["need"] == "a_person"  # earlier answers are intact


async def test_a_key_acts_in_its_own_name(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    key, text = await desk.people.add_key("crm", ["tickets:write", "tickets:read"], by=None)
    browser = (await team("eva")).browser
    answer = await browser.call("POST", f"/tickets/{ticket}/take", json={}, headers={"Authorization": f"Bearer {text}"})

    assert answer.status == 200
    assert answer.body["ticket"]["owner"] == f"key:crm ({key.id})"  # nobody's login


def data_of(answer: Answer) -> dict[str, Any]:
    return {one["id"]: one["value"] for one in answer.body["metadata"]}


async def test_agents_see_and_change_what_a_ticket_carries(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    assert data_of(await eva.get(f"/tickets/{ticket}")) == {"branch": None, "remarks": None, "vip": None}
    await eva.does("take", ticket)
    once = {"values": {"branch": "North ", "vip": True}, "key": "k1"}
    first, again = await eva.does("data", ticket, **once), await eva.does("data", ticket, **once)
    await eva.does("data", ticket, values={"vip": False, "remarks": "two\nlines"})

    assert (first.status, again.body) == (200, first.body)
    assert data_of(await eva.get(f"/tickets/{ticket}")) == {"branch": "North", "remarks": "two\nlines", "vip": False}
    await eva.does("data", ticket, values={"branch": None})
    told = [(line["text"], line["by"]) for line in await eva.history(ticket) if line["event"] == "data_changed"]
    assert told == [
        ("Branch: North · VIP: yes", "eva"),
        ("VIP: no · Remarks: two\nlines", "eva"),
        ("Branch: –", "eva"),
    ]


@pytest.mark.parametrize(
    ("values", "status", "code", "said"),
    [
        ({"branch": "a\nb"}, 422, "bad_data", "Branch: una sola línea"),
        ({"branch": "x" * 256}, 422, "bad_data", "Branch: el texto es demasiado largo"),
        ({"vip": "maybe"}, 422, "bad_data", "VIP: se esperaba sí o no"),
        ({"shelf": "7"}, 422, "unknown_data", "no hay metadato 'shelf' en este departamento"),  # care's alone
        ({"branch": "South", "nope": "1"}, 422, "unknown_data", "se esperaba alguno de: branch, remarks, vip"),
    ],
)
async def test_data_that_do_not_fit_change_nothing(
    desk: Server, fakes: FakeProviders, team: Team, values: dict[str, Any], status: int, code: str, said: str
):
    _, ticket = await handed_off(desk, fakes)
    eva = await speak_spanish(team, "eva")
    await eva.does("take", ticket)
    await eva.does("data", ticket, values={"branch": "North"})
    refused = await eva.does("data", ticket, values=values)

    assert (refused.status, refused.body["code"]) == (status, code)
    assert said in refused.body["error"]
    assert data_of(await eva.get(f"/tickets/{ticket}"))["branch"] == "North"


async def test_a_colleagues_or_a_closed_tickets_data_stay(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva, leo = await team("eva"), await team("leo")
    await eva.does("take", ticket)
    theirs = await leo.does("data", ticket, values={"branch": "South"})
    await eva.does("close", ticket, reason="sold")
    late = await eva.does("data", ticket, values={"branch": "South"})

    assert [(one.status, one.body["code"]) for one in (theirs, late)] == [(409, "not_owner"), (409, "closed")]
    assert data_of(await eva.get(f"/tickets/{ticket}"))["branch"] is None
