"""Documents that a dialog fills and makes a PDF of (F060): Markdown with `{{ names }}`, in `documents/` of a workspace.

What is filled in never becomes Markdown: the places are marked before the text is read as such, and a value takes its
mark's place in what was read. Pure; the runtime sets the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot_runtime.dialogs.effects import MakeDocument
from bot_runtime.dialogs.expressions import Text
from bot_runtime.dialogs.parts import Part
from bot_runtime.dialogs.session import Value

_PLAIN = (str, int, float, list)  # what a session keeps; opening hours and the like stay here
MARK = "\ue000{}\ue001"  # private signs: no text holds them, and Markdown reads them as letters


class MissingField(Exception):
    """A place of the document that nothing fills. `number`: which, from 0."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


@dataclass(frozen=True)
class Document:
    """`text` is the whole file, compiled."""

    name: str
    text: Text

    @property
    def names(self) -> frozenset[str]:
        return self.text.names

    @cached_property
    def marked(self) -> str:
        """The Markdown with a mark for each place."""
        count = iter(range(1_000_000))
        return self.text.render_parts({}, "en", _unmarked, lambda _: MARK.format(next(count)))

    def filled(self, data: Mapping[str, Any], language: str) -> list[str]:
        """What stands at each place, in order.

        Raises:
            MissingField: nothing does, and there is no `default`.
        """
        found: list[str] = []

        def note(value: str) -> str:
            if not value.strip():
                raise MissingField(len(found))
            found.append(_unmarked(value))
            return ""

        self.text.render_parts(data, language, str, note)
        return found


NO_DOCUMENTS: Mapping[str, Document] = {}


@dataclass(frozen=True, slots=True)
class Pdf:
    """A state's `pdf:` step; like a request, it is answered from outside the turn."""

    document: str
    name: str
    failure: str

    @property
    def save(self) -> tuple[Part, ...]:
        return (Part(self.name, "."),)

    @property
    def told(self) -> str:
        """For a drawing."""
        return f"{self.document}.pdf"

    def call(self, wait: int, data: Mapping[str, Value], language: str) -> MakeDocument:
        known: dict[str, Value] = {name: value for name, value in data.items() if isinstance(value, _PLAIN)}
        return MakeDocument(wait=wait, document=self.document, language=language, save=self.name, data=known)


def load_pdf(data: Mapping[str, Any]) -> Pdf:
    return Pdf(data["from"], data["save"], data["failure"])


def _unmarked(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")
