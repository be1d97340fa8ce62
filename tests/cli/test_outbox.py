"""`outbox`: what is in doubt is listed, sent again only on purpose, or closed; channels are held and released."""

from pathlib import Path

import pytest

from bot_runtime.devtools.simulate import FakeProviders
from bot_runtime.people.service import People
from bot_runtime.settings import Settings
from bot_runtime.store.channel_states import ChannelStates
from bot_runtime.store.connection import Store
from bot_runtime.store.contacts import Contacts
from bot_runtime.store.keys import Keys
from bot_runtime.store.outbox import Entry, Outbox
from bot_runtime.store.secret import store_keys
from bot_runtime.store.turns import Turns
from tests.cli.operators import Terminal
from tests.servers import write_workspace
from tests.store.outboxes import entry, head_of, marked_ms


@pytest.fixture
def terminal(fakes: FakeProviders, tmp_path: Path, store_settings: Settings) -> Terminal:
    return Terminal(write_workspace(tmp_path / "bot", fakes), store_settings)


@pytest.fixture
async def keys(store: Store) -> Keys:
    return await store_keys(store, "test", store.shards)


async def in_doubt(store: Store, keys: Keys, address: str = "tel:+1") -> Entry:
    """A message of which the provider's answer was lost."""
    outbox = Outbox(store, keys)
    head = await head_of(Contacts(store, keys), Turns(store, keys), outbox, entry(1, "uno"), address=address)
    await marked_ms(outbox, head)
    await outbox.settle(head, "unknown", code="timeout")
    return head


async def test_what_is_in_doubt_is_listed_and_sent_again_only_when_confirmed(
    store: Store, keys: Keys, terminal: Terminal
):
    head = await in_doubt(store, keys)
    waiting = await head_of(
        Contacts(store, keys), Turns(store, keys), Outbox(store, keys), entry(1, "dos"), address="tel:+2"
    )
    listed = await terminal.json("outbox", "list")
    assert {(one["id"], one["status"]) for one in listed["entries"]} == {(head.id, "unknown"), (waiting.id, "queued")}
    (one,) = (await terminal.json("outbox", "list", "--status", "unknown"))["entries"]
    assert (one["id"], one["code"], one["kind"]) == (head.id, "timeout", "reply")
    assert "uno" not in str(listed)

    code, said = await terminal("outbox", "resend", head.id)
    assert (code, said) == (2, "this may send twice: confirm with --yes\n")
    assert await terminal("outbox", "resend", head.id, "--yes") == (0, f"{head.id}: queued once more.\n")
    code, said = await terminal("outbox", "resend", head.id, "--yes", "--language", "es")
    assert (code, said) == (1, f"{head.id}: está queued, no en duda (unknown)\n")
    assert (await terminal.json("outbox", "list", "--status", "unknown"))["total"] == 0
    (noted,) = await People(store, keys).audit()
    assert (noted["what"], noted["of"], noted["by"]) == ("entry_resent", head.id, "operator")


@pytest.mark.parametrize("status", ["sent", "failed"])
async def test_who_knows_what_became_of_it_closes_it(store: Store, keys: Keys, terminal: Terminal, status: str):
    head = await in_doubt(store, keys)
    assert await terminal("outbox", "close", head.id, "--as", status) == (0, f"{head.id}: closed as {status}.\n")
    assert (await Outbox(store, keys).entries(head.contact))["1"].s == status
    assert (await terminal("outbox", "close", head.id, "--as", status))[0] == 1
    (noted,) = await People(store, keys).audit()
    assert (noted["what"], noted["after"]["status"]) == ("entry_closed", status)


async def test_a_channel_is_held_and_released(store: Store, keys: Keys, terminal: Terminal):
    states = ChannelStates(store, keys)
    assert (await terminal("outbox", "hold", "whatsapp", "--why", "the number moves tonight"))[0] == 0
    state = await states.channel_state("whatsapp")
    assert (state.kind, state.why) == ("person", "the number moves tonight")
    assert (await terminal("outbox", "release", "whatsapp"))[1] == "Channel whatsapp sends again.\n"
    assert not (await states.channel_state("whatsapp")).held
    assert (await terminal("outbox", "release", "whatsapp"))[1] == "Channel whatsapp was not held.\n"
    assert [one["what"] for one in await People(store, keys).audit()] == ["channel_released", "channel_held"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resend", "abc"), "'abc' is no message's id"),
        (("close", "3.nobody.x", "--as", "sent"), "'3.nobody.x' is no message's id"),
        (("release", "telegram"), "there is no channel 'telegram'; there are: sms, whatsapp"),
        (("hold", "telegram", "--why", "x"), "there is no channel 'telegram'"),
    ],
)
async def test_misuse_is_said_and_changes_nothing(terminal: Terminal, store: Store, words: tuple[str, ...], said: str):
    code, printed = await terminal("outbox", *words)
    assert (code, said in printed) == (2, True)


async def test_an_entry_that_is_not_there_is_said_to_be_gone(terminal: Terminal, store: Store):
    code, printed = await terminal("outbox", "close", "3.nobody.9", "--as", "sent")
    assert (code, printed) == (1, "3.nobody.9: there is no such message (any more)\n")
