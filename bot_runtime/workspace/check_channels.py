"""What a channel cannot carry: files, places and forms where there is text alone (F042–F044)."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree, plain
from bot_runtime.workspace.check_calls import called

_LACKS = {"attachment": "channel_without_files", "location": "channel_without_places", "form": "channel_without_forms"}


def channel_problems(bot: Mapping[str, Any], dialogs: list[Tree]) -> Iterator[Problem]:
    """Questions that nobody could answer on a channel where their dialog begins, or is called or follows."""
    channels = {str(name): plain(channel) for name, channel in plain(bot.get("channels")).items()}
    texts = [name for name, channel in channels.items() if kind_of(channel) == "sms"]
    named = {str(tree.data.get("dialog")): tree for tree in dialogs}
    reached: dict[str, str] = {}  # a dialog, and the first text channel that comes to it
    for tree in dialogs if texts else ():
        name = str(tree.data.get("dialog"))
        begins = [each for each in texts if name == _default(bot, channels[each], dialogs)]
        if not begins and "keywords" in plain(tree.data.get("starts")) and len(texts) == len(channels):
            begins = texts
        for one in called(named, name) if begins else ():
            reached.setdefault(one, begins[0])
    for name, tree in named.items():
        if name in reached:
            yield from _unanswerable(tree, reached[name])


def kind_of(channel: Mapping[str, Any]) -> str:
    """What the contact sees: whatsapp or sms."""
    return str(channel.get("kind") or ("sms" if channel.get("provider") == "twilio" else "whatsapp"))


def _default(bot: Mapping[str, Any], channel: Mapping[str, Any], dialogs: list[Tree]) -> Any:
    """The dialog that answers whoever writes on `channel`."""
    marked = (tree.data.get("dialog") for tree in dialogs if plain(tree.data.get("starts")).get("default") is True)
    return channel.get("default_dialog") or bot.get("default_dialog") or next(marked, None)


def _unanswerable(tree: Tree, channel: str) -> Iterator[Problem]:
    for name, state in plain(tree.data.get("states")).items():
        answer = plain(state).get("answer")
        kind = answer.get("type") if isinstance(answer, dict) else answer
        written = isinstance(answer, dict) and kind == "location" and "fallback" in answer
        if isinstance(kind, str) and kind in _LACKS and not written:
            yield tree.problem(("states", name, "answer"), _LACKS[kind], name=name, channel=channel)
