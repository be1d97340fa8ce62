"""Users, keys and presence in the store, and the trace that every change leaves."""

import asyncio

import pytest

from bot_runtime.people.model import User, user_as_caller
from bot_runtime.people.rules import Refused
from bot_runtime.people.service import People
from bot_runtime.store.connection import Store
from tests.web.people import PASSWORD

ANA = User(name="ana", display="Ana", role="agent", departments=("care",))
ROOT = User(name="root", display="Root", role="administrator")
EVA = User(name="eva", display="Eva", role="administrator")
DEPARTMENTS = ("care", "sales")


async def add(people: People, *users: User) -> None:
    for user in users:
        await people.add_user(user, PASSWORD, by=None, departments=DEPARTMENTS)


async def refused(change: object) -> str:
    with pytest.raises(Refused) as error:
        await change  # type: ignore[misc]
    return error.value.code


async def test_users_are_kept_and_a_name_is_never_used_again(people: People):
    await add(people, ROOT, ANA)

    assert await people.users() == [ANA, ROOT]
    assert await refused(people.add_user(ANA, PASSWORD, by=None, departments=DEPARTMENTS)) == "name_taken"
    await people.change_user("ana", {"active": False}, by=None, departments=DEPARTMENTS)
    assert await refused(people.add_user(ANA, PASSWORD, by=None, departments=DEPARTMENTS)) == "name_taken"
    assert await refused(people.change_user("bob", {}, by=None, departments=DEPARTMENTS)) == "unknown_user"


async def test_changes_at_the_same_time_are_all_made(people: People):
    await add(people, ROOT, ANA)
    changes = [{"display": "Anita"}, {"language": "en"}, {"max_tickets": 3}, {"departments": ("sales",)}]

    await asyncio.gather(*(people.change_user("ana", change, by=None, departments=DEPARTMENTS) for change in changes))

    assert await people.user("ana") == User(
        name="ana", display="Anita", role="agent", departments=("sales",), language="en", max_tickets=3
    )


async def test_an_administrator_is_always_left(people: People):
    await add(people, ROOT, EVA, ANA)
    results = await asyncio.gather(  # each shuts the other out at the same moment
        people.change_user("eva", {"active": False}, by=user_as_caller(ROOT), departments=DEPARTMENTS),
        people.change_user("root", {"role": "agent"}, by=user_as_caller(EVA), departments=DEPARTMENTS),
        return_exceptions=True,
    )

    assert [result.code for result in results if isinstance(result, Refused)] == ["last_administrator"]
    left = [user for user in await people.users() if user.role == "administrator" and user.active]
    assert len(left) == 1


async def test_every_change_is_kept_with_who_when_and_what(people: People, store: Store):
    await add(people, ROOT)
    by = user_as_caller(ROOT)
    await people.add_user(ANA, PASSWORD, by=by, departments=DEPARTMENTS)
    await people.change_user("ana", {"role": "supervisor"}, by=by, departments=DEPARTMENTS)
    await people.change_user("ana", {"password": "another password"}, by=by, departments=DEPARTMENTS)
    key, text = await people.add_key("crm", ["tickets:read"], by=by)
    await people.revoke_key(key.id, by=by)

    changes = await people.audit()

    assert [(one["what"], one["by"], one["of"]) for one in reversed(changes)] == [
        ("user_added", "operator", "root"),
        ("user_added", "user:root", "ana"),
        ("user_changed", "user:root", "ana"),
        ("user_changed", "user:root", "ana"),
        ("key_added", "user:root", key.id),
        ("key_revoked", "user:root", key.id),
    ]
    raised = changes[3]
    assert (raised["before"]["role"], raised["after"]["role"]) == ("agent", "supervisor")
    assert changes[2]["password"] is True
    kept = str(await store.command("LRANGE", "test:{people}:audit", 0, -1))
    for secret in (PASSWORD, "another password", "$argon2", text.rpartition("_")[2], key.digest):
        assert secret not in kept


async def test_a_change_that_changes_nothing_leaves_no_trace(people: People):
    await add(people, ANA)
    await people.change_user("ana", {"display": "Ana"}, by=None, departments=DEPARTMENTS)
    assert len(await people.audit()) == 1


async def test_a_key_opens_until_it_is_revoked(people: People):
    key, text = await people.add_key("crm", ["tickets:read", "tickets:read"], by=None)

    caller = await people.caller_of_key(text)
    assert caller is not None
    assert (caller.kind, caller.role, caller.scopes) == ("key", None, {"tickets:read"})
    assert caller.has_scope("tickets:read")
    assert not caller.has_scope("tickets:write")
    assert len(text.rpartition("_")[2]) >= 32  # 128 bits and more
    await people.revoke_key(key.id, by=None)
    assert await people.caller_of_key(text) is None
    assert [one.id for one in await people.keys()] == [key.id]
    assert await refused(people.revoke_key("nope", by=None)) == "unknown_key"


@pytest.mark.parametrize("spoil", ["x{}", "{}x", "bot_{}", " ", "", "bot__", "bot_00000000_x", "bot_*_x", "x" * 500])
async def test_what_is_not_a_key_opens_nothing(people: People, spoil: str):
    _, text = await people.add_key("crm", ["*"], by=None)
    assert await people.caller_of_key(spoil.format(text)) is None


async def test_only_who_was_seen_lately_is_connected(people: People, store: Store):
    await add(people, ROOT, ANA)
    await people.change_user("root", {"display": "R"}, by=None, departments=DEPARTMENTS)
    await people.set_presence("ana", "connected")

    assert {one.name: one.presence for one in await people.agents()} == {"ana": "connected", "root": "disconnected"}
    await people.set_presence("ana", "away")
    assert (await people.agents())[0].presence == "away"
    await people.set_presence("ana", "connected")
    await store.advance_clock(31 * 60)
    assert (await people.agents())[0].presence == "disconnected"


async def test_who_is_shut_out_is_no_colleague(people: People):
    await add(people, ROOT, ANA)
    await people.change_user("ana", {"active": False}, by=None, departments=DEPARTMENTS)
    assert [one.name for one in await people.agents()] == ["root"]


async def test_changes_of_presence_are_told_in_order_once(people: People):
    await add(people, ROOT, ANA)
    assert await people.presence_changes("$") == ([], "0-0")
    await people.set_presence("ana", "connected")
    await people.set_presence("ana", "connected")  # nothing new
    changes, last = await people.presence_changes("0-0")
    assert changes == [("ana", "connected")]
    assert await people.presence_changes("$") == ([], last)
    await people.set_presence("ana", "away")
    await people.change_user("ana", {"active": False}, by=None, departments=DEPARTMENTS)
    changes, last = await people.presence_changes(last)
    assert changes == [("ana", "away"), ("ana", "disconnected")]
    assert await people.presence_changes(last) == ([], last)
