"""What a dialog says to the world outside: web services it calls (F059), outside events it waits for (F062)."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.parts import is_path
from bot_runtime.dialogs.problems import Problem, nearest
from bot_runtime.dialogs.requests import SECRET
from bot_runtime.dialogs.tree import Path, Tree, items, plain

# the address up to the first `/`, `?` or `#`: ours to write, never a contact's; or a `${NAME}` the operator fills
_FIXED_HOST = re.compile(r"(?:https?://[A-Za-z0-9.\[\]:_-]+|\$\{[A-Za-z_][A-Za-z0-9_]*\})(?=[/?#]|$)")
_SECRET_NAME = r"(?:api|access|auth|client|secret)?[_-]?(?:key|token|secret|password|passwd|pwd|clave)"
_LOG_IN = re.compile(r"https?://([^/?#@\s]+)@")
_SECRET_IN_URL = re.compile(rf"[?&]({_SECRET_NAME})=((?!\$?\{{)[^&#\s]+)", re.IGNORECASE)
_SECRET_HEADER = re.compile(rf"^(?:proxy-)?authorization$|^cookie$|(?:^|-){_SECRET_NAME}$", re.IGNORECASE)
_REFERS = re.compile(r"\$\{|\{\{")  # to the environment, or to data
_NOT_YOURS = frozenset(
    [
        *("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"),
        *("keep-alive", "accept-encoding", "idempotency-key"),
    ]
)


def state_problems(
    tree: Tree,
    path: Path,
    state: Mapping[str, Any],
    secrets: Collection[str] | None,
    documents: Collection[str] | None = None,
) -> Iterator[Problem]:
    """`secrets`: those that bot.yaml lets dialogs use; `documents`: those there are; None: nobody says."""
    for step in [step for step in ("request", "pdf") if step in state]:
        for key in ("ask", "on", "handoff", "close", *(("pdf",) if step == "request" else ())):
            if key in state:
                yield tree.problem((*path, key), "request_alone", key=True, name=path[-1], key_name=key, step=step)
    if "pdf" in state and documents is not None:
        source = plain(state["pdf"]).get("from")
        if isinstance(source, str) and source not in documents:
            facts: dict[str, Any] = {"name": source, "near": nearest(source, documents), "known": sorted(documents)}
            yield tree.problem((*path, "pdf", "from"), "unknown_document", **facts)
    if "request" in state:
        yield from _request(tree, (*path, "request"), plain(state["request"]), secrets)
    if "on" in state:
        yield from _awaited(tree, path, state)


def _request(tree: Tree, path: Path, request: Mapping[str, Any], secrets: Collection[str] | None) -> Iterator[Problem]:
    url = request.get("url")
    if isinstance(url, str) and (found := _LOG_IN.match(url)):
        yield Problem(tree.inside((*path, "url"), found.start(1)), "log_in_url", width=len(found[1]))
    elif isinstance(url, str) and not _FIXED_HOST.match(url):
        yield tree.problem((*path, "url"), "host_not_fixed", got=url)
    if "body" in request and request.get("method") == "GET":
        yield tree.problem((*path, "body"), "body_of_get", key=True)
    for name in plain(request.get("headers")):
        if str(name).lower() in _NOT_YOURS:
            yield tree.problem((*path, "headers", name), "header_not_yours", key=True, name=name)
    yield from _saved(tree, (*path, "save"), request.get("save"))
    yield from _written_secrets(tree, path, request)
    for spot, text in strings(request, path):
        for found in SECRET.finditer(text):
            if secrets is not None and found[1] not in secrets:
                near = nearest(found[1], secrets)
                told = {"name": found[1], "near": near, "known": sorted(secrets)}
                yield Problem(tree.inside(spot, found.start()), "secret_not_listed", told, width=len(found[0]))


def _written_secrets(tree: Tree, path: Path, request: Mapping[str, Any]) -> Iterator[Problem]:
    """Passwords and keys that stand in the file, where everybody who reads the dialog, its versions and copies has
    them."""
    url = request.get("url")
    for found in _SECRET_IN_URL.finditer(url) if isinstance(url, str) else ():
        where = tree.inside((*path, "url"), found.start(2))
        yield Problem(where, "secret_written", {"name": found[1]}, "warning", len(found[2]))
    for name, value in plain(request.get("headers")).items():
        if isinstance(value, str) and _SECRET_HEADER.search(str(name)) and not _REFERS.search(value) and value.strip():
            yield tree.problem((*path, "headers", name), "secret_written", warning=True, name=name)


def _awaited(tree: Tree, path: Path, state: Mapping[str, Any]) -> Iterator[Problem]:
    if "ask" not in state:
        for key in ("goto", "when", "handoff", "close"):
            if key in state:
                yield tree.problem((*path, key), "never_beside_on", key=True, name=path[-1], key_name=key)
    seen: set[str] = set()
    for place, entry in items(state["on"], (*path, "on")):
        event = plain(entry).get("event")
        if isinstance(event, str) and event in seen:
            yield tree.problem((*place, "event"), "same_event", name=event)
        seen.add(str(event))
        yield from _saved(tree, (*place, "save"), plain(entry).get("save"))


def _saved(tree: Tree, path: Path, saved: Any) -> Iterator[Problem]:
    for name, part in plain(saved).items():
        if isinstance(part, (str, int)) and not isinstance(part, bool) and not is_path(str(part)):
            yield tree.problem((*path, name), "bad_path", got=part)


def strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of a request, with its place."""
    match value:
        case dict():
            for key, inner in value.items():
                if key != "save" or path[-1] != "request":
                    yield from strings(inner, (*path, key))
        case list():
            for at, inner in enumerate(value):
                yield from strings(inner, (*path, at))
        case str():
            yield path, value


def saved_names(state: Mapping[str, Any]) -> set[str]:
    """The names that a request or an event of this state fills."""
    names = {str(name) for name in plain(plain(state.get("request")).get("save"))}
    if isinstance(link := plain(state.get("pdf")).get("save"), str):
        names.add(link)
    for _, entry in items(state.get("on"), ()):
        names |= {str(name) for name in plain(plain(entry).get("save"))}
    return names
