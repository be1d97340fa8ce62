"""Who calls, and whether they may: deny by default for everything below `/api/v1`.

Every handler there says what it needs, in a `Route` (web/api.py) or as a decorator of a plain aiohttp handler:

    @needs(role="agent")
    async def live(request: web.Request) -> web.WebSocketResponse:
        caller = caller_of(request)

A role means users of that role or a higher one; a scope lets API keys in as well. A handler that says nothing is
refused to everybody. Users come with the session cookie: their unsafe methods (and WebSockets) need an `Origin` of
ours, the unsafe ones the header `X-CSRF` too. Keys come as `Authorization: Bearer …` and nowhere else.
"""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web

from bot_runtime.errors import StoreUnavailable
from bot_runtime.people.logins import LONGEST_MS, Logins, csrf_token
from bot_runtime.people.model import Caller, Role
from bot_runtime.people.service import People
from bot_runtime.web import errors
from bot_runtime.web.connections import Guarded
from bot_runtime.web.errors import ApiError

PREFIX = "/api/v1"
SAFE = frozenset({"GET", "HEAD"})
CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)
LANGUAGE: web.RequestKey[str] = web.RequestKey("language", str)

log = structlog.get_logger("api")

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Need:
    """Who may call: users of `role` or higher, with `author` those with the author's right, keys with `scope`;
    `public`: anybody."""

    role: Role | None = None
    scope: str | None = None
    public: bool = False
    author: bool = False

    def __call__(self, handler: Handler) -> Handler:
        handler.need = self  # type: ignore[attr-defined]
        return handler

    def met_by(self, caller: Caller) -> bool:
        if caller.kind == "user":
            return (self.author and caller.author) or (self.role is not None and caller.has_role(self.role))
        return self.scope is not None and caller.has_scope(self.scope)

    def __str__(self) -> str:
        return " / ".join(filter(None, [self.role, "author" if self.author else "", self.scope])) or "–"


def needs(*, role: Role | None = None, scope: str | None = None, public: bool = False, author: bool = False) -> Need:
    """What a handler needs; at least one of them."""
    if not (role or scope or public or author):
        raise ValueError("a route for nobody")
    return Need(role, scope, public, author)


def caller_of(request: web.Request) -> Caller:
    """Whoever sent this; only where the route needs somebody."""
    return request[CALLER]


def language_of(request: web.Request) -> str:
    """That of the page that asks, else the caller's, else the browser's, else the workspace's."""
    return request[LANGUAGE]


