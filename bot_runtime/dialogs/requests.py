"""Web-service steps (`request:`): what is asked, as data, and what an answer means. Pure; the runtime makes the call.

Secrets stay names until the very call: in an effect, `${NAME}` stands for one and `$$` for a dollar, and whatever a
contact wrote has its dollars doubled. So no secret is ever stored, and no contact can ask for one.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, NoReturn
from urllib.parse import quote

from bot_runtime.dialogs.effects import CallService
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.parts import BadPart, Part, read_parts
from bot_runtime.dialogs.session import Value

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
OUTCOME_NAMES: Final = ("service_status", "service_error")  # what a dialog may ask about its latest call
ERRORS: Final = (  # what `service_error` may say
    *("refused", "server_error", "too_many", "redirected", "timeout", "unreachable", "cut_off", "certificate"),
    *("address_refused", "bad_request", "request_too_big", "secret_missing", "never_answered"),
    *("missing_field", "no_document", "no_public_url", "pdf_not_installed", "pdf_failed"),
    *("empty", "not_json", "too_big", "too_deep", "missing_part", "bad_part"),
)
MAX_BODY: Final = 65_536
MAX_URL: Final = 4_096
MAX_ANSWER: Final = 256 * 1024
MAX_DEPTH: Final = 32
SECRET: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SEALED = re.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WITH_SECRETS = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*\})")
_ALONE = re.compile(r"\s*\{\{\s*(\w+)\s*\}\}\s*")
_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json|text/json", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Copied:
    """A body's text that is one `{{ name }}` alone: the value goes as what it is, a number as a number."""

    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """`body`: a tree of `Text`, `Copied` and plain values, or None. `failure`: where a call that failed leads."""

    url: Text
    method: str
    failure: str
    headers: tuple[tuple[str, Text], ...] = ()
    body: Any = None
    save: tuple[Part, ...] = ()

    @property
    def told(self) -> str:
        """For a drawing: the host."""
        return self.url.source.partition("://")[2].partition("/")[0] or self.url.source.partition("/")[0]

    def call(self, wait: int, data: Mapping[str, Any], language: str) -> CallService:
        """The call as an effect; `wait` numbers it among the channel's waits."""
        return CallService(
            wait=wait,
            url=_sealed(self.url, data, language, _in_url),
            method=self.method,
            headers={name: _sealed(text, data, language, str) for name, text in self.headers},
            body=_body(self.body, data, language),
            save={part.name: part.path for part in self.save},
        )


class Answer(NamedTuple):
    """What a call brought: the parts to keep, or the reason why there are none."""

    values: dict[str, Value]
    error: str = ""


def load_request(data: Mapping[str, Any]) -> Request:
    """The request of a dialog that was checked."""
    body = _compiled(data["body"]) if "body" in data else None
    url = Text.parse(data["url"])
    headers = tuple((name, Text.parse(str(value))) for name, value in (data.get("headers") or {}).items())
    return Request(
        url=url,
        method=data.get("method") or ("POST" if "body" in data else "GET"),
        failure=data["failure"],
        headers=headers,
        body=body,
        save=tuple(Part(name, str(path)) for name, path in (data.get("save") or {}).items()),
    )


def unseal(text: str, secrets: Mapping[str, str]) -> str:
    """`text` of an effect as it goes out. Raises `KeyError` for a secret nobody set."""
    return _SEALED.sub(lambda found: secrets[found[1]] if found[1] else "$", text)


def unseal_tree(tree: Any, secrets: Mapping[str, str]) -> Any:
    """The same for a body; its keys are the author's, and stay."""
    match tree:
        case dict():
            return {key: unseal_tree(value, secrets) for key, value in tree.items()}
        case list() | tuple():
            return [unseal_tree(value, secrets) for value in tree]
        case str():
            return unseal(tree, secrets)
    return tree


def read_answer(status: int, content_type: str, body: bytes, save: Mapping[str, str]) -> Answer:
    """What an answer of the service means: its parts, or the name of what is wrong with it.

    `server_error` and `too_many` may pass; everything else stays as it is.
    """
    if status == 429:
        return Answer({}, "too_many")
    if status >= 500:
        return Answer({}, "server_error")
    if 300 <= status < 400:
        return Answer({}, "redirected")
    if not 200 <= status < 300:
        return Answer({}, "refused")
    if not save:
        return Answer({})
    if len(body) > MAX_ANSWER:
        return Answer({}, "too_big")
    if not body.strip():
        return Answer({}, "empty")
    if not _JSON_TYPE.fullmatch(content_type.partition(";")[0].strip()):
        return Answer({}, "not_json")
    try:
        return Answer(read_parts(_decoded(body), save))
    except RecursionError:
        return Answer({}, "too_deep")
    except ValueError as error:
        return Answer({}, "too_deep" if str(error) == "depth" else "not_json")
    except BadPart as error:
        return Answer({}, error.reason)


def _decoded(body: bytes) -> Any:
    """JSON without repeated keys, infinities and deep nesting."""
    data = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refused)
    level = [data]
    for _ in range(MAX_DEPTH):
        branches = [list(node.values()) if isinstance(node, dict) else node for node in level if _is_branch(node)]
        level = [child for branch in branches for child in branch if _is_branch(child)]
        if not level:
            return data
    raise ValueError("depth")


def _is_branch(node: Any) -> bool:
    return isinstance(node, dict | list)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("repeated key")
    return read


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _compiled(tree: Any) -> Any:
    match tree:
        case dict():
            return {str(key): _compiled(value) for key, value in tree.items()}
        case list():
            return [_compiled(value) for value in tree]
        case str() if alone := _ALONE.fullmatch(tree):
            return Copied(alone[1])
        case str():
            return Text.parse(tree)
    return tree


def _body(tree: Any, data: Mapping[str, Any], language: str) -> Any:
    match tree:
        case dict():
            return {key: _body(value, data, language) for key, value in tree.items()}
        case list():
            return [_body(value, data, language) for value in tree]
        case Copied():
            return _dollars(data.get(tree.name))
        case Text():
            return _sealed(tree, data, language, str)
    return tree


def _dollars(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_dollars(each) for each in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def _sealed(text: Text, data: Mapping[str, Any], language: str, filled: Callable[[str], str]) -> str:
    """`text` rendered: the author's `${NAME}` stay, every other dollar is doubled."""
    return text.render_parts(data, language, _literal, lambda value: filled(value).replace("$", "$$"))


def _literal(text: str) -> str:
    return "".join(part if at % 2 else part.replace("$", "$$") for at, part in enumerate(_WITH_SECRETS.split(text)))


def _in_url(value: str) -> str:
    """A value inside an address is one word of it: it adds no path, no parameter, and climbs nowhere."""
    return "%2E" * len(value) if value in (".", "..") else quote(value, safe="")
