"""Names and expressions: what texts and guards use must be needed, saved or set somewhere (F004)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot_runtime.dialogs import answers
from bot_runtime.dialogs.checks.kinds import kinds
from bot_runtime.dialogs.checks.outside import saved_names, strings
from bot_runtime.dialogs.expressions import Expression, ExpressionError, Text, expression_source
from bot_runtime.dialogs.filters import FILTERS
from bot_runtime.dialogs.places import places
from bot_runtime.dialogs.problems import Problem, Term, nearest
from bot_runtime.dialogs.requests import OUTCOME_NAMES
from bot_runtime.dialogs.schemas.flow import CALL_ENDED
from bot_runtime.dialogs.schemas.parts import TEXT_MAX
from bot_runtime.dialogs.schemas.shape import yes_or_no
from bot_runtime.dialogs.tree import Path, Tree, items, plain

ABOUT = ("contact_name", "contact_phone", "channel")
RESERVED = frozenset({"answer", *ABOUT, *OUTCOME_NAMES, CALL_ENDED, "and", "or", "not", "in", "true", "false", "empty"})


def name_problems(
    tree: Tree, departments: Collection[str] | None = None, metadata: Collection[str] = ()
) -> Iterator[Problem]:
    """`departments`: those of bot.yaml, None where nobody knows them; `metadata`: the keys of what tickets carry."""
    yield from _Names(tree, departments, metadata).problems()


def known_names(data: Mapping[str, Any]) -> frozenset[str]:
    """Every name a text of this dialog may use."""
    names = {*ABOUT, *plain(data.get("needs"))}
    for state in plain(data.get("states")).values():
        state = plain(state)
        names |= set(plain(state.get("set")))
        names |= saved_names(state) | set(plain(plain(state.get("call")).get("save")))
        if "call" in state:
            names.add(CALL_ENDED)
        if state.keys() & {"request", "pdf"}:
            names |= set(OUTCOME_NAMES)
        saved = state.get("save")
        fields = plain(state.get("answer")).get("fields")
        names |= {field for field in fields if isinstance(field, str)} if isinstance(fields, list) else set()
        if isinstance(saved, str):
            names.add(saved)
            answer = state.get("answer")
            kind = plain(answer).get("type") if isinstance(answer, dict) else answer
            if "menu" in state or kind in ("choice", "multiple", "reason"):
                names.add(f"{saved}_text")  # the contact's own words (F030)
            elif kind == "amount":
                names.add(f"{saved}_currency")
            elif kind == "location":
                names |= {f"{saved}_name", f"{saved}_address"}
            elif kind == "attachment":
                names |= {f"{saved}_{ending}" for ending in ("kind", "mime", "name")}
    return frozenset(names)


def reads(tree: Tree) -> Iterator[tuple[Path, str, tuple[tuple[str, int], ...]]]:
    """Every text and expression that uses names: its place, as it is written, and the names with their columns."""
    for path, source in _texts(tree.data):
        if isinstance(source, str) and "{{" in source:
            yield path, source, Text.parse(source).uses
    for path, value, _ in _expressions(tree.data):
        source = expression_source(value)
        if uses := Expression.parse(source).uses:
            yield path, source, uses


def _declared(data: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for name in plain(data.get("needs")):
        yield ("needs", name), name
    for at, state in plain(data.get("states")).items():
        for name in plain(plain(state).get("set")):
            yield ("states", at, "set", name), name
        if "save" in plain(state):
            yield ("states", at, "save"), state["save"]
        for key in ("request", "call"):
            for name in plain(plain(plain(state).get(key)).get("save")):
                yield ("states", at, key, "save", name), name
        if "save" in plain(plain(state).get("pdf")):
            yield ("states", at, "pdf", "save"), state["pdf"]["save"]
        for place, entry in items(plain(state).get("on"), ("states", at, "on")):
            for name in plain(plain(entry).get("save")):
                yield (*place, "save", name), name


def _texts(data: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """What contacts read, and what web services are sent."""
    yield from ((place.path, place.source) for place in places(data))
    for name, state in plain(data.get("states")).items():
        yield from strings(plain(plain(state).get("request")), ("states", name, "request"))


def _expressions(data: Mapping[str, Any]) -> Iterator[tuple[Path, Any, frozenset[str]]]:
    nothing: frozenset[str] = frozenset()
    for name, state in plain(data.get("states")).items():
        state, path = plain(state), ("states", name)
        if "check" in state:
            yield (*path, "check"), state["check"], frozenset({"answer"})
        for var, value in plain(state.get("set")).items():
            yield (*path, "set", var), value, nothing
        for key in ("call", "then"):
            for var, value in plain(plain(state.get(key)).get("with")).items():
                yield (*path, key, "with", var), value, nothing
        for key, limit in plain(state.get("answer")).items():
            if (
                key in ("min", "max") and answers.is_computed(plain(state["answer"]).get("type"), limit)
            ) or key == "day":
                yield (*path, "answer", key), limit, nothing
        for place, branch in items(state.get("when"), (*path, "when")):
            if "if" in plain(branch):
                yield (*place, "if"), branch["if"], nothing


class _Names:
    """Judges every text and expression of a dialog by what there is to use in it."""

    def __init__(self, tree: Tree, departments: Collection[str] | None, metadata: Collection[str]) -> None:
        self.tree = tree
        self.known = known_names(tree.data) | set(metadata)
        self.kinds = kinds(tree.data)
        self.departments = departments

    def problems(self) -> Iterator[Problem]:
        for path, key in _declared(self.tree.data):
            if isinstance(key, str) and key in RESERVED:
                yield self.tree.problem(path, "reserved_name", key=path in self.tree.keys, name=key)
        for path, source in _texts(self.tree.data):
            if isinstance(source, str) and ("{{" in source or "}}" in source) and len(source) <= TEXT_MAX:
                yield from self.of(path, source, Text, self.known)
        for path, value, extra in _expressions(self.tree.data):
            if isinstance(value, (str, int, float)):
                yield from self.of(path, expression_source(value), Expression, self.known | extra)

    def of(
        self, path: Path, source: str, kind: type[Text] | type[Expression], known: frozenset[str]
    ) -> Iterator[Problem]:
        compiled, problems = _judged(self.tree, path, source, kind, known)
        yield from problems
        if isinstance(compiled, Text):
            yield from self.filtered(path, compiled)
        if compiled is not None and self.departments is not None:
            yield from self.asked_for(path, compiled, self.departments)

    def asked_for(self, path: Path, compiled: Text | Expression, there_are: Collection[str]) -> Iterator[Problem]:
        """The departments whose hours are asked for (F027)."""
        for name, column in compiled.departments:
            if name not in there_are:
                facts = {"name": name, "near": nearest(name, there_are), "known": list(there_are)}
                yield Problem(self.tree.inside(path, column), "unknown_department", facts, width=len(name))

    def filtered(self, path: Path, text: Text) -> Iterator[Problem]:
        """Filters are for values of their kind, where the kind of a name is known."""
        for want in text.wants:
            takes = FILTERS[want.filter].takes
            kind = self.kinds.get(want.name)
            if kind is not None and kind not in takes:
                facts = {"filter": want.filter, "name": want.name, "kind": Term(f"kind_{kind}")}
                facts["expected"] = Term(*(f"kind_{one}" for one in sorted(takes)))
                yield Problem(self.tree.inside(path, want.column), "filter_kind", facts, width=len(want.filter))


def text_problems(tree: Tree, path: Path, source: str, known: frozenset[str]) -> Iterator[Problem]:
    """What is wrong with one text that may use the names `known`."""
    if len(source) <= TEXT_MAX:
        yield from _judged(tree, path, source, Text, known)[1]


def _judged(
    tree: Tree, path: Path, source: str, kind: type[Text] | type[Expression], known: frozenset[str]
) -> tuple[Text | Expression | None, list[Problem]]:
    """What `source` compiles to, if it does, and what is wrong with it."""
    compiled: Text | Expression | None = None
    problems = []
    try:
        compiled = kind.parse(source)
        uses = compiled.uses
    except ExpressionError as error:
        for each in (error, *error.more):
            facts = dict(each.facts)
            facts["near"] = facts.get("close") or facts.get("use") or None
            width = len(str(facts.get("found") or facts.get("name") or " "))
            problems.append(Problem(tree.inside(path, each.column), f"expression_{each.code}", facts, width=width))
        uses = error.uses
    is_all = kind is Expression and len(uses) == 1 and source.strip() == uses[0][0]
    problems += [_unknown(tree, path, name, at, known, is_all) for name, at in uses if name not in known]
    return compiled, problems


def _unknown(tree: Tree, path: Path, name: str, column: int, known: frozenset[str], is_all: bool) -> Problem:
    """`is_all`: the name is the whole expression."""
    near = (yes_or_no(name) if len(name) > 1 else None) or nearest(name, known)
    code = "answer_outside_check" if name == "answer" else "unknown_name"
    if is_all and near is None and path[-2:-1] == ("set",):
        code = "unquoted_text"
    about = [one for one in ABOUT if one in known]
    facts = {"name": name, "near": near, "known": sorted(known - set(about)) + about}
    return Problem(tree.inside(path, column), code, facts, width=len(name))
