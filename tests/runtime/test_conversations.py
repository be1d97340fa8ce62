"""Whole conversations: signed webhooks in, the providers' ledgers out."""

import asyncio
from pathlib import Path

import pytest

from bot_runtime.app import Server
from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.devtools.world import Phone
from bot_runtime.runtime.requesting import NotInWorkspace
from bot_runtime.store.unfit import read_unfit
from tests.servers import VISIT, StartServer, write_workspace

LETTERS = """
dialog: letters
language: en
response_timeout: {timeout}
retry: {{ attempts: 10, goto: out }}
starts: {{ default: true }}
states:
  letter:
    ask: Write a letter
    answer: text
    save: letter
    goto: echo
  echo:
    say: "You wrote {{{{ letter }}}}."
    goto: letter
  out:
    say: Bye.
"""


async def eventually(what, timeout_s: float = 10):
    """Wait until `await what()` is true, asking the server as a page would."""
    async with asyncio.timeout(timeout_s):
        while not (found := await what()):  # noqa: ASYNC110 - the truth is in the store
            await asyncio.sleep(0.01)
        return found


async def session_of(server: Server, phone: Phone) -> dict:
    return (await server.contact_view(phone.channel, phone.number))["session"]


async def test_a_contact_walks_a_dialog_to_its_end(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "5")
    await fakes.expect(ana, 2)
    fakes.tap(ana, "Of course")
    said = await fakes.expect(ana, 3)

    assert [message.text for message in said] == ["How was it, Ana?", "Will you come back?", "Thanks for your 5."]
    session = await session_of(server, ana)
    assert (session["cause"], session["answers"]["rating"], session["answers"]["again"]) == ("closed", 5, "yes")


async def test_the_same_dialog_reads_as_plain_text_on_sms(server: Server, fakes: FakeProviders):
    marta = fakes.phone("Marta", "sms")
    fakes.say(marta, "hi")
    await fakes.expect(marta, 1)
    fakes.say(marta, "four")
    said = await fakes.expect(marta, 2)
    fakes.say(marta, "of curse")  # a small typo

    assert said[1].text == "Will you come back?\n1) Of course\n2) Never"
    assert (await fakes.expect(marta, 3))[2].text == "Thanks for your 4."


