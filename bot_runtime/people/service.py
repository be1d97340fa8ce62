"""Users and API keys in the store: kept, changed, listed, and every change with who made it.

Keys, all in one slot `<brand>:{people}:`: `users`, `passwords`, `epochs`, `presence`, `seen`, `keys` (hashes by name or
id), `audit` (list), `feed` (stream), and the logins of `people/logins.py`.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from bot_runtime.people.logins import IDLE_MS
from bot_runtime.people.model import ApiKey, Caller, Presence, User
from bot_runtime.people.passwords import Passwords
from bot_runtime.people.rules import Refused, check_change, check_key, check_password, check_user
from bot_runtime.store.connection import Store
from bot_runtime.store.keys import Keys
from bot_runtime.store.scripts import Script

_SAVE = Script.load("people_save")
_PRESENCE = Script.load("people_presence")
_PUT = Script.load("people_put")

KEY_PREFIX = "bot"

_user = msgspec.json.Decoder(User)
_key = msgspec.json.Decoder(ApiKey)
encode = msgspec.json.Encoder().encode


class Agent(msgspec.Struct, frozen=True):
    """A user as colleagues see them."""

    name: str
    display: str
    role: str
    departments: tuple[str, ...]
    presence: Presence
    max_tickets: int


class People:
    """`by` is whoever makes a change: a caller, or None for the operator at the machine."""

    def __init__(self, store: Store, keys: Keys, passwords: Passwords | None = None) -> None:
        self._store, self._keys = store, keys
        self.passwords = passwords or Passwords()

    async def user(self, name: str) -> User | None:
        found = await self._ask("HGET", "users", name)
        return _user.decode(found) if found else None

    async def users(self) -> list[User]:
        found = await self._ask("HVALS", "users")
        return sorted(map(_user.decode, found), key=lambda user: user.name)

    async def add_user(self, user: User, password: str, *, by: Caller | None, departments: Collection[str]) -> None:
        """Keep a new user.

        Raises:
            Refused: a rule forbids it, or the name is taken (a name is never used again: journals hold it).
        """
        check_change(by, None, user)
        check_user(user, departments)
        check_password(password, user)
        hashed = await self.passwords.hash(password)
        if not await self._save(None, user, hashed, by, "user_added"):
            raise Refused("name_taken", "name", conflict=True, got=user.name)

    async def change_user(
        self, name: str, changes: Mapping[str, Any], *, by: Caller | None, departments: Collection[str]
    ) -> User:
        """Change fields of a user, `password` among them; a new password or a stop ends all their logins.

        Raises:
            Refused: a rule forbids it (`unknown_user`: nobody is called so).
        """
        fields = {field: value for field, value in changes.items() if field != "password"}
        password: str | None = changes.get("password")
        while True:
            before = await self.user(name)
            if before is None:
                raise Refused("unknown_user", "name", got=name)
            after = msgspec.structs.replace(before, **fields)
            check_change(by, before, after)
            check_user(after, departments, before)
            hashed = ""
            if password is not None:
                check_password(password, after)
                hashed = await self.passwords.hash(password)
            elif after == before:
                return before
            if await self._save(before, after, hashed, by, "user_changed"):
                return after

    async def set_password(self, caller: Caller, password: str) -> None:
        """Their own; every login of theirs ends, this one too."""
        user = await self.user(caller.name)
        if user is None:
            raise Refused("unknown_user", "name")
        check_password(password, user)
        hashed = await self.passwords.hash(password)
        if not await self._save(user, user, hashed, caller, "user_changed"):
            raise Refused("changed_meanwhile", conflict=True)

    async def _save(self, before: User | None, after: User, hashed: str, by: Caller | None, what: str) -> bool:
        was_administrator = before is not None and before.role == "administrator" and before.active
        stops = was_administrator and not (after.role == "administrator" and after.active)
        ends = before is not None and (bool(hashed) or not after.active)
        names = [self._keys.people(part) for part in ("users", "passwords", "epochs", "presence", "audit", "feed")]
        audit = self._audit(by, what, after.name, before, after, password=bool(hashed))
        saved = await self._store.run(
            _SAVE,
            names,
            [after.name, encode(before) if before else "", encode(after), hashed, int(ends), int(stops), audit],
        )
        if saved == -1:
            raise Refused("last_administrator", "role", conflict=True)
        return bool(saved)

    # Presence

    async def set_presence(self, name: str, presence: Presence) -> None:
        """From now on: only the connected get conversations by themselves (F240)."""
        keys = [self._keys.people(part) for part in ("presence", "seen", "feed")]
        await self._store.run(_PRESENCE, keys, [self._store.clock.offset_ms, name, presence])

    async def presence_changes(self, after: str) -> tuple[list[tuple[str, Presence]], str]:
        """Who changed to what since `after` (`$`: from now on), and where to go on from; the latest 1,000 are kept."""
        if after == "$":
            latest = await self._ask("XREVRANGE", "feed", "+", "-", "COUNT", 1)
            return [], latest[0][0].decode() if latest else "0-0"
        found = await self._ask("XRANGE", "feed", f"({after}", "+")
        changes = [(fields[1].decode(), fields[3].decode()) for _, fields in found]
        return changes, found[-1][0].decode() if found else after

    async def agents(self) -> list[Agent]:
        """The active users; whoever was not seen for as long as a login may be idle is not connected."""
        users, presences, seen = await asyncio.gather(
            self.users(), self._ask("HGETALL", "presence"), self._ask("HGETALL", "seen")
        )
        stated = dict(zip(presences[::2], presences[1::2], strict=True))
        last = dict(zip(seen[::2], map(int, seen[1::2]), strict=True))
        since = self._store.clock.now_ms() - IDLE_MS

        def presence(name: bytes) -> Presence:
            state: Presence = stated.get(name, b"disconnected").decode()
            return state if last.get(name, 0) > since else "disconnected"

        return [
            Agent(
                user.name,
                user.display,
                user.role,
                user.departments,
                presence(user.name.encode()),
                user.max_tickets,
            )
            for user in users
            if user.active
        ]

    # API keys

    async def add_key(self, name: str, scopes: Collection[str], *, by: Caller | None) -> tuple[ApiKey, str]:
        """A new key and its text, which nobody can read again.

        Raises:
            Refused: a name or scope that cannot be.
        """
        check_key(name, scopes)
        secret, number = secrets.token_hex(32), secrets.token_hex(4)
        key = ApiKey(
            id=number,
            name=name,
            scopes=tuple(dict.fromkeys(scopes)),
            digest=_digest(secret),
            created_at=self._now(),
            created_by=_by(by),
        )
        if not await self._put_key(None, key, by, "key_added"):
            return await self.add_key(name, scopes, by=by)  # that id exists already
        return key, f"{KEY_PREFIX}_{number}_{secret}"

    async def keys(self) -> list[ApiKey]:
        return sorted(map(_key.decode, await self._ask("HVALS", "keys")), key=lambda key: (key.created_at, key.id))

    async def revoke_key(self, number: str, *, by: Caller | None) -> ApiKey:
        """From its next request on the key is refused; a revoked one stays listed.

        Raises:
            Refused: there is no such key.
        """
        while True:
            found = await self._ask("HGET", "keys", number)
            if not found:
                raise Refused("unknown_key", "id", got=number)
            before = _key.decode(found)
            if before.revoked_at:
                return before
            after = msgspec.structs.replace(before, revoked_at=self._now())
            if await self._put_key(before, after, by, "key_revoked"):
                return after

    async def caller_of_key(self, text: str) -> Caller | None:
        """Whose key `text` is. Asks the store each time: revoking counts at once."""
        prefix, _, rest = text.partition("_")
        number, _, secret = rest.partition("_")
        if prefix != KEY_PREFIX or not secret or len(text) > 200:
            return None
        found = await self._ask("HGET", "keys", number)
        if not found:
            return None
        key = _key.decode(found)
        if key.revoked_at or not hmac.compare_digest(key.digest, _digest(secret)):
            return None
        return Caller(kind="key", name=f"{key.name} ({key.id})", scopes=frozenset(key.scopes))

    async def _put_key(self, before: ApiKey | None, after: ApiKey, by: Caller | None, what: str) -> bool:
        names = [self._keys.people("keys"), self._keys.people("audit")]
        audit = self._audit(by, what, after.id, _shown(before), _shown(after))
        args = [after.id, encode(before) if before else "", encode(after), audit]
        return bool(await self._store.run(_PUT, names, args))

    # Audit

    async def audit(self, most: int = 200) -> list[dict[str, Any]]:
        """The latest changes, newest first: `{at, by, what, of, before, after}` (`password: true`: it changed too)."""
        found = await self._ask("LRANGE", "audit", -most, -1)
        return [msgspec.json.decode(raw) for raw in reversed(found)]

    async def note(self, by: Caller | None, what: str, of: str, before: Any = None, after: Any = None) -> None:
        """Keep who did something that is no change of users or keys, beside those."""
        await self._ask("RPUSH", "audit", self._audit(by, what, of, before, after))

    def _audit(self, by: Caller | None, what: str, of: str, before: Any, after: Any, **more: Any) -> bytes:
        more = {name: value for name, value in more.items() if value}
        told = {"at": self._now(), "by": _by(by), "what": what, "of": of, "before": before, "after": after}
        return encode(told | more)

    def _now(self) -> str:
        return self._store.clock.now().isoformat(timespec="milliseconds")

    async def _ask(self, command: str, part: str, *args: str | int | bytes) -> Any:
        key = self._keys.people(part)
        return await self._store.command(command, key, *args, key=key)


def _by(caller: Caller | None) -> str:
    return caller.id if caller else "operator"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _shown(key: ApiKey | None) -> dict[str, Any] | None:
    return {name: value for name, value in msgspec.to_builtins(key).items() if name != "digest"} if key else None
