"""A dialog as a drawing, read from its machine: what `bot-runtime graph` shows and what coverage counts.

`anywhere` words lead from every question to the same place; they are drawn once, from a node of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot_runtime.dialogs.edges import Went
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.machine import END, Chose, DialogMachine, Edge, Happened, Holds, Said, machine_of
from bot_runtime.dialogs.model import Dialog, State

ANYWHERE = "*"  # no state can be called so either
_TEXT_MAX = 60
_LABEL_MAX = 40

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
        "calls": "pide a: {host}",
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
        "calls": "asks: {host}",
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
    name: str
    kind: Kind
    text: str  # what the state says, short


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
    return Drawing(dialog.title, dialog.first, tuple(nodes), arrows)


def label(machine: DialogMachine, edge: Edge, language: str) -> str:
    """What makes the machine take `edge`, in words; empty where it simply goes on."""
    said = _WORDS[_spoken(language)]
    state = machine.dialog.states[edge.source]
    match edge.condition:
        case Chose(option=option):
            return _short(option.label.source, _LABEL_MAX)
        case Holds(guard=guard):
            return _short(guard.source, _LABEL_MAX)
        case Said(entry=entry):
            return _short(", ".join(entry.words), _LABEL_MAX)
        case Went(arm=arm):
            named = "" if arm.name == arm.goto else f" {_short(arm.name, _LABEL_MAX)}"
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
    if state.menu:  # the options that have no way of their own
        return _short(" / ".join(option.label.source for option in state.menu if option.goto is None), _LABEL_MAX)
    return said["otherwise"] if state.when else ""


def duration_text(seconds: int) -> str:
    """`1h30m`, as authors write it."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes) or "0"


def mermaid(drawing: Drawing) -> str:
    """The drawing as a Mermaid flowchart."""
    lines = ["flowchart TD"]
    for node in drawing.nodes:
        before, after = _SHAPES[node.kind]
        caption = node.text if node.kind in ("anywhere", "end") else "<br/>".join(filter(None, [node.name, node.text]))
        lines.append(f'    {_id(node.name)}{before}"{_quoted(caption)}"{after}')
    for arrow in drawing.arrows:
        line = "-->" if arrow.usual else "-.->"
        text = f'|"{_quoted(arrow.label)}"|' if arrow.label else ""
        lines.append(f"    {_id(arrow.source)} {line}{text} {_id(arrow.target)}")
    lines += [f"    classDef {kind} {style}" for kind, style in _STYLES.items()]
    for kind in dict.fromkeys(node.kind for node in drawing.nodes):
        members = ",".join(_id(node.name) for node in drawing.nodes if node.kind == kind)
        lines.append(f"    class {members} kind_{kind}")
    return "\n".join(lines) + "\n"


_SHAPES: dict[Kind, tuple[str, str]] = {
    "question": ("(", ")"),
    "action": ("[", "]"),
    "call": ("[[", "]]"),
    "handoff": ("[/", "/]"),
    "close": ("([", "])"),
    "anywhere": ("{{", "}}"),
    "end": ("((", "))"),
}
COLOURS: dict[Kind, tuple[str, str]] = {  # fill and line; text is dark on all of them
    "question": ("#e3f1ff", "#1f5f99"),
    "action": ("#f4f4f2", "#6b6b66"),
    "call": ("#e2f4f2", "#1d6f69"),
    "handoff": ("#fff1d6", "#96650a"),
    "close": ("#e4f5e6", "#2c6e35"),
    "anywhere": ("#f3e8fb", "#71459a"),
    "end": ("#ffffff", "#6b6b66"),
}
_STYLES = {f"kind_{kind}": f"fill:{fill},stroke:{line},color:#1c1c1a" for kind, (fill, line) in COLOURS.items()}


def _arrow(machine: DialogMachine, edge: Edge, language: str) -> Arrow:
    source = ANYWHERE if edge.trigger == "word" else edge.source
    usual = edge.trigger in ("answer", "next", "split", "returned", "event")
    return Arrow(source, edge.target, label(machine, edge, language), usual)


def _node(state: State, language: str) -> Node:
    said = _WORDS[language]
    texts = [each for each in state.say if isinstance(each, Text)]
    text = state.ask.source if state.ask is not None else texts[0].source if texts else ""
    if state.handoff is not None:
        return Node(state.name, "handoff", said["handoff"].format(department=state.handoff.department))
    if state.ends:
        return Node(state.name, "close", " · ".join(_endings(state, said)))
    if state.call is not None:
        return Node(state.name, "call", said["call"].format(dialog=state.call.dialog))
    if state.request is not None and not text:
        return Node(state.name, "action", said["calls"].format(host=_short(state.request.host, _TEXT_MAX)))
    text = _short(text, _TEXT_MAX)
    if state.remind:
        after = ", ".join(duration_text(one.after_s) for one in state.remind)
        text = f"{text} · {said['remind'].format(after=after)}"
    return Node(state.name, "question" if state.waits else "action", text)


def _endings(state: State, said: Mapping[str, str]) -> Iterator[str]:
    """How the dialog ends there, and what follows it."""
    if state.close is not None:
        yield said["close"].format(reason=state.close)
    if state.then is not None:
        key = "then_after" if state.then.after_s else "then"
        yield said[key].format(dialog=state.then.dialog, after=duration_text(state.then.after_s))


_PLACEHOLDER = re.compile(r"\{\{\s*([^}|]*?)\s*(?:\|[^}]*)?\}\}")  # `{{ name | first }}` is drawn as ‹name›


def _short(text: str, limit: int) -> str:
    line = " ".join(_PLACEHOLDER.sub(r"‹\1›", text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _spoken(language: str) -> str:
    return "es" if language.startswith("es") else "en"


def _id(name: str) -> str:
    """States may be called `end` or `class`, which Mermaid keeps for itself."""
    return {END: "s__end", ANYWHERE: "s__anywhere"}.get(name, f"s_{name.replace('.', '__')}")


_PLAIN = re.compile(r"[^\w ‹›«»,;:.…¿?¡!'/()+*=-]")


def _quoted(text: str) -> str:
    """Inside Mermaid's quotes: only letters and everyday signs stay as they are; a leading `1.` is no list."""
    parts = [_PLAIN.sub(lambda found: f"#{ord(found[0])};", part) for part in text.split("<br/>")]
    return "<br/>".join(re.sub(r"^(\d+)\.", r"\1#46;", part) for part in parts)
