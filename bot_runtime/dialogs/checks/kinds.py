"""What kind of value each name of a dialog holds, as far as its file says: for checks of what is done with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.tree import plain

_TEXTS = frozenset(
    {"text", "choice", "email", "phone", "name", "location", "pattern", "receipt", "intent"}
    | {"reason", "attachment", "form"}
)
_KINDS = frozenset(["number", "yes_no", "amount", "date", "time", "multiple"])


def kinds(data: Mapping[str, Any]) -> dict[str, str]:
    """Name → text, number, yes_no, amount, date, time or multiple; without those that may be one or another."""
    found: dict[str, set[str]] = {}
    for name, kind in _declared(data):
        if isinstance(name, str):
            found.setdefault(name, set()).add(kind)
    return {name: kind for name, (kind, *others) in found.items() if kind and not others}


def _declared(data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    yield from (("contact_name", "text"), ("contact_phone", "text"), ("channel", "text"))
    for name, need in plain(data.get("needs")).items():
        yield name, _of(need)
    for state in plain(data.get("states")).values():
        state = plain(state)
        yield from ((name, "") for name in plain(state.get("set")))
        if "save" in state:
            yield state["save"], _of(state.get("answer")) if "answer" in state else "text"
        for step in ("call", "request"):
            yield from ((name, "") for name in plain(plain(state.get(step)).get("save")))
        if isinstance(link := plain(state.get("pdf")).get("save"), str):
            yield link, "text"
        on = state.get("on")
        for entry in on if isinstance(on, list) else ():
            yield from ((name, "") for name in plain(plain(entry).get("save")))


def _of(written: Any) -> str:
    """The kind of a need or an answer as it is written; empty for what nobody can tell."""
    kind = plain(written).get("type", "text") if isinstance(written, dict) else written
    if not isinstance(kind, str):
        return ""
    if kind == "rating":
        return "number"
    return "text" if kind in _TEXTS else kind if kind in _KINDS else ""
