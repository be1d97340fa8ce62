"""What the API answers to a call it does not do: `{error, code, field, expected, got}`, in the caller's language.

`error` is for people, `code` for programs; `field` is a path (`departments[0]`), and what cannot be said is left out.
Whoever adds routes adds its own phrases beside them: `CLOSED = Phrase("ticket_closed", "…", "…")`, then
`raise ApiError(409, CLOSED, ticket=ticket)`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

LONGEST_SHOWN = 60
SECRET = re.compile(r"password|secret|token|key|current|new", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence in both languages, with `{facts}`; `code` names it for programs."""

    code: str
    en: str
    es: str

    def say(self, language: str, **facts: Any) -> str:
        return (self.es if language.startswith("es") else self.en).format(**facts)


class ApiError(Exception):
    """A call refused. `expected` may be a phrase too; `got` is shown, so never a secret; `more` joins the answer."""

    def __init__(
        self,
        status: int,
        phrase: Phrase,
        *,
        field: str = "",
        expected: "str | Phrase" = "",
        got: Any = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(f"{status} {phrase.code} {field}".rstrip())
        self.status, self.phrase, self.field, self.expected, self.got = status, phrase, field, expected, got
        self.headers, self.more, self.facts = headers, more or {}, facts

    def answer(self, language: str) -> web.Response:
        expected = self.expected.say(language, **self.facts) if isinstance(self.expected, Phrase) else self.expected
        got = "" if self.got is None else shown(self.got)
        facts = {"field": self.field, "expected": expected, "got": got} | self.facts
        said: dict[str, Any] = {"error": self.phrase.say(language, **facts), "code": self.phrase.code}
        said |= {name: facts[name] for name in ("field", "expected", "got") if facts[name]} | dict(self.more)
        return web.Response(
            body=msgspec.json.encode(said), status=self.status, content_type="application/json", headers=self.headers
        )


def shown(value: Any) -> str:
    """What came, short enough to repeat."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


LOG_IN = Phrase("log_in", "log in first", "primero hay que iniciar sesión")
WRONG_KEY = Phrase("wrong_key", "this API key is unknown or revoked", "esta clave de API no existe o fue revocada")
WRONG_LOGIN = Phrase("wrong_login", "wrong name or password", "nombre o contraseña incorrectos")
TOO_MANY = Phrase(
    "too_many_failures",
    "too many failed attempts; try again in {wait_s} seconds",
    "demasiados intentos fallidos; vuelve a intentarlo en {wait_s} segundos",
)
BUSY = Phrase("busy", "busy; try again in a moment", "ocupado; inténtalo de nuevo en un momento")
STORE_AWAY = Phrase("store_away", "the store is away; try again", "el almacén no responde; inténtalo de nuevo")
FAILED = Phrase("failed", "this failed on our side; it was logged", "esto falló de nuestro lado; quedó registrado")
NEEDS_HTTPS = Phrase(
    "needs_https",
    "log in over https, or on this machine itself; behind a proxy set public_url",
    "inicia sesión por https, o en la propia máquina; detrás de un proxy define public_url",
)
NOT_ALLOWED = Phrase("not_allowed", "you may not do this; it needs {need}", "no puedes hacer esto; requiere {need}")
FOREIGN_ORIGIN = Phrase(
    "foreign_origin",
    "this call came from another site ({got}); behind a proxy set public_url",
    "esta llamada viene de otro sitio ({got}); detrás de un proxy define public_url",
)
NO_CSRF = Phrase(
    "no_csrf",
    "send the csrf token of GET /api/v1/me in the header X-CSRF",
    "envía el token csrf de GET /api/v1/me en la cabecera X-CSRF",
)
NOT_FOUND = Phrase("not_found", "there is no such thing here", "aquí no hay nada así")
NO_METHOD = Phrase("no_method", "{got} is not possible here", "{got} no es posible aquí")
WRONG = Phrase("wrong", "{field}: expected {expected}, got {got}", "{field}: se esperaba {expected}, llegó {got}")
WRONG_SECRET = Phrase("wrong", "{field}: expected {expected}", "{field}: se esperaba {expected}")
MISSING = Phrase("missing", "{field} is missing", "falta {field}")
UNKNOWN_FIELD = Phrase("unknown_field", "there is no field {field}", "no existe el campo {field}")
NOT_JSON = Phrase("not_json", "expected a JSON object: {why}", "se esperaba un objeto JSON: {why}")
WANTS_JSON = Phrase("wants_json", "expected application/json", "se esperaba application/json")
ENCODED = Phrase(
    "encoded",
    "send the body as it is, without Content-Encoding",
    "envía el cuerpo tal cual, sin Content-Encoding",
)
TOO_BIG = Phrase("too_big", "expected at most {most} bytes", "se esperaban como máximo {most} bytes")
TOO_SLOW = Phrase("too_slow", "expected the whole body within {most_s} s", "el cuerpo debía llegar en {most_s} s")
OTHER_REQUEST = Phrase(
    "other_request",
    "this Idempotency-Key was used for another request",
    "esta Idempotency-Key ya se usó para otra petición",
)
STILL_DOING = Phrase(
    "still_doing",
    "the request with this Idempotency-Key is being done; ask again in a moment",
    "la petición con esta Idempotency-Key está en curso; vuelve a preguntar en un momento",
)
BAD_KEY = Phrase("wrong", "Idempotency-Key: expected {expected}", "Idempotency-Key: se esperaba {expected}")

ONCE = Phrase("once", "one value", "un solo valor")

_KINDS = {
    "str": Phrase("str", "a text", "un texto"),
    "int": Phrase("int", "a whole number", "un número entero"),
    "float": Phrase("float", "a number", "un número"),
    "bool": Phrase("bool", "true or false", "true o false"),
    "object": Phrase("object", "an object", "un objeto"),
    "array": Phrase("array", "a list", "una lista"),
    "null": Phrase("null", "nothing", "nada"),
    "datetime": Phrase("datetime", "a time as 2026-11-21T09:30:00Z", "una hora como 2026-11-21T09:30:00Z"),
    "date": Phrase("date", "a date as 2026-11-21", "una fecha como 2026-11-21"),
}
_LENGTH = Phrase("length", "a text of {how} characters", "un texto de {how} caracteres")
_ITEMS = Phrase("items", "a list of {how} entries", "una lista de {how} elementos")
_NUMBER = Phrase("number", "a number {how}", "un número {how}")
_KNOWN = Phrase("known", "a known value", "un valor conocido")


def bad_input(error: msgspec.ValidationError, data: Any) -> ApiError:
    """msgspec's sentence as field, expected and what came."""
    what, _, path = str(error).partition(" - at `")
    path = path.rstrip("`").removeprefix("$").removeprefix(".")
    if missing := re.search(r"missing required field `(\w+)`", what):
        return ApiError(422, MISSING, field=".".join(filter(None, [path, missing[1]])))
    if unknown := re.search(r"contains unknown field `(.*?)`", what):
        return ApiError(422, UNKNOWN_FIELD, field=shown(".".join(filter(None, [path, unknown[1]]))))
    expected, facts = _expected(what)
    if SECRET.search(path):
        return ApiError(422, WRONG_SECRET, field=path, expected=expected, **facts)
    came = _at(data, path)
    return ApiError(422, WRONG, field=path, expected=expected, got="null" if came is None else came, **facts)


def _expected(what: str) -> tuple[Phrase, dict[str, Any]]:
    if found := re.match(r"Expected `(str|array)` of length (.+)", what):
        return (_LENGTH if found[1] == "str" else _ITEMS), {"how": found[2]}
    if found := re.match(r"Expected `(?:int|float)` (.+)", what):
        return _NUMBER, {"how": found[1]}
    if found := re.match(r"Invalid .*?(datetime|date)\b", what):
        return _KINDS[found[1]], {}
    if (found := re.match(r"Expected `(\w+)", what)) and found[1] in _KINDS:
        return _KINDS[found[1]], {}
    return _KNOWN, {}


def _at(data: Any, path: str) -> Any:
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit():
            data = data[int(step)] if int(step) < len(data) else None
        else:
            return None
    return data
