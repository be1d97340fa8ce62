"""`/api/v1`: logging in and out, me, presence, colleagues, users."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import msgspec
from aiohttp import web

from bot_runtime.campaigns.record import CampaignRecords
from bot_runtime.people.logins import TooManyFailures, WrongLogin, csrf_token
from bot_runtime.people.model import DisplayName, Language, MaxTickets, Presence, Role, User, UserName
from bot_runtime.people.passwords import TooBusy
from bot_runtime.people.rules import Refused, folded
from bot_runtime.people.service import Agent
from bot_runtime.people.words import RULES
from bot_runtime.runtime.audit import changes
from bot_runtime.versions.service import Versions
from bot_runtime.web import errors
from bot_runtime.web.api import Body, Call, Route
from bot_runtime.web.auth import Door, needs
from bot_runtime.web.errors import ApiError, Phrase
from bot_runtime.workspace import Workspace

T = TypeVar("T")
Password = Annotated[str, msgspec.Meta(max_length=1_000)]
Departments = Annotated[tuple[str, ...], msgspec.Meta(max_length=200)]


class LogIn(Body):
    name: Annotated[str, msgspec.Meta(max_length=200)]
    password: Password


class LogOut(Body):
    everywhere: bool = False


class NewPassword(Body):
    current: Password
    new: Password


class SetPresence(Body):
    state: Presence


class NewUser(Body):
    name: UserName
    display: DisplayName
    role: Role
    password: Password
    departments: Departments = ()
    language: Language | None = None
    max_tickets: MaxTickets = 10
    author: bool = False


class ChangeUser(Body):
    """What is left out stays as it is. A password, or `active: false`, ends all their logins."""

    display: DisplayName | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    departments: Departments | msgspec.UnsetType = msgspec.UNSET
    language: Language | msgspec.UnsetType = msgspec.UNSET
    max_tickets: MaxTickets | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET
    author: bool | msgspec.UnsetType = msgspec.UNSET
    password: Password | msgspec.UnsetType = msgspec.UNSET


class AuditQuery(Body):
    most: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 200


class Titled(msgspec.Struct):
    name: str
    title: str


class MyDepartment(Titled):
    mine: bool


class Me(msgspec.Struct):
    """Who is logged in, and what their pages need. `csrf` goes back as `X-CSRF` with every change."""

    user: User
    csrf: str
    presence: Presence
    language: str
    brand: str
    departments: list[MyDepartment]
    close_reasons: list[Titled]


class Users(msgspec.Struct):
    users: list[User]


class Agents(msgspec.Struct):
    agents: list[Agent]


class Change(msgspec.Struct):
    """`password`: it changed too."""

    at: str
    by: str
    what: str
    of: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    password: bool = False


class Changes(msgspec.Struct):
    changes: list[Change]


def people_routes(
    door: Door, workspace: Callable[[], Workspace], campaigns: CampaignRecords, versions: Versions
) -> list[Route]:
    people, logins = door.people, door.logins

    async def me(call: Call[None]) -> Me:
        return await _me(call, call.caller.name, call.caller.session)

    async def _me(call: Call[Any], name: str, session: str) -> Me:
        user = await people.user(name)
        if user is None:
            raise ApiError(401, errors.LOG_IN)
        now = workspace()
        presences = {agent.name: agent.presence for agent in await people.agents()}
        return Me(
            user=user,
            csrf=csrf_token(session),
            presence=presences.get(name, "disconnected"),
            language=user.language,
            brand=now.brand,
            departments=[
                MyDepartment(one.name, one.title, one.name in user.departments) for one in now.departments.values()
            ],
            close_reasons=[Titled(reason, title) for reason, title in now.close_reasons.items()],
        )

    async def log_in(call: Call[LogIn]) -> web.StreamResponse:
        if call.request.headers.get("Origin") is not None:  # a browser's; a program's log-in has none
            door.check_origin(call.request)
        if door.cookie_name(call.request) is None:
            raise ApiError(403, errors.NEEDS_HTTPS)
        name, session = await _begin(call, call.body.name, call.body.password, door.session_of(call.request))
        return await _welcome(call, name, session)

    async def _begin(call: Call[Any], name: str, password: str, replaces: str = "") -> tuple[str, str]:
        try:
            user, session = await logins.log_in(name, password, door.address_of(call.request), replaces)
        except WrongLogin:
            raise ApiError(401, errors.WRONG_LOGIN) from None
        except TooManyFailures as error:
            retry = {"Retry-After": str(error.wait_s)}
            raise ApiError(429, errors.TOO_MANY, headers=retry, wait_s=error.wait_s) from None
        except TooBusy:
            raise ApiError(503, errors.BUSY, headers={"Retry-After": "2"}) from None
        return user.name, session

    async def _welcome(call: Call[Any], name: str, session: str) -> web.StreamResponse:
        answer = web.Response(body=msgspec.json.encode(await _me(call, name, session)), content_type="application/json")
        door.set_cookie(call.request, answer, session)
        return answer

    async def log_out(call: Call[LogOut]) -> web.StreamResponse:
        await logins.log_out(call.caller.session)
        if call.body.everywhere:
            await logins.end_all(call.caller.name)
        await people.set_presence(call.caller.name, "disconnected")
        answer = web.Response(status=204)
        door.set_cookie(call.request, answer, "")
        return answer

    async def password(call: Call[NewPassword]) -> web.StreamResponse:
        name = call.caller.name
        _, tried = await _begin(call, name, call.body.current)
        await logins.log_out(tried)
        await _done(people.set_password(call.caller, call.body.new))
        _, session = await _begin(call, name, call.body.new)
        return await _welcome(call, name, session)

    async def presence(call: Call[SetPresence]) -> SetPresence:
        await people.set_presence(call.caller.name, call.body.state)
        return call.body

    async def agents(call: Call[None]) -> Agents:
        return Agents(await people.agents())

    async def users(call: Call[None]) -> Users:
        return Users(await people.users())

    async def add_user(call: Call[NewUser]) -> User:
        new = call.body
        user = User(
            name=folded(new.name),
            display=new.display,
            role=new.role,
            departments=new.departments,
            language=new.language or ("es" if workspace().language == "es" else "en"),
            max_tickets=new.max_tickets,
            author=new.author or msgspec.UNSET,
        )
        await _done(people.add_user(user, new.password, by=call.caller, departments=workspace().departments))
        return user

    async def change_user(call: Call[ChangeUser]) -> User:
        given = msgspec.structs.asdict(call.body)
        changes = {name: value for name, value in given.items() if value is not msgspec.UNSET}
        return await _done(
            people.change_user(call.path["user"], changes, by=call.caller, departments=workspace().departments)
        )

    async def audit(call: Call[None]) -> Changes:
        return Changes(msgspec.convert(await changes(people, campaigns, versions, call.query.most), list[Change]))

    anyone, administrator = needs(role="agent"), needs(role="administrator")
    colleague = needs(role="agent", scope="tickets:read")
    return [
        Route("POST", "/login", log_in, needs(public=True), "Log in.", body=LogIn, answer=Me, idempotent=False),
        Route("POST", "/logout", log_out, anyone, "Log out, here or everywhere.", body=LogOut, idempotent=False),
        Route("GET", "/me", me, anyone, "Who is logged in.", answer=Me),
        Route(
            "POST",
            "/me/password",
            password,
            anyone,
            "Change the own password; other logins end.",
            body=NewPassword,
            answer=Me,
            idempotent=False,
        ),
        Route(
            "POST", "/presence", presence, anyone, "Take conversations or not.", body=SetPresence, answer=SetPresence
        ),
        Route("GET", "/agents", agents, colleague, "The users one may transfer to.", answer=Agents),
        Route("GET", "/users", users, administrator, "All users.", answer=Users),
        Route("POST", "/users", add_user, administrator, "Add a user.", body=NewUser, answer=User, status=201),
        Route("PATCH", "/users/{user}", change_user, administrator, "Change a user.", body=ChangeUser, answer=User),
        Route(
            "GET", "/audit", audit, administrator, "Who changed what, newest first.", query=AuditQuery, answer=Changes
        ),
    ]


async def _done(change: Awaitable[T]) -> T:
    """The result of `change`; a rule it breaks, in the API's words."""
    try:
        return await change
    except Refused as error:
        raise refusal(error) from None
    except TooBusy:
        raise ApiError(503, errors.BUSY, headers={"Retry-After": "2"}) from None


def refusal(error: Refused) -> ApiError:
    """A broken rule as an answer: 404 for who isn't there, 403 for who may not, 409 as things stand, else 422."""
    status = _STATUS.get(error.code, 409 if error.conflict else 422)
    facts: dict[str, Any] = dict(error.facts)
    phrase = Phrase(error.code, *RULES[error.code])
    return ApiError(status, phrase, field=error.field, got=facts.pop("got", None), **facts)


_STATUS = {"unknown_user": 404, "unknown_key": 404, "administrators_only": 403, "own_role": 403, "own_active": 403}
