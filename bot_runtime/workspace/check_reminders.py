"""The templates that remind (F054): they are there, and are filled with what their dialog knows."""

from collections.abc import Iterator, Sequence

from bot_runtime.dialogs.checks.names import known_names
from bot_runtime.dialogs.problems import Problem, nearest
from bot_runtime.dialogs.tree import Tree, items, plain


def reminder_problems(tree: Tree, templates: Sequence[Tree], complete: bool) -> Iterator[Problem]:
    """The problems of one dialog. `complete`: every template could be read, so that one that is missing is nowhere."""
    known = {str(one.data.get("template")) for one in templates}
    names = known_names(tree.data)
    for state, value in plain(tree.data.get("states")).items():
        for place, reminder in items(plain(value).get("remind"), ("states", state, "remind")):
            name, path = plain(reminder).get("template"), (*place, "template")
            if isinstance(name, str) and name not in known and complete:
                near = nearest(name, known)
                yield tree.problem(path, "unknown_template", name=name, near=near, known=sorted(known))
            for lacking in _parameters(name, templates) - names:
                near, listed = nearest(lacking, names), sorted(names)
                yield tree.problem(path, "reminder_lacks", name=lacking, template=name, near=near, known=listed)


def _parameters(name: object, templates: Sequence[Tree]) -> set[str]:
    """The data that the template is filled with, in any of its languages."""
    named = [one for one in templates if one.data.get("template") == name]
    return {str(parameter) for one in named for _, parameter in items(one.data.get("parameters"), ())}
