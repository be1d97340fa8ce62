"""What stands in for the world outside where there is none: what a transcript lets web services answer (F059).

services:
  consulta:                       # the state that asks; one answer, or a list of them: one a call, the last repeats
    - { error: timeout }          # a reason, as `service_error` names it
    - { status: 404 }
    - { json: { saldo: 120 }, after: 1m }     # the contact can write meanwhile
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from bot_runtime.dialogs.documents import NO_DOCUMENTS, Document, MissingField
from bot_runtime.dialogs.durations import duration, duration_written
from bot_runtime.dialogs.effects import CallService, MakeDocument
from bot_runtime.dialogs.events import ServiceAnswered
from bot_runtime.dialogs.parts import Part
from bot_runtime.dialogs.requests import read_answer
from bot_runtime.dialogs.session import Value

Scripted = Mapping[str, Sequence[Mapping[str, Any]]]  # by state


class NothingAsked(Exception):
    """Nobody asked a web service, so none can answer."""


class NoStandIn(Exception):
    """A web service was asked, and nobody says what it answers. `state` asks it."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class NotAwaited(Exception):
    """The session does not wait for the event `name`. `known`: those it waits for; `lacks`: the part its data lacks."""

    def __init__(self, name: str, known: Sequence[str], lacks: str = "") -> None:
        super().__init__(name)
        self.name, self.known, self.lacks = name, known, lacks


class Asked(NamedTuple):
    """A web service that was asked and has not answered. `due_at` None: whenever somebody says what it answers."""

    call: CallService | MakeDocument
    state: str
    answer: Mapping[str, Any] | None = None
    due_at: datetime | None = None


def scripted(data: Any) -> Scripted:
    """The `services:` of a transcript; what is no answer at all is the schema's complaint."""
    named = data if isinstance(data, Mapping) else {}
    return {str(state): answers if isinstance(answers, list) else [answers] for state, answers in named.items()}


def asked(
    call: CallService | MakeDocument,
    state: str,
    scripts: Scripted | None,
    before: int,
    at: datetime,
    documents: Mapping[str, Document] = NO_DOCUMENTS,
) -> Asked:
    """How the call of `state` stands, the one after `before` of the same state. A PDF is made unless `scripts` denies.

    Raises:
        NoStandIn: `scripts` has nothing for it.
    """
    answers = scripts.get(state) if scripts is not None else None
    if isinstance(call, MakeDocument):
        return Asked(call, state, answers[min(before, len(answers) - 1)] if answers else made(call, documents), at)
    if scripts is None:
        return Asked(call, state)
    if not answers:
        raise NoStandIn(state)
    answer = answers[min(before, len(answers) - 1)]
    return Asked(call, state, answer, at + (duration(answer.get("after", 0)) or timedelta()))


def made(call: MakeDocument, documents: Mapping[str, Document]) -> Mapping[str, Any]:
    """What becomes of a document that nobody says anything of: its PDF, unless a field is missing."""
    document = documents.get(call.document)
    try:
        _ = document.filled(call.data, call.language) if document else ()
    except MissingField:
        return {"error": "missing_field"}
    return {"json": f"https://files.example.com/{call.document}.pdf"}


def answered(
    call: CallService | MakeDocument, answer: Mapping[str, Any], channel: str, at: datetime
) -> ServiceAnswered:
    """The event that `answer` comes to, read as the answer of a real service is."""
    told: dict[str, Any] = {"at": at, "channel": channel, "wait": call.wait}
    if answer.get("error"):
        return ServiceAnswered(**told, error=str(answer["error"]))
    status = int(answer.get("status") or 200)
    if "text" in answer:
        kind, body = "text/plain", str(answer["text"]).encode()
    else:
        kind, body = "application/json", msgspec.json.encode(answer["json"]) if "json" in answer else b""
    save = {call.save: "."} if isinstance(call, MakeDocument) else call.save
    read = read_answer(status, kind, body, save)
    return ServiceAnswered(**told, status=status, values=read.values, error=read.error)


def brought(facts: Mapping[str, Any], save: Mapping[str, str], shown: Callable[[Value], Value]) -> dict[str, Any]:
    """What a web service answered (the fields of `ServiceAnswered`), as a transcript lets it answer: an error, or JSON
    with the parts that are kept, each as `shown` has it."""
    error, status = str(facts.get("error") or ""), int(facts.get("status") or 0)
    if error and not status:
        return {"error": error}
    values = {name: shown(value) for name, value in (facts.get("values") or {}).items() if name in save}
    whole: Any = {}
    for name, value in values.items():
        whole = _placed(whole, Part(name, save[name]).steps, value)
    told: dict[str, Any] = {"json": whole} if not error or values else {}
    return {**told, **({"status": status} if status != _FINE else {})} or {"json": {}}


def _placed(whole: Any, steps: Sequence[str], value: Value) -> Any:
    """`whole` with `value` at the end of the path."""
    if not steps:
        return value
    step, *rest = steps
    if step.isdecimal() and not (isinstance(whole, dict) and whole):
        items = whole if isinstance(whole, list) else []
        items += [None] * (int(step) + 1 - len(items))
        items[int(step)] = _placed(items[int(step)] or {}, rest, value)
        return items
    inner = whole if isinstance(whole, dict) else {}
    inner[step] = _placed(inner.get(step, {}), rest, value)
    return inner


_FINE = 200
_NEVER = timedelta(days=900)


class Collected:
    """What web services answered while somebody played or recorded, as a transcript's `services` would say it."""

    def __init__(self) -> None:
        self._by_state: dict[str, tuple[Mapping[str, Any], ...]] = {}
        self._open: tuple[str, datetime, int] | None = None  # who asked last without an answer, when, in which turn

    def copy(self) -> "Collected":
        other = Collected()
        other._by_state, other._open = dict(self._by_state), self._open
        return other

    def asked(self, state: str, at: datetime, turn: int) -> None:
        """`state` asks a service. If one that was asked before has not answered, it never will."""
        self._by_state = self._closed()
        self._open = (state, at, turn)

    def must_wait(self, at: datetime, turn: int) -> bool:
        """Whether an answer at `at` needs time of its own: other turns came since it was asked, but no time went by."""
        return self._open is not None and turn > self._open[2] and at - self._open[1] < timedelta(seconds=1)

    def answered(self, answer: Mapping[str, Any], at: datetime) -> None:
        """The service that was asked answers at `at`."""
        if self._open is not None:
            state, since, _ = self._open
            late = {"after": duration_written(at - since)} if at - since >= timedelta(seconds=1) else {}
            self._by_state[state] = (*self._by_state.get(state, ()), {**answer, **late})
            self._open = None

    @property
    def services(self) -> dict[str, list[Mapping[str, Any]]]:
        """By state, one answer a call; a call that nobody answered is answered too late for anything."""
        return {state: list(answers) for state, answers in self._closed().items()}

    def _closed(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        if self._open is None:
            return self._by_state
        state, *_ = self._open
        never = {"error": "timeout", "after": duration_written(_NEVER)}
        return {**self._by_state, state: (*self._by_state.get(state, ()), never)}
