"""A dialog as a drawing, read from its machine: what `bot-runtime graph` shows and what coverage counts.

`diagrams.py` writes it as Mermaid and DOT, `svg.py` as a picture; an `Overlay` says what was tried and who is where.

`anywhere` words lead from every question to the same place; they are drawn once, from a node of their own.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot_runtime.dialogs.edges import Went
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.machine import END, Chose, DialogMachine, Edge, Happened, Holds, Said, machine_of
from bot_runtime.dialogs.model import Dialog, State

ANYWHERE = "*"  # no state can be called so either
_TEXT_MAX = 160
_LABEL_MAX = 60

Kind = Literal["question", "action", "call", "handoff", "close", "anywhere", "end"]

_WORDS = {
    "es": {
        "anywhere": "En cualquier momento",
        "end": "Fin",
        "else": "otra cosa",
        "exhausted": "{n} respuestas que no sirven",
        "exhausted_1": "una respuesta que no sirve",
        "timeout": "sin respuesta: {wait}",
        "given_back": "devuelto al bot",
        "failure": "si falla",
        "event": "llega: {event}",
        "calls": "pide a: {what}",
        "makes": "hace: {what}",
        "close": "cierra: {reason}",
        "handoff": "pasa a: {department}",
        "call": "llama a: {dialog}",
        "then": "sigue: {dialog}",
        "then_after": "sigue en {after}: {dialog}",
        "back": "{words}: la pregunta anterior",
        "remind": "recuerda: {after}",
        "otherwise": "si no",
    },
    "en": {
        "anywhere": "At any time",
        "end": "End",
        "else": "anything else",
        "exhausted": "{n} answers that don't fit",
        "exhausted_1": "an answer that doesn't fit",
        "timeout": "no answer: {wait}",
        "given_back": "given back",
        "failure": "if it fails",
        "event": "comes: {event}",
        "calls": "asks: {what}",
        "makes": "makes: {what}",
        "close": "closes: {reason}",
        "handoff": "hands off to: {department}",
        "call": "calls: {dialog}",
        "then": "then: {dialog}",
        "then_after": "then, {after} later: {dialog}",
        "back": "{words}: the question before",
        "remind": "reminds: {after}",
        "otherwise": "otherwise",
    },
}


@dataclass(frozen=True, slots=True)
class Node:
    """`text` is what the state says or sets; `note`, what it does beside: hand off, close, ask a web service."""

    name: str
    kind: Kind
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """`usual` is false for the ways nobody hopes for: silence, unfit answers, words said out of turn."""

    source: str
    target: str
    label: str
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Drawing:
    title: str
    first: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is shown over a drawing: which states and arrows were exercised (None: nobody looked), and how many
    sessions are in each state now (None: nobody counted). Missed are the arrows that a contact could take."""

    states: frozenset[str] | None = None
    arrows: frozenset[Arrow] | None = None
    live: Mapping[str, int] | None = None
    missed: frozenset[Arrow] = frozenset()


def draw(dialog: Dialog, language: str | None = None) -> Drawing:
    """Every state and transition of `dialog`'s machine; labels in `language` (the dialog's own when None)."""
    machine = machine_of(dialog)
    spoken = _spoken(language or dialog.language)
    arrows = tuple(dict.fromkeys(_arrow(machine, edge, spoken) for edge in machine.edges()))
    nodes = [_node(state, spoken) for state in dialog.states.values()]
    back = [_WORDS[spoken]["back"].format(words=", ".join(one.words)) for one in dialog.anywhere if one.back]
    if back or any(arrow.source == ANYWHERE for arrow in arrows):
        nodes.append(Node(ANYWHERE, "anywhere", " · ".join([_WORDS[spoken]["anywhere"], *back])))
    if any(arrow.target == END for arrow in arrows):
        nodes.append(Node(END, "end", _WORDS[spoken]["end"]))
    return Drawing(dialog.title, dialog.first, tuple(nodes), arrows, spoken)


