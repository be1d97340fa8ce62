"""Accepting what contacts wrote: a group of unexpected answers becomes an option's synonym, or an option of its own.

Everything is tried in a copy of the workspace first. Only when the copy has no error, understands every text of the
group, understands all it understood before, and passes the transcripts that passed, are its files written.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot_runtime.cli.playing import example_data
from bot_runtime.dialogs import menus, tree, words
from bot_runtime.dialogs.book import Book
from bot_runtime.dialogs.model import Dialog, Option, State
from bot_runtime.dialogs.rehearsing import editing, transcripts
from bot_runtime.dialogs.rehearsing.casting import rehearse
from bot_runtime.dialogs.rehearsing.expectations import Difference, happened, worth_checking
from bot_runtime.dialogs.rehearsing.reaching import way_to
from bot_runtime.dialogs.rehearsing.rewriting import document
from bot_runtime.dialogs.rehearsing.unexpected import Group
from bot_runtime.dialogs.session import About
from bot_runtime.workspace import Workspace, load_workspace

MOST_SYNONYMS = 10  # of one group: what is no typo of another


class CannotTeach(Exception):
    """`code` names why, `facts` fill the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Taught:
    """The files written, by path in the workspace, and the texts that are synonyms now."""

    files: dict[str, str]
    synonyms: list[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """`option`: the code or label of one there is; else `label` (and `goto`) of a new one."""

    option: str = ""
    label: str = ""
    goto: str | None = None


def teach(root: Path, workspace: Workspace, group: Group, wish: Wish, comment: str) -> Taught:
    """Edit the dialog in `root` and add a transcript, so that the group's texts are understood.

    Raises:
        CannotTeach: nothing was written.
    """
    state = _question(workspace, group)
    dialog = workspace.dialogs[group.dialog]
    texts = [text for text in dict.fromkeys(map(_plain, group.texts)) if text]
    _refuse_taken(dialog, state, texts)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workspace"
        shutil.copytree(root, copy, ignore=_not_checked)
        synonyms = _edit(copy / dialog.where.file, dialog, state, texts, wish)
        after = _loaded(copy)
        taught = after.dialogs[dialog.name]
        _refuse_ambiguous(taught.states[state.name], texts, wish)
        name, text = _transcript(root, after, taught, state.name, group, wish, comment)
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text, "utf-8")
        broken = _failing(copy) - _failing(root)
        if broken:
            raise CannotTeach("breaks", files=", ".join(sorted(broken)))
        files = {dialog.where.file: (copy / dialog.where.file).read_text("utf-8"), name: text}
    for path, written in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(written.encode())
    return Taught(files, synonyms)


def _question(workspace: Workspace, group: Group) -> State:
    dialog = workspace.dialogs.get(group.dialog)
    state = dialog.states.get(group.state) if dialog is not None else None
    if state is None:
        raise CannotTeach("gone", dialog=group.dialog, state=group.state)
    if not options_of(state):
        raise CannotTeach("no_options", state=group.state)
    if group.text.startswith("[") and group.text.endswith("]"):
        raise CannotTeach("no_text", text=group.text)
    return state


def options_of(state: State) -> Sequence[Option]:
    """What a synonym can be taught to: a menu's options, or the choices of an answer."""
    return state.menu or (state.answer.limits.get("choices", ()) if state.answer is not None else ())


def _plain(text: str) -> str:
    """As an author would write it: no signs around it, and no capitals unless it shouts."""
    bare = text.strip(" \t\n.,;:!¡?¿\"'")
    return bare if bare.isupper() and len(bare) <= 4 else bare.lower()


def _refuse_taken(dialog: Dialog, state: State, texts: Sequence[str]) -> None:
    """No text may be a word that works anywhere, or one by which contacts leave."""
    if not texts:
        raise CannotTeach("no_text", text="…")
    for text in texts:
        folded = words.fold(text)
        if folded in words.OUT_ALWAYS:
            raise CannotTeach("opts_out", text=text)
        heard = {words.fold(word) for entry in dialog.anywhere for word in entry.words}
        if folded in heard - {words.fold(word) for word in state.keep}:
            raise CannotTeach("anywhere", text=text)


def _edit(file: Path, dialog: Dialog, state: State, texts: Sequence[str], wish: Wish) -> list[str]:
    """Write the option's synonyms into `file`; those that the others already make it understand are left out."""
    key = ("menu",) if state.menu else ("answer", "choices")
    options = options_of(state)
    source = file.read_bytes().decode("utf-8-sig")
    try:
        if wish.option:
            number = _number_of(options, wish.option, state.name)
            synonyms = _needed([_called(options[number])], texts)
            edited = editing.with_synonyms(source, ("states", state.name, *key, number), synonyms)
        else:
            synonyms = _needed([(wish.label,)], texts)
            goto = wish.goto if state.menu else None
            if state.menu and goto is None and state.goto is None and not state.when:
                raise CannotTeach("where_to", state=state.name)
            if goto is not None and goto not in dialog.states:
                raise CannotTeach("no_state", goto=goto, states=", ".join(dialog.states))
            edited = editing.with_option(source, ("states", state.name, *key), wish.label, synonyms, goto)
    except editing.CannotEdit as error:
        raise CannotTeach("not_editable", state=state.name) from error
    file.write_bytes(edited.encode())
    return synonyms