async def test_silence_takes_the_timeout_once_and_never_early(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    view = await server.contact_view(ana.channel, ana.number)
    assert view["deadline"] is not None
    await server.advance_clock(4 * 3600 - 60)
    await asyncio.sleep(0.3)  # longer than the poller waits: nothing may happen here
    assert len(fakes.received(ana)) == 1
    await server.advance_clock(61)
    said = await fakes.expect(ana, 2)
    await server.advance_clock(24 * 3600)
    await asyncio.sleep(0.3)

    assert [message.text for message in said] == ["How was it, Ana?", "We missed you."]
    assert len(fakes.received(ana)) == 2


async def test_an_answer_ends_the_wait_for_good(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await server.advance_clock(3 * 3600)
    fakes.say(ana, "5")
    await fakes.expect(ana, 2)
    await server.advance_clock(2 * 3600)  # past the first question's deadline, not the second's
    await asyncio.sleep(0.3)
    assert (await session_of(server, ana))["state"] == "again"
    fakes.say(ana, "2")

    assert (await fakes.expect(ana, 3))[2].text == "Thanks for your 5."


async def test_an_unfit_answer_renews_the_wait_and_the_last_one_leads_out(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    first = (await server.contact_view(ana.channel, ana.number))["deadline"]
    await server.advance_clock(3600)
    fakes.say(ana, "great")
    await fakes.expect(ana, 2)
    assert await eventually(lambda: deadline_after(server, ana, first))
    fakes.say(ana, "really great")

    assert (await fakes.expect(ana, 3))[2].text == "Let us leave it here."
    assert (await session_of(server, ana))["cause"] == "finished"


async def deadline_after(server: Server, phone: Phone, earlier: str) -> bool:
    deadline = (await server.contact_view(phone.channel, phone.number))["deadline"]
    return deadline is not None and deadline > earlier


async def test_an_opt_out_word_is_confirmed_once_and_ends_the_session(server: Server, fakes: FakeProviders):
    marta = fakes.phone("Marta", "sms")
    fakes.twilio.handles_stop = False  # else Twilio would answer and block by itself
    fakes.say(marta, "hi")
    await fakes.expect(marta, 1)
    fakes.say(marta, "BAJA")
    await fakes.expect(marta, 2)
    fakes.say(marta, "baja")
    fakes.say(marta, "hi")
    await fakes.delivered()
    await eventually(lambda: turns(server, marta, 4))

    assert len(fakes.received(marta)) == 2  # on SMS nothing more is said until they opt in again
    view = await server.contact_view(marta.channel, marta.number)
    assert view["opted_out"]
    assert view["session"]["cause"] == "opted_out"
    fakes.say(marta, "alta")
    await fakes.expect(marta, 3)
    fakes.say(marta, "hi")
    assert (await fakes.expect(marta, 4))[3].text == "How was it, ?"  # SMS tells no name


async def turns(server: Server, phone: Phone, count: int) -> bool:
    return len((await server.contact_view(phone.channel, phone.number))["journal"]) >= count


async def test_two_hundred_messages_of_one_contact_are_answered_in_order(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    limits = {"replies_per_min": 1_000, "same_text": 1_000, "messages_per_s": 10_000}
    dialogs = {"letters": LETTERS.format(timeout="4h")}
    server = await start_server(write_workspace(tmp_path / "letters", fakes, dialogs=dialogs, **limits))
    ana = fakes.phone("Ana")
    fakes.say(ana, "start")
    await fakes.expect(ana, 1)
    for n in range(200):
        fakes.say(ana, f"n{n}")
    said = await fakes.expect(ana, 401, timeout_s=30)

    assert [message.text for message in said[1::2]] == [f"You wrote n{n}." for n in range(200)]
    assert (await session_of(server, ana))["answers"] == {"letter": "n199"}


async def test_two_hundred_messages_that_waited_for_a_worker_are_answered_in_order(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    """Above each turn is done before the next message comes; here all of them stand in the inbox at once."""
    limits = {"replies_per_min": 1_000, "same_text": 1_000, "messages_per_s": 10_000}
    dialogs = {"letters": LETTERS.format(timeout="4h")}
    root = write_workspace(tmp_path / "letters", fakes, dialogs=dialogs, **limits)
    web = await start_server(root, role="web")
    ana = fakes.phone("Ana")
    fakes.say(ana, "start")
    for n in range(200):
        fakes.say(ana, f"n{n}")
    await fakes.delivered()
    assert fakes.received(ana) == []
    await start_server(root, role="worker")
    fakes.point_to(f"http://127.0.0.1:{web.port}")
    said = await fakes.expect(ana, 401, timeout_s=30)

    assert [message.text for message in said[1::2]] == [f"You wrote n{n}." for n in range(200)]


async def test_two_bots_in_a_loop_are_stopped_and_flagged(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    dialogs = {"letters": LETTERS.format(timeout="4h")}
    server = await start_server(write_workspace(tmp_path / "letters", fakes, dialogs=dialogs))
    ana = fakes.phone("Ana")
    for n in range(12):
        fakes.say(ana, f"n{n}")
    await fakes.delivered()
    await eventually(lambda: turns(server, ana, 12))

    view = await server.contact_view(ana.channel, ana.number)
    assert view["bot_stopped"] == "same_text"  # "Write a letter" five times
    assert [message.text for message in fakes.received(ana)].count("Write a letter") == 5
    await server.advance_clock(3_601)
    fakes.say(ana, "hello again")
    assert (await fakes.expect(ana, len(fakes.received(ana)) + 1))[-1].text


async def test_sessions_end_on_the_version_they_began_with(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    root = write_workspace(tmp_path / "visit", fakes)
    server = await start_server(root)
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    before = server.workspace.version
    (root / "dialogs" / "visit.yaml").write_text(VISIT.replace("Will you come back?", "Coming back?"))
    await eventually(lambda: changed(server, before))
    fakes.say(ana, "5")
    fakes.say(luis, "hi")
    await fakes.expect(luis, 1)
    fakes.say(luis, "5")

    assert (await fakes.expect(ana, 2))[1].text == "Will you come back?"
    assert (await fakes.expect(luis, 2))[1].text == "Coming back?"


async def changed(server: Server, version: str) -> bool:
    return server.workspace.version != version


async def test_a_pinned_version_outlives_the_process(start_server: StartServer, fakes: FakeProviders, tmp_path: Path):
    root = write_workspace(tmp_path / "visit", fakes)
    first = await start_server(root)
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    await fakes.delivered()
    await eventually(lambda: is_settled(first, ana))
    await first.stop()
    (root / "dialogs" / "visit.yaml").write_text(VISIT.replace("Will you come back?", "Coming back?"))
    await start_server(root)
    fakes.say(ana, "5")

    assert (await fakes.expect(ana, 2))[1].text == "Will you come back?"


async def is_settled(server: Server, phone: Phone) -> bool:
    view = await server.contact_view(phone.channel, phone.number)
    return all(sent["status"] not in ("queued", "sending") for line in view["journal"] for sent in line.get("sent", []))


async def test_a_bad_edit_is_refused_and_the_good_version_runs_on(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    root = write_workspace(tmp_path / "visit", fakes)
    server = await start_server(root)
    (root / "dialogs" / "visit.yaml").write_text(VISIT.replace("goto: again", "goto: agian"))
    await eventually(lambda: refused(server))
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)

    assert "dialogs/visit.yaml:12:11" in server.problems[0]
    assert "again" in server.problems[0]
    (root / "dialogs" / "visit.yaml").write_text(VISIT)
    await eventually(lambda: mended(server))


async def refused(server: Server) -> bool:
    return bool(server.problems)


async def mended(server: Server) -> bool:
    return not server.problems


async def test_what_the_workspace_lacks_is_named(server: Server):
    with pytest.raises(NotInWorkspace, match="dialog: there is no 'nope'; expected one of visit"):
        await server.request_dialog(channel="whatsapp", address="+5215555001000", dialog="nope")


async def test_delivery_reports_show_beside_each_message(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.read(ana)
    await fakes.delivered()

    assert await eventually(lambda: status_is(server, ana, "read"))


async def test_a_refused_message_is_tried_again_and_a_final_no_is_kept(server: Server, fakes: FakeProviders):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    fakes.fault("whatsapp", code=131000, status=500, count=1)
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.fault("whatsapp", code=131026, count=1)
    fakes.say(luis, "hi")

    assert await eventually(lambda: status_is(server, luis, "failed"))
    assert fakes.received(luis) == []


async def status_is(server: Server, phone: Phone, status: str) -> bool:
    view = await server.contact_view(phone.channel, phone.number)
    return [sent["status"] for line in view["journal"] for sent in line.get("sent", [])] == [status]


async def test_a_reply_cut_off_is_sent_again_once_when_the_provider_reports_on_others(
    server: Server, fakes: FakeProviders
):
    ana, luis = fakes.phone("Ana"), fakes.phone("Luis")
    await server.advance_clock(60 - server.store.clock.now_s() % 60)  # both leave in the same minute
    fakes.fault("whatsapp", drop=True, count=1)
    fakes.say(ana, "hi")
    await eventually(lambda: status_is(server, ana, "unknown"))
    await eventually(lambda: dropped(fakes))
    fakes.say(luis, "hi")
    await fakes.expect(luis, 1)
    await fakes.delivered()
    assert fakes.received(ana) == []
    await server.advance_clock(36)

    assert (await fakes.expect(ana, 1))[0].text == "How was it, Ana?"
    assert len(fakes.sends("whatsapp")) == 3


async def test_a_send_without_an_answer_stays_unknown_while_the_provider_reports_on_nothing(
    server: Server, fakes: FakeProviders
):
    ana = fakes.phone("Ana")
    fakes.fault("whatsapp", drop=True, count=1)
    fakes.say(ana, "hi")
    await eventually(lambda: dropped(fakes))
    await server.advance_clock(36)

    assert await eventually(lambda: status_is(server, ana, "unknown"))
    assert len(fakes.sends("whatsapp")) == 1


async def dropped(fakes: FakeProviders) -> bool:
    return len(fakes.sends("whatsapp")) == 1


async def test_answers_that_did_not_fit_are_listed_by_question(server: Server, fakes: FakeProviders):
    ana = fakes.phone("Ana")
    fakes.say(ana, "hi")
    await fakes.expect(ana, 1)
    fakes.say(ana, "=HYPERLINK(1)")
    await fakes.expect(ana, 2)

    found = await read_unfit(server.store, server.keys)
    assert [(one["dialog"], one["state"], one["text"], one["attempt"]) for one in found] == [
        ("visit", "rating", "=HYPERLINK(1)", 1)
    ]


async def test_on_whatsapp_a_text_after_a_day_of_silence_is_not_even_tried(
    start_server: StartServer, fakes: FakeProviders, tmp_path: Path
):
    dialogs = {"visit": VISIT.replace("response_timeout: 4h", "response_timeout: 24h")}
    server = await start_server(write_workspace(tmp_path / "visit", fakes, dialogs=dialogs))
    ana, marta = fakes.phone("Ana"), fakes.phone("Marta", "sms")
    for phone in (ana, marta):
        fakes.say(phone, "hi")
        await fakes.expect(phone, 1)
    await server.advance_clock(24 * 3600 + 1)
    await fakes.expect(marta, 2)  # SMS knows no such window
    await eventually(lambda: turns(server, ana, 2))

    view = await server.contact_view(ana.channel, ana.number)
    assert view["session"]["cause"] == "timed_out"
    assert "flag cause=window_closed" in view["journal"][-1]["effects"]
    assert len(fakes.sends("whatsapp")) == 1
