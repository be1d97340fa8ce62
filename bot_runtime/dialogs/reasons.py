"""`answer: reason` (F041): a list of reasons with one more, `other`, that asks for it in the contact's own words.

It is a menu and a question, so it is loaded as these: `motivo` shows the list and `motivo.other` asks what it was. No
author's state can have a dot in its name. What `motivo.other` reads is saved as `<save>_text`, where every menu keeps
the contact's words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot_runtime.dialogs.languages import builtin
from bot_runtime.dialogs.model import Answer, Option, Retry, State

OTHER = "other"
ASKED_OTHER = f".{OTHER}"


def whole(states: Iterable[State], languages: Sequence[str]) -> dict[str, State]:
    """`states` by name, each reason list as its menu followed by the question for the other reason."""
    found: dict[str, State] = {}
    for state in states:
        found[state.name] = state
        if state.answer is not None and state.answer.kind == "reason":
            for made in (_menu(state, state.answer, languages), _question(state, state.answer, languages)):
                found[made.name] = made
    return found


def state_names(states: Mapping[str, Any]) -> Sequence[str]:
    """The names of all states of a dialog as it is written, with those that it does not write."""
    made = (name + ASKED_OTHER for name, state in states.items() if _kind(state) == "reason")
    return [*(str(name) for name in states), *made]


def _kind(state: Any) -> Any:
    answer = state.get("answer") if isinstance(state, dict) else None
    return answer.get("type") if isinstance(answer, dict) else answer


def _menu(state: State, answer: Answer, languages: Sequence[str]) -> State:
    reasons = [one.tapped(f"{state.name}:{one.code}") for one in answer.limits["choices"]]
    label = answer.limits.get("other") or builtin("other_reason", languages)
    asked = state.name + ASKED_OTHER
    other = Option(label, asked, OTHER, f"{state.name}:{OTHER}", _CALLED_OTHER)
    return replace(state, answer=None, menu=(*reasons, other))


def _question(state: State, answer: Answer, languages: Sequence[str]) -> State:
    limits = {name: limit for name, limit in answer.limits.items() if name == "max"}
    return replace(
        state,
        name=state.name + ASKED_OTHER,
        say=(),
        ask=answer.limits.get("ask") or builtin("which_reason", languages),
        answer=Answer("text", limits),
        menu=(),
        more=None,
        check=None,
        set=(),
        save=f"{state.save}_text" if state.save else None,
        retry=Retry(state.retry.attempts, state.retry.goto) if state.retry else None,
    )


_CALLED_OTHER = ("otro", "otra", "otro motivo", "otra razón", "other", "another reason", "outro", "outro motivo")