def _number_of(options: Sequence[Option], wanted: str, state: str) -> int:
    named = [(option.code, option.label.source) for option in options]
    for number, (code, label) in enumerate(named):
        if wanted in (code, label) or words.fold(wanted) in (words.fold(code), words.fold(label)):
            return number
    raise CannotTeach("no_option", option=wanted, state=state, options=", ".join(code for code, _ in named))


def _called(option: Option) -> tuple[str, ...]:
    return (option.label.source, *option.synonyms)


def _needed(known: list[tuple[str, ...]], texts: Sequence[str]) -> list[str]:
    """Of `texts`, those that are no typo of what is known by then."""
    needed: list[str] = []
    for text in texts:
        if not menus.fitting([*known, tuple(needed) or ("",)], text, numbered=0) and len(needed) < MOST_SYNONYMS:
            needed.append(text)
    return needed or list(texts[:1])


def _loaded(root: Path) -> Workspace:
    loaded = load_workspace(root, {}, missing_ok=True)
    if loaded.workspace is None:
        raise CannotTeach("breaks_check", problem=loaded.errors[0].line())
    return loaded.workspace


def _refuse_ambiguous(state: State, texts: Sequence[str], wish: Wish) -> None:
    """Everything that meant an option still means it, what is taught means just one, and so do typos of either."""
    new = options_of(state)
    wanted = len(new) - 1 if wish.label else _number_of(new, wish.option, state.name)
    names = [_called(option) for option in new]
    numbered = len(new) if state.menu else 0
    taught = [*texts, *filter(None, [wish.label])]
    for text in taught:
        near = {n for n, called in enumerate(names) if n != wanted and any(_alike(text, name) for name in called)}
        if found := near | (menus.fitting(names, text, numbered) - {wanted}):
            raise CannotTeach("ambiguous", text=text, options=", ".join(new[number].code for number in sorted(found)))
        if not menus.fitting(names, text, numbered):
            raise CannotTeach("not_understood", text=text)


def _alike(text: str, name: str) -> bool:
    return bool(menus.fitting([(name,)], text, 0) or menus.fitting([(text,)], name, 0))


def _transcript(
    root: Path, workspace: Workspace, dialog: Dialog, state: str, group: Group, wish: Wish, comment: str
) -> tuple[str, str]:
    """A transcript that gets to the question and writes what was taught."""
    given = example_data(dialog)
    about = About(contact_name="Ana Pérez", channel="whatsapp", channel_kind="whatsapp")
    rehearsal = rehearse(dialog, about, given, Book.of(workspace))
    turns = way_to(rehearsal, state)
    if turns is None:
        raise CannotTeach("unreachable", state=state)
    before = rehearsal.scene.session
    for text in (group.text,):
        got = happened(rehearsal, rehearsal.say(text))
        turns.append({"contact": text, **worth_checking(got, before)})
    head = {"dialog": dialog.name, **({"given": given} if given else {}), "contact": {"name": "Ana Pérez"}}
    slug = "_".join(menus.comparable(group.text).split())[:40] or group.id
    name = f"tests/{dialog.name}_{state}_{slug}.yaml"
    number = 2
    while (root / name).exists():
        name = f"tests/{dialog.name}_{state}_{slug}_{number}.yaml"
        number += 1
    return name, document({**head, "channel": "whatsapp"}, turns, comment)


def _failing(root: Path) -> set[str]:
    """The transcripts that do not hold."""
    loaded = load_workspace(root, {}, missing_ok=True)
    if loaded.workspace is None:
        return set()
    book = Book.of(loaded.workspace)
    return {
        name
        for name, each in loaded.trees.items()
        if name.startswith("tests/") and not _holds(each, loaded.workspace, book)
    }


def _holds(source: tree.Tree, workspace: Workspace, book: Book) -> bool:
    read = transcripts.read(source, workspace.dialogs)
    return not isinstance(read, Difference) and transcripts.run(read, book).difference is None


def _not_checked(folder: str, names: list[str]) -> set[str]:
    """Data folders, lists and the like are no part of what is checked."""
    kept = {".yaml", ".yml", ".md"}
    top = {"dialogs", "templates", "tests", "documents"}
    return {name for name in names if Path(name).suffix not in kept and name not in top}