def overlay(
    dialog: Dialog,
    language: str | None = None,
    *,
    exercised: tuple[Collection[str], Collection[Edge]] | None = None,
    live: Mapping[str, int] | None = None,
) -> Overlay:
    """An overlay of `dialog`'s drawing in the same language; `exercised` are the states reached and the edges taken."""
    if exercised is None:
        return Overlay(live=live)
    states, edges = exercised
    machine, spoken = machine_of(dialog), _spoken(language or dialog.language)
    said = {id(edge.condition.entry) for edge in edges if isinstance(edge.condition, Said)}
    taken = {
        edge
        for edge in machine.edges()
        if edge in edges or (isinstance(edge.condition, Said) and id(edge.condition.entry) in said)
    }
    arrows = frozenset(_arrow(machine, edge, spoken) for edge in taken)
    ours = frozenset(_arrow(machine, edge, spoken) for edge in machine.edges() if edge.trigger != "given_back")
    shown = set(states) | ({ANYWHERE} if said else set())
    return Overlay(frozenset(shown), arrows, live, ours - arrows)


def label(machine: DialogMachine, edge: Edge, language: str) -> str:
    """What makes the machine take `edge`, in words; empty where it simply goes on."""
    said = _WORDS[_spoken(language)]
    state = machine.dialog.states[edge.source]
    match edge.condition:
        case Chose(option=option):
            return short(option.label.source_in(language), _LABEL_MAX)
        case Holds(guard=guard):
            return short(guard.source, _LABEL_MAX)
        case Said(entry=entry):
            return short(", ".join(entry.words), _LABEL_MAX)
        case Went(arm=arm):
            named = "" if arm.name == arm.goto else f" {short(arm.name, _LABEL_MAX)}"
            return f"{arm.share} %{named}"
        case Happened(awaited=awaited):
            return said["event"].format(event=awaited.event)
    match edge.trigger:
        case "timeout":
            return said["timeout"].format(wait=duration_text(state.response_timeout_s))
        case "exhausted":
            n = state.retry.attempts if state.retry else 1
            return said["exhausted_1" if n == 1 else "exhausted"].format(n=n)
        case "else" | "given_back" | "failure":
            return said[edge.trigger]
    if state.menu and not state.when:  # the options that have no way of their own
        return short(
            " / ".join(option.label.source_in(language) for option in state.menu if option.goto is None), _LABEL_MAX
        )
    return said["otherwise"] if state.when else ""


def duration_text(seconds: int) -> str:
    """`1h30m`, as authors write it."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes) or "0"


def _arrow(machine: DialogMachine, edge: Edge, language: str) -> Arrow:
    source = ANYWHERE if edge.trigger == "word" else edge.source
    usual = edge.trigger in ("answer", "next", "event", "split", "returned")
    return Arrow(source, edge.target, label(machine, edge, language), usual)


def _node(state: State, language: str) -> Node:
    said = _WORDS[language]
    spoken = [each.source_in(language) for each in state.say if isinstance(each, Text)]
    spoken += [state.ask.source_in(language)] if state.ask is not None else []
    does = [f"{name} = {expression.source}" for name, expression in state.set] if not spoken else []
    text = short(" ".join(spoken) or ", ".join(does), _TEXT_MAX)
    notes = " · ".join(_notes(state, said))
    if state.handoff is not None:
        return Node(state.name, "handoff", text, notes)
    if state.ends:
        return Node(state.name, "close", text, notes)
    if state.call is not None:
        return Node(state.name, "call", text, notes)
    return Node(state.name, "question" if state.waits else "action", text, notes)


def _notes(state: State, said: Mapping[str, str]) -> Iterator[str]:
    """What a state does beside speaking: whom it asks, how the dialog ends there and what follows."""
    if state.handoff is not None:
        yield said["handoff"].format(department=state.handoff.department)
    if state.errand is not None:
        yield said["calls" if state.request else "makes"].format(what=short(state.errand.told, _LABEL_MAX))
    if state.call is not None:
        yield said["call"].format(dialog=state.call.dialog)
    if state.remind:
        yield said["remind"].format(after=", ".join(duration_text(one.after_s) for one in state.remind))
    if state.close is not None:
        yield said["close"].format(reason=state.close)
    if state.then is not None:
        key = "then_after" if state.then.after_s else "then"
        yield said[key].format(dialog=state.then.dialog, after=duration_text(state.then.after_s))


_PLACEHOLDER = re.compile(r"\{\{\s*([^}|]*?)\s*(?:\|[^}]*)?\}\}")  # `{{ name | first }}` is drawn as ‹name›


def short(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, its data as ‹names›."""
    line = " ".join(_PLACEHOLDER.sub(r"‹\1›", text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _spoken(language: str) -> str:
    return "es" if language.startswith("es") else "en"
