"""On which channels a dialog may run: what is checked of its texts depends on it."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from bot_runtime.dialogs.model import Dialog


class Channel(Protocol):
    @property
    def default_dialog(self) -> str | None: ...


C = TypeVar("C", bound=Channel)


def reach(
    dialogs: Mapping[str, Dialog], channels: Mapping[str, C], default_dialog: str | None
) -> dict[str, tuple[C, ...]]:
    """The channels of each dialog, in the order of `channels`.

    A keyword works on every channel, and a template or a campaign may go out on any; so only a dialog that begins as
    the default of some channels, or is called by such a one, is not on all of them.
    """
    found: dict[str, set[str]] = {name: set() for name in dialogs}
    for channel, config in channels.items():
        begins = config.default_dialog or default_dialog
        if begins in found:
            found[begins].add(channel)
    followed = {name: set(_followed_by(dialog)) for name, dialog in dialogs.items()}
    begun = {follower for followers in followed.values() for follower in followers}
    for name, dialog in dialogs.items():
        if dialog.starts.keywords or dialog.starts.template or (not found[name] and name not in begun):
            found[name] = set(channels)
    pending = list(dialogs)
    while pending:
        name = pending.pop()
        for follower in followed[name]:
            if follower in found and not found[name] <= found[follower]:
                found[follower] |= found[name]
                pending.append(follower)
    return {name: tuple(channels[one] for one in channels if one in on) for name, on in found.items()}


def _followed_by(dialog: Dialog) -> Sequence[str]:
    """The dialogs that this one calls or that come after it."""
    states = dialog.states.values()
    calls = [state.call.dialog for state in states if state.call is not None]
    return [*calls, *(state.then.dialog for state in states if state.then is not None)]
