"""What may be changed of whom, by whom. Pure: each rule raises `Refused` or says nothing."""

from collections.abc import Collection

from bot_runtime.errors import BotRuntimeError
from bot_runtime.people.model import (
    KEY_NAME,
    LEAST_PASSWORD,
    MOST_PASSWORD,
    SCOPES,
    USER_NAME,
    Caller,
    User,
)


class Refused(BotRuntimeError):
    """A change that a rule forbids. `code` names the rule, `field` what is wrong; `conflict`: as things stand now."""

    def __init__(self, code: str, field: str = "", *, conflict: bool = False, **facts: object) -> None:
        super().__init__(f"{field}: {code}" if field else code)
        self.code, self.field, self.conflict, self.facts = code, field, conflict, facts


def folded(name: str) -> str:
    """How a log-in name is compared: people write it as they like."""
    return name.strip().casefold()


def check_user(user: User, departments: Collection[str], before: User | None = None) -> None:
    """Whether `user` can be kept as it is; a department that `bot.yaml` lost may stay, not come."""
    if not USER_NAME.fullmatch(user.name):
        raise Refused("user_name", "name", got=user.name)
    if not user.display.strip() or not user.display.isprintable():
        raise Refused("display_name", "display", got=user.display)
    for department in user.departments:
        if department not in departments and not (before and department in before.departments):
            raise Refused("unknown_department", "departments", got=department, known=", ".join(departments) or "–")


def check_change(by: Caller | None, before: User | None, after: User) -> None:
    """Only administrators change users, nobody their own role or whether they may log in. No caller: the operator."""
    if by is None:
        return
    if not by.has_role("administrator"):
        raise Refused("administrators_only")
    if before is not None and by.name == before.name:
        if after.role != before.role:
            raise Refused("own_role", "role")
        if after.active != before.active:
            raise Refused("own_active", "active")


def check_password(password: str, user: User) -> None:
    """12 characters or more, which is what counts; and not the person's own name written longer."""
    if len(password) < LEAST_PASSWORD:
        raise Refused("short_password", "password", least=LEAST_PASSWORD)
    if len(password) > MOST_PASSWORD:
        raise Refused("long_password", "password", most=MOST_PASSWORD)
    plain = password.casefold()
    for word in {user.name, user.display.casefold()}:
        plain = plain.replace(word, "")
    if len(set(plain)) < 4:
        raise Refused("easy_password", "password")


def check_key(name: str, scopes: Collection[str]) -> None:
    if not KEY_NAME.fullmatch(name):
        raise Refused("key_name", "name", got=name)
    if not scopes:
        raise Refused("no_scope", "scope", known=", ".join(SCOPES))
    for scope in scopes:
        if scope not in SCOPES:
            raise Refused("unknown_scope", "scope", got=scope, known=", ".join(SCOPES))
