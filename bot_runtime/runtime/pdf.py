"""A filled document as PDF pages. The libraries are the extra `pdf`; without them there is a reason, no crash.

Markdown becomes a tree of plain data, and a fixed page of our own (`page.typ`) sets it: nothing that was filled in is
ever read as Markdown or as a program.
"""

import re
from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

import msgspec

from bot_runtime.dialogs.documents import Document, MissingField
from bot_runtime.dialogs.session import Value
from bot_runtime.errors import BotRuntimeError

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_TEXT: Final = 65_536
_MARKS = re.compile("\ue000([0-9]+)\ue001")

Node = dict[str, Any]


class NoPdf(BotRuntimeError):
    """There is no PDF. `reason` is a name dialogs may look at."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def make_pdf(document: Document, data: dict[str, Value], language: str) -> bytes:
    """The PDF of `document`, filled. It takes tens of milliseconds: not for the event loop.

    Raises:
        NoPdf: a field is missing, it is too big, or the extra `pdf` is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise NoPdf("pdf_not_installed") from error
    try:
        nodes = read_nodes(document.marked, document.filled(data, language))
    except MissingField as error:
        raise NoPdf("missing_field") from error
    told = msgspec.json.encode({"title": document.name, "language": language[:2], "nodes": nodes})
    if len(told) > 4 * MOST_TEXT:
        raise NoPdf("too_big")
    page = (resources.files("bot_runtime.runtime") / "page.typ").read_bytes()
    try:
        made = typst.compile(page, format="pdf", sys_inputs={"doc": told.decode()})
    except (typst.TypstError, RuntimeError) as error:
        raise NoPdf("pdf_failed") from error
    if not isinstance(made, bytes) or len(made) > MOST_BYTES:
        raise NoPdf("too_big")
    return made


def read_nodes(marked: str, values: Sequence[str]) -> list[Node]:
    """Markdown as plain data, with its marks filled."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    return _Reader(values).blocks(iter(reader.parse(marked)), "")


class _Reader:
    def __init__(self, values: Sequence[str]) -> None:
        self._values = values

    def blocks(self, tokens: Any, end: str) -> list[Node]:
        """The blocks up to the token `end`."""
        found: list[Node] = []
        for token in tokens:
            if token.type == end:
                break
            match token.type:
                case "heading_open":
                    found.append({"t": "heading", "level": int(token.tag[1]), "c": self._one(tokens)})
                case "paragraph_open":
                    found.append({"t": "p", "c": self._one(tokens)})
                case "bullet_list_open" | "ordered_list_open":
                    ordered = token.type.startswith("ordered")
                    items = self._items(tokens, token.type.replace("_open", "_close"))
                    found.append({"t": "list", "ordered": ordered, "items": items})
                case "blockquote_open":
                    found.append({"t": "quote", "c": self.blocks(tokens, "blockquote_close")})
                case "table_open":
                    found.append({"t": "table", "rows": self._rows(tokens)})
                case "hr":
                    found.append({"t": "rule"})
                case "fence" | "code_block":
                    found.append({"t": "p", "c": [{"t": "code", "v": self._filled(token.content)}]})
        return found

    def _one(self, tokens: Any) -> list[Node]:
        """The inline content of a block, and past its end."""
        inline = next(tokens)
        next(tokens)
        return self._inline(iter(inline.children or ()), "")

    def _items(self, tokens: Any, end: str) -> list[list[Node]]:
        items = []
        for token in tokens:
            if token.type == end:
                break
            items.append(self.blocks(tokens, "list_item_close"))
        return items

    def _rows(self, tokens: Any) -> list[list[list[Node]]]:
        rows: list[list[list[Node]]] = []
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(self._one(tokens))
        return rows

    def _inline(self, tokens: Any, end: str) -> list[Node]:
        found: list[Node] = []
        for token in tokens:
            if token.type == end:
                break
            match token.type:
                case "text" | "html_inline":
                    found.append({"t": "text", "v": self._filled(token.content)})
                case "softbreak":
                    found.append({"t": "text", "v": " "})
                case "hardbreak":
                    found.append({"t": "br"})
                case "code_inline":
                    found.append({"t": "code", "v": self._filled(token.content)})
                case "strong_open":
                    found.append({"t": "strong", "c": self._inline(tokens, "strong_close")})
                case "em_open":
                    found.append({"t": "em", "c": self._inline(tokens, "em_close")})
                case "link_open":
                    found += self._inline(tokens, "link_close")
        return found

    def _filled(self, text: str) -> str:
        return _MARKS.sub(lambda found: self._values[int(found[1])], text)
