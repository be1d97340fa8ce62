"""Campaigns over HTTP, from a list with faults to closed tickets; and what the API refuses."""

import asyncio
import contextlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import yaml

from bot_runtime.app import Server
from bot_runtime.devtools.from_workspace import accounts_of
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.runtime.explain import Explaining
from bot_runtime.runtime.verdicts import gates_of, verdict_of
from tests.campaigns.desk import REMINDER, TEMPLATE
from tests.runtime.test_conversations import eventually
from tests.servers import StartServer, write_workspace
from tests.web.people import Answer, Browser, add_user

WANTED: dict[str, Any] = {
    "name": "Overdue in March",
    "channel": "whatsapp",
    "department": "sales",
    "template": "due",
    "expects_answer": True,
    "wait_s": 3600,
    "dialog": "reminder",
}
TEAM = {
    "ada": ("administrator", ()),
    "sue": ("supervisor", ("sales",)),
    "kim": ("supervisor", ("care",)),
    "eva": ("agent", ("sales",)),
}


@pytest.fixture
async def office(start_server: StartServer, fakes: FakeProviders, tmp_path: Path) -> Server:
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"reminder": REMINDER}, messages_per_s=1_000)
    (root / "templates").mkdir()
    (root / "templates" / "due.yaml").write_text(TEMPLATE)
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot["departments"] = {"sales": {"title": "Sales"}, "care": {"title": "Care"}}
    bot["metadata"] = [{"name": "Branch", "key": "branch"}, {"name": "Member", "key": "member", "type": "yes_no"}]
    bot["channels"]["whatsapp"]["default_country"] = "MX"
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    server = await start_server(root)
    for account, known in zip(fakes.accounts, accounts_of(server.workspace), strict=True):
        account.templates = known.templates
    for name, (role, departments) in TEAM.items():
        await add_user(server, name, role, departments)  # type: ignore[arg-type]
    return server


