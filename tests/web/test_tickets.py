"""`/api/v1/tickets`: who sees what, in which order, and what a conversation looks like."""

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from tests.runtime.test_conversations import eventually
from tests.web.desk import Team, handed_off


async def test_a_row_tells_what_the_inbox_shows(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    (row,) = (await (await team("eva")).get("/tickets")).body["tickets"]

    assert row["id"] == ticket
    assert row["opened_at"] == row["changed_at"] == row["queued_at"] == row["last_at"]
    times = {"opened_at", "changed_at", "queued_at", "last_at", "window_closes_at"}
    assert {name: value for name, value in row.items() if name not in {"id", *times}} == {
        "number": 1,
        "channel": "whatsapp",
        "channel_kind": "whatsapp",
        "state": "queued",
        "department": "sales",
        "owner": "",
        "owner_name": "",
        "contact_name": "Ana",
        "address": ana.number,
        "last_text": "A person",
        "unread": 1,
        "reason": "",
        "tags": ["vip"],
        "dialog": "desk",
    }


async def test_agents_see_their_departments_queue_and_their_own(desk: Server, fakes: FakeProviders, team: Team):
    _, ana = await handed_off(desk, fakes, "Ana")
    _, ben = await handed_off(desk, fakes, "Ben")
    eva, leo, kim, sue, ada = [await team(name) for name in ("eva", "leo", "kim", "sue", "ada")]
    await eva.does("take", ana)

    assert (await eva.lists("queue"), await eva.lists("mine")) == ([ben], [ana])
    assert set(await eva.lists("all")) == {ana, ben}
    assert (await leo.lists("queue"), await leo.lists("mine"), await leo.lists("all")) == ([ben], [], [ben])
    assert await kim.lists("all") == []  # another department's
    assert set(await sue.lists("all")) == {ana, ben}  # the whole department, taken ones too
    assert set(await ada.lists("all")) == {ana, ben}
    counts = [(await one.get("/tickets")).body["counts"] for one in (eva, leo, kim, sue)]
    assert counts == [
        {"queue": 1, "mine": 1, "all": 2},
        {"queue": 1, "mine": 0, "all": 1},
        {"queue": 0, "mine": 0, "all": 0},
        {"queue": 1, "mine": 0, "all": 2},
    ]


async def test_closed_ones_are_listed_to_their_agent_and_those_who_supervise(
    desk: Server, fakes: FakeProviders, team: Team
):
    _, ticket = await handed_off(desk, fakes)
    eva, leo, sue = [await team(name) for name in ("eva", "leo", "sue")]
    await eva.does("take", ticket)
    await eva.does("close", ticket, reason="sold")

    assert [await one.lists("closed") for one in (eva, leo, sue)] == [[ticket], [], [ticket]]
    assert await eva.lists("all") == []
    row = (await sue.get("/tickets", view="closed")).body["tickets"][0]
    assert (row["state"], row["reason"], row["owner_name"]) == ("closed", "sold", "Eva")


async def test_a_colleagues_ticket_opens_to_read_and_another_departments_is_not_there(
    desk: Server, fakes: FakeProviders, team: Team
):
    _, ticket = await handed_off(desk, fakes)
    eva, leo, kim = [await team(name) for name in ("eva", "leo", "kim")]
    await eva.does("take", ticket)

    assert (await leo.get(f"/tickets/{ticket}")).body["owner_name"] == "Eva"
    assert (await leo.does("reply", ticket, text="mine!")).status == 409
    for path in ("", "/history"):
        assert (await kim.get(f"/tickets/{ticket}{path}")).status == 404
    for act, body in {
        "take": {},
        "reply": {"text": "x"},
        "note": {"text": "x"},
        "transfer": {"department": "care"},
        "give-back": {},
        "close": {"reason": "sold"},
        "reopen": {},
    }.items():
        refused = await kim.does(act, ticket, **body)
        assert (refused.status, refused.body["code"]) == (404, "not_found"), act
    assert (await desk.tickets.ticket(ticket)).owner == "eva"


async def test_a_list_is_read_page_by_page_oldest_first_in_the_queue(desk: Server, fakes: FakeProviders, team: Team):
    expected = [(await handed_off(desk, fakes, f"Contact {number}"))[1] for number in range(7)]
    eva = await team("eva")
    read, before = [], ""
    while before is not None:
        page = (await eva.get("/tickets", limit=3, **({"before": before} if before else {}))).body
        read.append([row["id"] for row in page["tickets"]])
        before = page["next"]

    assert read == [expected[:3], expected[3:6], expected[6:]]
    assert await (await team("sue")).lists("all", limit=2) == expected[:-3:-1]  # the latest first


@pytest.mark.parametrize("newest_first", [False, True])
async def test_many_tickets_of_the_same_millisecond_fall_off_no_page(desk: Server, newest_first: bool):
    orders = {f"{shard}.{number:04d}-1": 1_000 + number // 120 for shard in (3, 4, 17) for number in range(200)}
    for name, order in orders.items():
        key = desk.keys.tickets(name.partition(".")[0], f"queue:{'sales' if order % 2 else 'care'}")
        await desk.store.command("ZADD", key, order, name, key=key)
    read, after = [], None
    while True:
        lists = ["queue:sales", "queue:care"]
        page = await desk.tickets.page(lists, limit=7, after=after, newest_first=newest_first, counted=lists)
        if page.last is None:
            break
        after = page.last
        read.append(after)

    assert page.counts == {"queue:sales": 240, "queue:care": 360}
    expected = sorted(((order, name) for name, order in orders.items()), reverse=newest_first)
    assert read == expected[6::7]


async def test_a_list_can_be_of_one_department(desk: Server, fakes: FakeProviders, team: Team):
    _, ana = await handed_off(desk, fakes, "Ana")
    _, ben = await handed_off(desk, fakes, "Ben")
    leo, eva = await team("leo"), await team("eva")
    await leo.does("take", ana)
    await leo.does("transfer", ana, department="care", to="leo")

    assert await leo.lists("mine", department="care") == [ana]
    assert await leo.lists("mine", department="sales") == []
    assert await leo.lists("queue", department="sales") == [ben]
    refused = await eva.get("/tickets", department="care")
    assert (refused.status, refused.body["code"], refused.body["expected"]) == (422, "unknown_department", "sales")


async def test_what_a_list_refuses(desk: Server, team: Team):
    eva = await team("eva")
    for query in ({"view": "others"}, {"limit": 0}, {"limit": 1000}, {"before": "yesterday"}, {"order": "name"}):
        answer = await eva.get("/tickets", **query)
        assert answer.status == 422, query
        assert answer.body["field"] == next(iter(query))


async def test_one_ticket_tells_what_the_bot_knows_and_what_may_be_done(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    whole = (await (await team("eva")).get(f"/tickets/{ticket}")).body

    assert (whole["id"], whole["state"]) == (ticket, "queued")
    assert whole["session"] == {
        "dialog": "desk",
        "title": "desk",
        "state": "person",
        "answers": {"need": "a_person", "need_text": "A person"},
        "given": {},
    }
    assert whole["states"] == ["menu"]
    assert whole["contact"]["name"] == "Ana"
    assert whole["contact"]["address"] == ana.number
    assert whole["window_closes_at"] > whole["last_at"]
    assert whole["opted_out"] is False


async def test_the_history_tells_who_said_what_and_how_far_it_got(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    await eva.does("reply", ticket, text="Hello Ana")
    await fakes.expect(ana, 3)
    await eva.does("note", ticket, text="in a hurry")
    fakes.say(ana, "thanks")
    await eva.does("transfer", ticket, department="care", note="please help")
    leo = await team("leo")
    await leo.does("take", ticket)
    await leo.does("close", ticket, reason="sold")
    await fakes.delivered()

    async def all_delivered():
        lines = await leo.history(ticket)
        return lines if all(line["status"] in (None, "delivered") for line in lines) and len(lines) == 12 else None

    lines = await eventually(all_delivered)
    told = [(line["from"], line["event"] or line["text"], line["by"]) for line in lines]
    assert told[:4] == [
        ("contact", "hi", ""),
        ("bot", "What do you need?\n1) Prices\n2) A person", ""),
        ("contact", "A person", ""),
        ("bot", "I get somebody.", ""),
    ]
    assert told[4:8] == [
        ("event", "handoff", ""),
        ("event", "taken", "eva"),
        ("agent", "Hello Ana", "eva"),
        ("note", "in a hurry", "eva"),
    ]
    assert sorted(told[8:10]) == [("contact", "thanks", ""), ("event", "transferred", "eva")]
    assert told[10:] == [("event", "taken", "leo"), ("event", "closed", "leo")]
    assert lines[-1]["text"] == "sold"
    assert next(line["text"] for line in lines if line["event"] == "transferred") == "care · please help"
    assert len({line["id"] for line in lines}) == 12
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


async def test_a_long_history_is_read_from_its_end_without_holes(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    for number in range(30):
        await eva.does("note", ticket, text=f"note {number}")
    whole = await eva.history(ticket)
    read, before = [], ""
    while before is not None:
        page = (await eva.get(f"/tickets/{ticket}/history", limit=10, **({"before": before} if before else {}))).body
        read = page["lines"] + read
        before = page["next"]

    assert read == whole
    assert (await eva.get(f"/tickets/{ticket}/history", before="x")).status == 422


async def test_a_history_is_of_one_channel(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    same = fakes.phone("Ana", "sms", ana.number)
    fakes.say(same, "by sms")
    await fakes.expect(same, 1)

    assert "by sms" not in [line["text"] for line in await (await team("eva")).history(ticket)]


async def test_a_close_by_the_bot_is_told_too(desk: Server, fakes: FakeProviders, team: Team):
    ana, ticket = await handed_off(desk, fakes)
    eva = await team("eva")
    await eva.does("take", ticket)
    await eva.does("give-back", ticket)
    await fakes.expect(ana, 3)
    fakes.tap(ana, "Prices")
    await fakes.expect(ana, 4)

    async def closed():
        lines = await eva.history(ticket)
        return lines[-1] if lines[-1]["event"] == "closed" else None

    line = await eventually(closed)
    assert (line["text"], line["by"]) == ("answered", "")


async def test_nobody_reads_tickets_without_a_login_or_the_scope(desk: Server, fakes: FakeProviders, team: Team):
    _, ticket = await handed_off(desk, fakes)
    _, key = await desk.people.add_key("crm", ["tickets:read"], by=None)
    _, other = await desk.people.add_key("lists", ["campaigns:read"], by=None)
    browser = (await team("eva")).browser
    for authorization, status in ((f"Bearer {key}", 200), (f"Bearer {other}", 403), ("Bearer x", 401)):
        answer = await browser.call("GET", f"/tickets/{ticket}", headers={"Authorization": authorization})
        assert answer.status == status
    read_only = {"Authorization": f"Bearer {key}"}
    assert (await browser.call("POST", f"/tickets/{ticket}/take", json={}, headers=read_only)).status == 403


async def test_openapi_lists_every_call(desk: Server, team: Team):
    paths = (await (await team("eva")).get("/openapi.json")).body["paths"]
    acts = ("take", "reply", "note", "transfer", "give-back", "close", "reopen")

    assert {"/api/v1/tickets", "/api/v1/tickets/{ticket}", "/api/v1/tickets/{ticket}/history"} <= set(paths)
    assert {f"/api/v1/tickets/{{ticket}}/{act}" for act in acts} <= set(paths)


async def test_agents_open_what_the_contact_sent(desk, team, fakes):
    """F042: a file of a conversation, for who may read it; as what it is, and never as a page."""
    phone, ticket = await handed_off(desk, fakes)
    before = len(await (await team("eva")).history(ticket))
    fakes.send_file(phone, "document", filename="recibo <1>.html", content=b"<script>", mime="text/html")
    fakes.send_file(phone, "image", content=b"the picture", caption="here")

    async def both():
        lines = (await (await team("eva")).history(ticket))[before:]
        return lines if len(lines) == 2 and all(line["file"] for line in lines) else None

    page, picture = await eventually(both)
    assert picture["file"] | {"id": ""} == {"id": "", "kind": "image", "mime": "image/jpeg", "name": "", "bytes": 11}
    eva, kim = await team("eva"), await team("kim")
    shown = await eva.browser.call("GET", f"/tickets/{ticket}/files/{picture['file']['id']}")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
    saved = await eva.browser.call("GET", f"/tickets/{ticket}/files/{page['file']['id']}")
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"] == "attachment; filename*=UTF-8''recibo%20%3C1%3E.html"
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    for path in (f"/tickets/{ticket}/files/{'0' * 32}", f"/tickets/{ticket}/files/..%2f"):
        assert (await eva.browser.call("GET", path)).status == 404
    assert (await kim.browser.call("GET", f"/tickets/{ticket}/files/{picture['file']['id']}")).status == 404
    assert (await eva.browser.call("GET", f"/files/{picture['file']['id']}")).status == 403
    ada = await team("ada")
    assert (await ada.browser.call("GET", f"/files/{picture['file']['id']}")).status == 200
