"""The documents of a workspace, compiled, and what is wrong with them (F060)."""

from collections.abc import Iterator, Mapping

from bot_runtime.dialogs.checks.names import known_names
from bot_runtime.dialogs.documents import Document
from bot_runtime.dialogs.expressions import ExpressionError, Text
from bot_runtime.dialogs.model import Where
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import plain
from bot_runtime.workspace.files import Sources


def compiled(sources: Sources) -> dict[str, Document]:
    """The documents without an error, by name."""
    found = {}
    for name, source in sources.documents.items():
        try:
            found[name] = Document(name, Text.parse(source))
        except ExpressionError:
            continue
    return found


def document_problems(sources: Sources) -> Iterator[Problem]:
    for name, source in sources.documents.items():
        try:
            Text.parse(source)
        except ExpressionError as error:
            for each in (error, *error.more):
                facts = dict(each.facts)
                facts["near"] = facts.get("close") or facts.get("use") or None
                yield Problem(_place(name, source, each.column), f"expression_{each.code}", facts)
    yield from _unknown_names(sources, compiled(sources))


def _unknown_names(sources: Sources, documents: Mapping[str, Document]) -> Iterator[Problem]:
    """A document fills in what the dialog that makes it knows."""
    for tree in sources.dialogs:
        known = known_names(tree.data) if isinstance(tree.data, dict) else frozenset()
        for state, data in plain(plain(tree.data).get("states")).items():
            document = documents.get(str(plain(plain(data).get("pdf")).get("from")))
            for name in sorted(document.names - known) if document else ():
                at = ("states", state, "pdf", "from")
                yield tree.problem(at, "document_name", document=document.name, name=name, known=sorted(known))  # type: ignore[union-attr]


def _place(name: str, source: str, column: int) -> Where:
    before = source[:column]
    return Where(f"documents/{name}.md", before.count("\n") + 1, column - (before.rfind("\n") + 1) + 1)
