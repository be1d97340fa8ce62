"""The question that fits each kind of expected datum, to begin with (F283)."""

from dataclasses import dataclass
from typing import Any

from bot_runtime.dialogs.advice.data import proposed
from bot_runtime.dialogs.advice.lexicon import lexicon
from bot_runtime.dialogs.tree import plain


@dataclass(frozen=True, slots=True)
class Proposal:
    """A state for the datum `name`: `state` as its keys and values in a dialog's file, but for where it goes on."""

    name: str
    kind: str
    state: dict[str, Any]

    @property
    def yaml(self) -> str:
        """The state as it is written in a file."""
        lines = [f"{self.name}:", *(f"  {key}: {_written(value)}" for key, value in self.state.items())]
        return "\n".join(lines)


def proposal(name: str, kind: str, language: str = "es") -> Proposal:
    words = lexicon(language) or lexicon("en")
    assert words is not None
    options = plain(words.entries("proposed_options")).get(kind)
    answer: dict[str, Any] = {"answer": proposed(kind)}
    if kind == "choice":
        answer = {"menu": options}
    elif options:
        answer = {"answer": {"type": kind, "choices": options}}
    return Proposal(name, kind, {"ask": plain(words.entries("proposals"))[kind], **answer, "save": name})


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return f'"{value}"' if any(sign in str(value) for sign in ",:#") else str(value)
