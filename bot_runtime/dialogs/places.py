"""Where a dialog's file has texts: for whoever checks, counts or translates them. Takes no shape for granted."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bot_runtime.dialogs.schemas.parts import MEDIA
from bot_runtime.dialogs.tree import Path, items, plain


class Place(NamedTuple):
    """One text as written. `language`: the tag it stands under, empty for a text in one language alone."""

    path: Path
    language: str
    source: Any


def texts(data: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every text of a dialog with its place; one by language as its mapping."""
    yield from _said(plain(data.get("retry")).get("say"), ("retry", "say"))
    for name, state in plain(data.get("states")).items():
        yield from state_texts(plain(state), ("states", name))


def state_texts(state: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    """The same, of one state."""
    for key in ("ask", "more"):
        if key in state:
            yield (*path, key), state[key]
    yield from _said(state.get("say"), (*path, "say"))
    yield from _said(plain(state.get("retry")).get("say"), (*path, "retry", "say"))
    for place, option in items(state.get("menu"), (*path, "menu")):
        yield from _option(option, place)
    for place, reminder in items(state.get("remind"), (*path, "remind")):
        if "say" in plain(reminder):
            yield (*place, "say"), reminder["say"]
    answer = plain(state.get("answer"))
    for key in ("ask", "other", "button"):
        if key in answer:
            yield (*path, "answer", key), answer[key]
    for place, option in items(answer.get("choices"), (*path, "answer", "choices")):
        yield from _option(option, place)


def places(data: Mapping[str, Any]) -> Iterator[Place]:
    """Every text of a dialog, each language's for itself."""
    for path, value in texts(data):
        yield from spread(path, value)


def spread(path: Path, value: Any) -> Iterator[Place]:
    """A text by its languages."""
    if isinstance(value, dict):
        yield from (Place((*path, tag), tag, source) for tag, source in value.items())
    else:
        yield Place(path, "", value)


def is_medium(said: Any) -> bool:
    """Whether an item of `say` is `{ image: … }`, not a text by language."""
    return isinstance(said, dict) and any(key in said for key in (*MEDIA, "caption"))


_OPTION_KEYS = frozenset({"label", "goto", "code", "synonyms", "button", "description", "secondary"})


def is_long_option(option: Any) -> bool:
    """Whether an option is `{ label: … }`, not its label alone (which may be a text by language)."""
    return isinstance(option, dict) and not _OPTION_KEYS.isdisjoint(option)


def _said(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    for place, said in items(value, path):
        if is_medium(said):
            yield from (((*place, key), said[key]) for key in said)
        else:
            yield place, said


def _option(option: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if not is_long_option(option):
        yield path, option
        return
    for key in ("label", "description"):
        if key in option:
            yield (*path, key), option[key]
