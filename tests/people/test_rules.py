"""What may be changed of whom, by whom."""

import msgspec
import pytest

from bot_runtime.people.model import ALL, SCOPES, Caller, Role, User, user_as_caller
from bot_runtime.people.rules import Refused, check_change, check_key, check_password, check_user, folded
from bot_runtime.people.words import RULES, said

ANA = User(name="ana", display="Ana", role="agent", departments=("care",))
ROOT = User(name="root", display="Root", role="administrator")
BY_ROOT = user_as_caller(ROOT)


def changed(user: User, **fields: object) -> User:
    return msgspec.structs.replace(user, **fields)


@pytest.mark.parametrize(
    ("by", "before", "after", "refused"),
    [
        (None, None, ROOT, None),  # the operator at the machine: somebody must be the first
        (BY_ROOT, None, ANA, None),
        (BY_ROOT, ANA, changed(ANA, role="administrator"), None),
        (BY_ROOT, ANA, changed(ANA, active=False), None),
        (BY_ROOT, ROOT, changed(ROOT, display="R"), None),
        (BY_ROOT, ROOT, changed(ROOT, role="agent"), "own_role"),  # not even down: only another gives it back
        (BY_ROOT, ROOT, changed(ROOT, active=False), "own_active"),
        (user_as_caller(ANA), ANA, changed(ANA, role="administrator"), "administrators_only"),
        (user_as_caller(changed(ANA, role="supervisor")), ANA, changed(ANA, display="A"), "administrators_only"),
        (Caller(kind="key", name="crm", scopes=frozenset({ALL})), ANA, ANA, "administrators_only"),
    ],
)
def test_administrators_change_others_and_nobody_their_own_role(
    by: Caller | None, before: User | None, after: User, refused: str | None
):
    assert code_of(check_change, by, before, after) == refused


@pytest.mark.parametrize(
    ("user", "before", "refused"),
    [
        (ANA, None, None),
        (changed(ANA, name="ana.perez@example.com"), None, None),
        (changed(ANA, name="Ana"), None, "user_name"),
        (changed(ANA, name="ana maria"), None, "user_name"),
        (changed(ANA, name="aña"), None, "user_name"),  # two names that look the same are one person's mistake
        (changed(ANA, display="  "), None, "display_name"),
        (changed(ANA, display="Ana\x00"), None, "display_name"),
        (changed(ANA, departments=("gone",)), None, "unknown_department"),
        (changed(ANA, departments=("gone",)), changed(ANA, departments=("gone",)), None),  # bot.yaml lost it meanwhile
    ],
)
def test_a_user_has_a_plain_name_and_departments_that_exist(user: User, before: User | None, refused: str | None):
    assert code_of(check_user, user, ("care", "sales"), before) == refused


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("correct horse", None),
        ("cuatro palabras ñoñas", None),
        ("elevenchars", "short_password"),
        ("x" * 1_001, "long_password"),
        ("aaaaaaaaaaaa", "easy_password"),
        ("anaanaanaana", "easy_password"),
        ("ana123ana123ana", "easy_password"),
    ],
)
def test_a_password_is_long_and_not_the_name(password: str, refused: str | None):
    assert code_of(check_password, password, ANA) == refused


@pytest.mark.parametrize(
    ("name", "scopes", "refused"),
    [
        ("crm", ["tickets:read"], None),
        ("crm 2", list(SCOPES), None),
        ("", ["tickets:read"], "key_name"),
        ("a\nb", ["tickets:read"], "key_name"),
        ("crm", [], "no_scope"),
        ("crm", ["users:write"], "unknown_scope"),
    ],
)
def test_a_key_has_a_name_and_known_scopes(name: str, scopes: list[str], refused: str | None):
    assert code_of(check_key, name, scopes) == refused


@pytest.mark.parametrize(
    ("role", "department", "sees"),
    [
        ("agent", "care", True),
        ("agent", "sales", False),
        ("supervisor", "sales", False),
        ("administrator", "sales", True),
    ],
)
def test_a_user_sees_their_departments_and_an_administrator_all(role: Role, department: str, sees: bool):
    assert user_as_caller(changed(ANA, role=role)).sees(department) is sees


def test_log_in_names_are_written_in_many_ways():
    assert folded(" Ana ") == "ana"


def test_every_rule_is_said_in_both_languages():
    facts = {"got": "x", "known": "y", "least": 12, "most": 1000}
    for code in RULES:
        assert said(Refused(code, **facts), "en") != said(Refused(code, **facts), "es")


def code_of(rule: object, *arguments: object) -> str | None:
    try:
        rule(*arguments)  # type: ignore[operator]
    except Refused as error:
        return error.code
    return None
