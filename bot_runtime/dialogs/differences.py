"""Two versions of a dialog, compared as what an author changed: states, texts, ways. Pure.

Not lines: comments, the order of keys and other spellings of the same (`answer: rating`, `answer: { type: rating }`)
are no change.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from bot_runtime.dialogs import tree
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.tree import plain

Kind = Literal["text", "way", "rule"]
What = Literal["added", "removed", "renamed", "changed"]

_TEXTS = frozenset({"ask", "say", "label", "more", "title", "description", "caption", "other"})
_WAYS = frozenset({"goto", "else", "timeout", "if", "share"})
_SHORT = {"answer": "type", "call": "dialog", "handoff": "department"}  # `answer: rating` is `answer: { type: rating }`
_OTHER = ("language", "es", "en", "pt")
ALIKE = 0.75  # of a state's content, for a removed and an added one to be one under a new name

Value = str | int | float | bool | None


class Detail(NamedTuple):
    """One thing that is different: `path` as `menu[Pagar].goto`; before or after is None where there was nothing."""

    path: str
    kind: Kind
    before: Value
    after: Value


class StateChange(NamedTuple):
    """`was`: the earlier name of a renamed state. An added or removed state has its whole content as details."""

    state: str
    what: What
    was: str
    details: tuple[Detail, ...]


class Differences(NamedTuple):
    """`dialog`: what is different outside of the states."""

    dialog: tuple[Detail, ...]
    states: tuple[StateChange, ...]

    @property
    def none(self) -> bool:
        return not self.dialog and not self.states


def compare(old: Dialog, new: Dialog) -> Differences:
    """What an author would call different in `new`; states in its order, removed ones last."""
    before, after = _content(old), _content(new)
    were, are = plain(before.pop("states", None)), plain(after.pop("states", None))
    renamed = dict(_renamed(were, are))
    changes = []
    for name, state in are.items():
        was = name if name in were else renamed.get(name, "")
        details = tuple(_details(were.get(was, {}), state, ()))
        if not was:
            changes.append(StateChange(name, "added", "", details))
        elif was != name:
            changes.append(StateChange(name, "renamed", was, details))
        elif details:
            changes.append(StateChange(name, "changed", "", details))
    gone = [name for name in were if name not in are and name not in renamed.values()]
    changes += [StateChange(name, "removed", "", tuple(_details(were[name], {}, ()))) for name in gone]
    head = [*_details(before, after, ())]
    if old.first != new.first:
        head.append(Detail("first", "way", old.first, new.first))
    return Differences(tuple(head), tuple(changes))


def _content(dialog: Dialog) -> dict[str, Any]:
    data = tree.read(dialog.where.file, dialog.source.encode()).data
    content = {name: value for name, value in plain(data).items() if name != "states"}
    states = {name: _normal(plain(state)) for name, state in plain(plain(data).get("states")).items()}
    return {**plain(_normal(content)), "states": states}


def _normal(value: Any, name: str = "") -> Any:
    """The long form of what can be written short."""
    if isinstance(value, Mapping):
        return {key: _normal(one, str(key)) for key, one in value.items()}
    if name in ("say", "menu", "choices"):
        several = value if isinstance(value, list) else [value]
        return [{"label": one} if name != "say" and not isinstance(one, Mapping) else _normal(one) for one in several]
    if isinstance(value, list):
        return [_normal(one) for one in value]
    return {_SHORT[name]: value} if name in _SHORT and value is not None else value


def _renamed(were: Mapping[str, Any], are: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """New name → old name of the states that kept most of their content under another name."""
    gone = [name for name in were if name not in are]
    for name in are:
        if name in were:
            continue
        ours = {str(one) for one in _flat(are[name], ())}
        shares = [(_alike(ours, {str(one) for one in _flat(were[other], ())}), other) for other in gone]
        best = max(shares, default=(0.0, ""))
        if best[0] >= ALIKE:
            gone.remove(best[1])
            yield name, best[1]


def _alike(ours: set[str], theirs: set[str]) -> float:
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 0.0


def _details(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Detail]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*after, *before)):
            yield from _details(before.get(key), after.get(key), (*path, str(key)))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_details(before, after, path)
    elif isinstance(before, Mapping | list) or isinstance(after, Mapping | list):
        yield from (Detail(_said(where), _kind(where), value, None) for where, value in _flat(before, path))
        yield from (Detail(_said(where), _kind(where), None, value) for where, value in _flat(after, path))
    else:
        yield Detail(_said(path), _kind(path), before, after)


def _list_details(before: list[Any], after: list[Any], path: tuple[str, ...]) -> Iterator[Detail]:
    """Entries that moved or changed, each beside the one whose place it took."""
    were, are = [_name(one) for one in before], [_name(one) for one in after]
    for how, i, i_end, j, j_end in SequenceMatcher(None, were, are, autojunk=False).get_opcodes():
        if how == "equal":
            for n in range(i_end - i):
                yield from _details(before[i + n], after[j + n], _entry(path, after, j + n))
            continue
        for n in range(max(i_end - i, j_end - j)):
            old = before[i + n] if i + n < i_end else None
            new = after[j + n] if j + n < j_end else None
            place = _entry(path, after, j + n) if new is not None else _entry(path, before, i + n)
            yield from _details(old, new, place)


def _name(entry: Any) -> str:
    """What tells a list's entries apart: an option by its label, a branch by its condition, a text by itself."""
    if isinstance(entry, Mapping):
        named = next((entry[key] for key in ("label", "if", "words", "name", "event", "after") if key in entry), entry)
        return str(named)
    return str(entry)


def _entry(path: tuple[str, ...], entries: list[Any], at: int) -> tuple[str, ...]:
    entry = entries[at]
    named = entry.get("label") if isinstance(entry, Mapping) else None
    return (*path[:-1], f"{path[-1]}[{named if isinstance(named, str) else at + 1}]")


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Value]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(one, (*path, str(key)))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield from _flat(value[at], _entry(path or ("",), value, at))
    elif value is not None:
        yield path, value


def _said(path: tuple[str, ...]) -> str:
    return ".".join(path)


def _kind(path: tuple[str, ...]) -> Kind:
    words = [part.partition("[")[0] for part in path if part not in _OTHER]
    last = words[-1] if words else ""
    if last in _TEXTS or "say" in words:
        return "text"
    return "way" if last in _WAYS else "rule"
