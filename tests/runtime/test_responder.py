"""F063: a responder over HTTP. What it is told, what of its answers is said, and that it moves nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from bot_runtime.app import Server, start
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.dialogs.effects import AskResponder
from bot_runtime.dialogs.faq import Faq
from bot_runtime.runtime.outgoing import Answered
from bot_runtime.runtime.responder import asked_of, read_reply, without_names
from bot_runtime.settings import Settings
from bot_runtime.workspace import Responder, load_workspace
from tests.runtime.outside_service import OutsideService, outside_service
from tests.runtime.test_conversations import session_of
from tests.servers import write_workspace

FAQ = Faq.of([{"questions": ["parking"], "answer": {"en": "Yes.", "es": "Sí."}}], "en")
ASKED = AskResponder(3, "Do you sell gift cards? I am +52 55 1234 5678, ana@acme.com", "en", question="How was it?")


def test_our_own_json_has_no_name_and_no_number_of_the_contact():
    asked = asked_of(Responder("https://ai.acme.com/", key="k"), ASKED, "Acme", FAQ, "id")
    assert json.loads(asked.body or b"") == {
        "text": "Do you sell gift cards? I am […], […]",
        "language": "en",
        "question": "How was it?",
        "brand": "Acme",
        "faq": [{"questions": ["parking"], "answer": "Yes."}],
    }
    assert asked.headers["Authorization"] == "Bearer k"
    assert "k" not in repr(asked).replace("Asked", "").replace("POST", "")


def test_an_openai_endpoint_gets_a_chat():
    responder = Responder("https://ai.acme.com/v1/chat/completions", kind="openai", model="small")
    body = json.loads(asked_of(responder, ASKED, "Acme", FAQ, "id").body or b"")
    assert body["model"] == "small"
    assert [message["role"] for message in body["messages"]] == ["system", "assistant", "user"]
    assert "Acme" in body["messages"][0]["content"]
    assert "parking: Yes." in body["messages"][0]["content"]
    assert body["messages"][2]["content"] == "Do you sell gift cards? I am […], […]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 5512345678", "call […]"),
        ("4111 1111 1111 1111!", "[…]!"),
        ("order 12345", "order 12345"),
        ("12/03/2026 15:30", "12/03/2026 15:30"),
        ("a@b.co y c.d+e@f-g.mx", "[…] y […]"),
    ],
)
def test_numbers_and_addresses_stay_here(text, shown):
    assert without_names(text) == shown


@pytest.mark.parametrize(
    ("kind", "body", "reply"),
    [
        ("http", {"answer": " Yes. "}, ("Yes.", "")),
        ("http", {"answer": None}, ("", "nothing_to_say")),
        ("http", {}, ("", "nothing_to_say")),
        ("http", {"answer": "-"}, ("", "nothing_to_say")),
        ("http", {"answer": {"x": 1}}, ("", "bad_part")),
        ("http", {"answer": "x" * 1001}, ("", "too_long")),
        ("openai", {"choices": [{"message": {"content": "Yes."}}]}, ("Yes.", "")),
        ("openai", {"choices": []}, ("", "nothing_to_say")),
        ("openai", {"error": {"message": "no"}}, ("", "nothing_to_say")),
    ],
)
def test_what_of_its_answer_is_said(kind, body, reply):
    answered = Answered(200, "application/json", json.dumps(body).encode())
    assert read_reply(Responder("https://x/", kind=kind), answered) == reply


@pytest.mark.parametrize(
    ("status", "kind", "body", "reason"),
    [
        (500, "application/json", b"{}", "server_error"),
        (200, "text/html", b"<html>", "not_json"),
        (200, "application/json", b"", "empty"),
        (401, "application/json", b"{}", "refused"),
    ],
)
def test_a_failing_responder_has_a_reason(status, kind, body, reason):
    assert read_reply(Responder("https://x/"), Answered(status, kind, body)) == ("", reason)


@pytest.fixture
async def service() -> AsyncIterator[OutsideService]:
    async with outside_service() as service:
        yield service


@pytest.fixture
async def server(
    store: object, store_settings: Settings, fakes: FakeProviders, service: OutsideService, tmp_path: Path
) -> AsyncIterator[Server]:
    root = write_workspace(tmp_path / "bot", fakes)
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot["responder"] = {"url": f"http://{service.host}/ask", "per_minute": 3}
    bot["faq"] = [{"questions": ["parking"], "answer": "Yes, there is."}]
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    settings = replace(store_settings, port=0, drain_s=2, test_clock=True)
    server = await start(settings, lambda: load_workspace(root, {}))
    fakes.point_to(f"http://127.0.0.1:{server.port}")
    yield server
    await server.stop()


async def test_a_responder_answers_and_the_question_comes_again(
    server: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer({"answer": "We do."})
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "do you sell gift cards?")
    said = [one.text for one in await fakes.expect(ana, 3)]
    assert said[1:] == ["We do.", "How was it, Ana?"]
    session = await session_of(server, ana)
    assert (session["state"], session.get("attempts", 0)) == ("rating", 0)
    assert ana.number not in json.dumps(service.heard[0].body)
    fakes.say(ana, "is there parking?")
    assert [one.text for one in await fakes.expect(ana, 5)][3:] == ["Yes, there is.", "How was it, Ana?"]
    assert len(service.heard) == 1


async def test_a_responder_that_fails_falls_back_to_the_question(
    server: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer(web.Response(status=500))
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "do you sell gift cards?")
    said = [one.text for one in await fakes.expect(ana, 2)]
    assert "from 1 to 5" in said[1]
    assert len(service.heard) == 1  # nobody waits for a second try
    assert (await session_of(server, ana)).get("attempts") == 1


async def test_what_is_written_while_it_thinks_joins_the_question(
    server: Server, fakes: FakeProviders, service: OutsideService
):
    service.answer({"answer": "We do, and we wrap them."})
    service.hold = asyncio.Event()
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "do you sell gift cards?")
    await service.until_heard(1)
    fakes.say(ana, "wrapped ones?")
    await service.until_heard(2)
    service.hold.set()

    said = [one.text for one in await fakes.expect(ana, 3)]
    assert said[1:] == ["We do, and we wrap them.", "How was it, Ana?"]
    assert service.heard[1].body["text"] == "do you sell gift cards?\nwrapped ones?"


async def test_it_is_asked_so_often_a_minute_and_no_more(server: Server, fakes: FakeProviders, service: OutsideService):
    service.answer({"answer": "Yes."})
    phones = [fakes.phone(f"Contact {number}") for number in range(4)]
    for phone in phones:
        fakes.say(phone, "hi")
        await fakes.expect(phone, 1)
        fakes.say(phone, "do you sell gift cards?")
        last = await fakes.expect(phone, 2)
    assert len(service.heard) == 3
    assert "from 1 to 5" in last[1].text


SURVEY = """
dialog: survey
language: en
starts: { keywords: [survey] }
retry: { goto: out }
states:
  score: { ask: How was it?, answer: rating, save: score, goto: out }
  out: { say: Thanks. }
