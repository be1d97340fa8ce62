"""Who may do what: users, API keys, and whoever is calling. Pure."""

import re
from typing import Annotated, Literal

import msgspec

Role = Literal["agent", "supervisor", "administrator"]
Presence = Literal["connected", "away", "disconnected"]
Language = Literal["es", "en"]

ROLES: tuple[Role, ...] = ("agent", "supervisor", "administrator")  # each may what the ones before it may
PRESENCES: tuple[Presence, ...] = ("connected", "away", "disconnected")
AREAS = ("tickets", "contacts", "campaigns", "templates", "dialogs", "reports", "operations")
ALL = "*"
SCOPES = (*(f"{area}:{right}" for area in AREAS for right in ("read", "write")), ALL)

LEAST_PASSWORD, MOST_PASSWORD = 12, 1_000
USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
KEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")

UserName = Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=["ana"])]
DisplayName = Annotated[str, msgspec.Meta(min_length=1, max_length=80, examples=["Ana Pérez"])]
MaxTickets = Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a log-in. `departments` are names of `bot.yaml`; `max_tickets`, how many open ones at a time.

    `author`: they may read, edit and publish dialogs, whatever their role; administrators may anyway.
    """

    name: UserName
    display: DisplayName
    role: Role
    departments: tuple[str, ...] = ()
    language: Language = "es"
    max_tickets: MaxTickets = 10
    active: bool = True
    author: bool | msgspec.UnsetType = msgspec.UNSET  # left out of who was kept before there was this right


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A program's way in. The store keeps only `digest`, the SHA-256 of the secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    digest: str
    created_at: str
    created_by: str
    revoked_at: str | None = None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever sent a request: a logged-in user (then `role` counts) or an API key (then its `scopes` do)."""

    kind: Literal["user", "key"]
    name: str
    display: str = ""
    role: Role | None = None
    departments: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    language: str = "en"
    author: bool = False
    session: str = ""  # the id of the login session, never shown

    @property
    def id(self) -> str:
        """Unique among users and keys, for journals and the audit."""
        return f"{self.kind}:{self.name}"

    @property
    def sees_all(self) -> bool:
        """Whether departments don't limit what they see (D66): administrators, and keys."""
        return self.kind == "key" or self.role == "administrator"

    def sees(self, department: str) -> bool:
        return self.sees_all or department in self.departments

    def has_role(self, least: Role) -> bool:
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(least)

    def has_scope(self, scope: str) -> bool:
        return self.kind == "key" and (scope in self.scopes or ALL in self.scopes)


def user_as_caller(user: User, session: str = "") -> Caller:
    return Caller(
        kind="user",
        name=user.name,
        display=user.display,
        role=user.role,
        departments=user.departments,
        language=user.language,
        author=user.author is True,
        session=session,
    )
