"""Who may try, whose session it is, and when it ends; times on the store's clock."""

import asyncio

import pytest
from argon2 import extract_parameters

from bot_runtime.people.logins import Logins, TooManyFailures, WrongLogin, network_of
from bot_runtime.people.model import User
from bot_runtime.people.passwords import Passwords, made_up_password
from bot_runtime.people.service import People
from bot_runtime.store.connection import Store
from tests.web.people import CHEAP, PASSWORD

MINUTE, HOUR = 60, 3600
HERE = "192.0.2.1"


@pytest.fixture
async def ana(people: People) -> User:
    user = User(name="ana", display="Ana", role="agent", departments=("care",))
    await people.add_user(user, PASSWORD, by=None, departments=("care",))
    return user


async def fail(logins: Logins, times: int, name: str = "ana", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongLogin):
            await logins.log_in(name, "wrong wrong wrong", address)


async def wait_of(logins: Logins, name: str = "ana", address: str = HERE) -> int:
    """Seconds until a try is possible, asked with the right password."""
    with pytest.raises(TooManyFailures) as refused:
        await logins.log_in(name, PASSWORD, address)
    return refused.value.wait_s


# Sessions


async def test_a_session_is_its_users_and_new_at_each_log_in(logins: Logins, ana: User):
    user, first = await logins.log_in("ana", PASSWORD, HERE)
    _, second = await logins.log_in("ANA", PASSWORD, HERE)

    assert user == ana
    assert first != second
    caller = await logins.caller(first)
    assert caller is not None
    assert (caller.kind, caller.name, caller.role, caller.departments) == ("user", "ana", "agent", ("care",))
    assert await logins.caller(second) is not None


async def test_the_store_never_holds_what_opens_it(store: Store, logins: Logins, people: People, ana: User):
    _, session = await logins.log_in("ana", PASSWORD, HERE)
    _, key = await people.add_key("crm", ["tickets:read"], by=None)

    everything = b""
    for name in await store.command("KEYS", "*"):
        everything += name + bytes(await store.command("DUMP", name) or b"")
    assert session.encode() not in everything
    assert key.rpartition("_")[2].encode() not in everything
    assert PASSWORD.encode() not in everything
    assert len(session) >= 43  # 256 bits


@pytest.mark.parametrize(
    ("steps_s", "holds"),
    [
        ([29 * MINUTE], True),
        ([30 * MINUTE], False),
        ([29 * MINUTE, 29 * MINUTE, 29 * MINUTE], True),  # each use gives another half hour
        ([29 * MINUTE] * 24, True),  # 11 h 36
        ([29 * MINUTE] * 25, False),  # past 12 h, however busy
    ],
)
async def test_a_session_ends_after_half_an_hour_idle_and_half_a_day_at_most(
    store: Store, logins: Logins, ana: User, steps_s: list[int], holds: bool
):
    _, session = await logins.log_in("ana", PASSWORD, HERE)
    for step in steps_s:
        await store.advance_clock(step)
        caller = await logins.caller(session)
    assert (caller is not None) is holds


@pytest.mark.parametrize(
    ("presence", "holds"),
    [("connected", True), ("away", False), ("disconnected", False)],
)
async def test_an_open_page_keeps_only_a_connected_agent_active(
    store: Store, logins: Logins, people: People, ana: User, presence: str, holds: bool
):
    _, session = await logins.log_in("ana", PASSWORD, HERE)
    await people.set_presence("ana", presence)  # type: ignore[arg-type]
    for _ in range(4):
        await store.advance_clock(10 * MINUTE)
        kept = await logins.keep_alive(session)
    assert (kept is not None) is holds


async def test_an_open_page_does_not_outlive_twelve_hours(store: Store, logins: Logins, people: People, ana: User):
    _, session = await logins.log_in("ana", PASSWORD, HERE)
    await people.set_presence("ana", "connected")
    kept = [await later(store, 20 * MINUTE, logins, session) for _ in range(36)]
    assert kept == [True] * 35 + [False]


async def later(store: Store, seconds: float, logins: Logins, session: str) -> bool:
    await store.advance_clock(seconds)
    return await logins.keep_alive(session) is not None


async def test_logging_out_ends_one_session_and_everywhere_all(logins: Logins, ana: User):
    sessions = [(await logins.log_in("ana", PASSWORD, HERE))[1] for _ in range(3)]

    await logins.log_out(sessions[0])
    assert [await logins.caller(session) is not None for session in sessions] == [False, True, True]
    await logins.end_all("ana")
    assert [await logins.caller(session) for session in sessions] == [None, None, None]
    _, again = await logins.log_in("ana", PASSWORD, HERE)
    assert await logins.caller(again) is not None


