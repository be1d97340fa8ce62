"""What contacts type: options, synonyms and words must be told apart, and opt-out words reach no dialog (D82)."""

from collections.abc import Collection, Iterator
from typing import Any

from bot_runtime.dialogs.languages import variant, variants
from bot_runtime.dialogs.load import option_code
from bot_runtime.dialogs.load import words as listed
from bot_runtime.dialogs.places import is_long_option
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.schemas.parts import LANGUAGES
from bot_runtime.dialogs.tree import Path, Tree, items, plain
from bot_runtime.dialogs.words import OUT_ALWAYS, fold

_LISTS = ("keywords", "synonyms", "words", "keep")


def word_problems(tree: Tree, of_callers: Collection[str] = ()) -> Iterator[Problem]:
    data = tree.data
    for name, state in plain(data.get("states")).items():
        path: Path = ("states", name)
        yield from _menu(tree, (*path, "menu"), plain(state).get("menu"))
        yield from _menu(tree, (*path, "answer", "choices"), plain(plain(state).get("answer")).get("choices"))
        for tag, more in variants(plain(state).get("more")):
            yield from _opt_outs(tree, _place(tree, (*path, "more"), tag), more)
        yield from _kept(tree, (*path, "keep"), plain(state).get("keep"), of_callers)
    yield from _buttons(tree)
    yield from _anywhere(tree)
    yield from _opt_outs(tree, ("starts", "keywords"), plain(data.get("starts")).get("keywords"))
    yield from _unlisted(tree)


def _unlisted(tree: Tree) -> Iterator[Problem]:
    """`keywords: order, menu` is one word with a comma in it, which nobody writes. In quotes it is meant."""
    for path, mark in tree.values.items():
        key = path[-2] if path[-1:] and path[-1] in LANGUAGES else path[-1:] and path[-1]
        if key not in _LISTS or mark.style is not None:
            continue
        text = tree.raw(path)
        words = [word.strip() for word in text.split(",")]
        if len(words) > 1 and all(words):
            yield tree.problem(path, "one_word", warning=True, name=text, meant=f"[{', '.join(words)}]")


def _menu(tree: Tree, path: Path, menu: Any) -> Iterator[Problem]:
    written = [(place, option) for place, option in items(menu, path) if _is_option(option)]
    options = [(place, _long(option)) for place, option in written] if isinstance(menu, list) else []
    tags = {tag for _, option in options for key in ("label", "synonyms") for tag, _ in variants(option.get(key))}
    for tag in sorted(tags - {""}) or [""]:
        yield from _menu_in(tree, tag, options)
    codes: dict[str, str] = {}
    for number, (place, option) in enumerate(options, 1):
        if "label" not in option:
            continue
        _, label = next(variants(option["label"]), ("", ""))
        code = option_code(option, number)
        if code in codes and fold(str(label)) != fold(codes[code]):
            where: Path = (*place, "code") if "code" in option else _place(tree, (*place, "label"), "")
            yield tree.problem(where, "duplicate_code", name=code, other=codes[code], label=label)
        codes.setdefault(code, str(label))


def _menu_in(tree: Tree, tag: str, options: list[tuple[Path, dict[str, Any]]]) -> Iterator[Problem]:
    """Labels and synonyms as they are in one language; `tag` is empty for a menu in one alone."""
    taken: dict[str, str] = {}
    for number, (place, option) in enumerate(options, 1):
        if not option.get("label"):
            continue
        label = str(variant(option["label"], tag, tag))
        if "{{" not in label:
            yield from _label(tree, _place(tree, (*place, "label"), tag), label, number, len(options), taken)
        synonyms = variant(option.get("synonyms"), tag, tag)
        for spot, synonym in items(synonyms, _place(tree, (*place, "synonyms"), tag)):
            yield from _synonym(tree, spot, str(synonym), label, taken)


def _is_option(option: Any) -> bool:
    """Else its keys are neither an option's nor languages, which is told of its shape."""
    return not isinstance(option, dict) or is_long_option(option) or not option.keys().isdisjoint(LANGUAGES)


def _long(option: Any) -> dict[str, Any]:
    return dict(option) if is_long_option(option) else {"label": option}


def _place(tree: Tree, path: Path, tag: str) -> Path:
    """Where a label or synonym stands: in the short form of an option, at the option itself."""
    whole = path if path in tree.values else path[:-1]
    return (*whole, tag) if (*whole, tag) in tree.values else whole


def _label(tree: Tree, path: Path, label: str, number: int, count: int, taken: dict[str, str]) -> Iterator[Problem]:
    folded = fold(label)
    if folded and folded in taken:
        yield tree.problem(path, "same_label", name=label, other=taken[folded])
    elif folded.isdecimal() and int(folded) != number and int(folded) <= count:
        yield tree.problem(path, "number_label", name=label, number=number)
    elif folded in OUT_ALWAYS:
        yield tree.problem(path, "opt_out_word", warning=True, name=label)
    if folded:
        taken.setdefault(folded, label)


def _synonym(tree: Tree, path: Path, synonym: str, label: str, taken: dict[str, str]) -> Iterator[Problem]:
    folded = fold(synonym)
    if folded in taken and taken[folded] != label:
        yield tree.problem(path, "same_label", name=synonym, other=taken[folded])
    elif folded in OUT_ALWAYS:
        yield tree.problem(path, "opt_out_word", warning=True, name=synonym)
    taken.setdefault(folded, label)


def _buttons(tree: Tree) -> Iterator[Problem]:
    """A tap brings back its payload alone, so no two options of a dialog may share one."""
    places: dict[str, str] = {}
    for name, state in plain(tree.data.get("states")).items():
        for place, option in items(plain(state).get("menu"), ("states", name, "menu")):
            button = plain(option).get("button")
            if not isinstance(button, str):
                continue
            if button in places:
                yield tree.problem((*place, "button"), "duplicate_button", name=button, other=places[button])
            places.setdefault(button, name)


def _anywhere(tree: Tree) -> Iterator[Problem]:
    entries = tree.data.get("anywhere")
    taken: set[str] = set()
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        path: Path = ("anywhere", at, "words")
        for spot, word in items(plain(entry).get("words"), path):
            if fold(str(word)) in taken:
                yield tree.problem(spot, "repeated_word", name=word)
            taken.add(fold(str(word)))
        yield from _opt_outs(tree, path, plain(entry).get("words"))


def _kept(tree: Tree, path: Path, keep: Any, of_callers: Collection[str]) -> Iterator[Problem]:
    anywhere = tree.data.get("anywhere")
    entries = anywhere if isinstance(anywhere, list) else []
    known = [word for entry in entries for word in listed(plain(entry).get("words"))]
    folded = {fold(word) for word in (*known, *of_callers)}
    for spot, word in items(keep, path):
        if isinstance(word, (str, int)) and fold(str(word)) not in folded:
            yield tree.problem(spot, "keeps_nothing", warning=True, name=word, known=known)


def _opt_outs(tree: Tree, path: Path, words: Any) -> Iterator[Problem]:
    for spot, word in items(words, path):
        if isinstance(word, str) and fold(word) in OUT_ALWAYS:
            yield tree.problem(spot, "opt_out_word", warning=True, name=word)
