"""Password hashes: Argon2id, in a thread and few at a time (each takes 64 MiB and a tenth of a second)."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot_runtime.errors import BotRuntimeError

AT_ONCE = 2
WAITING = 40

T = TypeVar("T")


class TooBusy(BotRuntimeError):
    """More people want to log in at this moment than can be checked."""


class Passwords:
    """`verify` takes as long for nobody's password as for somebody's."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys = _nobodys_hash(self._hasher)

    async def hash(self, password: str) -> str:
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, password: str, hashed: str) -> bool:
        """Whether `password` is the one of `hashed`; empty: nobody's, which no password is.

        Raises:
            TooBusy: too many wait already.
        """

        def check() -> bool:
            try:
                return self._hasher.verify(hashed or self._nobodys, password) and bool(hashed)
            except (VerificationError, InvalidHashError):
                return False

        return await self._in_thread(check)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise TooBusy("too many log-ins at once")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """A hash of the usual cost that is no password's."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, tag = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19${cost}${salt}${tag}"


def made_up_password() -> str:
    """One nobody chose: 5 groups of 4, a hundred bits, readable aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))