@dataclass(frozen=True, slots=True)
class Door:
    """What the middleware and the log-in need to know. Both are asked each time, for they change with the workspace.

    `proxies`: addresses whose `X-Forwarded-For` is believed.
    """

    people: People
    logins: Logins
    public_url: Callable[[], str]
    language: Callable[[], str]
    proxies: frozenset[str] = frozenset()

    # Addresses and origins

    def address_of(self, request: web.Request) -> str:
        """Where a call comes from; behind a believed proxy, the last hop that is none itself."""
        address = request.remote or ""
        if address in self.proxies:
            for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
                if hop.strip() and hop.strip() not in self.proxies:
                    return hop.strip()
        return address

    def is_ours(self, origin: str, request: web.Request) -> bool:
        return bool(origin) and origin in {_origin(self.public_url()), f"{request.scheme}://{request.host}"}

    def is_https(self, request: web.Request) -> bool:
        public = urlsplit(self.public_url())
        return request.secure or (public.scheme == "https" and public.netloc == request.host)

    def cookie_name(self, request: web.Request) -> str | None:
        """`__Host-session` over https; `session` over http on loopback; None: no cookie may go out.

        Loopback is what the browser says: its machine may be a container's or a tunnel's other end, whose address we
        see. A `Host` that lies sends nobody's cookie anywhere but back to the liar.
        """
        if self.is_https(request):
            return "__Host-session"
        host = urlsplit(f"//{request.host}").hostname or ""
        return "session" if _is_loopback(host) else None

    def session_of(self, request: web.Request) -> str:
        name = self.cookie_name(request)
        return request.cookies.get(name, "") if name else ""

    def set_cookie(self, request: web.Request, answer: web.StreamResponse, session: str) -> None:
        """Without a session: take the cookie away."""
        name = self.cookie_name(request)
        if name is None:
            raise ApiError(403, errors.NEEDS_HTTPS)
        answer.set_cookie(
            name,
            session,
            max_age=LONGEST_MS // 1000 if session else 0,
            path="/",
            secure=name.startswith("__Host-"),
            httponly=True,
            samesite="Lax",
        )

    # Who calls

    async def caller(self, request: web.Request) -> Caller | None:
        """Whoever sent this, if anybody known.

        Raises:
            ApiError: a key that is none of ours (a cookie beside it does not help).
        """
        given = request.headers.get(hdrs.AUTHORIZATION)
        if given is not None:
            kind, _, text = given.partition(" ")
            found = await self.people.caller_of_key(text.strip()) if kind.lower() == "bearer" else None
            if found is None:
                raise ApiError(401, errors.WRONG_KEY, headers={"WWW-Authenticate": "Bearer"})
            return found
        session = self.session_of(request)
        return await self.logins.caller(session) if session else None

    async def admit(self, request: web.Request, need: Need) -> None:
        """Let the call in, with its caller; raises `ApiError` otherwise."""
        caller = await self.caller(request)
        if caller is not None:
            request[CALLER] = caller
            if caller.kind == "user" and _page_language(request) is None:
                request[LANGUAGE] = caller.language
        if need.public:
            return
        if caller is None:
            raise ApiError(401, errors.LOG_IN)
        if caller.kind == "user":
            self._check_intent(request, caller)
        if not need.met_by(caller):
            raise ApiError(403, errors.NOT_ALLOWED, need=need)

    def _check_intent(self, request: web.Request, caller: Caller) -> None:
        """That the user's own page sent this, not another site in the user's browser."""
        safe = request.method in SAFE
        if safe and request.headers.get(hdrs.UPGRADE) is None:
            return
        self.check_origin(request)
        if not safe and not hmac.compare_digest(
            request.headers.get("X-CSRF", "").encode(errors="replace"), csrf_token(caller.session).encode()
        ):
            raise ApiError(403, errors.NO_CSRF)

    def check_origin(self, request: web.Request) -> None:
        origin = request.headers.get(hdrs.ORIGIN, "")
        if not self.is_ours(origin, request):
            raise ApiError(403, errors.FOREIGN_ORIGIN, got=origin or "–")


def guarded(door: Door) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The middleware: who calls, whether they may, and every refusal as JSON in their language."""

    @web.middleware
    async def middleware(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path != PREFIX and not request.path.startswith(PREFIX + "/"):
            return await handler(request)
        request[LANGUAGE] = _wanted_language(request) or door.language()
        try:
            missing = request.match_info.http_exception
            if missing is not None:
                raise _no_route(missing, request)
            need = getattr(request.match_info.handler, "need", None)
            if need is None:
                log.error("route_needs_nothing", path=request.match_info.route.resource.canonical)  # type: ignore[union-attr]
                raise ApiError(404, errors.NOT_FOUND)
            await door.admit(request, need)
            answer = await handler(request)
        except ApiError as error:
            answer = error.answer(request[LANGUAGE])
        except StoreUnavailable:
            answer = ApiError(503, errors.STORE_AWAY, headers={"Retry-After": "5"}).answer(request[LANGUAGE])
        except web.HTTPException:
            raise
        except Exception as error:
            if isinstance(request.protocol, Guarded) and request.protocol.has_hung_up(error):
                raise
            log.exception("api_failed", method=request.method, route=_pattern(request))
            answer = ApiError(500, errors.FAILED).answer(request[LANGUAGE])
        if not answer.prepared:
            answer.headers.setdefault("Cache-Control", "no-store")
            answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        return answer

    return middleware


def _no_route(missing: web.HTTPException, request: web.Request) -> ApiError:
    if isinstance(missing, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(missing.allowed_methods))
        return ApiError(405, errors.NO_METHOD, expected=allowed, got=request.method, headers={"Allow": allowed})
    return ApiError(404, errors.NOT_FOUND)


def _pattern(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""


def _page_language(request: web.Request) -> str | None:
    """What our pages say of themselves: whoever switched the page to English reads refusals in English, too."""
    said = request.headers.get("X-Language", "")
    return said if said in ("es", "en") else None


def _wanted_language(request: web.Request) -> str | None:
    """The page's, or the first of `Accept-Language` that we speak."""
    if (language := _page_language(request)) is not None:
        return language
    for part in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(",")[:10]:
        if (language := part.strip()[:2].lower()) in ("es", "en"):
            return language
    return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
