"""Whole conversations: signed webhook in, provider's ledger out."""

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders


async def test_a_contact_walks_a_dialog_to_its_end(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "5")
    await fakes.expect(ana, 2)
    fakes.tap(ana, "Of course")
    said = await fakes.expect(ana, 3)

    assert [message.text for message in said] == ["How was it, Ana?", "Will you come back?", "Thanks for your 5."]
    view = await server.contact_view(ana.channel, ana.number)
    assert view["session"]["cause"] == "closed"
    assert view["session"]["answers"]["rating"] == 5