class Manager:
    """Somebody at the campaigns page."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def get(self, path: str = "", **query: Any) -> Any:
        answer = await self.browser.call("GET", f"/campaigns{path}", params=query)
        assert answer.status == 200, answer
        return answer.body

    async def create(self, contents: bytes, key: str = "", **changes: Any) -> Answer:
        return await self.send("POST", "/campaigns", WANTED | changes, contents, key)

    async def edit(self, campaign: str, contents: bytes | None = None, **changes: Any) -> Answer:
        return await self.send("PATCH", f"/campaigns/{campaign}", changes, contents)

    async def send(self, method: str, path: str, told: Any, contents: bytes | None, key: str = "") -> Answer:
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("campaign", json.dumps(told))
        if contents is not None:
            form.add_field("file", io.BytesIO(contents), filename="list.csv")
        headers = {"Idempotency-Key": key} if key else {}
        return await self.browser.call(method, path, data=form, headers=headers)

    async def act(self, campaign: str, action: str, key: str = "", **body: Any) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.browser.call("POST", f"/campaigns/{campaign}/{action}", json=body, headers=headers)


@pytest.fixture
async def ada(office: Server) -> AsyncIterator[Manager]:
    async with Browser(office) as browser:
        assert (await browser.log_in("ada")).status == 200
        yield Manager(browser)


async def later(office: Server, manager: Manager, seconds: float) -> None:
    await office.advance_clock(seconds)
    assert (await manager.browser.log_in("ada")).status == 200  # nobody stays logged in for hours


def a_list(phones: list[Phone], header: str = "phone,name,Branch") -> bytes:
    return "\n".join([header, *(f"{phone.number},{phone.name},north" for phone in phones)]).encode()


async def test_from_a_list_with_faults_to_closed_tickets(office: Server, fakes: FakeProviders, ada: Manager):
    kinds = ["tap", "text", "late", "never", "person", "opted out", "unreachable"]
    phones = {kind: [fakes.phone(f"{kind} {n}") for n in range(6)] for kind in kinds}
    everybody = [phone for some in phones.values() for phone in some]
    before = {phone.id: len(fakes.received(phone)) for phone in everybody}
    for phone in phones["opted out"]:
        fakes.say(phone, "stop")
        before[phone.id] = len(await fakes.expect(phone, 1))
    for phone in phones["unreachable"]:
        fakes.fault(to=phone.number, code=131026, count=1)

    # Wrong phones in the first, a middle and the last row: invalid, with the rows.
    lines = a_list(everybody).decode().splitlines()
    wrong = [*lines]
    for row in (2, 20, len(lines)):
        wrong[row - 1] = f"call me,{row},north"
    made = await ada.create("\n".join(wrong).encode())
    assert (made.status, made.body["campaign"]["state"]) == (200, "invalid")
    campaign = made.body["campaign"]["id"]
    problems = await ada.get(f"/{campaign}/problems")
    assert [(one["row"], one["column"], one["code"]) for one in problems["problems"]] == [
        (row, "A", "phone_characters") for row in (2, 20, len(lines))
    ]
    assert (await ada.act(campaign, "launch", confirm=len(everybody))).status == 409

    # Mended, previewed, scheduled; it launches by itself.
    mended = (await ada.edit(campaign, a_list(everybody))).body["campaign"]
    assert (mended["state"], mended["contacts"]) == ("loaded", 42)
    preview = await ada.get(f"/{campaign}/preview", row=2)
    assert preview["text"] == "Hello tap 0, your bill is due."
    due = office.clock_now() + timedelta(hours=2)
    scheduled = await ada.act(campaign, "schedule", date=str(due.date()), time=f"{due:%H:%M}", zone="UTC")
    assert scheduled.body["campaign"]["state"] == "scheduled", scheduled
    await later(office, ada, 2 * 3600 + 1)

    async def ended() -> Any:
        line = await ada.get(f"/{campaign}")
        return line if line["label"] == "executed" else None

    line = await eventually(ended)
    assert (line["state"], line["counts"]["failed"], line["counts"]["skipped"]) == ("finished_with_errors", 6, 6)
    await fakes.delivered()

    # Those who answer in time.
    for phone in phones["tap"]:
        fakes.tap(phone, "I will pay")
    for phone in phones["text"]:
        fakes.say(phone, "I will pay")
    for phone in phones["person"]:
        fakes.tap(phone, "A person")
    for kind in ("tap", "text", "person"):
        for phone in phones[kind]:
            await fakes.expect(phone, 2)

    async def figures() -> dict[str, Any]:
        return (await ada.get(f"/{campaign}"))["figures"]

    async def tickets_are(expected: dict[str, int]) -> bool:
        return (await figures())["tickets"] == expected

    await eventually(lambda: tickets_are({"open": 18, "answered": 12}))
    # The wait ends for the silent ones, and one kind of them answers after all.
    await later(office, ada, 3601)
    await eventually(lambda: tickets_are({"answered": 12, "no_answer": 12, "open": 6}))
    for phone in phones["late"]:
        fakes.say(phone, "I will pay")
    await eventually(lambda: tickets_are({"answered": 18, "no_answer": 6, "open": 6}))

    # The figures, the ledger and the file say the same.
    found = await figures()
    assert (found["planned"], found["sent"], found["answered"], found["late"]) == (42, 30, 24, 6)
    assert found["redemption"] == pytest.approx(24 / 42)
    whole = await ada.get(f"/{campaign}")
    assert sum(whole["counts"].values()) == whole["contacts"] == 42
    sends = [call for call in fakes.sends("whatsapp") if call.body.get("type") == "template"]
    assert Counter(call.body["to"] for call in sends).most_common(1)[0][1] == 1
    assert len(sends) == 36  # those who had opted out were never tried
    skipped = await ada.get(f"/{campaign}/recipients", status="skipped")
    assert {(one["reason"], one["why"]) for one in skipped["recipients"]} == {("opt_out", "opted out")}
    failed = await ada.get(f"/{campaign}/recipients", status="failed")
    assert all("131026" in one["why"] and one["ticket"] is None for one in failed["recipients"])
    exported = (await ada.get(f"/{campaign}/export", format="csv")).lstrip("\ufeff").splitlines()
    assert exported[0].startswith("Row,Phone,name,branch,Status,Reason,Sent (UTC)")
    assert len(exported) == 43


async def test_pause_resume_and_cancel_act_within_a_second(office: Server, fakes: FakeProviders, ada: Manager):
    phones = [fakes.phone(f"Contact {n}") for n in range(80)]
    made = (await ada.create(a_list(phones))).body["campaign"]
    fakes.fault(hang_s=0.3, count=80)
    assert (await ada.act(made["id"], "launch", confirm=80)).body["campaign"]["state"] == "sending"
    await eventually(lambda: sent_some(fakes))
    paused = (await ada.act(made["id"], "pause")).body["campaign"]
    assert (paused["state"], paused["cause"]) == ("paused", "paused by a person")
    resumed = await ada.act(made["id"], "resume")
    assert resumed.body["campaign"]["state"] == "sending", resumed
    cancelled = await ada.act(made["id"], "cancel")
    assert cancelled.body["campaign"]["state"] == "cancelled", cancelled
    again = await ada.act(made["id"], "cancel")
    assert (again.status, again.body["state"], "archive" in again.body["allowed"]) == (409, "cancelled", True)

    async def settled() -> bool:
        counts = (await ada.get(f"/{made['id']}"))["counts"]
        return not counts["pending"] + counts["queued"] and sum(counts.values()) == 80

    await eventually(settled)


async def sent_some(fakes: FakeProviders) -> bool:
    return bool(fakes.sends("whatsapp"))


async def test_a_refused_list_stores_nothing_and_says_every_fault_in_both_languages(office: Server, ada: Manager):
    contents = b"phone,name\n+525512345678,Ana\n+525512345678,\n"
    refused = await ada.create(contents)
    assert refused.status == 422
    assert [(one["row"], one["column"], one["code"]) for one in refused.body["problems"]] == [
        (3, "A", "phone_repeated"),
        (3, "B", "missing"),
    ]
    assert refused.body["total"] == 2
    ada.browser._http.headers["X-Language"] = "es"  # of the page, whatever that of the account
    told = (await ada.create(contents)).body["problems"]
    assert [(one["message"], one["hint"]) for one in told] == [
        ("este teléfono ya está en la fila 2", "borra una de las dos, o permite teléfonos repetidos"),
        ("está vacía", "escribe el dato o borra la fila entera"),
    ]
    assert (await ada.get())["campaigns"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"department": "fax"}, "department"),
        ({"wait_s": 90}, "wait_s"),
        ({"expects_answer": False, "wait_s": None}, "dialog"),
        ({"expects_answer": "yes"}, "expects_answer"),
        ({"colour": "red"}, "colour"),
        ({"goal": "fun"}, "goal"),
        ({"expects": {"score": "stars"}}, "expects"),
    ],
)
async def test_a_wrong_choice_is_refused_with_its_field(ada: Manager, changes: dict[str, Any], field: str):
    refused = await ada.create(b"phone,name\n+525512345678,Ana\n", **changes)
    assert (refused.status, refused.body["field"]) == (422, field)


async def test_a_missing_choice_is_named(ada: Manager):
    told = {name: value for name, value in WANTED.items() if name != "department"}
    refused = await ada.send("POST", "/campaigns", told, b"phone,name\n+525512345678,Ana\n")
    assert (refused.status, refused.body["field"], refused.body["code"]) == (422, "department", "missing")


async def test_what_is_no_form_or_has_no_file_or_too_much_is_refused(ada: Manager):
    assert (await ada.browser.call("POST", "/campaigns", json=WANTED)).status == 415
    nothing = await ada.send("POST", "/campaigns", WANTED, None)
    assert (nothing.status, nothing.body["field"]) == (422, "file")
    assert (await ada.create(b"x" * (20 * 1024 * 1024 + 1))).status == 413
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("campaign", json.dumps(WANTED))
    for name in ("a.csv", "b.csv"):
        form.add_field("file", b"phone,name\n+525512345678,Ana\n", filename=name)
    two = await ada.browser.call("POST", "/campaigns", data=form)
    assert (two.status, two.body["code"]) == (422, "two_files")


async def test_the_same_request_sent_twice_makes_and_launches_once(fakes: FakeProviders, ada: Manager):
    contents = a_list([fakes.phone("Ana")])
    first, again = await ada.create(contents, key="k1"), await ada.create(contents, key="k1")
    assert first.body == again.body
    campaign = first.body["campaign"]["id"]
    assert len((await ada.get())["campaigns"]) == 1
    other = await ada.create(a_list([fakes.phone("Luis")]), key="k1")
    assert (other.status, other.body["code"]) == (409, "other_request")  # the file counts, not the choices alone
    assert (await ada.create(contents, key="k1", name="Another")).status == 409
    launches = [await ada.act(campaign, "launch", key="k2", confirm=1) for _ in range(2)]
    assert [answer.status for answer in launches] == [200, 200]
    assert (await ada.act(campaign, "launch", confirm=1)).status == 409


async def test_the_list_filters_pages_and_finds_names_whatever_their_accents(fakes: FakeProviders, ada: Manager):
    contents = a_list([fakes.phone("Ana")])
    for name in ("Cobranza uno", "Promoción", "Cobranza dos"):
        assert (await ada.create(contents, name=name)).status == 200
    every = await ada.get(limit=2)
    assert [one["name"] for one in every["campaigns"]] == ["Cobranza dos", "Promoción"]
    rest = await ada.get(limit=2, before=every["next"])
    assert ([one["name"] for one in rest["campaigns"]], rest["next"]) == (["Cobranza uno"], None)
    assert [one["name"] for one in (await ada.get(q="PROMOCION"))["campaigns"]] == ["Promoción"]
    assert (await ada.get(state="sending"))["campaigns"] == []
    warned = (await ada.create(contents)).body["warnings"]
    assert warned == []


async def test_the_list_is_filtered_by_the_days_of_a_zone(office: Server, fakes: FakeProviders, ada: Manager):
    async def found(**query: str) -> list[str]:
        return [one["name"] for one in (await ada.get(**query))["campaigns"]]

    contents = a_list([fakes.phone("Ana")])
    first = (await ada.create(contents, name="Collections of March")).body["campaign"]["id"]
    assert (await ada.act(first, "launch", confirm=1)).status == 200
    made = office.clock_now().astimezone(ZoneInfo("America/Mexico_City")).date()
    await later(office, ada, 2 * 86_400)
    assert (await ada.create(contents, name="Receipts of April")).status == 200
    zone = "America/Mexico_City"
    day, after = str(made), str(made + timedelta(days=2))
    assert await found(**{"from": day, "to": day, "zone": zone}) == ["Collections of March"]
    assert await found(**{"from": after, "zone": zone}) == ["Receipts of April"]
    assert await found(to=after, zone=zone) == ["Receipts of April", "Collections of March"]
    assert await found(**{"from": day, "dated": "sent", "zone": zone}) == ["Collections of March"]
    assert await found(**{"from": after, "dated": "sent", "zone": zone}) == []
    for wrong in ({"from": after, "to": day}, {"from": "soon"}, {"zone": "Mexico"}, {"dated": "ended"}):
        answer = await ada.browser.call("GET", "/campaigns", params=wrong)
        assert (answer.status, answer.body["field"]) == (422, [*wrong][-1])


async def test_a_name_that_says_nothing_gets_a_hint_and_is_taken(fakes: FakeProviders, ada: Manager):
    made = await ada.create(a_list([fakes.phone("Ana")]), name="Prueba 2")
    assert made.body["campaign"]["name"] == "Prueba 2"
    [hint] = made.body["warnings"]
    assert (hint["code"], (await ada.get("/name-advice", name="Prueba 2"))["advice"]) == ("vague_name", hint["message"])
    assert (await ada.get("/name-advice", name="Collections of March: promises"))["advice"] == ""


async def test_a_review_says_who_would_get_nothing_and_a_launch_for_nobody_is_refused(
    office: Server, fakes: FakeProviders, ada: Manager
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    made = (await ada.create(a_list([ana, luis]))).body["campaign"]["id"]
    nobody = {"messages": 2, "left": 2, "set_aside": []}
    assert (await ada.get(f"/{made}/review")).items() >= {**nobody, "surveys": [], "advice": []}.items()
    fakes.say(ana, "stop")
    await fakes.expect(ana, 1)
    aside = [{"reason": "opt_out", "why": "opted out", "count": 1}]
    assert (await ada.get(f"/{made}/review")).items() >= {"messages": 2, "left": 1, "set_aside": aside}.items()
    fakes.say(luis, "stop")
    await fakes.expect(luis, 1)
    refused = await ada.act(made, "launch", confirm=2)
    assert (refused.status, refused.body["code"], refused.body["set_aside"]) == (409, "nobody_left", {"opt_out": 2})
    assert (await ada.get(f"/{made}"))["state"] == "loaded"


async def test_what_late_answers_and_busy_contacts_get_is_chosen_shown_and_changed(fakes: FakeProviders, ada: Manager):
    phones = a_list([fakes.phone("Ana")])
    say = {"policy": "say", "within_h": 1, "say": "{{ name }}, it is over."}
    made = (await ada.create(phones, late=say, busy="queue")).body["campaign"]
    assert (made["late"], made["busy"]) == (say, "queue")
    (listed,) = (await ada.get())["campaigns"]
    assert (listed["late"], listed["busy"]) == (say, "queue")
    review = await ada.get(f"/{made['id']}/review")
    assert review["late"].items() >= say.items()
    assert review["late"]["said"].startswith("within 1 h of the wait's end it gets one text")
    assert review["busy"] == {
        "policy": "queue",
        "said": "the message waits until they are free, at most 24 hours; then they are skipped",
    }
    edited = (await ada.edit(made["id"], late={"policy": "new"}, busy="skip")).body["campaign"]
    assert (edited["late"], edited["busy"]) == ({"policy": "new", "within_h": 24, "say": ""}, "skip")
    renamed = (await ada.edit(made["id"], name="Overdue in April")).body["campaign"]
    assert (renamed["late"]["policy"], renamed["busy"]) == ("new", "skip")  # what is left out stays
    choices = await ada.get("/choices")
    assert [one["name"] for one in choices["late"]] == ["reopen", "new", "say"]
    assert [one["name"] for one in choices["busy"]] == ["send_only", "skip", "queue", "interrupt"]
    assert all(one["title"] for one in choices["late"] + choices["busy"])


@pytest.mark.parametrize(
    ("choice", "code", "field", "expected"),
    [
        ({"late": {"policy": "never"}}, "late_policy", "late", "reopen, new, say"),
        ({"late": {"within_h": 73}}, "late_within", "late", None),
        ({"late": {"policy": "say"}}, "late_say_missing", "late", None),
        ({"busy": "later"}, "busy_policy", "busy", "send_only, skip, queue, interrupt"),
    ],
)
async def test_a_policy_that_cannot_be_is_refused_with_its_field(
    ada: Manager, fakes: FakeProviders, choice: dict, code: str, field: str, expected: str | None
):
    refused = await ada.create(a_list([fakes.phone("Ana")]), **choice)
    assert (refused.status, refused.body["code"], refused.body["field"]) == (422, code, field)
    assert refused.body.get("expected") == expected
    assert refused.body["error"]


async def test_a_text_of_the_form_beyond_the_sms_budget_is_advised_with_its_parts(fakes: FakeProviders, ada: Manager):
    phones = a_list([fakes.phone("Ana", channel="sms")])
    said = "{{ name }}, " + "ya no tomamos respuestas aquí; " * 5
    late = {"policy": "say", "say": said}
    remind = [{"after_s": 600, "say": "{{ name }}?"}, {"after_s": 1_200, "say": said}]
    made = (await ada.create(phones, channel="sms", late=late, remind=remind)).body
    for_late, for_second = made["advice"]
    assert (for_late["rule"], for_late["code"]) == ("D10", "late_over_budget")
    assert (for_second["rule"], for_second["code"], for_second["name"]) == ("D10", "remind_over_budget", "2")
    sms = (await ada.get(f"/{made['campaign']['id']}/review"))["late"]["sms"]
    assert sms["characters"] == len(said.strip().replace("{{ name }}", "Ana"))
    assert (sms["encoding"], sms["over_budget"], len(sms["parts"])) == ("UCS-2", True, 3)


async def test_a_launched_campaign_treats_late_answers_and_busy_contacts_as_chosen(
    office: Server, fakes: FakeProviders, ada: Manager
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    await office.request_dialog(channel="whatsapp", address=luis.number, dialog="reminder", given={"name": "Luis"})
    await fakes.expect(luis, 1)
    fakes.say(luis, "what?")  # now he is in the bot's dialog
    await fakes.expect(luis, 2)
    late = {"policy": "say", "within_h": 1, "say": "{{ name }}, it is over."}
    made = (await ada.create(a_list([ana, luis]), late=late, busy="skip")).body["campaign"]["id"]
    await ada.act(made, "launch", confirm=2)

    async def ended() -> bool:
        return (await ada.get(f"/{made}"))["state"] == "completed"

    assert await eventually(ended)
    await fakes.expect(ana, 1)

    async def silent() -> bool:
        return (await ada.get(f"/{made}"))["figures"]["tickets"] == {"no_answer": 1}

    assert await eventually(waits_for(ada, made))
    await later(office, ada, 3_601)
    assert await eventually(silent)
    fakes.tap(ana, "I will pay")
    assert (await fakes.expect(ana, 2))[1].text == "Ana, it is over."

    async def counted() -> bool:
        figures = (await ada.get(f"/{made}"))["figures"]
        return (figures["late"], figures["answered"], figures["busy"]["skipped"]) == (1, 1, 1)

    assert await eventually(counted)
    rows = (await ada.get(f"/{made}/recipients", status="skipped"))["recipients"]
    assert [(row["phone"], row["reason"], row["why"]) for row in rows] == [
        (luis.number, "busy", "was in another conversation")
    ]
    assert len(fakes.received(luis)) == 2
    explaining = Explaining(office.store, office.keys, office.workspace)
    facts = await explaining.facts(made, await explaining.row(made, rows[0]["row"]))
    decided = verdict_of(gates_of(facts))
    assert (decided.name, decided.verdict, decided.why) == ("collision", "stop", "busy")
    copy = (await ada.act(made, "duplicate")).body["campaign"]
    assert (copy["late"], copy["busy"]) == (late, "skip")


def waits_for(manager: Manager, campaign: str) -> Callable[[], Awaitable[bool]]:
    async def waits() -> bool:
        return (await manager.get(f"/{campaign}"))["figures"]["tickets"] == {"open": 1}

    return waits


async def test_who_may_see_and_who_may_act(office: Server, fakes: FakeProviders, ada: Manager):
    made = (await ada.create(a_list([fakes.phone("Ana")]))).body["campaign"]["id"]
    sees: dict[str, tuple[int, int, int]] = {}
    for name in ("sue", "kim", "eva"):
        async with Browser(office) as browser:
            await browser.log_in(name)
            listed = await browser.call("GET", "/campaigns")
            one = await browser.call("GET", f"/campaigns/{made}")
            acts = await browser.call("POST", f"/campaigns/{made}/archive", json={})
            shown = len(listed.body["campaigns"]) if listed.status == 200 else -1
            sees[name] = (shown, one.status, acts.status)
    assert sees == {"sue": (1, 200, 403), "kim": (0, 404, 403), "eva": (-1, 403, 403)}


async def test_a_file_is_in_the_language_its_link_asks_for(ada: Manager):
    async def first_header(lang: str) -> str:
        path = f"/api/v1/campaigns/sample?template=due&channel=whatsapp&format=csv&lang={lang}"
        async with ada.browser._http.get(path, headers={"Accept-Language": "en"}) as answer:
            return (await answer.text()).lstrip("\ufeff").split(",")[0]

    assert [await first_header(lang) for lang in ("es", "en", "")] == ["Teléfono", "Phone", "Phone"]


async def test_the_sample_filled_in_uploads_and_the_choices_name_what_can_be_used(ada: Manager):
    async with ada.browser._http.get("/api/v1/campaigns/sample?template=due&channel=whatsapp") as answer:
        contents = await answer.read()
        assert answer.headers["Content-Disposition"] == 'attachment; filename="due-sample.xlsx"'
    assert zipfile.is_zipfile(io.BytesIO(contents))
    made = await ada.create(contents)
    assert (made.status, made.body["campaign"]["state"]) == (200, "loaded"), made
    choices = await ada.get("/choices")
    assert [(one["name"], one["channel_kind"], one["dialog"]) for one in choices["templates"]] == [
        ("due", "whatsapp", "reminder"),
        ("due", "sms", "reminder"),
    ]
    assert [one["key"] for one in choices["metadata"]] == ["branch", "member"]


async def test_a_past_or_unknown_moment_is_refused(office: Server, fakes: FakeProviders, ada: Manager):
    made = (await ada.create(a_list([fakes.phone("Ana")]))).body["campaign"]["id"]
    past = await ada.act(made, "schedule", date="2020-01-01", time="10:00", zone="UTC")
    assert (past.status, past.body["code"], past.body["field"]) == (422, "past", "time")
    nowhere = await ada.act(made, "schedule", date="2099-01-01", time="10:00", zone="Mars/Olympus")
    assert (nowhere.status, nowhere.body["field"]) == (422, "zone")
    fine = await ada.act(made, "schedule", date="2099-01-01", time="10:00", zone="America/Mexico_City")
    at = datetime.fromisoformat(fine.body["campaign"]["scheduled_at"])
    assert at.isoformat() == "2099-01-01T16:00:00+00:00"
    back = await ada.act(made, "unschedule")
    assert (back.body["campaign"]["state"], back.body["campaign"]["scheduled_at"]) == ("loaded", None)
    assert (await ada.act(made, "delete")).status == 204
    assert (await ada.browser.call("GET", f"/campaigns/{made}")).status == 404


async def test_pages_that_listen_hear_a_campaign_move_if_they_may_see_it(
    office: Server, fakes: FakeProviders, ada: Manager
):
    heard: dict[str, list[dict[str, Any]]] = {"sue": [], "kim": []}
    async with contextlib.AsyncExitStack() as open_pages:
        for name, lines in heard.items():
            browser = await open_pages.enter_async_context(Browser(office))
            await browser.log_in(name)
            live = await open_pages.enter_async_context(
                browser._http.ws_connect("/api/v1/live", headers={"Origin": browser.origin})
            )
            await live.receive_json()
            task = asyncio.create_task(hear(live, lines))
            open_pages.callback(task.cancel)
        made = (await ada.create(a_list([fakes.phone("Ana")]))).body["campaign"]["id"]
        await ada.act(made, "launch", confirm=1)

        async def ended() -> bool:
            return any(line["campaign"]["counts"]["delivered"] == 1 for line in heard["sue"])

        await eventually(ended)
    assert {line["campaign"]["id"] for line in heard["sue"]} == {made}
    assert heard["kim"] == []


async def hear(live: aiohttp.ClientWebSocketResponse, lines: list[dict[str, Any]]) -> None:
    async for message in live:
        line = json.loads(message.data)
        if line["type"] == "campaign":
            lines.append(line)


async def test_what_a_campaign_declares_is_advised_on_in_its_review_and_stops_nothing(
    fakes: FakeProviders, ada: Manager
):
    """F022, F283."""
    choices = await ada.get("/choices")
    assert ("promotion", "Promotion") in [(one["name"], one["title"]) for one in choices["goals"]]
    assert {"name": "email", "title": "E-mail address", "proposal": "What is your e-mail address?"} in choices[
        "expected_types"
    ]
    declared = {"goal": "data_update", "expects": {"mail": "email"}, "custom_data": ["city"]}
    made = (await ada.create(a_list([fakes.phone("Ana")]), **declared)).body
    told = [(one["code"], one["name"]) for one in made["advice"]]
    assert told == [("not_asked", "mail"), ("missing_data", "city"), ("undeclared_data", "name")]
    assert made["advice"][0]["proposal"].splitlines()[2] == "  answer: email"
    campaign = made["campaign"]["id"]
    assert (await ada.get(f"/{campaign}/review"))["advice"] == made["advice"]
    seen = await ada.get(f"/{campaign}")
    assert {name: seen[name] for name in declared} == declared
    edited = await ada.edit(campaign, expects={}, custom_data=[])
    assert (edited.status, (await ada.get(f"/{campaign}/review"))["advice"]) == (200, [])
    assert (await ada.act(campaign, "launch", confirm=1)).status == 200
