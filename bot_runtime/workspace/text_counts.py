"""What each text of a dialog costs as SMS, for whoever writes it (F015): filled like a sample row, menus numbered.

The same as is sent for that row: rendered by the dialog's own texts, counted by `channels/sms.py`.
"""

import bisect
from collections.abc import Mapping

import msgspec

from bot_runtime.channels.rendering import numbered_menu
from bot_runtime.channels.sms import count
from bot_runtime.dialogs import asking
from bot_runtime.dialogs.effects import SendMenu
from bot_runtime.dialogs.expressions import ExpressionError, Text
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.places import places
from bot_runtime.dialogs.session import Value
from bot_runtime.dialogs.tree import Path, Tree
from bot_runtime.workspace.check_lengths import examples

_NO_MESSAGES = frozenset({"label", "description", "more", "image", "audio", "video", "document", "choices", "other"})


class TextCount(msgspec.Struct, frozen=True):
    """`line` to `last_line` are those of the file; `text` is what a contact reads; `over`: the budget of characters."""

    path: str
    line: int
    last_line: int
    text: str
    characters: int
    encoding: str
    units: int
    parts: int
    budget: int
    over: bool


def text_counts(
    tree: Tree, dialog: Dialog | None, budget: int, given: Mapping[str, Value] | None = None
) -> list[TextCount]:
    """Every message of the file, in its order. Without `dialog` (it has errors) texts are filled with nothing."""
    values = {**(examples(dialog) if dialog is not None else {}), **(given or {})}
    starts = sorted({mark.line for mark in (*tree.keys.values(), *tree.values.values())})
    ends = len(tree.source.splitlines())
    found: list[TextCount] = []
    if not isinstance(tree.data, dict):
        return found
    for path, language, source in places(tree.data):
        if not isinstance(source, str) or not _NO_MESSAGES.isdisjoint(path[2:]) or path[2:3] == ("menu",):
            continue
        line = tree.mark(path).line
        after = bisect.bisect_right(starts, line)
        last = starts[after] - 1 if after < len(starts) else ends
        text = _sent(dialog, path, source, values, language)
        counted = count(text)
        found.append(
            TextCount(
                path=".".join(map(str, path)),
                line=line,
                last_line=max(line, last),
                text=text,
                characters=counted.characters,
                encoding=counted.encoding,
                units=counted.units,
                parts=len(counted.parts),
                budget=budget,
                over=counted.characters > budget,
            )
        )
    return found


def _sent(dialog: Dialog | None, path: Path, source: str, values: Mapping[str, Value], language: str | None) -> str:
    spoken = language or (dialog.language if dialog is not None else "es")
    try:
        text = Text.parse(source).render(values, spoken)
    except ExpressionError:
        return source
    if dialog is None or path[:1] != ("states",) or path[2:3] != ("ask",):
        return text
    state = dialog.states[str(path[1])]
    menu = asking.question(text, asking.page(state, False, values, spoken), values, spoken)
    return numbered_menu(menu) if isinstance(menu, SendMenu) else text