"""


@pytest.fixture
async def desk(
    store: object, store_settings: Settings, fakes: FakeProviders, service: OutsideService, tmp_path: Path
) -> AsyncIterator[Server]:
    """A bot that begins nothing by itself; a department takes whoever it cannot answer."""
    root = write_workspace(tmp_path / "bot", fakes, dialogs={"survey": SURVEY})
    bot = yaml.safe_load((root / "bot.yaml").read_text())
    bot |= {"responder": {"url": f"http://{service.host}/ask"}, "departments": ["care"]}
    bot["faq"] = [{"questions": ["parking"], "answer": "Yes, there is."}]
    for channel in bot["channels"].values():
        channel["department"] = "care"
    (root / "bot.yaml").write_text(yaml.safe_dump(bot))
    server = await start(replace(store_settings, port=0, drain_s=2), lambda: load_workspace(root, {}))
    fakes.point_to(f"http://127.0.0.1:{server.port}")
    yield server
    await server.stop()


async def test_only_who_gets_no_answer_waits_for_a_person(desk: Server, fakes: FakeProviders, service: OutsideService):
    service.answer({"answer": "We do."}, {"answer": None})
    ana = fakes.phone("Ana")
    fakes.say(ana, "is there parking?")
    await fakes.expect(ana, 1)
    fakes.say(ana, "do you sell gift cards?")
    assert [one.text for one in await fakes.expect(ana, 2)] == ["Yes, there is.", "We do."]
    assert await desk.tickets.count(["queue:care"]) == 0
    fakes.say(ana, "can you mend my shoe?")
    await fakes.expect(ana, 3)
    (ticket,) = await desk.tickets.listed(["queue:care"])
    assert (ticket.department, ticket.last_text) == ("care", "can you mend my shoe?")


def test_a_faq_and_a_responder_are_checked_like_everything_else(tmp_path: Path):
    (tmp_path / "bot.yaml").write_text(
        "brand: acme\n"
        "faq: [{ questions: [], answer: hi }, { questions: x }, { questions: ¿Es que sí?, answer: hi },\n"
        "      { questions: [parking, Parking!], answer: 'hi {{ rating }}' }]\n"
        "responder: { url: ftp://x, kind: magic }\n"
    )
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "x.yaml").write_text("dialog: x\nstates: { a: { say: hi } }\n")
    told = {problem.code for problem in load_workspace(tmp_path, {}).problems}
    assert {"nothing_inside", "missing_key", "bad_url", "not_one_of"} <= told
    assert {"vague_question", "same_question", "unknown_name"} <= told
