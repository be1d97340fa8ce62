"""What is not settled can be listed, sent again and closed by hand, and each of that is noted."""

import msgspec
import pytest

from bot_runtime.dialogs.effects import SendText
from bot_runtime.runtime.journal import Line
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys, shard_of
from bot_runtime.store.outbox import Entry, Outbox
from bot_runtime.store.turns import Turns
from bot_runtime.store.unsettled import Listed, NotInDoubt
from tests.store.outboxes import entry, head_of, marked_ms


async def listed(outbox: Outbox, head: Entry, status: str | None = None) -> list[tuple[str, str]]:
    found = await outbox.unsettled(int(shard_of(head.contact)), status)  # type: ignore[arg-type]
    return [(one.id.rpartition(".")[2], one.status) for one in found]


async def in_doubt(contacts: Contacts, turns: Turns, outbox: Outbox, *more: str) -> Entry:
    entries = [entry(number, words) for number, words in enumerate(("uno", *more), 1)]
    head = await head_of(contacts, turns, outbox, *entries)
    await marked_ms(outbox, head)
    await outbox.settle(head, "unknown", code="timeout")
    return head


async def test_what_waits_what_leaves_and_what_nobody_knows_of_is_listed_once(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head = await head_of(contacts, turns, outbox, entry(1, "uno"), entry(2, "dos"))
    assert await listed(outbox, head) == [("1", "queued"), ("2", "queued")]
    await marked_ms(outbox, head)
    assert await listed(outbox, head) == [("1", "sending"), ("2", "queued")]
    assert await listed(outbox, head, "sending") == [("1", "sending")]
    await outbox.settle(head, "unknown", code="timeout")
    assert await listed(outbox, head) == [("1", "unknown"), ("2", "queued")]
    [one] = await outbox.unsettled(int(shard_of(head.contact)), "unknown")
    assert (one.id, one.channel, one.kind, one.code, one.resent) == (head.id, "wa", "reply", "timeout", False)
    assert await outbox.count_unknown() == 1
    await outbox.merge_status(head.id, "delivered", "x1", "")
    second = await outbox.claim_lane(head.contact, "wa")
    assert second is not None
    await outbox.settle(second, "sent", external_id="x2")
    assert await listed(outbox, head) == []


@pytest.mark.parametrize("status", ["unknown", "queued"])
async def test_a_list_goes_on_after_its_last_line(
    contacts: Contacts, turns: Turns, outbox: Outbox, keys: Keys, status: str
):
    ids = set()
    for number in range(7):
        head = await head_of(contacts, turns, outbox, entry(1, "uno"), address=f"tel:+{number}")
        ids.add(head.id)
        if status == "unknown":
            await marked_ms(outbox, head)
            await outbox.settle(head, "unknown")
    found: list[Listed] = []
    for shard in range(keys.shards):
        after = ""
        while page := await outbox.unsettled(shard, status, after, limit=2):  # type: ignore[arg-type]
            found += page
            after = page[-1].cursor

    assert len(found) == len(ids)
    assert {one.id for one in found} == ids


async def test_an_entry_in_doubt_is_sent_again_by_hand_and_the_journal_says_who(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, keys: Keys
):
    head = await in_doubt(contacts, turns, outbox)
    assert await outbox.resend(head.id, by="user:eva") == "wa"
    again = await outbox.claim_lane(head.contact, "wa")

    assert again is not None
    assert (again.id, again.payload.effect, again.meta.r) == (head.id, SendText("uno"), 1)
    await marked_ms(outbox, again)
    await outbox.settle(again, "sent", external_id="x1")
    raw = await store.command("LRANGE", keys.journal(head.contact), -1, -1)
    line = msgspec.json.decode(raw[0], type=Line)
    assert (line.event, line.channel, line.text, line.by) == ("resent_by_hand", "wa", head.id, "user:eva")
    assert await outbox.unsettled(int(shard_of(head.contact))) == []


async def test_one_that_stayed_in_doubt_is_sent_again_after_what_its_lane_holds(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store
):
    head = await in_doubt(contacts, turns, outbox, "dos")
    await store.advance_clock(36)
    second = await outbox.claim_lane(head.contact, "wa")
    assert second is not None
    await outbox.resend(head.id)
    following = (await outbox.settle(second, "sent")).following

    assert following is not None
    assert following.id == head.id


@pytest.mark.parametrize("status", ["sent", "failed"])
async def test_an_entry_in_doubt_is_closed_by_hand_and_its_lane_goes_on(
    contacts: Contacts, turns: Turns, outbox: Outbox, store: Store, keys: Keys, status: str
):
    head = await in_doubt(contacts, turns, outbox, "dos")
    assert await outbox.claim_lane(head.contact, "wa") is None  # it waits for evidence
    await outbox.close(head.id, status)  # type: ignore[arg-type]
    second = await outbox.claim_lane(head.contact, "wa")

    assert second is not None
    assert second.payload.effect == SendText("dos")
    known = (await outbox.entries(head.contact))["1"]
    assert (known.s, known.e) == (status, "closed_by_hand" if status == "failed" else "timeout")
    raw = await store.command("LRANGE", keys.journal(head.contact), -1, -1)
    assert msgspec.json.decode(raw[0], type=Line).event == f"{status}_by_hand"


async def test_only_what_is_in_doubt_can_be_sent_again_or_closed(contacts: Contacts, turns: Turns, outbox: Outbox):
    head = await head_of(contacts, turns, outbox, entry(1, "uno"))
    for act in (outbox.resend(head.id), outbox.close(head.id, "sent"), outbox.resend("3.nobody.9")):
        with pytest.raises(NotInDoubt) as refused:
            await act
        assert refused.value.status == ("queued" if refused.value.entry_id == head.id else None)
    await marked_ms(outbox, head)
    await outbox.settle(head, "unknown")
    await outbox.resend(head.id)
    with pytest.raises(NotInDoubt):  # twice by mistake: it is queued already
        await outbox.resend(head.id)