async def test_a_new_password_and_a_stop_end_every_session(logins: Logins, people: People, ana: User):
    for changes in ({"password": "another password"}, {"active": False}):
        name, password = "ana", PASSWORD if "password" in changes else "another password"
        _, session = await logins.log_in(name, password, HERE)
        await people.change_user(name, changes, by=None, departments=("care",))
        assert await logins.caller(session) is None
    with pytest.raises(WrongLogin):  # as if there were no such user
        await logins.log_in("ana", "another password", HERE)


async def test_a_new_role_counts_at_once(logins: Logins, people: People, ana: User):
    _, session = await logins.log_in("ana", PASSWORD, HERE)
    await people.change_user("ana", {"role": "supervisor", "departments": ()}, by=None, departments=("care",))
    caller = await logins.caller(session)
    assert caller is not None
    assert (caller.role, caller.departments) == ("supervisor", ())


async def test_a_password_changed_while_it_is_checked_lets_nobody_in(
    logins: Logins, people: People, ana: User, monkeypatch: pytest.MonkeyPatch
):
    """The log-in read the old hash; before it begins a session, the new password is there."""
    verify = Passwords.verify

    async def slowly(self: Passwords, password: str, hashed: str) -> bool:
        right = await verify(self, password, hashed)
        await people.change_user("ana", {"password": "another password"}, by=None, departments=("care",))
        return right

    monkeypatch.setattr(Passwords, "verify", slowly)
    with pytest.raises(WrongLogin):
        await logins.log_in("ana", PASSWORD, HERE)


@pytest.mark.parametrize("session", ["", "x", "x" * 43, "x" * 5_000, "\ud800" * 43])
async def test_what_was_never_a_session_is_nobodys(logins: Logins, ana: User, session: str):
    assert await logins.caller(session) is None


# Failures


async def test_five_failures_of_a_name_make_it_wait(store: Store, logins: Logins, ana: User):
    await fail(logins, 4)
    _, session = await logins.log_in("ana", PASSWORD, HERE)  # the right one clears the count
    assert await logins.caller(session) is not None
    await fail(logins, 5)

    assert await wait_of(logins) == 60
    assert await wait_of(logins, address="192.0.2.77") == 60  # from wherever
    assert await logins.caller(session) is not None  # who is in stays in
    await store.advance_clock(61)
    await logins.log_in("ana", PASSWORD, HERE)


async def test_the_wait_grows_to_a_quarter_of_an_hour(store: Store, logins: Logins, ana: User):
    await fail(logins, 5)
    waits = []
    for _ in range(5):
        waits.append(await wait_of(logins))
        await store.advance_clock(waits[-1])
        await fail(logins, 2 if len(waits) == 4 else 1)  # by then the first five are a quarter of an hour old
    assert waits == [60, 120, 240, 480, 900]


async def test_failures_long_apart_are_only_human(store: Store, logins: Logins, ana: User):
    for _ in range(8):
        await fail(logins, 1)
        await store.advance_clock(4 * MINUTE)
    await logins.log_in("ana", PASSWORD, HERE)


async def test_twenty_failures_from_an_address_make_it_wait_whatever_the_names(logins: Logins, ana: User):
    for number in range(20):
        await fail(logins, 1, name=f"nobody{number}")

    assert await wait_of(logins) == 60
    await logins.log_in("ana", PASSWORD, "192.0.2.2")  # from elsewhere all is as ever


async def test_a_good_log_in_does_not_clear_the_failures_of_its_address(logins: Logins, ana: User):
    """Or whoever has one account could try the others' passwords for ever."""
    for number in range(19):
        await fail(logins, 1, name=f"nobody{number}")
    await logins.log_in("ana", PASSWORD, HERE)
    await fail(logins, 1, name="nobody")
    assert await wait_of(logins) == 60


async def test_tries_at_the_same_time_are_counted_before_they_are_checked(logins: Logins, ana: User):
    tries = [logins.log_in("ana", f"wrong wrong {number}", HERE) for number in range(12)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, WrongLogin) for result in results) == 5
    assert sum(isinstance(result, TooManyFailures) for result in results) == 7


async def test_an_unknown_name_fails_and_waits_as_a_known_one_does(logins: Logins, ana: User):
    await fail(logins, 5, name="nobody")
    assert await wait_of(logins, name="nobody") == 60


async def test_nobodys_password_costs_as_much_as_somebodys():
    passwords = Passwords()
    hashed = await passwords.hash(PASSWORD)

    assert extract_parameters(passwords._nobodys) == extract_parameters(hashed)
    assert not await passwords.verify(PASSWORD, "")
    assert await passwords.verify(PASSWORD, hashed)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_a_broken_hash_is_no_password():
    assert not await Passwords(CHEAP).verify(PASSWORD, "$argon2id$nonsense")


def test_made_up_passwords_are_long_and_differ():
    assert len({made_up_password() for _ in range(100)}) == 100
    assert all(len(made_up_password()) == 24 for _ in range(10))


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),  # one customer has all of these
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_address_counts_as_its_customers(address: str, counts_as: str):
    assert network_of(address) == counts_as
