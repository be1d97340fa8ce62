"""How stubbornly webhooks are brought: again until taken, twice or out of order on demand."""

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Message
from tests.devtools.conftest import Graph, Receiver, Twilio


async def test_meta_brings_a_webhook_again_until_it_is_taken(fakes: FakeProviders, receiver: Receiver):
    receiver.answers = [503, 0, 500, 500, 500]  # more often than it has pauses: the last one repeats
    hello = fakes.say(fakes.phone("Ana"), "hola")
    await fakes.delivered()
    assert len({webhook.body for webhook in receiver.arrived}) == 1  # the very same bytes
    assert len(receiver.arrived) == 6
    assert hello.status == "delivered"


async def test_meta_gives_up_on_a_webhook_refused_time_and_again(fakes: FakeProviders, receiver: Receiver):
    receiver.answers = [401] * 3
    hello = fakes.say(fakes.phone("Ana"), "hola")
    await fakes.delivered()
    assert (len(receiver.arrived), hello.status) == (3, "failed")


async def test_a_server_that_is_away_gets_everything_when_it_is_back(fakes: FakeProviders, receiver: Receiver):
    ana = fakes.phone("Ana")
    fakes.point_to("http://127.0.0.1:9")  # nobody listens there
    said = [fakes.say(ana, text) for text in ("uno", "dos", "tres")]
    await fakes.world.until(lambda: len(fakes.courier.answers) > 3)
    assert {status for _, status in fakes.courier.answers} == {0}
    fakes.courier.target = receiver.url
    await fakes.delivered()
    for message, arrived in zip(said, receiver.arrived, strict=True):
        assert message.id.encode() in arrived.body


async def test_twilio_tries_so_often_and_gives_up(fakes: FakeProviders, receiver: Receiver):
    marta = fakes.phone("Marta", "sms")
    receiver.answers = [500, 500]
    assert (await sent(fakes, marta.id, "uno")).status == "delivered"
    receiver.answers = [500, 500, 500]
    assert (await sent(fakes, marta.id, "dos")).status == "failed"
    receiver.answers = [404]  # a 4xx is never tried again
    assert (await sent(fakes, marta.id, "tres")).status == "failed"
    assert len(receiver.arrived) == 7


async def sent(fakes: FakeProviders, phone: str, text: str) -> Message:
    message = fakes.say(fakes.world.phones[phone], text)
    await fakes.delivered()
    return message


async def test_each_webhook_twice_on_demand(fakes: FakeProviders, receiver: Receiver):
    fakes.courier.twice = True
    fakes.say(fakes.phone("Ana"), "hola")
    await fakes.delivered()
    first, again = receiver.arrived
    assert first.body == again.body


async def test_statuses_out_of_order_on_demand(fakes: FakeProviders, receiver: Receiver, graph: Graph):
    fakes.courier.shuffled = True
    ana = fakes.phone("Ana")
    await graph.text(ana.number, "hola")
    await fakes.delivered()
    assert [b'"status":"delivered"' in webhook.body for webhook in receiver.arrived] == [True, False]


async def test_without_a_callback_twilio_reports_nothing(fakes: FakeProviders, receiver: Receiver, twilio: Twilio):
    marta = fakes.phone("Marta", "sms")
    await twilio.send(marta.number, "hola")
    await fakes.delivered()
    assert receiver.arrived == []
