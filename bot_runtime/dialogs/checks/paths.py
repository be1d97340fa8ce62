"""What is proved of a dialog without errors by walking all its ways: `dialog.py` reads the file, this what runs."""

from collections.abc import Iterator
from itertools import chain, islice

from bot_runtime.dialogs.checks.exits import exit_problems
from bot_runtime.dialogs.checks.late import late_problems
from bot_runtime.dialogs.checks.unset import unset_problems
from bot_runtime.dialogs.checks.walking import Paths
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import MAX_PROBLEMS, Problem
from bot_runtime.dialogs.tree import Tree


def path_problems(tree: Tree, dialog: Dialog, *, has_window: bool) -> Iterator[Problem]:
    """`has_window`: it may run where free texts need an open service window (WhatsApp)."""
    paths = Paths(dialog)
    late = late_problems(tree, paths) if has_window else ()
    yield from islice(chain(exit_problems(tree, paths), unset_problems(tree, paths), late), MAX_PROBLEMS)
