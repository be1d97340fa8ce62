"""What is proved of the dialogs that could be loaded, on the channels they may run on."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from bot_runtime.channels.base import ChannelConfig
from bot_runtime.dialogs.check_paths import path_problems
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree
from bot_runtime.workspace.check_lengths import length_problems
from bot_runtime.workspace.reach import Channel, reach


class Config(ChannelConfig, Channel, Protocol):
    """A channel as it is configured, with the dialog it begins."""


def running_problems(
    trees: Mapping[str, Tree], dialogs: Mapping[str, Dialog], channels: Mapping[str, Config], default: str | None
) -> Iterator[Problem]:
    """`trees` and `dialogs` by name: those whose files have no error; `default`: the workspace's default dialog."""
    on = reach(dialogs, channels, default)
    for name, dialog in dialogs.items():
        tree = trees[name]
        has_window = any(channel.kind == "whatsapp" for channel in on[name])
        yield from path_problems(tree, dialog, has_window=has_window)
        yield from length_problems(tree, dialog, on[name])
