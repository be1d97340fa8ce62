"""Texts by language: each stands in every language the dialog has (F023)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.languages import VARIABLE
from bot_runtime.dialogs.places import texts
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.schemas.parts import LANGUAGES
from bot_runtime.dialogs.tree import Path, Tree, plain

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ALL = frozenset(LANGUAGES)
_LINK = re.compile(r"https?://\S+")


def language_problems(tree: Tree, language: str) -> Iterator[Problem]:
    """Texts without a variant in some language of the dialog; `language` is the workspace's."""
    own = tree.data.get("language")
    own = own if own in LANGUAGES else language
    written = list(texts(tree.data))
    has = dict.fromkeys([own, *(tag for _, value in written for tag in plain(value) if tag in LANGUAGES)])
    if len(has) < 2:
        return
    for path, value in written:
        if isinstance(value, dict) and value.keys() <= _ALL:  # perhaps it is there, under a misspelt tag
            missing = [tag for tag in has if tag not in value]
            instead = value.get(own) or next(iter(value.values()))
        elif isinstance(value, str) and _says_something(value) and not _is_for_all(tree.data, path):
            missing, instead = [tag for tag in has if tag != own], value
        else:
            continue
        if missing:
            yield tree.problem(path, "missing_variant", warning=True, missing=missing, instead=instead)


def _says_something(text: str) -> bool:
    """Data, links, digits and emoji are the same in every language."""
    return re.search(r"[^\W\d_]", _LINK.sub("", _PLACEHOLDER.sub("", text))) is not None


def _is_for_all(data: Mapping[str, Any], path: Path) -> bool:
    """Whether a text belongs to the question that asks for the language: everybody reads it as it is."""
    state = plain(plain(data.get("states")).get(str(path[1]))) if path[:1] == ("states",) else {}
    return state.get("save") == VARIABLE
