"""Console logins, kept in the store: who may try, whose session it is, and when it ends.

A session's cookie is 256 random bits; the store knows only their digest. It ends after 30 minutes without a request,
12 hours after it began, at logout, and with its user: each carries its user's epoch, which a new password, a stop or
"end all my sessions" moves on. Times are the store's, asked inside the scripts.
"""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass

import msgspec
import structlog

from bot_runtime.errors import BotRuntimeError
from bot_runtime.people.model import Caller, User, user_as_caller
from bot_runtime.people.passwords import Passwords
from bot_runtime.people.rules import folded
from bot_runtime.store.connection import Argument, Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script

MINUTE_MS = 60_000
IDLE_MS = 30 * MINUTE_MS
LONGEST_MS = 12 * 60 * MINUTE_MS
FAILURES_OF_A_NAME, FAILURES_FROM_AN_ADDRESS = 5, 20
COUNTED_MS = 15 * MINUTE_MS
FIRST_WAIT_MS, LONGEST_WAIT_MS = MINUTE_MS, 15 * MINUTE_MS
KEPT_MS = 2 * LONGEST_WAIT_MS + COUNTED_MS

_ATTEMPT = Script.load("people_attempt")
_LOGIN = Script.load("people_login")
_SESSION = Script.load("people_session")

log = structlog.get_logger("people")

_user = msgspec.json.Decoder(User)


class WrongLogin(BotRuntimeError):
    """Nobody has this name and password; which of them is wrong is not said."""


class TooManyFailures(BotRuntimeError):
    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many failures; try again in {wait_s} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A try that was right."""

    user: User
    epoch: str
    id: str
    address: str


class Logins:
    def __init__(self, store: Store, keys: Keys, passwords: Passwords) -> None:
        self._store, self._keys, self._passwords = store, keys, passwords
        self.idle_ms, self.longest_ms = IDLE_MS, LONGEST_MS

    def outlast(self, ms: int) -> None:
        """Let sessions live `ms`, idle or not: where the clock is moved by days at a press, as in `dev`."""
        self.idle_ms = self.longest_ms = ms

    async def log_in(self, name: str, password: str, address: str, replaces: str = "") -> tuple[User, str]:
        """The user, and the id of a new session; the one it `replaces` is over.

        Raises:
            WrongLogin: the name, the password or both are wrong, or the user may not log in.
            TooManyFailures: of this name or from this address; even the right password is not looked at.
            TooBusy: too many log in at this moment.
        """
        attempt = await self._attempt(name, password, address)
        session = await self._begin(attempt, replaces)
        if session is None:
            raise WrongLogin("wrong name or password")
        log.info("logged_in", user=attempt.user.name)
        return attempt.user, session

    async def caller(self, session: str) -> Caller | None:
        """Whose session this is; None: nobody's, or it ended. It stays alive for another while."""
        return await self._look(session, "0")

    async def keep_alive(self, session: str) -> Caller | None:
        """To be called every few minutes while a page is connected: an agent marked connected is active (D91).

        Whose session it is, as they may act now; None: it ended, and the page's connection must end too.
        """
        return await self._look(session, "1")

    async def log_out(self, session: str) -> None:
        key = self._session(session)
        await self._store.command("DEL", key, key=key)

    async def end_all(self, name: str) -> None:
        """Every session of this user is over."""
        epochs = self._keys.people("epochs")
        await self._store.command("HINCRBY", epochs, name, 1, key=epochs)

    async def _attempt(self, name: str, password: str, address: str) -> _Attempt:
        name, number, place = folded(name), secrets.token_hex(8), network_of(address)
        people = self._keys.people
        names = [self._failures("name", name), self._failures("address", place)]
        names += [people("users"), people("passwords"), people("epochs")]
        limits = [FAILURES_OF_A_NAME, FAILURES_FROM_AN_ADDRESS, COUNTED_MS, FIRST_WAIT_MS, LONGEST_WAIT_MS, KEPT_MS]
        args: list[Argument] = [self._store.clock.offset_ms, name, *limits, number]
        wait_ms, found, hashed, epoch = await self._store.run(_ATTEMPT, names, args)
        if wait_ms:
            log.warning("login_put_off", wait_s=int(wait_ms) // 1000)
            raise TooManyFailures(-(-int(wait_ms) // 1000))
        right = await self._passwords.verify(password, hashed.decode())
        user = _user.decode(found) if found else None
        if not right or user is None or not user.active:
            log.warning("login_refused", user=user.name if user else None)  # a name nobody has may be a password
            raise WrongLogin("wrong name or password")
        return _Attempt(user, epoch.decode(), number, place)

    async def _begin(self, attempt: _Attempt, replaces: str) -> str | None:
        session, people = secrets.token_urlsafe(32), self._keys.people
        names = [
            self._session(session),
            people("users"),
            people("epochs"),
            self._failures("name", attempt.user.name),
            self._failures("address", attempt.address),
            people("seen"),
            self._session(replaces),
        ]
        args: list[Argument] = [
            self._store.clock.offset_ms,
            attempt.user.name,
            attempt.epoch,
            self.longest_ms + MINUTE_MS,
            attempt.id,
        ]
        return session if await self._store.run(_LOGIN, names, args) else None

    async def _look(self, session: str, from_page: str) -> Caller | None:
        if not 40 <= len(session) <= 100:
            return None
        people = self._keys.people
        names = [self._session(session), *map(people, ("users", "epochs", "presence", "seen"))]
        args: list[Argument] = [self._store.clock.offset_ms, self.idle_ms, self.longest_ms, from_page]
        found = await self._store.run(_SESSION, names, args)
        return user_as_caller(_user.decode(found), session) if found else None

    def _session(self, session: str) -> str:
        return self._keys.people(f"session:{hashlib.sha256(session.encode(errors='replace')).hexdigest()}")

    def _failures(self, of: str, what: str) -> str:
        """Digested: a name that was tried may be a password in the wrong field."""
        return self._keys.people(f"failures:{of}:{hashlib.sha256(what.encode(errors='replace')).hexdigest()[:32]}")


def csrf_token(session: str) -> str:
    """What a page must send back with each change: known only to whoever may read the session's answers."""
    return hashlib.blake2b(session.encode(), digest_size=16, person=b"csrf").hexdigest()


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that an IPv6 customer has for himself."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 6 and known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
