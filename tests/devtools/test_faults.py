"""Errors on demand, in each provider's own words."""

import asyncio
import json

import aiohttp
import pytest

from bot_runtime.devtools.simulate import FakeProviders
from tests.devtools.conftest import Graph, Receiver, Twilio


async def test_a_code_refuses_so_many_sends(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", code=131056, count=2)
    codes = [(await graph.text(ana.number, f"{n}"))[1].get("error", {}).get("code") for n in range(3)]
    assert codes == [131056, 131056, None]
    assert fakes.texts(ana) == ["2"]
    assert [call.code for call in fakes.sends("whatsapp")] == [131056, 131056, None]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"code": 130429}, 429, 130429),
        ({"code": 130429, "status": 403}, 403, 130429),  # seen with 400, 403 and 429
        ({"code": 190}, 401, 190),
        ({"status": 503}, 503, None),
    ],
)
async def test_graphs_form(fakes: FakeProviders, graph: Graph, fault: dict[str, int], status: int, code: int | None):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", **fault)
    answered, answer = await graph.text(ana.number, "hola")
    assert (answered, answer["error"].get("code")) == (status, code)


async def test_twilios_form(fakes: FakeProviders, twilio: Twilio):
    marta = fakes.phone("Marta", "sms")
    fakes.fault("sms", code=21611)
    fakes.fault("sms", status=429)
    assert (await twilio.send(marta.number, "x"))[1]["code"] == 21611
    more = "https://www.twilio.com/docs/errors/20429"
    refusal = {"code": 20429, "message": "Too Many Requests", "more_info": more, "status": 429}
    assert (await twilio.send(marta.number, "x")) == (429, refusal)


async def test_a_send_that_fails_later(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", code=131049, on="delivery")
    status, _ = await graph.text(ana.number, "hola", biz_opaque_callback_data="e1")
    await fakes.delivered()
    (webhook,) = receiver.arrived
    value = json.loads(webhook.body)["entry"][0]["changes"][0]["value"]
    (report,) = value["statuses"]
    assert (status, report["status"], report["errors"][0]["code"]) == (200, "failed", 131049)
    assert report["biz_opaque_callback_data"] == "e1"
    assert "contacts" not in value  # Meta leaves them out of a failure
    assert fakes.received(ana)[0].status == "failed"


@pytest.mark.parametrize(("accept", "arrives"), [(False, []), (True, ["hola"])])
async def test_a_connection_cut_after_reading(fakes: FakeProviders, graph: Graph, accept: bool, arrives: list[str]):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", drop=True, accept=accept)
    with pytest.raises(aiohttp.ClientError):
        await graph.text(ana.number, "hola")
    assert fakes.texts(ana) == arrives  # the sender cannot know which
    (call,) = fakes.sends()
    assert (call.status, call.note) == (0, "dropped")


async def test_a_call_that_hangs_until_let_go(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", hang_s=600, accept=True)
    hanging = asyncio.create_task(graph.text(ana.number, "hola"))
    assert [message.text for message in await fakes.expect(ana, 1)] == ["hola"]  # taken, but nobody is told
    assert not hanging.done()
    fakes.whatsapp.release()
    assert (await hanging)[0] == 200


async def test_a_call_that_hangs_and_is_then_cut(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", hang_s=0.01)
    with pytest.raises(aiohttp.ClientError):
        await graph.text(ana.number, "hola")
    assert (fakes.texts(ana), fakes.sends()[0].note) == ([], "hung")


async def test_an_error_though_it_was_accepted(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", status=502, accept=True)
    assert (await graph.text(ana.number, "hola"))[0] == 502
    assert fakes.texts(ana) == ["hola"]


async def test_a_slow_answer_is_an_answer(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", delay_ms=1)
    assert (await graph.text(ana.number, "hola"))[0] == 200


async def test_one_recipient_alone(fakes: FakeProviders, graph: Graph):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.fault("whatsapp", code=131026, to=luis.number)
    assert (await graph.text(ana.number, "hola"))[0] == 200
    assert (await graph.text(luis.number, "hola"))[1]["error"]["code"] == 131026


async def test_more_than_so_many_a_second_are_refused(fakes: FakeProviders, graph: Graph, twilio: Twilio):
    ana, marta = fakes.phone("Ana"), fakes.phone("Marta", "sms")
    fakes.whatsapp.messages_per_s = fakes.twilio.messages_per_s = 1
    assert [(await graph.text(ana.number, "x"))[0] for _ in range(2)] == [200, 429]
    assert [(await twilio.send(marta.number, "x"))[0] for _ in range(2)] == [201, 429]
    assert [call.code for call in fakes.sends()] == [None, 130429, None, 20429]


@pytest.mark.parametrize("answer", ["empty", "html", "no_id", "huge", "drip"])
async def test_a_message_may_be_taken_and_answered_with_anything(fakes: FakeProviders, graph: Graph, answer: str):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", answer=answer, hang_s=0.1)
    status, _, read = await graph.raw(ana.number, "hola", -1 if answer == "drip" else 1_000)

    assert status == 200
    assert fakes.texts(ana) == ["hola"]
    if answer == "drip":
        assert json.loads(read)["messages"][0]["id"]
    else:
        assert b"wamid" not in read


async def test_a_refusal_may_say_when_to_come_back(fakes: FakeProviders, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", code=130429, retry_after_s=17)
    status, headers, _ = await graph.raw(ana.number, "hola")

    assert (status, headers["Retry-After"]) == (429, "17")


async def test_nothing_may_be_reported_on_a_message(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", silent=True)
    await graph.text(ana.number, "hola")
    await fakes.delivered()

    assert receiver.arrived == []
    assert fakes.texts(ana) == ["hola"]
