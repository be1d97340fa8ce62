"""What can be wrong with a list, said to the manager who made it: which cell, what, and how to mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from bot_runtime.errors import BotRuntimeError
from bot_runtime.exports import letter

Stage = Literal["refused", "conflict", "invalid"]

CONFLICTS: Final = frozenset({"not_yes_no", "line_break", "text_too_long"})
INVALID: Final = frozenset(
    {
        "phone_characters",
        "phone_country",
        "phone_length",
        "too_long_body",
        "too_long_header",
        "too_long_url",
        "too_many_parts",
        "template_status",
    }
)
NO_FACTS: Final[Mapping[str, Any]] = {}
_VALUE_MAX = 60
# Without a width, and around what is copied from contacts and chats: joiners and marks of writing direction.
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `row` is the spreadsheet's, `column` counts from 0; None where the whole file is meant.

    `value` is the cell, in short and on one line. `facts` fill the catalog's sentences.
    """

    code: str
    row: int | None = None
    column: int | None = None
    header: str = ""
    value: str = ""
    facts: Mapping[str, Any] = field(default_factory=lambda: NO_FACTS)

    @property
    def stage(self) -> Stage:
        """`refused`: the file is not taken; `conflict`: a metadata's type; `invalid`: the campaign is (D19)."""
        return "conflict" if self.code in CONFLICTS else "invalid" if self.code in INVALID else "refused"

    @property
    def letter(self) -> str:
        return letter(self.column) if self.column is not None else ""

    def message(self, language: str = "en") -> str:
        return self._said("what", language)

    def hint(self, language: str = "en") -> str:
        return self._said("hint", language)

    def line(self, language: str = "en") -> str:
        """`row 12, column B (Nombre): is empty; …`"""
        hint = self.hint(language)
        return f"{self.place(language)}{self.message(language)}{'; ' + hint if hint else ''}"

    def told(self, language: str = "en") -> dict[str, Any]:
        """For JSON."""
        return {
            "row": self.row,
            "column": self.letter,
            "header": self.header,
            "value": self.value,
            "code": self.code,
            "stage": self.stage,
            "message": self.message(language),
            "hint": self.hint(language),
        }

    def place(self, language: str = "en") -> str:
        terms = _catalog(language)["terms"]
        parts = []
        if self.row is not None:
            parts.append(terms["row"].format(row=self.row))
        if self.column is not None:
            parts.append(terms["headed" if self.header else "column"].format(letter=self.letter, header=self.header))
        return ", ".join(parts) + ": " if parts else ""

    def _said(self, part: str, language: str) -> str:
        sentence = _catalog(language).get(self.code, {}).get(part, self.code if part == "what" else "")
        return sentence.format_map({"value": self.value, **self.facts})


class ListRefused(BotRuntimeError):
    """The file cannot be taken as a list at all; nothing of it is kept. `faults` say why, at least one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults[0].line())


def refuse(code: str, **facts: Any) -> ListRefused:
    return ListRefused([Fault(code, facts=facts)])


def is_blank(cell: str) -> bool:
    """Spaces of any kind only, also those without a width (D20)."""
    return not cell or not visible(cell)


def visible(cell: str) -> str:
    """The cell without outer spaces and outer characters that nobody sees."""
    bare = cell.strip()
    return bare if bare.isascii() else bare.strip(_INVISIBLE + " \t\r\n\u00a0").strip()


def short(text: str) -> str:
    """A cell as a report quotes it: one line, no control characters, at most 60 characters."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in text[:240]).split())
    return plain if len(plain) <= _VALUE_MAX else plain[: _VALUE_MAX - 1] + "…"


def said(term: str, language: str, **facts: Any) -> str:
    """A word of the catalog's `terms`: headers of reports and of sample files."""
    return _catalog(language)["terms"][term].format(**facts)


@cache
def _catalog(language: str) -> Mapping[str, Mapping[str, str]]:
    from bot_runtime.dialogs import tree  # only who has something to say needs the YAML reader

    name = "es" if language.startswith("es") else "en"
    source = (resources.files("bot_runtime.campaigns") / "messages" / f"{name}.yaml").read_bytes()
    catalog: dict[str, dict[str, str]] = tree.read(f"messages/{name}.yaml", source).data
    return catalog
