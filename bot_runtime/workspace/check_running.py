"""What is proved of the dialogs that could be loaded, on the channels they may run on."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from bot_runtime.channels.base import ChannelConfig
from bot_runtime.dialogs.checks.paths import path_problems
from bot_runtime.dialogs.model import Dialog
from bot_runtime.dialogs.problems import Problem
from bot_runtime.dialogs.tree import Tree
from bot_runtime.workspace.check_lengths import length_problems
from bot_runtime.workspace.reach import Channel, reach

# Errors that keep no dialog from being walked: what they name is missing, not the way.
HARMLESS = frozenset(
    [
        *("unknown_department", "unknown_close_reason", "reserved_reason", "unknown_name", "answer_outside_check"),
        *("unknown_template", "same_label", "number_label", "duplicate_code", "duplicate_button", "repeated_word"),
        *("same_keyword", "second_default", "filter_kind", "cannot_be_sent"),
    ]
)


class Config(ChannelConfig, Channel, Protocol):
    """A channel as it is configured, with the dialog it begins."""


def hinders(problem: Problem) -> bool:
    """Whether the dialog of that file cannot be loaded."""
    return problem.severity == "error" and problem.code not in HARMLESS


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
