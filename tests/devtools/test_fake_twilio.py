"""The fake Twilio end to end: its form API in, bubbles, callbacks and forms out."""

from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest

from bot_runtime.devtools.accounts import Account
from bot_runtime.devtools.simulate import FakeProviders
from tests.devtools.conftest import Receiver, Twilio


def form_of(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


@pytest.fixture
def twilio_wa(http: aiohttp.ClientSession, twilio_whatsapp: Account) -> Twilio:
    return Twilio(http, twilio_whatsapp)


async def test_an_sms_is_queued_shown_counted_and_called_back(fakes: FakeProviders, receiver: Receiver, twilio: Twilio):
    marta = fakes.phone("Marta", "sms", "+525512345678")
    callback = f"{receiver.url}/webhooks/sms?entry=s3.c.1"
    status, answer = await twilio.send("+525512345678", "Mañana sí, € 5", StatusCallback=callback)
    await fakes.delivered()

    (shown,) = fakes.received(marta)
    assert (status, answer["status"], answer["sid"], answer["error_code"]) == (201, "queued", shown.id, None)
    assert (answer["to"], answer["from"], answer["num_segments"]) == ("+525512345678", "+15550100888", "1")
    assert shown.sms is not None
    assert (shown.sms.encoding, shown.sms.parts, shown.entry) == ("UCS-2", 1, "s3.c.1")
    forms = [form_of(webhook.body) for webhook in receiver.arrived]
    assert [form["MessageStatus"] for form in forms] == ["sent", "delivered"]
    assert all(form["MessageSid"] == shown.id and form["To"] == "+525512345678" for form in forms)
    assert receiver.arrived[0].url == callback


async def test_an_inbound_sms_has_all_the_usual_fields(fakes: FakeProviders, receiver: Receiver, sms: Account):
    fakes.say(fakes.phone("Marta", "sms", "+525512345678"), "x" * 161)
    await fakes.delivered()
    form = form_of(receiver.arrived[0].body)
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"]
    assert (form["From"], form["To"], form["AccountSid"]) == ("+525512345678", sms.number, sms.account_sid)
    assert (form["NumSegments"], form["NumMedia"], form["SmsStatus"]) == ("2", "0", "received")
    assert form["FromCity"] == ""  # blank fields come along, and are signed


async def test_whatsapp_over_twilio(
    fakes: FakeProviders, receiver: Receiver, twilio_wa: Twilio, http: aiohttp.ClientSession
):
    ana = fakes.phone("Ana", "wa_twilio", "+525512345678")
    status, _ = await twilio_wa.send(ana.number, ContentSid="HX0123", ContentVariables='{"1": "$10", "2": "3/3"}')
    (template,) = fakes.received(ana)
    assert (status, template.template, template.text) == (201, "overdue", "Debes $10 desde el 3/3.")
    fakes.tap(ana, "Prometer")
    fakes.send_file(ana, "image", content=b"jpeg")
    fakes.send_place(ana, 19.4, -99.1, "Zócalo")
    await fakes.delivered()

    tapped, image, place = [form_of(webhook.body) for webhook in receiver.arrived]
    assert tapped["From"] == "whatsapp:+525512345678"
    assert (tapped["ButtonPayload"], tapped["ButtonText"], tapped["ProfileName"]) == ("Prometer", "Prometer", "Ana")
    assert (tapped["WaId"], tapped["OriginalRepliedMessageSid"]) == ("5215512345678", template.id)
    assert (image["NumMedia"], image["MediaContentType0"]) == ("1", "image/jpeg")
    async with http.get(image["MediaUrl0"]) as answer:
        assert answer.status == 401
    async with http.get(image["MediaUrl0"], headers={"Authorization": "Basic QUMxOnRva2Vu"}) as answer:
        assert await answer.read() == b"jpeg"
    assert (place["Latitude"], place["Longitude"], place["Label"]) == ("19.4", "-99.1", "Zócalo")


async def test_whatsapp_over_twilio_reports_reading(fakes: FakeProviders, receiver: Receiver, twilio_wa: Twilio):
    ana = fakes.phone("Ana", "wa_twilio")
    await twilio_wa.send(ana.number, "hola", StatusCallback=f"{receiver.url}/webhooks/wa_twilio?entry=1")
    await fakes.delivered()
    fakes.read(ana)
    await fakes.delivered()
    read = form_of(receiver.arrived[-1].body)
    assert (read["MessageStatus"], read["EventType"]) == ("read", "READ")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"From": "+15550100888", "Body": "x"}, 400, 21604),
        ({"To": "+525512345678", "Body": "x"}, 400, 21603),
        ({"To": "5512345678", "From": "+15550100888", "Body": "x"}, 400, 21211),
        ({"To": "whatsapp:+525512345678", "From": "+15550100888", "Body": "x"}, 400, 21612),
        ({"To": "+525512345678", "From": "+15550100111", "Body": "x"}, 400, 21606),
        ({"To": "+525512345678", "MessagingServiceSid": "MG1", "Body": "x"}, 404, 21701),
        ({"To": "+525512345678", "From": "+15550100888"}, 400, 21602),
        ({"To": "+525512345678", "From": "+15550100888", "Body": "x" * 1601}, 400, 21617),
        ({"To": "+525512345678", "From": "+15550100888", "MediaUrl": "a.png"}, 400, 21620),
        ({"To": "+525512345678", "From": "+15550100888", "ContentSid": "HX9"}, 400, 21655),
        ({"To": "+525512345678", "From": "+15550100888", "Body": "x", "StatusCallback": "http://a_b/x"}, 400, 21609),
    ],
)
async def test_refusals_come_in_twilios_words(
    fakes: FakeProviders, twilio: Twilio, form: dict[str, Any], status: int, code: int
):
    answered, answer = await twilio.post(form)
    assert (answered, answer["code"], answer["status"]) == (status, code, status)
    assert answer.keys() == {"code", "message", "more_info", "status"}
    (call,) = fakes.world.calls("sms")
    assert (call.status, call.code, dict(call.body)) == (status, code, form)


async def test_a_wrong_password_or_account_is_refused(
    fakes: FakeProviders, twilio: Twilio, http: aiohttp.ClientSession
):
    assert (await twilio.post({"To": "+1"}, password="wrong"))[1]["code"] == 20003
    async with http.post("/twilio/2010-04-01/Accounts/AC404/Messages.json", data={"To": "+1"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, 20404)


async def test_a_number_nobody_has_is_reported_undelivered(fakes: FakeProviders, receiver: Receiver, twilio: Twilio):
    status, _ = await twilio.send("+525500000000", "hola", StatusCallback=f"{receiver.url}/webhooks/sms?entry=1")
    await fakes.delivered()
    forms = [form_of(webhook.body) for webhook in receiver.arrived]
    assert status == 201  # Twilio only learns it later
    assert [(form["MessageStatus"], form.get("ErrorCode")) for form in forms] == [
        ("sent", None),
        ("undelivered", "30005"),
    ]


async def test_after_stop_twilio_refuses_until_start(fakes: FakeProviders, twilio: Twilio):
    marta = fakes.phone("Marta", "sms")
    fakes.say(marta, "Stop ")
    assert "unsubscribed" in fakes.texts(marta)[0]  # Twilio's own answer, in no ledger
    assert (await twilio.send(marta.number, "hola"))[1]["code"] == 21610
    fakes.say(marta, "start")
    assert (await twilio.send(marta.number, "hola"))[0] == 201
    assert len(fakes.sends("sms")) == 2
